"""Where somebody may look: area prefixes as conditions on rows, and the places she may choose from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, reduce
from operator import or_
from typing import Any

import peewee

from fieldapp.domain import areas
from fieldapp.domain.areas import PROVINCE, Area
from fieldapp.errors import Invalid, NotFound
from sync.store.pages import under

NOTHING = peewee.SQL("1 = 0")


def lies_in(column: Any, prefixes: Iterable[str]) -> Any:
    """A condition: the row's area lies under one of the prefixes; none of them means nothing at all."""
    ranges = [under(column, prefix) for prefix in prefixes if prefix]
    return reduce(or_, ranges) if ranges else NOTHING


@dataclass(frozen=True, slots=True)
class Place:
    """A place to choose or to go back to: the key that an address carries, and its name."""

    key: str
    name: str


def choices(prefixes: Iterable[str]) -> list[Place]:
    """What a list can be narrowed to: the towns of where somebody works, or the counties of a whole province."""
    return [place(area) for prefix in prefixes for area in _below(prefix)]


def _below(prefix: str) -> list[Area]:
    known = areas.load()
    if prefix == PROVINCE:
        return known.children(prefix)
    return known.children(prefix) if len(prefix) == 6 else [known.get(prefix)]


def place(area: Area) -> Place:
    """An area as a place."""
    return Place(areas.load().prefix(area.code), area.name)


def crumbs(key: str, prefixes: Iterable[str]) -> list[Place]:
    """The way down to a place, as far as it lies in the prefixes: zone or county, town, village."""
    known = areas.load()
    area = known.get(key)
    above = [area.code[:length] for length in (6, 9) if area.level not in ("county", "zone") and len(key) > length]
    named = [known.get(part) for part in above] + [area]
    return [place(each) for each in named if known.within(each.code, prefixes)]


@cache
def names(area: str) -> str:
    """Town and village of a record: 南桐镇 南桐村; the code itself for one that nobody knows."""
    known = areas.load()
    try:
        codes = [area[:9], area] if len(known.prefix(area)) == 12 else [area]
        return " ".join(known.get(code).name for code in codes)
    except (Invalid, NotFound):
        return area


def path(code: str) -> str:
    """An area with what it lies in, without the province: 万盛经开区 · 南桐镇."""
    named = areas.load().names(code)
    return " · ".join(named[1:] or named)
