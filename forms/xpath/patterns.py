"""Regular expressions of forms, written for Java, run within bounds of length and time."""

from __future__ import annotations

import re
from functools import lru_cache

import regex

from forms.xpath.errors import ExpressionError

MAX_PATTERN = 2_000
SECONDS = 0.25
"""After so long a pattern is given up; ordinary ones take microseconds."""

_PIECE = re.compile(r"\\.|[\[\]]|[^\\\[\]]+", re.S)
_OUTSIDE = {r"\d": "[0-9]", r"\D": "[^0-9]", r"\w": "[A-Za-z0-9_]", r"\W": "[^A-Za-z0-9_]"}
_INSIDE = {r"\d": "0-9", r"\w": "A-Za-z0-9_"}


def matches(text: str, pattern: str) -> bool:
    """Whether the whole text matches (as in Collect). ExpressionError for a pattern that is wrong, long or slow."""
    compiled = _compile(pattern)
    try:
        return compiled.fullmatch(text, timeout=SECONDS) is not None
    except TimeoutError:
        raise ExpressionError("pattern-slow", pattern=pattern) from None


@lru_cache(maxsize=500)
def _compile(pattern: str) -> regex.Pattern[str]:
    if len(pattern) > MAX_PATTERN:
        raise ExpressionError("pattern-long", limit=MAX_PATTERN)
    try:
        return regex.compile(_translate(pattern))
    except (regex.error, RecursionError, OverflowError):
        raise ExpressionError("pattern", pattern=pattern) from None


def _translate(pattern: str) -> str:
    r"""In Java \d and \w are ASCII; without this a full-width digit would pass for a digit."""
    depth, pieces = 0, []
    for piece in _PIECE.findall(pattern):
        depth = max(depth + {"[": 1, "]": -1}.get(piece, 0), 0)
        pieces.append((_INSIDE if depth else _OUTSIDE).get(piece, piece))
    return "".join(pieces)
