"""The hand-kept part: dated changes of counties and the zones (管理区) laid over towns. Read from overlay.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class County:
    """One bearer of a county code. A code may be borne twice: 500110 was 万盛区 and is 綦江区."""

    code: str
    name: str
    valid_from: date | None = None
    valid_to: date | None = None
    becomes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """From that day the towns (or all towns of a county, by its code) belong to the county `to`."""

    on: date
    towns: tuple[str, ...]
    to: str


@dataclass(frozen=True, slots=True)
class Zone:
    """A 管理区: it has no code, does a county's work and is shown instead of the county of its towns."""

    key: str
    name: str
    valid_from: date | None
    valid_to: date | None
    towns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overlay:
    counties: tuple[County, ...]
    moves: tuple[Move, ...]
    zones: tuple[Zone, ...]


def read(text: str) -> Overlay:
    """Parse overlay.toml."""
    data = tomllib.loads(text)
    changes = data["change"]
    return Overlay(
        counties=tuple(_counties(changes)),
        moves=tuple(_moves(changes)),
        zones=tuple(_zone(entry) for entry in data["zone"]),
    )


def _counties(changes: list[dict[str, Any]]) -> Iterable[County]:
    """Join what begins and what ends into one bearer with both dates."""
    starts = {(c["code"], c["name"]): change["on"] for change in changes for c in change.get("begins", ())}
    ends = {(c["code"], c["name"]): (change["on"] - DAY, c) for change in changes for c in change.get("ends", ())}
    for code, name in sorted(starts.keys() | ends.keys()):
        last, entry = ends.get((code, name), (None, {}))
        yield County(code, name, starts.get((code, name)), last, tuple(entry.get("becomes", ())))


def _moves(changes: list[dict[str, Any]]) -> Iterable[Move]:
    for change in changes:
        for move in change.get("moves", ()):
            yield Move(change["on"], tuple(move["towns"]), move["to"])


def _zone(entry: dict[str, Any]) -> Zone:
    return Zone(entry["key"], entry["name"], entry.get("from"), entry.get("to"), tuple(entry["towns"]))
