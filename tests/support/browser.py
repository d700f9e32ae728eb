"""A real Chromium for the tests, and the check that a page can be used by everybody."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, Playwright, ViewportSize

from tests.support.needs import chromium

FLAGS = (
    "--no-sandbox",  # the tests may run as root, where Chromium's sandbox cannot
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--force-color-profile=srgb",
)
LAPTOP: ViewportSize = {"width": 1366, "height": 768}
PHONE: ViewportSize = {"width": 390, "height": 844}
# WCAG 2.2 AA, and what axe holds to be good practice
AXE_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


def launch(playwright: Playwright, *flags: str) -> Browser:
    """The system's Chromium, headless; a test that needs further flags (a fake camera) launches its own."""
    path = chromium()
    assert path, "no Chromium here; `make needs` sees to it"
    return playwright.chromium.launch(executable_path=path, args=[*FLAGS, *flags])


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong on the page as it stands, a line each: rule, element, what to do."""
    # evaluate() is not held back by the page's Content-Security-Policy, a script tag would be
    page.evaluate(AXE_SCRIPT)
    found: list[dict[str, Any]] = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}}).then(result => result.violations)",
        list(AXE_TAGS),
    )
    return [f"{rule['id']}: {node['target']}: {node['failureSummary']}" for rule in found for node in rule["nodes"]]


def show_whole(page: Page, size: ViewportSize) -> None:
    """A window as high as the page, so that nothing lies half under the bars that stay."""
    page.set_viewport_size(size)
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": max(size["height"], height)})


def assert_accessible(page: Page) -> None:
    """No violation on this page: in light and dark, on a laptop's screen and on a phone's."""
    before = page.viewport_size
    for scheme in ("light", "dark"):
        for size in (LAPTOP, PHONE):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # colours are final at once
            show_whole(page, size)
            found = violations(page)
            assert not found, f"{page.url} {scheme} {size['width']} px:\n" + "\n".join(found)
    page.emulate_media(color_scheme="light")
    if before:
        page.set_viewport_size(before)
