"""Drafts being filled, in memory: the engine's side of what their rows hold, made anew from the row at any time."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from flask import current_app

from fieldapp.domain import drafts, filling
from fieldapp.domain.calendar import CHINA
from fieldapp.domain.drafts import Draft
from fieldapp.errors import N_, NotAllowed
from fieldapp.laptop import current
from fieldapp.laptop.screens.forms import shelf
from fieldapp.web.i18n import language
from forms import Form, Instance

EXTENSION = "fieldapp.laptop.fillings"
MOST = 8  # open at once; one takes about 1 MB


@dataclass
class Filling:
    """One draft in memory. `asked` are the questions whose missing answer is shown as something to mend."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    holders: int = 0
    instance: Instance | None = None
    asked: set[str] = field(default_factory=set)


class Fillings:
    """Those used last; each is held by one request at a time."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._open: OrderedDict[str, Filling] = OrderedDict()
        self._guard = threading.Lock()

    @contextmanager
    def hold(self, draft: str) -> Iterator[Filling]:
        """The filling of a draft, for this request alone. After an error it is made anew from what was saved."""
        found = self._enter(draft)
        try:
            with found.lock:
                try:
                    yield found
                except BaseException:
                    found.instance = None
                    raise
        finally:
            self._leave(found)

    def _enter(self, draft: str) -> Filling:
        with self._guard:
            found = self._open.setdefault(draft, Filling())
            self._open.move_to_end(draft)
            found.holders += 1
            return found

    def _leave(self, found: Filling) -> None:
        """One that somebody waits for is never let go: two fillings of one draft would overwrite each other."""
        with self._guard:
            found.holders -= 1
            idle = [draft for draft, each in self._open.items() if not each.holders]
            for draft in idle[: max(0, len(self._open) - self._most)]:
                del self._open[draft]


@dataclass(frozen=True, slots=True)
class Work:
    """What a request has in hand: the row, and the engine's filling of it."""

    row: Draft
    instance: Instance
    asked: set[str]


@contextmanager
def opened(draft: str) -> Iterator[Work]:
    """Somebody's own draft. Raises NotFound, or NotAllowed for that of another person at this laptop."""
    fillings: Fillings = current_app.extensions[EXTENSION]
    with fillings.hold(draft) as held:
        row = drafts.load(draft)
        if row.user != current.author():
            raise NotAllowed(N_("这份草稿是别人填的。请她登录以后接着填"))
        if held.instance is None or held.instance.now.date() != current.today():
            held.instance = _resumed(row)
        held.instance.language = language()
        yield Work(row, held.instance, held.asked)


def fresh(form: Form, known: Mapping[str, object]) -> Instance:
    """A new filling, prefilled; `known` by question path."""
    return form.open(now=current.now().astimezone(CHINA), random=_chance(), language=language(), prefill=known)


def _resumed(row: Draft) -> Instance:
    form, now = shelf.form(row.form), current.now().astimezone(CHINA)
    known = filling.prefill(form, row.prefill)
    return form.open(row.answers, now=now, random=_chance(), language=language(), prefill=known)


def reopened(form: Form, answers: Mapping[str, object], then: datetime) -> Instance:
    """A finished filling as it was then, to be read."""
    return form.open(answers, now=then.astimezone(CHINA), random=_chance(), language=language())


def _chance() -> Random:
    return Random(current.laptop().entropy(16))  # noqa: S311  (ids within a filling are no secret)
