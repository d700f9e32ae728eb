"""indexed-repeat(): one value out of (nested) repeats, by number instead of by predicates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from forms.xpath.code import Code, Compiled, Kind, convert
from forms.xpath.functions import Site, special
from forms.xpath.nodes import Node
from forms.xpath.references import Reference, references, resolve


@dataclass(frozen=True, slots=True)
class _Level:
    """One repeat and the closure of the number of the instance wanted."""

    repeat: Reference
    number: Code


@special("indexed-repeat", 3, returns=Kind.NODES, rest=2)
def indexed_repeat(site: Site) -> Compiled:
    """indexed-repeat(question, repeat, number, inner repeat, number, ...): the paths are meant without positions."""
    target = _path(site, 0)
    levels = [
        _Level(_path(site, place), convert(site.arguments[place + 1], Kind.NUMBER))
        for place in range(1, len(site.arguments), 2)
    ]

    def code(scope: Any, node: Any) -> list[Node]:
        here = node.path()
        wanted = _names(site, target, here, 0)
        numbers = {}
        for place, level in enumerate(levels):
            path = _names(site, level.repeat, here, 2 * place + 1)
            if wanted[: len(path)] != path or len(path) >= len(wanted):
                raise site.error("outside", number=2 * place + 2)
            numbers[len(path)] = level.number(scope, node)
        return _walk(scope.context.root, wanted, numbers, node)

    return Compiled(Kind.NODES, code)


def _path(site: Site, place: int) -> Reference:
    """The path that an argument is; ExpressionError when it is anything else."""
    found = references(site.call.arguments[place])
    if site.arguments[place].kind is not Kind.NODES or not found:
        raise site.error("path", name="indexed-repeat", number=place + 1)
    return found[-1]


def _names(site: Site, reference: Reference, here: str, place: int) -> list[str]:
    path = resolve(reference, here)
    if path is None:
        raise site.error("path", name="indexed-repeat", number=place + 1)
    return path.strip("/").split("/")


def _walk(root: Node, names: list[str], numbers: dict[int, float], node: Node) -> list[Node]:
    """Down the names: at a numbered repeat the instance of that number, at others the one around the node if any."""
    around = {node, *node.ancestors()}
    nodes = [root]
    for depth, name in enumerate(names, 1):
        found = [child for parent in nodes for child in parent.named(name)]
        if depth in numbers:
            number = numbers[depth]
            index = int(number) if number > 1 and number != float("inf") else 1
            nodes = found[index - 1 : index]
        else:
            nodes = [child for child in found if child in around] or found
    return nodes
