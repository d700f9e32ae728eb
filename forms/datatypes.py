"""What people type, read as the data type that the question asks for.

Each reader takes the text as typed and gives (text, value): the text that expressions and submissions see (XForms'
lexical form) and the Python value. It raises ValueError when the text is not of the type. People type full-width digits
and Chinese dates ("２０２４年１１月３日"); those are understood, and the text as typed is kept beside by the instance.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time
from unicodedata import normalize

Typed = str | int | float | date | datetime | time | tuple[str, ...]
Reader = Callable[[str], tuple[str, Typed]]

DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
INTEGER = re.compile(r"[+-]?\d{1,18}")
DECIMAL = re.compile(r"[+-]?(\d{1,300}(\.\d{0,300})?|\.\d{1,300})(e[+-]?\d{1,3})?", re.IGNORECASE)
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """Without the characters that no XML may hold (a keyboard cannot type them; a paste or a scanner can)."""
    return CONTROL.sub("", text)


def _plain(text: str) -> str:
    return normalize("NFKC", text).strip()


def _string(text: str) -> tuple[str, Typed]:
    return text, text


def _integer(text: str) -> tuple[str, Typed]:
    plain = _plain(text)
    if not INTEGER.fullmatch(plain):
        raise ValueError(text)
    return str(int(plain)), int(plain)


def _decimal(text: str) -> tuple[str, Typed]:
    plain = _plain(text)
    if not DECIMAL.fullmatch(plain):
        raise ValueError(text)
    return plain.removeprefix("+"), float(plain)


def _date(text: str) -> tuple[str, Typed]:
    """A date in ISO, Chinese or slashed form; of a moment ("2024-11-03T09:12:00.000+08:00") its day."""
    found = DATE.fullmatch(_plain(text).partition("T")[0])
    if not found:
        raise ValueError(text)
    value = date(*map(int, found.groups()))
    return value.isoformat(), value


def _datetime(text: str) -> tuple[str, Typed]:
    value = datetime.fromisoformat(_plain(text))
    return value.isoformat(timespec="milliseconds"), value


def _time(text: str) -> tuple[str, Typed]:
    value = time.fromisoformat(_plain(text))
    return value.isoformat(timespec="milliseconds"), value


def _boolean(text: str) -> tuple[str, Typed]:
    if text not in ("true", "false", "1", "0"):
        raise ValueError(text)
    return text, text


def _point(text: str) -> tuple[str, Typed]:
    """Latitude, longitude, then perhaps altitude and accuracy, in degrees and metres."""
    numbers = [float(part) for part in _plain(text).split()]
    if not (2 <= len(numbers) <= 4 and abs(numbers[0]) <= 90 and abs(numbers[1]) <= 180):  # "nan" is not within either
        raise ValueError(text)
    return _plain(text), _plain(text)


def _points(text: str) -> tuple[str, Typed]:
    for point in filter(str.strip, text.split(";")):
        _point(point)
    return text, text


def choices(text: str) -> tuple[str, Typed]:
    """The chosen names of a select multiple or a ranking."""
    names = tuple(text.split())
    return " ".join(names), names


READERS: dict[str, tuple[str, Reader]] = {
    "string": ("", _string),
    "int": ("integer", _integer),
    "decimal": ("decimal", _decimal),
    "date": ("date", _date),
    "dateTime": ("datetime", _datetime),
    "time": ("time", _time),
    "boolean": ("boolean", _boolean),
    "geopoint": ("geopoint", _point),
    "geotrace": ("geotrace", _points),
    "geoshape": ("geoshape", _points),
}
"""Data type of the bind -> (code of the error when the text is not of it, reader). Other types hold any text."""


def read(type_: str, text: str) -> tuple[str, Typed]:
    """(text, value) of a typed answer; ValueError with the code of the fault as its only argument."""
    code, reader = READERS.get(type_, READERS["string"])
    try:
        return reader(text)
    except (ValueError, OverflowError):
        raise ValueError(code) from None


def written(value: object) -> str:
    """The text of an answer given as a Python value (a number, a date, a list of names)."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (list, tuple, set, frozenset)):
        return " ".join(map(str, value))
    return str(value)
