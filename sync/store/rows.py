"""From merged state to the row that screens read, and the index of open conflicts. Both sides use it, after every
change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sync.change import AREA, VOID
from sync.merge import RecordState
from sync.schema import RecordType, is_type, type_of
from sync.store.fields import Elements
from sync.store.synced import Synced
from sync.store.tables import OpenConflict, Record

# Rows of one statement: SQLite binds at most 32,766 values, and a row may have some hundred columns.
WRITTEN_AT_ONCE = 100

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


def place(kind: RecordType, state: RecordState, held: str, areas: Mapping[str, str]) -> tuple[str, str]:
    """(area, parent) of a record that lay in `held` so far; `areas` has those of the parents that are here (rule 12).

    A member lies where its parent lies; while that is not here, it stays. A root lies where it says.
    """
    parent = parent_of(kind, state)
    if not parent:
        return own_area(state) or held, ""
    return areas.get(parent) or held or own_area(state), parent


def areas_of(states: Iterable[tuple[RecordType, RecordState]]) -> dict[str, str]:
    """{record: area} of the parents that these name and that are here."""
    named = sorted({parent for kind, state in states if (parent := parent_of(kind, state))})
    held = Record.select(Record.id, Record.area).where(Record.id.in_(named)) if named else ()
    return {row.id: row.area for row in held}


def project(shown: Sequence[tuple[Record, RecordState]], listeners: Iterable[AfterProject] = ()) -> None:
    """Write the rows and the open conflicts of records from their merged states. Those of a type that only a later
    version knows are kept and forwarded, and shown after the update."""
    found: list[dict[str, Any]] = []
    written: dict[str, list[dict[str, Any]]] = {}
    for record, state in shown:
        if is_type(record.type):
            conflicts = tuple(state.conflicts())
            written.setdefault(record.type, []).append(_columns(type_of(record.type), record, state, len(conflicts)))
            found += [_conflict(record, state, name) for name in conflicts]
    for kind, columns in written.items():
        _write(type_of(kind).model, columns)
    _index_conflicts([record.id for record, _ in shown], found)
    for kind, columns in written.items() if listeners else ():
        model = type_of(kind).model
        for row in model.select().where(model.id.in_([each["id"] for each in columns])):
            for listener in listeners:
                listener(row)


def _write(model: type[Synced], columns: Sequence[Mapping[str, Any]]) -> None:
    kept = [model._meta.fields[name] for name in columns[0] if name != "id"]
    for start in range(0, len(columns), WRITTEN_AT_ONCE):
        batch = columns[start : start + WRITTEN_AT_ONCE]
        model.insert_many(batch).on_conflict(conflict_target=[model.id], preserve=kept).execute()


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


def _conflict(record: Record, state: RecordState, name: str) -> dict[str, Any]:
    stamp = max(head.stamp for head in state.heads(name))
    return {"record": record.id, "field": name, "type": record.type, "area": record.area, "stamp": stamp}


def _index_conflicts(records: Sequence[str], found: Sequence[Mapping[str, Any]]) -> None:
    OpenConflict.delete().where(OpenConflict.record.in_(records)).execute()
    if found:
        OpenConflict.insert_many(found).execute()


def row_of(record: Record) -> dict[str, Any] | None:
    """A record's row as it stands, for comparing."""
    if not is_type(record.type):
        return None
    model = type_of(record.type).model
    row: dict[str, Any] | None = model.select().where(model.id == record.id).dicts().first()
    return row


def remove(records: Sequence[Record], listeners: Iterable[AfterRemove] = ()) -> None:
    """Take records off this machine: rows, conflicts, state, and what the listeners keep about them."""
    ids = [record.id for record in records]
    for kind in {record.type for record in records if is_type(record.type)}:
        model = type_of(kind).model
        model.delete().where(model.id.in_(ids)).execute()
    OpenConflict.delete().where(OpenConflict.record.in_(ids)).execute()
    Record.delete().where(Record.id.in_(ids)).execute()
    for listener in listeners:
        for record in records:
            listener(record.type, record.id)
