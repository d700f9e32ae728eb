"""Screen: visits. Which of them?"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template

from fieldapp.domain import households
from fieldapp.domain.records import Household, Visit, live
from fieldapp.registry.current import allow_to, now, today
from fieldapp.registry.listing import PAGE_ROWS, Listing, Wish, wish
from fieldapp.registry.scope import lies_in, names
from fieldapp.registry.words import ARRIVALS, OUTCOMES, spoken

bp = Blueprint("visits", __name__)

ORDERS = {"-time": (Visit.started_at,), "place": (Visit.area, Visit.household), "next": (Visit.next_on,)}


@bp.get("/visits")
@allow_to("view")
def page() -> str:
    """A filtered, ordered page of visits, the newest first."""
    asked = wish(tuple(ORDERS), outcome=OUTCOMES, arrival=ARRIVALS)
    query = live(Visit, *_conditions(asked))
    rows = list(query.order_by(*_order(asked)).limit(PAGE_ROWS).offset(asked.offset))
    homes = {row.id: row for row in Household.select().where(Household.id.in_([row.household for row in rows]))}
    return render_template(
        "visits.html", listing=Listing(asked, query.count(), spoken(OUTCOMES, ARRIVALS)), visits=rows, homes=homes,
        names=names, outcomes=OUTCOMES, arrivals=ARRIVALS, now=now(), today=today(),
    )  # fmt: skip


def _conditions(asked: Wish) -> list[Any]:
    conditions = [lies_in(Visit.area, asked.prefixes)]
    if asked.text:
        conditions.append(Visit.household.in_(live(Household, households.matching(asked.text)).select(Household.id)))
    conditions += [getattr(Visit, name) == value for name, value in asked.chosen.items()]
    return conditions


def _order(asked: Wish) -> tuple[Any, ...]:
    columns = next(columns for order, columns in ORDERS.items() if order.lstrip("-") == asked.order)
    return (*(column.desc() if asked.descending else column.asc() for column in columns), Visit.id)
