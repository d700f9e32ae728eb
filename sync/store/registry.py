"""The registry's records: it judges each group once, in the order of its county's stream."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import peewee

from sync import clock, merge
from sync.change import AREA, GROUP_BYTES, Change, Dot, Value, decode, digest, encode, fits, is_chained, is_group
from sync.edit import Edit
from sync.errors import Busy, Forked, Malformed, Refused
from sync.merge import RecordState
from sync.schema import is_type, type_of
from sync.store import rows
from sync.store.base import Screen, Store
from sync.store.database import locked
from sync.store.streams import NotLocked, Streams
from sync.store.tables import DeviceMark, Entry, LoggedChange, Record
from sync.values import is_area
from sync.wire import Verdict

ACCEPTED, REFUSED = "accepted", "refused"

# How often records may move away under a transaction before its laptop is asked to come back later.
TRIES = 5

# Values in one IN list: well under what SQLite (32,766) and PostgreSQL (65,535) bind.
MOST_VALUES = 5_000

Reason = dict[str, Any]

T = TypeVar("T")


class Judge(Protocol):
    """The author's rights, as the application knows them."""

    def __call__(self, device: str, change: Change, area: str) -> Reason | None:
        """Why this change may not be written into a record that lies in `area`; None when it may."""


@dataclass(frozen=True, slots=True)
class Group:
    """A group as it came: its changes and their payloads' bytes."""

    changes: tuple[Change, ...]
    payloads: tuple[str, ...]

    @property
    def first(self) -> int:
        """The seq of its first change, which names it within the device."""
        return self.changes[0].dot.seq


def read_group(device: str, payloads: Sequence[str]) -> Group:
    """Read a pushed group; raises Malformed when it is not one whole group of this device."""
    changes = tuple(decode(payload) for payload in payloads)
    if not changes or not is_group(changes) or changes[0].dot.device != device:
        raise Malformed("not one whole group of this device")
    if not is_chained(changes, payloads) or not all(map(fits, changes)):
        raise Malformed("not a group as a laptop writes it")
    return Group(changes, tuple(payloads))


