"""What else was written into a record while a conflict arose: it needed nobody's decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from fieldapp.domain.labels import Words, field_label
from sync.change import Change, Dot, decode
from sync.clock import ms_of
from sync.store.tables import LoggedChange

MOST = 20


@dataclass(frozen=True, slots=True)
class Merged:
    """Fields that somebody wrote in one action."""

    author: str
    at: datetime
    fields: tuple[Words, ...]


def beside(record: str, field: str) -> list[Merged]:
    """What was written into the record's other fields since the value that the conflict's authors saw, newest first."""
    taken = LoggedChange.record == record, LoggedChange.status != "refused"
    newest_first = LoggedChange.select().where(*taken).order_by(LoggedChange.stamp.desc())
    logged = [(row, decode(row.payload)) for row in newest_first.limit(MOST)]
    since = _seen_at(logged, field)
    return [
        Merged(row.author, datetime.fromtimestamp(ms_of(row.stamp) / 1000, UTC), names)
        for row, change in logged
        if row.stamp > since and (names := _names(change, field))
    ]


def _seen_at(logged: list[tuple[LoggedChange, Change]], field: str) -> int:
    """The stamp of the newest value of the field that somebody replaced."""
    seen = {dot for _, change in logged if field in change.writes for dot in change.writes[field].over}
    return max((row.stamp for row, change in logged if Dot(row.device, row.seq) in seen), default=0)


def _names(change: Change, field: str) -> tuple[Words, ...]:
    return tuple(field_label(change.type, name) for name in change.writes if name != field)
