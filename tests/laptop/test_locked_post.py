"""The screen locks while a form is being filled: what was posted goes on after the login, for its owner alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fieldapp.domain.records import Household, Visit
from fieldapp.laptop import create_app
from fieldapp.laptop.current import EXTENSION
from fieldapp.laptop.keys import Account
from fieldapp.laptop.laptop import Laptop
from fieldapp.settings import LaptopSettings
from tests.support.family import HOME, settle_in
from tests.support.laptop import CHEAP, NOW, PASSPHRASE, WORKER, Chance, token
from tests.support.visitor import OpenPage, shown, visit

COLLEAGUE = Account("U2", "罗建国", "supervisor")


class Clock:
    """A clock that a test moves."""

    moment = NOW

    def __call__(self) -> object:
        return self.moment


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(settings: LaptopSettings, clock: Clock) -> Flask:
    return create_app(settings, now=clock, entropy=Chance("app"), cost=CHEAP, syncs=False)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def family(laptop: Laptop) -> None:
    settle_in(laptop)


def idle(clock: Clock) -> None:
    clock.moment += timedelta(hours=1)


def log_in(page: OpenPage, user: str = WORKER.id, passphrase: str = PASSPHRASE) -> OpenPage:
    """Fill the login page that came back."""
    answer = page.submit("login", user=user, passphrase=passphrase)
    return shown(answer, page.client)


def test_a_form_posted_after_the_lock_is_carried_through_the_login_and_saved(client: FlaskClient, clock: Clock) -> None:
    page = visit(client, f"/homes/{HOME}/edit")
    idle(clock)
    locked = page.submit("home", phone="15400990001", notes_before_entry="院里拴着狗\n先喊一声 <b>&")
    assert locked.status_code == 401
    assert shown(locked, client).says("屏幕锁上了，刚填的内容没有丢", WORKER.name)
    assert Household.get_by_id(HOME).phone == "15400992204"
    after = log_in(shown(locked, client))
    assert after.says("接着存刚填的内容")
    assert after.submit("send-on").location == f"/homes/{HOME}"
    row = Household.get_by_id(HOME)
    assert (row.phone, row.notes_before_entry) == ("15400990001", "院里拴着狗\n先喊一声 <b>&")


def test_neither_passphrase_nor_token_is_carried(client: FlaskClient, clock: Clock) -> None:
    page = visit(client, f"/homes/{HOME}/edit")
    idle(clock)
    locked = shown(page.submit("home", passphrase="hidden-in-plain-sight"), client)
    assert not {"held.csrf_token", "held.passphrase"} & set(locked.fields("login"))
    after = log_in(locked)
    assert "hidden-in-plain-sight" not in locked.text + after.text
    assert PASSPHRASE not in after.text


def test_a_wrong_passphrase_loses_nothing_either(client: FlaskClient, clock: Clock) -> None:
    page = visit(client, f"/homes/{HOME}/edit")
    idle(clock)
    wrong = log_in(shown(page.submit("home", phone="15400990001"), client), passphrase="wrong-wrong")
    assert wrong.says("口令不对")
    assert log_in(wrong).submit("send-on").status_code == 303
    assert Household.get_by_id(HOME).phone == "15400990001"


def test_nobody_elses_login_sends_it(client: FlaskClient, laptop: Laptop, clock: Clock) -> None:
    laptop.add_user(COLLEAGUE, PASSPHRASE)
    page = visit(client, f"/homes/{HOME}/edit")
    idle(clock)
    other = log_in(shown(page.submit("home", phone="15400990001"), client), user=COLLEAGUE.id)
    assert other.says("要由刚才锁屏的人登录才能存", "放下它，换人登录")
    assert client.get("/").status_code == 303, "and nobody is in"
    log_in(other).submit("send-on")
    assert Household.get_by_id(HOME).phone == "15400990001"


def test_a_card_scanned_at_a_locked_screen_opens_after_the_login(client: FlaskClient, clock: Clock) -> None:
    code = Household.get_by_id(HOME).short_code
    sent = token(client)
    idle(clock)
    locked = client.post("/scan", data={"csrf_token": sent, "code": code})
    answer = log_in(shown(locked, client)).submit("send-on")
    assert Visit.get_by_id(answer.location.rpartition("/")[2]).household == HOME


def test_what_is_sent_on_goes_to_this_app_alone(client: FlaskClient, clock: Clock) -> None:
    sent = token(client)
    form = {"csrf_token": sent, "user": WORKER.id, "passphrase": PASSPHRASE, "held.phone": "1"}
    after = client.post("/login", data={**form, "held:to": "https://elsewhere.example/take"})
    assert "elsewhere" not in after.text


def test_a_post_without_content_leads_to_the_login_and_back(client: FlaskClient, clock: Clock) -> None:
    sent = token(client)
    idle(clock)
    answer = client.post("/lock", data={"csrf_token": sent}, headers={"Referer": "http://localhost/homes?q=1"})
    assert (answer.status_code, answer.location) == (303, "/login?next=/homes?q%3D1")


def test_a_stranger_is_led_to_the_login_and_nothing_of_his_is_kept(app: Flask, laptop: Laptop) -> None:
    stranger = app.test_client()
    answer = stranger.post(f"/homes/{HOME}/edit", data={"csrf_token": token(stranger), "phone": "15400990001"})
    assert answer.status_code == 303
    assert answer.location.startswith("/login")


def test_the_key_stays_open_all_the_while(client: FlaskClient, app: Flask, clock: Clock) -> None:
    idle(clock)
    assert client.get("/").status_code == 303
    laptop: Laptop = app.extensions[EXTENSION]
    assert laptop.is_open
