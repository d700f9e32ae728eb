"""Screens: households. Which home do I mean? Who lives here, and what is due?"""

from __future__ import annotations

from itertools import groupby

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fieldapp.domain import areas, households, people, visits
from fieldapp.domain.records import Household
from fieldapp.errors import N_, Invalid
from fieldapp.laptop import current, describe, entry, reach
from fieldapp.laptop.stories import home_story
from fieldapp.web import allow
from fieldapp.web.errors import of_domain

bp = Blueprint("households", __name__)

FIELDS = ("head_name", "phone", "address", "group_name", "registration_count", "notes_before_entry", "card_state")
PAGE = 50
# Entries of the story that stand there at once.
RECENT = 8


@bp.get("/homes")
@allow.user
def page() -> str:
    """The list, and the search in it: by name, pinyin, initials, address or card."""
    query = request.args.get("q", "")
    homes = households.find(query, PAGE + 1, reach.mine(Household))
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
    reach.household(household)
    home = households.page(household)
    today = current.today()
    tracks = visits.tracks([household], today)
    story = home_story(home)
    return render_template(
        "homes/one.html",
        home=home,
        due={person.id: visits.next_due(person, tracks.of(person), today) for person in home.people},
        hint=visits.hint(max((tracks.of(person).misses for person in home.people), default=0)),
        names={person.id: person.name for person in home.people},
        story=story if "all" in request.args else story[:RECENT],
        entries=len(story),
        today=today,
        now=current.now(),
        people=people,
        describe=describe,
        who=current.person_behind,
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
    try:
        edits = households.register(made := store.new_id(), entry.given(FIELDS), area, current.today())
        _check_village(area)
    except Invalid as error:
        return _form(None, of_domain(error).fields), 422
    store.commit(edits, author=current.author())
    return redirect(url_for("households.one", household=made), 303)


def _check_village(area: str) -> None:
    if area not in {village.code for village in _villages()}:
        raise Invalid(entry.MEND, fields={"area": N_("选一个村（居）")})


@bp.get("/homes/<household>/edit")
@allow.user
def edit(household: str) -> str:
    """Amend what is known of a home."""
    return _form(reach.household(household))


@bp.post("/homes/<household>/edit")
@allow.user
def amend(household: str) -> ResponseReturnValue:
    """Write what was typed otherwise than it was shown."""
    store, row = current.store(), reach.household(household)
    seen = entry.screen(store, household)
    try:
        edits = households.amend(row, entry.entered(FIELDS), current.today())
    except Invalid as error:
        return _form(row, of_domain(error).fields), 422
    store.commit(edits, author=current.author(), screen=seen, via="edit")
    return redirect(url_for("households.one", household=household), 303)


def _form(home: Household | None, wrong: dict[str, str] | None = None) -> str:
    return render_template(
        "homes/form.html",
        home=home,
        screen=entry.opened(current.store(), [home.id], current.author()) if home else "",
        asked=entry.ask(households.KIND, FIELDS, home),
        towns=[] if home else _by_town(_villages()),
        wrong=wrong or {},
    )


def _villages() -> list[areas.Area]:
    """The villages that the person at the screen works in."""
    known = areas.load()
    found = (known.get(prefix) for prefix in reach.prefixes())
    return [village for area in found for village in _below(known, area)]


def _below(known: areas.Areas, area: areas.Area) -> list[areas.Area]:
    below = known.children(area.code)
    return [village for each in below for village in _below(known, each)] if below else [area]


def _by_town(villages: list[areas.Area]) -> list[tuple[str, list[areas.Area]]]:
    """(town, its villages): names of villages repeat."""
    known = areas.load()
    towns = groupby(sorted(villages, key=lambda area: area.code), key=lambda area: area.code[:9])
    return [(known.get(code).name, list(below)) for code, below in towns]
