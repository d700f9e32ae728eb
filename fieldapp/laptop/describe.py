"""Records in words, where more than one screen says them the same way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fieldapp.domain import areas, codes, labels, people, tasks
from fieldapp.domain.records import Case, Person, Task
from fieldapp.domain.schedule import Interval
from fieldapp.errors import NotFound
from fieldapp.laptop import current
from fieldapp.web.i18n import gettext as _
from fieldapp.web.i18n import ngettext
from fieldapp.web.words import near_date, worded

# The stages that every case goes through; the others stand in the line only while a case is in them.
MAIN_STAGES = ("S0", "S1", "S3", "S5", "S6", "S7")


@dataclass(frozen=True, slots=True)
class Held:
    """A category that somebody is in or was in: what it rests on, from when, until when, and whether she is too old."""

    code: str
    label: str
    basis: str
    evidence: str
    since: date | None
    until: date | None
    outgrown: bool = False


def categories(person: Person) -> list[str]:
    """The categories a person is in today."""
    return [_(labels.CATEGORY[code]) for code in people.categories(person, current.today())]


def held(person: Person) -> tuple[list[Held], list[Held]]:
    """The categories of a person: those of today, and those that have ended or are still to begin."""
    now = people.categories(person, current.today())
    too_old = people.outgrown(person, current.today())
    every = {
        code: _held(code, person.category[code], code in too_old)
        for code in codes.CATEGORY
        if person.category.get(code)
    }
    return [every[code] for code in now], [one for code, one in every.items() if code not in now]


def _held(code: str, element: Mapping[str, Any], outgrown: bool) -> Held:
    since, until = (date.fromisoformat(text) if (text := element.get(end)) else None for end in ("from", "to"))
    basis, evidence = (str(element.get(part) or "") for part in ("basis", "evidence"))
    return Held(code, _(labels.CATEGORY[code]), basis, evidence, since, until, outgrown)


def relation(person: Person) -> str:
    """What somebody is to the head of the home."""
    return worded(labels.value_words("person", "relation_to_head", person.relation_to_head))


def beat() -> str:
    """The areas that the person at the screen works in: the first two by name."""
    known = areas.load()
    names = []
    for area in current.user().areas[:2]:
        try:
            names.append(known.get(area).name)
        except NotFound:
            names.append(area)
    return " · ".join(names)


def rule(interval: Interval) -> str:
    """What an interval between visits rests on, and how long it is: 红 一级，7 天内."""
    kind, _sign, code = interval.when.partition(":")
    words = labels.CATEGORY if kind == "category" else labels.LISTS[codes.RISK_LEVEL]
    return _("%(who)s，%(days)s", who=_(words[code]), days=ngettext("%(num)s 天内", "%(num)s 天内", interval.days))


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
