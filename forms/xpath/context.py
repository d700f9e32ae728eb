"""What an evaluation may know of the world. Everything comes through here; the engine reads no clock and no machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from random import Random

from forms.xpath.nodes import Node

Value = str | float | bool | list[Node]


def no_text(*_: object) -> str:
    """The hook of a form that has no such text."""
    return ""


def no_instance(_: str) -> Node | None:
    """The hook of a form without secondary instances."""
    return None


@dataclass(frozen=True, slots=True)
class Context:
    """Shared by all evaluations of one moment of one filling.

    root          the document node of the primary instance: what "/" means
    now           the moment, with its time zone (which is also the zone of dates without one)
    random        the source of chance for random(), uuid(), randomize()
    instance      secondary instance by id, as a document node; None when there is none
    itext         text by id in the language shown (jr:itext)
    choice_label  label of a choice (jr:choice-name): value, the question's path as written, the context node
    property      device or user property by name (property('username'))
    version       version of the form (version())
    language      language tag for names of months and days ("zh", "en")
    variables     values of $name
    """

    root: Node
    now: datetime
    random: Random
    instance: Callable[[str], Node | None] = no_instance
    itext: Callable[[str], str] = no_text
    choice_label: Callable[[str, str, Node], str] = no_text
    property: Callable[[str], str] = no_text
    version: str = ""
    language: str = "en"
    variables: Mapping[str, Value] = field(default_factory=dict)


class Scope:
    """The state of one evaluation: the context, the node it started from, the position within a predicate."""

    __slots__ = ("context", "current", "position", "size", "zone")

    def __init__(self, context: Context, current: Node, position: int = 1, size: int = 1) -> None:
        self.context = context
        self.current = current
        self.position = position
        self.size = size
        self.zone: tzinfo | None = context.now.tzinfo
