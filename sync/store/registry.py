"""The registry's records: it judges each group once, in the order of its county's stream."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import peewee

from sync import clock, merge
from sync.change import Change, decode, digest, encode, is_group
from sync.errors import Forked, Malformed
from sync.schema import is_type, type_of
from sync.store.base import Store
from sync.store.tables import County, DeviceMark, Entry, LoggedChange, Record
from sync.wire import Verdict

ACCEPTED, REFUSED = "accepted", "refused"

Reason = dict[str, Any]


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
    if not is_group(changes) or changes[0].dot.device != device:
        raise Malformed("not one whole group of this device")
    return Group(changes, tuple(payloads))


class _AreaMoved(Exception):
    """A record's county changed between the read and the lock (rule 13)."""


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
        Forked when a seq comes back with other content.
        """
        for _ in range(5):
            counties = self._counties(change for group in groups for change in group.changes)
            try:
                with self.writing():
                    positions = _lock(counties)
                    return self._settle_all(device, groups, judge, offset_ms, positions)
            except _AreaMoved:
                continue
        raise Malformed("records of these groups move faster than they can be locked")

    def _settle_all(
        self, device: str, groups: Sequence[Group], judge: Judge, offset_ms: int, positions: dict[str, int]
    ) -> list[Verdict]:
        mark = DeviceMark.get_or_none(DeviceMark.device == device) or DeviceMark(device=device, seq=0, hash="")
        verdicts = []
        for group in groups:
            if group.first <= mark.seq:
                verdicts.append(self._repeat(group))
            elif group.first == mark.seq + 1:
                verdicts.append(self._settle(group, mark, judge, offset_ms, positions))
                mark.seq, mark.hash = group.changes[-1].dot.seq, digest(group.payloads[-1])
            else:
                break
        _save_mark(mark)
        _save_positions(positions)
        return verdicts

    def _repeat(self, group: Group) -> Verdict:
        stored = {row.seq: row for row in _logged(group)}
        for change, payload in zip(group.changes, group.payloads, strict=True):
            row = stored.get(change.dot.seq)
            if row is None or row.hash != digest(payload):
                raise Forked(f"{change.dot} came with other content", device=change.dot.device)
        settled = [stored[change.dot.seq] for change in group.changes]
        return _verdict(group, settled[0].status, settled[0].reason, [row.stamp for row in settled])

    def _settle(
        self, group: Group, mark: DeviceMark, judge: Judge, offset_ms: int, positions: dict[str, int]
    ) -> Verdict:
        if group.changes[0].prev != mark.hash:
            raise Forked(f"{group.changes[0].dot} does not follow what was here before", device=mark.device)
        now = self.now_ms()
        stamps = [clock.settle(change.stamp, offset_ms, now) for change in group.changes]
        reason = self._refusal(group, judge)
        if reason is None:
            self._accept(group.changes, stamps, positions)
        status = REFUSED if reason else ACCEPTED
        for change, payload, stamp in zip(group.changes, group.payloads, stamps, strict=True):
            self._log(change, payload, status, stamp, reason)
        return _verdict(group, status, reason, stamps)

    def _refusal(self, group: Group, judge: Judge) -> Reason | None:
        """Only what stands in the group itself and the author's rights refuses it (rule 11)."""
        for change in group.changes:
            reason = (
                _shape(change)
                or _other_type(change)
                or judge(change.dot.device, change, self._area(change, group.changes))
            )
            if reason:
                return {**reason, "record": change.record, "type": change.type}
        return None

    def _area(self, change: Change, beside: Sequence[Change]) -> str:
        """Where a change is routed and authorised: by the registry's own record, else beside its parent, else by its
        hint."""
        held = Record.get_or_none(Record.id == change.record)
        if held is not None:
            return str(held.area)
        parents = _parents(change)
        parent = Record.get_or_none(Record.id.in_(parents)) if parents else None
        with_it = next((other.area for other in beside if other.record in parents), "")
        return str(parent.area) if parent is not None else with_it or change.area

    # -- the one place where the registry's state grows

    def _accept(self, changes: Sequence[Change], stamps: Sequence[int], positions: dict[str, int]) -> None:
        taken = dict[str, int]()
        for change, stamp in zip(changes, stamps, strict=True):
            record, state = self._record(change, changes)
            state.apply(change, stamp)
            record.rev += 1
            record.state = merge.dump(state)
            self._show(record, state)
            county = record.area[:6]
            if county not in positions:
                raise _AreaMoved
            taken.setdefault(county, positions[county] + 1)
            _enter(record, change, county, taken[county])
        positions.update(taken)

    def _record(self, change: Change, beside: Sequence[Change]) -> tuple[Record, merge.RecordState]:
        record = Record.get_or_none(Record.id == change.record)
        if record is None:
            kind = type_of(change.type)
            record = Record.create(
                id=change.record, type=change.type, area=self._area(change, beside), record_class=kind.record_class
            )
        return record, merge.load(record.state)

    # -- the registry's own edits

    def _chain(self, drafts: Sequence[Change]) -> tuple[str, int, str]:
        """The registry writes as device `registry/county/epoch`, never reused after a restore (rule 9)."""
        device = f"registry/{drafts[0].area[:6]}/{self.epoch}"
        mark = DeviceMark.get_or_none(DeviceMark.device == device)
        return (device, mark.seq, mark.hash) if mark else (device, 0, "")

    def _append(self, changes: Sequence[Change]) -> None:
        if not changes:
            return
        positions = _lock(self._counties(changes))
        self._accept(changes, [change.stamp for change in changes], positions)
        for change in changes:
            self._log(change, encode(change), ACCEPTED, change.stamp)
        last = changes[-1]
        _save_mark(DeviceMark(device=last.dot.device, seq=last.dot.seq, hash=digest(encode(last))))
        _save_positions(positions)

    def _counties(self, changes: Iterable[Change]) -> set[str]:
        """Every county these changes may touch: where their records lie now, and where their hints say they will."""
        changes = list(changes)
        ids = {change.record for change in changes} | {p for change in changes for p in _parents(change)}
        areas = {row.area for row in Record.select(Record.area).where(Record.id.in_(ids))} if ids else set()
        return {area[:6] for area in areas | {change.area for change in changes} if area}

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


