"""People: add, amend, their categories and what the age limits say of them; what a person's page shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from fieldapp.domain import codes, identity, labels
from fieldapp.domain.calendar import age
from fieldapp.domain.checks import checked
from fieldapp.domain.differences import changed, shown
from fieldapp.domain.labels import Words
from fieldapp.domain.records import Case, Household, Person, Submission, Task, Visit, live
from fieldapp.errors import N_, Invalid, NotFound
from sync.edit import Edit

KIND = "person"

# The age at which a status ends: 留守 and 流动 at 16 (国发〔2016〕13号; 加强流动儿童关爱保护行动方案 2024), 困境 and
# the others at 18 (国发〔2016〕36号, 民发〔2019〕62号). Chongqing goes on past 18 for full-time pupils: people decide.
AGE_LIMITS = {
    "left_behind_rural": 16,
    "left_behind_urban": 16,
    "migrant": 16,
    "difficulty_poverty": 18,
    "difficulty_disability": 18,
    "difficulty_guardianship": 18,
    "de_facto_unattended": 18,
    "orphan": 18,
}
CHILD_UNTIL = 18


# -- use cases -------------------------------------------------------------------------------------------------------


def add(person: str, household: str, given: Mapping[str, Any], today: date) -> list[Edit]:
    """Somebody new in a home. Raises Invalid without a name. Sex and birth date are read off an identity number."""
    values = _completed(checked(KIND, given, today, required=("name",)), today)
    return [Edit(KIND, person, {"household": household, **changed({}, values)})]


def amend(person: Person, given: Mapping[str, Any], today: date) -> list[Edit]:
    """Only what differs from what was shown; nothing when nothing does."""
    values = checked(KIND, {"id_type": person.id_type, **given}, today)
    fields = changed(shown(person), {name: values[name] for name in given})
    return [Edit(KIND, person.id, fields)] if fields else []


def _completed(values: dict[str, Any], today: date) -> dict[str, Any]:
    number = values.get("id_number")
    if not number or values.get("id_type") not in (None, "resident_id"):
        return values
    read = identity.check(number, today)
    known = {"id_type": "resident_id", "sex": read.sex, "birth_date": read.birth_date.isoformat()}
    return {**known, **{name: value for name, value in values.items() if value is not None}}


def categorise(person: Person, code: str, since: date, basis: str, evidence: str = "") -> list[Edit]:
    """Put a person into a category, with what it rests on. Raises Invalid without a basis."""
    problems = {} if code in codes.CATEGORY else {"code": N_("选一个类别")}
    if not basis.strip():
        problems["basis"] = N_("写明依据")
    if problems:
        raise Invalid(N_("有几处要改，改好再存一次"), fields=problems)
    element = {"basis": basis.strip(), "evidence": evidence.strip(), "from": since.isoformat(), "to": None}
    return [Edit(KIND, person.id, {f"category/{code}": element})]


def end_category(person: Person, code: str, until: date) -> list[Edit]:
    """The status ends on a day; that it was held stays on record. Raises Invalid for a day before it began."""
    held = person.category.get(code)
    if held and until.isoformat() < (held.get("from") or ""):
        problem = Invalid(N_("这个类别从 %(since)s 开始，不能结束得更早"), since=held["from"])
        raise Invalid(N_("有几处要改，改好再存一次"), fields={"until": problem})
    return [Edit(KIND, person.id, {f"category/{code}": {**held, "to": until.isoformat()}})] if held else []


# -- what follows from the record ------------------------------------------------------------------------------------


def categories(person: Person, today: date) -> tuple[str, ...]:
    """The categories a person is in on that day, in the order of `codes.CATEGORY`."""
    return tuple(code for code in codes.CATEGORY if holds(person.category.get(code), today))


def assistance(person: Person, today: date) -> tuple[str, ...]:
    """The assistance a person gets on that day."""
    return tuple(code for code in codes.ASSISTANCE if holds(person.assistance.get(code), today))


def holds(element: Mapping[str, Any] | None, today: date) -> bool:
    """Whether an element of a set is in force on that day."""
    if not element:
        return False
    day, since, until = today.isoformat(), element.get("from"), element.get("to")
    return (not since or since <= day) and (not until or until > day)


def outgrown(person: Person, today: date) -> tuple[str, ...]:
    """The categories a person is too old for: to be closed by somebody, never by the programme."""
    if person.birth_date is None:
        return ()
    years = age(person.birth_date, today)
    return tuple(code for code in categories(person, today) if years >= AGE_LIMITS.get(code, 200))


def years(person: Person, today: date) -> int | None:
    """Age in full years; None when the birth date is not known."""
    return age(person.birth_date, today) if person.birth_date else None


def is_child(person: Person, today: date) -> bool:
    """Under 18. Without a birth date: whether a children's category says so."""
    known = years(person, today)
    return known < CHILD_UNTIL if known is not None else any(code in AGE_LIMITS for code in categories(person, today))


