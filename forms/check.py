"""What is wrong with a form, said before anybody fills it: file, row, and what to do.

python -m forms FILE
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from forms import xlsform
from forms.definition import Form, Question
from forms.errors import N_, FormError
from forms.text import MISSING, Text

ERROR, WARNING = "error", "warning"

MESSAGES = {
    "untranslated": N_("「%(name)s」没有「%(language)s」的文字"),
    "no-score": N_("「%(name)s」是计分题，选项「%(choice)s」没有分数"),
    "no-choices": N_("「%(name)s」没有选项"),
    "exclusive-only": N_("「%(name)s」的选项全都只能单选"),
    "no-result": N_("有计分题，却没有算出等级的题（cq:result 等于 level）"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend. `row` is the row of the survey sheet (the head line is 1), None when it cannot be told."""

    severity: str
    text: str
    params: dict[str, object] = field(default_factory=dict)
    row: int | None = None

    def __str__(self) -> str:
        where = f"第 {self.row} 行：" if self.row else ""
        return f"{where}{self.text % self.params}"


def check(path: Path, load: Callable[[Path], Form]) -> list[Problem]:
    """All problems of a form file; an error means that it cannot be filled."""
    rows = _rows(path)
    try:
        form = load(path)
    except FormError as error:
        named = re.search(r"\[row : (\d+)\]", str(error))
        row = int(named[1]) if named else rows.get(_last(error.params.get("path", "")))
        return [Problem(ERROR, error.text, dict(error.params), row)]
    return [
        Problem(each.severity, each.text, each.params, rows.get(str(each.params.get("name", ""))))
        for each in (*_untranslated(form), *_lists(form), *_scores(form))
    ]


def _last(path: object) -> str:
    return str(path).rpartition("/")[2]


def _rows(path: Path) -> dict[str, int]:
    """Row of the survey sheet by name of the question."""
    if path.suffix.lower() not in xlsform.SUFFIXES:
        return {}
    from pyxform.errors import PyXFormError
    from pyxform.xls2json_backends import get_xlsform

    try:
        survey = get_xlsform(BytesIO(path.read_bytes()), file_type=path.suffix.lower()).survey or []
    except PyXFormError:
        return {}
    return {str(row.get("name", "")): number for number, row in enumerate(survey, 2)}


def _untranslated(form: Form) -> Iterator[Problem]:
    for question in form.questions.values():
        texts = (question.label, question.hint, question.bind.constraint_message, question.bind.required_message)
        for language in form.languages:
            if question.visible and any(_lacks(text, language) for text in texts):
                yield Problem(WARNING, MESSAGES["untranslated"], {"name": question.name, "language": language})
    lists = {choice: question for question in form.questions.values() for choice in question.choices}
    for choice in lists:
        for language in form.languages:
            if _lacks(choice.text, language):
                yield Problem(WARNING, MESSAGES["untranslated"], {"name": choice.name, "language": language})


def _lacks(text: Text, language: str) -> bool:
    words = text.languages.get(language, {}).get("", MISSING)
    return bool(text) and "" not in text.languages and words == MISSING


def _lists(form: Form) -> Iterator[Problem]:
    for question in form.questions.values():
        if question.control in ("select", "select1", "rank") and not question.choices and question.itemset is None:
            yield Problem(ERROR, MESSAGES["no-choices"], {"name": question.name})
        if question.choices and all(choice.extra.get("exclusive") for choice in question.choices):
            yield Problem(WARNING, MESSAGES["exclusive-only"], {"name": question.name})


def _scores(form: Form) -> Iterator[Problem]:
    scored = [question for question in form.questions.values() if "scale" in question.extra]
    for question in scored:
        yield from _without_score(question)
    if scored and not any(question.extra.get("result") == "level" for question in form.questions.values()):
        yield Problem(WARNING, MESSAGES["no-result"])


def _without_score(question: Question) -> Iterator[Problem]:
    for choice in question.choices:
        if not choice.extra.get("score"):
            yield Problem(ERROR, MESSAGES["no-score"], {"name": question.name, "choice": choice.name})
