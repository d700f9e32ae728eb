"""Dates, gaps and sizes in words (template filters). Near dates by name, far ones in full; today is an argument."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask import Flask
from jinja2 import pass_context
from jinja2.runtime import Context

from fieldapp.domain import risk
from fieldapp.domain.labels import Words
from fieldapp.domain.places import in_village, in_words, whole
from fieldapp.web.i18n import gettext as _
from fieldapp.web.i18n import language, ngettext, pgettext

SHANGHAI = ZoneInfo("Asia/Shanghai")
PATTERNS = {
    "zh": {"day": "EEE", "near": "M月d日", "far": "y年M月d日", "head": "M月d日 EEE"},
    "en": {"day": "EEE", "near": "d MMM", "far": "d MMM y", "head": "EEE d MMM"},
}


def _shape(day: date, pattern: str) -> str:
    return format_date(day, PATTERNS[language()][pattern], locale=language())


def _named(day: date, today: date) -> str | None:
    names = {-1: _("昨天"), 0: pgettext("date", "今天"), 1: _("明天")}
    return names.get((day - today).days)


def _dated(day: date, today: date) -> str:
    return _shape(day, "near" if day.year == today.year else "far")


def near_date(day: date | None, today: date) -> str:
    """今天 · 周四 · 11月25日 · 2024年11月3日. A weekday alone means one still to come in this week."""
    if day is None:
        return _("未知")
    this_week = today < day < today + timedelta(days=7 - today.weekday())
    return _named(day, today) or (_shape(day, "day") if this_week else _dated(day, today))


def near_time(moment: datetime | None, now: datetime) -> str:
    """今天 09:12 · 昨天 19:30 · 11月16日 18:47, in Chinese time."""
    if moment is None:
        return _("未知")
    local, today = moment.astimezone(SHANGHAI), now.astimezone(SHANGHAI).date()
    return f"{_named(local.date(), today) or _dated(local.date(), today)} {local:%H:%M}"


def full_date(day: date) -> str:
    """2025年11月18日, for papers and titles where the year matters."""
    return _shape(day, "far")


def head_date(day: date) -> str:
    """11月18日 周二, for the line under a title."""
    return _shape(day, "head")


def clock(moment: datetime, seconds: bool = False) -> str:
    """09:12, or 11:20:04 for the saved time, in Chinese time."""
    return f"{moment.astimezone(SHANGHAI):{'%H:%M:%S' if seconds else '%H:%M'}}"


def days_late(days: int) -> str:
    """逾期 4 天."""
    return ngettext("逾期 %(num)s 天", "逾期 %(num)s 天", days)


def days_ago(day: date, today: date) -> str:
    """4 天前, or the name of a near day."""
    gap = (today - day).days
    return _named(day, today) or ngettext("%(num)s 天前", "%(num)s 天前", gap)


def age(born: date | None, today: date) -> str:
    """11 岁; under one year in months; unknown says so and is never zero."""
    if born is None:
        return _("年龄未知")
    months = (today.year - born.year) * 12 + today.month - born.month - (today.day < born.day)
    if months < 12:
        return ngettext("%(num)s 个月", "%(num)s 个月", months)
    return ngettext("%(num)s 岁", "%(num)s 岁", months // 12)


def thousands(number: int | float | None) -> str:
    """3,412; unknown says so."""
    return _("未知") if number is None else f"{number:,}"


def size(octets: int) -> str:
    """4 KB, 1.2 MB. Small things still count as 1 KB."""
    return f"{max(1, round(octets / 1024))} KB" if octets < 1024 * 1024 else f"{octets / 1024 / 1024:.1f} MB"


def worded(words: Words) -> str:
    """A label or a value of the domain in the language being spoken, the parts that it is made of as well."""
    return _(words.text, **{name: worded(v) if isinstance(v, Words) else v for name, v in words.values.items()})


def risk_rank(code: str | None) -> int:
    """The number of a level for `kit.risk`: red 1 to green 4, not rated 0."""
    return risk.level(code).rank if code else 0


FILTERS: tuple[Callable[..., str | int], ...] = (
    near_date,
    near_time,
    full_date,
    head_date,
    clock,
    days_late,
    days_ago,
    age,
    thousands,
    size,
    worded,
    risk_rank,
    in_village,
    in_words,
    whole,
)


def _spoken(function: Callable[..., str | int]) -> Callable[..., str | int]:
    """With the context as an argument, or Jinja would work out `4|days_late` once, in one language, for everybody."""

    @pass_context
    def speak(_context: Context, *args: object, **kwargs: object) -> str | int:
        return function(*args, **kwargs)

    return speak


def init_app(app: Flask) -> None:
    """Make every function of FILTERS a template filter of the same name."""
    for function in FILTERS:
        app.jinja_env.filters[function.__name__] = _spoken(function)
