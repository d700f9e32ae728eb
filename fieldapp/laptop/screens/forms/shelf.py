"""The forms that are filled here, compiled once per process, before the first request."""

from __future__ import annotations

from pathlib import Path

from fieldapp.errors import N_, NotFound
from forms import Form, library, load_form

FOLDER = "forms"  # of conversions, in the data folder

_compiled: dict[str, Form] = {}


def stock(data: Path) -> None:
    """Compile the forms that come with the program; what was converted is kept in the data folder."""
    for path in sorted(library("any").parent.glob("*.md")):
        if path.stem not in _compiled:
            add(path.stem, load_form(path, cache=data / FOLDER))


def add(name: str, form: Form) -> None:
    """Put a form on the shelf."""
    _compiled[name] = form


def remove(name: str) -> None:
    """Take a form off the shelf: it is filled here no more."""
    _compiled.pop(name, None)


def form(name: str) -> Form:
    """A form by its id; raises NotFound."""
    try:
        return _compiled[name]
    except KeyError:
        raise NotFound(N_("这台电脑上没有这张表。同步一次，再打开")) from None
