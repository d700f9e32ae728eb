"""The sync page: where everybody's work is, and what the pill says on every page."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fieldapp.laptop import refusals
from fieldapp.laptop.background import exchange_once
from fieldapp.laptop.current import BACKGROUND
from fieldapp.laptop.laptop import Laptop
from fieldapp.settings import LaptopSettings
from sync.edit import Edit
from sync.exchange import Report
from sync.store.tables import SyncRun
from tests.support.laptop import NOW, TOWN, WORKER, log_in, token
from tests.support.small_registry import SmallRegistry

HOME = "Q7K0000000000001"


@pytest.fixture
def browser(connected: Laptop, app: Flask) -> FlaskClient:
    browser = app.test_client()
    log_in(browser)
    return browser


def register(laptop: Laptop) -> None:
    edits = [
        Edit("household", HOME, {"head_name": "周大明"}, f"{TOWN}001"),
        Edit("person", "Q7K0000000000011", {"household": HOME, "name": "周雨桐"}),
        Edit("visit", "Q7K0000000000021", {"household": HOME, "person": "Q7K0000000000011"}),
    ]
    laptop.store.commit(edits, author=WORKER.id)


def pill(browser: FlaskClient) -> str:
    shown = re.search(r'<span id="pill".*?</a></span>', browser.get("/sync/pill").text, re.S)
    assert shown is not None
    return re.sub(r"<[^>]+>", "", shown[0]).strip()


def ran(days_ago: float, result: str = "done") -> None:
    at = int((NOW.timestamp() - days_ago * 86_400) * 1000)
    SyncRun.insert(started_ms=at, seconds=1.0, result=result).execute()


def test_what_waits_is_told_by_action_with_its_author(browser: FlaskClient, connected: Laptop) -> None:
    register(connected)
    shown = browser.get("/sync").text
    for words in ("等着送上去", "周雨桐", WORKER.name, "住户 1 户 · 家里人 1 位 · 走访 1 次"):
        assert words in shown


def test_what_arrived_waits_no_longer_and_stands_in_the_history(browser: FlaskClient, connected: Laptop) -> None:
    register(connected)
    exchange_once(connected)
    shown = browser.get("/sync").text
    assert "都送到了" in shown
    assert "没有。做过的都送到了。" in shown
    assert ">1 / 3<" in shown


@pytest.mark.parametrize("code", ["not_a_user", "not_your_role", "not_your_area", "unknown_type", "later_than_this"])
def test_what_was_refused_says_why_in_words_and_where_it_is(
    browser: FlaskClient, connected: Laptop, registry: SmallRegistry, code: str
) -> None:
    register(connected)
    registry.refused[WORKER.id] = code
    exchange_once(connected)
    shown = browser.get("/sync").text
    for words in (refusals.REASONS.get(code, refusals.OTHER_REASON), "内容还在本机，没有丢", "被退回，等您改"):
        assert words in shown
    assert code not in shown


def test_the_pill_says_the_one_thing_that_matters_most(
    browser: FlaskClient, connected: Laptop, app: Flask, registry: SmallRegistry
) -> None:
    assert pill(browser) == "已同步 还没有"
    ran(9)
    assert pill(browser) == "9 天没同步"
    ran(0.1)
    assert pill(browser) == "已同步 08:56"
    register(connected)
    assert pill(browser) == "1 条待同步"
    ran(0, "offline")
    assert pill(browser) == "1 条待同步 · 离线"
    app.extensions[BACKGROUND].report = Report(received=43, left=57)
    assert pill(browser) == "同步中 43%"
    registry.refused[WORKER.id] = "not_your_area"
    exchange_once(connected)
    assert pill(browser) == "1 条被退回"


def test_a_new_change_mends_a_refused_one(browser: FlaskClient, connected: Laptop, registry: SmallRegistry) -> None:
    register(connected)
    exchange_once(connected)
    registry.refused[WORKER.id] = "not_your_area"
    screen = connected.store.open_screen([HOME], WORKER.id)
    connected.store.commit([Edit("household", HOME, {"head_name": "周强"})], author=WORKER.id, screen=screen)
    exchange_once(connected)
    assert pill(browser) == "1 条被退回"
    registry.refused.clear()
    screen = connected.store.open_screen([HOME], WORKER.id)
    connected.store.commit([Edit("household", HOME, {"head_name": "周大强"})], author=WORKER.id, screen=screen)
    exchange_once(connected)
    assert pill(browser).startswith("已同步")
    assert "被退回，等您改" not in browser.get("/sync").text


def test_another_field_of_the_same_record_mends_nothing(
    browser: FlaskClient, connected: Laptop, registry: SmallRegistry
) -> None:
    register(connected)
    exchange_once(connected)
    registry.refused[WORKER.id] = "not_your_area"
    screen = connected.store.open_screen([HOME], WORKER.id)
    connected.store.commit([Edit("household", HOME, {"head_name": "周强"})], author=WORKER.id, screen=screen)
    exchange_once(connected)
    registry.refused.clear()
    screen = connected.store.open_screen([HOME], WORKER.id)
    connected.store.commit([Edit("household", HOME, {"group_name": "3 组"})], author=WORKER.id, screen=screen)
    exchange_once(connected)
    assert pill(browser) == "1 条被退回"


def test_the_pages_poll_changes_nothing_while_there_is_nothing_new(browser: FlaskClient, connected: Laptop) -> None:
    polled = re.search(r'hx-get="(/sync/body[^"]+)"', browser.get("/sync").text)
    assert polled is not None
    assert browser.get(polled[1]).status_code == 204
    register(connected)
    assert "周雨桐" in browser.get(polled[1]).text


def test_while_a_run_is_under_way_the_page_says_how_far_and_offers_to_stop(browser: FlaskClient, app: Flask) -> None:
    app.extensions[BACKGROUND].report = Report(received=43, left=57, requests=3)
    shown = browser.get("/sync").text
    for words in ("正在同步", "第 4 页", "还有 57 条", "可以接着干活", "先停下", 'value="43"'):
        assert words in shown
    assert "现在同步" not in shown


def test_what_a_person_can_do_about_a_failed_run_is_said(
    browser: FlaskClient, registry: SmallRegistry, connected: Laptop
) -> None:
    registry.keys.clear()
    exchange_once(connected)
    assert refusals.ADVICE["not_enrolled"] in browser.get("/sync").text


def test_the_demos_plug_exists_in_the_demo_only(browser: FlaskClient) -> None:
    assert "断网" not in browser.get("/sync").text
    assert browser.post("/demo/offline", data={"csrf_token": token(browser)}).status_code == 404


class TestDemo:
    """The same laptop, in the demo."""

    @pytest.fixture
    def settings(self, settings: LaptopSettings) -> LaptopSettings:
        return LaptopSettings(data=settings.data, demo=True)

    def test_the_plug_is_pulled_and_put_back(self, browser: FlaskClient, app: Flask) -> None:
        assert "拔掉这台电脑" in browser.get("/sync").text
        browser.post("/demo/offline", data={"csrf_token": token(browser)})
        assert app.extensions[BACKGROUND].cut
        assert "接上网" in browser.get("/sync").text
        browser.post("/demo/offline", data={"csrf_token": token(browser)})
        assert not app.extensions[BACKGROUND].cut
