"""The state of one filling: a tree of XPath nodes, each with a Field that knows what was typed there and what follows.

Paths here are concrete: every repeat carries its number, "/data/child[2]/name". A generic path has none.
"""

from __future__ import annotations

from collections.abc import Iterator

from forms.datatypes import Typed, choices, clean, read
from forms.definition import Bind, Form, Group, Question, Repeat
from forms.errors import FormError, UnknownPath
from forms.paths import generic
from forms.xpath import Node, document

NOT_COLLECTED = "__nc__"
"""The answer "not collected" (未采集) in answers: a value of its own, which nobody can choose or type by accident.

It is an answer: it satisfies `required`, is synced and kept. In expressions the node is empty, so that no sum ever
counts it as zero; a form that must know asks with the function nc(path). In OpenRosa XML it is an empty element with
the attribute nc="true" in the namespace NC, so that other clients see no answer.
"""

NC = "urn:cq:forms:1"


class Field:
    """One node of a filling.

    raw       the answer as typed ("" when there is none); of a calculation its result
    text      the answer in XForms' lexical form; what expressions see while it counts (`node.value`)
    nc        whether it was answered "not collected"; `missing` is the same while it counts
    fault     code of what is wrong with the typed text itself ("integer", "date", "choice", ...), "" when nothing is
    own       its own relevance; `relevant` is with all above
    holds     whether its constraint holds
    allowed   names of the choices there are; None while not looked at, or when any will do
    broken    rules that could not be computed: kind of the rule -> why
    repeats   of a group: the repeats in it by name, each as a field of its own without number ("/data/child"), which
              stands beside the occurrences, is no node of the tree, and lives when there are none (`counter` is true)
    """

    __slots__ = (
        "node",
        "path",
        "element",
        "above",
        "raw",
        "text",
        "value",
        "nc",
        "missing",
        "fault",
        "own",
        "relevant",
        "required",
        "readonly",
        "holds",
        "allowed",
        "broken",
        "repeats",
        "counter",
        "gone",
    )

    def __init__(self, node: Node, path: str, element: Question | Group, above: Field | None) -> None:
        self.node = node
        self.path = path
        self.element = element
        self.above = above
        self.raw = ""
        self.text = ""
        self.value: Typed | None = None
        self.nc = False
        self.missing = False
        self.fault = ""
        self.own = True
        self.relevant = True
        self.required = False
        self.readonly = False
        self.holds = True
        self.allowed: frozenset[str] | None = None
        self.broken: dict[str, str] = {}
        self.repeats: dict[str, Field] = {}
        self.counter = False
        self.gone = False

    @property
    def bind(self) -> Bind:
        return self.element.bind

    @property
    def answered(self) -> bool:
        """Whether anything was given here, right or wrong, "not collected" included."""
        return bool(self.raw) or self.nc

    def seen(self) -> tuple[object, ...]:
        """All that a person can see of it besides its words; two of these differ when the screen must change."""
        return (
            self.raw,
            self.nc,
            self.node.value,
            self.relevant,
            self.required,
            self.readonly,
            self.fault,
            self.holds,
            *self.broken,
        )

    def put(self, answer: str) -> None:
        """Take an answer as typed, or NOT_COLLECTED."""
        self.nc = answer == NOT_COLLECTED
        self.raw = "" if self.nc else clean(answer)
        self.read()

    def read(self) -> None:
        """Read what was typed again (after the choices changed)."""
        self.fault, self.text, self.value = "", "", None
        if self.raw:
            try:
                self.text, self.value = self._typed()
            except ValueError as error:
                self.fault = str(error)

    def _typed(self) -> tuple[str, Typed]:
        question = self.element
        if not isinstance(question, Question) or question.control not in ("select", "select1", "rank"):
            return read(self.bind.type, self.raw)
        text, names = choices(self.raw) if question.multiple else (self.raw, (self.raw,))
        if self.allowed is not None and not self.allowed.issuperset(names if isinstance(names, tuple) else ()):
            raise ValueError("choice")
        return text, names if question.multiple else text

    def show(self) -> bool:
        """Let expressions see the answer while it counts; whether that changed anything for them."""
        seen = (self.text, self.nc) if self.relevant else ("", False)
        changed = (self.node.value, self.missing) != seen
        self.node.value, self.missing = seen
        return changed


