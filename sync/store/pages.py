"""What a laptop has not read yet: snapshot rows of prefixes that are new to it, then the news of its counties' streams.

A snapshot's position is taken before its first row is read: what changes meanwhile comes again in the feed, and
`rev` lets the laptop ignore it. A record that came from elsewhere, or was asked for, is sent as a row; one that lies
elsewhere now is `gone`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from peewee import JOIN

from sync.errors import Malformed
from sync.store.tables import County, Entry, LoggedChange, Record

# How many rows a query takes at once; a page's size in bytes decides when it ends.
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Scope:
    """What a device may hold: area prefixes, each within one county (6, 9 or 12 digits), and record classes."""

    prefixes: tuple[str, ...]
    classes: tuple[str, ...] = ("ordinary",)

    def holds(self, record: Record) -> bool:
        """Whether a record lies in it."""
        return record.area.startswith(self.prefixes) and record.record_class in self.classes


@dataclass(slots=True)
class Cursor:
    """How far a laptop has read: `read` {prefix: position in its county's stream}; `begun` {prefix: (position, last
    record
    id)} for snapshots under way."""

    read: dict[str, int] = field(default_factory=dict)
    begun: dict[str, tuple[int, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, body: Any, scope: Scope) -> Cursor:
        """The part of a laptop's cursor that is in scope: a revoked prefix loses its place (rule 7). Raises
        Malformed."""
        try:
            read = {str(prefix): _position(position) for prefix, position in body.get("read", {}).items()}
            begun = {str(p): (_position(start), str(after)) for p, (start, after) in body.get("begun", {}).items()}
        except (AttributeError, TypeError, ValueError) as error:
            raise Malformed("not a cursor") from error
        return cls(
            {prefix: read[prefix] for prefix in scope.prefixes if prefix in read},
            {prefix: begun[prefix] for prefix in scope.prefixes if prefix in begun},
        )


def _position(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 1 << 63:
        raise ValueError(f"no position: {value!r:.40}")
    return value


@dataclass(slots=True)
class Page:
    """One page of an answer, and where it leaves the cursor."""

    cursor: Cursor
    rows: list[list[Any]] = field(default_factory=list)
    entries: list[list[Any]] = field(default_factory=list)
    gone: list[list[Any]] = field(default_factory=list)
    left: int = 0
    more: bool = False
    size: int = 0


def read_page(scope: Scope, cursor: Cursor, want: Sequence[str], limit: int) -> Page:
    """The next page of about `limit` bytes: records asked for, then snapshots, then news."""
    page = Page(cursor)
    if want:
        _add_wanted(page, scope, want)
    steps = [(_snapshot, prefix) for prefix in scope.prefixes if prefix not in cursor.read]
    steps += [(_feed, prefix) for prefix in scope.prefixes]
    page.more = not all(step(page, scope, prefix, limit) for step, prefix in steps)
    return page


def _snapshot(page: Page, scope: Scope, prefix: str, limit: int) -> bool:
    """Rows of a new prefix, in id order; True when its snapshot is complete."""
    start, after = page.cursor.begun.get(prefix, (_now_at(prefix), ""))
    for record in _rows_after(scope, prefix, after):
        if page.size > limit:
            page.cursor.begun[prefix] = (start, after)
            page.left = _visible_rows(scope, prefix).where(Record.id > after).count()
            return False
        _add_rows(page, (record,))
        after = record.id
    page.cursor.begun.pop(prefix, None)
    page.cursor.read[prefix] = start
    return True


def _rows_after(scope: Scope, prefix: str, after: str) -> Iterator[Record]:
    while chunk := list(_visible_rows(scope, prefix).where(Record.id > after).order_by(Record.id).limit(CHUNK)):
        yield from chunk
        after = chunk[-1].id


def _visible_rows(scope: Scope, prefix: str) -> Any:
    return Record.select().where(under(Record.area, prefix), Record.record_class.in_(scope.classes))


def under(column: Any, prefix: str) -> Any:
    """Codes under a prefix, as a range that an index serves on every database. Digits sort alike in every locale."""
    return (column >= prefix) & (column < str(int(prefix) + 1))


def _feed(page: Page, scope: Scope, prefix: str, limit: int) -> bool:
    """News under a prefix, position by position, never a part of one; True when there is no more."""
    end = _now_at(prefix)
    for position, entries in _positions(scope, prefix, page.cursor.read[prefix]):
        if page.size > limit:
            return False
        for entry in entries:
            _add_entry(page, scope, entry)
        page.cursor.read[prefix] = position
    page.cursor.read[prefix] = max(end, page.cursor.read[prefix])
    return True


def _positions(scope: Scope, prefix: str, after: int) -> Iterator[tuple[int, list[Any]]]:
    entries = _entries(scope, prefix)
    while chunk := list(entries.where(Entry.position > after).limit(CHUNK)):
        after, last = chunk[-1].position, chunk[-1].k
        if len(chunk) == CHUNK:  # the last position may have more
            chunk.extend(entries.where(Entry.position == after, Entry.k > last))
        for position, group in groupby(chunk, key=lambda entry: int(entry.position)):
            yield position, list(group)


def _entries(scope: Scope, prefix: str) -> Any:
    written = (LoggedChange.device == Entry.device) & (LoggedChange.seq == Entry.seq)
    return (
        Entry.select(Entry, Record, LoggedChange)
        .join(Record, on=(Record.id == Entry.record), attr="held")
        .switch(Entry)
        .join(LoggedChange, JOIN.LEFT_OUTER, on=written, attr="logged")  # what only moved was not written
        .where(Entry.county == prefix[:6], under(Entry.area, prefix), Entry.record_class.in_(scope.classes))
        .order_by(Entry.position, Entry.k)
    )


def _now_at(prefix: str) -> int:
    row = County.get_or_none(County.code == prefix[:6])
    return 0 if row is None else int(row.position)


def _add_wanted(page: Page, scope: Scope, want: Sequence[str]) -> None:
    """Answer for every record asked for, or it would be asked for again."""
    held = {record.id: record for record in Record.select().where(Record.id.in_(list(want)))}
    for record_id in want:
        _add_or_gone(page, scope, held.get(record_id) or Record(id=record_id, area="", rev=0))


def _add_or_gone(page: Page, scope: Scope, record: Record) -> None:
    if scope.holds(record):
        _add_rows(page, (record,))
    else:
        page.gone.append([record.id, record.rev])


def _add_rows(page: Page, records: Iterable[Record]) -> None:
    for r in records:
        page.rows.append([r.id, r.type, r.area, r.parent, r.record_class, r.rev, r.state])
        page.size += len(r.state) + 80


def _add_entry(page: Page, scope: Scope, entry: Any) -> None:
    held, logged = entry.held, entry.logged
    if not entry.device:
        _add_or_gone(page, scope, held)
        return
    page.entries.append(
        [held.id, held.type, held.area, held.parent, held.record_class, entry.rev, logged.stamp, logged.payload]
    )
    page.size += len(logged.payload) + 80
