from __future__ import annotations

import pytest

from fieldapp.domain import cards, households, people
from fieldapp.domain.records import Household, Person, live
from fieldapp.errors import Invalid, NotFound
from tests.domain.desk import TODAY, VILLAGE, Desk, counted


def test_a_home_lies_in_its_village_and_so_do_its_people(desk: Desk) -> None:
    home = desk.home()
    assert (home.area, desk.person(home).area) == (VILLAGE, VILLAGE)


def test_a_home_needs_a_head_and_an_address(desk: Desk) -> None:
    with pytest.raises(Invalid) as refused:
        households.register("H", {"head_name": "", "phone": "12"}, VILLAGE, TODAY)
    assert set(refused.value.fields) == {"head_name", "address", "phone"}


def test_amending_nothing_writes_nothing(desk: Desk) -> None:
    home = desk.home(registration_count="5")
    assert households.amend(home, {"head_name": "周大明 ", "registration_count": "5"}, TODAY) == []
    assert home.registration_count == 5


def test_a_deactivated_home_is_gone_from_lists_with_its_people(desk: Desk) -> None:
    home = desk.home()
    girl = desk.person(home)
    with pytest.raises(Invalid):
        households.deactivate(home, [girl], " ")
    desk.save(households.deactivate(home, [girl], "全家搬到主城"), home.id, girl.id)
    with pytest.raises(NotFound):
        households.get(home.id)
    assert list(live(Person)) == []
    assert Household.get_by_id(home.id).void == "全家搬到主城"
    assert households.find("周大明") == []


def test_a_typed_short_code_finds_its_home(desk: Desk) -> None:
    home = desk.home()
    assert households.by_short_code(home.short_code.lower().replace("-", "")) == [home]
    with pytest.raises(NotFound):
        households.by_short_code(cards.short_code("ZZZZZZ0000000000"))


@pytest.mark.parametrize("query", ["周大明", "大明", "zhoudaming", "zdm", "三组", "27", "雨桐", "zhou yutong", "15400"])
def test_a_home_is_found_by_names_pinyin_initials_place_and_number(desk: Desk, query: str) -> None:
    home = desk.home(phone="15400992716", group_name="三组")
    desk.home(head_name="吴德贵", address="五组 8 号")
    desk.person(home, name="周雨桐")
    assert [found.id for found in households.find(query)] == [home.id]


def test_a_home_is_found_by_its_card_code(desk: Desk) -> None:
    home = desk.home()
    desk.home(head_name="吴德贵")
    assert [found.id for found in households.find(home.short_code)] == [home.id]


def test_a_renamed_head_is_found_by_the_new_name_only(desk: Desk) -> None:
    home = desk.home()
    desk.save(households.amend(home, {"head_name": "冉光荣"}, TODAY), home.id)
    assert [found.id for found in households.find("冉光荣")] == [home.id]
    assert households.find("周大明") == []


def test_without_a_query_homes_stand_by_place(desk: Desk) -> None:
    second = desk.home(group_name="二组", address="二组 5 号")
    first = desk.home(group_name="一组", address="一组 3 号")
    assert {found.id for found in households.find("")} == {first.id, second.id}
    assert [found.address for found in households.find("")] == sorted(["一组 3 号", "二组 5 号"])


def test_matching_finds_without_an_index(desk: Desk) -> None:
    home = desk.home()
    desk.person(home, name="周雨桐")
    desk.home(head_name="吴德贵")
    for query in ("周大", "27", "雨桐", home.short_code[:3]):
        assert home in list(live(Household, households.matching(query)))
    assert list(live(Household, households.matching("谭"))) == []


def test_the_page_of_a_home_shows_the_highest_risk_first_with_few_queries(desk: Desk) -> None:
    home = desk.home()
    blue = desk.person(home, name="周子轩", risk_level="blue")
    nobody = desk.person(home, name="周强")
    red = desk.person(home, name="周雨桐", risk_level="red")
    desk.visit(home, TODAY)
    with counted() as statements:
        page = households.page(home.id)
    assert [person.id for person in page.people] == [red.id, blue.id, nobody.id]
    assert len(page.visits) == 1
    assert set(page.record_ids()) == {home.id, red.id, blue.id, nobody.id}
    assert len(statements) == 5


def test_a_person_who_moves_is_found_in_the_new_home(desk: Desk) -> None:
    old, new = desk.home(), desk.home(head_name="吴德贵")
    girl = desk.person(old, name="周雨桐")
    desk.save(people.amend(girl, {"household": new.id}, TODAY), girl.id)
    assert [found.id for found in households.find("雨桐")] == [new.id]
