"""Screens: the list of homes (which of them?) and one home (who lives here, and what is due?)."""

from __future__ import annotations

from datetime import date, datetime

from flask import Blueprint, render_template

from fieldapp.domain import households, people
from fieldapp.domain.calendar import business_date
from fieldapp.domain.records import Submission, live
from fieldapp.registry import filled, homes, standing
from fieldapp.registry.current import allow_to, now, require_area, today
from fieldapp.registry.listing import Listing, wish
from fieldapp.registry.scope import names
from fieldapp.registry.words import RISKS, spoken

bp = Blueprint("households", __name__)


@bp.get("/homes")
@allow_to("view")
def page() -> str:
    """A filtered, ordered page of homes."""
    asked = wish(homes.ORDERS, risk=RISKS)
    found, total = homes.listed(asked)
    return render_template(
        "homes.html", listing=Listing(asked, total, spoken(RISKS)), homes=found, names=names, risks=RISKS,
        today=today(), day_of=day_of,
    )  # fmt: skip


@bp.get("/homes/<household>")
@allow_to("view")
def one(household: str) -> str:
    """The people, the work in hand, the visits and the forms of one home."""
    found = households.page(household)
    require_area(found.household.area)
    submissions = live(Submission, Submission.household == household).order_by(Submission.finalised_at.desc())
    return render_template(
        "home.html", home=found, due=standing.of_page(found.people, today()), submissions=list(submissions.limit(50)),
        where=names(found.household.area), people=people, title_of=filled.title_of, today=today(), now=now(),
    )  # fmt: skip


def day_of(moment: str) -> date | None:
    """The day in China of a moment as rows keep it."""
    return business_date(datetime.fromisoformat(moment)) if moment else None
