"""The children of some areas: found, ordered, and a page of them with what is due. A fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fieldapp.domain import households, people
from fieldapp.domain.labels import Words
from fieldapp.domain.people import CHILD_UNTIL
from fieldapp.domain.records import Household, Person, live
from fieldapp.domain.schedule import Due
from fieldapp.registry import standing
from fieldapp.registry.listing import PAGE_ROWS, Wish
from fieldapp.registry.scope import lies_in
from fieldapp.registry.standing import Standing

RISKS = ("red", "yellow", "blue", "green", "none")
DUES = ("late", "week")
ORDERS = ("risk", "name", "place", "due", "last")
# What SQL cannot order by: a due day follows from rules, so everybody in question is read, narrowly.
BY_RULE = ("due", "last")
ID_NUMBER_CHARS = 18


@dataclass(frozen=True, slots=True)
class Child:
    """One line of the list."""

    person: Person
    home: Household | None
    sex_and_age: Words
    categories: tuple[str, ...]
    due: Due | None


def listed(wish: Wish, today: date) -> tuple[list[Child], int]:
    """The page that is asked for, and how many there are in all."""
    conditions = _conditions(wish, today)
    if wish.order in BY_RULE or "due" in wish.chosen:
        ids = _by_rule(wish, conditions, today)
        shown = ids[wish.offset : wish.offset + PAGE_ROWS]
        rows = {row.id: row for row in live(Person, Person.id.in_(shown))}
        return _children([rows[found] for found in shown], today), len(ids)
    found = live(Person, *conditions)
    page = found.order_by(*_order(wish)).limit(PAGE_ROWS).offset(wish.offset)
    return _children(list(page), today), found.count()


def _conditions(wish: Wish, today: date) -> list[Any]:
    conditions = [lies_in(Person.area, wish.prefixes), is_child(today)]
    if wish.text:
        conditions.append(matching(wish.text))
    if risk := wish.chosen.get("risk"):
        conditions.append(Person.risk_level.is_null() if risk == "none" else Person.risk_level == risk)
    if category := wish.chosen.get("category"):
        conditions.append(Person.category.contains(f'"{category}"'))
    return conditions


def is_child(today: date) -> Any:
    """Under 18; without a birth date whoever is followed and is in no category of elders."""
    until = today.replace(year=today.year - CHILD_UNTIL, day=min(today.day, 28) if today.month == 2 else today.day)
    unknown = Person.birth_date.is_null() & Person.followed & ~Person.category.contains('"elder_')
    return (Person.birth_date > until.isoformat()) | unknown


def matching(text: str) -> Any:
    """A condition: the name of a child or of who looks after it, a whole identity number, a home's address or card."""
    if len(text) == ID_NUMBER_CHARS and text[:17].isdigit():
        return Person.id_number == text.upper()
    homes = live(Household, households.matching(text)).select(Household.id)
    return Person.name.contains(text) | Person.guardian_name.contains(text) | Person.household.in_(homes)


def _order(wish: Wish) -> tuple[Any, ...]:
    columns = {"risk": households.by_risk(), "name": (Person.name,), "place": (Person.area, Person.household)}
    ordered = columns[wish.order]
    return (*(column.desc() if wish.descending else column for column in ordered), Person.id)


def _by_rule(wish: Wish, conditions: Sequence[Any], today: date) -> list[str]:
    """Ids in the order that is asked for; whoever has no day comes last, whichever way it runs."""
    found = [each for each in standing.standings(today, *conditions) if _is_wanted(each, wish.chosen.get("due"), today)]
    dated = sorted((each for each in found if _key(each, wish)), key=lambda each: (_key(each, wish), each.person.id))
    undated = [each for each in found if not _key(each, wish)]
    return [each.person.id for each in (*(reversed(dated) if wish.descending else dated), *undated)]


def _is_wanted(each: Standing, due: str | None, today: date) -> bool:
    if due is None:
        return True
    return each.is_late(today) if due == "late" else each.due is not None and 0 <= (each.due.on - today).days <= 7


def _key(each: Standing, wish: Wish) -> str:
    """What to order by, as text; "" for nothing known."""
    if wish.order in BY_RULE:
        on = each.due and (each.due.on if wish.order == "due" else each.due.last_on)
        return on.isoformat() if on else ""
    return {"risk": str(_rank(each)), "place": each.person.area}.get(wish.order, each.person.id)


def _rank(each: Standing) -> int:
    return RISKS.index(each.person.risk_level or "none")


def _children(rows: Sequence[Person], today: date) -> list[Child]:
    due = standing.of_page(rows, today)
    homes = {row.id: row for row in Household.select().where(Household.id.in_([row.household for row in rows]))}
    return [
        Child(
            row,
            homes.get(row.household or ""),
            people.sex_and_age(row, today),
            people.categories(row, today),
            due[row.id].due if row.followed else None,
        )
        for row in rows
    ]
