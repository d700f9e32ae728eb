"""Records in words, where more than one screen says them the same way."""

from __future__ import annotations

from datetime import date
from typing import Any

from fieldapp.domain import codes, labels, people, tasks
from fieldapp.domain.records import Case, Person, Task
from fieldapp.laptop import current
from fieldapp.web.i18n import gettext as _
from fieldapp.web.words import near_date, worded

# The stages that every case goes through; the others stand in the line only while a case is in them.
MAIN_STAGES = ("S0", "S1", "S3", "S5", "S6", "S7")


def categories(person: Person) -> list[str]:
    """The categories a person is in today."""
    return [_(labels.CATEGORY[code]) for code in people.categories(person, current.today())]


def programme(case: Case) -> str:
    """What a case is called."""
    return worded(labels.value_words("work_case", "programme", case.programme))


def task_title(task: Task) -> str:
    """What was promised: the words of a code, or one's own."""
    return worded(labels.value_words("task", "title", task.title))


def is_report(task: Task) -> bool:
    """Whether this task is the mandatory report."""
    return bool(task.title == tasks.REPORT)


def steps(case: Case) -> list[tuple[str, str, str]]:
    """The stages of a case as `kit.steps` takes them: (name, day, done | now | "")."""
    reached = {entry["stage"]: entry["at"] for entry in sorted(case.history.values(), key=lambda e: str(e["at"]))}
    line = [stage for stage in codes.PROTECTION_STAGES if stage in MAIN_STAGES or stage == case.stage]
    return [_step(stage, case, reached, line) for stage in line]


def _step(stage: str, case: Case, reached: dict[str, Any], line: list[str]) -> tuple[str, str, str]:
    now = line.index(case.stage) if case.stage in line else 0
    state = "now" if stage == case.stage else "done" if line.index(stage) < now else ""
    day = near_date(date.fromisoformat(reached[stage][:10]), current.today()) if stage in reached and state else ""
    return _(labels.STAGE[stage]), day, state
