"""From merged state to the row that screens read, and the index of open conflicts. Both sides use it, after every
change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from sync.change import AREA, VOID
from sync.merge import RecordState
from sync.schema import RecordType, is_type, type_of
from sync.store.fields import Elements
from sync.store.synced import Synced
from sync.store.tables import OpenConflict, Record

REMOVED_AT_ONCE = 500

AfterProject = Callable[[Synced], None]
AfterRemove = Callable[[str, str], None]  # (type, record)


def shown_values(kind: RecordType, state: RecordState) -> dict[str, Any]:
    """The value shown of each column; elements gathered into one dict, the removed ones left out."""
    values: dict[str, Any] = {name: {} for name, column in kind.columns.items() if isinstance(column, Elements)}
    for name in state.fields:
        head = state.shown(name, kind.policy(name))
        column, _, element = name.partition("/")
        if head is None or column not in kind.columns:
            continue
        if not element:
            values[column] = head.value
        elif head.value is not None:
            values[column][element] = head.value
    return values


def parent_of(kind: RecordType, state: RecordState) -> str:
    """The record that places this one: the first of its parent fields that is filled; "" for a root."""
    heads = (state.shown(name, kind.policy(name)) for name in kind.parents)
    return next((str(head.value) for head in heads if head is not None and head.value), "")


def own_area(state: RecordState) -> str:
    """The area that a root names itself; "" while two moves of it are in conflict, which moves nothing (rule 12)."""
    sides = state.sides(AREA)
    return str(sides[0].value or "") if len(sides) == 1 else ""


def place(kind: RecordType, state: RecordState, held: str) -> tuple[str, str]:
    """(area, parent) of a record that lay in `held` so far (rule 12).

    A member lies where its parent lies; while that is not here, it stays. A root lies where it says.
    """
    parent = parent_of(kind, state)
    if not parent:
        return own_area(state) or held, ""
    row = Record.get_or_none(Record.id == parent)
    return (row.area if row is not None else held or own_area(state)), parent


def project(record: Record, state: RecordState, listeners: Iterable[AfterProject] = ()) -> None:
    """Write the row and the open conflicts of one record from its merged state."""
    if not is_type(record.type):
        return  # a later version's type: kept and forwarded, shown after the update
    kind = type_of(record.type)
    conflicts = tuple(state.conflicts())
    columns = _columns(kind, record, state, len(conflicts))
    kind.model.insert(columns).on_conflict(
        conflict_target=[kind.model.id], update={name: columns[name] for name in columns if name != "id"}
    ).execute()
    _index_conflicts(record, state, conflicts)
    for listener in listeners:
        listener(kind.model.get_by_id(record.id))


def _columns(kind: RecordType, record: Record, state: RecordState, conflicts: int) -> dict[str, Any]:
    blank = dict.fromkeys(kind.columns)
    shown = shown_values(kind, state)
    newest = max(
        (head for name in state.fields for head in state.heads(name)), key=lambda h: (h.stamp, h.dot), default=None
    )
    void = state.shown(VOID)
    return {
        **blank,
        **shown,
        **kind.model.derive({**blank, **shown, "id": record.id, "area": record.area}),
        "id": record.id,
        "area": record.area,
        "rev": record.rev,
        "void": void.value if void is not None else None,
        "open_conflicts": conflicts,
        "changed_at": newest.stamp if newest else 0,
        "changed_by": newest.author if newest else "",
    }


def _index_conflicts(record: Record, state: RecordState, names: tuple[str, ...]) -> None:
    OpenConflict.delete().where(OpenConflict.record == record.id).execute()
    for name in names:
        OpenConflict.insert(
            record=record.id, field=name, type=record.type, area=record.area, stamp=max(_stamps(state, name))
        ).execute()


def _stamps(state: RecordState, name: str) -> Iterator[int]:
    yield from (head.stamp for head in state.heads(name))


def row_of(record: Record) -> dict[str, Any] | None:
    """A record's row as it stands, for comparing."""
    if not is_type(record.type):
        return None
    model = type_of(record.type).model
    row: dict[str, Any] | None = model.select().where(model.id == record.id).dicts().first()
    return row


def remove(records: Sequence[Record], listeners: Iterable[AfterRemove] = ()) -> None:
    """Take records off this machine: rows, conflicts, state, and what the listeners keep about them."""
    for start in range(0, len(records), REMOVED_AT_ONCE):
        batch = records[start : start + REMOVED_AT_ONCE]
        ids = [record.id for record in batch]
        for kind in {record.type for record in batch if is_type(record.type)}:
            model = type_of(kind).model
            model.delete().where(model.id.in_(ids)).execute()
        OpenConflict.delete().where(OpenConflict.record.in_(ids)).execute()
        Record.delete().where(Record.id.in_(ids)).execute()
        for listener in listeners:
            for record in batch:
                listener(record.type, record.id)
