"""Who may open what. A view without a rule opens for nobody.

@bp.get("/homes")
@allow.user
def homes() -> str: ...

@bp.post("/devices/<id>/revoke")
@allow.roles("county")
def revoke(id: str) -> Response: ...
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, g, make_response, request
from flask.typing import ResponseReturnValue

from fieldapp.errors import N_, NotAllowed
from fieldapp.web import auth, held
from fieldapp.web.config import User, web

log = logging.getLogger(__name__)

View = TypeVar("View", bound=Callable[..., Any])
ATTRIBUTE = "access_rule"


@dataclass(frozen=True)
class Rule:
    """A named test of the person at the screen; used as a decorator it marks a view."""

    name: str
    admits: Callable[[User | None], bool]
    by_cookie: bool = True

    def __call__(self, view: View) -> View:
        setattr(view, ATTRIBUTE, self)
        return view


class allow:
    """The rules a view may declare."""

    public = Rule("public", lambda user: True)
    user = Rule("user", lambda user: user is not None)
    # A machine proves itself by its own signature; no cookie is looked at, so none can be misused.
    machine = Rule("machine", lambda user: True, by_cookie=False)

    @staticmethod
    def roles(*names: str) -> Rule:
        """Only people with one of these roles."""
        return Rule(f"roles {' '.join(names)}", lambda user: user is not None and user.role in names)


def rule_of(endpoint: str) -> Rule | None:
    """The declared rule of an endpoint; endpoints of a blueprint named in `Options.machines` are for machines."""
    if endpoint.split(".")[0] in web().options.machines:
        return allow.machine
    rule = getattr(current_app.view_functions[endpoint], ATTRIBUTE, None)
    return rule if isinstance(rule, Rule) else None


def current_rule() -> Rule | None:
    """The rule of the view that this request leads to, if it leads to one."""
    return rule_of(request.endpoint) if request.endpoint else None


def guard() -> ResponseReturnValue | None:
    """Before each request: load the person, then let the view's rule decide. An unknown address goes on to its 404."""
    g.user = None
    if request.endpoint is None:
        g.user = auth.load()
        return None
    rule = rule_of(request.endpoint)
    if rule is None:
        log.error("no access rule on %s", request.endpoint)
        raise NotAllowed(N_("这一页没有对任何人开放"))
    if rule.by_cookie:
        g.user = auth.load()
    if rule.admits(g.user):
        return None
    if g.user is None:
        return _login_that_holds() or auth.to_login()
    raise NotAllowed(N_("您的岗位不能看这一页"))


def _login_that_holds() -> ResponseReturnValue | None:
    """The login page itself, when leaving for it would lose what was posted."""
    found = held.posted()
    if found is None or request.headers.get("HX-Request"):
        return None
    g.held = found
    response = make_response(current_app.ensure_sync(current_app.view_functions[web().options.login])())
    response.status_code = 401
    return response


def init_app(app: Flask) -> None:
    """Guard every request of the app."""
    app.before_request(guard)
