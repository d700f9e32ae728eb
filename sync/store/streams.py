"""The county streams: what happened in each county, in the order of commits.

A county's counter row is locked by every transaction that writes into its stream, until commit; so positions have no
gaps, and a reader that has seen one has seen all before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sync.change import Dot
from sync.store.database import locked
from sync.store.tables import County, Entry, Record


class NotLocked(Exception):
    """A record lies in a county that this transaction has not locked: roll back, look again (rule 13)."""


class Streams:
    """The streams that one transaction may write into: it holds their counters until commit."""

    def __init__(self, counties: Iterable[str]) -> None:
        wanted = sorted(counties)
        self._read = _lock(wanted) if wanted else {}
        self._positions = dict(self._read)
        self._entered: dict[str, int] = {}

    @contextmanager
    def group(self) -> Iterator[None]:
        """One group: one position in each stream that it touches, and none if it is given up."""
        before, self._entered = dict(self._positions), {}
        try:
            yield
        except BaseException:
            self._positions = before
            raise

    def enter(self, record: Record, area: str, dot: Dot | None = None) -> None:
        """Tell the readers of `area` of a record's new revision. Without a dot: that it lies elsewhere now."""
        county = area[:6]
        if county not in self._positions:
            raise NotLocked(county)
        if county not in self._entered:
            self._positions[county] += 1
        self._entered[county] = self._entered.get(county, 0) + 1
        Entry.insert(
            county=county, position=self._positions[county], k=self._entered[county], record=record.id, area=area,
            record_class=record.record_class, rev=record.rev, device=dot.device if dot else "",
            seq=dot.seq if dot else 0,
        ).execute()  # fmt: skip

    def moved(self, record: Record, was: str) -> None:
        """A record lies elsewhere now: its next revision, told where it lay and where it lies."""
        record.rev += 1
        for area in sorted({was, record.area}):
            self.enter(record, area)

    def save(self) -> None:
        """Store how far the streams have come."""
        for county, position in self._positions.items():
            if position != self._read[county]:
                County.update(position=position).where(County.code == county).execute()


def _lock(counties: list[str]) -> dict[str, int]:
    """Lock the counter rows, in order, until commit; {county: position}."""
    County.insert_many([{"code": code} for code in counties]).on_conflict_ignore().execute()
    query = County.select().where(County.code.in_(counties)).order_by(County.code)
    return {row.code: row.position for row in locked(query)}
