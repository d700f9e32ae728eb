"""Who may do what, where. Denied unless the table allows it; areas are 12-digit codes, scopes their prefixes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fieldapp.domain import labels
from fieldapp.errors import N_, NotAllowed

# view    see people and homes                    edit     write records
# settle  decide between two values               review   read what was refused, supervise
# devices enrol and revoke laptops                users    place people and give roles
# cards   print door cards                        audit    read the access log
# The narrowest reach first.
ALLOWED: dict[str, frozenset[str]] = {
    "auditor": frozenset({"audit"}),
    "caseworker": frozenset({"view", "edit", "settle", "cards"}),
    "supervisor": frozenset({"view", "edit", "settle", "cards", "review", "devices"}),
    "city": frozenset({"view", "review"}),
    "county": frozenset({"view", "edit", "settle", "cards", "review", "devices", "users"}),
}
ACTIONS = frozenset().union(*ALLOWED.values())

WORDS: dict[str, str] = {
    "caseworker": N_("儿童主任、社工"),
    "supervisor": N_("儿童督导员"),
    "county": N_("区县民政"),
    "city": N_("市民政"),
    "auditor": N_("审计"),
}


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who works with the product. `areas` are the prefixes of where she works, in each of her roles."""

    id: str
    name: str
    login: str
    roles: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()

    @property
    def role(self) -> str:
        """Her furthest-reaching role, "" for none."""
        return next((role for role in reversed(ALLOWED) if role in self.roles), "")

    @property
    def role_words(self) -> labels.Words:
        """What that role is called."""
        return labels.Words(WORDS.get(self.role, self.role))


def within(area: str, prefixes: Iterable[str]) -> bool:
    """Whether an area lies in some of the prefixes. An empty prefix covers nothing: it would cover everything."""
    return any(prefix and area.startswith(prefix) for prefix in prefixes)


def may(user: User, action: str, area: str) -> bool:
    """Whether a user may do this in this area."""
    return any(action in ALLOWED.get(role, ()) for role in user.roles) and within(area, user.areas)


def require(user: User, action: str, area: str) -> None:
    """Raises NotAllowed unless the user may do this in this area."""
    if not may(user, action, area):
        raise NotAllowed(N_("这不在您的片区，或者您的岗位不能做这件事。需要的话，请找督导员开通"))
