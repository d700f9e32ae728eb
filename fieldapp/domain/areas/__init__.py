"""Chongqing's areas down to the village: a slice of codes and names as of 2023-06-30 under a hand-kept, dated overlay.

A code identifies; what it belongs to is data with dates. Zones (管理区) do a county's work over their towns and stand
in its place everywhere: `children`, `expand` and `within` of a county leave them out. See docs/adr/0002-areas.md.
Every `on` is a day; without one the latest state is meant.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from importlib import resources
from itertools import islice

from fieldapp.domain.areas import overlay as overlays
from fieldapp.domain.areas.area import LEVELS, PROVINCE, Area, Level, full, kind, prefix
from fieldapp.domain.areas.overlay import DAY, Overlay, Zone
from fieldapp.errors import N_, NotFound

__all__ = ["PROVINCE", "Area", "Areas", "Level", "full", "kind", "load", "prefix"]

LATEST = date.max


@cache
def load() -> Areas:
    """The areas that ship with the program, read once (about 20 ms)."""
    folder = resources.files(__name__)
    lines = folder.joinpath("areas-2023.tsv").read_text("utf-8").splitlines()
    names = dict(line.split("\t") for line in lines)
    return Areas(names, overlays.read(folder.joinpath("overlay.toml").read_text("utf-8")))


class Areas:
    """Looks areas up by code: whole (12 digits) or its prefix (2, 6, 9 or 12), zones by their key."""

    def __init__(self, names: Mapping[str, str], overlay: Overlay) -> None:
        self._names = names
        self._codes = sorted(names)
        self._towns = [code for code in self._codes if len(code) == 9]
        self._zones = {zone.key: zone for zone in overlay.zones}
        self._zones_of = _zones_by_town(overlay.zones)
        self._becomes = {(c.code, c.name): c.becomes for c in overlay.counties}
        self._counties = _counties(names, overlay)
        self._moves = _moves_by_town(self._towns, overlay)
        self._days = sorted({move.on for move in overlay.moves} | _bounds(overlay.zones))
        self._towns_at: dict[int, dict[str, tuple[str, ...]]] = {}

    def prefix(self, code: str) -> str:
        """The significant prefix of a code, or the key of a zone. Raises Invalid if it is neither."""
        return code if code in self._zones else prefix(code)

    def get(self, code: str, on: date | None = None) -> Area:
        """The area that bears the code on that day (without a day: that bears it, or bore it last); else NotFound."""
        key = self.prefix(code)
        area = self._bearer(key, on or LATEST)
        if on is not None and not area.stands(on):
            raise NotFound(N_("%(name)s在 %(on)s 这一天没有设立。请选当时的地区。"), name=area.name, on=on.isoformat())
        return replace(area, zone=self._zone_name(key, on or LATEST))

    def children(self, code: str, on: date | None = None) -> list[Area]:
        """What lies directly below: counties, then zones; towns of a county or zone; villages of a town."""
        key, day = self.prefix(code), on or LATEST
        if key == PROVINCE:
            return [a for a in self._districts() if a.stands(day)]
        if self._is_district(key):
            return [self.get(town, on) for town in self._towns_of(key, day)]
        return [self.get(village, on) for village in self._below(key)] if len(key) == 9 else []

    def names(self, code: str, on: date | None = None) -> tuple[str, ...]:
        """The names from the city down, the zone in place of the county, without the dummy cities."""
        key, day = self.prefix(code), on or LATEST
        return tuple(self._bearer(k, day).name for k in (*self._above(key, day), key))

    def path(self, code: str, on: date | None = None) -> str:
        """What a person reads: 重庆市 · 万盛经开区 · 南桐镇 · 南桐村. Town names repeat: show this."""
        return " · ".join(self.names(code, on))

    def within(self, code: str, prefixes: Iterable[str], on: date | None = None) -> bool:
        """Whether all of the area lies in some of the prefixes or zones (by that day's boundaries)."""
        scope = tuple(part for p in prefixes for part in self.expand(p, on))
        return all(part.startswith(scope) for part in self.expand(code, on)) if scope else False

    def expand(self, code: str, on: date | None = None) -> tuple[str, ...]:
        """The fewest code prefixes that cover an area: towns for a zone or a county whose towns its code does not tell.

        A county or zone that is gone, or not yet there, stands for the towns of its last or first day: a scope granted
        for it is neither widened nor emptied by a change of boundaries, until a person grants another.
        """
        key = self.prefix(code)
        if not self._is_district(key):
            return (key,)
        area = self._bearer(key, on or LATEST)
        towns = self._towns_of(key, _clamp(on or LATEST, area))
        return (key,) if towns and towns == self._below(key) else towns

    def successors(self, code: str, on: date | None = None) -> tuple[Area, ...]:
        """What directly followed the area that bore the code on that day, or last before it; empty if it stands."""
        area = self._bearer(self.prefix(code), on or LATEST)
        after = area.valid_to + DAY if area.valid_to else None
        return tuple(self.get(follower, after) for follower in self._becomes.get((area.code[:6], area.name), ()))

    def search(self, text: str, under: str = PROVINCE, on: date | None = None, limit: int = 20) -> list[Area]:
        """Areas whose name holds the last word and whose path holds them all; exact names first, then by level."""
        *above, own = text.split() or [""]
        hits = [(name, key) for key, name in self._listed(under, on) if own and own in name]
        hits.sort(key=lambda hit: (hit[0] != own, self._depth(hit[1]), not hit[0].startswith(own), hit[1]))
        found = (key for _, key in hits if not above or self._path_has(above, key, on))
        return [self.get(key, on) for key in islice(found, limit)]

    def _listed(self, under: str, on: date | None) -> Iterator[tuple[str, str]]:
        """Key and name of everything below the city that stands on that day within `under`."""
        scope = self.expand(under, on)
        for area in self._districts():
            key = self.prefix(area.code)
            if area.stands(on or LATEST) and self.within(key, [under], on):
                yield key, area.name
        yield from ((c, self._names[c]) for c in self._codes if len(c) > 6 and c.startswith(scope))

    def _path_has(self, words: list[str], key: str, on: date | None) -> bool:
        path = self.path(key, on)
        return all(word in path for word in words)

    def _is_district(self, key: str) -> bool:
        return key in self._zones or len(key) == 6

    def _depth(self, key: str) -> int:
        return 6 if self._is_district(key) else len(key)

    def _above(self, key: str, day: date) -> tuple[str, ...]:
        if key == PROVINCE:
            return ()
        if self._is_district(key):
            return (PROVINCE,)
        district = (PROVINCE, self._home(key[:9], day))
        return district if len(key) == 9 else (*district, key[:9])

    def _bearer(self, key: str, day: date) -> Area:
        """The area of that key on that day, else the nearest before it, else the first."""
        if key in self._zones:
            return _zone_area(self._zones[key])
        bearers = self._counties.get(key)
        if bearers:
            begun = [area for area in bearers if (area.valid_from or date.min) <= day]
            return begun[-1] if begun else bearers[0]
        if key not in self._names:
            raise NotFound(N_("没有这个地区：%(code)s。请从列表里选一个地区。"), code=key)
        return Area(full(key), self._names[key], LEVELS[len(key)])

    def _districts(self) -> list[Area]:
        """Every county there is or was, then every zone: what a city is divided into."""
        counties = [area for bearers in self._counties.values() for area in bearers]
        return sorted(counties, key=lambda a: a.code) + [_zone_area(zone) for zone in self._zones.values()]

    def _zone_name(self, key: str, day: date) -> str | None:
        zone = self._zone_of(key[:9], day)
        return zone.name if zone else None

    def _zone_of(self, town: str, day: date) -> Zone | None:
        return next((z for z in self._zones_of.get(town, ()) if _zone_area(z).stands(day)), None)

    def _home(self, town: str, day: date) -> str:
        """The key of the zone or county that the town belongs to."""
        zone = self._zone_of(town, day)
        moved = [to for since, to in self._moves.get(town, ()) if since <= day]
        return zone.key if zone else (moved or [town[:6]])[-1]

    def _towns_of(self, key: str, day: date) -> tuple[str, ...]:
        period = bisect_right(self._days, day)
        if period not in self._towns_at:
            homes: dict[str, list[str]] = {}
            for town in self._towns:
                homes.setdefault(self._home(town, day), []).append(town)
            self._towns_at[period] = {home: tuple(towns) for home, towns in homes.items()}
        return self._towns_at[period].get(key, ())

    def _below(self, key: str) -> tuple[str, ...]:
        """The codes one level below by their digits: towns of a county, villages of a town."""
        first, last = bisect_left(self._codes, key), bisect_left(self._codes, key + ":")
        return tuple(code for code in self._codes[first:last] if len(code) == len(key) + 3)


def _zone_area(zone: Zone) -> Area:
    return Area(zone.key, zone.name, "zone", zone.valid_from, zone.valid_to)


def _clamp(day: date, area: Area) -> date:
    return max(area.valid_from or date.min, min(day, area.valid_to or LATEST))


def _bounds(zones: Iterable[Zone]) -> set[date]:
    """The days on which the towns of a zone change hands."""
    starts = {zone.valid_from for zone in zones if zone.valid_from}
    return starts | {zone.valid_to + DAY for zone in zones if zone.valid_to}


def _zones_by_town(zones: Iterable[Zone]) -> dict[str, list[Zone]]:
    by_town: dict[str, list[Zone]] = {}
    for zone in zones:
        for town in zone.towns:
            by_town.setdefault(town, []).append(zone)
    return by_town


def _counties(names: Mapping[str, str], overlay: Overlay) -> dict[str, list[Area]]:
    """Every bearer of every county code, earliest first."""
    known = {(c.code, c.name): (c.valid_from, c.valid_to) for c in overlay.counties}
    known |= {(c, n): known.get((c, n), (None, None)) for c, n in names.items() if len(c) == 6}
    bearers: dict[str, list[Area]] = {}
    for (code, name), (start, end) in sorted(known.items(), key=lambda item: item[1][1] or LATEST):
        bearers.setdefault(code, []).append(Area(full(code), name, "county", start, end))
    return bearers


def _moves_by_town(towns: list[str], overlay: Overlay) -> dict[str, list[tuple[date, str]]]:
    """Each town's moves in order; on one day a town named by itself overrules the county it is part of."""
    steps = [(move.on, len(source), source, move.to) for move in overlay.moves for source in move.towns]
    by_town: dict[str, list[tuple[date, str]]] = {}
    for on, _, source, to in sorted(steps):
        for town in towns:
            if town.startswith(source):
                by_town.setdefault(town, []).append((on, to))
    return by_town
