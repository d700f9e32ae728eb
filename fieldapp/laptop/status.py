"""What the pill says: the one thing about sync that matters most now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Flask

from fieldapp.domain.calendar import business_date
from fieldapp.laptop import current, outbox
from fieldapp.web.i18n import gettext as _
from fieldapp.web.words import clock, near_date
from sync.exchange import Report
from sync.store.laptop import LaptopStore
from sync.store.tables import SyncRun

OLD = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Pill:
    """One of five states: refused, running, waiting, old, done; `value` is a number, or for done a time in words."""

    state: str
    value: int | str
    offline: bool = False


def pill() -> Pill:
    """The state of this laptop's sync. Order when several hold: refused, running, waiting, old, done."""
    store, report = current.store(), current.background().report
    if refused := outbox.refused_count(store):
        return Pill("refused", refused)
    if report is not None:
        return Pill("running", percent(report))
    if waiting := store.waiting():
        return Pill("waiting", waiting, offline=_is_offline(store))
    return _arrived(last_success(store))


def _arrived(at: datetime | None) -> Pill:
    if at is None:
        return Pill("done", _("还没有"))
    gone = current.now() - at
    if gone > OLD:
        return Pill("old", gone.days)
    return Pill("done", clock(at) if gone < timedelta(hours=12) else near_date(business_date(at), current.today()))


def percent(report: Report) -> int:
    """How much of a run is done, as far as it is known: rows, of those that are still to come."""
    whole = report.received + report.left
    return 100 * report.received // whole if whole else 0


def last_success(store: LaptopStore) -> datetime | None:
    """When all was sent and read for the last time."""
    query = SyncRun.select().where(SyncRun.result == "done").order_by(SyncRun.started_ms.desc())
    run = query.first()
    return datetime.fromtimestamp(run.started_ms / 1000, UTC) if run else None


def _is_offline(store: LaptopStore) -> bool:
    newest = store.history(1)
    return bool(newest) and newest[0].result == "offline"


def init_app(app: Flask) -> None:
    """Give templates `sync_status()`."""
    app.jinja_env.globals["sync_status"] = pill
