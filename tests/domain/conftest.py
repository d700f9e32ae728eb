from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from forms import Form, library, load_form
from tests.domain.desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A laptop that is open, its database in use."""
    desk = Desk(tmp_path)
    with desk.store.use():
        yield desk
    desk.db.close()


@pytest.fixture(scope="session")
def screening(tmp_path_factory: pytest.TempPathFactory) -> Form:
    """The form 儿童入户摸排."""
    return load_form(library("child_screening"), cache=tmp_path_factory.mktemp("forms"))
