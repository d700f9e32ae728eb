"""What the registry did not take, told by user action: by whom, about whom, why, and whether it was mended since."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from fieldapp.domain import refusals
from fieldapp.domain.labels import Words
from fieldapp.domain.records import Household, Person
from fieldapp.domain.roles import within
from sync.change import Change, decode
from sync.clock import ms_of
from sync.store.registry import ACCEPTED, REFUSED
from sync.store.tables import LoggedChange, Record

MOST = 500


@dataclass(frozen=True, slots=True)
class Refused:
    """One refused action. `who` is the person or home it is about, `household` that home when the registry has it.

    `mended`: the same device has since written the record it was refused for, and that was taken.
    """

    device: str
    author: str
    at: datetime
    who: str
    household: str
    area: str
    records: tuple[tuple[str, int], ...]
    why: Words
    mended: bool


def open_ones(prefixes: Iterable[str]) -> list[Refused]:
    """Those in these areas that nobody has mended yet, newest first."""
    return [each for each in everything(prefixes) if not each.mended]


def everything(prefixes: Iterable[str]) -> list[Refused]:
    """All in these areas, newest first; six queries at most."""
    rows = list(
        LoggedChange.select()
        .where(LoggedChange.status == REFUSED)
        .order_by(LoggedChange.stamp.desc(), LoggedChange.device, LoggedChange.seq)
        .limit(MOST)
    )
    if not rows:
        return []
    known = _Known(rows)
    by_action = sorted(rows, key=lambda row: (row.device, row.first, row.seq))
    actions = [known.told(list(group)) for _, group in groupby(by_action, key=lambda row: (row.device, row.first))]
    inside = [action for action in actions if within(action.area, prefixes)]
    return sorted(inside, key=lambda action: action.at, reverse=True)


class _Known:
    """What the registry has of the records that refused changes write or name."""

    def __init__(self, rows: Sequence[LoggedChange]) -> None:
        self._changes = {(row.device, row.seq): decode(row.payload) for row in rows}
        named = {record for change in self._changes.values() for record in _named(change)}
        self._areas = {row.id: row.area for row in Record.select(Record.id, Record.area).where(Record.id.in_(named))}
        self._people = {row.id: row for row in Person.select().where(Person.id.in_(named))}
        homes = named | {row.household for row in self._people.values() if row.household}
        self._homes = {row.id: row for row in Household.select().where(Household.id.in_(homes))}
        self._taken = _taken(row.record for row in rows)

    def told(self, rows: Sequence[LoggedChange]) -> Refused:
        """One action."""
        changes = [self._changes[row.device, row.seq] for row in rows]
        reason: Mapping[str, str] = rows[0].reason or {}
        culprit = reason.get("record", rows[0].record)
        who, household = self._subject(changes)
        areas = [self._areas.get(record, "") for change in changes for record in _named(change)]
        return Refused(
            device=rows[0].device,
            author=rows[0].author,
            at=datetime.fromtimestamp(ms_of(rows[0].stamp) / 1000, UTC),
            who=who,
            household=household,
            area=next((area for area in (*areas, *(change.area for change in changes)) if area), ""),
            records=tuple(Counter(change.type for change in changes).items()),
            why=refusals.why(reason.get("type", ""), reason),
            mended=self._taken.get((rows[0].device, culprit), 0) > rows[-1].seq,
        )

    def _subject(self, changes: Sequence[Change]) -> tuple[str, str]:
        """(name, household id): the person an action is about, else the home, else the name it would have written."""
        named = [record for change in changes for record in _named(change)]
        person = next((self._people[record] for record in named if record in self._people), None)
        home = next((record for record in named if record in self._homes), person.household if person else None) or ""
        head = self._homes[home].head_name if home in self._homes else None
        written = (change.writes[f].value for change in changes for f in ("name", "head_name") if f in change.writes)
        return str((person.name if person else head) or next(written, "") or ""), home if home in self._homes else ""


def _named(change: Change) -> list[str]:
    """The record a change writes, and the person and home it hangs it on."""
    parents = (change.writes[name].value for name in ("person", "household") if name in change.writes)
    return [change.record, *(str(parent) for parent in parents if parent)]


def _taken(records: Iterable[str]) -> dict[tuple[str, str], int]:
    """The newest accepted change of each device to each of these records."""
    rows = LoggedChange.select(LoggedChange.device, LoggedChange.record, LoggedChange.seq).where(
        LoggedChange.status == ACCEPTED, LoggedChange.record.in_(set(records))
    )
    newest: dict[tuple[str, str], int] = {}
    for row in rows:
        key = (row.device, row.record)
        newest[key] = max(newest.get(key, 0), row.seq)
    return newest
