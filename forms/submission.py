"""Answers by path <-> OpenRosa instance XML, lossless and byte-stable both ways.

In answers "/data/child": 2 says how many occurrences a repeat has; every other value is text. An answer of a question
that the form does not have (an older version's) keeps its element, after those of its group that the form has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from forms import xml
from forms.datatypes import clean
from forms.definition import Form, Repeat
from forms.errors import FormError
from forms.paths import generic
from forms.tree import NC, NOT_COLLECTED
from forms.xml import Tag

NC_NAME = f"{{{NC}}}nc"


def to_xml(form: Form, answers: Mapping[str, object]) -> bytes:
    """The instance XML of answers by path: UTF-8, no declaration, no white space between elements."""
    return bytes(etree.tostring(_Writer(form, answers).root(), encoding="utf-8"))


def from_xml(form: Form, content: bytes) -> dict[str, object]:
    """The answers by path of an instance XML.

    FormError("submission") when it is no XML, FormError("other-form") when it is of another form.
    """
    root = xml.read_xml(content, "submission")
    if root.get("id", form.id) != form.id:
        raise FormError("other-form", found=root.get("id"), expected=form.id)
    return dict(_read(form, root, f"/{xml.written(root)}"))


def _read(form: Form, tag: Tag, path: str) -> Iterator[tuple[str, object]]:
    numbers: dict[str, int] = {}
    repeats = [name for name in form.layout.get(generic(path), ()) if _is_repeat(form, f"{generic(path)}/{name}")]
    present = [xml.written(child) for child in tag]
    yield from ((f"{path}/{name}", present.count(name)) for name in repeats)
    for child, name in zip(tag, present, strict=True):
        numbers[name] = numbers.get(name, 0) + 1
        numbered = name in repeats or present.count(name) > 1
        yield from _read(form, child, f"{path}/{name}[{numbers[name]}]" if numbered else f"{path}/{name}")
    if child_free(tag):
        if tag.get(NC_NAME) == "true":
            yield path, NOT_COLLECTED
        elif tag.text:
            yield path, tag.text


def child_free(tag: Tag) -> bool:
    return len(tag) == 0


def _is_repeat(form: Form, path: str) -> bool:
    return isinstance(form.groups.get(path), Repeat)


class _Writer:
    """Builds the elements of one submission."""

    def __init__(self, form: Form, answers: Mapping[str, object]) -> None:
        self.form = form
        self.answers = answers
        self.names = {prefix: uri for prefix, uri in form.namespaces.items() if prefix in form.prefixes}
        self.below: dict[str, dict[str, None]] = {}
        for path in answers:
            while "/" in path[1:]:
                above, _, name = path.rpartition("/")
                self.below.setdefault(above, {})[name] = None
                path = above

    def root(self) -> Tag:
        """The root element with all below it."""
        nsmap = {**self.names, **({"cq": NC} if NOT_COLLECTED in self.answers.values() else {})}
        root = etree.Element(self._tag(self.form.model.name), nsmap=nsmap)
        for attribute in self.form.model.attributes:
            root.set(self._tag(attribute.name), attribute.value)
        self._fill(root, self.form.root)
        return root

    def _fill(self, tag: Tag, path: str) -> None:
        names = dict.fromkeys(self.form.layout.get(generic(path), ()))
        known = [step for name in names for step in self._steps(path, name)]
        others = [step for step in self.below.get(path, ()) if step not in known and generic(step) not in names]
        for step in (*known, *others):
            self._element(etree.SubElement(tag, self._tag(generic(step))), f"{path}/{step}")

    def _steps(self, path: str, name: str) -> list[str]:
        """The element of a question or group, or one for each occurrence of a repeat."""
        if not _is_repeat(self.form, f"{generic(path)}/{name}"):
            return [name]
        number = self.answers.get(f"{path}/{name}")
        numbers = [int(step[len(name) + 1 : -1]) for step in self.below.get(path, ()) if step.startswith(f"{name}[")]
        most = max([number if isinstance(number, int) else 0, *numbers])
        return [f"{name}[{place}]" for place in range(1, most + 1)]

    def _element(self, tag: Tag, path: str) -> None:
        value = self.answers.get(path)
        if value == NOT_COLLECTED:
            tag.set(NC_NAME, "true")
        elif value is not None and not isinstance(value, int):
            tag.text = clean(str(value)) or None
        self._fill(tag, path)

    def _tag(self, name: str) -> str:
        prefix, _, local = name.rpartition(":")
        return f"{{{self.form.namespaces[prefix]}}}{local}" if prefix in self.form.namespaces else local
