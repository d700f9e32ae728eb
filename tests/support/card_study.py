"""The study behind docs/adr/0003-door-cards.md: which code for 658 signed bits does an old webcam read best?

    python -m tests.support.card_study [frames per cell, 40 unless told]

Prints three tables: what each way of writing the bits costs, how often a single frame is read from how far, and how
often when the card is dirty. Same frames for every symbol; the reader is the product's own, as for live frames.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from qrcode.constants import ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q

from fieldapp.domain.card_sheet import RIM, qr_modules
from fieldapp.domain.cards import HEAD_BITS, SIGNATURE_BITS
from fieldapp.laptop.scanning import decode
from sync.ids import ALPHABET
from tests.support.webcam import CODE_MM, HD, VGA, Camera, Shot, card, photograph

BITS = HEAD_BITS + SIGNATURE_BITS
PREFIX = "771"
LEVELS = {"L": ERROR_CORRECT_L, "M": ERROR_CORRECT_M, "Q": ERROR_CORRECT_Q}
# The QR alphanumeric mode's 45 characters, in its order.
QR_45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
PLACES: tuple[tuple[Camera, int], ...] = (
    (VGA, 200), (VGA, 250), (VGA, 300), (VGA, 350), (VGA, 400),
    (HD, 400), (HD, 500), (HD, 600), (HD, 700),
)  # fmt: skip
DIRT = (0.0, 0.03, 0.06, 0.09)
DIRT_SEEN_FROM = (HD, 350)


def whole_number(value: int, alphabet: str) -> str:
    """All bits as one number in the alphabet's base: the densest."""
    length = 0
    while len(alphabet) ** length < 2**BITS:
        length += 1
    digits = []
    for _ in range(length):
        value, digit = divmod(value, len(alphabet))
        digits.append(alphabet[digit])
    return "".join(reversed(digits))


def rfc_9285(value: int) -> str:
    """Base45 as the RFC has it: two bytes make three characters, a last one makes two."""
    data = value.to_bytes((BITS + 7) // 8, "big")
    chars = []
    for at in range(0, len(data), 2):
        pair = int.from_bytes(data[at : at + 2], "big")
        for _ in range(len(data[at : at + 2]) + 1):
            pair, digit = divmod(pair, 45)
            chars.append(QR_45[digit])
    return "".join(chars)


WRITINGS: dict[str, Callable[[int], str]] = {
    "base 32": lambda value: whole_number(value, ALPHABET),
    "base45 (RFC 9285)": rfc_9285,
    "base 45, one number": lambda value: whole_number(value, QR_45),
    "base 10, one number": lambda value: whole_number(value, "0123456789"),
}


@dataclass(frozen=True, slots=True)
class Symbol:
    """One way of writing at one level of error correction; `text` is a random card's."""

    writing: str
    level: str
    text: str
    modules: Sequence[Sequence[bool]]

    @property
    def version(self) -> int:
        return (len(self.modules) - 2 * RIM - 17) // 4

    @property
    def name(self) -> str:
        return f"{self.version}-{self.level}"


def symbols(rng: Random) -> list[Symbol]:
    """Every writing at every level, for the same random bits."""
    value = rng.getrandbits(BITS)
    texts = {name: PREFIX + write(value) for name, write in WRITINGS.items()}
    return [
        Symbol(name, level, text, qr_modules(text, code))
        for name, text in texts.items()
        for level, code in LEVELS.items()
    ]


def distinct(every: Sequence[Symbol]) -> list[Symbol]:
    """One symbol for each version and level, finest last: those with the same look read the same."""
    return sorted({symbol.name: symbol for symbol in every}.values(), key=lambda symbol: (symbol.version, symbol.level))


def rate(symbol: Symbol, camera: Camera, distance: int, frames: int, dirt: float = 0.0) -> float:
    """The share of single frames that are read, 0 to 1."""
    read = 0
    for seed in range(frames):
        rng = Random(f"{camera.name} {distance} {dirt} {seed}")
        picture = photograph(card(symbol.modules, dirt, rng), camera, distance, Shot.by_chance(rng))
        read += symbol.text in decode(picture, thorough=False)
    return read / frames


def _row(cells: Sequence[object]) -> None:
    sys.stdout.write("| " + " | ".join(str(cell) for cell in cells) + " |\n")
    sys.stdout.flush()


def _head(cells: Sequence[object]) -> None:
    sys.stdout.write("\n")
    _row(cells)
    _row(["---"] * len(cells))


def main(frames: int) -> None:
    """Print the three tables as Markdown."""
    every = symbols(Random(3))
    _head(["writing", "characters", "level", "version", "modules", "mm a module in 45 mm"])
    for symbol in every:
        side = len(symbol.modules)
        _row([symbol.writing, len(symbol.text), symbol.level, symbol.version, side - 2 * RIM, f"{CODE_MM / side:.2f}"])
    _head(["symbol", *(f"{camera.name} {distance // 10} cm" for camera, distance in PLACES)])
    _row(["pixels for 45 mm", *(round(CODE_MM * camera.pixels_per_mm(distance)) for camera, distance in PLACES)])
    for symbol in distinct(every):
        _row([symbol.name, *(f"{rate(symbol, camera, distance, frames):.0%}" for camera, distance in PLACES)])
    _head(["symbol", *(f"{dirt:.0%} covered" for dirt in DIRT)])
    for symbol in distinct(every):
        _row([symbol.name, *(f"{rate(symbol, *DIRT_SEEN_FROM, frames, dirt):.0%}" for dirt in DIRT)])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
