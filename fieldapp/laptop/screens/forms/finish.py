"""Screens: a form is finished, and what a finished one says. Which answers led to the level, and what follows?"""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from fieldapp.domain import cases, households, people, submissions
from fieldapp.domain.drafts import Draft
from fieldapp.domain.records import Case, Submission, Task, live
from fieldapp.laptop import current, describe, reach
from fieldapp.laptop.screens.forms import explained, shelf
from fieldapp.laptop.screens.forms.around import is_covered, section_at
from fieldapp.laptop.screens.forms.blueprint import bp
from fieldapp.laptop.screens.forms.fillings import opened, reopened
from fieldapp.laptop.screens.forms.finalising import finalise, submission_of
from fieldapp.laptop.screens.forms.items import QUIET, shape_of
from fieldapp.laptop.screens.forms.places import mark, sections
from fieldapp.web import allow
from fieldapp.web.i18n import gettext as _
from forms import Instance


@bp.post("/forms/<draft>/finish")
@allow.user
def finish(draft: str) -> ResponseReturnValue:
    """The draft becomes a submission; what is left to mend is listed instead, and nothing is lost."""
    if not Draft.select().where(Draft.id == draft).exists():
        before = submissions.get(submission_of(draft))  # pressed twice
        return redirect(url_for("forms.submission", submission=before.id), 303)
    with opened(draft) as work:
        wrong = [error.path for error in work.instance.errors()]
        if wrong:
            work.asked.update(wrong)
            section = section_at(sections(work.instance), wrong[0]).mark
            return redirect(url_for("forms.page", draft=draft, section=section, _anchor="mistakes"), 303)
        done = finalise(work)
    flash(_("填完了，已存在本机"))
    return redirect(url_for("forms.submission", submission=done), 303)


@bp.get("/submissions/<submission>")
@allow.user
def submission(submission: str) -> str:
    """A finished form: its level and why, what has to be done now, and every answer."""
    row = submissions.get(submission)
    instance = reopened(shelf.form(str(row.form)), row.answers or {}, row.finalised_at)
    who = reach.person(str(row.person))
    return render_template(
        "form/submission.html",
        row=row,
        form=instance.form,
        result=explained.restored(row.result, instance),
        told=_told(instance),
        who=who,
        home=households.by_id([row.household]).get(row.household),
        about=people.sex_and_age(who, current.today()),
        author=current.person_behind(row.author or "").name,
        today=current.today(),
        now=current.now(),
        describe=describe,
        href=_href,
        covered=is_covered(),
        **_following(row),
    )


def _following(row: Submission) -> dict[str, Any]:
    """What follows: tasks that rest on this form, and the case while one is open."""
    tasks = list(live(Task, Task.source == row.id).order_by(Task.due_on, Task.id))
    case: Case | None = cases.open_protection(row.person) if (row.result or {}).get("alarms") else None
    return {"tasks": tasks, "case": case}


def _told(instance: Instance) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """(section, [(mark, question, answer in words)]) of all that was asked; an answer of "" was not given."""
    return [
        (section.label, [_answer(instance, path) for path, question in section.questions()
                         if instance.relevant(path) and shape_of(instance, path, question) not in QUIET])
        for section in sections(instance)
    ]  # fmt: skip


def _answer(instance: Instance, path: str) -> tuple[str, str, str]:
    words = _("未采集") if instance.not_collected(path) else instance.display(path)
    return mark(path), instance.label(path), words


def _href(path: str) -> str:
    return f"#q-{mark(path)}"
