"""What was posted to a screen that had locked meanwhile: the login page carries it, and sends it on afterwards.

Only for its owner: the login page says whose it is, and nobody else's login sends it. Files cannot be carried (and are
not lost: they lie where they were chosen from); answers of htmx wait on their own page (`typing.js`).
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, g, render_template, request
from markupsafe import Markup

from fieldapp.web import auth
from fieldapp.web.config import web

PREFIX = "held."
ADDRESS = "held:to"
# Of no use after the login, or nobody's to carry about.
LEFT_OUT = frozenset({"csrf_token", "passphrase", "password"})


@dataclass(frozen=True)
class Held:
    """Where it was posted to, and its fields in their order."""

    address: str
    fields: tuple[tuple[str, str], ...]


def posted() -> Held | None:
    """What this request posts to a locked screen; None when there is nothing that could be lost."""
    if not web().options.holds or request.method != "POST" or request.files or auth.locked_user() is None:
        return None
    fields = tuple((name, text) for name, text in request.form.items(multi=True) if name not in LEFT_OUT)
    return Held(auth.local_path(request.full_path), fields) if fields else None


def carried() -> Held | None:
    """What the login page carries: just posted, or sent along by the login page itself."""
    if "held" in g:
        found: Held = g.held
        return found
    if ADDRESS not in request.form:
        return None
    fields = [
        (name.removeprefix(PREFIX), text) for name, text in request.form.items(multi=True) if name.startswith(PREFIX)
    ]
    return Held(auth.local_path(request.form[ADDRESS]), tuple(fields))


def inputs() -> Markup:
    """The hidden fields that the login page carries it in; nothing when it carries nothing."""
    held = carried()
    if held is None:
        return Markup()
    line = Markup('<input type="hidden" name="{}" value="{}">')
    return line.format(ADDRESS, held.address) + Markup().join(line.format(PREFIX + n, text) for n, text in held.fields)


def send_on(held: Held) -> str:
    """After the login: a page that posts it where it was going, by itself or at the press of a button."""
    return render_template("send_on.html", held=held)


def init_app(app: Flask) -> None:
    """Give login pages `held()` and `held_inputs()`."""
    app.jinja_env.globals.update(held=carried, held_inputs=inputs)
