"""What both sides of the protocol can do: read merged state, open screens, and commit edits through the one choke
point."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any

import peewee

from sync import clock, merge
from sync.change import (
    AREA,
    GROUP_BYTES,
    GROUP_CHANGES,
    VOID,
    Change,
    Dot,
    Value,
    Write,
    decode,
    digest,
    dots,
    encode,
    first_seq,
    fits,
)  # fmt: skip
from sync.edit import Edit
from sync.errors import Malformed, NotShown, TooLarge
from sync.ids import Entropy, new_id
from sync.merge import RecordState
from sync.schema import is_type, type_of
from sync.store import rows
from sync.store.database import lock_for_writing, using
from sync.store.tables import LoggedChange, Node, OpenScreen, Record


@dataclass(frozen=True, slots=True)
class Screen:
    """What somebody has in front of her: by record and field, the dots of the value shown (rule 2)."""

    id: str
    user: str
    over: Mapping[str, Mapping[str, frozenset[Dot]]]

    def saw(self, record: str, field: str) -> frozenset[Dot]:
        """The dots this screen showed; for `void` those of the whole record (rule 14)."""
        fields = self.over[record]
        return frozenset().union(*fields.values()) if field == VOID else fields.get(field, frozenset())

    def grown(self, changes: Iterable[Change]) -> Screen:
        """The screen after its own save: it has now also seen what it wrote."""
        over = {record: dict(fields) for record, fields in self.over.items()}
        for change in changes:
            for name in change.writes:
                fields = over.setdefault(change.record, {})
                fields[name] = fields.get(name, frozenset()) | {change.dot}
        return replace(self, over=over)


# Told of a record that lies elsewhere now, and where it lay; it is saved after.
Moved = Callable[[Record, str], None]


def _nobody_hears(record: Record, was: str) -> None:
    """A laptop moves what hangs on a record without a word; the registry tells its streams."""


class Store:
    """A node's records. `now_ms` and `entropy` are the machine's clock and chance, given so that tests can hold
    them."""

    def __init__(self, db: peewee.Database, *, now_ms: Callable[[], int], entropy: Entropy) -> None:
        self.db = db
        self.now_ms = now_ms
        self.entropy = entropy
        self.on_project: list[rows.AfterProject] = []
        self.on_remove: list[rows.AfterRemove] = []

    # -- what this node knows of itself

    def node(self, name: str, default: Any = None) -> Any:
        """A value this node keeps about itself."""
        row = Node.get_or_none(Node.name == name)
        return default if row is None else row.value

    def set_node(self, name: str, value: Any) -> None:
        """Keep a value about this node."""
        Node.insert(name=name, value=value).on_conflict(
            conflict_target=[Node.name], update={Node.value: value}
        ).execute()  # fmt: skip

    def new_id(self) -> str:
        """A fresh record id."""
        return new_id(self.entropy)

    def use(self) -> AbstractContextManager[peewee.Database]:
        """Make this node's database the one in use."""
        return using(self.db)

    def writing(self) -> AbstractContextManager[Any]:
        """One transaction that may write."""
        return lock_for_writing(self.db)  # type: ignore[no-any-return]

    # -- reading

    def state(self, record: str) -> RecordState:
        """The merged state of a record as this node shows it; empty for an unknown one."""
        row = Record.get_or_none(Record.id == record)
        return RecordState() if row is None else merge.load(row.state)

    def exists(self, record: str) -> bool:
        """Whether this node holds the record."""
        return Record.select().where(Record.id == record).exists()

    def logged(self, dot: Dot) -> Change | None:
        """The change with this dot, if this node has its payload."""
        row = LoggedChange.get_or_none(LoggedChange.device == dot.device, LoggedChange.seq == dot.seq)
        return None if row is None else decode(row.payload)

    # -- screens

    def open_screen(self, records: Iterable[str], user: str) -> Screen:
        """Remember what a screen shows of these records, now."""
        screen = Screen(self.new_id(), user, {record: self._seen(record) for record in records})
        OpenScreen.insert(
            id=screen.id, user=user, opened_ms=self.now_ms(), over=_dump_over(screen.over)
        ).execute()  # fmt: skip
        return screen

    def screen(self, screen_id: str) -> Screen:
        """A screen opened before, also before a restart; raises NotShown for one this node does not know."""
        row = OpenScreen.get_or_none(OpenScreen.id == screen_id)
        if row is None:
            raise NotShown(f"no open screen {screen_id[:16]}")
        over = {r: {f: dots(texts) for f, texts in fields.items()} for r, fields in row.over.items()}
        return Screen(row.id, row.user, over)

    def _seen(self, record: str) -> dict[str, frozenset[Dot]]:
        state = self.state(record)
        row = Record.get_or_none(Record.id == record)
        kind = type_of(row.type) if row and is_type(row.type) else None
        policies = {name: kind.policy(name) if kind else merge.latest for name in state.fields}
        if row:  # of two moves in conflict, the one that happened is shown
            policies[AREA] = merge.safest({row.area: 1})
        return {name: state.over(name, policies[name]) for name in state.fields}

    # -- writing: the one choke point

    def commit(
        self, edits: Sequence[Edit], *, author: str, screen: Screen | None = None, via: str = "", why: str = ""
    ) -> tuple[Change, ...]:
        """Do one user action: log its changes as one group and show their effect. Nothing is written when one of
        them cannot be.

        Raises NotShown for an edit of a record that `screen` has not shown, TooLarge beyond a group's cap.
        """
        with self.writing():
            changes = self._compose(_merged(edits), author, screen, via, why)
            self._append(changes)
            if screen is not None and changes:
                grown = self.screen(screen.id).grown(changes)
                OpenScreen.update(over=_dump_over(grown.over)).where(OpenScreen.id == screen.id).execute()
        return changes

    def settle(
        self, record: str, field: str, value: Value, *, seen: Iterable[Dot], author: str, why: str
    ) -> tuple[Change, ...]:
        """Close a conflict: `value` replaces the heads in `seen`, those that the conflict screen showed (rule 4).

        A head that came meanwhile is not among them and keeps the conflict open.
        """
        named = self._with_replaced(frozenset(seen), field) | self.state(record).named(field)
        with self.writing():
            row = Record.get_by_id(record)
            draft = Change(Dot("", 0), 1, 1, author, 0, row.type, record, {field: Write(value, named)}, row.area,
                           "settled", why)  # fmt: skip
            changes = self._sealed([draft])
            self._append(changes)
        return changes

    def _with_replaced(self, seen: frozenset[Dot], field: str) -> frozenset[Dot]:
        """These writes and what they replaced: one of them may have been refused since it was seen (rule 2)."""
        changes = filter(None, map(self.logged, sorted(seen)))
        return seen.union(*(change.writes[field].over for change in changes if field in change.writes))

    def _compose(
        self, edits: Sequence[Edit], author: str, screen: Screen | None, via: str, why: str
    ) -> tuple[Change, ...]:
        areas = {edit.record: self._hint(edit, edits) for edit in edits}
        drafts = [
            Change(Dot("", 0), k, len(edits), author, 0, edit.type, edit.record, self._writes(edit, screen),
                   areas[edit.record], via, why)
            for k, edit in enumerate(edits, start=1)
        ]  # fmt: skip
        return self._sealed(drafts)

    def _writes(self, edit: Edit, screen: Screen | None) -> dict[str, Write]:
        seen = screen.over.get(edit.record) if screen is not None else None
        known = self.exists(edit.record)
        if known and seen is None:
            raise NotShown(f"{edit.type} {edit.record} was on no screen")
        made = {} if known or seen or not edit.area else {AREA: edit.area}
        return {
            name: Write(value, screen.saw(edit.record, name) if screen is not None and seen else frozenset())
            for name, value in {**edit.fields, **made}.items()
        }

    def _hint(self, edit: Edit, edits: Sequence[Edit]) -> str:
        """Where the record lies or will lie, as far as this node can tell."""
        if edit.area:
            return edit.area
        row = Record.get_or_none(Record.id == edit.record)
        if row is not None:
            return str(row.area)
        parent = next((p for name in type_of(edit.type).parents if (p := edit.fields.get(name))), None)
        others = [other for other in edits if other is not edit]
        beside = next((self._hint(other, others) for other in others if other.record == parent), "")
        placed = Record.get_or_none(Record.id == parent)
        return str(placed.area) if placed is not None else beside

    def _sealed(self, drafts: Sequence[Change]) -> tuple[Change, ...]:
        """Drafts with their dots, stamps, nonces and place in the device's chain."""
        if not drafts:
            return ()
        device, seq, prev = self._chain(drafts)
        stamp, sealed = self.node("stamp", 0), list[Change]()
        for offset, draft in enumerate(drafts, start=1):
            stamp = clock.tick(stamp, self.now_ms())
            change = replace(draft, dot=Dot(device, seq + offset), stamp=stamp, prev=prev, nonce=new_id(self.entropy))
            prev = digest(encode(change))
            sealed.append(change)
        self.set_node("stamp", stamp)
        _check_size(sealed)
        return tuple(sealed)

    def _log(
        self, changes: Sequence[Change], payloads: Sequence[str], stamps: Sequence[int], status: str, reason: Any = None
    ) -> None:
        made = [log_row(*each, status, reason) for each in zip(changes, payloads, stamps, strict=True)]
        LoggedChange.insert_many(made).execute()

    def _show(self, shown: Sequence[tuple[Record, RecordState]], moved: Moved = _nobody_hears) -> None:
        """Place records, save them, project their rows; `moved(record, where it lay)` hears of every one that lies
        elsewhere now, those that hang on them among them."""
        known = [(type_of(record.type), state) for record, state in shown if is_type(record.type)]
        areas = rows.areas_of(known)
        for record, state in shown:
            self._place(record, state, areas, moved)
            areas[record.id] = record.area
        rows.project(shown, self.on_project)
        members = Record.select().where(Record.parent.in_([record.id for record, _ in shown]))
        left = [member.id for member in members.select(Record.id, Record.parent, Record.area)
                if member.area != areas[member.parent]]  # fmt: skip
        if left:
            self._show([(row, self.state(row.id)) for row in Record.select().where(Record.id.in_(left))], moved)

    def _place(self, record: Record, state: RecordState, areas: Mapping[str, str], moved: Moved) -> None:
        was = record.area
        if is_type(record.type):
            place = rows.place(type_of(record.type), state, was, areas)
            if place != (record.area, record.parent):
                record.area, record.parent = place
        if record.area != was:
            moved(record, was)
        if record.is_dirty():
            record.save()

    def rebuild(self) -> list[str]:
        """Fold and show every record anew; returns the ids of those that had differed: none on a sound database."""
        with self.writing():
            return [record.id for record in list(Record.select()) if self._rebuilt(record)]

    def _rebuilt(self, record: Record) -> bool:
        before = record.state, rows.row_of(record)
        record.state = self._refolded(record)
        record.save()
        self._show([(record, self.state(record.id))])
        return (record.state, rows.row_of(record)) != before

    def _refolded(self, record: Record) -> str:
        """The record's stored state, folded anew where this node has what it was folded from."""
        return str(record.state)

    # -- what each side does in its own way

    def _chain(self, drafts: Sequence[Change]) -> tuple[str, int, str]:
        """(device, last seq, hash of the last change) for the changes about to be written."""
        raise NotImplementedError

    def _append(self, changes: Sequence[Change]) -> None:
        """Log own changes and show their effect, inside the transaction."""
        raise NotImplementedError


