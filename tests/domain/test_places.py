"""Where a home is: said once, and in the order of a walk."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain import places
from fieldapp.domain.records import Household

VILLAGE = "500110101201"  # 万盛经开区 · 南桐镇 · 麒麟村
UNKNOWN = "999999999999"


def home(group: str | None, address: str | None, area: str = VILLAGE) -> Household:
    return Household(group_name=group, address=address, area=area)


@pytest.mark.parametrize(
    ("group", "address", "said"),
    [
        ("三组", "三组 27 号", "三组 27 号"),
        ("三组", "27 号", "三组 27 号"),
        (None, "27 号", "27 号"),
        ("三组", None, "三组"),
        (None, None, ""),
    ],
)
def test_the_hamlet_is_said_once(group: str | None, address: str | None, said: str) -> None:
    assert places.in_village(home(group, address)) == said


def test_the_village_is_said_once_and_the_envelope_says_everything() -> None:
    assert places.in_words(home("三组", "三组 27 号")) == "麒麟村三组 27 号"
    assert places.in_words(home(None, "麒麟村三组 27 号")) == "麒麟村三组 27 号"
    assert places.whole(home("三组", "27 号")) == "万盛经开区南桐镇麒麟村三组 27 号"
    assert places.town_and_village(home("三组", "27 号")) == "南桐镇麒麟村"


@pytest.mark.parametrize("area", ["", UNKNOWN])
def test_a_home_in_an_area_that_is_not_known_here_still_has_its_address(area: str) -> None:
    assert places.in_words(home("三组", "27 号", area)) == places.whole(home("三组", "27 号", area)) == "三组 27 号"


def test_a_walk_goes_by_village_hamlet_and_number() -> None:
    walk = [home("二组", "二组 9 号"), home("二组", "二组 27 号"), home("十组", "1 号"), home("十二组", "1 号")]
    further = home("一组", "1 号", "500110101202")
    assert sorted([further, *reversed(walk)], key=places.order) == [*walk, further]


@given(st.integers(1, 99), st.integers(1, 99))
def test_chinese_numbers_compare_as_numbers(one: int, other: int) -> None:
    first, second = (places.order(home(f"{chinese(number)}组", None)) for number in (one, other))
    assert (first < second) == (one < other)


def chinese(number: int) -> str:
    """A number below a hundred as hamlets are named: 九, 十二, 二十, 三十四."""
    tens, ones = divmod(number, 10)
    digits = places.CHINESE_DIGITS
    return (digits[tens] if tens > 1 else "") + ("十" if tens else "") + (digits[ones] if ones else "")
