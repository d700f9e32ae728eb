"""Screen: today. Where do I go first?"""

from __future__ import annotations

from flask import Blueprint, render_template

from fieldapp.web import allow

bp = Blueprint("today", __name__)


@bp.get("/")
@allow.user
def page() -> str:
    """What is due today."""
    return render_template("today.html")
