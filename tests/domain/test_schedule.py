from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain import codes, risk, schedule
from fieldapp.domain.schedule import LastVisit
from tests.domain.desk import TODAY

LAST = date(2025, 11, 7)


@pytest.mark.parametrize(
    ("level", "categories", "days"),
    [
        ("red", [], 7),
        ("yellow", [], 30),
        ("blue", [], 90),
        ("green", [], 90),
        ("blue", ["orphan"], 30),
        ("green", ["de_facto_unattended"], 30),
        ("red", ["orphan"], 7),
        (None, ["elder_alone"], 30),
    ],
)
def test_the_shortest_interval_that_applies_counts(level: str | None, categories: list[str], days: int) -> None:
    due = schedule.next_due(level, categories, LastVisit(LAST), TODAY)
    assert due is not None
    assert due.on == LAST + timedelta(days=days)


def test_somebody_never_visited_is_due_today() -> None:
    due = schedule.next_due(None, ["migrant"], None, TODAY)
    assert due is not None
    assert (due.on, due.last_on) == (TODAY, None)


def test_somebody_without_level_and_category_is_never_due() -> None:
    assert schedule.next_due(None, [], None, TODAY) is None
    assert schedule.next_due(None, [], LastVisit(LAST), TODAY) is None


def test_an_earlier_day_agreed_at_the_door_counts() -> None:
    due = schedule.next_due("yellow", [], LastVisit(LAST, date(2025, 11, 20)), TODAY)
    assert due is not None
    assert due.on == date(2025, 11, 20)


def test_a_later_day_counts_only_with_a_reason() -> None:
    later = date(2025, 12, 1)
    without = schedule.next_due("red", [], LastVisit(LAST, later), TODAY)
    with_reason = schedule.next_due("red", [], LastVisit(LAST, later, "住院"), TODAY)
    assert without is not None
    assert with_reason is not None
    assert (without.on, with_reason.on) == (date(2025, 11, 14), later)


def test_a_level_found_after_the_visit_overrides_a_later_day() -> None:
    agreed = LastVisit(LAST, date(2025, 12, 30), "走亲戚")
    due = schedule.next_due("red", [], agreed, TODAY, risk_on=date(2025, 11, 10))
    assert due is not None
    assert due.on == date(2025, 11, 14)


def test_lateness_counts_from_the_day_after() -> None:
    due = schedule.next_due("red", [], LastVisit(LAST), TODAY)
    assert due is not None
    assert (due.days_late(TODAY), due.days_late(due.on)) == (4, 0)


def test_an_interval_holds_from_its_day_on() -> None:
    assert schedule.interval("event", TODAY) is not None
    assert schedule.interval("event", date(2000, 1, 1)) is None


def test_every_interval_says_what_it_rests_on() -> None:
    for entry in schedule.intervals():
        assert entry.source
        assert entry.status in {"found", "design"}


levels = st.sampled_from([None, *codes.RISK_LEVEL])
days = st.dates(date(2024, 1, 1), date(2026, 12, 31))


@given(st.lists(st.tuples(levels, days), max_size=20))
def test_no_lower_risk_comes_before_a_higher_one(stops: list[tuple[str | None, date]]) -> None:
    ordered = sorted(stops, key=lambda stop: schedule.urgency(*stop))
    ranks = [risk.level(level).rank for level, _ in ordered]
    assert ranks == sorted(ranks)


@given(levels, st.sets(st.sampled_from(codes.CATEGORY)), days, st.one_of(st.none(), days))
def test_without_a_reason_nobody_is_due_later_than_the_rule_says(
    level: str | None, categories: set[str], last: date, agreed: date | None
) -> None:
    rule = schedule.interval_for(level, categories, TODAY)
    due = schedule.next_due(level, categories, LastVisit(last, agreed), TODAY)
    if rule is not None:
        assert due is not None
        assert due.on <= last + timedelta(days=rule.days)
