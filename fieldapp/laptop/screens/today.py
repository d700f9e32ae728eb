"""Screen: today. Where do I go first?"""

from __future__ import annotations

from flask import Blueprint, render_template

from fieldapp.domain import conflicts, households, people, today, visits
from fieldapp.laptop import current
from fieldapp.web import allow

bp = Blueprint("today", __name__)


@bp.get("/")
@allow.user
def page() -> str:
    """What is due today, what was left half done, and what waits for this person."""
    day = today.of(current.author(), current.today())
    unfinished = visits.unfinished(current.author())
    homes = households.by_id(visit.household for visit in unfinished)
    return render_template(
        "day/today.html",
        day=day,
        drafts_of=people.by_id(draft.person for draft in day.drafts),
        open_visits=[(visit, homes.get(visit.household)) for visit in unfinished],
        conflicts=conflicts.count(),
        refused=len(current.store().quarantined()),
        today=current.today(),
        now=current.now(),
        about=people.sex_and_age,
    )
