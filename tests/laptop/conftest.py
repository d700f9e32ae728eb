"""A laptop that has been enrolled and opened, and a browser's worth of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fieldapp.laptop import create_app
from fieldapp.laptop.current import EXTENSION
from fieldapp.laptop.laptop import Laptop
from fieldapp.settings import LaptopSettings
from tests.support.laptop import CHEAP, DEVICE, NOW, PASSPHRASE, WORKER, Chance, identity, log_in
from tests.support.server import Served, serving
from tests.support.small_registry import SmallRegistry, small_registry


@pytest.fixture
def settings(tmp_path: Path) -> LaptopSettings:
    return LaptopSettings(data=tmp_path)


MakeApp = Callable[[], Flask]


@pytest.fixture
def make_app(settings: LaptopSettings) -> MakeApp:
    """The program, started once more on the same folder."""
    return lambda: create_app(settings, now=lambda: NOW, entropy=Chance("app"), cost=CHEAP, syncs=False)


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    return make_app()


@pytest.fixture
def laptop(app: Flask) -> Iterator[Laptop]:
    """Enrolled for one worker, opened, its database in use."""
    laptop: Laptop = app.extensions[EXTENSION]
    laptop.begin(identity(), WORKER, PASSPHRASE)
    with laptop.store.use():
        yield laptop


@pytest.fixture
def client(app: Flask, laptop: Laptop) -> FlaskClient:
    """A browser in which the worker is logged in."""
    client = app.test_client()
    log_in(client)
    return client


@pytest.fixture
def registry(tmp_path: Path) -> SmallRegistry:
    """An empty registry."""
    return small_registry(tmp_path)


@pytest.fixture
def served(registry: SmallRegistry) -> Iterator[Served]:
    """The same, on a port."""
    with serving(registry.app()) as served:
        yield served


@pytest.fixture
def connected(registry: SmallRegistry, served: Served, app: Flask) -> Iterator[Laptop]:
    """A laptop that the registry knows, opened, its database in use."""
    laptop: Laptop = app.extensions[EXTENSION]
    known = identity(registry=served.url)
    registry.keys[DEVICE] = known.key.public_key().public_bytes_raw()
    registry.users[DEVICE] = known.users
    laptop.begin(known, WORKER, PASSPHRASE)
    with laptop.store.use():
        yield laptop
