"""Screens: a form is begun or gone on with, and a draft is deleted."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from fieldapp.domain import cases, drafts, filling, households
from fieldapp.domain.drafts import Draft
from fieldapp.domain.records import Person
from fieldapp.errors import N_, Invalid
from fieldapp.laptop import current, reach
from fieldapp.laptop.screens.forms import shelf
from fieldapp.laptop.screens.forms.blueprint import bp
from fieldapp.laptop.screens.forms.fillings import fresh, opened
from fieldapp.web import allow
from fieldapp.web.i18n import gettext as _


@bp.post("/people/<person>/forms/<form>")
@bp.post("/visits/<visit>/forms/<form>/<person>")
@allow.user
def start(form: str, person: str, visit: str = "") -> ResponseReturnValue:
    """Go on with one's own draft of this form for this person, or begin one."""
    who = reach.person(person)
    if visit and reach.visit(visit).household != who.household:
        raise Invalid(N_("这个人不是这一户的。回到走访页，从这一户的人里选"))
    row = drafts.find(form, person, current.author()) or _begin(form, who)
    if visit and row.visit != visit:
        Draft.update(visit=visit).where(Draft.id == row.id).execute()
    return redirect(url_for("forms.page", draft=row.id), 303)


def _begin(name: str, person: Person) -> Draft:
    """A draft on a screen that shows the person, the home and the open case: its edits will name what was seen."""
    store, form = current.store(), shelf.form(name)
    home = households.get(person.household) if person.household else None
    case = cases.open_protection(person.id)
    seen = store.open_screen([row.id for row in (person, home, case) if row], current.author())
    known = filling.before(form, person, home, current.today())
    return drafts.begin(
        store.new_id(),
        now=current.now(),
        form=name,
        form_version=form.version,
        person=person.id,
        household=person.household or "",
        user=current.author(),
        screen=seen.id,
        prefill=known,
        answers=fresh(form, filling.prefill(form, known)).answers(),
    )


@bp.post("/forms/<draft>/delete")
@allow.user
def delete(draft: str) -> ResponseReturnValue:
    """Take a draft away, after the dialog."""
    with opened(draft) as work:
        drafts.discard(draft)
    flash(_("草稿已删除"))
    return redirect(back_from(work.row), 303)


def back_from(row: Draft) -> str:
    """Where somebody came from to this form."""
    if row.visit:
        return url_for("visits.one", visit=row.visit)
    return url_for("people.one", person=row.person)
