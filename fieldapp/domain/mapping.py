"""Between a form's questions and the fields of records. A question names its field: `person/guardian_phone`.

person/<field>, household/<field>          one value
person/<set>                               the codes of a set that hold now (`category`, `assistance`)
person/<set>/<code>/<part>                 one part of an element: basis, evidence, from
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from fieldapp.domain import codes, people
from fieldapp.domain.differences import changed, plain, shown
from fieldapp.domain.records import Household, Person
from sync.change import Value
from sync.edit import Edit
from sync.store.synced import Synced

SETS: dict[str, Collection[str]] = {"category": codes.CATEGORY, "assistance": codes.ASSISTANCE}
# Set by `submissions.finalise`, with the day and the submission it rests on.
CALCULATED = frozenset({"person/risk_level"})

Answers = Mapping[str, Any]


def prefill(person: Person, household: Household | None, paths: Iterable[str], today: date) -> dict[str, Value]:
    """What is known of the named record fields, by path; fields that are not known are left out."""
    rows: dict[str, Synced | None] = {"person": person, "household": household}
    known = {path: _known(rows, path, today) for path in paths if path not in CALCULATED}
    return {path: value for path, value in known.items() if value not in (None, [])}


def _known(rows: Mapping[str, Synced | None], path: str, today: date) -> Value:
    kind, _, rest = path.partition("/")
    name, _, part = rest.partition("/")
    row = rows.get(kind)
    if not isinstance(row, Person | Household):
        return None
    if name not in SETS or not isinstance(row, Person):
        return plain(getattr(row, name, None))
    return _part(row, name, part) if part else _codes(row, name, today)


def _codes(person: Person, name: str, today: date) -> Value:
    held = {"category": people.categories, "assistance": people.assistance}[name]
    return list(held(person, today))


def _part(person: Person, name: str, part: str) -> Value:
    code, _, key = part.partition("/")
    element = getattr(person, name).get(code) or {}
    return plain(element.get(key))


def edits(person: Person, household: Household | None, before: Answers, given: Answers, today: date) -> list[Edit]:
    """What the answers change in the records: only what differs from what the form was prefilled with.

    `before` and `given` are by record path; an answer of None is "not collected".
    """
    found = {path: value for path, value in given.items() if path not in CALCULATED}
    edited: list[Edit] = []
    for kind, row in (("person", person), ("household", household)):
        fields = _single(kind, before, found) | (_sets(person, before, found, today) if kind == "person" else {})
        if row is not None and fields:
            edited.append(Edit(kind, row.id, fields))
    return edited


def _single(kind: str, before: Answers, given: Answers) -> dict[str, Value]:
    own = {path: value for path, value in given.items() if path.startswith(f"{kind}/") and not _is_set(path)}
    return {path.removeprefix(f"{kind}/"): value for path, value in changed(before, own).items()}


def _is_set(path: str) -> bool:
    return path.split("/")[1] in SETS


def _sets(person: Person, before: Answers, given: Answers, today: date) -> dict[str, Value]:
    wanted: dict[str, Value] = {}
    for name, known in SETS.items():
        if isinstance(given.get(f"person/{name}"), list):  # not collected says nothing about the set
            wanted |= _set(person, name, known, before, given, today)
    return changed(shown(person), wanted)


def _set(
    person: Person, name: str, known: Collection[str], before: Answers, given: Answers, today: date
) -> dict[str, Value]:
    """Elements as they should be: newly ticked or amended ones hold, those no longer ticked end today."""
    path = f"person/{name}"
    now, was = set(given[path]) & set(known), set(before.get(path) or ())
    held: Mapping[str, Any] = getattr(person, name)
    wanted: dict[str, Value] = {}
    for code in sorted(now | was):
        parts = _parts(f"{path}/{code}", before, given)
        if code not in now:
            wanted[f"{name}/{code}"] = {**(held.get(code) or {}), "to": today.isoformat()}
        elif parts or code not in was:
            wanted[f"{name}/{code}"] = _element(held.get(code) or {}, parts, today)
    return wanted


def _parts(path: str, before: Answers, given: Answers) -> dict[str, Value]:
    """The parts of an element that were answered otherwise than prefilled, by their own names."""
    own = {p: value for p, value in given.items() if p.startswith(f"{path}/")}
    return {p.removeprefix(f"{path}/"): value for p, value in changed(before, own).items()}


def _element(held: Mapping[str, Any], parts: Mapping[str, Value], today: date) -> dict[str, Value]:
    since = {} if people.holds(held, today) else {"from": today.isoformat()}
    blank = {"basis": None, "evidence": None}
    return {**blank, **held, **since, **{k: v for k, v in parts.items() if v is not None or k != "from"}, "to": None}
