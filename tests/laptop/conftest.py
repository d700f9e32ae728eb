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
from tests.support.laptop import CHEAP, NOW, PASSPHRASE, WORKER, Chance, identity, log_in


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
