"""The core functions of XPath 1.0 (section 4), some of them widened by ODK XForms."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from forms.xpath.code import Compiled, Kind, constant
from forms.xpath.context import Scope
from forms.xpath.functions import Site, function, special
from forms.xpath.nodes import ELEMENT, INSTRUCTION, Node, in_document_order
from forms.xpath.values import number_of, to_string

STRING, NUMBER, BOOLEAN, NODES, ANY = Kind.STRING, Kind.NUMBER, Kind.BOOLEAN, Kind.NODES, Kind.ANY

# -- node-sets ----------------------------------------------------------------------------------------------------


@special("last", 0, returns=NUMBER, impure=True)
def last(site: Site) -> Compiled:
    return Compiled(NUMBER, lambda scope, node: float(scope.size))


@function("count", NODES, returns=NUMBER)
def count(nodes: list[Node]) -> float:
    return float(len(nodes))


@function("id", ANY, returns=NODES, scoped=True)
def with_id(scope: Scope, node: Node, wanted: object) -> list[Node]:
    """The elements with one of these ids (attribute "id" or "xml:id"), in the tree of the context node."""
    texts = [each.text() for each in wanted] if isinstance(wanted, list) else [to_string(wanted)]  # type: ignore[arg-type]
    ids = {part for text in texts for part in text.split()}
    return in_document_order(found for found in node.root().descendants() if not ids.isdisjoint(_ids(found)))


def _ids(node: Node) -> Iterator[str]:
    return (attribute.value for attribute in node.attributes if attribute.name in ("id", "xml:id"))


@function("local-name", NODES, returns=STRING, implicit=True)
def local_name(nodes: list[Node]) -> str:
    return written_name(nodes).rpartition(":")[2]


@function("namespace-uri", NODES, returns=STRING, implicit=True)
def namespace_uri(nodes: list[Node]) -> str:
    return nodes[0].namespace if nodes else ""


@function("name", NODES, returns=STRING, implicit=True)
def name(nodes: list[Node]) -> str:
    return written_name(nodes)


def written_name(nodes: list[Node]) -> str:
    """The name of the first node, prefix included."""
    if not nodes:
        return ""
    return nodes[0].name.removeprefix("?") if nodes[0].kind == INSTRUCTION else nodes[0].name


# -- strings ------------------------------------------------------------------------------------------------------

_SPACES = re.compile(r"[ \t\r\n]+")


@function("string", STRING, returns=STRING, implicit=True)
def string(text: str) -> str:
    return text


@function("starts-with", STRING, STRING, returns=BOOLEAN)
def starts_with(text: str, part: str) -> bool:
    return text.startswith(part)


@function("ends-with", STRING, STRING, returns=BOOLEAN)
def ends_with(text: str, part: str) -> bool:
    return text.endswith(part)


@function("contains", STRING, STRING, returns=BOOLEAN)
def contains(text: str, part: str) -> bool:
    return part in text


@function("substring-before", STRING, STRING, returns=STRING)
def substring_before(text: str, part: str) -> str:
    return text.partition(part)[0] if part and part in text else ""


@function("substring-after", STRING, STRING, returns=STRING)
def substring_after(text: str, part: str) -> str:
    return text.partition(part)[2] if part else text


@function("substring", STRING, NUMBER, NUMBER, returns=STRING, required=2)
def substring(text: str, start: float, length: float | None = None) -> str:
    """Characters from a 1-based place on; start and length are rounded first, as the specification has it."""
    first = nearest(start)
    end = math.inf if length is None else first + nearest(length)
    if first != first or end != end:
        return ""
    return text[_index(first, text) : _index(end, text)]


def _index(place: float, text: str) -> int:
    """A 1-based place, however far outside, as an index of the text."""
    return int(max(1, min(place, len(text) + 1))) - 1


@function("string-length", STRING, returns=NUMBER, implicit=True)
def string_length(text: str) -> float:
    return float(len(text))


@function("normalize-space", STRING, returns=STRING, implicit=True)
def normalize_space(text: str) -> str:
    return _SPACES.sub(" ", text).strip(" ")


@function("translate", STRING, STRING, STRING, returns=STRING)
def translate(text: str, old: str, new: str) -> str:
    """Characters replaced one by one; those of `old` without a partner in `new` are dropped."""
    table = {ord(char): new[place : place + 1] for place, char in reversed([*enumerate(old)])}
    return text.translate(table)


# -- booleans -----------------------------------------------------------------------------------------------------


@function("boolean", BOOLEAN, returns=BOOLEAN)
def boolean(value: bool) -> bool:
    return value


@function("not", BOOLEAN, returns=BOOLEAN)
def negated(value: bool) -> bool:
    return not value


@special("true", 0, returns=BOOLEAN)
def true(site: Site) -> Compiled:
    return constant(True)


@special("false", 0, returns=BOOLEAN)
def false(site: Site) -> Compiled:
    return constant(False)


@function("lang", STRING, returns=BOOLEAN, scoped=True)
def lang(scope: Scope, node: Node, wanted: str) -> bool:
    """Whether the nearest xml:lang is this language or one of its variants."""
    for element in (node, *node.ancestors()):
        for attribute in element.attributes if element.kind == ELEMENT else ():
            if attribute.name == "xml:lang":
                return f"{attribute.value}-".lower().startswith(f"{wanted}-".lower())
    return False


# -- numbers ------------------------------------------------------------------------------------------------------


@function("number", NUMBER, returns=NUMBER, implicit=True)
def number(value: float) -> float:
    return value


@function("sum", NODES, returns=NUMBER, scoped=True)
def total(scope: Scope, node: Node, nodes: list[Node]) -> float:
    """The sum of the nodes that have a value: as in Collect, unlike XPath 1.0, empty questions are passed over."""
    return math.fsum(number_of(text, scope.zone) for each in nodes if (text := each.text()))


@function("floor", NUMBER, returns=NUMBER)
def floor(value: float) -> float:
    return math.copysign(math.floor(value), value) if math.isfinite(value) and value else value


@function("ceiling", NUMBER, returns=NUMBER)
def ceiling(value: float) -> float:
    return math.copysign(math.ceil(value), value) if math.isfinite(value) and value else value


def nearest(value: float) -> float:
    """The nearest whole number, of two the greater; -0 for numbers from -0.5 to 0."""
    if not math.isfinite(value) or value.is_integer():
        return value
    low = math.floor(value)
    return math.copysign(low + (value - low >= 0.5), value)
