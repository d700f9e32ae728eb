"""Screens: a person. What has happened to her, and what comes next?"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fieldapp.domain import households, labels, people, visits
from fieldapp.errors import N_, Invalid
from fieldapp.laptop import current, describe, entry
from fieldapp.laptop.stories import person_story
from fieldapp.web import allow
from fieldapp.web.errors import of_domain

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
MASKED = {"id_number": people.masked_id, "phone": lambda person: people.masked_phone(person.phone)}


@bp.get("/people/<person>")
@allow.user
def one(person: str) -> str:
    """Everything over time."""
    page = people.page(person)
    today = current.today()
    track = visits.tracks([page.person.household], today).of(page.person)
    return render_template(
        "people/one.html",
        page=page,
        person=page.person,
        due=visits.next_due(page.person, track, today),
        facts=[(labels.field_label("person", n), labels.value_words("person", n, getattr(page.person, n))) for n in FACTS],
        story=person_story(page.story),
        names={page.person.id: page.person.name},
        describe=describe,
        people=people,
        today=today,
        now=current.now(),
    )  # fmt: skip


@bp.get("/homes/<household>/people/new")
@allow.user
def new(household: str) -> str:
    """Add somebody to a home."""
    return _adding(household)


@bp.post("/homes/<household>/people/new")
@allow.user
def add(household: str) -> ResponseReturnValue:
    """Make the person; errors stand at their fields."""
    store = current.store()
    made = store.new_id()
    try:
        given = {name: request.form.get(name, "") for name in ON_ADDING}
        edits = people.add(made, households.get(household).id, given, current.today())
        store.commit(edits, author=current.author())
    except Invalid as error:
        return _adding(household, of_domain(error).fields), 422
    return redirect(url_for("people.one", person=made), 303)


@bp.get("/people/<person>/edit")
@allow.user
def edit(person: str) -> str:
    """Amend what is known of a person."""
    return _editing(person)


@bp.post("/people/<person>/edit")
@allow.user
def amend(person: str) -> ResponseReturnValue:
    """Write what was typed otherwise than it was shown."""
    store = current.store()
    seen = entry.screen(store, person)
    try:
        edits = people.amend(people.get(person), entry.entered(FIELDS), current.today())
        store.commit(edits, author=current.author(), screen=seen, via="edit")
    except Invalid as error:
        return _editing(person, of_domain(error).fields), 422
    return redirect(url_for("people.one", person=person), 303)


def _adding(household: str, wrong: dict[str, str] | None = None) -> str:
    return render_template(
        "people/form.html",
        home=households.get(household),
        person=None,
        sections=[("", entry.ask(people.KIND, ON_ADDING, None))],
        screen="",
        wrong=wrong or {},
    )


def _editing(person: str, wrong: dict[str, str] | None = None) -> str:
    row = people.get(person)
    return render_template(
        "people/form.html",
        home=None,
        person=row,
        sections=[(title, entry.ask(people.KIND, names, row)) for title, names in SECTIONS],
        screen=request.form.get("screen") or current.store().open_screen([person], current.author()).id,
        wrong=wrong or {},
    )
