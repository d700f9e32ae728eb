"""What stands where in a form: sections, and in each its questions and headings, relevant or not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from forms import Element, Entry, Group, Instance, Question, Repeat

UNSAFE = re.compile(r"[^\w]")


@dataclass(frozen=True, slots=True)
class Place:
    """A place on the page. `role`: question, group (a heading), occurrence (heading of one of a repeat), more."""

    path: str
    element: Element
    role: str = "question"

    @property
    def mark(self) -> str:
        """What the ids of its parts end in."""
        return mark(self.path) if self.role == "question" else f"{mark(self.path)}-{self.role}"


@dataclass(frozen=True, slots=True)
class Section:
    """What is shown on one page."""

    mark: str
    label: str
    places: tuple[Place, ...]

    def questions(self) -> Iterator[tuple[str, Question]]:
        """Its questions with their paths, relevant or not."""
        return ((place.path, place.element) for place in self.places if isinstance(place.element, Question))


def mark(path: str) -> str:
    """A path as an HTML id, which htmx uses as a selector: /data/child[2]/name is child-2-name."""
    steps = path.replace("]", "").replace("[", "/").split("/")[2:]
    return "-".join(UNSAFE.sub("--", step) for step in steps) or "top"


def sections(instance: Instance) -> list[Section]:
    """The sections that apply now: the groups at the top. What stands between them makes sections of its own."""
    found: list[Section] = []
    loose: list[Place] = []
    root = instance.form.root
    for element in instance.form.body:
        if isinstance(element, Group) and not isinstance(element, Repeat) and element.path:
            found += [*_loose(instance, loose), *_grouped(instance, element)]
            loose = []
        else:
            loose += _places(instance, (element,), root)
    return [*found, *_loose(instance, loose)]


def _loose(instance: Instance, places: list[Place]) -> list[Section]:
    return [Section(mark(places[0].path.partition("[")[0]), instance.form.title, tuple(places))] if places else []


def _grouped(instance: Instance, group: Group) -> list[Section]:
    if not group.visible or not instance.relevant(group.path):
        return []
    places = tuple(_places(instance, group.children, group.path))
    return [Section(mark(group.path), instance.label(group.path), places)]


def _places(instance: Instance, elements: Iterable[Element], parent: str) -> Iterator[Place]:
    for element in elements:
        if element.visible:
            here = f"{parent}/{element.name}" if element.path else parent
            yield from WALKS[type(element)](instance, element, here)


def _question(_instance: Instance, question: Element, here: str) -> Iterator[Place]:
    yield Place(here, question)


def _group(instance: Instance, group: Element, here: str) -> Iterator[Place]:
    assert isinstance(group, Group)
    if group.path and group.label:
        yield Place(here, group, "group")
    yield from _places(instance, group.children, here)


def _repeat(instance: Instance, repeat: Element, here: str) -> Iterator[Place]:
    assert isinstance(repeat, Repeat)
    for occurrence in instance.children(Entry(here, repeat)):
        yield Place(occurrence.path, repeat, "occurrence")
        yield from _places(instance, repeat.children, occurrence.path)
    if not repeat.fixed:
        yield Place(here, repeat, "more")


WALKS: dict[type[Element], Callable[[Instance, Element, str], Iterator[Place]]] = {
    Question: _question,
    Group: _group,
    Repeat: _repeat,
}
