"""Fixtures for every test: databases, servers, a browser."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from tests.support.server import free_port as find_free_port

if TYPE_CHECKING:  # heavy; loaded only by the tests that use them
    from playwright.sync_api import Browser, BrowserContext, Page, Playwright

    from tests.support.postgres import Postgres

# A busy machine is no reason to fail. HYPOTHESIS_PROFILE=thorough looks much longer.
hypothesis.settings.register_profile("default", deadline=None, print_blob=True)
hypothesis.settings.register_profile("thorough", deadline=None, print_blob=True, max_examples=5_000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

PICTURES = Path(__file__).parents[1] / ".pytest_cache" / "failures"  # outside git
FAILED = pytest.StashKey[bool]()

# Milliseconds that a browser may take: a busy machine is no reason to fail.
PATIENCE = 20_000


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server for the whole run of this process, started by the first test that asks."""
    from tests.support.postgres import running_postgres

    with running_postgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """The URL of an empty PostgreSQL database of this test's own."""
    with postgres.fresh_database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database for the registry; every test that asks runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'registry.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def free_port() -> int:
    """A loopback port that nobody listens on."""
    return find_free_port()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What drives browsers; there can be only one in a process."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One Chromium for the whole run of this process."""
    from tests.support.browser import launch

    with launch(playwright) as browser:
        yield browser


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A person's browser: a laptop's screen, Chinese, Chongqing's time, no memory of earlier tests."""
    from tests.support.browser import LAPTOP

    context = browser.new_context(viewport=LAPTOP, locale="zh-CN", timezone_id="Asia/Shanghai")
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page; when the test fails, every page of its browser is kept as a picture in .pytest_cache/failures."""
    page = context.new_page()
    yield page
    keep_pictures(request, context.pages)


def keep_pictures(request: pytest.FixtureRequest, pages: Iterable[Page]) -> None:
    """When the test has failed, keep what the pages show."""
    if request.node.stash.get(FAILED, False):
        PICTURES.mkdir(parents=True, exist_ok=True)
        for number, each in enumerate(pages):
            each.screenshot(path=PICTURES / f"{request.node.name}-{number}.png", full_page=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember on the test that it failed, for the fixtures that tidy up after it."""
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report
