"""Every field and every code of a record has its word, and the form speaks of the same fields and codes."""

from __future__ import annotations

from datetime import date

import pytest

from fieldapp.domain import codes, filling, labels, mapping, risk
from fieldapp.domain.labels import NOT_COLLECTED, Words, field_label, value_words
from fieldapp.domain.records import MODELS
from forms import Form, Question
from sync.change import Write
from sync.schema import type_name, type_of
from sync.store.fields import Choice

KINDS = [type_name(model) for model in MODELS]
CODED = [(kind, name) for kind in KINDS for name, column in type_of(kind).columns.items() if isinstance(column, Choice)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_a_record_has_a_label(kind: str) -> None:
    assert set(labels.FIELDS[kind]) == set(type_of(kind).columns)
    assert kind in labels.TYPES


@pytest.mark.parametrize(("kind", "name"), CODED)
def test_every_code_has_a_word(kind: str, name: str) -> None:
    column = type_of(kind).columns[name]
    assert isinstance(column, Choice)
    assert set(labels.LISTS[column.codes]) == set(column.codes)


def test_elements_stages_and_titles_have_words() -> None:
    assert set(labels.CATEGORY) == set(codes.CATEGORY)
    assert set(labels.ASSISTANCE) == set(codes.ASSISTANCE)
    assert set(labels.STAGE) == set(codes.PROTECTION_STAGES)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("sex", "female", "女"),
        ("guardian_phone", "15400992716", "15400992716"),
        ("risk_level", "red", "红 一级"),
        ("birth_date", date(2014, 2, 9), "2014-02-09"),
        ("sex", None, "未采集"),
        ("name", "", "未采集"),
        ("category/migrant", {"from": "2025-01-01", "to": None, "basis": "居住证"}, "从 2025-01-01 起 居住证"),
    ],
)
def test_a_value_reads_in_words(field: str, value: object, words: str) -> None:
    assert str(value_words("person", field, value)) == words


def test_zero_is_a_number_and_no_is_a_word() -> None:
    assert str(value_words("household", "registration_count", 0)) == "0"
    assert value_words("visit", "in_person", False) == Words("否")
    assert value_words("visit", "in_person", None) == NOT_COLLECTED


def test_an_element_is_called_by_its_own_name() -> None:
    assert field_label("person", "category/migrant") == Words("流动儿童")
    assert field_label("household", "void") == Words("停用原因")


def test_levels_rank_and_rise() -> None:
    assert [risk.level(code).chip for code in (*codes.RISK_LEVEL, None)] == ["r1", "r2", "r3", "r4", "r0"]
    assert risk.rose("blue", "red")
    assert not risk.rose("red", "blue")
    assert not risk.rose(None, "red")


# -- the form and the records ----------------------------------------------------------------------------------------


def single(form: Form) -> list[tuple[Question, str, str]]:
    """(question, kind of record, field) of the questions that stand for one field."""
    found = []
    for path, record in filling.record_paths(form).items():
        kind, _, name = record.partition("/")
        if name.split("/")[0] not in mapping.SETS:
            found.append((form.questions[path], kind, name))
    return found


def test_the_form_names_fields_that_records_have(screening: Form) -> None:
    unknown = [(kind, name) for _, kind, name in single(screening) if name not in type_of(kind).columns]
    assert not unknown
    for record in filling.record_paths(screening).values():
        name, *parts = record.split("/")[1:]
        if name in mapping.SETS and parts:
            assert parts[0] in mapping.SETS[name]
            assert parts[1] in {"basis", "evidence", "from"}


def test_the_form_offers_codes_that_records_know(screening: Form) -> None:
    for question, kind, name in single(screening):
        for choice in question.choices:
            assert type_of(kind).problems({name: Write(choice.name)}) == {}, (question.path, choice.name)


def test_the_form_offers_elements_that_records_know(screening: Form) -> None:
    for path, record in filling.record_paths(screening).items():
        name = record.split("/", 1)[1]
        if name in mapping.SETS:
            offered = {c.name for c in screening.questions[path].choices if not c.extra.get("exclusive")}
            assert offered <= set(mapping.SETS[name])
