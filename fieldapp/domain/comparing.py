"""Where values differ, for the eye."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

Piece = tuple[str, bool]


def marked(texts: Sequence[str]) -> list[list[Piece]]:
    """Each text in pieces (piece, whether it differs): what all have in common at both ends is not marked.

    Texts that have nothing in common are not marked at all: then the whole is plainly different.
    """
    head = _common(texts)
    tail = _common([text[head:][::-1] for text in texts])
    if not head and not tail:
        return [[(text, False)] for text in texts]
    return [_pieces(text, head, len(text) - tail) for text in texts]


def _common(texts: Sequence[str]) -> int:
    """How many characters all texts begin with alike."""
    return sum(1 for _ in takewhile(lambda chars: len(set(chars)) == 1, zip(*texts, strict=False)))


def _pieces(text: str, start: int, end: int) -> list[Piece]:
    pieces = [(text[:start], False), (text[start:end], True), (text[end:], False)]
    return [piece for piece in pieces if piece[0]]
