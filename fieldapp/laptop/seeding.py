"""Made-up households in a laptop's own records, for demonstrations and training."""

from __future__ import annotations

from fieldapp.domain import seed
from fieldapp.domain.calendar import business_date
from fieldapp.laptop.laptop import Laptop

SEED = 20251118  # any number: the same one gives the same people


def fill(laptop: Laptop, author: str, count: int = seed.DEFAULT_HOUSEHOLDS) -> int:
    """Write `count` households of the demo town as `author`, one action each; returns how many records that were."""
    store, records = laptop.store, 0
    with store.use():
        town = seed.seed_town(SEED, business_date(laptop.now()), store.new_id, worker=author, count=count)
        for household in town:
            records += len(store.commit(household, author=author))
    return records
