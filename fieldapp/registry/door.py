"""What the exchange asks of the application: which devices there are, what they may hold, who may write where."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from fieldapp.domain import areas
from fieldapp.domain.calendar import business_date
from fieldapp.domain.roles import ALLOWED, User, may, within
from fieldapp.registry import accounts, enrolment
from fieldapp.registry.tables import Device
from sync.change import Change
from sync.errors import NotEnrolled
from sync.store.pages import Scope
from sync.store.registry import Reason

# How far a device's last contact may lag behind in the table: an idle exchange should not write.
HEARD_EVERY_MS = 60_000


class RegistryDoor:
    """The `Door` of sync.service."""

    def public_key(self, device: str) -> bytes:
        """A device's key; raises NotEnrolled for an unknown or revoked one."""
        row = Device.get_or_none(Device.id == device, Device.revoked_ms.is_null())
        if row is None:
            raise NotEnrolled(f"device {device}")
        return base64.b64decode(row.public_key)

    def scope(self, device: str) -> Scope:
        """The union of its users' areas, each prefix within one county."""
        prefixes = {p for user in enrolment.users_of(device) for area in user.areas for p in county_prefixes(area)}
        return Scope(tuple(sorted(p for p in prefixes if not within(p, prefixes - {p}))))

    def judge(self, device: str, change: Change, area: str) -> Reason | None:
        """The author must be a user of this device, with a role that writes, in her area."""
        author = next((user for user in enrolment.users_of(device) if user.id == change.author), None)
        if author is None:
            return {"code": "not_a_user"}
        if not any("edit" in ALLOWED.get(role, ()) for role in author.roles):
            return {"code": "not_your_role"}
        return None if may(author, "edit", area) else {"code": "not_your_area"}

    def extras(self, device: str, known: Mapping[str, str]) -> dict[str, Any]:
        """The device's users, the people it meets in records, and whose cards to trust: what it has not yet."""
        made = {
            "users": [card_of(user) for user in enrolment.users_of(device)],
            "people": _people(self.scope(device).prefixes),
            "issuers": _issuers(),
        }
        versions = {name: _version(value) for name, value in made.items()}
        return {n: {"version": v, "value": made[n]} for n, v in versions.items() if known.get(n) != v}

    def heard(self, device: str, now_ms: int) -> None:
        """Note the contact, at most once a minute."""
        Device.update(last_heard_ms=now_ms).where(
            Device.id == device, Device.last_heard_ms < now_ms - HEARD_EVERY_MS
        ).execute()  # fmt: skip


def county_prefixes(area: str) -> list[str]:
    """A scope as code prefixes, each within one county: a zone is its towns, a city or province its counties."""
    known = areas.load()
    covered = known.expand(area)
    below = [child.code for part in covered if len(part) < 6 for child in known.children(part)]
    return [part for part in covered if len(part) >= 6] + [part for child in below for part in known.expand(child)]


def card_of(user: User) -> dict[str, Any]:
    """A user as a laptop keeps her."""
    return {"id": user.id, "name": user.name, "login": user.login, "role": user.role, "areas": list(user.areas)}


def _people(prefixes: tuple[str, ...]) -> dict[str, dict[str, str]]:
    return {
        user.id: {"name": user.name, "role": user.role}
        for user in accounts.names().values()
        if any(within(area, prefixes) or within(prefix, [area]) for area in user.areas for prefix in prefixes)
    }


def _issuers() -> dict[str, dict[str, str | None]]:
    return {row.id: {"public_key": row.public_key, "revoked_on": _day(row.revoked_ms)} for row in Device.select()}


def _day(ms: int | None) -> str | None:
    return None if ms is None else business_date(datetime.fromtimestamp(ms / 1000, UTC)).isoformat()


def _version(value: Any) -> str:
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()[:12]
