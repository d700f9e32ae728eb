"""What the compiler makes: closures, each with the kind of value it gives, and the conversions between kinds."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from forms.xpath.context import Scope, Value
from forms.xpath.nodes import Node
from forms.xpath.values import number_of, string_of, to_boolean, to_number, to_string

Code = Callable[[Scope, Node], Any]
"""Computes a value for a context node."""


class Kind(Enum):
    """What is known of a value before it is computed."""

    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    NODES = "nodes"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Compiled:
    """A closure, the kind of its values, and the value itself when it is the same always and everywhere."""

    kind: Kind
    code: Code
    constant: Value | None = None


def constant(value: Value) -> Compiled:
    """A closure for a value that never changes."""
    kind = Kind.BOOLEAN if isinstance(value, bool) else Kind.NUMBER if isinstance(value, float) else Kind.STRING
    return Compiled(kind, lambda scope, node: value, value)


def convert(compiled: Compiled, kind: Kind) -> Code:
    """The closure that gives the value as another kind (node-sets are made from nothing else: see `Kind.NODES`)."""
    if kind in (Kind.ANY, compiled.kind):
        return compiled.code
    if compiled.constant is not None and not _zoned(compiled.constant, kind):
        value = _CONVERSIONS[kind](compiled.constant)
        return lambda scope, node: value
    return _CONVERTERS[kind](compiled.code, compiled.kind)


def _zoned(value: Value, kind: Kind) -> bool:
    """Whether the conversion depends on the zone of the evaluation: that of a moment to a number does."""
    return kind is Kind.NUMBER and isinstance(value, str) and "T" in value


def _as_string(code: Code, kind: Kind) -> Code:
    if kind is Kind.NODES:
        return lambda scope, node: found[0].text() if (found := code(scope, node)) else ""
    if kind is Kind.NUMBER:
        return lambda scope, node: string_of(code(scope, node))
    return lambda scope, node: to_string(code(scope, node))


def _as_number(code: Code, kind: Kind) -> Code:
    if kind is Kind.NODES:
        return lambda scope, node: number_of(found[0].text(), scope.zone) if (found := code(scope, node)) else math.nan
    if kind is Kind.STRING:
        return lambda scope, node: number_of(code(scope, node), scope.zone)
    return lambda scope, node: to_number(code(scope, node), scope.zone)


def _as_boolean(code: Code, kind: Kind) -> Code:
    if kind in (Kind.NODES, Kind.STRING):
        return lambda scope, node: bool(code(scope, node))
    return lambda scope, node: to_boolean(code(scope, node))


_CONVERSIONS: dict[Kind, Callable[[Value], Value]] = {
    Kind.STRING: to_string,
    Kind.NUMBER: to_number,
    Kind.BOOLEAN: to_boolean,
}
_CONVERTERS: dict[Kind, Callable[[Code, Kind], Code]] = {
    Kind.STRING: _as_string,
    Kind.NUMBER: _as_number,
    Kind.BOOLEAN: _as_boolean,
}
