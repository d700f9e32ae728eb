"""Screen: scan. Which door is this?"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from fieldapp.web import allow

bp = Blueprint("scan", __name__)


@bp.get("/scan")
@allow.user
def page() -> str:
    """The camera, and the place to type a short code."""
    return render_template("scan.html")


@bp.post("/scan")
@allow.user
def code() -> ResponseReturnValue:
    """A code from the camera, a handheld scanner or the keyboard (`code`, `by`)."""
    return redirect(url_for("scan.page"), 303)
