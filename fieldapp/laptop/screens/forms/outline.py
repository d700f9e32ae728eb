"""The jump list: how far each section has come, and where something is to be answered or mended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fieldapp.laptop.screens.forms.items import QUIET, Look, shape_of
from fieldapp.laptop.screens.forms.places import Section, mark

DONE = frozenset({"ok", "nc"})


@dataclass(frozen=True, slots=True)
class Line:
    """A question in the jump list."""

    mark: str
    label: str
    state: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """A section in the jump list, with those of its questions that are worth a line."""

    mark: str
    label: str
    here: bool
    done: int
    total: int
    wrong: int
    lines: tuple[Line, ...]

    @property
    def state(self) -> str:
        """bad, ok or todo."""
        return "bad" if self.wrong else "ok" if self.done == self.total else "todo"


@dataclass(frozen=True, slots=True)
class Outline:
    """The whole list. `next` is where the next answer is wanted: (section, question), or None."""

    chapters: tuple[Chapter, ...]
    next: tuple[str, str] | None

    @property
    def done(self) -> int:
        return sum(chapter.done for chapter in self.chapters)

    @property
    def total(self) -> int:
        return sum(chapter.total for chapter in self.chapters)

    @property
    def wrong(self) -> int:
        return sum(chapter.wrong for chapter in self.chapters)

    @property
    def here(self) -> Chapter:
        """The section that is open."""
        return next((chapter for chapter in self.chapters if chapter.here), self.chapters[0])


def outline(look: Look, sections: Sequence[Section], here: Section, left: str = "") -> Outline:
    """The jump list; `left` is the path of the question that has just been answered."""
    states = [dict(_states(look, section)) for section in sections]
    chapters = [
        _chapter(look, section, states[n], section.mark == here.mark, left) for n, section in enumerate(sections)
    ]
    open_here = [n for n, section in enumerate(sections) if section.mark == here.mark]
    start = open_here[0] if open_here else 0
    return Outline(tuple(chapters), _next(sections, states, start))


def _states(look: Look, section: Section) -> Iterator[tuple[str, str]]:
    for path, question in section.questions():
        if look.instance.relevant(path) and shape_of(look.instance, path, question) not in QUIET:
            yield path, look.state(path)


def _chapter(look: Look, section: Section, states: dict[str, str], here: bool, left: str) -> Chapter:
    shown = [path for path, state in states.items() if state == "bad" or (here and (state != "ok" or path == left))]
    lines = tuple(Line(mark(path), look.instance.label(path), states[path]) for path in shown)
    done = sum(state in DONE for state in states.values())
    wrong = sum(state == "bad" for state in states.values())
    return Chapter(section.mark, section.label, here, done, len(states), wrong, lines)


def _next(sections: Sequence[Section], states: Sequence[dict[str, str]], start: int) -> tuple[str, str] | None:
    """The first that is open, from the section in front of one on, and round the end to the first."""
    for n in (*range(start, len(sections)), *range(start)):
        for path, state in states[n].items():
            if state not in DONE:
                return sections[n].mark, mark(path)
    return None
