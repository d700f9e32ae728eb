"""Location paths to closures: axes, node tests, predicates, and the order of what they find."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from forms.xpath.code import Code, Compiled, Kind, convert
from forms.xpath.context import Scope
from forms.xpath.lookups import exact_child, seek
from forms.xpath.nodes import ATTRIBUTE, COMMENT, ELEMENT, INSTRUCTION, TEXT, Node, in_document_order
from forms.xpath.syntax import REVERSE, Expr, Step, Test, calls

Select = Callable[[Node], list[Node]]
"""The nodes of an axis that pass the test, in the order of the axis."""
Narrow = Callable[[Scope, list[Node]], list[Node]]
"""A predicate: which of the nodes stay."""
CompileExpr = Callable[[Expr], Compiled]

# -- axes ---------------------------------------------------------------------------------------------------------


def _below(node: Node) -> Iterator[Node]:
    """All nodes below, texts included, in document order."""
    waiting = node.content()[::-1]
    while waiting:
        found = waiting.pop()
        yield found
        waiting.extend(found.content()[::-1])


def _siblings(node: Node) -> tuple[list[Node], int]:
    """The children of the parent and the place of the node among them (nothing for attributes and documents)."""
    if node.parent is None or node.kind == ATTRIBUTE:
        return [], 0
    siblings = node.parent.content()
    return siblings, siblings.index(node)


def _after(node: Node) -> list[Node]:
    siblings, place = _siblings(node)
    return siblings[place + 1 :]


def _before(node: Node) -> list[Node]:
    siblings, place = _siblings(node)
    return siblings[:place][::-1]


def _following(node: Node) -> Iterator[Node]:
    if node.kind == ATTRIBUTE and node.parent is not None:
        node = node.parent
        yield from _below(node)
    for above in (node, *node.ancestors()):
        for sibling in _after(above):
            yield sibling
            yield from _below(sibling)


def _preceding(node: Node) -> Iterator[Node]:
    if node.kind == ATTRIBUTE and node.parent is not None:
        node = node.parent
    for above in (node, *node.ancestors()):
        for sibling in _before(above):
            yield from reversed([sibling, *_below(sibling)])


AXES: dict[str, Callable[[Node], Iterable[Node]]] = {
    "ancestor": Node.ancestors,
    "ancestor-or-self": lambda node: (node, *node.ancestors()),
    "attribute": lambda node: node.attributes,
    "child": Node.content,
    "descendant": _below,
    "descendant-or-self": lambda node: (node, *_below(node)),
    "following": _following,
    "following-sibling": _after,
    "namespace": lambda node: (),
    "parent": lambda node: () if node.parent is None else (node.parent,),
    "preceding": _preceding,
    "preceding-sibling": _before,
    "self": lambda node: (node,),
}

# -- node tests ---------------------------------------------------------------------------------------------------


def _passes(test: Test, axis: str, namespaces: Mapping[str, str]) -> Callable[[Node], bool]:
    """The test as a function."""
    if test.kind == "node":
        return lambda node: True
    if test.kind == "name":
        return _name_passes(test, ATTRIBUTE if axis == "attribute" else ELEMENT, namespaces)
    kind = {"text": TEXT, "comment": COMMENT, "instruction": INSTRUCTION}[test.kind]
    if test.name:
        return lambda node: node.kind == kind and node.name == "?" + test.name
    return lambda node: node.kind == kind


def _name_passes(test: Test, kind: int, namespaces: Mapping[str, str]) -> Callable[[Node], bool]:
    prefix, name, uri = test.prefix + ":", test.name, namespaces.get(test.prefix)
    if not test.prefix:
        return lambda node: node.kind == kind and (name in ("*", node.name))
    if uri is None:
        return lambda node: node.kind == kind and node.name.startswith(prefix) and name in ("*", node.local())
    return lambda node: node.kind == kind and node.namespace == uri and name in ("*", node.local())


def _select(step: Step, namespaces: Mapping[str, str]) -> Select:
    """Axis and test together, with short cuts for the steps that forms are made of."""
    test = step.test
    if exact_child(step, namespaces):
        written = test.written
        return lambda node: node.named(written)
    axis = AXES[step.axis]
    if test.kind == "node":
        return _parent if step.axis == "parent" else lambda node: list(axis(node))
    passes = _passes(test, step.axis, namespaces)
    return lambda node: [found for found in axis(node) if passes(found)]


def _parent(node: Node) -> list[Node]:
    return [] if node.parent is None else [node.parent]


# -- predicates ---------------------------------------------------------------------------------------------------


def positional(predicate: Expr, compiled: Compiled) -> bool:
    """Whether a predicate depends on the position of the node (when in doubt, yes)."""
    return compiled.kind in (Kind.NUMBER, Kind.ANY) or not {"position", "last"}.isdisjoint(calls(predicate))


def narrow(predicate: Expr, compiled: Compiled) -> Narrow:
    """The closure of a predicate over the nodes in the order of their axis."""
    if not positional(predicate, compiled):
        test = convert(compiled, Kind.BOOLEAN)
        return lambda scope, nodes: [node for node in nodes if test(scope, node)]
    if isinstance(compiled.constant, float):
        return _pick(compiled.constant)
    return _narrow_by_position(compiled.code if compiled.kind is Kind.ANY else _truth(compiled))


def _pick(number: float) -> Narrow:
    """[3]: the node at this position."""
    if not number.is_integer() or number < 1:
        return lambda scope, nodes: []
    index = int(number)
    return lambda scope, nodes: nodes[index - 1 : index]


def _truth(compiled: Compiled) -> Code:
    return compiled.code if compiled.kind is Kind.NUMBER else convert(compiled, Kind.BOOLEAN)


def _narrow_by_position(code: Code) -> Narrow:
    def narrowed(scope: Scope, nodes: list[Node]) -> list[Node]:
        position, size = scope.position, scope.size
        kept = []
        for place, node in enumerate(nodes, 1):
            scope.position, scope.size = place, len(nodes)
            value = code(scope, node)
            if value == place if isinstance(value, float) else value:
                kept.append(node)
        scope.position, scope.size = position, size
        return kept

    return narrowed


# -- steps --------------------------------------------------------------------------------------------------------

LEVEL = frozenset({"child", "attribute", "self", "parent", "following-sibling", "preceding-sibling"})
"""Axes that lead from nodes of one depth to nodes of one depth."""
ORDERLY = frozenset({"child", "attribute", "self", "descendant", "descendant-or-self"})
"""Axes that lead from nodes of one depth, in document order, to different nodes in document order."""


@dataclass(frozen=True, slots=True)
class Move:
    """One step of a path: from one node, and from many at once."""

    one: Code
    many: Callable[[Scope, list[Node]], list[Node]]


def moves(steps: Iterable[Step], namespaces: Mapping[str, str], compile: CompileExpr, level: bool) -> list[Move]:
    """The closures of the steps of a path. `level`: it starts from nodes of one depth (one node, mostly)."""
    made = []
    for step, predicates in _merged(steps, compile):
        one = _from_one(step, _select(step, namespaces), seek(step, namespaces, compile), predicates)
        made.append(Move(one, _from_many(one, level and step.axis in ORDERLY)))
        level = level and step.axis in LEVEL
    return made


def _merged(steps: Iterable[Step], compile: CompileExpr) -> Iterator[tuple[Step, list[Narrow]]]:
    """The steps with their predicates; `//name` becomes one descendant step when no predicate counts positions."""
    waiting: Step | None = None
    for step in steps:
        compiled = [(predicate, compile(predicate)) for predicate in step.predicates]
        if waiting and step.axis == "child" and not any(positional(*each) for each in compiled):
            step, waiting = replace(step, axis="descendant"), None
        if waiting:
            yield waiting, []
            waiting = None
        if step.axis == "descendant-or-self" and step.test.kind == "node" and not step.predicates:
            waiting = step
        else:
            yield step, [narrow(*each) for each in compiled]
    if waiting:
        yield waiting, []


def _from_one(step: Step, select: Select, sought: Code | None, predicates: list[Narrow]) -> Code:
    """The closure of one step from one node: select, narrow, bring into document order."""
    reverse = step.axis in REVERSE
    if not predicates and not reverse:
        return lambda scope, node: select(node)

    def one(scope: Any, node: Any) -> list[Node]:
        found = sought(scope, node) if sought else None
        if found is None:
            found = select(node)
        for predicate in predicates:
            found = predicate(scope, found)
        return found[::-1] if reverse else found

    return one


def _from_many(one: Code, orderly: bool) -> Callable[[Scope, list[Node]], list[Node]]:
    """The closure of one step from many nodes; document order is made only where it is not given."""

    def many(scope: Scope, nodes: list[Node]) -> list[Node]:
        if len(nodes) == 1:
            found: list[Node] = one(scope, nodes[0])
            return found
        found = [node for start in nodes for node in one(scope, start)]
        return found if orderly else in_document_order(found)

    return many


def path(start: Code | None, made: list[Move]) -> Code:
    """The closure of a whole path, from the nodes of `start` or from the context node."""
    if start is None:
        start, made = made[0].one, made[1:]
    if not made:
        return start
    if len(made) == 1:
        begin, (last,) = start, made
        return lambda scope, node: last.many(scope, begin(scope, node))

    def walk(scope: Any, node: Any) -> list[Node]:
        nodes: list[Node] = start(scope, node)
        for move in made:
            nodes = move.many(scope, nodes)
        return nodes

    return walk
