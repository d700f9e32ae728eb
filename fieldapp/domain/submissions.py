"""A filled form becomes a submission, and what follows from it: records amended, a level, tasks, a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from fieldapp.domain import cases, mapping, tasks
from fieldapp.domain.calendar import business_date
from fieldapp.domain.records import Case, Household, Person, Submission, live
from fieldapp.domain.times import utc_text
from fieldapp.errors import N_, NotFound
from sync.change import Value
from sync.edit import Edit

KIND = "submission"


@dataclass(frozen=True, slots=True)
class Filled:
    """What the form engine says of a finished filling.

    answers   JSON by question path, as they are kept for good
    fields    by record path ("person/guardian_phone"); None is "not collected"
    result    the explained result, JSON
    level     the risk level found, if the form finds one
    alarms    the codes of the mandatory-report items that were ticked
    """

    form: str
    version: str
    answers: Mapping[str, Any]
    fields: Mapping[str, Value]
    result: Mapping[str, Any] = field(default_factory=dict)
    level: str | None = None
    alarms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Occasion:
    """Whom a form was filled for, by whom and when. `before` is what it was prefilled with, by record path."""

    person: Person
    household: Household | None
    visit: str | None
    before: Mapping[str, Value]
    case: Case | None
    author: str
    now: datetime
    corrects: str | None = None

    @property
    def today(self) -> date:
        """The business day."""
        return business_date(self.now)


def finalise(submission: str, filled: Filled, occasion: Occasion) -> list[Edit]:
    """The submission itself; the records it amends (only what differs from the prefill); the level; what must be done.

    Committed as one group, with the screen that the form was opened on.
    """
    who, home = occasion.person, occasion.household
    return [
        _submission(submission, filled, occasion),
        *mapping.edits(who, home, occasion.before, filled.fields, occasion.today),
        *_level(submission, filled, occasion),
        *_urgent(submission, filled, occasion),
    ]


def _submission(submission: str, filled: Filled, occasion: Occasion) -> Edit:
    fields: dict[str, Value] = {
        "person": occasion.person.id,
        "household": occasion.person.household,
        "form": filled.form,
        "form_version": filled.version,
        "visit": occasion.visit,
        "answers": dict(filled.answers),
        "result": {**filled.result, "level": filled.level, "alarms": list(filled.alarms)},
        "finalised_at": utc_text(occasion.now),
        "author": occasion.author,
        "corrects": occasion.corrects,
    }
    return Edit(KIND, submission, {name: value for name, value in fields.items() if value is not None})


def _level(submission: str, filled: Filled, occasion: Occasion) -> list[Edit]:
    """The level is written even when it stays the same: this assessment, on this day, is what it now rests on."""
    if filled.level is None:
        return []
    found: dict[str, Value] = {"risk_level": filled.level, "risk_on": occasion.today.isoformat()}
    return [Edit("person", occasion.person.id, {**found, "risk_submission": submission})]


def _urgent(submission: str, filled: Filled, occasion: Occasion) -> list[Edit]:
    """Red calls for something today: a report when an item was ticked (suspicion is enough), else an intervention."""
    if filled.level != "red":
        return []
    title = tasks.REPORT if filled.alarms else "intervene"
    edits = [tasks.follow(submission, title, occasion.person, occasion.today, occasion.author, filled.level)]
    if filled.alarms:
        why = ", ".join(filled.alarms)
        by, now = occasion.author, occasion.now
        edits += cases.discover(occasion.person, submission, occasion.case, by=by, now=now, why=why)
    return edits


def get(submission: str) -> Submission:
    """A submission; raises NotFound."""
    row: Submission | None = live(Submission, Submission.id == submission).first()
    if row is None:
        raise NotFound(N_("没有找到这份表"))
    return row


def of_person(person: str) -> list[Submission]:
    """The submissions about a person, newest first."""
    return list(live(Submission, Submission.person == person).order_by(Submission.finalised_at.desc()))


def by_person_of_visit(visit: str) -> dict[str, Submission]:
    """The newest submission about each person that was filled at this visit."""
    filled = live(Submission, Submission.visit == visit).order_by(Submission.finalised_at)
    return {row.person: row for row in filled if row.person}
