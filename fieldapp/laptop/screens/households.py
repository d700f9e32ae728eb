"""Screens: households. Which home do I mean? Who lives here, and what is due?"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fieldapp.domain import areas, households, people, visits
from fieldapp.errors import N_, Invalid
from fieldapp.laptop import current, describe, entry
from fieldapp.laptop.stories import home_story
from fieldapp.web import allow
from fieldapp.web.errors import of_domain

bp = Blueprint("households", __name__)

FIELDS = ("head_name", "phone", "address", "group_name", "registration_count", "notes_before_entry", "card_state")
PAGE = 50


@bp.get("/homes")
@allow.user
def page() -> str:
    """The list, and the search in it: by name, pinyin, initials, address or card."""
    query = request.args.get("q", "")
    homes = households.find(query, PAGE + 1)
    return render_template(
        "homes/_list.html" if "HX-Request" in request.headers else "homes/list.html",
        homes=homes[:PAGE],
        more=len(homes) > PAGE,
        levels=households.worst_levels(home.id for home in homes[:PAGE]),
        query=query,
    )


@bp.get("/homes/<household>")
@allow.user
def one(household: str) -> str:
    """A home: its people, the work in hand, and what has been."""
    home = households.page(household)
    today = current.today()
    tracks = visits.tracks([household], today)
    return render_template(
        "homes/one.html",
        home=home,
        where=areas.load().path(home.household.area),
        due={person.id: visits.next_due(person, tracks.of(person), today) for person in home.people},
        misses=max((tracks.of(person).misses for person in home.people), default=0),
        hint=visits.hint,
        names={person.id: person.name for person in home.people},
        story=home_story(home),
        today=today,
        now=current.now(),
        about=people.sex_and_age,
        describe=describe,
        masked_id=people.masked_id,
        masked_phone=people.masked_phone,
    )


@bp.get("/homes/new")
@allow.user
def new() -> str:
    """Register a home."""
    return _form(None)


@bp.post("/homes/new")
@allow.user
def register() -> ResponseReturnValue:
    """Make the home; errors stand at their fields, and what was typed stays."""
    store, area = current.store(), request.form.get("area", "")
    given = {name: request.form.get(name, "") for name in FIELDS}
    try:
        if area not in {village.code for village in _villages()}:
            raise Invalid(N_("还差一处"), fields={"area": N_("选一个村（居）")})
        made = store.new_id()
        store.commit(households.register(made, given, area, current.today()), author=current.author())
    except Invalid as error:
        return _form(None, of_domain(error).fields), 422
    return redirect(url_for("households.one", household=made), 303)


@bp.get("/homes/<household>/edit")
@allow.user
def edit(household: str) -> str:
    """Amend what is known of a home."""
    return _form(household)


@bp.post("/homes/<household>/edit")
@allow.user
def amend(household: str) -> ResponseReturnValue:
    """Write what was typed otherwise than it was shown."""
    store = current.store()
    seen = entry.screen(store, household)
    try:
        edits = households.amend(households.get(household), entry.entered(FIELDS), current.today())
        store.commit(edits, author=current.author(), screen=seen, via="edit")
    except Invalid as error:
        return _form(household, of_domain(error).fields), 422
    return redirect(url_for("households.one", household=household), 303)


def _form(household: str | None, wrong: dict[str, str] | None = None) -> str:
    home = households.get(household) if household else None
    screen = request.form.get("screen") or (
        current.store().open_screen([household], current.author()).id if household else ""
    )
    return render_template(
        "homes/form.html",
        home=home,
        screen=screen,
        asked=entry.ask(households.KIND, FIELDS, home),
        villages=_villages(),
        wrong=wrong or {},
    )


def _villages() -> list[areas.Area]:
    """The villages that this laptop's people work in."""
    known = areas.load()
    found = (known.get(prefix) for prefix in current.scope())
    return [village for area in found for village in _below(known, area)]


def _below(known: areas.Areas, area: areas.Area) -> list[areas.Area]:
    below = known.children(area.code)
    return [village for each in below for village in _below(known, each)] if below else [area]
