"""What a view asks for: the laptop of this app, its records, and the day. The only place that reads them off Flask."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date, datetime
from typing import Any

from flask import Flask, current_app, g, request

from fieldapp.domain.calendar import business_date
from fieldapp.laptop.keys import Account
from fieldapp.laptop.laptop import Laptop
from fieldapp.web import auth
from sync.store.laptop import LaptopStore

EXTENSION = "fieldapp.laptop"


def laptop() -> Laptop:
    """The laptop that this app serves."""
    found: Laptop = current_app.extensions[EXTENSION]
    return found


def store() -> LaptopStore:
    """Its records; the database is in use for the length of the request. Raises Unavailable before the first login."""
    return laptop().store


def user() -> Account:
    """Who is at the screen; for views marked `@allow.user`."""
    account: Account = g.user
    return account


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
    prefixes: list[str] = store().node("scope") or sorted(
        {area for each in store().node("users", []) for area in each.get("areas", [])}
    )
    return prefixes


def person_behind(user_id: str) -> Account:
    """The name and role behind an author's id; the bare id for somebody this laptop has not heard of."""
    known = {**_listed("people"), **_listed("users")}
    found = known.get(user_id)
    if found:
        return Account(user_id, str(found["name"]), str(found["role"]))
    return next((a for a in laptop().keys.accounts() if a.id == user_id), Account(user_id, user_id, ""))


def load_user(user_id: str) -> Account | None:
    """The account of a session. After a restart nothing opens before somebody logs in: her screen counts as locked."""
    if not laptop().is_open:
        auth.lock()
        return None
    return next((a for a in laptop().keys.accounts() if a.id == user_id), None)


def _listed(name: str) -> dict[str, dict[str, Any]]:
    """The people in one of the lists that the registry sends, by id."""
    listed = store().node(name) or {}
    return {each["id"]: each for each in listed} if isinstance(listed, list) else listed


def _use_database() -> None:
    """Before the access rules: error pages, too, show the state of sync."""
    if laptop().is_open and request.endpoint != "web.asset":
        g.in_use = ExitStack()
        g.in_use.enter_context(laptop().store.use())


def _let_go(error: BaseException | None) -> None:
    if in_use := g.pop("in_use", None):
        in_use.close()


def init_app(app: Flask, opened: Laptop) -> None:
    """Serve this laptop. Call it before the shared web layer, whose access rules read accounts."""
    app.extensions[EXTENSION] = opened
    app.before_request(_use_database)
    app.teardown_request(_let_go)