class RegistryStore(Store):
    """The registry's store."""

    @property
    def epoch(self) -> int:
        """Which life of this registry: a restore begins a new one."""
        return int(self.node("epoch", 1))

    # -- pushes

    def push(self, device: str, groups: Sequence[Group], judge: Judge, offset_ms: int = 0) -> list[Verdict]:
        """Settle a laptop's groups in order; each gets one verdict, and a repeat gets the stored one.

        `offset_ms` is added to the laptop's stamps. Groups behind a gap in its seqs are left without an answer. Raises
        Forked when a seq comes back with other content, Busy when others move these records about at the same time.
        """

        def settle() -> list[Verdict]:
            with self.writing():
                return self._settle_all(device, groups, judge, offset_ms)

        return _while_records_move(settle)

    def _settle_all(self, device: str, groups: Sequence[Group], judge: Judge, offset_ms: int) -> list[Verdict]:
        mark = _locked_mark(device)
        streams = Streams(self._counties(change for group in groups for change in group.changes))
        verdicts = []
        for group in groups:
            if group.first <= mark.seq:
                verdicts.append(self._repeat(group))
            elif group.first == mark.seq + 1:
                verdicts.append(self._settle(group, mark, judge, offset_ms, streams))
                mark.seq, mark.hash = group.changes[-1].dot.seq, digest(group.payloads[-1])
            else:
                break
        mark.save()
        streams.save()
        return verdicts

    def _repeat(self, group: Group) -> Verdict:
        stored = {row.seq: row for row in _logged(group)}
        for change, payload in zip(group.changes, group.payloads, strict=True):
            row = stored.get(change.dot.seq)
            if row is None or row.hash != digest(payload):
                raise Forked(f"{change.dot} came with other content", device=change.dot.device)
        settled = [stored[change.dot.seq] for change in group.changes]
        return _verdict(group, settled[0].status, settled[0].reason, [row.stamp for row in settled])

    def _settle(self, group: Group, mark: DeviceMark, judge: Judge, offset_ms: int, streams: Streams) -> Verdict:
        if group.changes[0].prev != mark.hash:
            raise Forked(f"{group.changes[0].dot} does not follow what was here before", device=mark.device)
        now = self.now_ms()
        stamps = [clock.settle(change.stamp, offset_ms, now) for change in group.changes]
        reason = _oversize(group) or self._take(group.changes, stamps, streams, judge)
        status = REFUSED if reason else ACCEPTED
        self._log(group.changes, group.payloads, stamps, status, reason)
        return _verdict(group, status, reason, stamps)

    def _take(
        self, changes: Sequence[Change], stamps: Sequence[int], streams: Streams, judge: Judge | None
    ) -> Reason | None:
        """Take a group as a whole; or leave no trace of it and say why."""
        try:
            with self.db.atomic(), streams.group():
                _check_shape(changes)
                for change, stamp in zip(changes, stamps, strict=True):
                    self._accept(change, stamp, streams, judge)
        except Refused as refused:
            return refused.reason
        return None

    # -- the one place where the registry's state grows

    def _accept(self, change: Change, stamp: int, streams: Streams, judge: Judge | None) -> None:
        """Only what stands in the change itself and its author's rights refuses it (rule 11): where its record lay,
        and wherever it makes a record lie. A refusal raises Refused."""

        def allow(area: str) -> None:
            reason = judge(change.dot.device, change, area) if judge else None
            if reason:
                raise Refused(_about(change, reason))

        def moved(record: Record, was: str) -> None:
            allow(record.area)
            streams.moved(record, was)

        record = Record.get_or_none(Record.id == change.record) or _new_record(change)
        state = merge.load(record.state)
        allow(record.area)
        _check_fit(change, record, state)
        state.apply(change, stamp)
        record.rev += 1
        record.state = merge.dump(state)
        streams.enter(record, record.area, change.dot)
        self._show([(record, state)], moved)

    # -- the registry's own edits

    def commit(
        self, edits: Sequence[Edit], *, author: str, screen: Screen | None = None, via: str = "", why: str = ""
    ) -> tuple[Change, ...]:
        """As every store does; raises Refused for values that its own rules do not allow."""
        act = super().commit
        return _while_records_move(lambda: act(edits, author=author, screen=screen, via=via, why=why))

    def settle(
        self, record: str, field: str, value: Value, *, seen: Iterable[Dot], author: str, why: str
    ) -> tuple[Change, ...]:
        """As every store does; raises Refused for values that its own rules do not allow."""
        act, named = super().settle, frozenset(seen)
        return _while_records_move(lambda: act(record, field, value, seen=named, author=author, why=why))

    def _chain(self, drafts: Sequence[Change]) -> tuple[str, int, str]:
        """The registry writes as device `registry/county/epoch`, never reused after a restore (rule 9)."""
        mark = _locked_mark(f"registry/{drafts[0].area[:6]}/{self.epoch}")
        return mark.device, mark.seq, mark.hash

    def _append(self, changes: Sequence[Change]) -> None:
        if not changes:
            return
        streams = Streams(self._counties(changes))
        stamps, payloads = [change.stamp for change in changes], [encode(change) for change in changes]
        reason = self._take(changes, stamps, streams, None)
        if reason:
            raise Refused(reason)
        self._log(changes, payloads, stamps, ACCEPTED)
        last = changes[-1]
        DeviceMark.update(seq=last.dot.seq, hash=digest(payloads[-1])).where(
            DeviceMark.device == last.dot.device
        ).execute()  # fmt: skip
        streams.save()

    def _counties(self, changes: Iterable[Change]) -> set[str]:
        """Every county these changes may touch: where their records lie now, with what hangs on those that may move,
        and where they say they will lie."""
        changes = list(changes)
        said = {change.area for change in changes} | {area for change in changes if (area := _said_area(change))}
        named = {change.record for change in changes} | {p for change in changes for p in _parents(change)}
        lies = _areas(Record.id, named)
        movers = {change.record for change in changes if _may_move(change) or change.record not in lies}
        met = set[str]()
        while movers:
            met |= movers
            members = _areas(Record.parent, movers)
            lies |= members
            movers = members.keys() - met
        return {area[:6] for area in said | set(lies.values()) if area}

    def _refolded(self, record: Record) -> str:
        """The fold of the accepted changes, in the order of their revisions."""
        state = merge.RecordState()
        for logged in (
            LoggedChange.select()
            .join(Entry, on=((Entry.device == LoggedChange.device) & (Entry.seq == LoggedChange.seq)))
            .where(Entry.record == record.id)
            .order_by(Entry.rev)
        ):
            state.apply(decode(logged.payload), logged.stamp)
        return merge.dump(state)

    # -- the quarantine

    def quarantined(self) -> list[LoggedChange]:
        """Refused changes, newest first."""
        return list(
            LoggedChange.select().where(LoggedChange.status == REFUSED).order_by(LoggedChange.stamp.desc()).limit(500)
        )


