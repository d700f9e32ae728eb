"""Screen: sync. Has my work arrived?"""

from __future__ import annotations

from flask import Blueprint, render_template

from fieldapp.web import allow

bp = Blueprint("sync", __name__)


@bp.get("/sync")
@allow.user
def page() -> str:
    """What is under way, refused, waiting, and what was."""
    return render_template("sync.html")
