from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync.nodes import World


@pytest.fixture
def world(tmp_path: Path, database: str) -> Iterator[World]:
    """A registry on SQLite and on PostgreSQL, and a clock."""
    world = World(tmp_path, database)
    yield world
    world.db.close()
