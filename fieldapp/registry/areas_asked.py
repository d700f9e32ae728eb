"""Choosing areas by their names: what is ticked stays, what is typed is searched for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import render_template, request

from fieldapp.domain import areas
from fieldapp.domain.areas import Area
from fieldapp.registry import accounts
from fieldapp.registry.scope import path

HITS = 12


def found(within: Sequence[str]) -> str:
    """The part of the page that htmx swaps while somebody types."""
    return render_template("_areas.html", **context(within))


def context(within: Sequence[str]) -> dict[str, Any]:
    """Chosen and found areas as (key, path), for `_areas.html`; `within` some prefixes, or anywhere."""
    chosen = [key for key in dict.fromkeys(request.values.getlist("areas")) if accounts.is_area(key)]
    hits = [_key(area) for area in _search(within) if _key(area) not in chosen]
    return {
        "chosen_areas": [(key, path(key)) for key in chosen],
        "found_areas": [(key, path(key)) for key in hits],
        "asked_area": request.values.get("area", "").strip(),
    }


def _search(within: Sequence[str]) -> list[Area]:
    asked, known = request.values.get("area", "").strip()[:40], areas.load()
    if not asked:
        return _offered(within)
    hits = known.search(asked, limit=HITS * 20 if within else HITS)
    return [area for area in hits if not within or known.within(_key(area), within)][:HITS]


def _offered(within: Sequence[str]) -> list[Area]:
    """Before anything is typed: where one works oneself, when that is few places."""
    return [areas.load().get(prefix) for prefix in within] if len(within) <= HITS else []


def _key(area: Area) -> str:
    return areas.load().prefix(area.code)
