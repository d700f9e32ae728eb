"""Screen: enrol a laptop, or add one more person to it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fieldapp.errors import DomainError, Invalid
from fieldapp.laptop.current import background, enrolment, laptop
from fieldapp.laptop.enrol import Application
from fieldapp.laptop.keys import SHORTEST
from fieldapp.web import allow, auth
from fieldapp.web.errors import of_domain
from fieldapp.web.i18n import gettext as _

bp = Blueprint("enrol", __name__)


@bp.get("/enrol")
@allow.public
def page() -> str:
    """The code from the county, and a passphrase of one's own."""
    return _form()


@bp.post("/enrol")
@allow.public
def apply() -> ResponseReturnValue:
    """Ask the registry; the first download begins at once."""
    try:
        account = _enrol(Application(**{name: request.form.get(name, "") for name in Application.__slots__}))
    except DomainError as error:
        return _form(error), of_domain(error).status
    auth.sign_in(account)
    background().wake()
    flash(_("登记好了。正在把片区里的住户取到这台电脑，可以先看别的。"))
    return redirect(url_for("sync.page"), 303)


def _enrol(wish: Application) -> str:
    enrol = enrolment().new_user if laptop().is_enrolled else enrolment().new_laptop
    return enrol(wish).id


def _form(error: DomainError | None = None) -> str:
    problem = of_domain(error) if error else None
    return render_template(
        "enrol.html",
        problem=problem,
        general=problem if not isinstance(error, Invalid) else None,
        wrong=problem.fields if problem else {},
        typed=request.form,
        first=not laptop().is_enrolled,
        closed=laptop().is_enrolled and not laptop().is_open,
        registry=laptop().settings.registry_url or "",
        least=SHORTEST,
    )
