"""What the pill says: the one thing about sync that matters most now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask

from fieldapp.laptop import current
from fieldapp.web.words import near_time
from sync.store.laptop import LaptopStore
from sync.store.tables import SyncRun

OLD = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Pill:
    """One of five states: refused, running, waiting, old, done; `value` is a number, or for done a time in words."""

    state: str
    value: Any
    offline: bool = False


def pill() -> Pill:
    """The state of this laptop's sync. Order when several hold: refused, running, waiting, old, done."""
    store = current.store()
    if refused := len(store.quarantined()):
        return Pill("refused", refused)
    last, good = _last(store), _last(store, "done")
    if waiting := store.waiting():
        return Pill("waiting", waiting, offline=last is not None and last.result == "offline")
    gone = current.now().timestamp() - good.started_ms / 1000 if good else 0
    if gone > OLD.total_seconds():
        return Pill("old", int(gone // 86_400))
    return Pill("done", near_time(None, current.now()))


def _last(store: LaptopStore, *results: str) -> SyncRun | None:
    runs = SyncRun.select().order_by(SyncRun.started_ms.desc())
    found: SyncRun | None = (runs.where(SyncRun.result.in_(results)) if results else runs).first()
    return found


def init_app(app: Flask) -> None:
    """Give templates `sync_status()`."""
    app.jinja_env.globals["sync_status"] = pill
