"""A page asks the database a bounded number of questions, however many homes, people and visits there are."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from flask.testing import FlaskClient

from fieldapp.domain.records import Household, Person, Visit
from fieldapp.domain.seed import seed_town
from fieldapp.laptop.laptop import Laptop
from sync.change import Value
from sync.edit import Edit
from tests.support.family import CHILD, HOME, TODAY, VILLAGE, VISIT, arrive, settle_in
from tests.support.laptop import NOW, WORKER
from tests.support.visitor import visit

FEW, MANY = 2, 12

Count = Callable[[str], int]


@pytest.fixture
def queries(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> Count:
    """How many queries opening a page takes; peewee logs every one."""

    def count(path: str) -> int:
        caplog.clear()
        with caplog.at_level(logging.DEBUG, "peewee"):
            visit(client, path)
        return sum(record.name == "peewee" for record in caplog.records)

    return count


@pytest.fixture(autouse=True)
def family(laptop: Laptop) -> None:
    settle_in(laptop)
    arrive(laptop)


def move_in(laptop: Laptop, count: int, seed: int) -> None:
    """More families into the same village."""
    day = date.fromisoformat(TODAY.isoformat())
    for edits in seed_town(seed, day, laptop.store.new_id, worker=WORKER.id, villages=[VILLAGE], count=count):
        laptop.store.commit(edits, author=WORKER.id)


def grow(laptop: Laptop, count: int) -> None:
    """More people, visits, tasks and filled forms in the home itself."""
    for number in range(count):
        edits = [
            Edit(
                "person",
                laptop.store.new_id(),
                {"household": HOME, "name": f"孩子{number}", "birth_date": "2016-01-01"},
            ),
            Edit("visit", laptop.store.new_id(), _past(number)),
            Edit("task", laptop.store.new_id(), {"household": HOME, "person": CHILD, "title": f"事{number}"}),
            Edit("submission", laptop.store.new_id(), _filled(number)),
        ]
        laptop.store.commit(edits, author=WORKER.id)


def _past(number: int) -> dict[str, Value]:
    at = NOW.replace(month=1 + number % 9).isoformat()
    past: dict[str, Value] = {
        "household": HOME,
        "started_at": at,
        "finished_at": at,
        "outcome": "not_home",
        "visitor": f"U{number}",
    }
    return {**past, "in_person": True}


def _filled(number: int) -> dict[str, Value]:
    at = NOW.replace(month=1 + number % 9).isoformat()
    level: Value = {"level": ("red", "blue")[number % 2]}
    known: dict[str, Value] = {
        "person": CHILD,
        "household": HOME,
        "form": "child_screening",
        "result": level,
        "visit": VISIT,
    }
    return {**known, "finalised_at": at, "author": f"U{number}"}


TOWN_PAGES = ["/", "/?by=route", "/homes", "/homes?q=zdm", "/cards", "/cards?heap=posted", "/tasks", "/scan"]
HOME_PAGES = [
    f"/homes/{HOME}", f"/homes/{HOME}?all=1", f"/homes/{HOME}/edit", f"/people/{CHILD}", f"/people/{CHILD}/edit",
    f"/people/{CHILD}/categories", f"/visits/{VISIT}", "/tasks",
]  # fmt: skip


@pytest.mark.parametrize("path", TOWN_PAGES)
def test_more_homes_cost_no_more_queries(laptop: Laptop, queries: Count, path: str) -> None:
    move_in(laptop, FEW, seed=1)
    few = queries(path)
    move_in(laptop, MANY, seed=2)
    assert Household.select().count() > MANY
    assert queries(path) == few <= 40


@pytest.mark.parametrize("path", HOME_PAGES)
def test_a_fuller_home_costs_no_more_queries(laptop: Laptop, queries: Count, path: str) -> None:
    grow(laptop, 1)
    few = queries(path)
    grow(laptop, MANY)
    assert Person.select().count() > MANY
    assert Visit.select().count() > MANY
    assert queries(path) == few <= 40


def test_a_sheet_of_ten_cards_costs_what_one_card_costs(laptop: Laptop, queries: Count) -> None:
    move_in(laptop, 10, seed=1)
    ids = [row.id for row in Household.select().limit(10)]
    assert queries("/cards/sheet?" + "&".join(f"household={each}" for each in ids)) == queries(
        f"/cards/sheet?household={ids[0]}"
    )


@pytest.fixture
def busy_day(laptop: Laptop) -> Iterator[int]:
    """Many visits of one day."""
    move_in(laptop, MANY, seed=1)
    for home in Household.select():
        fields: dict[str, Value] = {
            "household": home.id,
            "started_at": NOW.isoformat(),
            "visitor": WORKER.id,
            "in_person": True,
        }
        laptop.store.commit([Edit("visit", laptop.store.new_id(), fields)], author=WORKER.id)
    yield Visit.select().count()


@pytest.mark.parametrize("path", ["/", "/scan"])
def test_a_busy_day_costs_no_more_queries(queries: Count, busy_day: int, path: str) -> None:
    assert busy_day > MANY
    assert queries(path) <= 40
