"""What a field's value may be. Each rule is a test of one JSON value; what passes is stored alike on every database."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime

from sync.change import Value

Rule = Callable[[Value], bool]

# How deep lists and objects may stand in each other: JSON libraries give up at some hundred.
MOST_DEEP = 32

# A column of four bytes, on every database.
LEAST_INTEGER, MOST_INTEGER = -(2**31), 2**31 - 1


def text(most: int, least: int = 0) -> Rule:
    """Text of so many characters; PostgreSQL stores no NUL."""
    return lambda value: isinstance(value, str) and least <= len(value) <= most and "\0" not in value


def matching(pattern: str) -> Rule:
    """Text that is all of a pattern."""
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


is_area = matching("[0-9]{12}")


def one_of(codes: Iterable[str]) -> Rule:
    """One of a closed list."""
    known = frozenset(codes)
    return lambda value: isinstance(value, str) and value in known


def is_date(value: Value) -> bool:
    """A date, written in the one way that also sorts by date: 2026-11-25."""
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def is_moment(value: Value) -> bool:
    """A moment, written in the one way that also sorts by time: to the second, in UTC."""
    try:
        return isinstance(value, str) and _utc(datetime.fromisoformat(value)) == value
    except (ValueError, OverflowError):
        return False


def _utc(moment: datetime) -> str | None:
    return moment.astimezone(UTC).isoformat(timespec="seconds") if moment.tzinfo is not None else None


def is_boolean(value: Value) -> bool:
    """True or false, and no number that stands for one."""
    return isinstance(value, bool)


def is_integer(value: Value) -> bool:
    """A whole number that fits its column."""
    return type(value) is int and LEAST_INTEGER <= value <= MOST_INTEGER


def is_shallow(value: Value, deep: int = 0) -> bool:
    """Any JSON value that is not nested beyond reason."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return deep <= MOST_DEEP and all(is_shallow(each, deep + 1) for each in inner)
