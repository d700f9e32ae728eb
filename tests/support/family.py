"""A made-up home with one child, written into a laptop's records as the day's screens would."""

from __future__ import annotations

from datetime import date

from fieldapp.domain import households, people, visits
from fieldapp.laptop.laptop import Laptop
from tests.support.laptop import NOW, TOWN, WORKER

HOME = "H4M5Y00000000001"
CHILD = "P4C5D00000000001"
VISIT = "V4T5D00000000001"
VILLAGE = f"{TOWN}201"
FORM = "child_screening"
TODAY = date(2025, 11, 18)


def settle_in(laptop: Laptop, today: date = TODAY) -> None:
    """周大明's home, with 周雨桐, eleven years old."""
    home = {"head_name": "周大明", "address": "青水村 3 组 12 号", "phone": "15400992204"}
    child = {"name": "周雨桐", "sex": "female", "birth_date": "2014-05-12", "guardian_phone": "15400992716"}
    edits = [*households.register(HOME, home, VILLAGE, today), *people.add(CHILD, HOME, child, today)]
    laptop.store.commit(edits, author=WORKER.id)


def arrive(laptop: Laptop) -> None:
    """A visit that has begun at the door."""
    edits = visits.start(VISIT, HOME, visits.SCANNED, visitor=WORKER.id, now=NOW)
    laptop.store.commit(edits, author=WORKER.id, via="scanned")
