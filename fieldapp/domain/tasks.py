"""Tasks: what has been promised, by whom, until when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from fieldapp.domain import cases
from fieldapp.domain.derived_ids import derived_id
from fieldapp.domain.records import Case, Person, Task, live
from fieldapp.domain.times import utc_text
from fieldapp.errors import N_, Clash, Invalid, NotFound
from sync.edit import Edit

KIND = "task"
REPORT = "mandatory_report"


def follow(source: str, title: str, person: Person, due: date, assignee: str, level: str | None) -> Edit:
    """The task that follows from a submission: the same one, whoever derives it."""
    fields = {
        "person": person.id,
        "household": person.household,
        "kind": "urgent" if level == "red" else "follow_up",
        "title": title,
        "due_on": due.isoformat(),
        "source": source,
        "programme": cases.PROTECTION,
        "assignee": assignee,
        "level": level,
    }
    return Edit(KIND, derived_id(source, title), fields)


def add(task: str, household: str, title: str, due: date, *, assignee: str, person: str | None = None) -> list[Edit]:
    """Something promised in a home, in one's own words."""
    if not title.strip():
        raise Invalid(N_("写明要做什么"), fields={"title": N_("这一项要填")})
    fields = {"household": household, "kind": "promise", "title": title.strip(), "due_on": due.isoformat()}
    return [Edit(KIND, task, {**fields, "assignee": assignee} | ({"person": person} if person else {}))]


def complete(task: Task, outcome: str, *, by: str, now: datetime) -> list[Edit]:
    """Done, with what came of it. Raises Clash when it was done before."""
    if task.done_at is not None:
        raise Clash(N_("这件事已经做完了"))
    if task.title == REPORT and not outcome.strip():
        raise Invalid(N_("写下报警的经过"), fields={"outcome": N_("几点打的、谁接的、警情编号")})
    return [Edit(KIND, task.id, {"done_at": utc_text(now), "done_by": by, "outcome": outcome.strip() or None})]


def record_report(task: Task, case: Case | None, outcome: str, *, by: str, now: datetime) -> list[Edit]:
    """The police have been called: the task is done, and a case that was only discovered is now reported."""
    edits = complete(task, outcome, by=by, now=now)
    if case is not None and case.stage == cases.DISCOVERED:
        edits += cases.advance(case, cases.REPORTED, by=by, now=now, why=outcome.strip(), submission=task.source)
    return edits


def get(task: str) -> Task:
    """A task; raises NotFound."""
    row: Task | None = live(Task, Task.id == task).first()
    if row is None:
        raise NotFound(N_("没有找到这个任务"))
    return row


def open_tasks(*conditions: Any) -> list[Task]:
    """Tasks not done yet, the earliest due first; those without a date last."""
    return list(live(Task, Task.done_at.is_null(), *conditions).order_by(Task.due_on.is_null(), Task.due_on, Task.id))
