"""Screen: overview. Where are we behind, and who is in danger?"""

from __future__ import annotations

from flask import Blueprint, render_template

from fieldapp.registry import overview, refused
from fieldapp.registry.current import can, now, today, user
from fieldapp.registry.scope import lies_in
from fieldapp.registry.screens import laptops
from fieldapp.web import allow
from sync.store.tables import OpenConflict

bp = Blueprint("overview", __name__)


@bp.get("/")
@allow.user
def page() -> str:
    """A few figures, and how each town stands."""
    person = user()
    if not can(person, "view"):
        return render_template("overview_none.html")
    found = overview.of(person.areas, today())
    lines = [line for line in laptops.lines(person) if line.device.revoked_ms is None] if can(person, "devices") else []
    return render_template(
        "overview.html", found=found, today=today(), now=now(), lines=lines,
        conflicts=OpenConflict.select().where(lies_in(OpenConflict.area, person.areas)).count(),
        refused=len(refused.open_ones(person.areas)) if can(person, "review") else None,
    )  # fmt: skip
