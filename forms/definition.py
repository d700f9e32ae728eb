"""What a form asks: immutable, shared by all fillings and threads. Made by `forms.parse`, filled by `forms.instance`.

Paths here are generic, without positions: "/data/child/name" stands for the name in every repeat of /data/child.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from random import Random
from typing import TYPE_CHECKING

from forms.errors import UnknownPath
from forms.text import NO_TEXT, Text
from forms.xpath import Expression, Node

if TYPE_CHECKING:
    from forms.graph import Graph
    from forms.instance import Instance


@dataclass(frozen=True, slots=True, eq=False)
class Bind:
    """The rules of one node. `extra` holds the attributes of other namespaces by local name (bind::cq:record)."""

    path: str
    type: str = "string"
    calculate: Expression | None = None
    relevant: Expression | None = None
    required: Expression | None = None
    readonly: Expression | None = None
    constraint: Expression | None = None
    constraint_message: Text = NO_TEXT
    required_message: Text = NO_TEXT
    preload: tuple[str, str] | None = None
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """One choice of a list; `extra` holds its further columns."""

    name: str
    text: Text
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Itemset:
    """Where the choices of a question come from: nodes, and in each its value and its label."""

    nodes: Expression
    value: Expression
    label: Expression

    @property
    def plain(self) -> bool:
        """Whether value and label stand where XLSForm puts them, so that a Choice made once serves."""
        return self.value.source.strip() == "name" and self.label.source.strip() in ("label", "jr:itext(itextId)")


@dataclass(frozen=True, slots=True, eq=False)
class SetValue:
    """A value set at an event, at `path`: an expression, or text."""

    path: str
    value: Expression | str
    events: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A leaf of the form. `kind` is XLSForm's word for it ("text", "select_one", "note", "calculate", ...).

    control      the XForms control ("input", "select1", ...); "" when nothing is shown (calculations, metadata)
    choices      the choices written in the form, before any filter
    parameters   further attributes of the control ("start", "step", "mediatype", ...)
    """

    path: str
    kind: str
    bind: Bind
    control: str = ""
    label: Text = NO_TEXT
    hint: Text = NO_TEXT
    appearance: str = ""
    itemset: Itemset | None = None
    choices: tuple[Choice, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    triggers: tuple[SetValue, ...] = ()

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def type(self) -> str:
        return self.bind.type

    @property
    def extra(self) -> Mapping[str, str]:
        return self.bind.extra

    @property
    def visible(self) -> bool:
        """Whether it has a control on the screen."""
        return bool(self.control)

    @property
    def calculated(self) -> bool:
        return self.bind.calculate is not None

    @property
    def multiple(self) -> bool:
        """Whether the answer is several names of choices."""
        return self.kind in ("select_multiple", "rank")


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Questions that belong together. `path` is "" for one that only arranges the screen."""

    path: str
    bind: Bind
    label: Text = NO_TEXT
    hint: Text = NO_TEXT
    appearance: str = ""
    children: tuple[Element, ...] = ()

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def extra(self) -> Mapping[str, str]:
        return self.bind.extra

    @property
    def visible(self) -> bool:
        """Whether anything in it stands on the screen."""
        return any(child.visible for child in self.children)


@dataclass(frozen=True, slots=True, eq=False)
class Repeat(Group):
    """A group that may stand several times. `count` fixes how often; `fixed` says that people may not add or remove."""

    count: Expression | None = None
    fixed: bool = False
    triggers: tuple[SetValue, ...] = ()


Element = Question | Group | Repeat


@dataclass(frozen=True, eq=False)
class Form:
    """A form, ready to be filled. `extra` holds what its author declared on the root bind.

    questions   every leaf by path, in document order, shown or not
    groups      every group and repeat that has a path, by path
    tables      secondary instances by id (shared: never change them)
    model       the primary instance as the form gives it, without repeat templates
    layout      the names of the children below each path that has any, in document order
    templates   what a new repeat looks like, by path
    """

    id: str
    version: str
    title: str
    languages: tuple[str, ...]
    default_language: str
    body: tuple[Element, ...]
    questions: Mapping[str, Question]
    groups: Mapping[str, Group]
    tables: Mapping[str, Node]
    texts: Mapping[str, Text]
    model: Node
    layout: Mapping[str, tuple[str, ...]]
    templates: Mapping[str, Node]
    first_load: tuple[SetValue, ...]
    graph: Graph
    namespaces: Mapping[str, str] = field(default_factory=dict)
    media: frozenset[str] = frozenset()

    @cached_property
    def root(self) -> str:
        """The path of the root node, "/data"."""
        return f"/{self.model.name}"

    @cached_property
    def prefixes(self) -> frozenset[str]:
        """The prefixes that names in the model carry, so that a submission declares them and no others."""
        names = {name for below in self.layout.values() for name in below}
        names |= {attribute.name for attribute in self.model.attributes}
        return frozenset(name.partition(":")[0] for name in names if ":" in name)

    def question(self, path: str) -> Question:
        """The question at a generic path (UnknownPath when there is none)."""
        try:
            return self.questions[path]
        except KeyError:
            raise UnknownPath("unknown-path", path=path) from None

    def repeats(self) -> Iterator[Repeat]:
        """All repeats, outer ones first."""
        return (group for group in self.groups.values() if isinstance(group, Repeat))

    def language(self, wanted: str) -> str:
        """The form's name of a language given by name or by code: "zh" is "中文 (zh)". Unknown ones: the default."""
        for name in self.languages:
            if wanted in (name, language_code(name)):
                return name
        return self.default_language

    def open(
        self,
        answers: Mapping[str, object] | None = None,
        *,
        now: datetime,
        random: Random,
        language: str = "",
        prefill: Mapping[str, object] | None = None,
        properties: Mapping[str, str] | None = None,
    ) -> Instance:
        """Start a filling, or go on with one when `answers` (of any version of the form) are given.

        now         the moment, with time zone: today() and now() of the whole filling
        random      where chance and new ids come from
        language    name or code of a language of the form
        prefill     values already known, by path: the first answers of a new filling, and what `prefilled` tells
        properties  of the device and user, for property() and metadata: "username", "deviceid", ...
        """
        from forms.instance import Instance

        return Instance(
            self, answers, now=now, random=random, language=language, prefill=prefill or {}, properties=properties or {}
        )


def language_code(name: str) -> str:
    """The code in a language's name, "zh" of "中文 (zh)"; the name itself when it has none."""
    return name.rpartition("(")[2].rstrip(") ") if name.endswith(")") else name
