"""The day's screens as people meet them: in both languages, by keys, on paper, and when the screen locks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
import zxingcpp
from flask import Flask
from PIL import Image
from playwright.sync_api import Page, expect

from fieldapp.domain import cards, visits
from fieldapp.domain.records import Household, Person, Task, Visit
from fieldapp.domain.seed import TOWN, seed_town
from fieldapp.laptop import create_app
from fieldapp.laptop.current import EXTENSION
from fieldapp.laptop.keys import Account
from fieldapp.laptop.laptop import Identity, Laptop
from fieldapp.laptop.screens.scan import issuers
from fieldapp.settings import LaptopSettings
from sync.edit import Edit
from tests.support.browser import PHONE, assert_accessible, show_whole, violations
from tests.support.laptop import CHEAP, PASSPHRASE, identity
from tests.support.server import serving, wait_until

WORKER = Account("U1", "陈小莉", "caseworker")
HOMES = 14
PX_PER_MM = 96 / 25.4


@dataclass(frozen=True)
class Town:
    """A laptop full of made-up families, and where it answers. `home` and `girl` are those of the story."""

    app: Flask
    laptop: Laptop
    url: str
    home: str
    girl: str
    visit: str
    past: str
    task: str

    def address(self, path: str) -> str:
        """An address with the ids of this town filled in."""
        return self.url + path.format(town=self)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Seeded once for all tests that only look."""
    with _served(tmp_path_factory.mktemp("town")) as town:
        yield town


@pytest.fixture
def own_town(tmp_path: Path) -> Iterator[Town]:
    """A town that a test may change."""
    with _served(tmp_path) as town:
        yield town


@contextmanager
def _served(folder: Path) -> Iterator[Town]:
    app = create_app(LaptopSettings(data=folder), cost=CHEAP, syncs=False)
    laptop: Laptop = app.extensions[EXTENSION]
    laptop.begin(_in_the_town(identity()), WORKER, PASSPHRASE)
    with laptop.store.use():
        ids = _live(laptop)
    with serving(app) as served:
        yield Town(app, laptop, served.url, *ids)


def _in_the_town(known: Identity) -> Identity:
    known.users[0]["areas"] = [TOWN]
    return known


def _live(laptop: Laptop) -> tuple[str, str, str, str, str]:
    """Families, a visit under way, one that is over, and a task late for everything that a row can show."""
    store, now = laptop.store, datetime.now(UTC)
    for edits in seed_town(1, now.date(), store.new_id, worker=WORKER.id, count=HOMES):
        store.commit(edits, author=WORKER.id)
    home, girl = Household.get(Household.head_name == "周大明"), Person.get(Person.name == "周雨桐")
    under_way, task = store.new_id(), store.new_id()
    store.commit(visits.start(under_way, home.id, visits.SCANNED, visitor=WORKER.id, now=now), author=WORKER.id)
    report = {
        "person": girl.id,
        "household": home.id,
        "title": "mandatory_report",
        "level": "red",
        "due_on": "2025-01-01",
    }
    store.commit([Edit("task", task, report)], author=WORKER.id)
    past = Visit.get(Visit.household == home.id, Visit.finished_at.is_null(False))
    return home.id, girl.id, under_way, past.id, task


def log_in(page: Page, town: Town) -> Page:
    """As a person does."""
    page.goto(f"{town.url}/login")
    page.fill("[name=passphrase]", PASSPHRASE)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{town.url}/")
    return page


PAGES = [
    "/", "/?by=route", "/homes", "/homes?q=没有", "/homes/new", "/homes/{town.home}", "/homes/{town.home}/edit",
    "/homes/{town.home}/people/new", "/homes/{town.home}/visit", "/homes/{town.home}/promise", "/people/{town.girl}",
    "/people/{town.girl}/edit", "/people/{town.girl}/categories", "/visits/{town.visit}", "/visits/{town.past}",
    "/scan", "/tasks", "/tasks/{town.task}", "/cards", "/cards?heap=printed", "/cards?heap=posted",
    "/cards/sheet?household={town.home}", "/homes/N0TH1NG000000001",
]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_a_page_can_be_used_by_everybody_in_both_languages(page: Page, town: Town, path: str) -> None:
    log_in(page, town)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if "Security" in message.text else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(town.address(path))
    assert_accessible(page)
    assert not scrolls_sideways(page)
    page.goto(f"{page.url}{'&' if '?' in page.url else '?'}lang=en")
    assert not scrolls_sideways(page), "in English"
    assert not violations(page), "in English"
    assert complaints == []


def scrolls_sideways(page: Page) -> bool:
    """On a phone."""
    show_whole(page, PHONE)
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def refused(page: Page) -> Page:
    """Press the primary button and wait for what is to mend."""
    page.locator(".acts .btn.go").click()
    expect(page.locator(".q.bad").first).to_be_visible()
    return page


@pytest.mark.parametrize(
    "path", ["/homes/new", "/homes/{town.home}/people/new", "/people/{town.girl}/categories", "/visits/{town.visit}"]
)
def test_a_refused_page_can_be_used_by_everybody(page: Page, town: Town, path: str) -> None:
    log_in(page, town).goto(town.address(path))
    assert_accessible(refused(page))


