"""Every component can be used by everybody, in both languages, and breaks none of the page's own rules."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import assert_accessible
from tests.support.server import Served

NARROW = 320  # pixels; WCAG 1.4.10
PAGES = ["/kit", "/kit/door", "/kit/paper", "/nowhere", "/fail/invalid", "/fail/crash"]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_wrong(page: Page, questions: Served, path: str, language: str) -> None:
    page.goto(f"{questions.url}{path}?lang={language}")
    assert_accessible(page)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_obeys_its_own_security_policy(page: Page, questions: Served, path: str) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if "Security" in message.text else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{questions.url}{path}")
    page.wait_for_load_state("networkidle")
    assert complaints == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_narrow_page_scrolls_only_downwards(page: Page, questions: Served, language: str) -> None:
    page.set_viewport_size({"width": NARROW, "height": 640})
    page.goto(f"{questions.url}/kit?lang={language}")
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW


def test_letters_grow_without_a_new_page_and_stay_large_on_the_next(page: Page, questions: Served) -> None:
    page.goto(f"{questions.url}/kit")
    page.fill("#i-say", "half a sentence")
    with page.expect_response("**/size"):
        page.click("[data-size-form] button")
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "18px"
    assert page.input_value("#i-say") == "half a sentence"
    page.goto(f"{questions.url}/kit")
    expect(page.locator("html")).to_have_attribute("data-size", "l")


def test_the_language_switch_stays_on_the_page(page: Page, questions: Served) -> None:
    page.goto(f"{questions.url}/kit/door")
    page.click("button[value=en]")
    expect(page.locator("h1")).to_have_text("Who is at this laptop?")
    assert page.url.split("?")[0].endswith("/kit/door")
