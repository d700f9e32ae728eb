"""The laptop's records in two layers: what the registry confirmed, and own unacknowledged changes folded on top
(rule 1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

import peewee

from sync import merge
from sync.change import Change, decode, encode
from sync.errors import Malformed
from sync.ids import Entropy
from sync.merge import RecordState
from sync.store import rows
from sync.store.base import Store
from sync.store.confirmed import Confirmed, batches
from sync.store.pages import under
from sync.store.tables import LoggedChange, OpenScreen, Record, SyncRun
from sync.wire import PAGE_BYTES, Answer, Request, Verdict

PENDING, ACCEPTED, CONFIRMED, REFUSED = "pending", "accepted", "confirmed", "refused"
UNCONFIRMED = (PENDING, ACCEPTED)

# Groups sent in one request: what a weak line carries in one go.
SEND_BYTES = 512 * 1024

# Records asked for in one request; they come whole, whatever a page's size.
WANTED_AT_ONCE = 200

# How long a screen keeps what it shows on this laptop after its area was taken away.
SCREEN_HOLDS_MS = 24 * 3_600_000


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
        self._device = ""

    @property
    def device(self) -> str:
        """This laptop's id in every dot it writes; "" before enrolment."""
        if not self._device:
            self._device = str(self.node("device", ""))
        return self._device

    def enrol(self, device: str) -> None:
        """Take an id: the registry has accepted it."""
        with self.writing():
            self.set_node("device", device)
        self._device = device

    # -- reading

    def state(self, record: str) -> RecordState:
        """The view: the confirmed state with own unacknowledged changes folded on top."""
        # The log first: what a sync confirms between the two reads is then folded twice, which changes nothing.
        own = self._unconfirmed([record]).get(record, [])
        return merge.fold(super().state(record), own)

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

    def _unconfirmed(self, records: Sequence[str]) -> dict[str, list[tuple[Change, int]]]:
        found: dict[str, list[tuple[Change, int]]] = {}
        # own ones alone are in these statuses; that they are own is not asked, or all own ones would be gone through
        mine = LoggedChange.status.in_(UNCONFIRMED), LoggedChange.record.in_(records)
        for row in LoggedChange.select().where(*mine).order_by(LoggedChange.seq):
            found.setdefault(row.record, []).append((decode(row.payload), row.stamp))
        return found

    def unmended(self) -> Any:
        """A query of own refused changes whose record was not written again since: a new change mends a refused one."""
        later = LoggedChange.alias()
        again = later.select(later.seq).where(
            later.device == self.device, later.record == LoggedChange.record, later.seq > LoggedChange.seq,
            later.status.in_((*UNCONFIRMED, CONFIRMED)),
        )  # fmt: skip
        return self.own(REFUSED).where(~peewee.fn.EXISTS(again))

    # -- writing

    def _chain(self, drafts: Sequence[Change]) -> tuple[str, int, str]:
        last = LoggedChange.select().where(LoggedChange.device == self.device).order_by(LoggedChange.seq.desc()).first()
        return (self.device, last.seq, last.hash) if last else (self.device, 0, "")

    def _append(self, changes: Sequence[Change]) -> None:
        if changes:
            self._log(changes, [encode(change) for change in changes], [change.stamp for change in changes], PENDING)
        for change in changes:
            Record.insert(id=change.record, type=change.type, area=change.area).on_conflict_ignore().execute()
        self._refresh(change.record for change in changes)

    def _refresh(self, records: Iterable[str]) -> None:
        """Show these records anew, from both layers."""
        for batch in batches(list(dict.fromkeys(records))):
            own = self._unconfirmed(batch)
            held = {row.id: row for row in Record.select().where(Record.id.in_(batch))}
            views = [(held[record], merge.fold(merge.load(held[record].state), own.get(record, [])))
                     for record in batch if record in held]  # fmt: skip
            self._show([(row, state) for row, state in views if state.fields])
            # whose only change was refused: it stands in the quarantine, not among the records
            rows.remove([row for row, state in views if not state.fields], self.on_remove)

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
            groups=groups, want=self.node("want", [])[:WANTED_AT_ONCE], known=self.node("known", {}), page=page,
        )  # fmt: skip

    def adopt(self, answer: Answer) -> Adopted:
        """Take in an answer, in one transaction: verdicts, records, news; then let go of what is held no longer."""
        with self.writing():
            judged = self._judge(answer.verdicts)
            confirmed = Confirmed(self, answer, self.device)
            confirmed.take()
            caught_up = set() if answer.more or confirmed.want else self._caught_up()
            self._note(answer)
            self._refresh(sorted(judged | confirmed.touched | caught_up))
            self._let_go(answer.scope, confirmed.elsewhere)
        refused = sum(verdict.verdict == REFUSED for verdict in answer.verdicts)
        return Adopted(
            len(answer.verdicts) - refused, refused, len(answer.rows) + len(answer.entries), answer.more, answer.left
        )

    def _judge(self, verdicts: Iterable[Verdict]) -> set[str]:
        """Note the registry's answers; one that came before finds no group that waits for it."""
        waiting: dict[int, list[LoggedChange]] = {}
        for row in self.own(PENDING).select(LoggedChange.first, LoggedChange.seq, LoggedChange.record):
            waiting.setdefault(row.first, []).append(row)
        answered = [verdict for verdict in verdicts if verdict.first in waiting]
        plain = [v.first for v in answered if v.verdict == ACCEPTED and not v.stamps]
        for batch in batches(plain):
            self._mark(LoggedChange.first.in_(batch), status=ACCEPTED)
        for verdict in answered:
            if verdict.verdict != ACCEPTED:
                self._mark(LoggedChange.first == verdict.first, status=verdict.verdict, reason=verdict.reason)
            if verdict.stamps:
                self._restamp(waiting[verdict.first], verdict)
        return {row.record for verdict in answered for row in waiting[verdict.first]}

    def _restamp(self, group: Sequence[LoggedChange], verdict: Verdict) -> None:
        """Take the stamps that the registry stored."""
        stamps = verdict.stamps or []
        if len(stamps) != len(group):
            raise Malformed("a verdict with another number of stamps than its group has changes")
        for row, stamp in zip(group, stamps, strict=True):
            self._mark(LoggedChange.seq == row.seq, status=verdict.verdict, stamp=stamp)

    def _mark(self, which: Any, **new: Any) -> None:
        LoggedChange.update(**new).where(LoggedChange.device == self.device, which).execute()

    def _caught_up(self) -> set[str]:
        """With nothing more to come, every accepted change is in the confirmed state, or in a record that lies
        elsewhere."""
        done = {row.record for row in self.own(ACCEPTED).select(LoggedChange.record)}
        if done:
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

    def _let_go(self, scope: Sequence[str], elsewhere: dict[str, int]) -> None:
        """Drop what lies outside the scope and has no work of ours on it (rule 6)."""
        inside = [under(Record.area, prefix) for prefix in scope]
        outside = ~reduce(or_, inside) if inside else Record.id.is_null(False)
        away = {row.id for row in Record.select(Record.id).where(outside)}  # by the index alone: states are large
        away |= {row.id for batch in batches(list(elsewhere))
                 for row in Record.select(Record.id).where(Record.id.in_(batch))}  # fmt: skip
        let_go = away - self._worked_on() if away else set()
        for batch in batches(sorted(let_go)):
            gone = Record.select(Record.id, Record.type).where(Record.id.in_(batch))
            rows.remove(list(gone), self.on_remove)
        if left := {record: rev for record, rev in elsewhere.items() if record in away and record not in let_go}:
            self.set_node("elsewhere", left)
        elif elsewhere:
            self.set_node("elsewhere", {})

    def _worked_on(self) -> set[str]:
        """Records with unsent or refused work of ours, drafts, or a screen of today on them."""
        own = {row.record for row in self.own(*UNCONFIRMED)} | {row.record for row in self.unmended()}
        recent = OpenScreen.select().where(OpenScreen.opened_ms > self.now_ms() - SCREEN_HOLDS_MS)
        return own | self.kept() | {record for screen in recent for record in screen.over}

    def kept(self) -> set[str]:
        """Records that the application still works on, whatever their area: drafts name theirs."""
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
