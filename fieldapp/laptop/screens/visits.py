"""Screens: a visit. What is left to do in this home?"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fieldapp.domain import codes, drafts, households, labels, people, submissions, visits
from fieldapp.domain.drafts import Draft
from fieldapp.domain.households import Home
from fieldapp.domain.records import Person, Submission, Visit
from fieldapp.domain.visits import Arrival, Ending
from fieldapp.errors import N_, Invalid, NotAllowed
from fieldapp.laptop import current, describe, entry, reach
from fieldapp.web import allow
from fieldapp.web.errors import of_domain
from fieldapp.web.i18n import gettext as _

bp = Blueprint("visits", __name__)

# Which form a visit offers for whom: programmes as data come later; today it is one form, for children.
CHILD_FORM = "child_screening"


@dataclass(frozen=True, slots=True)
class Errand:
    """Something to do in a home: a form for a child, not begun, half filled or done in this visit."""

    child: Person
    draft: Draft | None
    done: Submission | None


@bp.get("/homes/<household>/visit")
@allow.user
def unscanned(household: str) -> str:
    """A visit without a scan: allowed, with a reason."""
    return _reason(household)


@bp.post("/homes/<household>/visit")
@allow.user
def begin(household: str) -> ResponseReturnValue:
    """Open the visit, marked as not scanned."""
    home = reach.household(household)
    try:
        visit = open_visit(home.id, Arrival("unscanned", request.form.get("arrival_reason", "")))
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
    edits = visits.start(visit, household, arrival, visitor=current.author(), now=current.now())
    store.commit(edits, author=current.author(), via=arrival.kind)
    return visit


@bp.get("/visits/<visit>")
@allow.user
def one(visit: str) -> str:
    """What is to be done in this home, how it ended, and when to come next; once closed, only to read."""
    row = reach.visit(visit)
    home = households.page(row.household)
    if row.finished_at is None and row.visitor == current.author():
        return _page(row, home)
    return render_template(
        "visits/past.html",
        visit=row,
        home=home,
        work=_work(row, home),
        outcome=labels.value_words(visits.KIND, "outcome", row.outcome),
        visitor=current.person_behind(row.visitor or ""),
        people=people,
        today=current.today(),
        now=current.now(),
    )


@bp.post("/visits/<visit>/notes")
@allow.user
def notes(visit: str) -> ResponseReturnValue:
    """Keep what was seen and heard while it is being written."""
    store, row = current.store(), _own(visit)
    seen = entry.screen(store, visit)
    store.commit(visits.note(row, request.form.get("notes", "")), author=current.author(), screen=seen)
    return render_template("visits/_saved.html", now=current.now())


@bp.post("/visits/<visit>/finish")
@allow.user
def finish(visit: str) -> ResponseReturnValue:
    """Close the visit; what is missing is said, with a link to each place."""
    store, row = current.store(), _own(visit)
    seen = entry.screen(store, visit)
    home = households.page(row.household)
    try:
        latest = visits.latest_next(home.people, current.today())
        edits = visits.finish(row, _ending(), now=current.now(), latest=latest, task=store.new_id())
    except Invalid as error:
        return _page(row, home, of_domain(error).fields), 422
    store.commit(edits, author=current.author(), screen=seen, via=f"visit:{visit}")
    flash(_("走访完成了"))
    missed = request.form["outcome"] == "not_home"
    return redirect(url_for("households.one", household=home.household.id) if missed else url_for("today.page"), 303)


def _own(visit: str) -> Visit:
    """A visit that the person at the screen has begun."""
    row = reach.visit(visit)
    if row.visitor != current.author():
        raise NotAllowed(N_("这次走访是同事开始的，由她来写、来完成。您可以另开一次走访"))
    return row


def _ending() -> Ending:
    """What the page says. The day that it proposed holds only if somebody was met: a miss leaves the visit due."""
    form = request.form
    proposed = form.get("next_on", "") == form.get("was.next_on", "")
    next_on = None if proposed and form.get("outcome") != "done" else entry.day("next_on")
    return Ending(form.get("outcome", ""), form.get("notes", ""), next_on, form.get("next_reason", ""))


def _reason(household: str, wrong: dict[str, str] | None = None) -> str:
    return render_template(
        "visits/reason.html",
        home=reach.household(household),
        wrong=wrong or {},
        said=request.form.get("arrival_reason", ""),
    )


def _page(row: Visit, home: Home, wrong: dict[str, str] | None = None) -> str:
    today = current.today()
    tracks = visits.tracks([row.household], today)
    earlier = next((visit for visit in home.visits if visit.id != row.id and visit.finished_at), None)
    return render_template(
        "visits/one.html",
        visit=row,
        home=home,
        work=_work(row, home),
        due={person.id: visits.next_due(person, tracks.of(person), today) for person in home.people},
        earlier=earlier,
        hint=visits.hint(max((tracks.of(person).misses for person in home.people), default=0)),
        rule=visits.rule_of(home.people, today),
        latest=visits.latest_next(home.people, today),
        outcomes=[(code, _(words)) for code, words in labels.LISTS[codes.OUTCOME].items()],
        screen=entry.opened(current.store(), [row.id], current.author()),
        said=request.form,
        wrong=wrong or {},
        form=CHILD_FORM,
        describe=describe,
        people=people,
        today=today,
        now=current.now(),
    )


def _work(visit: Visit, home: Home) -> list[Errand]:
    """What is to be done for every child of the home."""
    children = [person for person in home.people if people.is_child(person, current.today())]
    begun = {draft.person: draft for draft in drafts.of(current.author()) if draft.form == CHILD_FORM}
    done = submissions.by_person_of_visit(visit.id)
    return [Errand(child, begun.get(child.id), done.get(child.id)) for child in children]
