"""Screen: overview. Where are we behind, and who is in danger?"""

from __future__ import annotations

from flask import Blueprint, render_template

from fieldapp.domain.records import Person
from fieldapp.registry import overview, refused
from fieldapp.registry.current import can, now, today, user
from fieldapp.registry.scope import lies_in, names
from fieldapp.registry.screens import laptops
from fieldapp.web import allow
from sync.store.tables import OpenConflict

bp = Blueprint("overview", __name__)

SHOWN = 5  # of those in danger, and of the silent laptops


@bp.get("/")
@allow.user
def page() -> str:
    """A few figures, and how each town stands."""
    person = user()
    if not can(person, "view"):
        return render_template("overview_none.html")
    found = overview.of(person.areas, today())
    shown = found.red[:SHOWN]
    children = {row.id: row for row in Person.select().where(Person.id.in_([each.person.id for each in shown]))}
    lines = [line for line in laptops.lines(person) if line.device.revoked_ms is None] if can(person, "devices") else []
    return render_template(
        "overview.html",
        found=found,
        red=[(children[each.person.id], each.due) for each in shown],
        lines=lines,
        conflicts=OpenConflict.select().where(lies_in(OpenConflict.area, person.areas)).count(),
        refused=len(refused.open_ones(person.areas)) if can(person, "review") else None,
        shown=SHOWN,
        names=names,
        today=today(),
        now=now(),
    )
