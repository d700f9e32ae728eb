"""Screen: today. Where do I go first?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import Blueprint, render_template, request

from fieldapp.domain import conflicts, households, people, today, visits
from fieldapp.domain.today import Day, Stop
from fieldapp.errors import N_
from fieldapp.laptop import current, describe, reach
from fieldapp.web import allow
from fieldapp.web.i18n import gettext as _
from fieldapp.web.i18n import pgettext

bp = Blueprint("today", __name__)

# (title, stops, kind of the head)
Group = tuple[str, Sequence[Stop], str]
ROUTE = "route"


@bp.get("/")
@allow.user
def page() -> str:
    """What is due today, what was left half done, and what waits for this person."""
    day = today.of(current.author(), current.today(), reach.prefixes())
    route = request.args.get("by") == ROUTE
    unfinished = visits.unfinished(current.author())
    return render_template(
        "day/today.html",
        day=day,
        route=route,
        groups=list(_by_route(day) if route else _by_urgency(day)),
        beat=describe.beat(),
        drafts_of=people.by_id(draft.person for draft in day.drafts),
        open_visits=unfinished,
        homes=households.by_id(visit.household for visit in unfinished),
        conflicts=conflicts.count(),
        refused=len(current.store().quarantined()),
        today=current.today(),
        now=current.now(),
        about=people.sex_and_age,
    )


def _by_urgency(day: Day) -> Iterator[Group]:
    titles = (
        (_("逾期"), day.overdue, "late"),
        (pgettext("heading", "今天"), day.today, ""),
        (_("本周"), day.this_week, ""),
    )
    yield from (group for group in titles if group[1])


def _by_route(day: Day) -> Iterator[Group]:
    for hamlet, stops in day.by_route().items():
        yield hamlet or _(NO_HOME), stops, ""


NO_HOME = N_("不在哪一户的")
