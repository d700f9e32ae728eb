"""Dates and times: the functions of ODK XForms, on the strings and numbers that `dates` explains."""

from __future__ import annotations

import math
from datetime import date, datetime, tzinfo

from forms.xpath import dates
from forms.xpath.code import Kind
from forms.xpath.context import Scope, Value
from forms.xpath.errors import ExpressionError
from forms.xpath.functions import function
from forms.xpath.nodes import Node
from forms.xpath.values import to_string

STRING, NUMBER, ANY = Kind.STRING, Kind.NUMBER, Kind.ANY


@function("today", returns=STRING, scoped=True, impure=True)
def today(scope: Scope, node: Node) -> str:
    return scope.context.now.date().isoformat()


@function("now", returns=STRING, scoped=True, impure=True)
def now(scope: Scope, node: Node) -> str:
    return dates.stamp(scope.context.now)


def _read(value: Value, zone: tzinfo | None) -> date | datetime | None:
    """A date or moment from a text, None from an empty one (ExpressionError from any other)."""
    text = to_string(value)
    if not text.strip():
        return None
    found = None if isinstance(value, bool) else dates.read(text, zone)
    if found is None:
        raise ExpressionError("date", value=text)
    return found


@function("date", ANY, returns=STRING, scoped=True)
def as_date(scope: Scope, node: Node, value: Value) -> str:
    """A date from a number of days, a date or a dateTime; "" from nothing."""
    if isinstance(value, float):
        return "" if math.isnan(value) else dates.day_of(value).isoformat()
    found = _read(value, scope.zone)
    if isinstance(found, datetime):
        return found.date().isoformat()
    return found.isoformat() if found else ""


@function("date-time", ANY, returns=STRING, scoped=True)
def as_moment(scope: Scope, node: Node, value: Value) -> str:
    """A dateTime in the local zone from a number of universal days or a dateTime; a date stays a date."""
    if isinstance(value, float):
        return "" if math.isnan(value) else dates.stamp(dates.moment_of(value, scope.zone))
    found = _read(value, scope.zone)
    if isinstance(found, datetime):
        return dates.stamp(found)
    return found.isoformat() if found else ""


@function("decimal-date-time", ANY, returns=NUMBER, scoped=True)
def decimal_date_time(scope: Scope, node: Node, value: Value) -> float:
    """Days since 1970-01-01 00:00 UTC; NaN from nothing."""
    if isinstance(value, float):
        return value
    found = _read(value, scope.zone)
    return dates.universal_days(found, scope.zone) if found else math.nan


@function("decimal-time", ANY, returns=NUMBER, scoped=True)
def decimal_time(scope: Scope, node: Node, value: Value) -> float:
    """The part of the local day that has passed at a time: noon is 0.5; NaN from what is no time."""
    if isinstance(value, float):
        return value % 1 if math.isfinite(value) else math.nan
    return dates.day_fraction(to_string(value), scope.context.now)


@function("format-date", ANY, STRING, returns=STRING, scoped=True)
def format_date(scope: Scope, node: Node, value: Value, pattern: str) -> str:
    """A date (or a number of days) by a pattern; "" from nothing."""
    if isinstance(value, float):
        return "" if math.isnan(value) else dates.write(dates.day_of(value), pattern, scope.context.language)
    found = _read(value, scope.zone)
    return dates.write(found, pattern, scope.context.language) if found else ""


@function("format-date-time", ANY, STRING, returns=STRING, scoped=True)
def format_date_time(scope: Scope, node: Node, value: Value, pattern: str) -> str:
    """A moment (or a number of universal days) by a pattern; "" from nothing."""
    if not isinstance(value, float):
        return str(format_date(scope, node, value, pattern))
    if math.isnan(value):
        return ""
    return dates.write(dates.moment_of(value, scope.zone), pattern, scope.context.language)
