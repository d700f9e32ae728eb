"""All that stands around the questions of a section: jump list, result, what is left to mend, neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from fieldapp.laptop.screens.forms.fillings import Work
from fieldapp.laptop.screens.forms.items import Item, Look, look, sentence
from fieldapp.laptop.screens.forms.outline import Outline, outline
from fieldapp.laptop.screens.forms.places import Section, mark, sections
from fieldapp.web.config import web
from forms import Form
from forms.scoring import Explanation


@dataclass(frozen=True, slots=True)
class Mistake:
    """What stands in the way of finishing, with a link to it."""

    href: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Around:
    """One section of a filling and what surrounds it. `parts` are all sections, `here` is the one on the screen."""

    draft: str
    form: Form
    look: Look
    parts: Sequence[Section]
    here: Section
    outline: Outline
    mistakes: list[Mistake]

    @property
    def result(self) -> Explanation | None:
        """What follows from the answers so far; None for a form that rates nothing."""
        return self.look.result

    @property
    def before(self) -> str:
        """The address of the section before, "" at the first."""
        number = self._number()
        return self._head(self.parts[number - 1]) if number else ""

    @property
    def after(self) -> str:
        """The address of the next section, "" at the last."""
        number = self._number() + 1
        return self._head(self.parts[number]) if number < len(self.parts) else ""

    def items(self) -> dict[str, Item]:
        """What stands in the section, by mark."""
        return {place.mark: self.look.item(place) for place in self.here.places}

    def href(self, section: str, question: str = "") -> str:
        """Where a question stands: on this page, or on that of its section."""
        anchor = f"q-{question}" if question else f"s-{section}"
        if section == self.here.mark:
            return f"#{anchor}"
        return url_for("forms.page", draft=self.draft, section=section, _anchor=anchor)

    def place(self, path: str) -> str:
        """The same, by path."""
        return self.href(section_at(self.parts, path).mark, mark(path))

    def address(self, action: str, **values: Any) -> str:
        """Where something about this draft is posted."""
        return url_for(f"forms.{action}", draft=self.draft, **values)

    def _number(self) -> int:
        return [part.mark for part in self.parts].index(self.here.mark)

    def _head(self, part: Section) -> str:
        return url_for("forms.page", draft=self.draft, section=part.mark, _anchor=f"s-{part.mark}")


def around(work: Work, section: str, *, left: str = "", still: str = "", covered: bool | None = None) -> Around:
    """A section by its mark (the first that applies when there is none such) and what surrounds it.

    `left` is the question that has just been answered, `still` the one that is being typed in.
    """
    parts = sections(work.instance)
    here = next((part for part in parts if part.mark == section), parts[0])
    eye = look(work.instance, work.asked, still=still, covered=is_covered() if covered is None else covered)
    found = Around(work.row.id, work.instance.form, eye, parts, here, outline(eye, parts, here, left), [])
    if work.asked:
        found.mistakes.extend(_mistakes(found))
    return found


def _mistakes(found: Around) -> list[Mistake]:
    instance = found.look.instance
    errors = [error for error in instance.errors() if error.path != found.look.still]
    return [Mistake(found.place(error.path), instance.label(error.path), sentence(error)) for error in errors]


def section_at(parts: Sequence[Section], path: str) -> Section:
    """The section in which a path stands; the first when it stands nowhere."""
    return next((part for part in parts if any(place.path == path for place in part.places)), parts[0])


def cover_cookie() -> str:
    """The cookie that remembers whether scores are covered on this laptop."""
    return f"{web().cookie_name}_cover"


def is_covered() -> bool:
    """Whether scores are covered: the family sees the screen."""
    return request.cookies.get(cover_cookie()) == "1"
