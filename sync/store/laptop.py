"""The laptop's records in two layers: what the registry confirmed, and own unacknowledged changes folded on top
(rule 1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import peewee

from sync import merge
from sync.change import Change, decode, encode
from sync.errors import Malformed
from sync.ids import Entropy
from sync.merge import RecordState
from sync.store import rows
from sync.store.base import Store
from sync.store.tables import LoggedChange, Record, SyncRun
from sync.wire import PAGE_BYTES, Answer, Request, Verdict

PENDING, ACCEPTED, CONFIRMED, REFUSED = "pending", "accepted", "confirmed", "refused"
UNCONFIRMED = (PENDING, ACCEPTED)

# Groups sent in one request: what a weak line carries in one go.
SEND_BYTES = 512 * 1024


@dataclass(frozen=True, slots=True)
class Adopted:
    """What one answer brought."""

    accepted: int
    refused: int
    received: int
    more: bool
    left: int


class LaptopStore(Store):
    """A laptop's store. `device` is set once, at enrolment; `keepers` name records that the application still works
    on."""

    def __init__(self, db: peewee.Database, *, now_ms: Callable[[], int], entropy: Entropy) -> None:
        super().__init__(db, now_ms=now_ms, entropy=entropy)
        self.keepers: list[Callable[[], Iterable[str]]] = []

    @property
    def device(self) -> str:
        """This laptop's id in every dot it writes; "" before enrolment."""
        return str(self.node("device", ""))

    def enrol(self, device: str) -> None:
        """Take an id: the registry has accepted it."""
        with self.writing():
            self.set_node("device", device)

    # -- reading

    def state(self, record: str) -> RecordState:
        """The view: the confirmed state with own unacknowledged changes folded on top."""
        return merge.fold(super().state(record), self._unconfirmed(record))

    def confirmed(self, record: str) -> RecordState:
        """The lower layer alone: what the registry sent."""
        return super().state(record)

    def own(self, *statuses: str) -> Any:
        """A query of this laptop's own changes in these statuses, in the order they were made."""
        return (
            LoggedChange.select()
            .where(LoggedChange.device == self.device, LoggedChange.status.in_(statuses))
            .order_by(LoggedChange.seq)
        )

    def _unconfirmed(self, record: str) -> list[tuple[Change, int]]:
        own = self.own(*UNCONFIRMED).where(LoggedChange.record == record)
        return [(decode(row.payload), row.stamp) for row in own]

    # -- writing

    def _chain(self, drafts: Sequence[Change]) -> tuple[str, int, str]:
        last = LoggedChange.select().where(LoggedChange.device == self.device).order_by(LoggedChange.seq.desc()).first()
        return (self.device, last.seq, last.hash) if last else (self.device, 0, "")

    def _append(self, changes: Sequence[Change]) -> None:
        for change in changes:
            self._log(change, encode(change), PENDING, change.stamp)
        for change in changes:
            Record.insert(id=change.record, type=change.type, area=change.area).on_conflict_ignore().execute()
        self._refresh(change.record for change in changes)

    def _refresh(self, records: Iterable[str]) -> None:
        """Show these records anew, from both layers."""
        for record in dict.fromkeys(records):
            row = Record.get_or_none(Record.id == record)
            if row is None:
                continue
            state = self.state(record)
            if state.fields:
                self._show(row, state)
            else:
                rows.remove(row)  # its only change was refused: it stands in the quarantine, not among the records

    # -- the exchange

    def request(self, page: int = PAGE_BYTES) -> Request:
        """What to send now: groups without an answer, oldest first, up to a request's size; never a part of a group."""
        groups, size = list[list[str]](), 0
        for row in self.own(PENDING):
            if row.seq == row.first:
                if size > SEND_BYTES:
                    break
                groups.append([])
            groups[-1].append(row.payload)
            size += len(row.payload)
        return Request(
            epoch=self.node("epoch", 0), seq=self._chain(())[1], now=self.now_ms(), cursor=self.node("cursor", {}),
            groups=groups, want=self.node("want", []), known=self.node("known", {}), page=page,
        )  # fmt: skip

    def adopt(self, answer: Answer) -> Adopted:
        """Take in an answer, in one transaction: verdicts, news, cursor; then let go of what is held no longer."""
        with self.writing():
            touched = {record for verdict in answer.verdicts for record in self._judge(verdict)}
            touched |= {record for row in answer.rows if (record := self._adopt_row(row))}
            touched |= {record for entry in answer.entries if (record := self._adopt_entry(entry))}
            touched |= self._caught_up(answer)
            self._note(answer)
            self._refresh(touched)
            self._let_go(answer.scope)
        refused = sum(v.verdict == REFUSED for v in answer.verdicts)
        return Adopted(
            len(answer.verdicts) - refused, refused, len(answer.rows) + len(answer.entries), answer.more, answer.left
        )

    def _judge(self, verdict: Verdict) -> list[str]:
        group = list(self.own(PENDING).where(LoggedChange.first == verdict.first))
        for row, stamp in zip(group, verdict.stamps or [row.stamp for row in group], strict=True):
            LoggedChange.update(
                status=verdict.verdict, stamp=stamp, reason=verdict.reason
            ).where(LoggedChange.device == row.device, LoggedChange.seq == row.seq).execute()  # fmt: skip
        return [row.record for row in group]

    def _adopt_row(self, row: Sequence[Any]) -> str:
        """Take a snapshot row, unless a newer revision is here already."""
        record, kind, area, parent, record_class, rev, state = row
        held = Record.get_or_none(Record.id == record)
        if held is not None and held.rev >= rev:
            return ""
        merge.load(state)  # what is stored must read back
        _keep(record, kind, area, parent, record_class, rev, state)
        self._wanted(record, missing=False)
        return str(record)

    def _adopt_entry(self, entry: Sequence[Any]) -> str:
        """Apply own revision + 1; ignore lower ones; on a gap ask for the record (rule 5)."""
        record, kind, area, parent, record_class, rev, stamp, payload = entry
        change = decode(payload)
        if change.record != record:
            raise Malformed("an entry names another record than its payload")
        held = Record.get_or_none(Record.id == record)
        have = held.rev if held is not None else 0
        if rev != have + 1:
            self._wanted(record, missing=rev > have + 1)
            return ""
        state = merge.load(held.state) if held is not None else RecordState()
        state.apply(change, stamp)
        _keep(record, kind, area, parent, record_class, rev, merge.dump(state))
        if change.dot.device != self.device:
            self._log_once(change, payload, stamp)
        return str(record)

    def _log_once(self, change: Change, payload: str, stamp: int) -> None:
        known = LoggedChange.device == change.dot.device, LoggedChange.seq == change.dot.seq
        if not LoggedChange.select().where(*known).exists():
            self._log(change, payload, CONFIRMED, stamp)

    def _wanted(self, record: str, *, missing: bool) -> None:
        want = set(self.node("want", []))
        changed = want | {record} if missing else want - {record}
        if changed != want:
            self.set_node("want", sorted(changed))

    def _caught_up(self, answer: Answer) -> set[str]:
        """With nothing more to come, every accepted change is in the confirmed state, or in a record that lies
        elsewhere."""
        if answer.more or self.node("want", []):
            return set()
        done = {row.record for row in self.own(ACCEPTED)}
        LoggedChange.update(status=CONFIRMED).where(
            LoggedChange.device == self.device, LoggedChange.status == ACCEPTED
        ).execute()  # fmt: skip
        return done

    def _note(self, answer: Answer) -> None:
        self.set_node("cursor", dict(answer.cursor))
        self.set_node("epoch", answer.epoch)
        self.set_node("scope", answer.scope)
        self.set_node("offset", answer.now - self.now_ms())
        if answer.extras:
            self.set_node("known", {**self.node("known", {}), **{n: e["version"] for n, e in answer.extras.items()}})
            for name, extra in answer.extras.items():
                self.set_node(name, extra["value"])

    # -- holding

    def _let_go(self, scope: Sequence[str]) -> None:
        """Drop what lies outside the scope and has no work of ours on it (rule 6)."""
        if sorted(scope) == sorted(self.node("held_scope", [])):
            return
        busy = {row.record for row in self.own(PENDING, ACCEPTED, REFUSED)}
        busy |= self.kept()
        for record in Record.select():
            if not record.area.startswith(tuple(scope)) and record.id not in busy:
                rows.remove(record)
        self.set_node("held_scope", scope)

    def kept(self) -> set[str]:
        """Records that the application still works on, whatever their area: drafts and open screens name theirs."""
        return {record for keep in self.keepers for record in keep()}

    # -- what the sync page tells

    def quarantined(self) -> list[LoggedChange]:
        """Own changes that the registry refused, oldest first."""
        return list(self.own(REFUSED))

    def waiting(self) -> int:
        """How many user actions have no answer yet."""
        return int(self.own(PENDING).where(LoggedChange.seq == LoggedChange.first).count())

    def history(self, limit: int = 20) -> list[SyncRun]:
        """The last tries to sync, newest first."""
        return list(SyncRun.select().order_by(SyncRun.started_ms.desc()).limit(limit))


def _keep(record: str, kind: str, area: str, parent: str, record_class: str, rev: int, state: str) -> None:
    """Store a record's confirmed layer."""
    new = {Record.type: kind, Record.area: area, Record.parent: parent, Record.record_class: record_class,
           Record.rev: rev, Record.state: state}  # fmt: skip
    Record.insert({Record.id: record, **new}).on_conflict(conflict_target=[Record.id], update=new).execute()
