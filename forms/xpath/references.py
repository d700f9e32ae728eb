"""Which nodes an expression reads, found without evaluating it: what the dependency graph of a form is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from forms.xpath.syntax import Call, Expr, Filter, Literal, Negate, Operation, Path, Step, Test

PARENT = Step("parent", Test("node"))


class Origin(Enum):
    """Where the steps of a reference begin."""

    CONTEXT = "context"
    CURRENT = "current"
    ROOT = "root"
    INSTANCE = "instance"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Reference:
    """A location path that the expression reads; paths inside predicates are written out from the same origin.

    CONTEXT and CURRENT begin at the node for which the expression is evaluated, ROOT at the primary instance's "/",
    INSTANCE at the secondary instance named by `instance` ("" when its name is computed). UNKNOWN cannot be told.
    """

    origin: Origin
    steps: tuple[Step, ...]
    instance: str = ""


def resolve(reference: Reference, at_path: str) -> str | None:
    """The generic absolute path ("/data/household/member/age") that a reference means for the node at `at_path`.

    None when it cannot be known (wildcards, "//", computed starts): it depends on everything. A reference into a
    secondary instance resolves to "instance('id')/root/item/name", which is no path of the primary instance.
    """
    parts = _start(reference, at_path)
    for step in reference.steps:
        if parts is None:
            return None
        parts = _advance(parts, step)
    if parts is None:
        return None
    inside = f"instance('{reference.instance}')" if reference.origin is Origin.INSTANCE else ""
    return inside + "/" + "/".join(parts)


def _start(reference: Reference, at_path: str) -> list[str] | None:
    if reference.origin is Origin.UNKNOWN or (reference.origin is Origin.INSTANCE and not reference.instance):
        return None
    if reference.origin in (Origin.ROOT, Origin.INSTANCE):
        return []
    return [part for part in at_path.split("/") if part]


def _advance(parts: list[str], step: Step) -> list[str] | None:
    """The path after one more step, None when it leads to nobody knows where."""
    if step.axis == "self":
        return parts
    if step.axis == "parent":
        return parts[:-1] if parts else None
    if step.axis in ("child", "attribute") and step.test.kind == "name" and step.test.name != "*":
        return [*parts, ("@" if step.axis == "attribute" else "") + step.test.written]
    if step.axis == "child" and step.test.kind == "text":
        return parts
    if step.axis in ("preceding-sibling", "following-sibling") and step.test.kind == "name" and step.test.name != "*":
        return [*parts[:-1], step.test.written] if parts else None
    return None


def references(expression: Expr) -> tuple[Reference, ...]:
    """All references of an expression, each once, in the order of the source."""
    return tuple(dict.fromkeys(_find(expression, Reference(Origin.CONTEXT, ()))))


def _find(expression: Expr, base: Reference) -> Iterator[Reference]:
    """The references in an expression whose context node is what `base` means."""
    match expression:
        case Path():
            yield from _find_path(expression, base)
        case Filter(start, predicates):
            yield from _find(start, base)
            for predicate in predicates:
                yield from _find(predicate, _origin(start, base))
        case Operation(_, operands):
            for operand in operands:
                yield from _find(operand, base)
        case Negate(operand):
            yield from _find(operand, base)
        case Call(name, arguments):
            yield from _find_call(name, arguments, base)


def _find_path(path: Path, base: Reference) -> Iterator[Reference]:
    """The path itself and what its predicates read; each predicate stands at the nodes of its step."""
    place = Reference(Origin.ROOT, ()) if path.absolute else base
    if path.start is not None:
        yield from _inside(path.start, base)
        place = _origin(path.start, base)
    for step in path.steps:
        place = replace(place, steps=(*place.steps, replace(step, predicates=())))
        for predicate in step.predicates:
            yield from _find(predicate, place)
    yield place


def _inside(start: Expr, base: Reference) -> Iterator[Reference]:
    """What the start of a path reads besides the nodes it stands for."""
    match start:
        case Call("current", _) | Call("instance", (Literal(),)):
            return
        case Filter(inner, predicates):
            yield from _inside(inner, base)
            for predicate in predicates:
                yield from _find(predicate, _origin(inner, base))
        case Path(steps=steps):
            *others, last = _find_path(start, base)
            yield from others
            if not steps:
                yield last
        case _:
            yield from _find(start, base)


def _origin(start: Expr, base: Reference) -> Reference:
    """The reference that a path's first part stands for."""
    match start:
        case Call("current", _):
            return Reference(Origin.CURRENT, ())
        case Call("instance", (Literal(name),)):
            return Reference(Origin.INSTANCE, (), name)
        case Call("randomize", (nodes, *_)):
            return _origin(nodes, base)
        case Filter(inner, _):
            return _origin(inner, base)
        case Path():
            *_, last = _find_path(start, base)
            return last
        case _:
            return Reference(Origin.UNKNOWN, ())


SELF = frozenset({"string", "number", "string-length", "normalize-space", "name", "local-name"})
"""Functions that read the context node when given no argument. once() reads it too, but must not wait for itself."""


def _find_call(name: str, arguments: tuple[Expr, ...], base: Reference) -> Iterator[Reference]:
    if name == "current" or (not arguments and name in SELF):
        yield _origin(Call(name, ()), base) if name == "current" else base
    if name == "instance" and not (arguments and isinstance(arguments[0], Literal)):
        yield Reference(Origin.INSTANCE, ())
    if name == "instance" and arguments and isinstance(arguments[0], Literal):
        yield Reference(Origin.INSTANCE, (), arguments[0].value)
    if name == "pulldata" and arguments and isinstance(arguments[0], Literal):
        yield Reference(Origin.INSTANCE, (), arguments[0].value)
    for argument in arguments:
        yield from _find(argument, base)
