"""When a visit is due, and what comes first. The intervals are dated configuration: schedule.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from fieldapp.domain import risk

INTERVALS = Path(__file__).with_name("schedule.toml")


@dataclass(frozen=True, slots=True)
class Interval:
    """Visit at least every `days` days, `when` this holds; `status` and `source` say what it rests on."""

    when: str
    days: int
    effective_from: date
    status: str
    source: str


@dataclass(frozen=True, slots=True)
class LastVisit:
    """The last completed visit in person: its day, the next day agreed then, and the reason if that is a late one."""

    on: date
    next_on: date | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """When the next visit is due, by which interval, counted from `last_on` (None before the first visit)."""

    on: date
    interval: Interval | None
    last_on: date | None

    def days_late(self, today: date) -> int:
        """Days past the due date; 0 on the day itself and before."""
        return max(0, (today - self.on).days)


@cache
def intervals() -> tuple[Interval, ...]:
    """Every configured interval, past ones too."""
    return tuple(Interval(**entry) for entry in tomllib.loads(INTERVALS.read_text("utf-8"))["interval"])


def interval(when: str, today: date) -> Interval | None:
    """The interval in force for one condition, None if there is none."""
    fitting = (entry for entry in intervals() if entry.when == when and entry.effective_from <= today)
    return max(fitting, key=lambda entry: entry.effective_from, default=None)


def interval_for(risk_level: str | None, categories: Iterable[str], today: date) -> Interval | None:
    """The shortest interval that applies to a person of this level and these categories."""
    conditions = [f"risk:{risk_level}", *(f"category:{code}" for code in sorted(categories))]
    found = [entry for when in conditions if (entry := interval(when, today))]
    return min(found, key=lambda entry: entry.days, default=None)


def next_due(
    risk_level: str | None,
    categories: Iterable[str],
    last: LastVisit | None,
    today: date,
    risk_on: date | None = None,
) -> Due | None:
    """When the next visit is due; None when no rule calls for one. Somebody never visited is due today.

    A day agreed at the last visit counts if it is earlier than the rule's, or later with a reason. A level found after
    that visit (`risk_on`) overrides a later day.
    """
    categories = list(categories)
    rule = interval_for(risk_level, categories, today)
    if last is None:
        return Due(today, rule, None) if rule or categories else None
    by_rule = last.on + timedelta(days=rule.days) if rule else None
    on = _agreed(by_rule, last, risk_on)
    return Due(on, rule, last.on) if on else None


def _agreed(by_rule: date | None, last: LastVisit, risk_on: date | None) -> date | None:
    if last.next_on is None or by_rule is None:
        return last.next_on or by_rule
    found_since = risk_on is not None and risk_on > last.on
    may_be_later = bool(last.reason) and not found_since
    return last.next_on if may_be_later or last.next_on < by_rule else by_rule


def urgency(risk_level: str | None, due_on: date) -> tuple[int, date]:
    """The key of the day's order: the higher risk first, then whoever has waited longest."""
    return risk.level(risk_level).rank, due_on
