"""Who is due when: everybody who is followed in some areas, read in three queries however many they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fieldapp.domain import visits
from fieldapp.domain.records import Person, live
from fieldapp.domain.schedule import Due

# Only what the rules look at: a county's children with all their fields would take seconds.
LOOKED_AT = (Person.id, Person.household, Person.area, Person.risk_level, Person.risk_on, Person.category)


@dataclass(frozen=True, slots=True)
class Standing:
    """A person (`LOOKED_AT` of her), and when she is to be visited next; None when no rule asks for it."""

    person: Person
    due: Due | None

    def is_late(self, today: date) -> bool:
        """Whether the day has passed."""
        return self.due is not None and self.due.on < today

    def was_seen(self, today: date) -> bool:
        """Whether she was visited this month."""
        last = self.due.last_on if self.due else None
        return last is not None and (last.year, last.month) == (today.year, today.month)

    def is_wanted(self, today: date) -> bool:
        """Whether a visit was made or falls due this month."""
        on = self.due.on if self.due else None
        return self.was_seen(today) or (on is not None and (on.year, on.month) <= (today.year, today.month))


def standings(today: date, *conditions: Any) -> list[Standing]:
    """The standing of everybody who is followed and fits the conditions."""
    people = live(Person, Person.followed == True, *conditions)  # noqa: E712 (SQL, not Python)
    return of(people.select(*LOOKED_AT), people.select(Person.household), today)


def of(people: Iterable[Person], households: Any, today: date) -> list[Standing]:
    """The standing of some people who live in these households (ids, or a query of them)."""
    tracks = visits.tracks(households, today)
    return [Standing(person, visits.next_due(person, tracks.of(person), today)) for person in people]


def of_page(people: Sequence[Person], today: date) -> dict[str, Standing]:
    """The standing of the people on one page, by id."""
    homes = list({person.household for person in people if person.household})
    return {standing.person.id: standing for standing in of(people, homes, today)}
