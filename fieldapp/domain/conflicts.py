"""What holds two values, told so that a person can decide. Deciding itself is `store.settle`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from fieldapp.domain import labels
from fieldapp.domain.labels import Words
from fieldapp.domain.records import Household, Person, Visit
from fieldapp.errors import N_, Clash
from sync.change import Change, Dot, Value
from sync.clock import ms_of
from sync.merge import Head, RecordState, Side
from sync.schema import type_of
from sync.store.synced import Synced
from sync.store.tables import OpenConflict

# Fields that say one thing together: they are decided together, by the same side.
COMPANIONS = {"risk_level": ("risk_on", "risk_submission")}
NOT_KNOWN_HERE = Words(N_("这里没有记下"))
_LED = {follower: leader for leader, followers in COMPANIONS.items() for follower in followers}


class Reads(Protocol):
    """What this module asks of a store."""

    def state(self, record: str) -> RecordState: ...

    def logged(self, dot: Dot) -> Change | None: ...

    def settle(
        self, record: str, field: str, value: Value, *, seen: Iterable[Dot], author: str, why: str
    ) -> tuple[Change, ...]: ...


@dataclass(frozen=True, slots=True)
class Open:
    """A conflict in a list. `who` is the person or home it is about; `at` when the newest of its values was written."""

    record: str
    type: str
    field: str
    label: Words
    who: str
    household: str
    area: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """One of the values, and how it came about: by whom, when, on which device, on what occasion, in what words.

    `before` is what its author had on the screen; `visit` the visit it was written in, if that is known here.
    """

    value: Value
    words: Words
    before: Words
    author: str
    at: datetime
    device: str
    seq: int
    via: str
    why: str
    visit: Visit | None
    dots: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A conflict on its page: the sides newest first, and which one is shown meanwhile."""

    about: Open
    sides: tuple[Told, ...]
    shown: int

    def seen(self) -> frozenset[Dot]:
        """The heads this page shows; a decision closes these and no others."""
        return frozenset(Dot.parse(text) for side in self.sides for text in side.dots)


# -- lists -----------------------------------------------------------------------------------------------------------


def open_conflicts(prefixes: Sequence[str] = (), limit: int = 200) -> list[Open]:
    """What is to be decided, oldest first, in these area prefixes. Companions of a listed field are left out."""
    query = OpenConflict.select().order_by(OpenConflict.stamp, OpenConflict.record, OpenConflict.field)
    if prefixes:
        query = query.where(_lies_in(prefixes))
    found = list(query.limit(limit))
    listed = {(row.record, row.field) for row in found}
    rows = [row for row in found if (row.record, _LED.get(row.field, "")) not in listed]
    subjects = _subjects(rows)
    return [_open(row, subjects) for row in rows]


def count() -> int:
    """How many fields hold two values here."""
    return int(OpenConflict.select().count())


def _lies_in(prefixes: Sequence[str]) -> object:
    first, *rest = (OpenConflict.area.startswith(prefix) for prefix in prefixes)
    for condition in rest:
        first = first | condition
    return first


def _subjects(rows: Sequence[OpenConflict]) -> Mapping[str, Synced]:
    """The row of each record, then the person and the home it hangs on, in three queries however many there are."""
    found = _rows({row.record: row.type for row in rows})
    for parent in ("person", "household"):
        ids = [getattr(row, parent, None) for row in found.values()]
        found |= _rows({str(parent_id): parent for parent_id in ids if parent_id})
    return found


def _rows(types: Mapping[str, str]) -> dict[str, Synced]:
    found: dict[str, Synced] = {}
    for kind in sorted(set(types.values())):
        model = type_of(kind).model
        ids = [record for record, of in types.items() if of == kind]
        found |= {row.id: row for row in model.select().where(model.id.in_(ids))}
    return found


def _open(row: OpenConflict, subjects: Mapping[str, Synced]) -> Open:
    who, household = _who(subjects.get(row.record), subjects)
    label = labels.field_label(row.type, row.field)
    return Open(row.record, row.type, row.field, label, who, household, row.area, _moment(row.stamp))


def _who(row: Synced | None, subjects: Mapping[str, Synced]) -> tuple[str, str]:
    """(name, household id) of whom a record is about."""
    if row is None:
        return "", ""
    if isinstance(row, Household):
        return row.head_name or "", row.id
    person = row if isinstance(row, Person) else subjects.get(getattr(row, "person", None) or "")
    household = getattr(row, "household", None) or getattr(person, "household", None) or ""
    home = subjects.get(household)
    name = person.name if isinstance(person, Person) else home.head_name if isinstance(home, Household) else ""
    return name or "", household


# -- one conflict ----------------------------------------------------------------------------------------------------


def conflict(store: Reads, record: str, field: str) -> Conflict:
    """A conflict with all its sides; raises Clash when it has been decided meanwhile."""
    row = OpenConflict.get_or_none(OpenConflict.record == record, OpenConflict.field == field)
    if row is None:
        raise Clash(N_("这一处已经定好了，不用再定"))
    about = _open(row, _subjects([row]))
    state = store.state(record)
    sides = state.sides(field)
    shown = state.shown(field, type_of(row.type).policy(field))
    told = tuple(_told(store, about, side) for side in sides)
    return Conflict(about, told, next((n for n, side in enumerate(sides) if shown in side.heads), 0))


def _before(store: Reads, about: Open, dot: Dot) -> Words:
    """What the author of a write had on the screen. A laptop has heard only of what came after its first download."""
    change = store.logged(dot)
    if change is None or about.field not in change.writes:
        return NOT_KNOWN_HERE
    seen = max(change.writes[about.field].over, default=None)
    if seen is None:
        return labels.NOT_COLLECTED
    earlier = store.logged(seen)
    if earlier is None or about.field not in earlier.writes:
        return NOT_KNOWN_HERE
    return labels.value_words(about.type, about.field, earlier.writes[about.field].value)


def _told(store: Reads, about: Open, side: Side) -> Told:
    head = side.heads[0]
    return Told(
        value=side.value,
        words=labels.value_words(about.type, about.field, side.value),
        before=_before(store, about, head.dot),
        author=head.author,
        at=_moment(head.stamp),
        device=head.dot.device,
        seq=head.dot.seq,
        via=head.via,
        why=head.why,
        visit=_visit(head),
        dots=tuple(str(each.dot) for each in side.heads),
    )


def _visit(head: Head) -> Visit | None:
    kind, _, visit = head.via.partition(":")
    found: Visit | None = Visit.get_or_none(Visit.id == visit) if kind == "visit" else None
    return found


def _moment(stamp: int) -> datetime:
    return datetime.fromtimestamp(ms_of(stamp) / 1000, UTC)


def settle(store: Reads, found: Conflict, value: Value, *, author: str, why: str) -> None:
    """Decide, for good: the value, and the companions that the chosen side wrote with it.

    Closes what the page showed; a value that came meanwhile keeps the conflict open.
    """
    about = found.about
    store.settle(about.record, about.field, value, seen=found.seen(), author=author, why=why)
    chosen = {side.device for side in found.sides if side.value == value}
    for name in COMPANIONS.get(about.field, ()):
        _follow(store, about.record, name, chosen, author=author, why=why)


def _follow(store: Reads, record: str, name: str, devices: set[str], *, author: str, why: str) -> None:
    sides = store.state(record).sides(name)
    ours = [side for side in sides if any(head.dot.device in devices for head in side.heads)]
    if len(sides) > 1 and ours:
        seen = [head.dot for side in sides for head in side.heads]
        store.settle(record, name, ours[0].value, seen=seen, author=author, why=why)
