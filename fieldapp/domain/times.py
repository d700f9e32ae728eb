"""Moments and spans as records keep and compare them: moments in UTC to the second, days as days in China."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from fieldapp.domain.calendar import CHINA


def utc_text(moment: datetime) -> str:
    """A moment as a record keeps it: ISO text in UTC, so that text order is time order.

    Raises ValueError without an offset.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment.astimezone(UTC).replace(microsecond=0).isoformat()


def start_of(day: date) -> str:
    """When a day begins in China, as records keep moments."""
    return utc_text(datetime(day.year, day.month, day.day, tzinfo=CHINA))


def month_start(today: date) -> date:
    """The first day of today's month."""
    return today.replace(day=1)


def week_end(today: date) -> date:
    """The Sunday of today's week."""
    return today + timedelta(days=6 - today.weekday())
