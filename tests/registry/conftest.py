"""A registry on SQLite and on PostgreSQL, with people, served over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from fieldapp.registry import accounts, create_app
from fieldapp.settings import RegistrySettings
from tests.registry.office import Clock, Office
from tests.support.laptop import Chance
from tests.support.server import serving


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a guess costs is not what these tests are about."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(accounts, "_hasher", cheap)
    monkeypatch.setattr(accounts, "_nobody", cheap.hash("nobody"))


@pytest.fixture
def settings(tmp_path: Path, database: str) -> RegistrySettings:
    return RegistrySettings(data=tmp_path, database=database)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def empty(settings: RegistrySettings, clock: Clock) -> Office:
    """A registry at its first start: nobody has an account."""
    app = create_app(settings, now=clock.now, entropy=Chance("registry"))
    return Office(app, clock, settings.data)


@pytest.fixture
def office(empty: Office) -> Iterator[Office]:
    """A registry with its people, on a port."""
    empty.employ()
    with serving(empty.app) as served:
        empty.url = served.url
        yield empty