def test_a_wrong_short_code_is_said_aloud(page: Page, town: Town) -> None:
    log_in(page, town).goto(f"{town.url}/scan")
    page.fill("#code", "QS7-4K2-9")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="校验码不符")).to_be_visible()
    assert_accessible(page)


# -- a visit -----------------------------------------------------------------------------------------------------------


def notes_of(town: Town) -> str | None:
    with town.laptop.store.use():
        found: str | None = Visit.get_by_id(town.visit).notes
        return found


def test_notes_are_saved_while_they_are_typed_and_the_cursor_stays(page: Page, own_town: Town) -> None:
    log_in(page, own_town).goto(own_town.address("/visits/{town.visit}"))
    page.locator("#notes").press_sequentially("灶上有饭菜。")
    wait_until(lambda: notes_of(own_town) == "灶上有饭菜。", what="the notes")
    expect(page.locator("#notes")).to_be_focused()
    expect(page.locator("#saved")).to_contain_text("已存在本机")
    page.locator("#notes").press_sequentially("床铺干净。")
    page.get_by_label("见到人了").check()
    page.locator(".acts .btn.go").click()
    page.wait_for_url(f"{own_town.url}/")
    assert notes_of(own_town) == "灶上有饭菜。床铺干净。"


def test_a_day_goes_from_the_list_to_the_home_to_the_visit_by_keys_alone(page: Page, town: Town) -> None:
    log_in(page, town)
    page.get_by_role("link", name="住户", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/homes")
    page.keyboard.press("F4")
    page.keyboard.type("zhoudaming")
    expect(page.locator("#homes .row")).to_have_count(1)
    page.locator("#homes .row").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="周大明家")).to_be_visible()
    page.keyboard.press("F2")
    expect(page.get_by_role("heading", name="对准门上的卡")).to_be_visible()


def test_an_identity_number_is_read_beside_its_field(page: Page, town: Town) -> None:
    log_in(page, town).goto(town.address("/homes/{town.home}/people/new"))
    page.fill("#i-id_number", "500199201405120024")
    page.keyboard.press("Tab")
    expect(page.locator("#number")).to_contain_text("2014年5月12日")


# -- the lock ----------------------------------------------------------------------------------------------------------


def test_what_is_saved_after_the_screen_has_locked_is_saved_after_the_login(page: Page, own_town: Town) -> None:
    log_in(page, own_town).goto(own_town.address("/homes/{town.home}/edit"))
    page.fill("#i-notes_before_entry", "院里拴着狗，\n先喊一声")
    other = page.context.new_page()
    other.goto(own_town.url)
    other.keyboard.press("F9")
    other.wait_for_url("**/login")
    page.locator(".acts .btn.go").click()
    expect(page.get_by_text("刚填的内容没有丢")).to_be_visible()
    assert_accessible(page)
    page.fill("[name=passphrase]", PASSPHRASE)
    page.keyboard.press("Enter")
    page.wait_for_url(own_town.address("/homes/{town.home}"))
    expect(page.get_by_text("院里拴着狗")).to_be_visible()


# -- door cards on paper -----------------------------------------------------------------------------------------------


def all_homes(town: Town) -> list[str]:
    with town.laptop.store.use():
        return sorted(row.id for row in Household.select(Household.id))


def open_sheets(page: Page, town: Town) -> Page:
    chosen = "&".join(f"household={home}" for home in all_homes(town))
    log_in(page, town).goto(f"{town.url}/cards/sheet?{chosen}")
    return page


def test_fourteen_cards_take_two_sheets_of_a4_at_full_size(page: Page, town: Town) -> None:
    open_sheets(page, town)
    pdf = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 2
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", pdf)
    assert {(round(float(w)), round(float(h))) for w, h in boxes} == {(595, 842)}, "points of A4"
    page.emulate_media(media="print")
    for card in page.locator(".sheet .qr").all():
        box = card.bounding_box()
        assert box is not None
        assert box["width"] == pytest.approx(85.6 * PX_PER_MM, abs=0.5)
        assert box["height"] == pytest.approx(54 * PX_PER_MM, abs=0.5)
    assert page.locator(".rail, .acts, .pill").filter(visible=True).count() == 0


def test_every_printed_code_can_be_read_and_names_its_home(page: Page, town: Town) -> None:
    open_sheets(page, town)
    page.emulate_media(media="print")
    read = [
        barcode.text
        for sheet in page.locator(".sheet").all()
        for barcode in zxingcpp.read_barcodes(Image.open(BytesIO(sheet.screenshot())))
    ]
    with town.laptop.store.use(), town.app.test_request_context():
        named = sorted(cards.read(payload, issuers()).household for payload in read)
    assert named == all_homes(town)


def test_a_report_says_first_of_all_whom_to_call(page: Page, town: Town) -> None:
    log_in(page, town).goto(f"{town.url}/tasks")
    page.get_by_role("link", name="强制报告").click()
    expect(page.get_by_role("alert").filter(has_text="先打 110")).to_be_visible()
    assert page.locator(".btn.call").get_attribute("href") == "tel:110"
    with town.laptop.store.use():
        assert Task.get_by_id(town.task).done_at is None
