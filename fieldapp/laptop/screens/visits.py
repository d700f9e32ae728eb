"""Screens: a visit. What is left to do in this home?"""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fieldapp.domain import codes, drafts, households, labels, people, submissions, visits
from fieldapp.domain.records import Visit
from fieldapp.domain.visits import Arrival, Ending
from fieldapp.errors import N_, Invalid
from fieldapp.laptop import current, describe, entry
from fieldapp.web import allow
from fieldapp.web.errors import of_domain
from fieldapp.web.i18n import gettext as _

bp = Blueprint("visits", __name__)

# Which form a visit offers for whom: programmes as data come later; today it is one form, for children.
CHILD_FORM = "child_screening"


@bp.get("/homes/<household>/visit")
@allow.user
def unscanned(household: str) -> str:
    """A visit without a scan: allowed, with a reason."""
    return _reason(household)


@bp.post("/homes/<household>/visit")
@allow.user
def begin(household: str) -> ResponseReturnValue:
    """Open the visit, marked as not scanned."""
    try:
        arrival = Arrival("unscanned", request.form.get("arrival_reason", ""))
        visit = open_visit(households.get(household).id, arrival)
    except Invalid as error:
        return _reason(household, of_domain(error).fields), 422
    return redirect(url_for("visits.one", visit=visit), 303)


def open_visit(household: str, arrival: Arrival) -> str:
    """The visit of this person to this home that is under way, or a new one; its id."""
    going_on = next((v for v in visits.unfinished(current.author()) if v.household == household), None)
    if going_on is not None:
        return str(going_on.id)
    store = current.store()
    visit = store.new_id()
    store.commit(
        visits.start(visit, household, arrival, visitor=current.author(), now=current.now()),
        author=current.author(),
        via=arrival.kind,
    )
    return visit


@bp.get("/visits/<visit>")
@allow.user
def one(visit: str) -> str:
    """What is to be done in this home, how it ended, and when to come next."""
    return _page(visit)


@bp.post("/visits/<visit>/notes")
@allow.user
def notes(visit: str) -> ResponseReturnValue:
    """Keep what was seen and heard while it is being written."""
    store = current.store()
    seen = entry.screen(store, visit)
    store.commit(visits.note(visits.get(visit), request.form.get("notes", "")), author=current.author(), screen=seen)
    return render_template("visits/_saved.html", now=current.now())


@bp.post("/visits/<visit>/finish")
@allow.user
def finish(visit: str) -> ResponseReturnValue:
    """Close the visit; what is missing is said, with a link to each place."""
    store, row = current.store(), visits.get(visit)
    seen = entry.screen(store, visit)
    home = households.page(row.household)
    try:
        edits = visits.finish(
            row, _ending(), now=current.now(), latest=visits.latest_next(home.people, current.today()),
            task=store.new_id(),
        )  # fmt: skip
    except Invalid as error:
        return _page(visit, of_domain(error).fields), 422
    store.commit(edits, author=current.author(), screen=seen, via=f"visit:{visit}")
    flash(_("走访完成了"))
    return redirect(url_for("today.page"), 303)


def _ending() -> Ending:
    form = request.form
    return Ending(
        form.get("outcome", ""), form.get("notes", ""), _day(form.get("next_on", "")), form.get("next_reason", "")
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid(N_("还差几处，填好再完成走访"), fields={"next_on": N_("日期写成 2016-05-12 这样")}) from None


def _reason(household: str, wrong: dict[str, str] | None = None) -> str:
    return render_template(
        "visits/reason.html",
        home=households.get(household),
        wrong=wrong or {},
        said=request.form.get("arrival_reason", ""),
    )


def _page(visit: str, wrong: dict[str, str] | None = None) -> str:
    row = visits.get(visit)
    home = households.page(row.household)
    today = current.today()
    tracks = visits.tracks([row.household], today)
    latest = visits.latest_next(home.people, today)
    return render_template(
        "visits/one.html",
        visit=row,
        home=home,
        work=_work(row, home),
        due={person.id: visits.next_due(person, tracks.of(person), today) for person in home.people},
        misses=max((tracks.of(person).misses for person in home.people), default=0),
        hint=visits.hint,
        latest=latest,
        outcomes=[(code, _(words)) for code, words in labels.LISTS[codes.OUTCOME].items()],
        screen=request.form.get("screen") or current.store().open_screen([visit], current.author()).id,
        said=request.form,
        wrong=wrong or {},
        form=CHILD_FORM,
        describe=describe,
        about=people.sex_and_age,
        today=today,
        now=current.now(),
    )


def _work(visit: Visit, home: households.Home) -> list[tuple[object, object, object]]:
    """(child, draft or None, submission of this visit or None) for every child of the home."""
    children = [person for person in home.people if people.is_child(person, current.today())]
    return [
        (child, drafts.find(CHILD_FORM, child.id, current.author()), submissions.of_visit(visit.id, child.id))
        for child in children
    ]
