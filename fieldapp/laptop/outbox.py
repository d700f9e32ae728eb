"""What has not arrived yet, told by user action: what waits, what the registry sent back and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from fieldapp.domain.labels import Words
from fieldapp.domain.records import Household, Person
from fieldapp.laptop import refusals
from sync.change import Change, decode
from sync.clock import ms_of
from sync.schema import is_type, type_of
from sync.store.laptop import ACCEPTED, CONFIRMED, PENDING, LaptopStore
from sync.store.synced import Synced
from sync.store.tables import LoggedChange


@dataclass(frozen=True, slots=True)
class Action:
    """One user action: when and by whom, about whom, how many records of which type, its size in bytes.

    `household` is the home it belongs to when that is on this laptop; `why` the reason of a refused one.
    """

    at: datetime
    author: str
    who: str
    household: str
    records: tuple[tuple[str, int], ...]
    size: int
    why: Words | None = None


def waiting(store: LaptopStore, limit: int = 50) -> list[Action]:
    """The actions without an answer, newest first."""
    return _told(store.own(PENDING).order_by(LoggedChange.seq.desc()), limit)


def refused(store: LaptopStore, limit: int = 50) -> list[Action]:
    """What the registry did not take and nobody has mended yet, newest first."""
    return _told(_unmended(store), limit)


def refused_count(store: LaptopStore) -> int:
    """How many actions that is."""
    return len({row.first for row in _unmended(store)})


def counts(store: LaptopStore) -> dict[str, int]:
    """How many actions of each author wait, by author."""
    first = store.own(PENDING).where(LoggedChange.seq == LoggedChange.first)
    return dict(Counter(row.author for row in first))


def _unmended(store: LaptopStore) -> list[LoggedChange]:
    """Refused changes, newest first, but those of which every field has been written anew: a new change mends."""
    refused = store.quarantined()
    written = _last_written(store, {row.record for row in refused})
    return [row for row in reversed(refused) if not _is_mended(row, written)]


def _last_written(store: LaptopStore, records: set[str]) -> dict[tuple[str, str], int]:
    """{(record, field): the last seq that wrote it and was not refused}."""
    query = store.own(PENDING, ACCEPTED, CONFIRMED).where(LoggedChange.record.in_(records))
    return {(row.record, name): row.seq for row in query for name in decode(row.payload).writes}


def _is_mended(row: LoggedChange, written: Mapping[tuple[str, str], int]) -> bool:
    return all(written.get((row.record, name), 0) > row.seq for name in decode(row.payload).writes)


def _told(newest_first: Iterable[LoggedChange], limit: int) -> list[Action]:
    groups = (list(group) for _, group in groupby(newest_first, key=lambda row: row.first))
    return [_action(group) for group, _ in zip(groups, range(limit), strict=False)]


def _action(rows: Sequence[LoggedChange]) -> Action:
    changes = [decode(row.payload) for row in rows]
    who, household = _subject(changes)
    refused = next((row for row in rows if row.reason), None)
    return Action(
        at=datetime.fromtimestamp(ms_of(rows[0].stamp) / 1000, UTC),
        author=rows[0].author,
        who=who,
        household=household,
        records=tuple(Counter(change.type for change in reversed(changes)).items()),
        size=sum(len(row.payload) for row in rows),
        why=refusals.why(changes[rows.index(refused)].type, refused.reason) if refused else None,
    )


def _subject(changes: Sequence[Change]) -> tuple[str, str]:
    """(name, household id) of whom an action is about: the person it names, else the home."""
    people = [row for change in changes if (row := _row(change, Person, "person"))]
    homes = [row for change in changes if (row := _row(change, Household, "household"))]
    home = next((row for row in homes if isinstance(row, Household)), None)
    person = next((row for row in people if isinstance(row, Person)), None)
    written = (change.writes[f].value for change in changes for f in ("name", "head_name") if f in change.writes)
    name = person.name if person else home.head_name if home else next(written, "")
    return str(name or ""), home.id if home else (person.household or "" if person else "")


def _row(change: Change, model: type[Synced], column: str) -> Synced | None:
    """The row of a kind that a change is of or refers to."""
    if not is_type(change.type):
        return None
    own = type_of(change.type).model
    record = change.record if own is model else _refers(change, own, column)
    return model.get_or_none(model.id == record) if record else None


def _refers(change: Change, own: type[Synced], column: str) -> str:
    if column in change.writes:
        return str(change.writes[column].value or "")
    row = own.get_or_none(own.id == change.record)
    return str(getattr(row, column, None) or "")
