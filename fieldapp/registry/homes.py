"""The homes of some areas, each with how many live there, the highest risk among them and the last visit."""

from __future__ import annotations

from typing import Any

import peewee

from fieldapp.domain import households, risk
from fieldapp.domain.records import Household, Person, Visit, live
from fieldapp.registry.listing import PAGE_ROWS, Wish
from fieldapp.registry.scope import lies_in

ORDERS = ("place", "risk", "name", "last")
NOT_RATED = risk.NOT_RATED.rank


def listed(wish: Wish) -> tuple[list[Household], int]:
    """The page that is asked for, and how many there are in all.

    Each row also has `people` (a number), `rank` (1 to 4, 5 not rated) and `last` (ISO text, "" never).
    """
    members, visited = _members(wish), _visited(wish)
    rank = peewee.fn.COALESCE(members.c.rank, NOT_RATED)
    last = peewee.fn.COALESCE(visited.c.last, "")
    found = (
        live(Household, *_conditions(wish, rank))
        .select(Household, peewee.fn.COALESCE(members.c.people, 0).alias("people"), rank.alias("rank"),
                last.alias("last"))
        .join(members, peewee.JOIN.LEFT_OUTER, on=members.c.household == Household.id)
        .join(visited, peewee.JOIN.LEFT_OUTER, on=visited.c.household == Household.id)
    )  # fmt: skip
    page = found.order_by(*_order(wish, rank, last)).limit(PAGE_ROWS).offset(wish.offset)
    return list(page.objects()), found.count()


def _conditions(wish: Wish, rank: Any) -> list[Any]:
    conditions = [lies_in(Household.area, wish.prefixes)]
    if wish.text:
        conditions.append(households.matching(wish.text))
    if level := wish.chosen.get("risk"):
        conditions.append(rank == (NOT_RATED if level == "none" else risk.level(level).rank))
    return conditions


def _members(wish: Wish) -> Any:
    (rank,) = households.by_risk()
    counted = Person.household, peewee.fn.COUNT(Person.id).alias("people"), peewee.fn.MIN(rank).alias("rank")
    query = live(Person, lies_in(Person.area, wish.prefixes)).select(*counted)
    return query.group_by(Person.household).alias("members")


def _visited(wish: Wish) -> Any:
    completed = (
        lies_in(Visit.area, wish.prefixes),
        Visit.outcome == "done",
        Visit.in_person == True,  # noqa: E712 (SQL, not Python)
    )
    query = live(Visit, *completed).select(Visit.household, peewee.fn.MAX(Visit.started_at).alias("last"))
    return query.group_by(Visit.household).alias("visited")


def _order(wish: Wish, rank: Any, last: Any) -> tuple[Any, ...]:
    columns = {
        "place": (Household.area, *households.BY_PLACE[:-1]),
        "risk": (rank,),
        "name": (Household.head_name,),
        "last": (last,),
    }[wish.order]
    return (*(column.desc() if wish.descending else column.asc() for column in columns), Household.id)
