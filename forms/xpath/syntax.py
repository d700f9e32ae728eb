"""What an expression is after reading: a tree of frozen dataclasses. `position` is the 0-based place in the source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

AXES = frozenset(
    {
        "ancestor",
        "ancestor-or-self",
        "attribute",
        "child",
        "descendant",
        "descendant-or-self",
        "following",
        "following-sibling",
        "namespace",
        "parent",
        "preceding",
        "preceding-sibling",
        "self",
    }
)
REVERSE = frozenset({"ancestor", "ancestor-or-self", "preceding", "preceding-sibling"})


@dataclass(frozen=True, slots=True)
class Test:
    """Which nodes of an axis are meant. `kind`: "name" (or "*"), "node", "text", "comment", "instruction"."""

    kind: str
    prefix: str = ""
    name: str = ""

    @property
    def written(self) -> str:
        """The name as it stands in the source."""
        return f"{self.prefix}:{self.name}" if self.prefix else self.name


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a location path."""

    axis: str
    test: Test
    predicates: tuple[Expr, ...] = ()


@dataclass(frozen=True, slots=True)
class Number:
    value: float
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Literal:
    value: str
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Variable:
    name: str
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Negate:
    operand: Expr
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Operation:
    """Two or more operands joined by operators of one rank, read from the left: 1 - 2 + 3, a or b or c.

    One node however long the chain, so that a thousand terms are not a thousand levels deep.
    """

    operators: tuple[str, ...]
    operands: tuple[Expr, ...]
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    arguments: tuple[Expr, ...]
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Filter:
    """A primary expression with predicates: `(//a | //b)[1]`."""

    base: Expr
    predicates: tuple[Expr, ...]
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Path:
    """A location path: from "/" (`absolute`), from the nodes of an expression (`start`), or from the context node."""

    steps: tuple[Step, ...]
    absolute: bool = False
    start: Expr | None = None
    position: int = field(default=0, compare=False)


Expr = Number | Literal | Variable | Negate | Operation | Call | Filter | Path


def parts(expression: Expr) -> Iterator[Expr]:
    """The expressions directly inside another, predicates included."""
    match expression:
        case Operation(_, operands):
            yield from operands
        case Negate(operand):
            yield operand
        case Call(_, arguments):
            yield from arguments
        case Filter(base, predicates):
            yield from (base, *predicates)
        case Path(steps, _, start):
            yield from () if start is None else (start,)
            yield from (predicate for step in steps for predicate in step.predicates)


def inside(expression: Expr) -> Iterator[Expr]:
    """An expression and all that are inside it."""
    waiting = [expression]
    while waiting:
        found = waiting.pop()
        yield found
        waiting.extend(parts(found))


def calls(expression: Expr) -> frozenset[str]:
    """The names of all functions that an expression calls, predicates included."""
    return frozenset(each.name for each in inside(expression) if isinstance(each, Call))
