"""What the form tests share: forms written as Markdown, and fillings at a fixed moment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

from forms import Form, Instance, library, load_form, xlsform
from forms.parse import parse

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


@cache
def screening() -> Form:
    """The child screening form."""
    return load_form(library("child_screening"))


@cache
def form_of(markdown: str) -> Form:
    """A form from Markdown tables; lines may be indented, and cells need no space around them."""
    text = "\n".join(line.strip() for line in markdown.strip().splitlines())
    return parse(xlsform.convert(text.encode(), ".md").encode())


def fill(form: Form, answers: Mapping[str, object] | None = None, *, language: str = "zh") -> Instance:
    """A new filling at the fixed moment, with some answers given one after the other."""
    instance = form.open(now=NOW, random=Random(7), language=language)
    for path, value in (answers or {}).items():
        instance.answer(path, value)
    return instance


def reopen(form: Form, answers: Mapping[str, object]) -> Instance:
    """A draft opened again."""
    return form.open(answers, now=NOW, random=Random(8), language="zh")
