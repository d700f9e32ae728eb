"""What record types there are. The application declares them; this package knows nothing of their meaning.

    @record_type(parents=("household",), policies={"risk_level": safest({"green": 1, "red": 4})})
    class Person(Synced):
        household = Ref(null=True)
        name = CharField(max_length=80, null=True)
        category = Elements()

A column of the model is a synced field of the record; the column's type is the rule for its values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import peewee

from sync import values
from sync.change import AREA, VOID, Value, Write
from sync.errors import Malformed
from sync.merge import Policy, latest
from sync.store.fields import Choice, Elements, Iso, IsoTime, Json, Ref
from sync.store.synced import LOCAL_COLUMNS, Synced
from sync.values import Rule

TEXT_LIMIT = 8_000

# The value rule of each column type; the first that fits is taken.
RULES: tuple[tuple[type[peewee.Field], Callable[[Any], Rule]], ...] = (
    (Choice, lambda column: values.one_of(column.codes)),
    (Iso, lambda column: values.is_date),
    (IsoTime, lambda column: values.is_moment),
    (Ref, lambda column: values.text(column.max_length, least=1)),
    (Json, lambda column: values.is_shallow),
    (peewee.CharField, lambda column: values.text(column.max_length)),
    (peewee.TextField, lambda column: values.text(TEXT_LIMIT)),
    (peewee.BooleanField, lambda column: values.is_boolean),
    (peewee.IntegerField, lambda column: values.is_integer),
)


@dataclass(frozen=True, slots=True)
class RecordType:
    """A kind of record: its table, where it hangs, how its fields are shown while in conflict, who may see it."""

    name: str
    model: type[Synced]
    columns: Mapping[str, peewee.Field]
    rules: Mapping[str, Rule]
    parents: tuple[str, ...] = ()
    policies: Mapping[str, Policy] = field(default_factory=dict)
    record_class: str = "ordinary"

    def policy(self, name: str) -> Policy:
        """How a field in conflict is shown meanwhile."""
        return self.policies.get(name, latest)

    def problems(self, writes: Mapping[str, Write]) -> dict[str, str]:
        """What is wrong with these writes, by field name; empty when nothing is. None (not collected, removed)
        always fits."""
        found = {name: self._problem(name, write.value) for name, write in writes.items()}
        return {name: problem for name, problem in found.items() if problem}

    def _problem(self, name: str, value: Value) -> str:
        column, _, element = name.partition("/")
        rule = self.rules.get(column)
        if rule is None or bool(element) != isinstance(self.columns.get(column), Elements):
            return "unknown_field"
        return "" if value is None or rule(value) else "bad_value"


_types: dict[str, RecordType] = {}

M = TypeVar("M", bound=type[Synced])


def record_type(
    *, parents: Iterable[str] = (), policies: Mapping[str, Policy] | None = None, record_class: str = "ordinary"
) -> Callable[[M], M]:
    """Declare a record type by its model. `parents` names the Ref columns that may place it; without one it is a
    root."""

    def declare(model: M) -> M:
        meta: Any = model._meta
        local = LOCAL_COLUMNS | model.derived
        columns = {name: column for name, column in meta.fields.items() if name not in local}
        rules = {name: _rule(column) for name, column in columns.items()} | {AREA: values.is_area, VOID: _VOID_RULE}
        kind = RecordType(meta.table_name, model, columns, rules, tuple(parents), policies or {}, record_class)
        _types[kind.name] = kind
        return model

    return declare


_VOID_RULE = values.text(400, least=1)


def _rule(column: peewee.Field) -> Rule:
    return next(make(column) for kind, make in RULES if isinstance(column, kind))


def type_of(name: str) -> RecordType:
    """The declared type of this name; raises Malformed for one this programme does not know."""
    try:
        return _types[name]
    except KeyError:
        raise Malformed(f"unknown record type {name[:40]!r}") from None


def is_type(name: str) -> bool:
    """Whether a record type of this name is declared."""
    return name in _types


def all_types() -> tuple[RecordType, ...]:
    """Every declared type."""
    return tuple(_types.values())


def type_name(model: type[Synced]) -> str:
    """The record type that a model stands for."""
    return str(model._meta.table_name)
