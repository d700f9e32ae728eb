"""Guessing is slowed down, whether what is guessed exists or not: after a few failures a wait that doubles."""

from __future__ import annotations

from fieldapp.errors import N_, Unavailable
from fieldapp.registry.tables import Attempt

FREE_FAILURES = 5
FIRST_WAIT_MS, LONGEST_WAIT_MS = 1_000, 5 * 60_000
FORGOTTEN_AFTER_MS = 24 * 3600_000


class Wait(Unavailable):
    """Too many failures: nothing is tried before the wait is over. `seconds` is what is left of it."""

    def __init__(self, seconds: int) -> None:
        super().__init__(N_("试错了几次，请过 %(seconds)s 秒再试"), seconds=seconds)
        self.seconds = seconds


def check(key: str, now_ms: int) -> None:
    """Raises Wait while the failures under this key ask for patience."""
    row = Attempt.get_or_none(Attempt.key == key[:80])
    if row is None or row.failures < FREE_FAILURES:
        return
    wait = min(FIRST_WAIT_MS * 2 ** (row.failures - FREE_FAILURES), LONGEST_WAIT_MS)
    left = min(row.last_ms + wait - now_ms, LONGEST_WAIT_MS)  # a clock that was set back locks nobody out
    if left > 0:
        raise Wait(-(-left // 1000))


def failed(key: str, now_ms: int) -> None:
    """Count one more failure; what is a day old is forgotten."""
    Attempt.delete().where(Attempt.last_ms < now_ms - FORGOTTEN_AFTER_MS).execute()
    Attempt.insert(key=key[:80], failures=1, last_ms=now_ms).on_conflict(
        conflict_target=[Attempt.key], update={Attempt.failures: Attempt.failures + 1, Attempt.last_ms: now_ms}
    ).execute()


def forget(key: str) -> None:
    """It went well: begin anew."""
    Attempt.delete().where(Attempt.key == key[:80]).execute()
