"""Screen: two values, refused. What stands still, and since when?"""

from __future__ import annotations

from flask import Blueprint, render_template

from fieldapp.domain import conflicts, labels
from fieldapp.registry import refused
from fieldapp.registry.current import allow_to, can, now, user
from fieldapp.registry.scope import names
from fieldapp.registry.tables import Device

bp = Blueprint("mend", __name__)


@bp.get("/mend")
@allow_to("view")
def page() -> str:
    """What holds two values, oldest first; and what was sent back, newest first."""
    person = user()
    back = refused.everything(person.areas) if can(person, "review") else []
    devices = {row.id: row.label for row in Device.select(Device.id, Device.label)} if back else {}
    return render_template(
        "mend.html", found=conflicts.open_conflicts(person.areas) if person.areas else [], refused=back,
        devices=devices, types=labels.TYPES, names=names, now=now(),
    )  # fmt: skip
