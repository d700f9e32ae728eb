"""Identity numbers, telephones, certificates: what stands, what does not, and the sentence that says why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fieldapp.domain import identity
from fieldapp.errors import Invalid

TODAY = date(2025, 11, 18)
STANDARDS_EXAMPLE = "11010519491231002X"  # GB 11643-1999


def number(born: str = "20160512", sequence: str = "123", area: str = "500199") -> str:
    body = area + born + sequence
    return body + identity.check_digit(body)


def sentence(action: Callable[[], object]) -> str:
    """What a person reads when it is refused."""
    with pytest.raises(Invalid) as refused:
        action()
    return refused.value.text % refused.value.values


bodies = st.builds(
    lambda area, born, sequence: f"{area:06}{born:%Y%m%d}{sequence:03}",
    st.integers(0, 999_999),
    st.dates(date(1910, 1, 1), TODAY),
    st.integers(0, 999),
)


def test_the_example_of_the_standard_stands() -> None:
    found = identity.check(STANDARDS_EXAMPLE, TODAY)
    assert found == identity.Identity(STANDARDS_EXAMPLE, date(1949, 12, 31), "female", "110105")


@given(bodies)
def test_every_number_with_its_check_digit_says_birth_date_and_sex(body: str) -> None:
    found = identity.check(body + identity.check_digit(body), TODAY)
    assert f"{found.birth_date:%Y%m%d}" == body[6:14]
    assert found.sex == ("male" if body[16] in "13579" else "female")
    assert found.area6 == body[:6]


@given(bodies, st.integers(0, 16), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_noticed(body: str, place: int, digit: str) -> None:
    assume(body[place] != digit)
    slipped = body[:place] + digit + body[place + 1 :] + identity.check_digit(body)
    with pytest.raises(Invalid):
        identity.check(slipped, TODAY)


@given(bodies, st.integers(0, 15))
def test_two_neighbours_swapped_are_always_noticed(body: str, place: int) -> None:
    assume(body[place] != body[place + 1])
    swapped = body[:place] + body[place + 1] + body[place] + body[place + 2 :] + identity.check_digit(body)
    with pytest.raises(Invalid):
        identity.check(swapped, TODAY)


@pytest.mark.parametrize(
    "typed", ["11010519491231002x", " 110105 19491231 002X ", "１１０１０５１９４９１２３１００２Ｘ"]
)
def test_small_x_spaces_and_full_width_digits_pass(typed: str) -> None:
    assert identity.check(typed, TODAY).number == STANDARDS_EXAMPLE


@pytest.mark.parametrize("area", ["810000", "820000", "830000", "513522", "500110", "500234"])
def test_residence_permits_and_old_areas_pass(area: str) -> None:
    assert identity.check(number(area=area), TODAY).area6 == area


def test_a_short_number_is_told_its_length_and_the_ways_out() -> None:
    said = sentence(lambda: identity.check("50019920160512", TODAY))
    assert said == "身份证号是 18 位，这里有 14 位。请对着证件再看一遍；没办过证就选“没有证件”，没看到证就选“未采集”。"


@pytest.mark.parametrize(("typed", "place", "char"), [("5001992016O5121234", 11, "O"), ("50019920160512123Z", 18, "Z")])
def test_a_wrong_character_is_told_with_its_place(typed: str, place: int, char: str) -> None:
    assert f"第 {place} 位是“{char}”" in sentence(lambda: identity.check(typed, TODAY))


@pytest.mark.parametrize(
    ("born", "reason"),
    [("20230229", "2023年2月29日没有这一天"), ("20251119", "2025-11-19 还没有到"), ("09990101", "0999-01-01 太早了")],
)
def test_a_birth_date_that_cannot_be_is_told(born: str, reason: str) -> None:
    assert reason in sentence(lambda: identity.check(number(born), TODAY))


def test_somebody_born_today_has_a_number() -> None:
    assert identity.check(number("20251118"), TODAY).birth_date == TODAY


def test_a_wrong_check_digit_is_told_and_which_would_fit() -> None:
    said = sentence(lambda: identity.check("110105194912310021", TODAY))
    assert "第 18 位应为 X，这里是 1" in said
    assert "请对着证件从头再看一遍" in said


@given(bodies)
def test_a_mask_shows_the_first_six_and_the_last_four_only(body: str) -> None:
    whole = body + identity.check_digit(body)
    assert identity.mask(whole) == f"{whole[:6]}********{whole[-4:]}"


@given(st.text("0123456789X", max_size=30))
def test_masks_keep_the_length_and_never_show_more_than_ten_characters(text: str) -> None:
    for masked in (identity.mask(text), identity.mask_phone(text)):
        assert len(masked) == len(text)
        assert len(masked.replace("*", "")) <= 10
        assert "*" in masked or not text


@pytest.mark.parametrize(
    ("given_number", "masked"), [("15412341234", "154****1234"), ("02348261234", "023****1234"), ("120", "**0")]
)
def test_a_telephone_mask(given_number: str, masked: str) -> None:
    assert identity.mask_phone(given_number) == masked


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("154 1234 1234", "15412341234"),
        ("+86 154-1234-1234", "15412341234"),
        ("１５４１２３４１２３４", "15412341234"),
        ("023-48261234", "02348261234"),
        ("（０２３）４８２６ １２３４", "02348261234"),
        ("0852-2312345", "08522312345"),
    ],
)
def test_telephones_are_kept_in_one_form(typed: str, kept: str) -> None:
    assert identity.phone(typed) == kept


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("1541234123", "手机号是 11 位，这里只有 10 位。再核对一遍；没有电话就选“未采集”。"),
        ("154123412345", "手机号是 11 位，这里有 12 位。再核对一遍；没有电话就选“未采集”。"),
        ("12412341234", "手机号以 13 到 19 开头，这里是 12。再核对一遍；没有电话就选“未采集”。"),
        ("48261234", "座机号前面要加区号，例如 023。再核对一遍；没有电话就选“未采集”。"),
        ("0234826", "座机号是区号加 7 或 8 位，这里一共 7 位。再核对一遍；没有电话就选“未采集”。"),
        ("找村长", "电话只写数字。再核对一遍；没有电话就选“未采集”。"),
        ("", "电话只写数字。再核对一遍；没有电话就选“未采集”。"),
    ],
)
def test_a_telephone_that_cannot_be_is_told_why(typed: str, said: str) -> None:
    assert sentence(lambda: identity.phone(typed)) == said


def test_a_disability_certificate_says_type_grade_and_reissue() -> None:
    found = identity.disability(number().lower() + "52B1", TODAY)
    assert (found.type, found.grade, found.reissue) == ("intellectual", "2", 1)
    assert found.identity.birth_date == date(2016, 5, 12)
    assert identity.disability(number() + "11", TODAY).reissue == 0


@pytest.mark.parametrize(
    ("ending", "reason"),
    [
        ("", "这里有 18 位"),
        ("82", "第 19 位是类别，1 到 7；这里是 8"),
        ("55", "第 20 位是等级，1 到 4；这里是 5"),
        ("52C1", "22 位"),
    ],
)
def test_a_disability_certificate_that_cannot_be_is_told_why(ending: str, reason: str) -> None:
    assert reason in sentence(lambda: identity.disability(number() + ending, TODAY))


def test_a_disability_certificate_with_a_wrong_identity_number_says_so() -> None:
    wrong = number()[:17] + ("1" if number()[17] != "1" else "2")
    assert "第 18 位应为" in sentence(lambda: identity.disability(wrong + "52", TODAY))
