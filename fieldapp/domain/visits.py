"""Visits: opened by a scan, a typed code or with a reason; finished with an outcome; and when the next one is due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import peewee

from fieldapp.domain import people, schedule
from fieldapp.domain.calendar import business_date
from fieldapp.domain.differences import changed, shown
from fieldapp.domain.labels import Words
from fieldapp.domain.records import Person, Visit, live
from fieldapp.domain.schedule import Due, Interval, LastVisit
from fieldapp.domain.times import start_of, utc_text
from fieldapp.errors import N_, Clash, Invalid, NotFound
from sync.edit import Edit

KIND = "visit"
NOT_HOME_LOOKBACK = timedelta(days=366)  # older misses say nothing about where the family is now

# Two misses in a row: ask around, then escalate (domain practice; see the bureau's open questions).
MISSES_BEFORE_ASKING = 2


# -- use cases -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Arrival:
    """How somebody came to a door: `kind` scanned, typed or unscanned; without a scan there is a `reason`."""

    kind: str
    reason: str = ""


SCANNED = Arrival("scanned")
TYPED = Arrival("typed")


def start(
    visit: str, household: str, arrival: Arrival, *, visitor: str, now: datetime, person: str | None = None
) -> list[Edit]:
    """Somebody has arrived at a door. Raises Invalid without a scan and without a reason."""
    if arrival.kind == "unscanned" and not arrival.reason.strip():
        raise Invalid(N_("没扫码要写明原因"), fields={"arrival_reason": N_("写明原因，例如：卡掉了、门口没人")})
    fields: dict[str, Any] = {
        "household": household,
        "person": person,
        "started_at": utc_text(now),
        "arrival": arrival.kind,
        "arrival_reason": arrival.reason.strip() or None,
        "in_person": True,
        "visitor": visitor,
        "late_entry": False,
    }
    return [Edit(KIND, visit, changed({}, fields))]


def start_late(
    visit: str, household: str, reason: str, *, visitor: str, at: datetime, now: datetime, person: str | None = None
) -> list[Edit]:
    """Write down a visit afterwards: when it was, and why only now."""
    if at > now:
        raise Invalid(N_("走访时间不能晚于现在"), fields={"started_at": N_("再核对一遍时间")})
    edit = start(visit, household, Arrival("unscanned", reason), visitor=visitor, now=at, person=person)[0]
    return [Edit(KIND, visit, {**edit.fields, "late_entry": True})]


def call(
    visit: str, household: str, notes: str, *, visitor: str, now: datetime, person: str | None = None
) -> list[Edit]:
    """A telephone call: kept with the visits, and moves no due date."""
    if not notes.strip():
        raise Invalid(N_("写一句谈了什么"), fields={"notes": N_("这一项要填")})
    fields: dict[str, Any] = {
        "household": household,
        "person": person,
        "started_at": utc_text(now),
        "finished_at": utc_text(now),
        "outcome": "done",
        "in_person": False,
        "notes": notes,
        "visitor": visitor,
    }
    return [Edit(KIND, visit, changed({}, fields))]


def note(visit: Visit, notes: str) -> list[Edit]:
    """What was seen and heard, saved while it is written. Raises Clash once the visit is closed."""
    _check_open(visit)
    fields = changed(shown(visit), {"notes": notes})
    return [Edit(KIND, visit.id, fields)] if fields else []


@dataclass(frozen=True, slots=True)
class Ending:
    """What the visit page says at the end."""

    outcome: str
    notes: str = ""
    next_on: date | None = None
    next_reason: str = ""


def finish(visit: Visit, ending: Ending, *, now: datetime, latest: date | None, task: str) -> list[Edit]:
    """Close a visit. `latest` is the last day that the rule allows for the next one; later needs a reason.

    A family that has moved leaves a task, whose id is `task`. Raises Invalid for what is missing, Clash once closed.
    """
    _check_open(visit)
    _check_ending(ending, business_date(now), latest)
    fields = changed(
        shown(visit),
        {
            "outcome": ending.outcome,
            "notes": ending.notes or visit.notes,
            "next_on": ending.next_on,
            "next_reason": ending.next_reason,
            "finished_at": now,
        },
    )
    return [Edit(KIND, visit.id, fields), *_after(visit, ending, now, task)]


def _check_open(visit: Visit) -> None:
    if visit.finished_at is not None:
        raise Clash(N_("这次走访已经完成了。要改内容，另记一次走访并写明原因"))


def _check_ending(ending: Ending, today: date, latest: date | None) -> None:
    problems = {}
    if not ending.outcome:
        problems["outcome"] = N_("选一个走访结果")
    if ending.next_on and ending.next_on <= today:
        problems["next_on"] = N_("下次走访要在今天以后")
    if ending.next_on and latest and ending.next_on > latest and not ending.next_reason.strip():
        problems["next_reason"] = N_("比规定的日子晚，要写原因")
    if problems:
        raise Invalid(N_("还差几处，填好再完成走访"), fields=problems)


def _after(visit: Visit, ending: Ending, now: datetime, task: str) -> list[Edit]:
    if ending.outcome != "moved":
        return []
    due = business_date(now) + timedelta(days=7)
    fields = {"household": visit.household, "kind": "follow_up", "title": "confirm_move", "source": visit.id}
    return [Edit("task", task, {**fields, "due_on": due.isoformat(), "assignee": visit.visitor})]


# -- reading ---------------------------------------------------------------------------------------------------------


def get(visit: str) -> Visit:
    """A visit; raises NotFound."""
    row: Visit | None = live(Visit, Visit.id == visit).first()
    if row is None:
        raise NotFound(N_("没有找到这次走访"))
    return row


def unfinished(visitor: str) -> list[Visit]:
    """The visits somebody has begun and not closed, newest first."""
    return list(live(Visit, Visit.visitor == visitor, Visit.finished_at.is_null()).order_by(Visit.started_at.desc()))


def of_day(visitor: str, today: date) -> list[Visit]:
    """The visits somebody has made on a day, in order."""
    since, until = start_of(today), start_of(today + timedelta(days=1))
    own = Visit.visitor == visitor, Visit.started_at >= since, Visit.started_at < until
    return list(live(Visit, *own).order_by(Visit.started_at))


@dataclass(frozen=True, slots=True)
class Track:
    """What past visits say of one person: the last completed one in person, and the misses in a row since."""

    last: LastVisit | None = None
    misses: int = 0


class Tracks:
    """What past visits say of the people in some homes; read with two queries, however many people there are."""

    def __init__(self, completed: Iterable[Visit], missed: Iterable[Visit]) -> None:
        self._completed = {(row.household, row.person): row for row in completed}
        self._missed: dict[tuple[str | None, str | None], list[datetime]] = {}
        for row in missed:
            self._missed.setdefault((row.household, row.person), []).append(row.started_at)

    def of(self, person: Person) -> Track:
        """One person's track: visits to the whole home count as visits to her."""
        keys = ((person.household, None), (person.household, person.id))
        rows = [row for key in keys if (row := self._completed.get(key))]
        newest = max(rows, key=lambda row: row.started_at, default=None)
        missed = [at for key in keys for at in self._missed.get(key, ())]
        return Track(_last(newest), sum(newest is None or at > newest.started_at for at in missed))


