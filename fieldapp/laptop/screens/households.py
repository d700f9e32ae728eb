"""Screen: households."""

from __future__ import annotations

from flask import Blueprint, render_template

from fieldapp.web import allow

bp = Blueprint("households", __name__)


@bp.get("/homes")
@allow.user
def page() -> str:
    """The list."""
    return render_template("households.html")
