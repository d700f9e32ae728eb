"""Sessions: who is at the screen, the idle clock, locking."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fieldapp.web.auth import local_path
from tests.web.sample import Clock, sign_in, token

POLL = {"X-Poll": "1"}


def test_the_screen_locks_when_nobody_did_anything_for_ten_minutes(client: FlaskClient, clock: Clock) -> None:
    sign_in(client)
    clock.pass_by(minutes=10, seconds=1)
    assert client.get("/").status_code == 303
    assert client.get("/login").text.startswith("login 1")


def test_every_request_of_a_person_restarts_the_idle_clock(client: FlaskClient, clock: Clock) -> None:
    sign_in(client)
    for _ in range(3):
        clock.pass_by(minutes=9)
        assert client.get("/").status_code == 200


def test_a_poll_does_not_keep_the_screen_open(client: FlaskClient, clock: Clock) -> None:
    sign_in(client)
    client.get("/")
    clock.pass_by(minutes=6)
    assert client.get("/", headers=POLL).status_code == 200
    clock.pass_by(minutes=6)
    assert client.get("/", headers=POLL).status_code == 303


def test_a_locked_screen_stays_locked_though_a_late_answer_comes_back(client: FlaskClient, app: Flask) -> None:
    sign_in(client)
    early = client.get_cookie("sample")
    assert early is not None
    client.post("/lock", headers={"X-CSRF-Token": token(client)})
    late = app.test_client()
    late.set_cookie("sample", early.value)
    seen = client.get_cookie("sample_seen")
    assert seen is not None
    late.set_cookie("sample_seen", seen.value)
    answers = late.get("/").headers.getlist("Set-Cookie")
    assert [cookie.split("=")[0] for cookie in answers] == ["sample_seen"]
    assert client.get("/").status_code == 303
    assert client.get("/login").text.startswith("login 1")


def test_the_idle_clock_of_one_person_is_no_clock_of_another(client: FlaskClient, app: Flask) -> None:
    sign_in(client, "1")
    other = app.test_client()
    sign_in(other, "2")
    seen = other.get_cookie("sample_seen")
    assert seen is not None
    client.set_cookie("sample_seen", seen.value)
    assert client.get("/").status_code == 303


def test_a_clock_written_by_hand_counts_for_nothing(client: FlaskClient) -> None:
    sign_in(client)
    client.set_cookie("sample_seen", "WyIxIiw5OTk5OTk5OTk5XQ.made-up")
    assert client.get("/").status_code == 303


def test_a_new_person_gets_a_new_token_and_unlocking_ones_own_screen_keeps_it(client: FlaskClient) -> None:
    sign_in(client, "1")
    first = token(client)
    client.post("/lock", headers={"X-CSRF-Token": first})
    client.post("/login", data={"user": "1", "csrf_token": first})
    assert token(client) == first
    client.post("/login", data={"user": "2", "csrf_token": first})
    assert token(client) != first


def test_signing_out_forgets_everything(client: FlaskClient) -> None:
    sign_in(client)
    client.post("/logout", headers={"X-CSRF-Token": token(client)})
    assert client.get("/").status_code == 303
    assert client.get("/login").text.startswith("login None")


def test_a_fragment_asked_for_behind_a_locked_screen_leads_the_page_to_the_login(client: FlaskClient) -> None:
    answer = client.get("/", headers={"HX-Request": "true", "HX-Current-URL": "http://localhost/homes?q=1"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/login?next=/homes?q%3D1"


def test_an_answer_sent_behind_a_locked_screen_keeps_its_page(client: FlaskClient) -> None:
    client.get("/open")
    answer = client.post("/lock", headers={"HX-Request": "true", "X-CSRF-Token": token(client)})
    assert answer.status_code == 401
    assert "HX-Redirect" not in answer.headers
    assert "在新页面登录" in answer.text


@pytest.mark.parametrize(
    "address",
    [
        "https://elsewhere.example/x",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "javascript:alert(1)",
        "",
        None,
        "/a\nb",
    ],
)
def test_the_way_back_never_leads_to_another_site(app: Flask, address: str | None) -> None:
    with app.test_request_context("/"):
        assert local_path(address) == "/"


def test_the_way_back_leads_to_ones_own_pages(app: Flask) -> None:
    with app.test_request_context("/"):
        assert local_path("/homes?q=1") == "/homes?q=1"
        assert local_path("http://localhost/homes?") == "/homes"


def test_the_login_itself_makes_the_token_that_every_page_after_it_carries(client: FlaskClient) -> None:
    sign_in(client)
    with client.session_transaction() as session:
        assert session["csrf"]
