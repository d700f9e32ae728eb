"""Dates and times as ODK XForms has them: strings in ISO form, and numbers of days since 1970-01-01.

Two ways of counting stand side by side, as in the specification and in Collect:
civil days (`civil_days`) count what the calendar on the wall shows: a date is a whole number, whatever the zone; they
are what number(), arithmetic and comparisons use, so that `. <= now()` accepts today early in the morning;
`universal_days` counts from 1970-01-01 00:00 UTC: decimal-date-time() and its way back, date-time().
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import get_day_names, get_month_names

from forms.xpath.errors import ExpressionError

EPOCH = date(1970, 1, 1)
DAY_MS = 86_400_000
LAST_DAY = date.max.toordinal() - EPOCH.toordinal()
FIRST_DAY = date.min.toordinal() - EPOCH.toordinal()

_ZONE = r"(?P<zone>Z|[+-]\d{2}(?::?\d{2})?)?"
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<part>\d+))?)?"
_TIME = re.compile(_CLOCK + _ZONE, re.A)
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.A)
_STRICT = re.compile(r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}.*)?", re.A)
_FIELD = re.compile(r"%(.?)", re.S)
_TAG = re.compile(r"\(([A-Za-z_-]+)\)\s*$")


# -- reading ------------------------------------------------------------------------------------------------------


def read(text: str, zone: tzinfo | None) -> date | datetime | None:
    """A date, or a moment in this zone, from "2024-03-01", "2024-03-01T08:30:00.000+08:00"; None from all else."""
    day_text, separator, time_text = text.strip().partition("T")
    day = _read_day(day_text)
    if day is None or not separator:
        return day
    clock = _read_time(time_text)
    if clock is None:
        return None
    try:
        moment = datetime.combine(day, clock)
        return moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)
    except OverflowError:  # a zone that pushes the first or the last day of the calendar out of it
        return None


def _read_day(text: str) -> date | None:
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    try:
        return date(*(int(part) for part in match.groups()))
    except ValueError:
        return None


def _read_time(text: str) -> time | None:
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour, minute, second = (int(match[part] or 0) for part in ("hour", "minute", "second"))
    micros = int(((match["part"] or "") + "000000")[:6])
    try:
        return time(hour, minute, second, micros, _read_zone(match["zone"]))
    except ValueError:
        return None


def _read_zone(text: str | None) -> tzinfo | None:
    """The zone of "Z", "+08:00", "-0330", "+02"; ValueError for hours above 23 or minutes above 59."""
    if not text:
        return None
    if text == "Z":
        return UTC
    digits = text[1:].replace(":", "")
    clock = time(int(digits[:2]), int(digits[2:] or 0))
    shift = timedelta(hours=clock.hour, minutes=clock.minute)
    return timezone(-shift if text[0] == "-" else shift)


# -- counting -----------------------------------------------------------------------------------------------------


def civil_days(value: date | datetime) -> float:
    """Days on the wall calendar since 1970-01-01, with the part of the day that has passed."""
    whole = value.toordinal() - EPOCH.toordinal()
    if not isinstance(value, datetime):
        return float(whole)
    return (whole * DAY_MS + _milliseconds(value.time())) / DAY_MS


def universal_days(value: date | datetime, zone: tzinfo | None) -> float:
    """Days since 1970-01-01 00:00 UTC; a date counts from its midnight in the zone."""
    moment = value if isinstance(value, datetime) else datetime.combine(value, time(), zone)
    offset = moment.utcoffset() or timedelta()
    return (round(civil_days(moment) * DAY_MS) - round(offset / timedelta(milliseconds=1))) / DAY_MS


def _milliseconds(clock: time) -> int:
    return ((clock.hour * 60 + clock.minute) * 60 + clock.second) * 1000 + clock.microsecond // 1000


def number_of(text: str, zone: tzinfo | None) -> float:
    """What number() makes of a date or dateTime string (NaN when it is none)."""
    return _number_of(text, zone) if "T" in text else _number_of_day(text)


@lru_cache(maxsize=4096)
def _number_of_day(text: str) -> float:
    return _number_of(text, None)


def _number_of(text: str, zone: tzinfo | None) -> float:
    if _STRICT.fullmatch(text) is None:
        return math.nan
    value = read(text, zone)
    return math.nan if value is None else civil_days(value)


def day_of(days: float) -> date:
    """The date of a number of civil days (ExpressionError out of the calendar)."""
    if not FIRST_DAY <= days <= LAST_DAY:
        raise ExpressionError("date", value=days)
    return date.fromordinal(EPOCH.toordinal() + math.floor(days))


def moment_of(days: float, zone: tzinfo | None) -> datetime:
    """The moment, in the zone, of a number of universal days."""
    if not FIRST_DAY + 1 <= days < LAST_DAY:
        raise ExpressionError("date", value=days)
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=round(days * DAY_MS))).astimezone(zone)


def day_fraction(text: str, now: datetime) -> float:
    """The part of the local day that has passed at a time ("06:00:00.000-07:00") or a moment; NaN from all else."""
    clock = _read_time(text.strip())
    if clock is None:
        value = read(text, now.tzinfo)
        return math.nan if value is None else civil_days(value) % 1
    moment = datetime.combine(now.date(), clock)
    local = moment.astimezone(now.tzinfo) if clock.tzinfo else moment
    return _milliseconds(local.time()) / DAY_MS


# -- writing ------------------------------------------------------------------------------------------------------


def stamp(moment: datetime) -> str:
    """A moment as dateTime: "2024-03-01T08:30:00.000+08:00"."""
    return moment.isoformat(timespec="milliseconds")


def write(value: date | datetime, pattern: str, language: str) -> str:
    """A date or moment by a pattern of format-date(): %Y %y %m %n %b %d %e %a %H %h %M %S %3 %W %%."""
    moment = value if isinstance(value, datetime) else datetime.combine(value, time())

    def field(match: re.Match[str]) -> str:
        if match[1] not in FIELDS:
            raise ExpressionError("format", found=match[0])
        return FIELDS[match[1]](moment, language)

    return _FIELD.sub(field, pattern)


def _month(moment: datetime, language: str) -> str:
    return str(get_month_names("abbreviated", locale=_locale(language))[moment.month])


def _weekday(moment: datetime, language: str) -> str:
    return str(get_day_names("abbreviated", locale=_locale(language))[moment.weekday()])


def _locale(language: str) -> Locale:
    """The locale of a form's language ("zh", "中文 (zh)"); English when it names none."""
    match = _TAG.search(language)
    try:
        return Locale.parse((match[1] if match else language).replace("-", "_"))
    except (ValueError, UnknownLocaleError, TypeError):
        return Locale("en")


FIELDS: dict[str, Callable[[datetime, str], str]] = {
    "Y": lambda moment, _: f"{moment.year:04}",
    "y": lambda moment, _: f"{moment.year % 100:02}",
    "m": lambda moment, _: f"{moment.month:02}",
    "n": lambda moment, _: str(moment.month),
    "b": _month,
    "d": lambda moment, _: f"{moment.day:02}",
    "e": lambda moment, _: str(moment.day),
    "a": _weekday,
    "H": lambda moment, _: f"{moment.hour:02}",
    "h": lambda moment, _: str(moment.hour),
    "M": lambda moment, _: f"{moment.minute:02}",
    "S": lambda moment, _: f"{moment.second:02}",
    "3": lambda moment, _: f"{moment.microsecond // 1000:03}",
    "W": lambda moment, _: str(moment.isocalendar().week),
    "%": lambda *_: "%",
}
"""The letters after "%" (ODK XForms, format-date; %W and %% as JavaRosa)."""
