"""Made-up households in a laptop's own records, for demonstrations and training."""

from __future__ import annotations

from collections.abc import Iterator

from fieldapp.domain import areas, seed
from fieldapp.domain.calendar import business_date
from fieldapp.laptop.laptop import Laptop

SEED = 20251118  # any number: the same one gives the same people


def fill(laptop: Laptop, author: str, count: int = seed.DEFAULT_HOUSEHOLDS) -> int:
    """Write `count` households where `author` works, one action each; returns how many records that were."""
    store, records, today = laptop.store, 0, business_date(laptop.now())
    with store.use():
        town = seed.seed_town(
            SEED, today, store.new_id, worker=author, villages=villages_of(laptop, author), count=count
        )  # fmt: skip
        for household in town:
            records += len(store.commit(household, author=author))
    return records


def villages_of(laptop: Laptop, user: str) -> list[str]:
    """The 12-digit codes of the villages in somebody's areas. Within `store.use()`."""
    granted = [area for each in laptop.store.node("users") if each["id"] == user for area in each["areas"]]
    return [village for area in granted for village in _villages(area)]


def _villages(area: str) -> Iterator[str]:
    known = areas.load()
    below = known.children(area)
    if not below:
        yield known.get(area).code
    for child in below:
        yield from _villages(child.code)
