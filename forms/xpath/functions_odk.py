"""The functions of ODK XForms that know the form: conditions, choices, repeats, tables, texts, chance."""

from __future__ import annotations

import base64
import binascii
import hashlib
import math
from typing import Any
from uuid import UUID

from forms.xpath import geo, patterns
from forms.xpath.code import Compiled, Kind, convert
from forms.xpath.context import Scope, Value
from forms.xpath.errors import ExpressionError
from forms.xpath.functions import Site, function, special
from forms.xpath.functions_maths import numbers
from forms.xpath.nodes import Node
from forms.xpath.shuffle import seed_of, seeded, shuffled
from forms.xpath.values import to_boolean, to_number, to_string

STRING, NUMBER, BOOLEAN, NODES, ANY = Kind.STRING, Kind.NUMBER, Kind.BOOLEAN, Kind.NODES, Kind.ANY

# -- conditions ---------------------------------------------------------------------------------------------------


@special("if", 3)
def choose(site: Site) -> Compiled:
    """Only the branch that is taken is computed."""
    condition, then, otherwise = site.arguments
    test, yes, no = convert(condition, BOOLEAN), then.code, otherwise.code
    kind = then.kind if then.kind is otherwise.kind else ANY
    return Compiled(kind, lambda scope, node: yes(scope, node) if test(scope, node) else no(scope, node))


@special("coalesce", 2)
def coalesce(site: Site) -> Compiled:
    """The first value unless it is empty or NaN, else the second."""
    first, second = (argument.code for argument in site.arguments)

    def code(scope: Any, node: Any) -> Value:
        value: Value = first(scope, node)
        return value if to_string(value) not in ("", "NaN") else second(scope, node)

    return Compiled(ANY, code)


@special("once", 1)
def once(site: Site) -> Compiled:
    """The value that the question has already; computed only while it has none."""
    code = convert(site.arguments[0], STRING)
    return Compiled(STRING, lambda scope, node: node.text() or code(scope, node))


@function("boolean-from-string", STRING, returns=BOOLEAN)
def boolean_from_string(text: str) -> bool:
    return text in ("true", "1")


@function("regex", STRING, STRING, returns=BOOLEAN)
def regular(text: str, pattern: str) -> bool:
    return patterns.matches(text, pattern)


@function("checklist", NUMBER, NUMBER, returns=BOOLEAN, rest=(ANY,))
def checklist(least: float, most: float, *answers: Value) -> bool:
    """Whether the number of answers that are true lies between the limits; -1 is no limit."""
    ticked = sum(to_boolean(value) for answer in answers for value in _each(answer))
    return _between(ticked, least, most)


@function("weighted-checklist", NUMBER, NUMBER, returns=BOOLEAN, rest=(ANY, ANY), scoped=True)
def weighted_checklist(scope: Scope, node: Node, least: float, most: float, *pairs: Value) -> bool:
    """The same with weights, given in pairs of answer and weight (or of two node-sets as long as each other)."""
    weight = 0.0
    for answer, heavy in zip(pairs[::2], pairs[1::2], strict=True):
        answers, weights = [*_each(answer)], numbers(scope, (heavy,))
        if len(answers) != len(weights):
            raise ExpressionError("pairs", name="weighted-checklist")
        weight += math.fsum(value for ticked, value in zip(answers, weights, strict=True) if to_boolean(ticked))
    return _between(weight, least, most)


def _each(value: Value) -> list[Value]:
    """The values of an argument, node-sets node by node."""
    return [node.text() for node in value] if isinstance(value, list) else [value]


def _between(number: float, least: float, most: float) -> bool:
    return (least < 0 or number >= least) and (most < 0 or number <= most)


# -- strings ------------------------------------------------------------------------------------------------------


@function("concat", returns=STRING, rest=(ANY,))
def concat(*values: Value) -> str:
    return "".join(_texts(values))


@function("join", STRING, returns=STRING, rest=(ANY,))
def join(separator: str, *values: Value) -> str:
    return separator.join(_texts(values))


def _texts(values: tuple[Value, ...]) -> list[str]:
    texts: list[str] = []
    for value in values:
        texts += [node.text() for node in value] if isinstance(value, list) else [to_string(value)]
    return texts


@function("substr", STRING, NUMBER, NUMBER, returns=STRING, required=2)
def substr(text: str, start: float, end: float = math.inf) -> str:
    """Characters from a 0-based place up to before another; places below 0 count from the end."""
    if start != start or end != end:
        return ""
    return text[_place(start, len(text)) : _place(end, len(text))]


def _place(number: float, length: int) -> int:
    return int(max(0, min(number + length if number < 0 else number, length)))


@function("digest", STRING, STRING, STRING, returns=STRING, required=2)
def digest(text: str, algorithm: str, encoding: str = "base64") -> str:
    """MD5, SHA-1, SHA-256, SHA-384 or SHA-512 of a text, as "base64" or "hex"."""
    if algorithm.upper() not in DIGESTS or encoding.lower() not in ("base64", "hex"):
        raise ExpressionError("digest", name=f"{algorithm} {encoding}")
    value = hashlib.new(DIGESTS[algorithm.upper()], text.encode(), usedforsecurity=False).digest()
    return value.hex() if encoding.lower() == "hex" else base64.b64encode(value).decode()


DIGESTS = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}


@function("base64-decode", STRING, returns=STRING)
def base64_decode(text: str) -> str:
    """The text in a base64 string of UTF-8; "" when it is none."""
    try:
        return base64.b64decode(text, validate=True).decode(errors="replace")
    except (binascii.Error, ValueError):
        return ""