def _last(row: Visit | None) -> LastVisit | None:
    return LastVisit(business_date(row.started_at), row.next_on, row.next_reason) if row else None


def tracks(households: Any, today: date) -> Tracks:
    """Read what past visits say; `households` is a list of ids or a query of them."""
    ours = Visit.household.in_(households), Visit.in_person == True  # noqa: E712 (SQL, not Python)
    done = live(Visit, *ours, Visit.outcome == "done")
    newest = done.select(Visit.household, Visit.person, peewee.fn.MAX(Visit.started_at).alias("at")).group_by(
        Visit.household, Visit.person
    )
    completed = done.join(
        newest,
        on=(Visit.household == newest.c.household)
        & ((Visit.person == newest.c.person) | (Visit.person.is_null() & newest.c.person.is_null()))
        & (Visit.started_at == newest.c.at),
    )
    since = start_of(today - NOT_HOME_LOOKBACK)
    return Tracks(completed, live(Visit, *ours, Visit.outcome == "not_home", Visit.started_at > since))


def next_due(person: Person, track: Track, today: date) -> Due | None:
    """When somebody is to be visited next, and by which rule."""
    categories = people.categories(person, today)
    return schedule.next_due(person.risk_level, categories, track.last, today, person.risk_on)


def rule_of(members: Iterable[Person], today: date) -> Interval | None:
    """The shortest interval that a rule sets for anybody in a home."""
    rules = (schedule.interval_for(p.risk_level, people.categories(p, today), today) for p in members)
    return min((rule for rule in rules if rule), key=lambda rule: rule.days, default=None)


def latest_next(members: Iterable[Person], today: date) -> date | None:
    """The last day that the rules allow for the next visit to a home, when one is completed today."""
    rule = rule_of(members, today)
    return today + timedelta(days=rule.days) if rule else None


def hint(misses: int) -> Words | None:
    """What to do after misses in a row."""
    if misses < MISSES_BEFORE_ASKING:
        return None
    return Words(N_("连着 %(n)s 次未遇。问问邻居和学校；还找不到，报镇儿童督导员"), {"n": misses})
