"""A record on a page where it can be edited: what is asked, what was shown, what was typed otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import peewee
from flask import request

from fieldapp.domain import identity, labels
from fieldapp.domain.differences import plain
from fieldapp.domain.labels import Words
from fieldapp.errors import N_, Invalid, NotFound
from sync.schema import type_of
from sync.store.base import Screen
from sync.store.fields import Choice, Iso
from sync.store.laptop import LaptopStore
from sync.store.synced import Synced

# The input of each column type; the first that fits is taken.
INPUTS: tuple[tuple[type[peewee.Field], str], ...] = (
    (Choice, "choice"),
    (Iso, "date"),
    (peewee.TextField, "long"),
    (peewee.IntegerField, "number"),
    (peewee.Field, "text"),
)
# The family sees the screen.
MASKED = frozenset({"id_number"})
MEND = N_("有几处要改，改好再存一次")


@dataclass(frozen=True, slots=True)
class Asked:
    """One field on the page. `was` is what the page showed when it was opened, `value` what stands there now.

    `masked` is what the page shows of a value that it does not spell out: the input is empty until it is to be changed.
    """

    name: str
    label: Words
    input: str
    was: str
    value: str
    choices: tuple[tuple[str, Words], ...] = ()
    masked: str = ""


def ask(kind: str, names: Iterable[str], row: Synced | None) -> list[Asked]:
    """The fields of a record as a page asks them; after a refused post, with what was typed."""
    return [_ask(kind, name, row) for name in names]


def _ask(kind: str, name: str, row: Synced | None) -> Asked:
    column = type_of(kind).columns[name]
    held = _text(getattr(row, name, None))
    masked = identity.mask(held) if name in MASKED and held else ""
    was = request.form.get(f"was.{name}", "" if masked else held)
    words = labels.LISTS[column.codes] if isinstance(column, Choice) else {}
    choices = tuple((code, Words(text)) for code, text in words.items())
    shape = next(shape for of, shape in INPUTS if isinstance(column, of))
    return Asked(name, labels.field_label(kind, name), shape, was, request.form.get(name, was), choices, masked)


def _text(value: Any) -> str:
    shown = plain(value)
    return "" if shown is None else str(shown)


def entered(names: Iterable[str]) -> Mapping[str, str]:
    """What was typed otherwise than the page had shown it: only that is written, whatever has arrived meanwhile."""
    form = request.form
    return {name: form[name] for name in names if name in form and form[name] != form.get(f"was.{name}", "")}


def given(names: Iterable[str]) -> dict[str, str]:
    """What was typed into the form of a new record."""
    return {name: request.form.get(name, "") for name in names}


def day(name: str) -> date | None:
    """The date in a field, None when it was left empty. Raises Invalid at the field."""
    text = request.form.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid(MEND, fields={name: N_("日期写成 2016-05-12 这样")}) from None


def screen(store: LaptopStore, record: str) -> Screen:
    """The screen that the posted page was opened with."""
    found = store.screen(request.form.get("screen", ""))
    if record not in found.over:
        raise NotFound(N_("这一页放得太久，已经对不上了。请重新打开再改；填的内容可以从这一页抄过去"))
    return found


def opened(store: LaptopStore, records: Iterable[str], user: str) -> str:
    """The screen of a page: the one that it was opened with when it comes back refused, else a new one."""
    return request.form.get("screen") or store.open_screen(records, user).id
