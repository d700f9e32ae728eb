"""Characters to tokens (XPath 1.0, section 3.7). Whether a name is an operator is left to the parser, which knows."""

from __future__ import annotations

import re
from dataclasses import dataclass

from forms.xpath.errors import ExpressionError

MAX_LENGTH = 100_000
"""Characters in an expression; the longest seen in public forms has about 20,000."""

_NAME = r"[^\W\d][\w.\-\u00b7]*"
_TOKEN = re.compile(
    rf"""
    (?P<space>[ \t\r\n\u00a0]+)
  | (?P<number>\d+(?:\.\d*)?|\.\d+)
  | (?P<literal>"[^"]*"|'[^']*')
  | (?P<name>{_NAME}(?::(?:{_NAME}|\*))?)
  | (?P<symbol>\.\.|//|::|<=|>=|!=|[()\[\].,@/|+\-=<>*$])
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """`kind`: number, literal, name, symbol, end. `text` as written (literals without their quotes)."""

    kind: str
    text: str
    position: int


def tokens(source: str) -> list[Token]:
    """The tokens of an expression, the last one of kind "end" (ExpressionError when a character has no place)."""
    if len(source) > MAX_LENGTH:
        raise ExpressionError("long", source[:100], MAX_LENGTH, limit=MAX_LENGTH)
    found: list[Token] = []
    position = 0
    while position < len(source):
        match = _TOKEN.match(source, position)
        if match is None:
            raise _unknown(source, position)
        kind = match.lastgroup or ""
        if kind != "space":
            text = match.group()[1:-1] if kind == "literal" else match.group()
            found.append(Token(kind, text, position))
        position = match.end()
    return [*found, Token("end", "", len(source))]


def _unknown(source: str, position: int) -> ExpressionError:
    if source[position] in "'\"":
        return ExpressionError("quote", source, position)
    return ExpressionError("character", source, position, found=source[position])