def _lock(counties: Iterable[str]) -> dict[str, int]:
    """Lock the counter rows of these counties, in order, until commit; {county: position}."""
    wanted = sorted(counties)
    if not wanted:
        return {}
    County.insert_many([{"code": code} for code in wanted]).on_conflict_ignore().execute()
    query = County.select().where(County.code.in_(wanted)).order_by(County.code)
    if isinstance(County._meta.database.obj, peewee.PostgresqlDatabase):
        query = query.for_update()
    return {row.code: row.position for row in query}


def _save_positions(positions: dict[str, int]) -> None:
    for code, position in positions.items():
        County.update(position=position).where(County.code == code).execute()


def _save_mark(mark: DeviceMark) -> None:
    DeviceMark.insert(device=mark.device, seq=mark.seq, hash=mark.hash).on_conflict(
        conflict_target=[DeviceMark.device], update={DeviceMark.seq: mark.seq, DeviceMark.hash: mark.hash}
    ).execute()


def _enter(record: Record, change: Change, county: str, position: int) -> None:
    Entry.insert(
        county=county, position=position, k=change.k, record=record.id, area=record.area,
        record_class=record.record_class, rev=record.rev, device=change.dot.device, seq=change.dot.seq,
    ).execute()  # fmt: skip


def _logged(group: Group) -> Iterable[LoggedChange]:
    seqs = [change.dot.seq for change in group.changes]
    rows_: Iterable[LoggedChange] = LoggedChange.select().where(
        LoggedChange.device == group.changes[0].dot.device, LoggedChange.seq.in_(seqs)
    )
    return rows_


def _verdict(group: Group, status: str, reason: Reason | None, stamps: list[int]) -> Verdict:
    moved = stamps != [change.stamp for change in group.changes]
    return Verdict(group.first, status, reason, stamps if moved else None)


def _parents(change: Change) -> list[str]:
    names = type_of(change.type).parents if is_type(change.type) else ()
    values = [change.writes[name].value for name in names if name in change.writes]
    return [str(value) for value in values if value]


def _shape(change: Change) -> Reason | None:
    if not is_type(change.type):
        return {"code": "unknown_type"}
    problems = type_of(change.type).problems(change.writes)
    return next(({"code": code, "field": name} for name, code in problems.items()), None)


def _other_type(change: Change) -> Reason | None:
    """A record keeps the type it was made with."""
    held = Record.get_or_none(Record.id == change.record)
    return {"code": "other_type", "held": held.type} if held is not None and held.type != change.type else None