def _while_records_move(act: Callable[[], T]) -> T:
    """Do something, anew when a record went to another county between the read and the lock (rule 13)."""
    for _ in range(TRIES):
        try:
            return act()
        except NotLocked:
            continue
    raise Busy("these records move faster than their counties can be locked")


def _locked_mark(device: str) -> DeviceMark:
    """A device's mark, locked until commit: one transaction at a time goes on with its chain, and takes this lock
    before any county's."""
    DeviceMark.insert(device=device).on_conflict_ignore().execute()
    mark: DeviceMark = locked(DeviceMark.select().where(DeviceMark.device == device)).get()
    return mark


def _logged(group: Group) -> Iterable[LoggedChange]:
    seqs = [change.dot.seq for change in group.changes]
    rows_: Iterable[LoggedChange] = LoggedChange.select().where(
        LoggedChange.device == group.changes[0].dot.device, LoggedChange.seq.in_(seqs)
    )
    return rows_


def _verdict(group: Group, status: str, reason: Reason | None, stamps: list[int]) -> Verdict:
    moved = stamps != [change.stamp for change in group.changes]
    return Verdict(group.first, status, reason, stamps if moved else None)


def _areas(column: peewee.Field, values: Iterable[str]) -> dict[str, str]:
    """{record: area} of the records with one of these values in a column."""
    wanted, found = sorted(values), dict[str, str]()
    for start in range(0, len(wanted), MOST_VALUES):
        chosen = column.in_(wanted[start : start + MOST_VALUES])
        found |= {row.id: row.area for row in Record.select(Record.id, Record.area).where(chosen)}
    return found


def _parents(change: Change) -> list[str]:
    names = type_of(change.type).parents if is_type(change.type) else ()
    values = [change.writes[name].value for name in names if name in change.writes]
    return [value for value in values if value and isinstance(value, str)]


def _said_area(change: Change) -> str:
    """The area that a change writes into its record, or ""."""
    value = change.writes[AREA].value if AREA in change.writes else None
    return value if isinstance(value, str) else ""


def _may_move(change: Change) -> bool:
    places = {AREA, *(type_of(change.type).parents if is_type(change.type) else ())}
    return not places.isdisjoint(change.writes)


def _new_record(change: Change) -> Record:
    """The record that a change makes, empty, lying where the change itself will place it."""
    kind = type_of(change.type)
    state = merge.fold(RecordState(), [(change, change.stamp)])
    area, parent = rows.place(kind, state, change.area, rows.areas_of([(kind, state)]))
    if not area:
        raise Refused(_about(change, {"code": "no_area"}))
    record: Record = Record.create(
        id=change.record, type=change.type, area=area, parent=parent, record_class=kind.record_class
    )
    return record


def _oversize(group: Group) -> Reason | None:
    size = sum(len(payload.encode()) for payload in group.payloads)
    return _about(group.changes[0], {"code": "too_large"}) if size > GROUP_BYTES else None


def _check_shape(changes: Sequence[Change]) -> None:
    """Refuse what no record of its type can hold, before any of it is written."""
    for change in changes:
        if change.area and not is_area(change.area):
            raise Refused(_about(change, {"code": "no_area"}))
        if not is_type(change.type):
            raise Refused(_about(change, {"code": "unknown_type"}))
        for name, code in type_of(change.type).problems(change.writes).items():
            raise Refused(_about(change, {"code": code, "field": name}))


def _check_fit(change: Change, record: Record, state: RecordState) -> None:
    """A record keeps its type; and nobody replaces what she cannot have seen (rule 20)."""
    if record.type != change.type:
        raise Refused(_about(change, {"code": "other_type", "held": record.type}))
    for name, write in change.writes.items():
        unseen = [dot for dot in write.over if dot.device != change.dot.device and not state.has(dot, name)]
        if unseen:
            raise Refused(_about(change, {"code": "unseen", "field": name, "dot": str(unseen[0])}))


def _about(change: Change, reason: Reason) -> Reason:
    return {**reason, "record": change.record, "type": change.type}
