"""Screen: tasks."""

from __future__ import annotations

from flask import Blueprint, render_template

from fieldapp.web import allow

bp = Blueprint("tasks", __name__)


@bp.get("/tasks")
@allow.user
def page() -> str:
    """The list."""
    return render_template("tasks.html")
