"""Screen: log in, lock, and the very first account. Who are you?"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fieldapp.errors import DomainError, Invalid, NotAllowed, NotFound, Unavailable
from fieldapp.registry import accounts, areas_asked
from fieldapp.registry.accounts import SHORTEST_PASSWORD, NewAccount
from fieldapp.registry.current import now_ms, registry
from fieldapp.web import allow, auth
from fieldapp.web.errors import of_domain
from fieldapp.web.i18n import gettext as _
from fieldapp.web.i18n import say

bp = Blueprint("door", __name__)


@bp.get("/login")
@allow.public
def login() -> ResponseReturnValue:
    """Login and password; a registry without any account is set up first."""
    return _form() if accounts.anybody() else redirect(url_for("door.first"), 303)


@bp.post("/login")
@allow.public
def enter() -> ResponseReturnValue:
    """Open the screen. Whatever was wrong, the answer is the same."""
    try:
        person = accounts.log_in(request.form.get("login", ""), request.form.get("password", ""), now_ms())
    except (NotAllowed, Unavailable) as error:
        return _form(say(error)), 422
    auth.sign_in(person.id)
    return redirect(auth.local_path(request.form.get("next")), 303)


@bp.post("/lock")
@allow.user
def lock() -> ResponseReturnValue:
    """Close the screen."""
    auth.lock()
    return redirect(url_for("door.login"), 303)


@bp.get("/first")
@allow.public
def first() -> ResponseReturnValue:
    """The first county administrator, as long as nobody has an account."""
    return redirect(url_for("door.login"), 303) if accounts.anybody() else _first()


@bp.post("/first")
@allow.public
def begin() -> ResponseReturnValue:
    """Make the first account and let its owner in."""
    form = request.form
    new = NewAccount(
        form.get("login", ""), form.get("name", ""), form.get("password", ""), ("county",), form.getlist("areas")
    )
    try:
        person = registry().begin(form.get("code", ""), new)
    except (Invalid, NotAllowed, Unavailable) as error:
        return _first(error), 422
    auth.sign_in(person.id)
    flash(_("账号开好了。接着给同事开账号，再登记电脑。"))
    return redirect(url_for("overview.page"), 303)


@bp.get("/first/areas")
@allow.public
def find_areas() -> str:
    """The areas that fit what is typed. Names of areas are public."""
    return areas_asked.found(())


def _form(wrong: str = "") -> str:
    return render_template(
        "login.html", wrong=wrong, login=request.form.get("login") or _locked(), next=request.values.get("next", "")
    )


def _locked() -> str:
    """Whose screen is locked, so that only the password is asked for."""
    try:
        return accounts.row(auth.locked_user() or "").login
    except NotFound:
        return ""


def _first(error: DomainError | None = None) -> str:
    problem = of_domain(error) if error else None
    return render_template(
        "first.html",
        problem=problem,
        wrong=problem.fields if problem else {},
        typed=request.form,
        least=SHORTEST_PASSWORD,
        **areas_asked.context(()),
    )
