"""The lower layer of a laptop: what the registry sent, and what an answer of it changes there (rules 5 and 6).

Everything of an answer is gathered in memory first and stored by few statements: a page has thousands of records.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from sync import merge
from sync.change import Change, decode
from sync.errors import Malformed
from sync.merge import RecordState
from sync.store.base import Store, log_row
from sync.store.pages import under
from sync.store.tables import LoggedChange, Record
from sync.wire import Answer

# Rows of one statement: SQLite binds at most 32,766 values.
BATCH = 500

# What a record takes over from the registry; its id stays.
KEPT = (Record.type, Record.area, Record.parent, Record.record_class, Record.rev, Record.state)

T = TypeVar("T")


class Confirmed:
    """One answer's effect on what is confirmed; `touched` are the records that must be shown anew.

    `want` are records of which a revision was missed; `elsewhere` {record: rev} those that left this laptop's scope
    and are kept for the work on them.
    """

    def __init__(self, store: Store, answer: Answer, device: str) -> None:
        self.store, self.answer, self.device = store, answer, device
        self.want: set[str] = set(store.node("want", []))
        self.elsewhere: dict[str, int] = store.node("elsewhere", {})
        self.touched: set[str] = set()
        self._unnamed: dict[str, list[str]] = store.node("unnamed", {})
        self._held = _records({part[0] for part in (*answer.rows, *answer.entries, *answer.gone)})
        self._folded: dict[str, RecordState] = {}
        self._news: list[dict[str, Any]] = []

    def take(self) -> None:
        """Take in the records, the news, and what is gone, in this order: each may go on from the one before."""
        self._snapshots_begin()
        for row in self.answer.rows:
            self._take_row(*row)
        for entry in self.answer.entries:
            self._take_entry(*entry)
        for record, rev in self.answer.gone:
            self._take_gone(record, rev)
        self._snapshots_end()
        self._save()

    # -- its parts

    def _take_row(
        self, record: str, kind: str, area: str, parent: str, record_class: str, rev: int, state: str
    ) -> None:
        """Take a record as it is at the registry, unless a newer revision is here already."""
        self.want.discard(record)
        if self.elsewhere.get(record, rev + 1) <= rev:  # the same revision, in scope again
            del self.elsewhere[record]
        held = self._held.get(record)
        if held is None or held.rev < rev:
            self._folded.pop(record, None)
            self._keep(record, kind, area, parent, record_class, rev, state)

    def _take_entry(
        self, record: str, kind: str, area: str, parent: str, record_class: str, rev: int, stamp: int, payload: str
    ) -> None:
        """Apply own revision + 1; ignore lower ones; on a gap ask for the record (rule 5)."""
        change = decode(payload)
        if change.record != record:
            raise Malformed("an entry names another record than its payload")
        held = self._held.get(record)
        have = held.rev if held is not None else 0
        if rev == have + 1:
            before = held.state if held is not None else "{}"
            self._folded.setdefault(record, merge.load(before)).apply(change, stamp)
            self._keep(record, kind, area, parent, record_class, rev, before)
            self._note(change, payload, stamp)
        elif rev > have:
            self.want.add(record)

    def _take_gone(self, record: str, rev: int) -> None:
        """It lies elsewhere now: let go of it as soon as no work is on it, unless later news brought it back."""
        self.want.discard(record)
        held = self._held.get(record)
        if held is not None and held.rev <= rev:
            self.elsewhere[record] = rev

    def _keep(self, record: str, kind: str, area: str, parent: str, record_class: str, rev: int, state: str) -> None:
        self._held[record] = Record(
            id=record, type=kind, area=area, parent=parent, record_class=record_class, rev=rev, state=state
        )
        self.touched.add(record)
        if self.elsewhere.get(record, rev) < rev:
            del self.elsewhere[record]

    def _note(self, change: Change, payload: str, stamp: int) -> None:
        """Keep others' changes, so that a conflict can tell what each had before; own ones stand in the log already."""
        if change.dot.device != self.device:
            self._news.append(log_row(change, payload, stamp, "confirmed"))

    # -- snapshots

    def _snapshots_begin(self) -> None:
        """Remember what is held under a prefix when its snapshot begins."""
        new_life = self.answer.epoch != self.store.node("epoch", 0)
        read = {} if new_life else self.store.node("cursor", {}).get("read", {})
        self._unnamed = {p: ids for p, ids in self._unnamed.items() if p in self.answer.scope}
        for prefix in self.answer.scope:
            if prefix not in self._unnamed and not (prefix in read and prefix in self._read_now()):
                held = Record.select(Record.id).where(under(Record.area, prefix), Record.rev > 0)
                self._unnamed[prefix] = [row.id for row in held]

    def _snapshots_end(self) -> None:
        """What a snapshot did not name may lie elsewhere by now: ask."""
        named = {row[0] for row in self.answer.rows}
        self._unnamed = {p: [record for record in ids if record not in named] for p, ids in self._unnamed.items()}
        for prefix in self._unnamed.keys() & self._read_now().keys():
            self.want.update(self._unnamed.pop(prefix))

    def _read_now(self) -> Mapping[str, int]:
        read: Mapping[str, int] = self.answer.cursor.get("read", {})
        return read

    # -- storing

    def _save(self) -> None:
        for record, state in self._folded.items():
            self._held[record].state = merge.dump(state)
        for batch in batches([self._held[record].__data__ for record in sorted(self.touched)]):
            Record.insert_many(batch).on_conflict(conflict_target=[Record.id], preserve=KEPT).execute()
        for batch in batches(self._news):
            LoggedChange.insert_many(batch).on_conflict_ignore().execute()
        for name, value, empty in (
            ("want", sorted(self.want), []),
            ("elsewhere", self.elsewhere, {}),
            ("unnamed", self._unnamed, {}),
        ):
            if value != self.store.node(name, empty):
                self.store.set_node(name, value)


def _records(ids: Iterable[str]) -> dict[str, Record]:
    found = (row for batch in batches(sorted(ids)) for row in Record.select().where(Record.id.in_(batch)))
    return {row.id: row for row in found}


def batches(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Slices that one statement can bind."""
    return (values[start : start + BATCH] for start in range(0, len(values), BATCH))