# -- choices ------------------------------------------------------------------------------------------------------


@function("selected", STRING, STRING, returns=BOOLEAN)
def selected(answer: str, choice: str) -> bool:
    """Whether a choice is among the answers of a select; no choice ("") is selected when nothing is."""
    return choice.strip() in (answer.split() or [""])


function("is-selected", STRING, STRING, returns=BOOLEAN)(selected)


@function("selected-at", STRING, NUMBER, returns=STRING)
def selected_at(answer: str, place: float) -> str:
    choices = answer.split()
    return choices[int(place)] if 0 <= place < len(choices) else ""


@function("count-selected", STRING, returns=NUMBER)
def count_selected(answer: str) -> float:
    return float(len(answer.split()))


@function("jr:choice-name", STRING, STRING, returns=STRING, scoped=True)
def choice_name(scope: Scope, node: Node, value: str, question: str) -> str:
    return scope.context.choice_label(value, question.strip(), node)


@function("jr:itext", STRING, returns=STRING, scoped=True)
def itext(scope: Scope, node: Node, identifier: str) -> str:
    return scope.context.itext(identifier)


# -- nodes --------------------------------------------------------------------------------------------------------


@special("current", 0, returns=NODES)
def current(site: Site) -> Compiled:
    """The node for which the whole expression is evaluated, also inside predicates."""
    return Compiled(NODES, lambda scope, node: [scope.current])


@function("instance", STRING, returns=NODES, scoped=True)
def instance(scope: Scope, node: Node, identifier: str) -> list[Node]:
    found = scope.context.instance(identifier)
    if found is None:
        raise ExpressionError("instance", name=identifier)
    return [found]


@function("pulldata", STRING, STRING, STRING, STRING, returns=STRING, scoped=True)
def pulldata(scope: Scope, node: Node, identifier: str, wanted: str, key: str, value: str) -> str:
    """One value from a table: instance(identifier)/root/item[key = value]/wanted; "" when there is none."""
    (table,) = instance(scope, node, identifier)
    for root in table.children:
        for row in _rows(root, key, value):
            return to_string(row.named(wanted))
    return ""


def _rows(root: Node, key: str, value: str) -> list[Node]:
    rows = root.keyed("item", key, value)
    if rows is not None:
        return rows
    return [row for row in root.named("item") if value in [cell.text() for cell in row.named(key)]]


@special("position", 0, 1, returns=NUMBER, impure=True)
def position(site: Site) -> Compiled:
    """In a predicate the position of the node; with an argument that node's place among its namesakes."""
    if not site.arguments:
        return Compiled(NUMBER, lambda scope, node: float(scope.position))
    argument = site.arguments[0]
    if argument.kind is not NODES:
        raise site.error("node-set", name="position()")
    return Compiled(NUMBER, lambda scope, node: _position(argument.code(scope, node)))


def _position(nodes: list[Node]) -> float:
    if not nodes:
        return math.nan
    node = nodes[0]
    return 1.0 if node.parent is None else 1.0 + node.parent.named(node.name).index(node)


@function("count-non-empty", NODES, returns=NUMBER)
def count_non_empty(nodes: list[Node]) -> float:
    return float(sum(1 for node in nodes if node.text()))


@function("randomize", NODES, ANY, returns=NODES, required=1, scoped=True, impure=True)
def randomize(scope: Scope, node: Node, nodes: list[Node], seed: Value | None = None) -> list[Node]:
    if seed is None:
        return shuffled(nodes, scope.context.random.random)
    return shuffled(nodes, seeded(seed_of(to_number(seed, scope.zone), to_string(seed))))


@special("depend", 1, rest=1)
def depend(site: Site) -> Compiled:
    """Its first argument; the others only make the expression depend on them."""
    return site.arguments[0]


# -- chance, device, form -----------------------------------------------------------------------------------------

MAX_TOKEN = 10_000
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@function("random", returns=NUMBER, scoped=True, impure=True)
def random(scope: Scope, node: Node) -> float:
    return scope.context.random.random()


@function("uuid", NUMBER, returns=STRING, required=0, scoped=True, impure=True)
def uuid(scope: Scope, node: Node, length: float | None = None) -> str:
    """A random UUID (version 4), or a token of so many characters."""
    chance = scope.context.random
    if length is None:
        return str(UUID(int=chance.getrandbits(128), version=4))
    if not 0 <= length <= MAX_TOKEN:
        raise ExpressionError("number", name="uuid", value=to_string(length))
    return "".join(chance.choice(_LETTERS) for _ in range(int(length)))


@function("property", STRING, returns=STRING, scoped=True)
def device_property(scope: Scope, node: Node, name: str) -> str:
    return scope.context.property(name)


@function("version", returns=STRING, scoped=True)
def version(scope: Scope, node: Node) -> str:
    return scope.context.version


# -- places -------------------------------------------------------------------------------------------------------


def _points(values: tuple[Value, ...]) -> list[geo.Point]:
    return [point for value in values for each in _each(value) for point in geo.points(to_string(each))]


@function("area", ANY, returns=NUMBER)
def area(shape: Value) -> float:
    return geo.area(_points((shape,)))


function("enclosed-area", ANY, returns=NUMBER)(area)


@function("distance", ANY, returns=NUMBER, rest=(ANY,))
def distance(*values: Value) -> float:
    return geo.length(_points(values))


@function("geofence", STRING, STRING, returns=BOOLEAN)
def geofence(place: str, shape: str) -> bool:
    return geo.inside(geo.point(place), geo.points(shape))
