"""How the tests of expressions evaluate one: against an XML text, at a path, at a fixed moment, with fixed chance."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from random import Random

from forms.xpath import Context, Node, Value, compile, from_xml

CHINA = timezone(timedelta(hours=8))
NOW = datetime(2026, 11, 24, 7, 30, 15, 250_000, tzinfo=CHINA)
"""Early in the morning: in UTC it is still the day before."""


def context(root: Node | None = None, **changes: object) -> Context:
    """A context with a fixed moment and a fixed seed; `changes` are fields of Context."""
    root = from_xml("<data/>") if root is None else root
    return replace(Context(root=root, now=NOW, random=Random(20261124)), **changes)  # type: ignore[arg-type]


def find(root: Node, path: str) -> Node:
    """The node at a path written with expressions."""
    return compile(path).nodes(context(root), root)[0]


def evaluate(source: str, xml: str = "<data/>", at: str = "/", **changes: object) -> Value:
    """The value of an expression at the first node of a path."""
    root = from_xml(xml)
    return compile(source).evaluate(context(root, **changes), find(root, at))


def string(source: str, xml: str = "<data/>", at: str = "/", **changes: object) -> str:
    """The value as a string."""
    root = from_xml(xml)
    return compile(source).string(context(root, **changes), find(root, at))


def texts(source: str, xml: str, at: str = "/", **changes: object) -> list[str]:
    """The texts of the nodes that an expression finds."""
    value = evaluate(source, xml, at, **changes)
    if not isinstance(value, list):
        raise TypeError(f"{source} gives {value!r}, no nodes")
    return [node.text() for node in value]


def alike(value: Value, expected: Value) -> bool:
    """Equality that knows NaN, tells -0 from 0 and True from 1."""
    if isinstance(value, float) and isinstance(expected, float):
        return (math.isnan(value) and math.isnan(expected)) or (
            value == expected and math.copysign(1, value) == math.copysign(1, expected)
        )
    return type(value) is type(expected) and value == expected
