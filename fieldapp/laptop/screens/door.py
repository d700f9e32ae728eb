"""Screen: log in and lock. Who is at this laptop?"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fieldapp.domain.roles import WORDS
from fieldapp.errors import Unavailable, WrongPassphrase
from fieldapp.laptop import outbox
from fieldapp.laptop.current import laptop
from fieldapp.web import allow, auth
from fieldapp.web.held import carried, send_on
from fieldapp.web.i18n import gettext as _
from fieldapp.web.i18n import say

bp = Blueprint("door", __name__)


@bp.get("/login")
@allow.public
def login() -> ResponseReturnValue:
    """Who works here, and her passphrase; a new laptop is enrolled first."""
    return _form() if laptop().is_enrolled else redirect(url_for("enrol.page"), 303)


@bp.post("/login")
@allow.public
def enter() -> ResponseReturnValue:
    """Open the screen; at the first login after a start, the data as well."""
    held = carried()
    if held and request.form.get("user") != auth.locked_user():
        return _form(_("刚填的内容要由刚才锁屏的人登录才能存。要换人，先选“放下它，换人登录”")), 422
    try:
        account = laptop().unlock(request.form.get("user", ""), request.form.get("passphrase", ""))
    except (WrongPassphrase, Unavailable) as error:
        return _form(say(error)), 422
    auth.sign_in(account.id)
    return send_on(held) if held else redirect(auth.local_path(request.form.get("next")), 303)


@bp.post("/login/passphrase")
@allow.public
def passphrase() -> str:
    """The passphrase's field with what was typed, readable or covered again."""
    readable = request.form.get("readable") == "1"
    return render_template("_passphrase.html", readable=readable, typed=request.form.get("passphrase", ""))


@bp.post("/lock")
@allow.user
def lock() -> ResponseReturnValue:
    """Close the screen; the key and the sync stay."""
    auth.lock()
    return redirect(url_for("door.login"), 303)


def _form(wrong: str = "") -> str:
    here = laptop()
    return render_template(
        "login.html",
        accounts=here.keys.accounts(),
        label=here.keys.label,
        roles=WORDS,
        waiting=outbox.counts(here.store) if here.is_open else None,
        chosen=request.form.get("user") or auth.locked_user(),
        wrong=wrong,
        next=request.values.get("next", ""),
    )
