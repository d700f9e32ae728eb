"""Screens: tasks. What have I promised? And the mandatory report: whom do I call, and what do I record?"""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fieldapp.domain import cases, households, people, tasks
from fieldapp.errors import N_, Invalid
from fieldapp.laptop import current, describe, entry
from fieldapp.web import allow
from fieldapp.web.errors import of_domain
from fieldapp.web.i18n import gettext as _

bp = Blueprint("tasks", __name__)


@bp.get("/tasks")
@allow.user
def page() -> str:
    """What is open, the overdue first."""
    found = tasks.open_tasks()
    named = people.by_id(task.person for task in found)
    return render_template(
        "tasks/list.html",
        tasks=found,
        names={row.id: row.name for row in named.values()},
        describe=describe,
        today=current.today(),
    )


@bp.get("/tasks/<task>")
@allow.user
def one(task: str) -> str:
    """A task, and the place to say what came of it."""
    return _page(task)


@bp.post("/tasks/<task>/done")
@allow.user
def done(task: str) -> ResponseReturnValue:
    """Done, with what came of it; a report made moves its case on."""
    row, store = tasks.get(task), current.store()
    case = cases.open_protection(row.person) if row.person and describe.is_report(row) else None
    seen = entry.screen(store, task)
    try:
        edits = tasks.record_report(
            row, case if case and case.id in seen.over else None, request.form.get("outcome", ""),
            by=current.author(), now=current.now(),
        )  # fmt: skip
    except Invalid as error:
        return _page(task, of_domain(error).fields), 422
    store.commit(edits, author=current.author(), screen=seen, via="task")
    flash(_("做完了"))
    return redirect(url_for("tasks.page"), 303)


def _page(task: str, wrong: dict[str, str] | None = None) -> str:
    row = tasks.get(task)
    case = cases.open_protection(row.person) if row.person else None
    records = [task, *([case.id] if case else [])]
    return render_template(
        "tasks/one.html",
        task=row,
        case=case,
        person=people.by_id([row.person]).get(row.person),
        home=households.by_id([row.household]).get(row.household),
        screen=request.form.get("screen") or current.store().open_screen(records, current.author()).id,
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
    store, form = current.store(), request.form
    try:
        made = tasks.add(store.new_id(), household, form.get("title", ""), _day(form.get("due_on", "")),
                         assignee=current.author())  # fmt: skip
    except Invalid as error:
        return _promise(household, of_domain(error).fields), 422
    store.commit(made, author=current.author())
    return redirect(url_for("households.one", household=household), 303)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(N_("选一个日子"), fields={"due_on": N_("选一个日子")}) from None


def _promise(household: str, wrong: dict[str, str] | None = None) -> str:
    return render_template("tasks/new.html", home=households.get(household), wrong=wrong or {}, form=request.form)
