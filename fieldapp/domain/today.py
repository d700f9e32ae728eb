"""Where to go first: visits due by risk and rule, tasks due, and how the month stands. A fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fieldapp.domain import labels, people, places, schedule, visits
from fieldapp.domain.drafts import Draft
from fieldapp.domain.drafts import of as drafts_of
from fieldapp.domain.labels import Words
from fieldapp.domain.places import lies_in
from fieldapp.domain.records import Household, Person, Task, Visit, live
from fieldapp.domain.times import month_start, start_of, week_end
from fieldapp.domain.visits import Tracks
from fieldapp.errors import N_


@dataclass(frozen=True, slots=True)
class Stop:
    """One reason to go to a home: a visit that a rule asks for, or a task.

    `last_on` is the last completed visit in person; `misses` the times in a row that nobody was at home since.
    """

    person: Person | None
    household: Household | None
    what: Words
    due_on: date
    risk_level: str | None
    task: Task | None = None
    last_on: date | None = None
    misses: int = 0

    def days_late(self, today: date) -> int:
        """Days past the due date; 0 on the day itself and before."""
        return max(0, (today - self.due_on).days)


@dataclass(frozen=True, slots=True)
class Day:
    """What the day's page shows; each list by risk, then by whoever has waited longest."""

    overdue: tuple[Stop, ...]
    today: tuple[Stop, ...]
    this_week: tuple[Stop, ...]
    drafts: tuple[Draft, ...]
    homes_visited: int
    homes_due: int

    @property
    def homes(self) -> int:
        """How many homes stand on the page."""
        return len({stop.household.id for stop in self.stops() if stop.household})

    @property
    def hamlets(self) -> int:
        """In how many hamlets they lie."""
        return len(self.by_route())

    def stops(self) -> tuple[Stop, ...]:
        """All of them, as urgent as they are."""
        return (*self.overdue, *self.today, *self.this_week)

    def by_route(self) -> dict[str, list[Stop]]:
        """The same by hamlet, in the order of a walk; what belongs to no home comes last, under ""."""
        housed = [(stop.household, stop) for stop in self.stops() if stop.household]
        route: dict[str, list[Stop]] = {}
        for home, stop in sorted(housed, key=lambda pair: places.order(pair[0])):
            route.setdefault(places.hamlet(home), []).append(stop)
        homeless = [stop for stop in self.stops() if stop.household is None]
        return route | ({"": homeless} if homeless else {})


def of(user: str, today: date, within: Sequence[str] = ("",)) -> Day:
    """The day of a user of this machine, in the areas that begin so. Reads everybody who is followed, once."""
    tasks = due_tasks(today, within)
    persons = _persons(tasks, within)
    homes = {row.id: row for row in live(Household, Household.id.in_(_home_ids(persons.values(), tasks)))}
    tracks = visits.tracks(_followed(within).select(Person.household), today)
    stops = list(_visits(persons.values(), homes, tracks, today))
    ordered = sorted([*stops, *_tasks(tasks, persons, homes)], key=_order)
    week = week_end(today)
    visited = _visited(today, within)
    return Day(
        overdue=tuple(stop for stop in ordered if stop.due_on < today),
        today=tuple(stop for stop in ordered if stop.due_on == today),
        this_week=tuple(stop for stop in ordered if today < stop.due_on <= week),
        drafts=tuple(drafts_of(user)),
        homes_visited=len(visited),
        homes_due=len(visited | _due_this_month(stops, today)),
    )


def due_tasks(today: date, within: Sequence[str] = ("",)) -> list[Task]:
    """The open tasks due by the end of the week."""
    return list(live(Task, Task.done_at.is_null(), Task.due_on <= week_end(today), lies_in(Task, within)))


def _followed(within: Sequence[str]) -> Any:
    return live(Person, lies_in(Person, within), Person.followed == True)  # noqa: E712 (SQL, not Python)


def _persons(tasks: Sequence[Task], within: Sequence[str]) -> dict[str, Person]:
    """Everybody who is followed or has a task due."""
    named = [task.person for task in tasks if task.person]
    followed = Person.followed == True  # noqa: E712 (SQL, not Python)
    return {row.id: row for row in live(Person, lies_in(Person, within), followed | Person.id.in_(named))}


def _home_ids(persons: Iterable[Person], tasks: Iterable[Task]) -> list[str]:
    rows: Iterator[Person | Task] = iter((*persons, *tasks))
    return list({row.household for row in rows if row.household})


def _visits(persons: Iterable[Person], homes: Mapping[str, Household], tracks: Tracks, today: date) -> Iterator[Stop]:
    for person in persons:
        home = homes.get(person.household or "")
        track = tracks.of(person)
        due = visits.next_due(person, track, today) if home is not None else None
        if due is not None:
            yield Stop(
                person, home, visit_words(person, due, today), due.on, person.risk_level,
                last_on=due.last_on, misses=track.misses,
            )  # fmt: skip


def visit_words(person: Person, due: schedule.Due, today: date) -> Words:
    """Which visit it is, and how often: 儿童走访 · 每 7 天."""
    child = people.is_child(person, today)
    if due.last_on is None:
        return Words(N_("首次摸排") if child else N_("首次走访"))
    if due.interval is None:
        return Words(N_("约好的走访"))
    text = N_("儿童走访 · 每 %(n)s 天") if child else N_("探访 · 每 %(n)s 天")
    return Words(text, {"n": due.interval.days})


def _tasks(tasks: Iterable[Task], persons: Mapping[str, Person], homes: Mapping[str, Household]) -> Iterator[Stop]:
    for task in tasks:
        person = persons.get(task.person or "")
        home = homes.get(task.household or (person.household if person else "") or "")
        level = task.level or (person.risk_level if person else None)
        what = labels.value_words("task", "title", task.title)
        yield Stop(person, home, what, task.due_on, level, task=task)


def _order(stop: Stop) -> tuple[object, ...]:
    who = stop.person or stop.household
    return (*schedule.urgency(stop.risk_level, stop.due_on), stop.task is None, who.id if who else "")


def _visited(today: date, within: Sequence[str]) -> set[str]:
    """The homes with a completed visit in person this month."""
    since = start_of(month_start(today))
    met = live(Visit, lies_in(Visit, within), Visit.started_at >= since, Visit.outcome == "done")
    return {row.household for row in met if row.in_person and row.household}


def _due_this_month(stops: Iterable[Stop], today: date) -> set[str]:
    """The homes whose next visit falls due by the end of the month."""
    month = (today.year, today.month)
    return {stop.household.id for stop in stops if stop.household and (stop.due_on.year, stop.due_on.month) <= month}
