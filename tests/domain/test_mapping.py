"""Pure: answers by record path against rows that nobody stored."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain import codes, mapping
from fieldapp.domain.records import Household, Person
from tests.domain.desk import TODAY, edited

PATHS = (
    "person/name", "person/phone", "person/birth_date", "person/category", "person/assistance",
    "person/category/migrant/basis", "person/category/migrant/from", "household/address", "person/risk_level",
)  # fmt: skip

texts = st.one_of(st.none(), st.text("周雨桐 0123", max_size=6))
days = st.dates(date(2000, 1, 1), date(2030, 1, 1))
elements = st.fixed_dictionaries(
    {"basis": texts, "evidence": texts, "from": days.map(str), "to": st.one_of(st.none(), days.map(str))}
)


@st.composite
def records(draw: st.DrawFn) -> tuple[Person, Household]:
    person = Person(
        id="P",
        name=draw(texts),
        phone=draw(texts),
        birth_date=draw(st.one_of(st.none(), days)),
        category=draw(st.dictionaries(st.sampled_from(codes.CATEGORY), elements)),
        assistance=draw(st.dictionaries(st.sampled_from(codes.ASSISTANCE), elements)),
        risk_level=draw(st.sampled_from([None, *codes.RISK_LEVEL])),
    )
    return person, Household(id="H", address=draw(texts))


@given(records())
def test_answers_left_as_prefilled_write_nothing(rows: tuple[Person, Household]) -> None:
    known = mapping.prefill(*rows, PATHS, TODAY)
    untouched: dict[str, Any] = {path: known.get(path) for path in PATHS}
    assert mapping.edits(*rows, known, untouched, TODAY) == []


@given(records(), st.sets(st.sampled_from(codes.CATEGORY)))
def test_after_an_answer_exactly_the_ticked_categories_hold(rows: tuple[Person, Household], ticked: set[str]) -> None:
    person, home = rows
    known = mapping.prefill(person, home, PATHS, TODAY)
    fields = edited(mapping.edits(person, home, known, {"person/category": sorted(ticked)}, TODAY), "person")
    person.category = {**person.category, **{name.removeprefix("category/"): value for name, value in fields.items()}}
    held = mapping.prefill(person, home, ["person/category"], TODAY).get("person/category", [])
    assert set(held) == ticked  # type: ignore[arg-type]


def test_a_level_is_never_prefilled_nor_written_by_the_mapping() -> None:
    person, home = Person(id="P", risk_level="red"), Household(id="H")
    assert mapping.prefill(person, home, PATHS, TODAY) == {}
    assert mapping.edits(person, home, {}, {"person/risk_level": "green"}, TODAY) == []


def test_a_set_that_was_not_collected_is_left_alone() -> None:
    held = {"migrant": {"basis": "居住证", "evidence": None, "from": "2025-01-01", "to": None}}
    person, home = Person(id="P", category=held), Household(id="H")
    known = mapping.prefill(person, home, PATHS, TODAY)
    assert mapping.edits(person, home, known, {"person/category": None}, TODAY) == []


def test_somebody_without_a_home_is_amended_alone() -> None:
    edits = mapping.edits(Person(id="P"), None, {}, {"person/name": "周雨桐", "household/address": "三组"}, TODAY)
    assert [(edit.type, edit.fields) for edit in edits] == [("person", {"name": "周雨桐"})]
