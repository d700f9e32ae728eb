"""The tests' own tools: a road that can be cut, servers over real HTTP, throw-away databases, a browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import psycopg
import pytest
import requests
from flask import Flask, request

from tests.support.proxy import CutProxy
from tests.support.server import Served, answers, serving

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.support.postgres import Postgres


# a picture without words, for axe to find
PAGE = "<!doctype html><html lang=zh><title>页</title><main><h1>走访</h1><img src=/x></main></html>"


@pytest.fixture
def echo() -> Iterator[Served]:
    """An app that answers with what it was sent."""
    app = Flask(__name__)
    app.add_url_rule("/", "echo", lambda: request.get_data(), methods=["GET", "POST"])
    app.add_url_rule("/page", "page", lambda: PAGE)
    with serving(app) as served:
        yield served


def test_a_served_app_answers_while_the_block_lasts() -> None:
    with serving(Flask(__name__)) as served:
        assert requests.get(served.url, timeout=5).status_code == 404
    assert not answers(served.port)


def test_the_road_carries_and_counts_both_ways(echo: Served) -> None:
    with CutProxy(echo.address) as road:
        assert requests.post(road.url, data=b"x" * 100_000, timeout=5).content == b"x" * 100_000
        assert road.sent > 100_000
        assert road.received > 100_000
        assert road.connections == 1
        road.reset_counts()
        assert (road.sent, road.received, road.connections) == (0, 0, 0)


def test_a_cut_road_refuses_and_a_restored_one_carries_on_the_same_port(echo: Served) -> None:
    with CutProxy(echo.address) as road:
        url = road.url
        road.cut()
        with pytest.raises(requests.ConnectionError):
            requests.get(url, timeout=5)
        road.restore()
        assert requests.get(url, timeout=5).status_code == 200


def test_cutting_the_road_drops_a_request_on_its_way() -> None:
    arrived, may_answer = threading.Event(), threading.Event()
    app = Flask(__name__)

    @app.get("/")
    def slow() -> str:
        arrived.set()
        may_answer.wait(10)
        return "late"

    with serving(app) as served, CutProxy(served.address) as road:

        def cut_when_it_has_arrived() -> None:
            arrived.wait(10)
            road.cut()

        cutter = threading.Thread(target=cut_when_it_has_arrived)
        cutter.start()
        with pytest.raises(requests.ConnectionError):
            requests.get(road.url, timeout=10)
        may_answer.set()
        cutter.join()


def test_a_road_to_a_registry_that_is_down_drops_the_connection(free_port: int) -> None:
    with CutProxy(("127.0.0.1", free_port)) as road, pytest.raises(requests.ConnectionError):
        requests.get(road.url, timeout=5)


def test_each_postgres_test_starts_from_an_empty_database(postgres: Postgres) -> None:
    for _ in range(2):
        with postgres.fresh_database() as url, psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE visit (id int)")


def test_a_connection_left_open_does_not_keep_a_database_from_being_dropped(postgres: Postgres) -> None:
    with postgres.fresh_database() as url:
        left_open = psycopg.connect(url)
    with pytest.raises(psycopg.OperationalError):
        left_open.execute("SELECT 1")
    left_open.close()


def test_the_database_fixture_gives_sqlite_and_postgres(database: str) -> None:
    assert database.startswith(("sqlite:///", "postgresql://"))


def test_the_browser_shows_chinese_and_axe_finds_what_is_wrong(page: Page, echo: Served) -> None:
    from tests.support.browser import violations

    page.goto(f"{echo.url}/page")
    assert page.get_by_role("heading", name="走访").is_visible()
    assert any(line.startswith("image-alt") for line in violations(page))
