"""Log in, enrolment, sync and conflicts in a real browser, as the person at the laptop uses them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from fieldapp.laptop import create_app
from fieldapp.laptop.background import exchange_once
from fieldapp.laptop.current import BACKGROUND, EXTENSION
from fieldapp.laptop.laptop import Laptop
from fieldapp.settings import LaptopSettings
from sync.edit import Edit
from sync.exchange import Report
from tests.support.browser import assert_accessible
from tests.support.laptop import CHEAP, DEVICE, PASSPHRASE, TOWN, WORKER, identity
from tests.support.server import Served, serving
from tests.support.small_registry import SmallRegistry, small_registry

PATIENCE = 15_000  # ms; the page asks every three seconds
HOME = "Q7K0000000000001"
LUO = {"id": "U2", "name": "罗建国", "login": "luo", "role": "supervisor", "areas": ["500110"]}


@dataclass
class World:
    """A laptop with a conflict, a refusal and work that waits; its registry; where both answer."""

    app: Flask
    laptop: Laptop
    registry: SmallRegistry
    url: str
    registry_url: str


@pytest.fixture
def registry(tmp_path: Path) -> SmallRegistry:
    return small_registry(tmp_path)


@pytest.fixture
def served_registry(registry: SmallRegistry) -> Iterator[Served]:
    with serving(registry.app()) as served:
        yield served


@pytest.fixture
def world(tmp_path: Path, registry: SmallRegistry, served_registry: Served) -> Iterator[World]:
    app = create_app(LaptopSettings(data=tmp_path, demo=True), cost=CHEAP, syncs=False)
    laptop: Laptop = app.extensions[EXTENSION]
    known = identity(registry=served_registry.url)
    known.users.append(LUO)
    registry.keys[DEVICE] = known.key.public_key().public_bytes_raw()
    registry.users[DEVICE] = known.users
    laptop.begin(known, WORKER, PASSPHRASE)
    _live(laptop, registry)
    with serving(app) as served:
        yield World(app, laptop, registry, served.url, served_registry.url)


def _live(laptop: Laptop, registry: SmallRegistry) -> None:
    """What leads to one conflict, one refusal and one action that waits."""
    with laptop.store.use():
        made = {"head_name": "周大明", "phone": "15400992204"}
        laptop.store.commit([Edit("household", HOME, made, f"{TOWN}001")], author=WORKER.id)
        exchange_once(laptop)
        with registry.store.use():
            shown = registry.store.open_screen([HOME], "U2")
            theirs = Edit("household", HOME, {"phone": "15400992176", "address": "清水村 3 组"})
            registry.store.commit([theirs], author="U2", screen=shown)
        _write(laptop, {"phone": "15400992716"})
        exchange_once(laptop)
        registry.refused[WORKER.id] = "not_your_area"
        _write(laptop, {"group_name": "3 组"})
        exchange_once(laptop)
        _write(laptop, {"registration_count": 4})


def _write(laptop: Laptop, fields: dict[str, str | int]) -> None:
    screen = laptop.store.open_screen([HOME], WORKER.id)
    laptop.store.commit([Edit("household", HOME, fields)], author=WORKER.id, screen=screen)


@pytest.fixture
def inside(page: Page, world: World) -> Page:
    """The browser of somebody who has logged in."""
    page.goto(f"{world.url}/login")
    page.fill("#passphrase", PASSPHRASE)
    page.click("text=进入")
    page.wait_for_url(f"{world.url}/")
    return page


def test_the_pages_in_front_of_the_door_are_accessible(page: Page, world: World) -> None:
    for path in ("/login", "/enrol"):
        page.goto(world.url + path)
        assert_accessible(page)
    page.goto(f"{world.url}/login")
    page.fill("#passphrase", "wrong-wrong")
    page.click("text=进入")
    expect(page.locator("#e-passphrase")).to_contain_text("口令不对")
    assert_accessible(page)


def test_sync_and_conflicts_are_accessible(inside: Page, world: World) -> None:
    for path in ("/sync", "/conflicts", f"/conflicts/{HOME}/phone"):
        inside.goto(world.url + path)
        assert_accessible(inside)


def test_a_new_laptop_enrols_by_its_code_and_sees_its_first_download(
    page: Page, registry: SmallRegistry, served_registry: Served, tmp_path: Path
) -> None:
    registry.codes["K3F7-QP2M"] = LUO
    with registry.store.use():
        registry.store.commit([Edit("household", HOME, {"head_name": "周大明"}, f"{TOWN}001")], author="U9")
    app = create_app(LaptopSettings(data=tmp_path / "new", registry_url=served_registry.url), cost=CHEAP)
    (tmp_path / "new").mkdir(exist_ok=True)
    with serving(app) as served:
        page.goto(served.url)
        page.fill("#i-code", "k3f7-qp2m")
        page.fill("#i-label", "万盛-018")
        page.fill("#i-passphrase", PASSPHRASE)
        page.fill("#i-again", PASSPHRASE)
        page.click("form button.go")
        expect(page.locator("#e-code")).to_contain_text("没有这个登记码")
        page.fill("#i-code", "K3F7-QP2M")
        page.fill("#i-passphrase", PASSPHRASE)
        page.fill("#i-again", PASSPHRASE)
        page.click("form button.go")
        expect(page.locator("#now")).to_have_text("都送到了", timeout=PATIENCE)
        expect(page.locator("#sync-history")).to_contain_text("0 / 1", timeout=PATIENCE)
    app.extensions[BACKGROUND].stop()


def test_the_passphrase_can_be_read_before_it_is_sent(page: Page, world: World) -> None:
    page.goto(f"{world.url}/login")
    page.fill("#passphrase", PASSPHRASE)
    page.click("#look")
    expect(page.locator("#passphrase")).to_have_attribute("type", "text")
    expect(page.locator("#passphrase")).to_have_value(PASSPHRASE)
    expect(page.locator("#look")).to_be_focused()
    page.click("#look")
    expect(page.locator("#passphrase")).to_have_attribute("type", "password")


def test_f9_locks_at_once_and_the_login_leads_back(inside: Page, world: World) -> None:
    inside.goto(f"{world.url}/sync")
    inside.keyboard.press("F9")
    inside.wait_for_url(f"{world.url}/login")
    inside.goto(f"{world.url}/conflicts")
    inside.fill("#passphrase", PASSPHRASE)
    inside.keyboard.press("Enter")
    inside.wait_for_url(f"{world.url}/conflicts")


def test_the_sync_page_follows_a_run_by_itself(inside: Page, world: World) -> None:
    inside.goto(f"{world.url}/sync")
    expect(inside.locator("#sync-go")).to_have_text("现在同步")
    world.app.extensions[BACKGROUND].report = Report(received=43, left=57, requests=3)
    expect(inside.locator("progress")).to_have_attribute("value", "43", timeout=PATIENCE)
    expect(inside.locator("#sync-go")).to_have_text("先停下")
    world.app.extensions[BACKGROUND].report = None
    expect(inside.locator("#sync-go")).to_have_text("现在同步", timeout=PATIENCE)


def test_the_primary_names_the_outcome_and_the_choice_keeps_the_focus(inside: Page, world: World) -> None:
    inside.goto(f"{world.url}/conflicts/{HOME}/phone")
    inside.check("#pick-1")
    expect(inside.locator("#go")).to_have_text("就用 2716")
    expect(inside.locator("#pick-1")).to_be_focused()
    inside.check("#pick-other")
    inside.fill("#i-other", "15400990001")
    expect(inside.locator("#go")).to_have_text("就用 0001")
    inside.fill("#i-why", "刚打通了，是本人接的")
    inside.click("#go")
    inside.wait_for_url(f"{world.url}/conflicts")
    expect(inside.locator(".toast")).to_contain_text("定好了")
    expect(inside.locator("main")).to_contain_text("没有两个值的地方")
