"""A submission as a person reads it: the form's own questions with the answers in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from fieldapp.domain.records import Submission
from fieldapp.web.i18n import language
from forms import Entry, Form, Instance, Question, library, load_form


@dataclass(frozen=True, slots=True)
class Line:
    """One question: its label, the answer in words ("" for none), whether it is "not collected"."""

    label: str
    answer: str
    not_collected: bool
    mask: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """The answers of one part of the form; `label` is "" for what stands outside of all groups."""

    label: str
    lines: tuple[Line, ...]


_forms: dict[str, Form] = {}


def stock(folder: Path) -> None:
    """Compile the forms of this program before the first request; conversions are kept in `folder`."""
    for path in sorted(library("any").parent.glob("*.md")):
        if path.stem not in _forms:
            _forms[path.stem] = load_form(path, cache=folder)


def title_of(name: str | None) -> str:
    """What a form is called; its own id when the program does not have it."""
    form = _forms.get(name or "")
    return form.title if form is not None else name or ""


def sections(row: Submission) -> list[Section]:
    """The answers in the order of the form; those of a form that is not known by their paths."""
    form = _forms.get(row.form or "")
    answers = row.answers or {}
    if form is None:
        raw = tuple(Line(path, str(answer), False) for path, answer in answers.items())
        return [Section("", raw)]
    filling = form.open(answers, now=row.finalised_at, random=Random(0), language=language())  # noqa: S311 (no secret)
    return [found for entry in filling.body() if (found := _section(filling, entry)).lines]


def _section(filling: Instance, entry: Entry) -> Section:
    label = filling.label(entry.path) if entry.path and not isinstance(entry.element, Question) else ""
    return Section(label, tuple(_lines(filling, entry)))


def _lines(filling: Instance, entry: Entry) -> Iterator[Line]:
    if not isinstance(entry.element, Question):
        for child in filling.children(entry):
            yield from _lines(filling, child)
    elif entry.element.visible and entry.element.kind != "note":
        shown = filling.display(entry.path)
        yield Line(
            filling.label(entry.path), shown, filling.not_collected(entry.path), entry.element.extra.get("mask", "")
        )
