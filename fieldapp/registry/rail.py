"""The places of the registry, as far as somebody's roles reach, with what waits there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import g

from fieldapp.errors import N_
from fieldapp.registry import attention
from fieldapp.registry.current import can
from fieldapp.web import Place

MEND = "mend.page"

# Each with the action that its page asks for; "" is open to everybody who has an account.
PLACES: tuple[tuple[Place, str], ...] = (
    (Place(N_("总览"), "chart", "overview.page"), ""),
    (Place(N_("名册"), "user", "children.page"), "view"),
    (Place(N_("住户"), "home", "households.page"), "view"),
    (Place(N_("走访"), "door", "visits.page"), "view"),
    (Place(N_("表"), "pen", "submissions.page"), "view"),
    (Place(N_("不一致和退回"), "swap", MEND), "view"),
    (Place(N_("电脑"), "laptop", "laptops.page"), "devices"),
    (Place(N_("人员和片区"), "task", "staff.page"), "users"),
)


def places() -> Sequence[Place]:
    """What stands in the rail for the person at the screen."""
    shown = [place for place, action in PLACES if not action or can(g.user, action)]
    return [replace(place, count=attention.count(g.user)) if place.endpoint == MEND else place for place in shown]
