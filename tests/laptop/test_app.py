"""Who gets in, and what stays open."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize("path", ["/", "/homes", "/scan", "/tasks", "/sync"])
def test_every_place_of_the_rail_opens_after_the_login(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 200
