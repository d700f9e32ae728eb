"""Days as people in Chongqing count them. The web layer words them; here they are only found."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


def business_date(moment: datetime) -> date:
    """The day in China at that moment. A moment without a time zone raises ValueError: it could be either day."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment.astimezone(CHINA).date()


def age(birth_date: date, on: date) -> int:
    """Full years on that day; somebody born on 29 February turns a year older on 1 March of a common year."""
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))
