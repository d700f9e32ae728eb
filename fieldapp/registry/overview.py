"""How the towns stand this month: who is to be visited, who was, who is late, at which risk. Four queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from fieldapp.domain import areas, risk
from fieldapp.domain.records import Person
from fieldapp.registry import standing
from fieldapp.registry.scope import lies_in
from fieldapp.registry.standing import Standing


@dataclass(frozen=True, slots=True)
class Town:
    """One town: people followed, visits wanted and made this month, people late, people by level ("" not rated)."""

    key: str
    name: str
    followed: int
    wanted: int
    seen: int
    late: int
    levels: Mapping[str, int]

    @property
    def share(self) -> float | None:
        """How much of what is wanted has been done, in percent; None when nothing is wanted."""
        return 100 * self.seen / self.wanted if self.wanted else None


@dataclass(frozen=True, slots=True)
class Overview:
    """All towns, the furthest behind first, and their sum; everybody of level one, whoever is due first in front."""

    towns: tuple[Town, ...]
    whole: Town
    red: tuple[Standing, ...]

    def red_late(self, today: date) -> int:
        """How many of level one are late."""
        return sum(each.is_late(today) for each in self.red)


def of(prefixes: Iterable[str], today: date) -> Overview:
    """The overview of some areas."""
    found = standing.standings(today, lies_in(Person.area, prefixes))
    by_town: dict[str, list[Standing]] = {}
    for each in found:
        by_town.setdefault(each.person.area[:9], []).append(each)
    towns = [_town(key, areas.load().get(key).name, those, today) for key, those in by_town.items()]
    red = sorted((each for each in found if each.person.risk_level == "red"), key=_first_due)
    return Overview(tuple(sorted(towns, key=_behind)), _town("", "", found, today), tuple(red))


def _first_due(each: Standing) -> tuple[date, str]:
    return (each.due.on if each.due else date.max, each.person.id)


def _behind(town: Town) -> tuple[float, int, str]:
    return (100.0 if town.share is None else town.share, -town.late, town.key)


def _town(key: str, name: str, those: Sequence[Standing], today: date) -> Town:
    wanted = [each for each in those if each.is_wanted(today)]
    levels = Counter(risk.level(each.person.risk_level).code for each in those)
    seen, late = sum(each.was_seen(today) for each in wanted), sum(each.is_late(today) for each in those)
    return Town(key, name, len(those), len(wanted), seen, late, levels)
