"""A laptop becomes known by a code; so does one more person on it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from fieldapp.laptop import keys
from fieldapp.laptop.current import EXTENSION
from fieldapp.laptop.laptop import Laptop
from tests.support.laptop import PASSPHRASE, TOWN, WORKER, log_in, token
from tests.support.server import Served
from tests.support.small_registry import SmallRegistry

CODE = "K3F7-QP2M"
CHEN = {"id": WORKER.id, "name": WORKER.name, "login": "chen", "role": "caseworker", "areas": [TOWN]}
LUO = {"id": "U2", "name": "罗建国", "login": "luo", "role": "supervisor", "areas": ["500110"]}


def apply(client: FlaskClient, **form: str) -> TestResponse:
    filled = {"code": CODE, "label": "万盛-017", "passphrase": PASSPHRASE, "again": PASSPHRASE, **form}
    return client.post("/enrol", data={"csrf_token": token(client), **filled})


@pytest.fixture
def fresh(app: Flask) -> Laptop:
    laptop: Laptop = app.extensions[EXTENSION]
    return laptop


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    browser = app.test_client()
    browser.get("/enrol")
    return browser


def test_a_code_makes_the_laptop_known_and_leads_to_the_first_download(
    browser: FlaskClient, fresh: Laptop, registry: SmallRegistry, served: Served
) -> None:
    registry.codes[CODE] = CHEN
    answer = apply(browser, registry=f"{served.url}/")
    assert (answer.status_code, answer.location) == (303, "/sync")
    assert "登记好了" in browser.get("/sync").text
    with fresh.store.use():
        assert registry.keys[fresh.store.device] == fresh.signing_key().public_key().public_bytes_raw()
        assert fresh.store.node("registry") == served.url
    assert fresh.keys.accounts() == (WORKER,)


def test_the_recovery_wrap_opens_for_the_registry(
    browser: FlaskClient, fresh: Laptop, registry: SmallRegistry, served: Served
) -> None:
    registry.codes[CODE] = CHEN
    apply(browser, registry=served.url)
    sealed = fresh.keys.read().recovery
    assert sealed is not None
    assert keys.open_sealed(sealed, registry.recovery) == fresh.keys.unlock(WORKER.id, PASSPHRASE)


def refusal(browser: FlaskClient, fresh: Laptop, url: str, status: int) -> str:
    refused = apply(browser, registry=url)
    assert refused.status_code == status
    assert "万盛-017" in refused.text
    assert PASSPHRASE not in refused.text
    assert not fresh.is_enrolled
    return refused.text


def test_an_unknown_code_is_said_at_its_field(browser: FlaskClient, fresh: Laptop, served: Served) -> None:
    assert "没有这个登记码" in refusal(browser, fresh, served.url, 422)


@pytest.mark.parametrize(
    ("word", "status", "words"),
    [("used", 422, "已经用过了"), ("expired", 422, "过期了"), ("clash", 409, "已经停用"), ("wait", 503, "次数太多")],
)
def test_a_used_an_expired_and_other_refusals_are_told_apart(
    browser: FlaskClient, fresh: Laptop, registry: SmallRegistry, served: Served, word: str, status: int, words: str
) -> None:
    registry.spent[CODE] = word
    assert words in refusal(browser, fresh, served.url, status)


def test_what_is_wrong_on_the_page_is_said_before_the_code_is_spent(
    browser: FlaskClient, fresh: Laptop, registry: SmallRegistry, served: Served
) -> None:
    registry.codes[CODE] = CHEN
    refused = apply(browser, registry="yunxi", label=" ", passphrase="short", again="other")
    assert refused.status_code == 422
    for words in ("http://", "短名字", "至少 8 个字，这里只有 5 个", "两次输的口令不一样"):
        assert words in refused.text
    assert CODE in registry.codes
    assert not fresh.is_enrolled


def test_without_a_network_the_code_is_not_spent_and_the_page_keeps_what_was_filled(
    browser: FlaskClient, fresh: Laptop, free_port: int
) -> None:
    refused = apply(browser, registry=f"http://127.0.0.1:{free_port}")
    assert refused.status_code == 503
    assert "连不上登记中心" in refused.text
    assert CODE in refused.text
    assert not fresh.is_enrolled


def test_an_address_that_is_no_registry_is_said_at_its_field(
    browser: FlaskClient, fresh: Laptop, registry: SmallRegistry, served: Served
) -> None:
    registry.codes[CODE] = {**CHEN, "id": ""}
    refused = apply(browser, registry=served.url)
    assert refused.status_code == 422
    assert "不是登记中心" in refused.text
    assert not fresh.is_enrolled


def test_a_second_person_adds_herself_by_her_own_code_and_the_device_stays_the_same(
    connected: Laptop, registry: SmallRegistry, app: Flask
) -> None:
    registry.codes[CODE] = LUO
    browser = app.test_client()
    answer = apply(browser, passphrase="shiqiao-zhen-3", again="shiqiao-zhen-3")
    assert answer.status_code == 303, answer.text
    assert list(registry.keys) == [connected.store.device]
    assert [account.name for account in connected.keys.accounts()] == ["陈小莉", "罗建国"]
    assert connected.keys.unlock("U2", "shiqiao-zhen-3") == connected.keys.unlock(WORKER.id, PASSPHRASE)
    assert "罗建国" in app.test_client().get("/login").text


def test_a_forgotten_passphrase_is_replaced_with_a_new_code(
    connected: Laptop, registry: SmallRegistry, app: Flask
) -> None:
    registry.users[connected.store.device] = []
    registry.codes[CODE] = CHEN
    assert apply(app.test_client(), passphrase="xin de kouling", again="xin de kouling").status_code == 303
    log_in(app.test_client(), passphrase="xin de kouling")
    assert connected.keys.accounts() == (replace(WORKER),)


def test_nobody_is_added_while_the_data_is_still_locked(connected: Laptop, make_app: object) -> None:
    assert callable(make_app)
    closed = make_app().test_client()
    assert "要先有一个登记过的人登录" in closed.get("/enrol").text
    assert apply(closed).status_code == 503