def log_row(change: Change, payload: str, stamp: int, status: str, reason: Any = None) -> dict[str, Any]:
    """A change as the log keeps it."""
    return {
        "device": change.dot.device, "seq": change.dot.seq, "first": first_seq(change), "record": change.record,
        "author": change.author, "stamp": stamp, "status": status, "reason": reason, "hash": digest(payload),
        "payload": payload,
    }  # fmt: skip


def _merged(edits: Sequence[Edit]) -> list[Edit]:
    """One edit a record, in order of first mention; edits without fields fall away."""
    merged: dict[str, Edit] = {}
    for edit in edits:
        earlier = merged.get(edit.record)
        fields = {**earlier.fields, **edit.fields} if earlier else dict(edit.fields)
        merged[edit.record] = replace(edit, fields=fields, area=edit.area or (earlier.area if earlier else ""))
    return [edit for edit in merged.values() if edit.fields or edit.area]


def _check_size(changes: Sequence[Change]) -> None:
    if len(changes) > GROUP_CHANGES or sum(len(encode(change).encode()) for change in changes) > GROUP_BYTES:
        raise TooLarge(f"{len(changes)} changes in one action", changes=len(changes))
    for change in changes:
        if not fits(change):  # here, rather than as a message that the registry can never take
            raise Malformed(f"a name in {change.type} {change.record} is too long, or is none")


def _dump_over(over: Mapping[str, Mapping[str, frozenset[Dot]]]) -> dict[str, dict[str, list[str]]]:
    return {r: {f: sorted(map(str, seen)) for f, seen in fields.items()} for r, fields in over.items()}
