"""Dates, times and the moment: read, counted, written. The moment of these tests is 2026-11-24 07:30 in China."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from forms.xpath import ExpressionError, Value
from tests.forms.evaluating import NOW, alike, evaluate, string

NAN = math.nan
PHOENIX = NOW.astimezone(timezone(timedelta(hours=-7)))
days = st.dates(date(1, 1, 2), date(9999, 12, 30))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("today()", "2026-11-24"),
        ("now()", "2026-11-24T07:30:15.250+08:00"),
        ("date(now())", "2026-11-24"),
        ("date('')", ""),
        ("date('2018-01-01')", "2018-01-01"),
        ("date('1970-1-2')", "1970-01-02"),
        ("date(0)", "1970-01-01"),
        ("date(6.5)", "1970-01-07"),
        ("date(-1)", "1969-12-31"),
        ("date(14127)", "2008-09-05"),
        ("date('2018-01-01' + 1)", "2018-01-02"),
        ("date(today() + 10)", "2026-12-04"),
        ("date(number('x'))", ""),
        ("date('2026-11-23T23:30:00Z')", "2026-11-24"),
        ("date(date('1989-11-09'))", "1989-11-09"),
        ("date-time('2026-11-23T23:30:00Z')", "2026-11-24T07:30:00.000+08:00"),
        ("date-time('2026-11-24T07:30')", "2026-11-24T07:30:00.000+08:00"),
        ("date-time('2026-11-24')", "2026-11-24"),
        ("date-time(0)", "1970-01-01T08:00:00.000+08:00"),
        ("date-time('')", ""),
        ("date-time(decimal-date-time(now()) + 1)", "2026-11-25T07:30:15.250+08:00"),
        ("date-time('2026-11-24T07:30:15.123456+0800')", "2026-11-24T07:30:15.123+08:00"),
        ("string(date('2018-01-01'))", "2018-01-01"),
        ("concat('on ', today())", "on 2026-11-24"),
        ("date-time(number('x'))", ""),
        ("date-time('2026-11-24T07:30:00-03:30')", "2026-11-24T19:00:00.000+08:00"),
        ("date-time('2026-11-24T07:30:00+02')", "2026-11-24T13:30:00.000+08:00"),
    ],
)
def test_dates_and_moments_are_strings(source: str, expected: str) -> None:
    assert string(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("number('1970-01-01')", 0.0),
        ("number('2008-09-05')", 14127.0),
        ("number('1969-12-31')", -1.0),
        ("'2021-11-30' - '2021-11-29'", 1.0),
        ("date('2008-09-08') - date('1983-10-06')", 9104.0),
        ("today() - '2026-11-20'", 4.0),
        ("now() - today()", (7.5 * 3600 + 15.25) / 86400),
        ("today() + 1", 20782.0),
        ("int((today() - '2020-11-25') div 365.25)", 5.0),
        ("number('1983-09-31')", NAN),
        ("number('2026-11')", NAN),
        ("number('2026-1-2')", NAN),
        ("number(' 1970-01-02 ')", 1.0),
        ("number('1970-01-01T12:00:00+08:00')", 0.5),
        ("number('1970-01-01T12:00')", 0.5),
        ("number('1970-01-01T25:00:00')", NAN),
        ("number('1970-01-01Tnoon')", NAN),
        ("number('0001-01-01T00:00:00+14:00')", NAN),
        ("number('abcd-ef-gh')", NAN),
        ("round(now() - '2026-11-24T01:30:15.250', 6)", 0.25),
        ("max('2020-01-01', today())", 20781.0),
    ],
)
def test_where_a_number_is_wanted_a_date_counts_in_days(source: str, expected: float) -> None:
    value = evaluate(source)
    assert alike(value, expected) or value == pytest.approx(expected, abs=1e-9), value


def test_an_age_is_computed_from_a_question() -> None:
    xml = "<data><born>2020-11-24</born><age/></data>"
    assert evaluate("today() - ../born", xml, "/data/age") == 2191.0
    assert string("int((today() - ../born) div 365.25)", xml, "/data/age") == "5"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("date('2001-12-26') > date('2001-12-25')", True),
        ("'2012-01-01' < today()", True),
        ("date('2100-01-02') > now()", True),
        ("10 + date('2012-07-24') = date('2012-08-03')", True),
        ("10 + '2012-07-24' = '2012-08-03'", True),
        ("date(1) = '1970-01-02'", True),
        ("date('1970-01-02') = 1", True),
        ("today() = '2026-11-24'", True),
        ("today() <= now()", True),
        ("now() >= '2026-11-24'", True),
        ("'2018-06-25' = '2018-06-25T00:00:00.000+08:00'", False),
        ("'2018-06-25' < '2018-06-25T00:00:00.001+08:00'", True),
        ("'2026-11-24T00:00:00+08:00' = '2026-11-23T16:00:00Z'", False),
        ("'2026-11-24T00:00:00+08:00' <= '2026-11-23T16:00:00Z'", True),
        ("today() > ('2012-01-01' + 10)", True),
        ("true() != date('1999-09-09')", False),
        ("boolean(date('1970-01-01'))", True),
    ],
)
def test_dates_compare_as_days(source: str, expected: bool) -> None:
    assert evaluate(source) is expected


@pytest.mark.parametrize("early", [NOW, NOW.replace(hour=0, minute=1), PHOENIX.replace(hour=23)])
def test_a_date_question_accepts_today_at_any_hour(early: datetime) -> None:
    xml = f"<data><day>{early.date().isoformat()}</day></data>"
    assert evaluate("/data/day <= now()", xml, now=early) is True
    assert evaluate("/data/day <= today()", xml, now=early) is True
    assert evaluate("/data/day + 1 > now()", xml, now=early) is True


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("decimal-date-time('1970-01-01T00:00:00Z')", 0.0),
        ("decimal-date-time('2018-04-24T15:30:00.000+06:00')", 17645.395833333332),
        ("decimal-date-time('1970-01-01')", 7 / 24),
        ("decimal-date-time('1970-01-02T03:00:00')", 1 + 10 / 24),
        ("decimal-date-time('')", NAN),
        ("decimal-date-time(12.5)", 12.5),
        ("decimal-date-time('2025-08-18T02:03:23.958Z')", 20318.085693958332),
        ("decimal-time('06:00:00.000-07:00')", 0.25),
        ("decimal-time('06:00:00.000-01:00')", 0.0),
        ("decimal-time('06:00:59.000-07:00')", 0.25068287037037035),
        ("decimal-time('23:59:00.000-07:00')", 0.9993055555555556),
        ("decimal-time('23:59:00.000-13:00')", 0.24930555555555556),
        ("decimal-time('12:00')", 0.5),
        ("decimal-time('a')", NAN),
        ("decimal-time('24:00:00.000-07:00')", NAN),
        ("decimal-time('06:00:00.000-24:00')", NAN),
        ("decimal-time('')", NAN),
        ("decimal-time('06:60:00.000-07:00')", NAN),
        ("decimal-time('06:00:60.000-07:00')", NAN),
        ("decimal-time('23:59:00.000-07:60')", NAN),
        ("decimal-time('2026-11-24T18:00:00-07:00')", 0.75),
        ("decimal-time(2.25)", 0.25),
        ("decimal-time(1 div 0)", NAN),
        ("decimal-time('12:00:00.000-07:00') - decimal-time('06:00:00.000-07:00')", 0.25),
    ],
)
def test_moments_and_times_as_decimals_in_a_zone_seven_hours_behind(source: str, expected: float) -> None:
    value = evaluate(source, now=PHOENIX)
    assert alike(value, expected) or value == pytest.approx(expected, abs=1e-12), value


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("%Y-%m-%d", "2012-07-03"),
        ("%y/%n/%e", "12/7/3"),
        ("%b %a", "Jul Tue"),
        ("%H:%M:%S.%3", "06:07:08.123"),
        ("%h", "6"),
        ("%W", "27"),
        ("100%%", "100%"),
        ("", ""),
        ("年", "年"),
    ],
)
def test_a_moment_is_written_by_a_pattern(pattern: str, expected: str) -> None:
    assert string(f"format-date-time('2012-07-03T06:07:08.123', '{pattern}')") == expected
    assert string(f"format-date('2012-07-03T06:07:08.123', '{pattern}')") == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("format-date('', '%Y')", ""),
        ("format-date(number('x'), '%Y')", ""),
        ("format-date(14127, '%Y-%m-%d')", "2008-09-05"),
        ("format-date('2001-12-31', '%b %e, %Y')", "Dec 31, 2001"),
        ("format-date-time(0, '%Y-%m-%d %H:%M')", "1970-01-01 08:00"),
        ("format-date-time(number('x'), '%Y')", ""),
        ("format-date-time('2017-05-26T01:00:00-07:00', '%a %H')", "Fri 16"),
        ("format-date('0987-01-01', '%Y')", "0987"),
    ],
)
def test_what_is_no_moment_is_written_as_nothing(source: str, expected: str) -> None:
    assert string(source) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("zh", "7月 周二"),
        ("zh-CN", "7月 周二"),
        ("中文 (zh)", "7月 周二"),
        ("en", "Jul Tue"),
        ("English (en)", "Jul Tue"),
        ("French (fr)", "juil. mar."),
        ("default", "Jul Tue"),
        ("", "Jul Tue"),
        ("xx", "Jul Tue"),
        ("没有", "Jul Tue"),
        ("a_b_c_d_e_f", "Jul Tue"),
    ],
)
def test_months_and_days_are_named_in_the_language_of_the_form(language: str, expected: str) -> None:
    assert string("format-date('2012-07-03', '%b %a')", language=language) == expected


@pytest.mark.parametrize(
    "source",
    [
        "date('1983-09-31')",
        "date('soon')",
        "date(true())",
        "date(1 div 0)",
        "date(99999999)",
        "date-time(-99999999)",
        "date-time('x')",
        "decimal-date-time('-1000')",
        "decimal-date-time('-01-2019')",
        "format-date('not a date', '%Y')",
        "date-time(1 div 0)",
        "date('2024-01-01T99:00')",
    ],
)
def test_what_is_no_date_gives_a_clear_error(source: str) -> None:
    with pytest.raises(ExpressionError, match="不是日期"):
        evaluate(source)


@pytest.mark.parametrize("pattern", ["%Q", "%", "%B", "a%Z"])
def test_an_unknown_letter_in_a_pattern_gives_a_clear_error(pattern: str) -> None:
    with pytest.raises(ExpressionError, match="日期格式"):
        evaluate(f"format-date('2024-01-01', '{pattern}')")


@given(days, st.integers(-10_000, 10_000))
def test_days_added_and_taken_away_come_back(day: date, more: int) -> None:
    number = evaluate(f"number('{day.isoformat()}')")
    assert number == day.toordinal() - date(1970, 1, 1).toordinal()
    assert string(f"date('{day.isoformat()}' + 0)") == day.isoformat()
    assert evaluate(f"'{day.isoformat()}' + {more} - '{day.isoformat()}'") == more


@given(st.datetimes(), st.integers(-14 * 60, 14 * 60))
def test_a_moment_comes_back_from_its_decimal(moment: datetime, minutes: int) -> None:
    assume(3 <= moment.timetuple().tm_yday <= 363)  # not where a shift would leave the calendar
    zone = timezone(timedelta(minutes=minutes))
    text = moment.replace(tzinfo=zone).isoformat(timespec="milliseconds")
    expected = datetime.fromisoformat(text).astimezone(NOW.tzinfo).isoformat(timespec="milliseconds")
    assert string(f"date-time('{text}')") == expected
    assert string(f"date-time(decimal-date-time('{text}'))") == expected
    assert evaluate(f"decimal-date-time('{text}')") == pytest.approx(
        (datetime.fromisoformat(text) - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(days=1), abs=1e-7
    )


@given(st.text("0123456789-:T+Z. ", max_size=30))
def test_no_text_is_too_strange_to_be_tried_as_a_date(text: str) -> None:
    value: Value = evaluate(f"'{text}' + 0")
    assert isinstance(value, float)
    assert isinstance(evaluate(f"decimal-time('{text}')"), float)
