"""What the person at the screen may open: the records of her own areas. A laptop may hold those of colleagues, too."""

from __future__ import annotations

from typing import Any

from fieldapp.domain import areas, households, people, places, tasks, visits
from fieldapp.domain.records import Household, Person, Task, Visit
from fieldapp.errors import N_, NotFound
from fieldapp.laptop import current
from sync.store.synced import Synced


def prefixes() -> tuple[str, ...]:
    """The codes that her areas begin with; those of the laptop when nothing is known of hers."""
    known = areas.load()
    return tuple(part for area in current.user().areas or current.scope() for part in known.expand(area))


def mine(model: type[Synced]) -> Any:
    """A condition on records: in her areas."""
    return places.lies_in(model, prefixes())


def household(record: str) -> Household:
    """A home of hers; raises NotFound."""
    found = households.get(record)
    _check(found)
    return found


def person(record: str) -> Person:
    """Somebody in her areas; raises NotFound."""
    found = people.get(record)
    _check(found)
    return found


def visit(record: str) -> Visit:
    """A visit to a home of hers; raises NotFound."""
    found = visits.get(record)
    _check(found)
    return found


def task(record: str) -> Task:
    """A task in her areas; raises NotFound."""
    found = tasks.get(record)
    _check(found)
    return found


def _check(row: Synced) -> None:
    if row.area and not row.area.startswith(prefixes()):
        raise NotFound(N_("这一户不在您的片区，这里打不开。要去走访，请督导员把片区派给您"))
