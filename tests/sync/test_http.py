"""The exchange as it travels: signed requests over HTTP, and what a laptop makes of each answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask, Response

from sync.errors import Busy, Forked, Malformed, NewerVersion, NotEnrolled, Offline, SyncError
from sync.exchange import HttpTransport, Report, run
from sync.service import blueprint
from sync.signing import device_of
from sync.wire import PATH, Request, pack
from tests.support.server import free_port, serving
from tests.sync.nodes import Laptop, World, made_change

KEY = Ed25519PrivateKey.generate()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    world.rights.keys["A"] = KEY.public_key().public_bytes_raw()
    yield world
    world.db.close()


@pytest.fixture
def url(world: World) -> Iterator[str]:
    app = Flask(__name__)
    app.register_blueprint(blueprint(world.registry, world.rights))
    with serving(app) as served:
        yield served.url


def test_a_signed_exchange_over_http_brings_both_up_to_date(world: World, url: str) -> None:
    a: Laptop = world.laptop("A")
    house = a.make_house(phone="1")
    seen: list[Report] = []
    report = run(a.store, HttpTransport(url, "A", KEY), progress=seen.append)
    assert (report.result, report.sent, report.requests) == ("done", 1, 1)
    assert seen[-1].received == report.received == 1
    assert world.state(house) == a.state(house)
    with a.store.use():
        assert [row.result for row in a.store.history()] == ["done"]


def test_a_run_stops_when_it_is_told_to(world: World, url: str) -> None:
    a = world.laptop("A")
    with a.store.use():
        a.store.set_node("want", ["SOMETHING0000000"] * 300)
    assert run(a.store, HttpTransport(url, "A", KEY), stop=lambda: True).requests == 1


@pytest.mark.parametrize(("device", "key"), [("A", Ed25519PrivateKey.generate()), ("B", KEY)])
def test_an_unknown_device_or_another_key_is_not_let_in(
    world: World, url: str, device: str, key: Ed25519PrivateKey
) -> None:
    with pytest.raises(NotEnrolled):
        HttpTransport(url, device, key)(pack(Request(epoch=0, seq=0, now=0, cursor={})))


def test_a_header_that_names_no_device_is_not_let_in() -> None:
    with pytest.raises(NotEnrolled):
        device_of("Bearer of bad news")


@pytest.mark.parametrize(
    ("body", "error"),
    [(b"no message", Malformed), (pack(Request(epoch=0, seq=0, now=0, cursor={}, v=9)), NewerVersion)],
)
def test_what_the_registry_cannot_read_it_says(url: str, world: World, body: bytes, error: type[SyncError]) -> None:
    with pytest.raises(error):
        HttpTransport(url, "A", KEY)(body)


def test_a_fork_is_told(world: World, url: str) -> None:
    a = world.laptop("A")
    world.push("A", made_change(name="一"))
    a.make_house(name="二")
    report = run(a.store, HttpTransport(url, "A", KEY))
    assert report.result == Forked.code
    with a.store.use():
        assert a.store.waiting() == 1  # and nothing is lost by it


@pytest.mark.parametrize(("wait", "seconds"), [("7", 7.0), ("soon", 60.0)])
def test_a_busy_registry_says_when_to_come_back(world: World, wait: str, seconds: float) -> None:
    app = Flask(__name__)
    app.add_url_rule(PATH, view_func=lambda: Response(status=503, headers={"Retry-After": wait}), methods=["POST"])
    a = world.laptop("A")
    with serving(app) as served:
        report = run(a.store, HttpTransport(served.url, "A", KEY))
    assert (report.result, report.retry_after) == (Busy.code, seconds)


def test_nobody_at_the_address_is_offline(world: World) -> None:
    with pytest.raises(Offline):
        HttpTransport(f"http://127.0.0.1:{free_port()}", "A", KEY)(b"")
