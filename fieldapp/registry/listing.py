"""Lists as addresses: what the query says (text, place, choices, order, page) and the links that change it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import request, url_for

from fieldapp.domain import areas
from fieldapp.errors import N_, NotAllowed, NotFound
from fieldapp.registry import accounts, scope
from fieldapp.registry.current import user

PAGE_ROWS = 25
DEEPEST_PAGE = 10_000


@dataclass(frozen=True, slots=True)
class Wish:
    """What a list is asked for. `prefixes` is where to look: the chosen place, or all of where somebody works."""

    text: str
    place: str
    prefixes: tuple[str, ...]
    chosen: Mapping[str, str]
    order: str
    descending: bool
    page: int

    @property
    def offset(self) -> int:
        """How many rows come before this page."""
        return (self.page - 1) * PAGE_ROWS


def wish(orders: Sequence[str], **choices: Collection[str]) -> Wish:
    """Read the address: the first of `orders` is the usual one; unknown choices and orders are passed over.

    Raises NotAllowed for a place outside of somebody's areas, NotFound for one that does not exist.
    """
    order = request.args.get("sort", "")
    known = order.lstrip("-") in [usual.lstrip("-") for usual in orders]
    order = order if known else orders[0]
    place = request.args.get("place", "")
    return Wish(
        text=request.args.get("q", "").strip()[:80],
        place=place,
        prefixes=_prefixes(place),
        chosen={name: value for name in choices if (value := request.args.get(name, "")) in choices[name]},
        order=order.lstrip("-"),
        descending=order.startswith("-"),
        page=min(max(request.args.get("page", 1, int), 1), DEEPEST_PAGE),
    )


def _prefixes(place: str) -> tuple[str, ...]:
    if not place:
        return user().areas
    if not accounts.is_area(place):
        raise NotFound(N_("没有这个地方。请从列表里选"))
    if not areas.load().within(place, user().areas):
        raise NotAllowed(N_("这个地方不在您的片区。需要的话，请找县管理员"))
    return areas.load().expand(place)


@dataclass(frozen=True, slots=True)
class Listing:
    """What a list's page shows around its rows."""

    wish: Wish
    total: int
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def first(self) -> int:
        """The number of the first row of the page."""
        return min(self.wish.offset + 1, self.total)

    @property
    def last(self) -> int:
        """The number of its last row."""
        return min(self.wish.offset + PAGE_ROWS, self.total)

    @property
    def before(self) -> str:
        """The page before, "" on the first."""
        return address(page=self.wish.page - 1) if self.wish.page > 1 else ""

    @property
    def after(self) -> str:
        """The page after, "" on the last."""
        return address(page=self.wish.page + 1) if self.last < self.total else ""

    @property
    def narrowed(self) -> bool:
        """Whether anything is filtered."""
        return bool(self.wish.text or self.wish.place or self.wish.chosen)

    @property
    def clear(self) -> str:
        """The list without any filter."""
        return address(q=None, place=None, **dict.fromkeys(self.wish.chosen))

    def chips(self) -> list[tuple[str, str]]:
        """(words, the list without this filter) for every filter that holds; words of choices come from `words`."""
        held = [("q", self.wish.text)] if self.wish.text else []
        held += [("place", areas.load().get(self.wish.place).name)] if self.wish.place else []
        held += [(name, self.words.get(value, value)) for name, value in self.wish.chosen.items()]
        return [(text, address(**{name: None})) for name, text in held]

    def crumbs(self) -> list[scope.Place]:
        """The way down to the chosen place."""
        return scope.crumbs(self.wish.place, user().areas) if self.wish.place else []

    def places(self) -> list[scope.Place]:
        """What the list can be narrowed to by place: the chosen one among them."""
        offered = scope.choices(user().areas)
        chosen = self.crumbs()[-1:]
        return [*offered, *(place for place in chosen if place not in offered)]

    def sort(self, name: str) -> str:
        """The address that sorts by a column, the other way round when it already does."""
        ascending = self.wish.order == name and not self.wish.descending
        return address(sort=f"-{name}" if ascending else name)

    def sorted(self, name: str) -> str:
        """How the list is sorted by a column, for `aria-sort`."""
        if self.wish.order != name:
            return ""
        return "descending" if self.wish.descending else "ascending"


def address(**changes: Any) -> str:
    """This list with some of its query changed; None takes a part away. Whatever changes, it begins on page 1."""
    kept = {name: value for name, value in request.args.items() if name not in ("page", "lang") and value}
    query = {name: value for name, value in {**kept, **changes}.items() if value is not None}
    return url_for(request.endpoint or "", **(request.view_args or {}), **query)