class Tree:
    """The nodes of one filling and their fields, by path."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.fields: dict[str, Field] = {}
        root = _copy(form.model)
        self.document = document(root)
        self._dress(root, form.root, form.root, None)

    def field(self, path: str) -> Field:
        """The field at a path; a repeat without its number means the first (UnknownPath when there is none)."""
        found = self.fields.get(path) or self.fields.get(self._numbered(path))
        if found is None:
            raise UnknownPath("unknown-path", path=path)
        return found

    def _numbered(self, path: str) -> str:
        numbered = ""
        steps = path.split("/")[1:]
        for step in steps[:-1]:
            numbered += f"/{step}"
            if not step.endswith("]") and isinstance(self.form.groups.get(generic(numbered)), Repeat):
                numbered += "[1]"
        return f"{numbered}/{steps[-1]}" if steps else path

    def walk(self) -> Iterator[Field]:
        """All fields in document order."""
        for node in self.document.children:
            if isinstance(node.data, Field):
                yield from self.family(node.data)

    def family(self, field: Field) -> Iterator[Field]:
        """A field and all below it, in document order."""
        yield field
        yield from field.repeats.values()
        for node in field.node.children:
            if isinstance(node.data, Field):
                yield from self.family(node.data)

    # -- repeats --------------------------------------------------------------------------------------------------

    def repeat(self, path: str) -> tuple[Repeat, Field]:
        """The repeat at a path without its own number, and the field above it (FormError when it is none)."""
        group = self.form.groups.get(generic(path))
        if not isinstance(group, Repeat):
            raise FormError("not-a-repeat", path=path)
        return group, self.field(path.rpartition("/")[0])

    def occurrences(self, path: str) -> list[Field]:
        """The fields of a repeat's occurrences, in order."""
        repeat, above = self.repeat(path)
        return [node.data for node in above.node.named(repeat.name) if isinstance(node.data, Field)]

    def add(self, path: str) -> Field:
        """One more occurrence at the end of a repeat."""
        repeat, above = self.repeat(path)
        node = _copy(self.form.templates[repeat.path])
        present = above.node.named(repeat.name)
        place = above.node.children.index(present[-1]) + 1 if present else self._place(above.node, repeat)
        above.node.insert(place, node)
        where = f"{above.path}/{repeat.name}[{len(present) + 1}]"
        return self._dress(node, where, repeat.path, above)

    def _place(self, node: Node, repeat: Repeat) -> int:
        """Where the first occurrence belongs among its siblings."""
        order = self.form.layout[repeat.path.rpartition("/")[0]]
        earlier = frozenset(order[: order.index(repeat.name)])
        return sum(1 for child in node.children if child.name in earlier)

    def remove(self, occurrence: Field) -> None:
        """Take an occurrence away; those after it move up by one."""
        above = occurrence.above
        assert above is not None
        for field in [*self.family(occurrence)]:
            field.gone = True
            del self.fields[field.path]
        above.node.remove(occurrence.node)
        repeat = occurrence.element
        for number, node in enumerate(above.node.named(repeat.name), 1):
            self._rename(node, f"{above.path}/{repeat.name}[{number}]")

    def _rename(self, node: Node, path: str) -> None:
        if isinstance(node.data, Field) and node.data.path != path:
            old = node.data.path
            for field in [*self.family(node.data)]:
                if self.fields.get(field.path) is field:
                    del self.fields[field.path]
                field.path = path + field.path[len(old) :]
                self.fields[field.path] = field

    # -- building -------------------------------------------------------------------------------------------------

    def _dress(self, node: Node, path: str, plain: str, above: Field | None) -> Field:
        """Give a node and all below it their fields, with the defaults that stand in the model."""
        element = self.form.questions.get(plain) or self.form.groups.get(plain) or Group(plain, Bind(plain))
        field = Field(node, path, element, above)
        field.relevant = above is None or above.relevant
        node.data = field
        node.type = element.bind.type
        self.fields[path] = field
        if isinstance(element, Question):
            field.put(node.value)
            field.show()
        counts: dict[str, int] = {}
        for child in node.children:
            counts[child.name] = counts.get(child.name, 0) + 1
            below = f"{plain}/{child.name}"
            number = f"[{counts[child.name]}]" if isinstance(self.form.groups.get(below), Repeat) else ""
            self._dress(child, f"{path}/{child.name}{number}", below, field)
        for name in self.form.layout.get(plain, ()):
            self._add_counter(field, plain, name)
        return field

    def _add_counter(self, above: Field, plain: str, name: str) -> None:
        repeat = self.form.groups.get(f"{plain}/{name}")
        if isinstance(repeat, Repeat):
            node = Node(name)
            node.parent = above.node
            counter = above.repeats[name] = Field(node, f"{above.path}/{name}", repeat, above)
            counter.counter, counter.relevant = True, above.relevant
            node.data = counter
            self.fields[counter.path] = counter


def _copy(node: Node) -> Node:
    copied = Node(node.name, node.value, namespace=node.namespace, kind=node.kind)
    for attribute in node.attributes:
        copied.set(attribute.name, attribute.value, attribute.namespace)
    for child in node.children:
        copied.append(_copy(child))
    return copied
