"""What a view asks for: the registry of this app, who is at the screen, and where she may look. Read off Flask here."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date, datetime

from flask import Flask, current_app, g

from fieldapp.domain.calendar import business_date
from fieldapp.domain.roles import ALLOWED, User, within
from fieldapp.errors import N_, NotAllowed, NotFound
from fieldapp.registry import accounts
from fieldapp.registry.registry import Registry
from fieldapp.web import config
from fieldapp.web.access import Rule
from sync.store.registry import RegistryStore

EXTENSION = "fieldapp.registry"


def registry() -> Registry:
    """The registry that this app serves."""
    found: Registry = current_app.extensions[EXTENSION]
    return found


def store() -> RegistryStore:
    """Its records; the database is in use for the length of the request."""
    return registry().store


def user() -> User:
    """Who is at the screen; for views that admit only people."""
    person: User = g.user
    return person


def now() -> datetime:
    """The moment, with its offset."""
    return registry().now()


def now_ms() -> int:
    """The moment in Unix milliseconds."""
    return registry().now_ms()


def today() -> date:
    """The day in China."""
    return business_date(now())


# -- who may -----------------------------------------------------------------------------------------------------------


def can(person: User | None, action: str) -> bool:
    """Whether any of somebody's roles allows an action; where, is another question."""
    return person is not None and any(action in ALLOWED.get(role, ()) for role in person.roles)


def allow_to(action: str) -> Rule:
    """The access rule of a view for people whose role allows an action."""

    def admits(person: config.User | None) -> bool:
        return isinstance(person, User) and can(person, action)

    return Rule(f"may {action}", admits)


def require_area(area: str) -> None:
    """Raises NotAllowed for a place outside of where somebody works."""
    if not within(area, user().areas):
        raise NotAllowed(N_("这个地方不在您的片区。需要的话，请找县管理员"))


def load_user(user_id: str) -> User | None:
    """The person of a session, as long as the account is in use."""
    try:
        account = accounts.row(user_id)
    except NotFound:
        return None
    return accounts.user_of(account) if account.active else None


def people() -> dict[str, User]:
    """Everybody who has or had an account, by id, read once a request."""
    if "people" not in g:
        g.people = accounts.names()
    found: dict[str, User] = g.people
    return found


def person_behind(user_id: str) -> User:
    """Who wrote something; the bare id for somebody the registry does not know."""
    return people().get(user_id) or User(user_id, user_id, "")


# -- the database ------------------------------------------------------------------------------------------------------


def _use_database() -> None:
    g.in_use = ExitStack()
    g.in_use.enter_context(registry().store.use())


def _let_go(error: BaseException | None) -> None:
    if in_use := g.pop("in_use", None):
        in_use.close()


def init_app(app: Flask, served: Registry) -> None:
    """Serve this registry. Call it before the shared web layer, whose access rules read accounts."""
    app.extensions[EXTENSION] = served
    app.before_request(_use_database)
    app.teardown_request(_let_go)
