"""The sample app, its clock and a browser's cookies."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.sample import Clock, make_app


@pytest.fixture
def clock() -> Clock:
    """A clock that a test moves."""
    return Clock()


@pytest.fixture
def app(clock: Clock) -> Flask:
    """The sample app."""
    return make_app(now=clock)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser at the sample app."""
    return app.test_client()
