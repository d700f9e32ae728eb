from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from fieldapp.domain import people
from fieldapp.domain.labels import NOT_COLLECTED
from fieldapp.errors import DomainError, Invalid, NotFound
from sync.edit import Edit
from sync.errors import NotShown
from tests.domain.desk import TODAY, Desk, edited

# 500199 is assigned to nobody; the check digit is right.
NUMBER = "500199201402090026"


def element(since: str, until: str | None = None) -> dict[str, Any]:
    return {"basis": "村委会核实", "evidence": "", "from": since, "to": until}


def test_somebody_new_needs_a_name_and_nothing_else(desk: Desk) -> None:
    with pytest.raises(Invalid) as refused:
        people.add("P", "H", {"name": " "}, TODAY)
    assert set(refused.value.fields) == {"name"}
    assert edited(people.add("P", "H", {"name": "周雨桐", "phone": ""}, TODAY), "person") == {
        "household": "H",
        "name": "周雨桐",
    }


def test_an_identity_number_tells_sex_and_birth_date(desk: Desk) -> None:
    fields = edited(people.add("P", "H", {"name": "周雨桐", "id_number": NUMBER}, TODAY), "person")
    assert (fields["sex"], fields["birth_date"], fields["id_type"]) == ("female", "2014-02-09", "resident_id")


def test_what_was_typed_beside_an_identity_number_stands(desk: Desk) -> None:
    given = {"name": "周雨桐", "id_number": NUMBER, "birth_date": "2014-02-19"}
    assert edited(people.add("P", "H", given, TODAY), "person")["birth_date"] == "2014-02-19"


def test_every_wrong_field_gets_its_own_sentence(desk: Desk) -> None:
    given = {"name": "周雨桐", "id_number": NUMBER[:-1] + "9", "phone": "1540099271", "birth_date": "2030-01-01"}
    with pytest.raises(Invalid) as refused:
        people.add("P", "H", given, TODAY)
    assert set(refused.value.fields) == {"id_number", "phone", "birth_date"}
    phone = refused.value.fields["phone"]
    assert isinstance(phone, DomainError)
    assert phone.values == {"n": 10}


def test_a_code_that_is_not_in_the_list_is_refused(desk: Desk) -> None:
    with pytest.raises(Invalid) as refused:
        people.add("P", "H", {"name": "周雨桐", "health": "fine"}, TODAY)
    assert set(refused.value.fields) == {"health"}


def test_only_what_differs_from_what_was_shown_is_written(desk: Desk) -> None:
    girl = desk.person(desk.home(), guardian_phone="15400992204", guardian_name="李秀珍")
    given = {"guardian_name": "李秀珍", "guardian_phone": "154 0099 2716", "sex": "female"}
    assert edited(people.amend(girl, given, TODAY), "person") == {"guardian_phone": "15400992716"}
    assert people.amend(girl, {"guardian_phone": "154-0099-2204"}, TODAY) == []


def test_emptying_a_field_makes_it_not_collected(desk: Desk) -> None:
    girl = desk.person(desk.home(), phone="15400992204")
    desk.save(people.amend(girl, {"phone": ""}, TODAY), girl.id)
    assert people.get(girl.id).phone is None


def test_a_record_is_not_amended_from_a_page_that_never_showed_it(desk: Desk) -> None:
    girl = desk.person(desk.home())
    with pytest.raises(NotShown):
        desk.save(people.amend(girl, {"phone": "15400992204"}, TODAY))
    assert people.get(girl.id).phone is None


def test_a_child_may_be_in_several_categories_at_once(desk: Desk) -> None:
    girl = desk.person(desk.home())
    desk.save(people.categorise(girl, "left_behind_rural", date(2025, 1, 5), "父母外出"), girl.id)
    girl = people.get(girl.id)
    desk.save(people.categorise(girl, "difficulty_guardianship", date(2025, 9, 12), "入户了解"), girl.id)
    girl = people.get(girl.id)
    assert people.categories(girl, TODAY) == ("left_behind_rural", "difficulty_guardianship")
    assert girl.category["left_behind_rural"]["basis"] == "父母外出"
    assert girl.followed


def test_a_category_needs_a_basis(desk: Desk) -> None:
    with pytest.raises(Invalid):
        people.categorise(desk.person(desk.home()), "migrant", TODAY, " ")


def test_a_category_ends_on_a_day_and_stays_on_record(desk: Desk) -> None:
    girl = desk.person(desk.home(), **{"category/migrant": element("2025-01-01")})
    desk.save(people.end_category(girl, "migrant", TODAY), girl.id)
    girl = people.get(girl.id)
    assert people.categories(girl, TODAY) == ()
    assert girl.category["migrant"]["to"] == TODAY.isoformat()
    assert people.categories(girl, date(2025, 6, 1)) == ("migrant",)


@pytest.mark.parametrize(
    ("born", "outgrown"),
    [
        ("2009-11-19", ()),  # 16 tomorrow
        ("2009-11-18", ("left_behind_rural",)),  # 16 today
        ("2007-11-18", ("left_behind_rural", "difficulty_poverty")),  # 18 today
        (None, ()),
    ],
)
def test_left_behind_ends_at_16_and_difficulty_at_18(desk: Desk, born: str | None, outgrown: tuple[str, ...]) -> None:
    held = {"category/left_behind_rural": element("2020-01-01"), "category/difficulty_poverty": element("2020-01-01")}
    assert people.outgrown(desk.person(desk.home(), birth_date=born, **held), TODAY) == outgrown


def test_unknown_age_is_not_zero(desk: Desk) -> None:
    stranger = desk.person(desk.home(), sex=None)
    assert people.years(stranger, TODAY) is None
    assert people.sex_and_age(stranger, TODAY) == NOT_COLLECTED
    assert not people.is_child(stranger, TODAY)


def test_numbers_are_masked(desk: Desk) -> None:
    girl = desk.person(desk.home(), id_number=NUMBER, phone="15400992716")
    assert people.masked_id(girl) == "500199********0026"
    assert people.masked_phone(girl.phone) == "154****2716"
    assert people.masked_phone(None) == ""


def test_the_story_tells_visits_forms_and_changes_of_risk_newest_first(desk: Desk) -> None:
    home = desk.home()
    girl = desk.person(home)
    desk.visit(home, date(2025, 9, 3))
    for day, level in ((4, "yellow"), (12, "yellow"), (20, "red")):
        desk.save([_submission(desk, girl.id, f"2025-09-{day:02d}T02:00:00+00:00", level)])
    story = people.page(girl.id).story
    assert [event.kind for event in story] == ["risk", "submission", "submission", "risk", "submission", "visit"]
    risks = [(event.was, event.level) for event in story if event.kind == "risk"]
    assert risks == [("yellow", "red"), (None, "yellow")]


def _submission(desk: Desk, person: str, at: str, level: str) -> Edit:
    return Edit("submission", desk.new_id(), {"person": person, "finalised_at": at, "result": {"level": level}})


def test_somebody_unknown_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound):
        people.page("0000000000000000")
