"""Screen: log in and lock. Who is at this laptop?"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fieldapp.errors import Unavailable, WrongPassphrase
from fieldapp.laptop.current import laptop
from fieldapp.web import allow, auth
from fieldapp.web.i18n import say

bp = Blueprint("door", __name__)


@bp.get("/login")
@allow.public
def login() -> ResponseReturnValue:
    """Who works here, and her passphrase."""
    return _form()


@bp.post("/login")
@allow.public
def enter() -> ResponseReturnValue:
    """Open the data, at the first login after a start, and the screen."""
    try:
        account = laptop().unlock(request.form.get("user", ""), request.form.get("passphrase", ""))
    except (WrongPassphrase, Unavailable) as error:
        return _form(say(error)), 422
    auth.sign_in(account.id)
    return redirect(auth.local_path(request.form.get("next")), 303)


@bp.post("/lock")
@allow.user
def lock() -> ResponseReturnValue:
    """Close the screen; the key and the sync stay."""
    auth.lock()
    return redirect(url_for("door.login"), 303)


def _form(wrong: str = "") -> str:
    chosen = request.form.get("user") or auth.locked_user()
    return render_template(
        "login.html", accounts=laptop().keys.accounts(), chosen=chosen, wrong=wrong, next=request.values.get("next", "")
    )
