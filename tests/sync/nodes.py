"""Whole nodes in one process, with a clock that the test holds: a registry and laptops that talk by real messages."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import peewee

from sync.change import Change, Dot, Value, Write, encode
from sync.edit import Edit
from sync.errors import NotEnrolled, Offline
from sync.exchange import Report, run
from sync.merge import safest
from sync.schema import record_type
from sync.service import answer_to
from sync.store.base import Screen, Store
from sync.store.database import open_sqlite, open_url
from sync.store.fields import Choice, Elements, Iso, IsoTime, Ref
from sync.store.laptop import LaptopStore
from sync.store.pages import Scope
from sync.store.registry import Reason, RegistryStore, read_group
from sync.store.synced import Synced
from sync.store.tables import LAPTOP, REGISTRY
from sync.wire import Verdict, pack, unpack_answer, unpack_request

TOWN, OTHER_TOWN = "500110102", "500110103"
VILLAGE, OTHER_VILLAGE = "500110102201", "500110103201"


@record_type(policies={"level": safest({"green": 1, "red": 4})})
class House(Synced):
    """A root."""

    name = peewee.CharField(max_length=40, null=True)
    phone = peewee.CharField(max_length=20, null=True)
    level = peewee.CharField(max_length=10, null=True)
    kind = Choice(("flat", "farmhouse"), null=True)
    built_on = Iso(null=True)
    seen_at = IsoTime(null=True)
    rooms = peewee.IntegerField(null=True)
    leaks = peewee.BooleanField(null=True)
    tags = Elements()


@record_type(parents=("house",))
class Dweller(Synced):
    """A member: lies where its house lies."""

    house = Ref(null=True)
    name = peewee.CharField(max_length=40, null=True)


class Clock:
    """The test's time, in Unix milliseconds; `skew` is how wrong a node's clock is."""

    def __init__(self) -> None:
        self.ms = 1_764_000_000_000

    def reader(self, skew: int = 0) -> Any:
        def now() -> int:
            self.ms += 1
            return self.ms + skew

        return now


@dataclass
class Rights:
    """The registry's door in these tests: devices, their scopes, and authors whose writes are refused."""

    scopes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    refused_authors: set[str] = field(default_factory=set)
    keys: dict[str, bytes] = field(default_factory=dict)  # of those that talk over HTTP

    def public_key(self, device: str) -> bytes:
        if device not in self.keys:
            raise NotEnrolled(device)
        return self.keys[device]

    def scope(self, device: str) -> Scope:
        return Scope(self.scopes[device])

    def judge(self, device: str, change: Change, area: str) -> Reason | None:
        if change.author in self.refused_authors:
            return {"code": "not_a_user"}
        return None if area.startswith(self.scopes[device]) else {"code": "not_your_area"}

    def extras(self, device: str, known: Mapping[str, str]) -> dict[str, Any]:
        return {}

    def heard(self, device: str, now_ms: int) -> None:
        return


class Laptop:
    """A laptop of these tests: writes through screens, as people do."""

    def __init__(self, world: World, device: str, scope: tuple[str, ...], skew: int = 0, life: int = 0) -> None:
        """`life` counts its restarts: chance does not repeat itself."""
        self.world, self.device, self.life = world, device, life
        self.db = open_sqlite(world.folder / f"{device}.db", b"k" * 32, durable=world.durable)
        chance = random.Random(f"{device}{life or ''}")
        self.store = LaptopStore(self.db, now_ms=world.clock.reader(skew), entropy=chance.randbytes)
        world.rights.scopes[device] = scope
        self.online = True
        self.lose_answers = 0
        with self.store.use():
            self.db.create_tables([*LAPTOP, House, Dweller])
            self.store.enrol(device)

    def make_house(self, area: str = VILLAGE, **fields: Value) -> str:
        with self.store.use():
            house = self.store.new_id()
            self.store.commit([Edit("house", house, _named(fields), area)], author=self.device)
        return house

    def open(self, *records: str) -> Screen:
        with self.store.use():
            return self.store.open_screen(records, self.device)

    def save(self, screen: Screen, record: str, **fields: Value) -> tuple[Change, ...]:
        with self.store.use():
            return self.store.commit(
                [Edit("house", record, _named(fields))], author=self.device, screen=self.store.screen(screen.id)
            )

    def edit(self, record: str, **fields: Value) -> tuple[Change, ...]:
        return self.save(self.open(record), record, **fields)

    def sync(self) -> Report:
        return run(self.store, self._carry)

    def sync_a_page(self, size: int) -> bool:
        """One request with small pages; whether there is more to come."""
        with self.store.use():
            body = pack(self.store.request(size))
        answer = self._carry(body)
        with self.store.use():
            return self.store.adopt(unpack_answer(answer)).more

    def _carry(self, body: bytes) -> bytes:
        if not self.online:
            raise Offline("cut")
        answer = self.world.answer(self.device, body)
        if self.lose_answers:
            self.lose_answers -= 1
            raise Offline("the answer was lost after the registry had committed")
        return answer

    def house(self, record: str) -> House | None:
        with self.store.use():
            return House.get_or_none(House.id == record)

    def state(self, record: str) -> Any:
        return view(self.store, record)


class World:
    """A registry and its laptops."""

    def __init__(self, folder: Path, url: str = "", *, durable: bool = True) -> None:
        """Without a URL the registry is a SQLite file in the folder."""
        self.folder, self.clock, self.rights, self.durable = folder, Clock(), Rights(), durable
        self.db = open_url(url) if url else open_sqlite(folder / "registry.db", durable=durable)
        chance = random.Random("registry")
        self.registry = RegistryStore(self.db, now_ms=self.clock.reader(), entropy=chance.randbytes)
        with self.registry.use():
            self.db.create_tables([*REGISTRY, House, Dweller])

    def laptop(self, device: str, *scope: str, skew: int = 0) -> Laptop:
        return Laptop(self, device, scope or (TOWN,), skew)

    def answer(self, device: str, body: bytes) -> bytes:
        with self.registry.use():
            return pack(answer_to(self.registry, self.rights, device, unpack_request(body)))

    def push(self, device: str, *changes: Change) -> list[Verdict]:
        """Give the registry one group, as written, past everything a laptop checks."""
        with self.registry.use():
            group = read_group(device, [encode(change) for change in changes])
            return self.registry.push(device, [group], self.rights.judge)

    def state(self, record: str) -> Any:
        return view(self.registry, record)

    def house(self, record: str) -> House:
        with self.registry.use():
            return House.get_by_id(record)


def view(store: Store, record: str) -> dict[str, list[Value]]:
    """{field: its different values, newest first}: what two nodes must agree on."""
    with store.use():
        state = store.state(record)
        return {name: [side.value for side in state.sides(name)] for name in sorted(state.fields)}


def _named(fields: Mapping[str, Value]) -> dict[str, Value]:
    """`tags__poor` stands for the element `tags/poor`."""
    return {name.replace("__", "/"): value for name, value in fields.items()}


def made_change(device: str = "A", seq: int = 1, *, hint: str = VILLAGE, prev: str = "", **fields: Value) -> Change:
    """A change as it stands on the wire, of a house that nobody else knows; each part can be replaced."""
    writes = {name: Write(value) for name, value in fields.items()}
    return Change(Dot(device, seq), 1, 1, device, 1, "house", "0123456789ABCDEF", writes, hint, prev=prev, nonce="N")
