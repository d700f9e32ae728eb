from __future__ import annotations

import random
from collections import Counter
from datetime import date
from typing import Any

import pytest

from fieldapp.domain import identity, today
from fieldapp.domain.calendar import age
from fieldapp.domain.records import Household, Person, Visit
from fieldapp.domain.seed import TOWN, seed_town
from sync.change import GROUP_CHANGES, Write
from sync.edit import Edit
from sync.ids import new_id
from sync.schema import type_of
from tests.domain.desk import TODAY, WORKER, Desk


def town(seed: int = 7, count: int = 60) -> list[tuple[Edit, ...]]:
    chance = random.Random(seed)
    return list(seed_town(seed, TODAY, lambda: new_id(chance.randbytes), worker=WORKER, count=count))


def people_of(groups: list[tuple[Edit, ...]]) -> list[dict[str, Any]]:
    return [dict(edit.fields) for group in groups for edit in group if edit.type == "person"]


@pytest.fixture(scope="module")
def groups() -> list[tuple[Edit, ...]]:
    return town()


def test_the_same_seed_gives_the_same_town(groups: list[tuple[Edit, ...]]) -> None:
    assert town() == groups
    assert town(seed=8) != groups


def test_each_household_is_one_group_of_its_own(groups: list[tuple[Edit, ...]]) -> None:
    assert len(groups) == 60
    for group in groups:
        assert [edit.type for edit in group].count("household") == 1
        assert len(group) < GROUP_CHANGES
        assert group[0].area.startswith(TOWN)


def test_every_value_fits_its_record(groups: list[tuple[Edit, ...]]) -> None:
    for group in groups:
        for edit in group:
            writes = {name: Write(value) for name, value in edit.fields.items()}
            assert type_of(edit.type).problems(writes) == {}


def test_nobody_is_real_and_every_number_stands(groups: list[tuple[Edit, ...]]) -> None:
    for person in people_of(groups):
        number = identity.check(person["id_number"], TODAY)
        assert number.area6 == "500199"
        assert (number.sex, number.birth_date.isoformat()) == (person["sex"], person["birth_date"])
        for name in ("phone", "guardian_phone", "father_phone", "mother_phone"):
            assert person.get(name, "154").startswith("154")


def test_children_are_children_and_carers_are_grown_up(groups: list[tuple[Edit, ...]]) -> None:
    for person in people_of(groups):
        years = age(date.fromisoformat(person["birth_date"]), TODAY)
        if "education" in person:
            assert 0 <= years < 16
        else:
            assert years >= 28


def test_surnames_are_varied(groups: list[tuple[Edit, ...]]) -> None:
    surnames = Counter(person["name"][0] for person in people_of(groups))
    assert len(surnames) > 20
    assert surnames.most_common(1)[0][1] < len(people_of(groups)) / 6


def test_the_day_of_a_seeded_town_has_something_everywhere(desk: Desk, groups: list[tuple[Edit, ...]]) -> None:
    for group in groups:
        desk.save(group)
    day = today.of(WORKER, TODAY)
    assert len(day.overdue) > 3
    assert len(day.today) > 3
    assert len(day.this_week) > 3
    assert Household.select().count() == 60
    assert {person.risk_level for person in Person.select()} == {None, "red", "yellow", "blue", "green"}
    assert Visit.select().where(Visit.started_at > TODAY.isoformat()).count() == 0


def test_the_family_of_the_story_is_always_there(groups: list[tuple[Edit, ...]]) -> None:
    first = [edit.fields.get("name") for edit in groups[0] if edit.type == "person"]
    assert first == ["周大明", "李秀珍", "周雨桐", "周子轩"]
