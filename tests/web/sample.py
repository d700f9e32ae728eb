"""A tiny app on the shared web layer, for its tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from flask import Flask, g, redirect, render_template_string, request, session
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue

from fieldapp.errors import N_, Clash, Invalid, NotAllowed, NotFound, Unavailable
from fieldapp.web import Options, Place, allow, auth, init_app
from sync.errors import Offline, SyncError

NOON = datetime(2025, 11, 18, 4, 0, tzinfo=UTC)
ERRORS: dict[str, Exception] = {
    "missing": NotFound(N_("没有找到")),
    "forbidden": NotAllowed(N_("您的岗位不能做这件事")),
    "invalid": Invalid(N_("填的内容还不能用"), fields={"phone": N_("这一题还没有答")}),
    "clash": Clash(N_("和现有的对不上")),
    "busy": Unavailable(N_("现在办不了")),
    "filled": NotFound(N_("已存在本机 %(time)s"), time="<b>11:20</b>"),
    "offline": Offline(),
    "unheard": SyncError(),
}


@dataclass(frozen=True)
class Person:
    """A user of the sample app."""

    id: str
    role: str


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.time = NOON

    def __call__(self) -> datetime:
        return self.time

    def pass_by(self, **gap: float) -> None:
        """Let time pass."""
        self.time += timedelta(**gap)


PEOPLE = {"1": Person("1", "caseworker"), "2": Person("2", "county")}
PAGE = """{% extends "shell.html" %}{% block title %}{{ title }}{% endblock %}"""


def make_app(
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    options: Options = Options(),  # noqa: B008 (frozen)
    cookie_name: str = "sample",
    language: str = "zh",
) -> Flask:
    """The sample app; its people log in at /login with their id alone."""
    app = Flask("sample", static_folder=None)
    app.secret_key = "only for tests"
    add_views(app)
    init_app(
        app,
        load_user=PEOPLE.get,
        rail=lambda: [Place(N_("未遇"), "today", "home", shortcut="F2")],
        language_default=language,
        cookie_name=cookie_name,
        now=now,
        options=replace(options, lock="lock", kit=True),
    )
    return app


def add_views(app: Flask) -> None:
    """The views of the sample app."""

    @app.get("/")
    @allow.user
    def home() -> str:
        return render_template_string(PAGE, title=g.user.id)

    @app.get("/county")
    @allow.roles("county")
    def county() -> str:
        return "county"

    @app.get("/undeclared")
    def undeclared() -> str:
        return "open to everybody by mistake"

    @app.route("/open", methods=["GET", "POST"])
    @allow.public
    def open_to_all() -> str:
        return render_template_string(PAGE, title="open")

    @app.post("/machine")
    @allow.machine
    def machine() -> str:
        return "machine"

    @app.get("/fail/<name>")
    @allow.public
    def fail(name: str) -> str:
        raise ERRORS.get(name) or ZeroDivisionError(name)

    @app.route("/login", methods=["GET", "POST"])
    @allow.public
    def login() -> ResponseReturnValue:
        if request.method == "GET":
            return f"login {auth.locked_user()} {request.args.get('next', '')}"
        auth.sign_in(request.form["user"])
        return redirect(auth.local_path(request.args.get("next")), 303)

    @app.post("/lock")
    @allow.user
    def lock() -> str:
        auth.lock()
        return "locked"

    @app.post("/logout")
    @allow.public
    def logout() -> str:
        auth.sign_out()
        return "out"

    @app.get("/token")
    @allow.public
    def token() -> str:
        return str(session.get("csrf", ""))


def sign_in(client: FlaskClient, user: str = "1") -> None:
    """Log a person in as a browser would."""
    client.get("/open")
    client.post("/login", data={"user": user, "csrf_token": token(client)})
    client.get("/open")


def token(client: FlaskClient) -> str:
    """The CSRF token of the client's session."""
    return client.get("/token").text
