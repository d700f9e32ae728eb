"""Homes: register, amend, take out of use; find them; what their page shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import peewee

from fieldapp.domain import cards, names, risk, search
from fieldapp.domain.checks import checked
from fieldapp.domain.differences import changed, shown
from fieldapp.domain.records import Case, Household, Person, Task, Visit, live
from fieldapp.errors import N_, Invalid, NotFound
from sync.change import VOID
from sync.edit import Edit
from sync.store.database import current
from sync.store.synced import Synced

KIND = "household"
# So many are looked through when a home must also meet conditions that the index does not know.
SEARCHED = 500
BY_PLACE = (Household.area, Household.group_name, Household.address, Household.id)


# -- use cases -------------------------------------------------------------------------------------------------------


def register(household: str, given: Mapping[str, Any], area: str, today: date) -> list[Edit]:
    """A new home in a village (12-digit code). Raises Invalid without a head or an address."""
    values = checked(KIND, given, today, required=("head_name", "address"))
    return [Edit(KIND, household, changed({}, values), area)]


def amend(household: Household, given: Mapping[str, Any], today: date) -> list[Edit]:
    """Only what differs from what was shown; nothing when nothing does."""
    fields = changed(shown(household), checked(KIND, given, today))
    return [Edit(KIND, household.id, fields)] if fields else []


def deactivate(household: Household, members: Iterable[Person], reason: str) -> list[Edit]:
    """Take a home and the people in it out of use, with a reason; their history stays."""
    if not reason.strip():
        raise Invalid(N_("写明为什么停用这一户"), fields={"reason": N_("这一项要填")})
    return [
        Edit(KIND, household.id, {VOID: reason.strip()}),
        *(Edit("person", member.id, {VOID: reason.strip()}) for member in members),
    ]


# -- reading ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Home:
    """All that a household's page shows: people with the highest risk first, work in hand, visits newest first."""

    household: Household
    people: tuple[Person, ...]
    cases: tuple[Case, ...]
    tasks: tuple[Task, ...]
    visits: tuple[Visit, ...]

    def record_ids(self) -> tuple[str, ...]:
        """The records that a screen of this page shows, for `open_screen`."""
        shown_rows: tuple[Synced, ...] = (self.household, *self.people, *self.cases, *self.tasks)
        return tuple(row.id for row in shown_rows)


def get(household: str) -> Household:
    """A home that is in use; raises NotFound."""
    row: Household | None = live(Household, Household.id == household).first()
    if row is None:
        raise NotFound(N_("没有找到这一户：不在这台电脑上，或者已停用"))
    return row


def by_id(ids: Iterable[str | None]) -> dict[str, Household]:
    """Those of these homes that are here, by id."""
    return {row.id: row for row in Household.select().where(Household.id.in_([each for each in ids if each]))}


def worst_levels(ids: Iterable[str]) -> dict[str, str]:
    """The highest risk level of the people in each of these homes; homes without a rated person are left out."""
    rated = live(Person, Person.household.in_(list(ids)), Person.risk_level.is_null(False))
    rows = sorted(rated, key=lambda row: risk.level(row.risk_level).rank, reverse=True)
    return {row.household: row.risk_level for row in rows}


def by_short_code(typed: str, *conditions: Any) -> list[Household]:
    """The homes that a typed short code may mean: mostly one; raises Invalid for no code, NotFound for no such home."""
    stem = cards.parse_short_code(typed)
    found = list(live(Household, Household.id.startswith(stem), *conditions).order_by(Household.id))
    if not found:
        raise NotFound(N_("这个短码没有对应的住户。请同步后再试，或者从住户里找"))
    return found


def page(household: str, visits: int = 50) -> Home:
    """What the page of a home shows; raises NotFound."""
    row = get(household)
    people = tuple(live(Person, Person.household == household).order_by(*by_risk(), Person.birth_date, Person.id))
    ids = [person.id for person in people]
    return Home(
        row,
        people,
        _work(Case, household, ids, Case.closed_on.is_null(), order=Case.opened_on),
        _work(Task, household, ids, Task.done_at.is_null(), order=Task.due_on),
        tuple(live(Visit, Visit.household == household).order_by(Visit.started_at.desc()).limit(visits)),
    )


def _work(model: Any, household: str, people: Sequence[str], condition: Any, *, order: Any) -> tuple[Any, ...]:
    ours = (model.household == household) | model.person.in_(people)
    return tuple(live(model, ours, condition).order_by(order, model.id))


def by_risk() -> tuple[Any, ...]:
    """The order of lists: the highest risk first, not rated last."""
    ranks = [(level.code, level.rank) for level in risk.LEVELS.values()]
    return (peewee.Case(Person.risk_level, ranks, risk.NOT_RATED.rank),)


# -- finding ---------------------------------------------------------------------------------------------------------


def find(query: str, limit: int = 50, *conditions: Any) -> list[Household]:
    """Homes by name of head or member (Chinese, pinyin, initials), address, telephone or card code; best first.

    Without a query: all, by hamlet and address. On a laptop, which keeps the index; the registry has `matching`.
    """
    if not query.strip():
        return list(live(Household, *conditions).order_by(*BY_PLACE).limit(limit))
    most = max(limit, SEARCHED)
    ids = dict.fromkeys([*search.find(current(), query, KIND, most), *_homes_of_found_people(query, most)])
    rows = {row.id: row for row in live(Household, Household.id.in_(list(ids)), *conditions)}
    return [rows[found] for found in ids if found in rows][:limit]


def _homes_of_found_people(query: str, limit: int) -> list[str]:
    ids = search.find(current(), query, "person", limit)
    homes = {row.id: row.household for row in live(Person, Person.id.in_(ids))}
    return [home for found in ids if (home := homes.get(found))]


def matching(query: str) -> Any:
    """A condition on households: the text stands in a name, an address or a card code. Needs no index."""
    text = query.strip()
    code = text.upper().replace(" ", "")
    named = live(Person, Person.name.contains(text)).select(Person.household)
    return (
        Household.head_name.contains(text)
        | Household.address.contains(text)
        | Household.short_code.startswith(code)
        | Household.id.in_(named)
    )


def index_row(db: peewee.Database, row: Synced) -> None:
    """Keep the search index in step with a row that was written (`store.on_project`).

    People are found by their home's place too, so a home takes its people along.
    """
    if isinstance(row, Household):
        _index(db, KIND, row, _home_words(row))
        for member in live(Person, Person.household == row.id):
            _index(db, "person", member, _person_words(member, row))
    elif isinstance(row, Person):
        home = Household.get_or_none(Household.id == row.household) if row.household else None
        _index(db, "person", row, _person_words(row, home))


def _index(db: peewee.Database, kind: str, row: Synced, words: str) -> None:
    if row.void is None:
        search.index(db, kind, row.id, words)
    else:
        search.remove(db, kind, row.id)


def _home_words(home: Household) -> str:
    places = _filled(home.address, home.group_name)
    return names.search_text(_filled(home.head_name), places, _filled(home.short_code, home.phone))


def _person_words(person: Person, home: Household | None) -> str:
    places = _filled(home.address, home.group_name, home.head_name) if home else []
    phones = _filled(person.phone, person.guardian_phone, person.father_phone, person.mother_phone)
    return names.search_text(_filled(person.name, person.guardian_name), places, phones)


def _filled(*texts: str | None) -> list[str]:
    return [text for text in texts if text]
