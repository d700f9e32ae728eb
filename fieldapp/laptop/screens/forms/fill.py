"""Screens: a form being filled. What is the answer, and what follows from it?"""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fieldapp.domain import drafts, households, people
from fieldapp.laptop import current
from fieldapp.laptop.screens.forms.answers import changes, given
from fieldapp.laptop.screens.forms.around import Around, around, cover_cookie, is_covered, section_at
from fieldapp.laptop.screens.forms.begin import back_from
from fieldapp.laptop.screens.forms.blueprint import bp
from fieldapp.laptop.screens.forms.fillings import Work, opened
from fieldapp.laptop.screens.forms.places import Section, mark, sections
from fieldapp.web import allow
from forms import Question, UnknownPath

A_YEAR = 365 * 24 * 3600


@bp.get("/forms/<draft>")
@allow.user
def page(draft: str) -> ResponseReturnValue:
    """One section of the form; without a choice the one where somebody left off."""
    with opened(draft) as work:
        row, section = work.row, request.args.get("section", "")
        if not section:
            left_off = section_at(sections(work.instance), row.position).mark
            anchor = f"q-{mark(row.position)}" if row.position else None
            return redirect(url_for("forms.page", draft=draft, section=left_off, _anchor=anchor))
        found = around(work, section)
        who = people.get(row.person)
        return render_template(
            "form/page.html",
            at=found,
            items=found.items().values(),
            who=who,
            home=households.by_id([row.household]).get(row.household),
            about=people.sex_and_age(who, current.today()),
            back=back_from(row),
            deleting="delete" in request.args,
            saved_at=row.updated_at,
        )


@bp.post("/forms/<draft>/answer")
@allow.user
def answer(draft: str) -> str:
    """Take one answer, keep it, and send what must be shown anew. `typing`: the field has not been left yet."""
    path, is_typing = request.args.get("path", ""), "typing" in request.args
    values = request.form.getlist(path)
    with opened(draft) as work:
        section, question = _asked_at(work, path)
        was = around(work, section.mark).items()
        work.instance.answer(path, given(work.instance, path, question, values))
        if not is_typing and not work.instance.answered(path):
            work.asked.add(path)  # emptied and left: now it says that it wants an answer
        still = path if is_typing and not was[mark(path)].error else ""
        found = around(work, section.mark, left=path, still=still)
        _keep(work, found, path)
        items = found.items()
        same = items.keys() == was.keys()
        return render_template(
            "form/answered.html",
            at=found,
            items=None if same else items.values(),
            changes=changes(was, items.values(), path, values) if same else [],
            still=still,
            alarmed=[item for key, item in items.items() if same and item.alarms != was[key].alarms],
            saved_at=current.now(),
        )


def _asked_at(work: Work, path: str) -> tuple[Section, Question]:
    """The section and the question at a path that stands on the screen."""
    for section in sections(work.instance):
        for found, question in section.questions():
            if found == path:
                return section, question
    raise UnknownPath("unknown-path", path=path)


def _keep(work: Work, found: Around, path: str = "") -> None:
    """Store the answers: when this returns, they are on disk."""
    drafts.save(
        work.row,
        work.instance.answers(),
        now=current.now(),
        position=path,
        answered=found.outline.done,
        questions=found.outline.total,
    )


@bp.post("/forms/<draft>/repeat")
@allow.user
def repeat(draft: str) -> ResponseReturnValue:
    """One more occurrence of the repeat at `path`, or, with `remove`, that occurrence away."""
    path = request.args.get("path", "")
    with opened(draft) as work:
        if "remove" in request.args:
            work.instance.remove_repeat(path)
            path = path.rpartition("[")[0]
        else:
            work.instance.add_repeat(path)
        section = section_at(sections(work.instance), path).mark
        _keep(work, around(work, section))
    return redirect(url_for("forms.page", draft=draft, section=section, _anchor=f"q-{mark(path)}-more"), 303)


@bp.post("/forms/<draft>/cover")
@allow.user
def cover(draft: str) -> Response:
    """Cover the scores, or show them again; remembered on this laptop."""
    covered = not is_covered()
    with opened(draft) as work:
        found = around(work, request.args.get("section", ""), covered=covered)
        response = make_response(render_template("form/covered.html", at=found, items=found.items().values()))
    response.set_cookie(cover_cookie(), "1" if covered else "0", max_age=A_YEAR, samesite="Lax", httponly=True)
    return response
