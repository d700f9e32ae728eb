"""What a filling tells a screen: errors, choices, and what stands where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from forms.definition import Element


@dataclass(frozen=True, slots=True)
class Error:
    """What is wrong at a question.

    code     "required", "constraint", "formula" (a rule could not be computed), or what the text is not: "integer",
             "decimal", "date", "time", "datetime", "geopoint", "geotrace", "geoshape", "boolean",
             or "choice" (there is no such choice)
    params   values for a sentence about it: "text" as typed, "reason" of a formula
    message  the form's own sentence in the language shown, "" when it has none
    """

    path: str
    code: str
    message: str = ""
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ShownChoice:
    """A choice as it stands on the screen. `media` are uris by form ("image", "audio")."""

    name: str
    label: str
    extra: Mapping[str, str]
    media: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """An element at a place: what a screen walks over. Each occurrence of a repeat is an entry of its own."""

    path: str
    element: Element
    occurrence: bool = False
