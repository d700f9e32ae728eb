"""Between the form engine and the records: what a form is prefilled with, and what a finished filling says.

A form's own columns (`bind::cq:…`): `record` names a field of a record, `alarm` marks the mandatory-report items; a
choice that is `exclusive` ("none of these") is no item.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from fieldapp.domain import checks, codes, mapping
from fieldapp.domain.records import Household, Person
from fieldapp.domain.submissions import Filled
from fieldapp.errors import N_, Invalid
from forms import Form, Instance, Question
from sync.change import Value

LEVEL = "person/risk_level"


def record_paths(form: Form) -> dict[str, str]:
    """{question path: record path} of the questions that are prefilled from records and write to them."""
    return {path: question.extra["record"] for path, question in form.questions.items() if "record" in question.extra}


def before(form: Form, person: Person, household: Household | None, today: date) -> dict[str, Value]:
    """What is known of the fields that the form asks for, by record path: kept with the draft."""
    paths = record_paths(form)
    known = mapping.prefill(person, household, paths.values(), today)
    return {record: _offered(form.questions[path], known[record]) for path, record in paths.items() if record in known}


def _offered(question: Question, value: Value) -> Value:
    """Of a set only the codes that this question offers: it can say nothing of the others."""
    if not isinstance(value, list):
        return value
    offered = {choice.name for choice in question.choices}
    return [code for code in value if code in offered]


def prefill(form: Form, known: Mapping[str, Value]) -> dict[str, Value]:
    """The known values by question path, as `Form.open` takes them."""
    return {path: known[record] for path, record in record_paths(form).items() if record in known}


def filled(filling: Instance, result: Mapping[str, Any] | None = None) -> Filled:
    """What a finished filling says; `result` is its explained result. Raises Invalid while something is to be mended.

    A question that does not apply says nothing of its field; one left empty or "not collected" empties it.
    """
    wrong = len(filling.errors())
    if wrong:
        raise Invalid(N_("还有 %(n)s 处要改，改好再完成"), n=wrong)
    fields = {q.extra["record"]: _field(filling, path, q) for path, q in filling.questions() if "record" in q.extra}
    return Filled(
        form=filling.form.id,
        version=filling.form.version,
        answers=filling.submission(),
        fields=fields,
        result=result or {},
        level=_level(fields.get(LEVEL)),
        alarms=tuple(alarms(filling)),
    )


def _level(value: Value) -> str | None:
    return value if isinstance(value, str) and value in codes.RISK_LEVEL else None


def alarms(filling: Instance) -> list[str]:
    """The codes of the mandatory-report items that are ticked now."""
    found: list[str] = []
    for path, question in filling.questions():
        if "alarm" in question.extra:
            alone = {choice.name for choice in question.choices if choice.extra.get("exclusive") == "yes"}
            found += [code for code in _codes(filling, path) if code not in alone]
    return found


def _field(filling: Instance, path: str, question: Question) -> Value:
    if question.multiple:
        return list[Any](_codes(filling, path)) or None
    value = filling.value(path)
    name = question.extra["record"].rpartition("/")[2]
    return checks.tidy(name, value) if value is not None else None


def _codes(filling: Instance, path: str) -> list[str]:
    return filling.text(path).split()
