"""/kit: every component on one page, in both languages. Shown only in debug and in the demo; nothing here is real."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask import Blueprint, render_template

from fieldapp.web.access import allow
from fieldapp.web.words import SHANGHAI

bp = Blueprint("kit", __name__, template_folder="templates")

NOW = datetime(2025, 11, 18, 11, 20, 4, tzinfo=SHANGHAI)
# Names of people stand in templates nowhere: they stay as they are in the record, whatever the language.
PEOPLE = {"child": "周雨桐", "boy": "吴志豪", "grandmother": "李秀珍", "worker": "陈小莉", "other": "罗建国"}


@bp.get("/kit")
@allow.public
def page() -> str:
    """All components."""
    days = {"late": date(2025, 11, 14), "soon": NOW.date() + timedelta(days=2), "far": date(2024, 11, 3)}
    return render_template("kit_page.html", now=NOW, today=NOW.date(), days=days, born=date(2014, 3, 2), **PEOPLE)


@bp.get("/kit/door")
@allow.public
def door() -> str:
    """The page in front of the door."""
    return render_template("kit_door.html", **PEOPLE)


@bp.get("/kit/paper")
@allow.public
def paper() -> str:
    """The frame of printed sheets."""
    return render_template("kit_paper.html", now=NOW, today=NOW.date(), **PEOPLE)
