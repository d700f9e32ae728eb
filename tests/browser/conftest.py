"""Browser tests of the shared web layer: the app of questions, served."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from fieldapp.web import Options
from tests.browser.questions import CARD_PREFIX, Heard, make_questions
from tests.support.server import Served, serving


@pytest.fixture
def heard() -> Heard:
    """What the app of questions was sent."""
    return Heard()


@pytest.fixture
def questions(heard: Heard) -> Iterator[Served]:
    """The app of questions; everybody may answer."""
    with serving(make_questions(heard, Options())) as served:
        yield served


@pytest.fixture
def guarded(heard: Heard) -> Iterator[Served]:
    """The app of questions for people who have logged in, with a scanner."""
    with serving(make_questions(heard, Options(scan="scan", scan_prefix=CARD_PREFIX))) as served:
        yield served


@pytest.fixture
def form(page: Page, questions: Served) -> Page:
    """The form, open."""
    page.goto(f"{questions.url}/q")
    return page


@pytest.fixture
def own_form(page: Page, guarded: Served) -> Page:
    """The form, open, somebody logged in, the scanner ready."""
    page.goto(f"{guarded.url}/enter")
    page.goto(f"{guarded.url}/own")
    return page
