"""Days in China, and ages."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from fieldapp.domain.calendar import age, business_date


def test_the_day_in_china_begins_at_sixteen_hours_utc() -> None:
    assert business_date(datetime(2025, 11, 18, 15, 59, 59, tzinfo=UTC)) == date(2025, 11, 18)
    assert business_date(datetime(2025, 11, 18, 16, 0, tzinfo=UTC)) == date(2025, 11, 19)


def test_a_moment_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        business_date(datetime(2025, 11, 18, 16, 0))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        (date(2010, 5, 12), date(2026, 5, 11), 15),
        (date(2010, 5, 12), date(2026, 5, 12), 16),
        (date(2012, 2, 29), date(2025, 2, 28), 12),
        (date(2012, 2, 29), date(2025, 3, 1), 13),
        (date(2025, 11, 18), date(2025, 11, 18), 0),
    ],
)
def test_age_counts_full_years(born: date, on: date, years: int) -> None:
    assert age(born, on) == years
