"""A laptop with the product's records, and a registry to meet others at; the tests hold the clock and the chance."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import peewee

from fieldapp.domain import households, people, search
from fieldapp.domain.calendar import CHINA
from fieldapp.domain.drafts import Draft
from fieldapp.domain.records import MODELS, Household, Person
from sync.change import Change
from sync.edit import Edit
from sync.errors import NotEnrolled
from sync.exchange import Report, run
from sync.service import answer_to
from sync.store.base import Store
from sync.store.database import current, open_sqlite
from sync.store.laptop import LaptopStore
from sync.store.pages import Scope
from sync.store.registry import Reason, RegistryStore
from sync.store.tables import LAPTOP, REGISTRY
from sync.wire import pack, unpack_request

TODAY = date(2025, 11, 18)  # a Tuesday
NOW = datetime(2025, 11, 18, 9, 30, tzinfo=CHINA)
TOWN = "500110101"
VILLAGE = "500110101200"
WORKER = "CHENXIAOLI000001"


class Desk:
    """A laptop and whoever sits at it."""

    def __init__(self, folder: Path, device: str = "YX00000017", user: str = WORKER, now: datetime = NOW) -> None:
        self.user, self.device = user, device
        self.ms = int(now.timestamp() * 1000)
        self.db = open_sqlite(folder / f"{device}.db", b"k" * 32)
        self.store = LaptopStore(self.db, now_ms=self._tick, entropy=random.Random(device).randbytes)
        with self.store.use():
            self.db.create_tables([*LAPTOP, *MODELS, Draft])
            search.create(self.db)
            self.store.enrol(device)
        self.store.on_project.append(lambda row: households.index_row(self.db, row))

    def _tick(self) -> int:
        self.ms += 1
        return self.ms

    def new_id(self) -> str:
        return self.store.new_id()

    def save(self, edits: Sequence[Edit], *shows: str, via: str = "", why: str = "") -> tuple[Change, ...]:
        """Commit as people do: on a screen that shows these records."""
        screen = self.store.open_screen(shows, self.user) if shows else None
        return self.store.commit(edits, author=self.user, screen=screen, via=via, why=why)

    def home(self, **given: Any) -> Household:
        """A home that is registered."""
        household = self.new_id()
        fields = {"head_name": "周大明", "address": "三组 27 号", **given}
        self.save(households.register(household, fields, VILLAGE, TODAY))
        return households.get(household)

    def person(self, household: Household, **given: Any) -> Person:
        """Somebody in a home, with fields as the record keeps them."""
        person = self.new_id()
        fields = {"household": household.id, "name": "周雨桐", "sex": "female", **given}
        self.save([Edit("person", person, fields)])
        return people.get(person)

    def visit(self, household: Household, on: date, **fields: Any) -> str:
        """A visit that is over: at half past nine in China on that day."""
        visit = self.new_id()
        at = datetime(on.year, on.month, on.day, 9, 30, tzinfo=CHINA).astimezone(UTC).isoformat()
        past: dict[str, Any] = {
            "household": household.id,
            "started_at": at,
            "finished_at": at,
            "outcome": "done",
            "in_person": True,
        }
        self.save([Edit("visit", visit, {**past, "visitor": self.user, **fields})])
        return visit


class Centre:
    """A registry where every laptop may write in the town."""

    def __init__(self, folder: Path) -> None:
        self.db = open_sqlite(folder / "registry.db")
        self.ms = int(NOW.timestamp() * 1000)
        self.store = RegistryStore(self.db, now_ms=self._tick, entropy=random.Random("registry").randbytes)
        with self.store.use():
            self.db.create_tables([*REGISTRY, *MODELS])

    def _tick(self) -> int:
        self.ms += 1
        return self.ms

    def sync(self, desk: Desk) -> Report:
        """One exchange of a laptop with this registry."""

        def carry(body: bytes) -> bytes:
            with self.store.use():
                return pack(answer_to(self.store, self, desk.device, unpack_request(body)))

        return run(desk.store, carry)

    def public_key(self, device: str) -> bytes:
        raise NotEnrolled("these tests do not sign")

    def scope(self, device: str) -> Scope:
        return Scope((TOWN,))

    def judge(self, device: str, change: Change, area: str) -> Reason | None:
        return None if area.startswith(TOWN) else {"code": "not_your_area"}

    def extras(self, device: str, known: Mapping[str, str]) -> dict[str, Any]:
        return {}

    def heard(self, device: str, now_ms: int) -> None:
        return


def edited(edits: Sequence[Edit], kind: str) -> dict[str, Any]:
    """The fields that some edits write to records of one kind, all together."""
    return {name: value for edit in edits if edit.type == kind for name, value in edit.fields.items()}


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that are run within the block."""
    db: Any = current()
    real, seen = db.execute_sql, list[str]()

    def execute(sql: str, *args: Any, **kwargs: Any) -> Any:
        seen.append(sql)
        return real(sql, *args, **kwargs)

    db.execute_sql = execute
    try:
        yield seen
    finally:
        db.execute_sql = real


def kept(store: Store, model: type[peewee.Model]) -> list[Any]:
    """All rows of a model on a node."""
    with store.use():
        return list(model.select())
