"""What a view asks for: the laptop of this app, its records, and the day. The only place that reads them off Flask."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date, datetime
from typing import Any

from flask import Flask, current_app, g

from fieldapp.domain.calendar import business_date
from fieldapp.domain.roles import User
from fieldapp.laptop.background import Background
from fieldapp.laptop.enrol import Enrolment
from fieldapp.laptop.laptop import Laptop
from fieldapp.web import auth
from sync.store.laptop import LaptopStore

EXTENSION = "fieldapp.laptop"
BACKGROUND = "fieldapp.laptop.background"
ENROLMENT = "fieldapp.laptop.enrolment"


def laptop() -> Laptop:
    """The laptop that this app serves."""
    found: Laptop = current_app.extensions[EXTENSION]
    return found


def background() -> Background:
    """Its sync in the background."""
    found: Background = current_app.extensions[BACKGROUND]
    return found


def enrolment() -> Enrolment:
    """How it is, or was, enrolled."""
    found: Enrolment = current_app.extensions[ENROLMENT]
    return found


def store() -> LaptopStore:
    """Its records; the database is in use for the length of the request. Raises Unavailable before the first login."""
    return laptop().store


def user() -> User:
    """Who is at the screen; for views marked `@allow.user`."""
    person: User = g.user
    return person


def author() -> str:
    """The id that changes are written under."""
    return user().id


def now() -> datetime:
    """The moment, with its offset."""
    return laptop().now()


def today() -> date:
    """The day in China."""
    return business_date(now())


def scope() -> list[str]:
    """The area prefixes that this laptop holds."""
    prefixes: list[str] = _node("scope", []) or sorted(
        {area for each in _node("users", []) for area in each.get("areas", [])}
    )
    return prefixes


def person_behind(user_id: str) -> User:
    """Who wrote something; the bare id for somebody this laptop has not heard of."""
    found = _own(user_id) or _listed("people").get(user_id)
    return _user(user_id, found) if found else User(user_id, user_id, "")


def load_user(user_id: str) -> User | None:
    """The person of a session. After a restart nothing opens before somebody logs in: her screen counts as locked."""
    if "in_use" not in g:
        auth.lock()
        return None
    account = next((each for each in laptop().keys.accounts() if each.id == user_id), None)
    if account is None:
        return None
    return _user(user_id, _own(user_id) or {"name": account.name, "role": account.role})


def _own(user_id: str) -> dict[str, Any] | None:
    """A user of this laptop, as the registry has last described her."""
    return next((each for each in _node("users", []) if each["id"] == user_id), None)


def _listed(name: str) -> dict[str, dict[str, Any]]:
    listed: dict[str, dict[str, Any]] = _node(name, {})
    return listed


def _node(name: str, default: Any) -> Any:
    """What this laptop keeps about itself, read once a request: a page may ask for a name on every line."""
    kept = g.setdefault("nodes", {})
    if name not in kept:
        kept[name] = store().node(name, default)
    return kept[name]


def _user(user_id: str, found: dict[str, Any]) -> User:
    roles = (str(found["role"]),) if found.get("role") else ()
    return User(user_id, str(found["name"]), str(found.get("login", "")), roles, tuple(found.get("areas", ())))


def _use_database() -> None:
    """Before the access rules: error pages, too, show the state of sync."""
    if laptop().is_open:
        g.in_use = ExitStack()
        g.in_use.enter_context(laptop().store.use())


def _let_go(error: BaseException | None) -> None:
    if in_use := g.pop("in_use", None):
        in_use.close()


def init_app(app: Flask, served: Laptop, background: Background) -> None:
    """Serve this laptop. Call it before the shared web layer, whose access rules read accounts."""
    app.extensions.update({EXTENSION: served, BACKGROUND: background, ENROLMENT: Enrolment(served)})
    app.before_request(_use_database)
    app.teardown_request(_let_go)
