"""What can go wrong between a laptop and the registry. Each has a code for machines; people read the translation of
it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class SyncError(Exception):
    """`code` names the case, `params` fill in its sentence."""

    code = "sync"

    def __init__(self, detail: str = "", **params: object) -> None:
        super().__init__(detail or self.code)
        self.params = params


class Malformed(SyncError):
    """Bytes that are no message of this protocol."""

    code = "malformed"


class Offline(SyncError):
    """The registry cannot be reached now."""

    code = "offline"


class Busy(SyncError):
    """The registry asks to come back later; `retry_after` in seconds."""

    code = "busy"

    def __init__(self, detail: str = "", retry_after: float = 60.0) -> None:
        super().__init__(detail, retry_after=retry_after)
        self.retry_after = retry_after


class NotEnrolled(SyncError):
    """The registry does not know this device, or knows it no longer."""

    code = "not_enrolled"


class NewerVersion(SyncError):
    """The other side, or the database file, speaks a newer version than this programme."""

    code = "newer_version"


class WrongKey(SyncError):
    """The database does not open with this key."""

    code = "wrong_key"


class TooLarge(SyncError):
    """One user action wrote more than a group may hold."""

    code = "too_large"


class NotShown(SyncError):
    """An edit of a field whose value no screen has shown: it could silently replace what nobody saw."""

    code = "not_shown"


class Forked(SyncError):
    """Two copies of this laptop's data exist; each needs a new device id before it goes on."""

    code = "forked"


class Refused(SyncError):
    """The registry does not take a change; `reason` {code, …} says why."""

    code = "refused"

    def __init__(self, reason: Mapping[str, Any]) -> None:
        super().__init__(str(reason["code"]), **reason)
        self.reason = dict(reason)
