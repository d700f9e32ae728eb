"""Screens: a person. What has happened to her, and what comes next?"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fieldapp.domain import codes, identity, labels, people, visits
from fieldapp.domain.labels import Words
from fieldapp.domain.records import Person
from fieldapp.errors import N_, Invalid
from fieldapp.laptop import current, describe, entry, reach
from fieldapp.laptop.stories import person_story
from fieldapp.web import allow
from fieldapp.web.errors import of_domain
from fieldapp.web.i18n import gettext as _
from fieldapp.web.i18n import say

bp = Blueprint("people", __name__)

SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (N_("基本情况"), (
        "name", "sex", "birth_date", "id_type", "id_number", "ethnicity", "relation_to_head", "away", "phone",
        "registration_kind", "registered_place", "health", "disability_kind", "disability_grade", "education",
        "boarding", "notes",
    )),
    (N_("照料人"), ("guardian_name", "guardian_relation", "guardian_phone", "guardian_health", "contact_frequency",
                "last_contact_on")),
    (N_("父亲"), ("father_name", "father_phone", "father_status", "father_workplace", "father_occupation")),
    (N_("母亲"), ("mother_name", "mother_phone", "mother_status", "mother_workplace", "mother_occupation")),
)  # fmt: skip
FIELDS = tuple(name for _, names in SECTIONS for name in names)
ON_ADDING = ("name", "id_number", "sex", "birth_date", "relation_to_head", "away", "phone")
# Shown on the page: enough to know her by; numbers are masked.
FACTS = ("relation_to_head", "ethnicity", "registration_kind", "health", "education", "boarding")


@bp.get("/people/<person>")
@allow.user
def one(person: str) -> str:
    """Everything over time."""
    reach.person(person)
    page = people.page(person)
    today = current.today()
    track = visits.tracks([page.person.household], today).of(page.person)
    return render_template(
        "people/one.html",
        page=page,
        person=page.person,
        held=describe.held(page.person)[0],
        due=visits.next_due(page.person, track, today),
        hint=visits.hint(track.misses),
        facts=[_fact(page.person, name) for name in FACTS],
        story=person_story(page.story),
        names={page.person.id: page.person.name},
        describe=describe,
        people=people,
        today=today,
        now=current.now(),
    )


def _fact(person: Person, name: str) -> tuple[Words, Words]:
    return labels.field_label(people.KIND, name), labels.value_words(people.KIND, name, getattr(person, name))


# -- adding and amending ---------------------------------------------------------------------------------------------


@bp.get("/homes/<household>/people/new")
@allow.user
def new(household: str) -> str:
    """Add somebody to a home."""
    return _adding(household)


@bp.post("/homes/<household>/people/new")
@allow.user
def add(household: str) -> ResponseReturnValue:
    """Make the person; errors stand at their fields."""
    store, home = current.store(), reach.household(household)
    try:
        edits = people.add(made := store.new_id(), home.id, entry.given(ON_ADDING), current.today())
    except Invalid as error:
        return _adding(household, of_domain(error).fields), 422
    store.commit(edits, author=current.author())
    return redirect(url_for("people.one", person=made), 303)


@bp.post("/people/number")
@allow.user
def number() -> str:
    """What an identity number says of its bearer, or what is wrong with it; nothing is kept."""
    typed = request.form.get("id_number", "").strip()
    try:
        read = identity.check(typed, current.today()) if typed else None
    except Invalid as error:
        return render_template("people/_number.html", read=None, wrong=say(error))
    return render_template("people/_number.html", read=read, wrong="", today=current.today())


@bp.get("/people/<person>/edit")
@allow.user
def edit(person: str) -> str:
    """Amend what is known of a person."""
    return _editing(reach.person(person))


@bp.post("/people/<person>/edit")
@allow.user
def amend(person: str) -> ResponseReturnValue:
    """Write what was typed otherwise than it was shown."""
    store, row = current.store(), reach.person(person)
    seen = entry.screen(store, person)
    try:
        edits = people.amend(row, entry.entered(FIELDS), current.today())
    except Invalid as error:
        return _editing(row, of_domain(error).fields), 422
    store.commit(edits, author=current.author(), screen=seen, via="edit")
    return redirect(url_for("people.one", person=person), 303)


def _adding(household: str, wrong: dict[str, str] | None = None) -> str:
    return render_template(
        "people/form.html",
        home=reach.household(household),
        person=None,
        sections=[("", entry.ask(people.KIND, ON_ADDING, None))],
        screen="",
        wrong=wrong or {},
    )


def _editing(row: Person, wrong: dict[str, str] | None = None) -> str:
    return render_template(
        "people/form.html",
        home=None,
        person=row,
        sections=[(_(title), entry.ask(people.KIND, names, row)) for title, names in SECTIONS],
        screen=entry.opened(current.store(), [row.id], current.author()),
        wrong=wrong or {},
    )


# -- categories: several at once -------------------------------------------------------------------------------------


@bp.get("/people/<person>/categories")
@allow.user
def categories(person: str) -> str:
    """The categories that somebody is in and was in, each with what it rests on."""
    return _categories(reach.person(person))


@bp.post("/people/<person>/categories")
@allow.user
def categorise(person: str) -> ResponseReturnValue:
    """Put somebody into one more category."""
    store, row, form = current.store(), reach.person(person), request.form
    seen = entry.screen(store, person)
    try:
        since = entry.day("since") or current.today()
        edits = people.categorise(row, form.get("code", ""), since, form.get("basis", ""), form.get("evidence", ""))
    except Invalid as error:
        return _categories(row, of_domain(error).fields), 422
    store.commit(edits, author=current.author(), screen=seen, via="edit")
    return redirect(url_for("people.categories", person=person), 303)


@bp.post("/people/<person>/categories/<code>/end")
@allow.user
def end_category(person: str, code: str) -> ResponseReturnValue:
    """The status ends on a day; it stays on record."""
    store, row = current.store(), reach.person(person)
    seen = entry.screen(store, person)
    try:
        edits = people.end_category(row, code, entry.day(f"until-{code}") or current.today())
    except Invalid as error:
        return _categories(row, {f"until-{code}": text for text in of_domain(error).fields.values()}), 422
    store.commit(edits, author=current.author(), screen=seen, via="edit")
    return redirect(url_for("people.categories", person=person), 303)


def _categories(row: Person, wrong: dict[str, str] | None = None) -> str:
    held, ended = describe.held(row)
    taken = {one.code for one in held}
    return render_template(
        "people/categories.html",
        person=row,
        held=held,
        ended=ended,
        free=[(code, _(labels.CATEGORY[code])) for code in codes.CATEGORY if code not in taken],
        screen=entry.opened(current.store(), [row.id], current.author()),
        said=request.form,
        wrong=wrong or {},
        today=current.today(),
    )
