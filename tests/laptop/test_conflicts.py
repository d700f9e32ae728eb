"""Deciding between two values: the page shows both sides whole, and closes only what it showed."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from fieldapp.domain.comparing import marked
from fieldapp.domain.records import Household
from fieldapp.laptop.background import exchange_once
from fieldapp.laptop.laptop import Laptop
from sync.edit import Edit
from sync.store.base import Screen
from sync.store.tables import OpenConflict
from tests.support.laptop import TOWN, WORKER, log_in, token
from tests.support.small_registry import SmallRegistry

HOME = "Q7K0000000000001"
FIRST, OURS, THEIRS, LATER = "15400992204", "15400992716", "15400992176", "15400990001"
LUO = {"id": "U2", "name": "罗建国", "login": "luo", "role": "supervisor", "areas": ["500110"]}


@dataclass
class Two:
    """Our laptop, and the registry where somebody else writes."""

    laptop: Laptop
    registry: SmallRegistry
    shown_there: Screen

    def ours(self, **fields: str) -> None:
        screen = self.laptop.store.open_screen([HOME], WORKER.id)
        self.laptop.store.commit([Edit("household", HOME, fields)], author=WORKER.id, screen=screen, via="visit:V1")

    def theirs(self, **fields: str) -> None:
        with self.registry.store.use():
            edits = [Edit("household", HOME, fields)]
            self.registry.store.commit(edits, author="U2", screen=self.shown_there, why="周强转告的号码")

    def sync(self) -> None:
        report = exchange_once(self.laptop)
        assert report is not None
        assert report.result == "done"


@pytest.fixture
def two(connected: Laptop, registry: SmallRegistry) -> Two:
    """A home that both sides have in front of them."""
    registry.users[connected.store.device].append(LUO)
    edit = Edit("household", HOME, {"head_name": "周大明", "phone": FIRST}, f"{TOWN}001")
    connected.store.commit([edit], author=WORKER.id)
    two = Two(connected, registry, Screen("", "", {}))
    two.sync()
    with registry.store.use():
        two.shown_there = registry.store.open_screen([HOME], "U2")
    return two


@pytest.fixture
def clash(two: Two) -> Two:
    """Both have changed the telephone number, and we have synced."""
    two.theirs(phone=THEIRS, address="清水村 3 组")
    two.ours(phone=OURS)
    two.sync()
    return two


@pytest.fixture
def browser(clash: Two, client_of: FlaskClient) -> FlaskClient:
    return client_of


@pytest.fixture
def client_of(two: Two, app: object) -> FlaskClient:
    client: FlaskClient = app.test_client()  # type: ignore[attr-defined]
    log_in(client)
    return client


def page(browser: FlaskClient) -> str:
    return browser.get(f"/conflicts/{HOME}/phone").text


def dot_of(html: str, value: str) -> str:
    """What choosing this value sends: the dots stand in the order of the columns."""
    picks = re.findall(r'name="pick" id="pick-\d" value="([^"]+)"', html)
    ours_first = [OURS, THEIRS]
    return str(picks[ours_first.index(value)])


def decide(browser: FlaskClient, html: str, **form: str) -> TestResponse:
    found = re.search(r'name="seen" value="([^"]*)"', html)
    assert found is not None
    filled = {"csrf_token": token(browser), "seen": found[1], "why": "刚打通了，是本人接的", **form}
    return browser.post(f"/conflicts/{HOME}/phone", data=filled)


def test_the_list_names_whom_it_is_about(browser: FlaskClient) -> None:
    listed = browser.get("/conflicts").text
    assert "周大明" in listed
    assert f"/conflicts/{HOME}/phone" in listed
    assert "1 处有两个值" in browser.get("/sync").text


def test_the_page_shows_both_values_who_when_how_and_what_they_saw_before(browser: FlaskClient) -> None:
    html = page(browser)
    assert "周大明的电话，哪一个对？" in html
    assert "15400992<mark>71</mark>6" in html
    assert "15400992<mark>17</mark>6" in html
    assert html.index("您改的") < html.index("罗建国改的")
    assert html.count(FIRST) == 2
    for words in ("走访时改的", "直接改的", "周强转告的号码", "儿童督导员", "这台电脑"):
        assert words in html


def test_what_did_not_clash_is_told_as_merged(browser: FlaskClient) -> None:
    merged = re.search(r"<details.*?</details>", page(browser), re.S)
    assert merged is not None
    assert "罗建国" in merged[0]
    assert "住址" in merged[0]
    assert Household.get_by_id(HOME).address == "清水村 3 组"


def test_choosing_one_closes_it_for_everybody(browser: FlaskClient, clash: Two) -> None:
    html = page(browser)
    assert decide(browser, html, pick=dot_of(html, OURS)).location == "/conflicts"
    assert Household.get_by_id(HOME).phone == OURS
    clash.sync()
    with clash.registry.store.use():
        there = Household.get_by_id(HOME)
        assert (there.phone, there.open_conflicts) == (OURS, 0)


def test_a_third_value_may_be_right(browser: FlaskClient) -> None:
    assert decide(browser, page(browser), pick="other", other="154 0099 0001").status_code == 303
    row = Household.get_by_id(HOME)
    assert (row.phone, row.open_conflicts) == (LATER, 0)


def test_the_reason_travels_with_the_decision(browser: FlaskClient, clash: Two) -> None:
    html = page(browser)
    decide(browser, html, pick=dot_of(html, THEIRS), why="周强把新号码念了一遍")
    clash.sync()
    with clash.registry.store.use():
        (head,) = clash.registry.store.state(HOME).heads("phone")
    assert (head.author, head.via, head.why) == (WORKER.id, "settled", "周强把新号码念了一遍")


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"pick": "", "why": "x"}, "先选一个值"),
        ({"why": "  "}, "写一句为什么"),
        ({"pick": "other", "other": ""}, "这一项要填"),
        ({"pick": "other", "other": "12"}, "手机号"),
    ],
)
def test_what_is_missing_is_said_and_what_was_filled_stays(
    browser: FlaskClient, form: dict[str, str], words: str
) -> None:
    html = page(browser)
    refused = decide(browser, html, **{"pick": dot_of(html, OURS), **form})
    assert refused.status_code == 422
    assert words in refused.text
    assert OpenConflict.select().count() == 1


def test_the_primary_names_the_outcome(browser: FlaskClient) -> None:
    html = page(browser)
    assert "就这样定" in html

    def outcome(**choice: str) -> str:
        return browser.get(f"/conflicts/{HOME}/phone/outcome", query_string=choice).text

    assert "就用 2716" in outcome(pick=dot_of(html, OURS))
    assert "就用 2176" in outcome(pick=dot_of(html, THEIRS))
    assert "就用 0001" in outcome(pick="other", other=LATER)


def test_a_value_that_came_after_the_page_was_opened_stays_open(browser: FlaskClient, clash: Two) -> None:
    html = page(browser)
    with clash.registry.store.use():
        third = Edit("household", HOME, {"phone": LATER})
        clash.shown_there = Screen(clash.shown_there.id, "U2", clash.shown_there.over)
        clash.registry.store.commit([third], author="U3", screen=clash.shown_there)
    clash.sync()
    answer = decide(browser, html, pick=dot_of(html, OURS))
    assert answer.location == f"/conflicts/{HOME}/phone"
    assert {side.value for side in clash.laptop.store.state(HOME).sides("phone")} == {OURS, LATER}


def test_what_somebody_else_has_decided_meanwhile_needs_no_second_decision(browser: FlaskClient, clash: Two) -> None:
    html = page(browser)
    seen = [head.dot for head in clash.laptop.store.state(HOME).heads("phone")]
    with clash.registry.store.use():
        clash.registry.store.settle(HOME, "phone", THEIRS, seen=seen, author="U2", why="打过了")
    clash.sync()
    answer = decide(browser, html, pick=dot_of(html, OURS))
    assert answer.status_code == 409
    assert "已经定好了" in answer.text
    assert Household.get_by_id(HOME).phone == THEIRS


def test_a_deletion_beside_an_unseen_change_is_a_question_of_its_own(client_of: FlaskClient, two: Two) -> None:
    two.theirs(phone=THEIRS)
    two.ours(void="登记重了")
    two.sync()
    html = client_of.get(f"/conflicts/{HOME}/void").text
    assert "周大明要不要删？" in html
    assert "登记重了" in html
    seen = re.search(r'name="seen" value="([^"]*)"', html)
    assert seen is not None
    form = {"csrf_token": token(client_of), "seen": seen[1], "pick": "keep", "why": "不是同一户"}
    assert client_of.post(f"/conflicts/{HOME}/void", data=form).location == "/conflicts"
    row = Household.get_by_id(HOME)
    assert (row.void, row.phone, row.open_conflicts) == (None, THEIRS, 0)


def test_only_the_characters_that_differ_are_marked() -> None:
    assert marked(["2716", "2176"]) == [
        [("2", False), ("71", True), ("6", False)],
        [("2", False), ("17", True), ("6", False)],
    ]
    assert marked(["周强", "李秀珍"]) == [[("周强", False)], [("李秀珍", False)]]
    assert marked(["11", "111"]) == [[("11", False)], [("11", False), ("1", True)]]
