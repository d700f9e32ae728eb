"""Rows of a table found at once instead of one by one: what `item[village = current()/../village]` is in a cascade.

Only in trees that were frozen, only for `child = value` with a value that is the same for all rows, and only to leave
out rows that cannot match: the predicate itself is still computed for those that are left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from forms.xpath.code import Code, Compiled
from forms.xpath.nodes import Node
from forms.xpath.syntax import Call, Expr, Filter, Literal, Negate, Number, Operation, Path, Step, Variable, calls

MOVING = frozenset({"position", "last", "random", "uuid", "randomize", "once", "lang", "id"})
"""Functions whose value may differ from row to row though their arguments do not."""
IMPLICIT = frozenset({"string", "number", "string-length", "normalize-space", "name", "local-name", "namespace-uri"})
"""Functions that are about the row when they have no argument."""


@dataclass(frozen=True, slots=True)
class _Key:
    """`column = value` in a predicate."""

    column: str
    value: Expr


def exact_child(step: Step, namespaces: Mapping[str, str]) -> bool:
    """Whether a step means the children of one name as written."""
    test = step.test
    return step.axis == "child" and test.kind == "name" and test.name != "*" and test.prefix not in namespaces


def seek(step: Step, namespaces: Mapping[str, str], compile: Callable[[Expr], Compiled]) -> Code | None:
    """A closure that finds the rows that the first predicate can leave, or gives None; None for other steps."""
    if not step.predicates or not exact_child(step, namespaces) or not calls(step.predicates[0]).isdisjoint(MOVING):
        return None
    key = next(_keys(step.predicates[0], namespaces), None)
    if key is None:
        return None
    name, column, value = step.test.written, key.column, compile(key.value).code

    def sought(scope: Any, node: Any) -> list[Node] | None:
        text = _text(value(scope, node))
        return None if text is None else node.keyed(name, column, text)

    return sought


def _text(value: object) -> str | None:
    """The one text that a column must have; None for numbers and booleans, which compare differently, and for many."""
    if isinstance(value, list):
        return value[0].text() if len(value) == 1 else None
    return value if isinstance(value, str) else None


def _keys(predicate: Expr, namespaces: Mapping[str, str]) -> Iterator[_Key]:
    """The comparisons that all rows must pass."""
    match predicate:
        case Operation(("=",), (left, right)):
            for column, value in ((left, right), (right, left)):
                if (name := _column(column, namespaces)) and _fixed(value):
                    yield _Key(name, value)
        case Operation(("and", *_), operands):
            for operand in operands:
                yield from _keys(operand, namespaces)


def _column(expression: Expr, namespaces: Mapping[str, str]) -> str:
    """The name of the child that a path means, "" when it means anything else."""
    match expression:
        case Path((Step(predicates=()) as step,), False, None) if exact_child(step, namespaces):
            return step.test.written
        case _:
            return ""


def _fixed(expression: Expr) -> bool:
    """Whether an expression has the same value for all rows."""
    match expression:
        case Path(_, absolute, start):
            return absolute or (start is not None and _fixed(start))
        case Call(name, arguments):
            return name not in MOVING and (bool(arguments) or name not in IMPLICIT) and all(map(_fixed, arguments))
        case Operation(_, operands):
            return all(map(_fixed, operands))
        case Negate(operand) | Filter(operand, _):
            return _fixed(operand)
        case Number() | Literal() | Variable():
            return True
