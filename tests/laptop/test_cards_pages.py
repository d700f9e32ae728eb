"""Which doors need a card, and what is written down when they have one."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from fieldapp.domain import cards
from fieldapp.domain.records import Household
from fieldapp.laptop.laptop import Laptop
from sync.edit import Edit
from tests.support.family import VILLAGE
from tests.support.laptop import DEVICE, WORKER, token
from tests.support.visitor import visit

STATES = {"无卡户": "none", "没写户": None, "丢卡户": "lost", "打好户": "printed", "上墙户": "posted"}


def home(number: int) -> str:
    return f"H0ME0000000000{number:02d}"


@pytest.fixture(autouse=True)
def street(laptop: Laptop) -> None:
    """A home for every state that a card can be in."""
    for number, (name, state) in enumerate(STATES.items()):
        fields = {"head_name": name, "group_name": "三组", "address": f"三组 {number} 号", "card_state": state}
        kept = {field: value for field, value in fields.items() if value}
        laptop.store.commit([Edit("household", home(number), kept, VILLAGE)], author=WORKER.id)


def state(number: int) -> str | None:
    found: str | None = Household.get_by_id(home(number)).card_state
    return found


@pytest.mark.parametrize(
    ("heap", "names"), [("missing", {"无卡户", "没写户", "丢卡户"}), ("printed", {"打好户"}), ("posted", {"上墙户"})]
)
def test_every_home_lies_on_the_heap_of_its_card(client: FlaskClient, heap: str, names: set[str]) -> None:
    page = visit(client, f"/cards?heap={heap}")
    assert {name for name in STATES if page.says(f"{name}家")} == names


def test_the_chosen_homes_are_printed_ten_to_a_sheet_with_codes_that_hold(client: FlaskClient, laptop: Laptop) -> None:
    choice = {"csrf_token": token(client), "household": [home(number) for number in range(5)]}
    answer = client.post("/cards", data=choice)
    sheet = visit(client, answer.location)
    assert sheet.says("5 张 · 1 页 A4", "入户服务卡", "古南街道尖山村", "三组", cards.short_code(home(0)))
    assert "户家" not in sheet.text, "a card names nobody"


def test_a_card_that_was_printed_is_written_down_and_then_hung_up(client: FlaskClient) -> None:
    sheet = visit(client, f"/cards/sheet?household={home(0)}&household={home(2)}")
    marked = re.findall(r'name="(was\.[^"]+)" value="([^"]*)"', sheet.text)
    form = {"csrf_token": token(client), "becomes": "printed", "household": [home(0), home(2)], **dict(marked)}
    assert client.post("/cards/mark", data=form).status_code == 303
    assert (state(0), state(1), state(2)) == ("printed", None, "printed")
    hung = visit(client, "/cards?heap=printed").submit("cards", to="/cards/mark", becomes="posted", household=home(0))
    assert hung.status_code == 303
    assert (state(0), state(2)) == ("posted", "printed")


def test_a_card_whose_state_has_changed_meanwhile_is_left_alone(client: FlaskClient, laptop: Laptop) -> None:
    page = visit(client, "/cards?heap=printed")
    seen = laptop.store.open_screen([home(3)], "U2")
    laptop.store.commit([Edit("household", home(3), {"card_state": "lost"})], author="U2", screen=seen)
    page.submit("cards", to="/cards/mark", becomes="posted", household=home(3))
    assert state(3) == "lost"


@pytest.mark.parametrize(
    ("chosen", "sentence"), [([], "还没有选住户"), (["N0TH1NG000000001"] * 101, "一次最多 100 户")]
)
def test_nothing_or_too_much_to_print_says_so(client: FlaskClient, chosen: list[str], sentence: str) -> None:
    answer = client.post("/cards", data={"csrf_token": token(client), "household": chosen})
    assert answer.status_code == 422
    assert sentence in answer.text


def test_an_unknown_state_is_refused(client: FlaskClient) -> None:
    form = {"csrf_token": token(client), "becomes": "eaten", "household": home(0), f"was.{home(0)}": "none"}
    assert client.post("/cards/mark", data=form).status_code == 422
    assert state(0) == "none"


def test_the_home_offers_its_own_card(client: FlaskClient) -> None:
    assert f"/cards/sheet?household={home(3)}" in visit(client, f"/homes/{home(3)}").text
    assert DEVICE not in visit(client, f"/cards/sheet?household={home(3)}").text
