"""What both web apps share. One call sets it up; README.md beside this file shows how to make a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from flask import Flask

from fieldapp.web import access, auth, errors, held, i18n, pages, security, uploads, words
from fieldapp.web.access import allow
from fieldapp.web.config import Options, Place, User, Web, install

__all__ = ["Options", "Place", "User", "allow", "init_app"]


DEFAULTS = Options()


def init_app(
    app: Flask,
    *,
    load_user: Callable[[str], User | None],
    rail: Callable[[], Sequence[Place]],
    language_default: str,
    cookie_name: str,
    now: Callable[[], datetime],
    options: Options = DEFAULTS,
) -> None:
    """Languages, words, access, sessions, security, errors, templates and static files for one app.

    `cookie_name` must name the app and its port: the demo's apps share one host, and cookies know no ports.
    `now` answers an aware time. The app must come without Flask's own static folder: `Flask(name, static_folder=None)`.
    """
    if app.has_static_folder:
        raise ValueError("create the app with static_folder=None: fieldapp.web serves /static/")
    install(app, Web(load_user, rail, language_default, cookie_name, now, options))
    for part in (i18n, words, security, access, auth, held, uploads, errors, pages):
        part.init_app(app)
