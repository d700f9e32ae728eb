"""Dates, gaps and sizes in words. Today is Tuesday, 18 November 2025."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.web import words
from fieldapp.web.i18n import speaking

TODAY = date(2025, 11, 18)
NOW = datetime(2025, 11, 18, 3, 20, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "chinese", "english"),
    [
        (date(2025, 11, 18), "今天", "today"),
        (date(2025, 11, 17), "昨天", "yesterday"),
        (date(2025, 11, 19), "明天", "tomorrow"),
        (date(2025, 11, 20), "周四", "Thu"),
        (date(2025, 11, 23), "周日", "Sun"),
        (date(2025, 11, 24), "11月24日", "24 Nov"),
        (date(2025, 11, 14), "11月14日", "14 Nov"),
        (date(2024, 11, 3), "2024年11月3日", "3 Nov 2024"),
        (date(2026, 1, 2), "2026年1月2日", "2 Jan 2026"),
        (None, "未知", "not known"),
    ],
)
def test_near_days_have_names_and_far_ones_are_written_out(day: date | None, chinese: str, english: str) -> None:
    assert words.near_date(day, TODAY) == chinese
    with speaking("en"):
        assert words.near_date(day, TODAY) == english


@pytest.mark.parametrize(
    ("moment", "chinese", "english"),
    [
        (datetime(2025, 11, 18, 1, 12, tzinfo=UTC), "今天 09:12", "today 09:12"),
        (datetime(2025, 11, 17, 11, 30, tzinfo=UTC), "昨天 19:30", "yesterday 19:30"),
        (datetime(2025, 11, 16, 10, 47, tzinfo=UTC), "11月16日 18:47", "16 Nov 18:47"),
        (datetime(2024, 12, 31, 16, 5, tzinfo=UTC), "1月1日 00:05", "1 Jan 00:05"),
        (None, "未知", "not known"),
    ],
)
def test_times_are_told_by_the_clock_of_china(moment: datetime | None, chinese: str, english: str) -> None:
    assert words.near_time(moment, NOW) == chinese
    with speaking("en"):
        assert words.near_time(moment, NOW) == english


def test_titles_and_papers_write_the_day_out() -> None:
    assert (words.head_date(TODAY), words.full_date(TODAY)) == ("11月18日 周二", "2025年11月18日")
    with speaking("en"):
        assert (words.head_date(TODAY), words.full_date(TODAY)) == ("Tue 18 Nov", "18 Nov 2025")


def test_the_saved_time_has_seconds() -> None:
    assert words.clock(NOW) == "11:20"
    assert words.clock(NOW, seconds=True) == "11:20:04"


@pytest.mark.parametrize(
    ("born", "chinese"),
    [
        (date(2014, 11, 18), "11 岁"),
        (date(2014, 11, 19), "10 岁"),
        (date(2024, 11, 19), "11 个月"),
        (date(2024, 11, 18), "1 岁"),
        (date(2025, 11, 17), "0 个月"),
        (None, "年龄未知"),
    ],
)
def test_ages_are_counted_by_birthdays(born: date | None, chinese: str) -> None:
    assert words.age(born, TODAY) == chinese


def test_gaps_are_numbers() -> None:
    assert words.days_late(4) == "逾期 4 天"
    assert words.days_ago(date(2025, 11, 14), TODAY) == "4 天前"
    assert words.days_ago(date(2025, 11, 17), TODAY) == "昨天"


def test_sizes_and_counts_are_short_and_the_unknown_is_not_zero() -> None:
    assert [words.size(n) for n in (1, 4096, 655_360, 3_355_443)] == ["1 KB", "4 KB", "640 KB", "3.2 MB"]
    assert words.thousands(3412) == "3,412"
    assert words.thousands(None) == "未知"


@given(st.integers(-2000, 2000))
def test_no_two_days_near_each_other_have_the_same_name(days: int) -> None:
    around = [words.near_date(TODAY + timedelta(days=days + gap), TODAY) for gap in range(14)]
    assert len(set(around)) == 14