def sex_and_age(person: Person, today: date) -> Words:
    """女 11 岁; what is not known is left out, and "未采集" if nothing is."""
    sex = labels.LISTS[codes.SEX].get(person.sex or "")
    known = years(person, today)
    if known is None:
        return Words(sex) if sex else labels.NOT_COLLECTED
    text = {"male": N_("男 %(n)s 岁"), "female": N_("女 %(n)s 岁")}.get(person.sex or "", N_("%(n)s 岁"))
    return Words(text, {"n": known})


def masked_id(person: Person) -> str:
    """The identity number as screens show it; "" when not collected."""
    return identity.mask(person.id_number) if person.id_number else ""


def masked_phone(number: str | None) -> str:
    """A telephone number as screens show it; "" when not collected."""
    return identity.mask_phone(number) if number else ""


# -- reading ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of a person's story: a visit or a submission, or a change of risk that a submission brought."""

    kind: str
    at: datetime
    by: str
    row: Visit | Submission
    was: str | None = None
    level: str | None = None


@dataclass(frozen=True, slots=True)
class PersonPage:
    """All that a person's page shows; the story newest first."""

    person: Person
    household: Household | None
    cases: tuple[Case, ...]
    tasks: tuple[Task, ...]
    story: tuple[Event, ...]

    def record_ids(self) -> tuple[str, ...]:
        """The records that a screen of this page shows, for `open_screen`."""
        home = (self.household.id,) if self.household else ()
        return (self.person.id, *home, *(row.id for row in self.cases), *(row.id for row in self.tasks))


def get(person: str) -> Person:
    """A person who is in use; raises NotFound."""
    row: Person | None = live(Person, Person.id == person).first()
    if row is None:
        raise NotFound(N_("没有找到这个人：不在这台电脑上，或者已停用"))
    return row


def by_id(ids: Iterable[str | None]) -> dict[str, Person]:
    """Those of these people who are here, by id."""
    return {row.id: row for row in Person.select().where(Person.id.in_([each for each in ids if each]))}


def page(person: str) -> PersonPage:
    """What the page of a person shows; raises NotFound."""
    row = get(person)
    home = live(Household, Household.id == row.household).first() if row.household else None
    cases = live(Case, Case.person == person).order_by(Case.closed_on.is_null(False), Case.opened_on.desc())
    tasks = live(Task, Task.person == person, Task.done_at.is_null()).order_by(Task.due_on)
    return PersonPage(row, home, tuple(cases), tuple(tasks), story(row))


def story(person: Person, limit: int = 200) -> tuple[Event, ...]:
    """Visits, submissions and changes of risk of a person, newest first."""
    visits = live(Visit, _concerns(person)).order_by(Visit.started_at.desc()).limit(limit)
    filled = live(Submission, Submission.person == person.id).order_by(Submission.finalised_at.desc()).limit(limit)
    events = [Event("visit", row.started_at, row.visitor or "", row) for row in visits if row.started_at]
    events += _of_submissions(row for row in filled if row.finalised_at)
    return tuple(sorted(events, key=lambda event: event.at, reverse=True))


def _concerns(person: Person) -> Any:
    own = Visit.person == person.id
    return own | ((Visit.household == person.household) & Visit.person.is_null()) if person.household else own


def risk_of_home(household: str, limit: int = 200) -> tuple[Event, ...]:
    """The changes of risk of everybody in a home, newest first."""
    filled = live(Submission, Submission.household == household).order_by(Submission.finalised_at.desc()).limit(limit)
    by_person: dict[str, list[Submission]] = {}
    for row in filled:
        by_person.setdefault(row.person or "", []).append(row)
    found = [event for rows in by_person.values() for event in _of_submissions(rows) if event.kind == "risk"]
    return tuple(sorted(found, key=lambda event: (event.at, event.row.id), reverse=True))


def _of_submissions(newest_first: Iterable[Submission]) -> list[Event]:
    """Each submission, and before it the change of risk it brought."""
    events: list[Event] = []
    was: str | None = None
    for row in reversed(list(newest_first)):
        found = (row.result or {}).get("level")
        if found and found != was:
            events.append(Event("risk", row.finalised_at, row.author or "", row, was=was, level=found))
        events.append(Event("submission", row.finalised_at, row.author or "", row, level=found))
        was = found or was
    return events
