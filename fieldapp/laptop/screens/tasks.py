"""Screens: tasks. What have I promised? And the mandatory report: whom do I call, and what do I record?"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fieldapp.domain import cases, households, people, tasks
from fieldapp.domain.records import Task
from fieldapp.errors import N_, Invalid
from fieldapp.laptop import current, describe, entry, reach
from fieldapp.web import allow
from fieldapp.web.errors import of_domain
from fieldapp.web.i18n import gettext as _

bp = Blueprint("tasks", __name__)


@bp.get("/tasks")
@allow.user
def page() -> str:
    """What is open, the overdue first."""
    found = tasks.open_tasks(reach.mine(Task))
    return render_template(
        "tasks/list.html",
        tasks=found,
        names={row.id: row.name for row in people.by_id(task.person for task in found).values()},
        homes=households.by_id(task.household for task in found),
        describe=describe,
        today=current.today(),
    )


@bp.get("/tasks/<task>")
@allow.user
def one(task: str) -> str:
    """A task, and the place to say what came of it."""
    return _page(reach.task(task))


@bp.post("/tasks/<task>/done")
@allow.user
def done(task: str) -> ResponseReturnValue:
    """Done, with what came of it; a report made moves its case on."""
    row, store = reach.task(task), current.store()
    case = cases.open_protection(row.person) if row.person and describe.is_report(row) else None
    seen = entry.screen(store, task)
    shown = case if case and case.id in seen.over else None
    try:
        said = request.form.get("outcome", "")
        edits = tasks.record_report(row, shown, said, by=current.author(), now=current.now())
    except Invalid as error:
        return _page(row, of_domain(error).fields), 422
    store.commit(edits, author=current.author(), screen=seen, via="task")
    flash(_("做完了"))
    return redirect(url_for("tasks.page"), 303)


def _page(row: Task, wrong: dict[str, str] | None = None) -> str:
    case = cases.open_protection(row.person) if row.person else None
    records = [row.id, *([case.id] if case else [])]
    return render_template(
        "tasks/one.html",
        task=row,
        person=people.by_id([row.person]).get(row.person or ""),
        home=households.by_id([row.household]).get(row.household or ""),
        screen="" if row.done_at else entry.opened(current.store(), records, current.author()),
        done_by=current.person_behind(row.done_by or "").name,
        said=request.form.get("outcome", ""),
        wrong=wrong or {},
        describe=describe,
        about=people.sex_and_age,
        today=current.today(),
        now=current.now(),
    )


@bp.get("/homes/<household>/promise")
@allow.user
def promise(household: str) -> str:
    """Promise something to a home."""
    return _promise(household)


@bp.post("/homes/<household>/promise")
@allow.user
def add(household: str) -> ResponseReturnValue:
    """Keep the promise as a task."""
    store, home = current.store(), reach.household(household)
    try:
        due = entry.day("due_on")
        if due is None:
            raise Invalid(entry.MEND, fields={"due_on": N_("选一个日子")})
        made = tasks.add(store.new_id(), home.id, request.form.get("title", ""), due, assignee=current.author())
    except Invalid as error:
        return _promise(household, of_domain(error).fields), 422
    store.commit(made, author=current.author())
    return redirect(url_for("households.one", household=household), 303)


def _promise(household: str, wrong: dict[str, str] | None = None) -> str:
    return render_template("tasks/new.html", home=reach.household(household), wrong=wrong or {}, form=request.form)
