"""A county's registry for tests: its app over real HTTP, its people, and laptops that enrol and sync with it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from fieldapp.domain import records
from fieldapp.domain.roles import User
from fieldapp.registry import accounts, enrolment
from fieldapp.registry.accounts import NewAccount
from fieldapp.registry.current import EXTENSION
from fieldapp.registry.registry import Registry
from sync.change import Change, Value
from sync.edit import Edit
from sync.exchange import HttpTransport, Report, run
from sync.store.database import open_sqlite
from sync.store.laptop import LaptopStore
from sync.store.tables import LAPTOP
from tests.support.laptop import Chance

ZONE = "wansheng"
TOWN, OTHER_TOWN = "500110101", "500110102"  # 南桐镇 and 青年镇, both in the zone
FAR_TOWN = "500110108"  # 綦江区's, outside of the zone
VILLAGE, OTHER_VILLAGE, FAR_VILLAGE = "500110101200", "500110102200", "500110108200"
PASSWORD = "qingshui-cun-7"


class Clock:
    """The test's time."""

    def __init__(self) -> None:
        self.moment = datetime(2025, 11, 18, 3, 20, tzinfo=UTC)  # 11:20 in Chongqing

    def now(self) -> datetime:
        return self.moment

    def ms(self) -> int:
        return int(self.moment.timestamp() * 1000)

    def pass_by(self, **gap: float) -> None:
        self.moment += timedelta(**gap)


# login: role, areas
PEOPLE: Mapping[str, tuple[str, str]] = {
    "hejianhua": ("county", ZONE),
    "zhaomingfang": ("supervisor", TOWN),
    "chenxiaoli": ("caseworker", TOWN),
    "luojianguo": ("caseworker", TOWN),
    "qingnian": ("caseworker", OTHER_TOWN),
    "shiminzheng": ("city", "50"),
    "shenji": ("auditor", ZONE),
}


@dataclass
class Office:
    """The registry of these tests, and who has an account there."""

    app: Flask
    clock: Clock
    folder: Path
    url: str = ""
    staff: dict[str, User] = field(default_factory=dict)

    @property
    def registry(self) -> Registry:
        registry: Registry = self.app.extensions[EXTENSION]
        return registry

    def employ(self) -> None:
        """Everybody of PEOPLE."""
        store = self.registry.store
        with store.use(), store.writing():
            for login, (role, area) in PEOPLE.items():
                new = NewAccount(login, f"{login} 的名字", PASSWORD, [role], [area])
                self.staff[login] = accounts.add(store.new_id(), new)

    def code(self, login: str = "chenxiaoli", by: str = "hejianhua") -> str:
        """A fresh code for somebody."""
        store = self.registry.store
        with store.use():
            return enrolment.make_code(
                accounts.row(self.staff[login].id), self.staff[by], self.clock.ms(), store.entropy
            )  # fmt: skip

    def laptop(self, name: str, login: str = "chenxiaoli") -> Laptop:
        """A laptop, enrolled for somebody over HTTP and synced for the first time."""
        laptop = Laptop(self, name, self.staff[login].id)
        answer = laptop.enrol(self.code(login))
        assert answer.status_code == 200, answer.text
        assert laptop.sync().result == "done"
        return laptop

    def browser(self, login: str | None = None) -> FlaskClient:
        """A browser, in which somebody has logged in."""
        browser = self.app.test_client()
        if login:
            answer = submit(browser, "/login", login=login, password=PASSWORD)
            assert answer.status_code == 303, answer.text
        return browser


def submit(browser: FlaskClient, path: str, **form: str | list[str]) -> TestResponse:
    """Send a form as its page would, with the page's token."""
    browser.get("/login", follow_redirects=True)
    with browser.session_transaction() as session:
        token = session.get("csrf", "")
    return browser.post(path, data={"csrf_token": token, **form})


class Laptop:
    """A caseworker's laptop, as the registry meets it."""

    def __init__(self, office: Office, name: str, author: str) -> None:
        self.office, self.author = office, author
        chance = Chance(name)
        self.device = f"WS{sum(name.encode()):08d}"
        self.key = Ed25519PrivateKey.from_private_bytes(chance(32))
        database = open_sqlite(office.folder / f"{name}.db", b"k" * 32)
        self.store = LaptopStore(database, now_ms=office.clock.ms, entropy=chance)
        with self.store.use():
            database.create_tables([*LAPTOP, *records.MODELS])
            self.store.enrol(self.device)

    def enrol(self, code: str, **other: str) -> requests.Response:
        """Ask to be let in."""
        public = b64encode(self.key.public_key().public_bytes_raw()).decode()
        body = {"code": code, "device": self.device, "public_key": public, "label": "万盛-017", **other}
        return requests.post(f"{self.office.url}/enrol/v1", json=body, timeout=30)

    def sync(self) -> Report:
        """One run over HTTP, signed."""
        line = HttpTransport(self.office.url, self.device, self.key)
        with line.session:
            return run(self.store, line)

    def home(self, village: str = VILLAGE, **fields: Value) -> str:
        """A home, with whatever is known of it."""
        return self.make("household", {"head_name": "周大明", "address": "三组 27 号", **fields}, village)

    def child(self, home: str, **fields: Value) -> str:
        """A child in a home."""
        known: dict[str, Value] = {"household": home, "name": "周雨桐", "sex": "female", "birth_date": "2014-03-02"}
        return self.make("person", {**known, **fields})

    def make(self, kind: str, fields: Mapping[str, Value], area: str = "") -> str:
        """Any new record."""
        with self.store.use():
            record = self.store.new_id()
            self.store.commit([Edit(kind, record, fields, area)], author=self.author)
        return record

    def edit(self, kind: str, record: str, **fields: Value) -> tuple[Change, ...]:
        """Open a screen on a record and save it."""
        with self.store.use():
            screen = self.store.open_screen([record], self.author)
            return self.store.commit([Edit(kind, record, fields)], author=self.author, screen=screen)

    def values(self, record: str, field: str) -> list[Value]:
        """The different values of a field here, newest first."""
        with self.store.use():
            return [side.value for side in self.store.state(record).sides(field)]


@contextmanager
def queries(app: Flask) -> Iterator[list[str]]:
    """The SQL that the block makes the registry run."""
    registry: Registry = app.extensions[EXTENSION]
    database, run_one, said = registry.store.db, registry.store.db.execute_sql, list[str]()

    def listen(sql: str, *arguments: object) -> object:
        said.append(sql)
        return run_one(sql, *arguments)  # type: ignore[no-untyped-call]

    database.execute_sql = listen  # type: ignore[method-assign]
    try:
        yield said
    finally:
        database.execute_sql = run_one  # type: ignore[method-assign]
