"""Screens: the list of filled forms (which of them?) and one of them (what was answered, and what follows?)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template

from fieldapp.domain import identity, submissions
from fieldapp.domain.records import Household, Person, Submission, live
from fieldapp.registry import children, filled
from fieldapp.registry.current import allow_to, now, require_area, today
from fieldapp.registry.filled import Line
from fieldapp.registry.listing import PAGE_ROWS, Listing, Wish, wish
from fieldapp.registry.scope import lies_in, names

bp = Blueprint("submissions", __name__)

ORDERS = {"-time": (Submission.finalised_at,), "place": (Submission.area, Submission.person)}
# All but the answers: they are many, and no list shows them.
SHOWN = [field for field in Submission._meta.sorted_fields if field.name != "answers"]
MASKS = {"identity": identity.mask, "phone": identity.mask_phone}


@bp.get("/submissions")
@allow_to("view")
def page() -> str:
    """A filtered, ordered page of filled forms, the newest first."""
    asked = wish(tuple(ORDERS))
    query = live(Submission, *_conditions(asked))
    rows = list(query.select(*SHOWN).order_by(*_order(asked)).limit(PAGE_ROWS).offset(asked.offset))
    people = {row.id: row for row in Person.select().where(Person.id.in_([row.person for row in rows]))}
    return render_template(
        "submissions.html", listing=Listing(asked, query.count()), submissions=rows, people=people, names=names,
        title_of=filled.title_of, now=now(),
    )  # fmt: skip


@bp.get("/submissions/<submission>")
@allow_to("view")
def one(submission: str) -> str:
    """The answers by the form's own labels, and the level they led to."""
    row = submissions.get(submission)
    require_area(row.area)
    return render_template(
        "submission.html", row=row, title_of=filled.title_of, sections=filled.sections(row), masked=masked,
        person=Person.get_or_none(Person.id == row.person), where=names(row.area),
        home=Household.get_or_none(Household.id == row.household), now=now(), today=today(),
    )  # fmt: skip


def masked(line: Line) -> str:
    """An answer as screens show it: numbers of people are covered."""
    cover = MASKS.get(line.mask)
    return cover(line.answer) if cover else line.answer


def _conditions(asked: Wish) -> list[Any]:
    conditions = [lies_in(Submission.area, asked.prefixes)]
    if asked.text:
        conditions.append(Submission.person.in_(live(Person, children.matching(asked.text)).select(Person.id)))
    return conditions


def _order(asked: Wish) -> tuple[Any, ...]:
    columns = next(columns for order, columns in ORDERS.items() if order.lstrip("-") == asked.order)
    return (*(column.desc() if asked.descending else column.asc() for column in columns), Submission.id)
