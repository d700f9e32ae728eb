"""Door cards: the signed code that a QR symbol carries, and the short code printed beside it. Pure.

The layout is fixed for years by docs/adr/0003-door-cards.md; a card in a family's door frame cannot be migrated.

    771 | household 80 bits | issuing device 50 bits | day 16 bits | Ed25519 signature 512 bits, as one decimal number
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from fieldapp.errors import N_, Invalid, NotFound
from sync.ids import ALPHABET

# 77 is "QS" on a telephone's keys; the third digit is the version of the layout.
FAMILY = "77"
VERSION = "1"
# No version can be shorter: a signature alone has about 154 digits. Keeps EAN-13 numbers that begin with 77 apart.
_CARD = re.compile(rf"\s*{FAMILY}[0-9]{{150,}}\s*")

HOUSEHOLD_CHARS = 16
ISSUER_CHARS = 10
DAY_BITS = 16
SIGNATURE_BITS = 512
HEAD_BITS = 5 * (HOUSEHOLD_CHARS + ISSUER_CHARS) + DAY_BITS
LIMIT = 2 ** (HEAD_BITS + SIGNATURE_BITS)
BODY_DIGITS = len(str(LIMIT))
FIRST_DAY = date(2020, 1, 1)

SHORT_CHARS = 6


@dataclass(frozen=True, slots=True)
class Issuer:
    """A device that prints cards: its raw 32-byte Ed25519 public key, and since when it may not sign any more."""

    public_key: bytes
    revoked_on: date | None = None


@dataclass(frozen=True, slots=True)
class CardRead:
    """What a genuine card says: which household, which device printed it, and when."""

    household: str
    issuer: str
    issued_on: date


def sign_card(household_id: str, issued_on: date, key: Ed25519PrivateKey, issuer: str) -> str:
    """The digits for the QR symbol: `household_id` of 16 characters, signed by the device `issuer` of 10.

    Raises Invalid if the day cannot stand on a card (2020 to 2199): the laptop's clock is wrong then.
    """
    day = (issued_on - FIRST_DAY).days
    if not 0 <= day < 2**DAY_BITS:
        raise Invalid(N_("这台电脑的日期是 %(date)s，不会是对的。请先校正日期，再打印门牌卡。"), date=issued_on)
    names = _number(household_id, HOUSEHOLD_CHARS) << (5 * ISSUER_CHARS) | _number(issuer, ISSUER_CHARS)
    head = names << DAY_BITS | day
    signature = int.from_bytes(key.sign(_signed(head)), "big")
    return f"{FAMILY}{VERSION}{head << SIGNATURE_BITS | signature:0{BODY_DIGITS}d}"


def is_card(text: str) -> bool:
    """Whether this looks like a door card of any version: quick, for what a handheld scanner types."""
    return _CARD.fullmatch(text) is not None


def read(payload: str, issuers: Mapping[str, Issuer]) -> CardRead:
    """What a scanned code says, proved against the known `issuers` (by device id).

    Raises Invalid (no card of ours, newer version, damaged, forged, issuer revoked) or NotFound (issuer not known
    here), each with its own sentence. Whether the household exists is the caller's to ask.
    """
    head, signature = _unpack(payload.strip())
    card = _card(head)
    issuer = issuers.get(card.issuer)
    if issuer is None:
        raise NotFound(
            N_("这台电脑还不认识发这张卡的电脑（%(issuer)s）。请先同步再扫；现在可以输入卡上的短码。"),
            issuer=card.issuer,
        )
    _prove(head, signature, issuer.public_key)
    if issuer.revoked_on and card.issued_on >= issuer.revoked_on:
        raise Invalid(
            N_(
                "这张卡作废了：它是 %(issued)s 发的，发卡的电脑从 %(revoked)s 起已停用。"
                "请给这户换一张新卡；现在可以从住户里找到这一户，写明原因。"
            ),
            issued=card.issued_on,
            revoked=issuer.revoked_on,
        )
    return card


def _unpack(payload: str) -> tuple[int, bytes]:
    """The signed head and the signature of a payload of our version."""
    if not is_card(payload):
        raise Invalid(N_("这不是门牌卡上的码。请对准门上的“入户服务卡”；没有卡就从住户里找，写明原因。"))
    version = payload[len(FAMILY)]
    if version != VERSION:
        raise Invalid(
            N_("这台电脑的程序还不认识第 %(version)s 版的门牌卡。请更新程序；现在可以输入卡上的短码。"), version=version
        )
    digits = payload[len(FAMILY) + len(VERSION) :]
    number = int(digits) if len(digits) == BODY_DIGITS else LIMIT
    if number >= LIMIT:
        raise Invalid(N_("卡上的码不完整。请再扫一次；还不行就输入卡上的短码，并给这户换一张新卡。"))
    return number >> SIGNATURE_BITS, (number % 2**SIGNATURE_BITS).to_bytes(SIGNATURE_BITS // 8, "big")


def _card(head: int) -> CardRead:
    names = head >> DAY_BITS
    return CardRead(
        household=_letters(names >> (5 * ISSUER_CHARS), HOUSEHOLD_CHARS),
        issuer=_letters(names, ISSUER_CHARS),
        issued_on=FIRST_DAY + timedelta(days=head % 2**DAY_BITS),
    )


def _prove(head: int, signature: bytes, public_key: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, _signed(head))
    except InvalidSignature:
        raise Invalid(
            N_(
                "这张卡的签名对不上，可能是假卡。请不要按它登记：从住户里找到这一户，写明原因，"
                "并把这张卡的情况告诉督导员。"
            )
        ) from None


def _signed(head: int) -> bytes:
    """What the signature covers. The words keep it from being passed off as anything else that the device signs."""
    return f"fieldapp door card {FAMILY}{VERSION} ".encode() + head.to_bytes((HEAD_BITS + 7) // 8, "big")


def _number(text: str, length: int) -> int:
    """A base 32 identifier as a number; raises ValueError if it is none of `length` characters."""
    if len(text) != length:
        raise ValueError(f"not an identifier of {length} characters: {text!r}")
    number = 0
    for char in text:
        number = number << 5 | ALPHABET.index(char)
    return number


def _letters(number: int, length: int) -> str:
    """The lowest 5 x `length` bits of a number in base 32."""
    return "".join(ALPHABET[number >> (5 * place) & 31] for place in reversed(range(length)))


# The short code -------------------------------------------------------------------------------------------------------

# What people type for a character that the alphabet leaves out because it looks like another one.
LOOK_ALIKES = str.maketrans("ILO", "110")
_BETWEEN = re.compile(r"[\s\-‐‑‒–—―−_·.]+")


def short_code(household_id: str) -> str:
    """The code printed on the card, as `QS7-4K2-8`: the household id's first 30 bits and a check character.

    Short codes are not unique: about 1 in 20 towns of 10,000 households holds one pair with the same code.
    """
    stem = household_id[:SHORT_CHARS]
    return f"{stem[:3]}-{stem[3:]}-{ALPHABET[_times_x(_remainder(stem))]}"


def parse_short_code(text: str) -> str:
    """The first 6 characters of the household ids that a typed short code may mean.

    Takes lower case, full width, spaces and missing dashes, I and L for 1, O for 0. Raises Invalid.
    """
    code = _BETWEEN.sub("", unicodedata.normalize("NFKC", text)).upper().translate(LOOK_ALIKES)
    strange = next((char for char in code if char not in ALPHABET), None)
    if strange == "U":
        raise Invalid(N_("短码里没有字母 U。请再看一眼，可能是 V。"))
    if strange:
        raise Invalid(N_("短码只有数字和字母，没有“%(char)s”。样子像 QS7-4K2-8。"), char=strange)
    if len(code) != SHORT_CHARS + 1:
        raise Invalid(N_("短码是 7 位，这里有 %(n)s 位。请照卡上的再输一次，短横可以不打。"), n=len(code))
    if _remainder(code):
        raise Invalid(N_("短码对不上：校验码不符，有一位打错了，或者两位打反了。请照卡上的再输一次。"))
    return code[:SHORT_CHARS]


def _remainder(code: str) -> int:
    """The code as a polynomial over GF(32), taken modulo its check (0: it stands).

    Every place weighs another power of x, so any one wrong character and any two swapped ones, neighbours or not, show.
    ISO 7064 has no system for 32 characters, and its hybrid ones miss some swaps.
    """
    remainder = 0
    for char in code:
        remainder = _times_x(remainder) ^ ALPHABET.index(char)
    return remainder


def _times_x(element: int) -> int:
    """Times x in GF(32), by the primitive polynomial x^5 + x^2 + 1."""
    return element << 1 ^ (0b100101 if element & 0b10000 else 0)
