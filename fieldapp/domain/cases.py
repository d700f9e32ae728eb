"""Protection cases: 发现—报告—干预—帮扶. Every move is an entry of the history, which only grows.

A new mandatory-report tick takes any open case back to S1 (reported); the finder cannot take that back.
"""

from __future__ import annotations

from datetime import datetime

from fieldapp.domain.calendar import business_date
from fieldapp.domain.derived_ids import derived_id
from fieldapp.domain.records import Case, Person, live
from fieldapp.domain.times import utc_text
from sync.change import Value
from sync.edit import Edit

KIND = "work_case"
PROTECTION = "child_protection"
DISCOVERED, REPORTED = "S0", "S1"


def open_protection(person: str) -> Case | None:
    """The protection case of a person that is not closed; the earliest, should there be two."""
    cases = live(Case, Case.person == person, Case.programme == PROTECTION, Case.closed_on.is_null())
    found: Case | None = cases.order_by(Case.opened_on, Case.id).first()
    return found


def discover(person: Person, submission: str, case: Case | None, *, by: str, now: datetime, why: str) -> list[Edit]:
    """A mandatory-report tick: opens a case at S0, or takes the open one back to S1."""
    if case is not None:
        return advance(case, REPORTED, by=by, now=now, why=why, submission=submission)
    opened = derived_id(submission, PROTECTION)
    today = business_date(now).isoformat()
    fields: dict[str, Value] = {
        "person": person.id,
        "household": person.household,
        "programme": PROTECTION,
        "stage": DISCOVERED,
        "opened_on": today,
        "owner": by,
        "due_on": today,  # to be reported at once (未成年人保护法 11)
    }
    return [Edit(KIND, opened, {**fields, **_entry(opened, DISCOVERED, by, now, why, submission)})]


def advance(
    case: Case, stage: str, *, by: str, now: datetime, why: str = "", submission: str | None = None
) -> list[Edit]:
    """Move a case to a stage."""
    return [Edit(KIND, case.id, {"stage": stage, **_entry(case.id, stage, by, now, why, submission)})]


def _entry(case: str, stage: str, by: str, now: datetime, why: str, submission: str | None) -> dict[str, Value]:
    at = utc_text(now)
    entry: dict[str, Value] = {"stage": stage, "at": at, "by": by, "why": why, "submission": submission}
    return {f"history/{derived_id(case, f'{stage} {at} {by}')}": entry}
