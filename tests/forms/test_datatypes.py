"""What people type, read as the type that the question asks for."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from forms.datatypes import Typed, clean, read, written


@pytest.mark.parametrize(
    ("type_", "typed", "text", "value"),
    [
        ("string", " 周 ", " 周 ", " 周 "),
        ("int", "＋０１２", "12", 12),
        ("int", "-3", "-3", -3),
        ("decimal", "２．５", "2.5", 2.5),
        ("decimal", ".5", ".5", 0.5),
        ("date", "2024/3/1", "2024-03-01", date(2024, 3, 1)),
        ("date", "2024年11月3日", "2024-11-03", date(2024, 11, 3)),
        ("date", "2024-11-03T09:12:00.000+08:00", "2024-11-03", date(2024, 11, 3)),
        ("dateTime", "2024-11-03T09:12Z", "2024-11-03T09:12:00.000+00:00", datetime(2024, 11, 3, 9, 12, tzinfo=UTC)),
        ("time", "09:12", "09:12:00.000", time(9, 12)),
        ("boolean", "true", "true", "true"),
        ("geopoint", "28.9 106.9 300 5", "28.9 106.9 300 5", "28.9 106.9 300 5"),
        ("geotrace", "28.9 106.9; 28.8 106.8 0 0", "28.9 106.9; 28.8 106.8 0 0", "28.9 106.9; 28.8 106.8 0 0"),
        ("something new", "x", "x", "x"),
    ],
)
def test_what_is_of_the_type_is_read(type_: str, typed: str, text: str, value: Typed) -> None:
    assert read(type_, typed) == (text, value)


@pytest.mark.parametrize(
    ("type_", "typed", "code"),
    [
        ("int", "1.0", "integer"), ("int", "九", "integer"), ("int", "1" * 19, "integer"),
        ("decimal", "1,5", "decimal"), ("geopoint", "nan 0", "geopoint"),
        ("decimal", "NaN", "decimal"), ("date", "2023-02-29", "date"), ("date", "0000-01-01", "date"),
        ("date", "3月1日", "date"), ("dateTime", "昨天", "datetime"), ("time", "25:00", "time"),
        ("boolean", "yes", "boolean"), ("geopoint", "91 0", "geopoint"), ("geopoint", "1", "geopoint"),
        ("geoshape", "1 2; x", "geoshape"),
    ],
)  # fmt: skip
def test_what_is_not_is_named_by_a_code(type_: str, typed: str, code: str) -> None:
    with pytest.raises(ValueError, match=f"^{code}$"):
        read(type_, typed)


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (True, "true"), (False, "false"), (3, "3"), (date(2024, 3, 1), "2024-03-01"), (["a", "b"], "a b")],
)
def test_python_values_become_the_text_of_an_answer(value: object, text: str) -> None:
    assert written(value) == text


def test_line_breaks_stay_and_control_characters_go() -> None:
    assert clean("一\n二\r\t三\x00\x1b") == "一\n二\r\t三"
