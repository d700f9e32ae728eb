"""Headers, hosts, origins and CSRF."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from fieldapp.web import Options
from tests.web.sample import make_app, sign_in, token


def test_every_answer_carries_the_policy(client: FlaskClient) -> None:
    for path in ("/open", "/nowhere", "/undeclared", "/fail/crash", "/kit"):
        headers = client.get(path).headers
        assert "default-src 'self'" in headers["Content-Security-Policy"], path
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"


def test_pages_hold_neither_inline_script_nor_inline_style(client: FlaskClient) -> None:
    for path in ("/kit", "/kit/door", "/kit/paper", "/nowhere"):
        text = client.get(path).text
        assert " style=" not in text
        assert "<style" not in text
        assert " onclick=" not in text
        assert text.count("<script") == text.count("<script src=")


def test_cookies_are_closed_to_scripts_and_to_other_sites_and_bear_the_name_of_the_app(client: FlaskClient) -> None:
    client.get("/open")
    answer = client.post("/login", data={"user": "1", "csrf_token": token(client)})
    cookies = answer.headers.getlist("Set-Cookie")
    assert sorted(cookie.split("=")[0] for cookie in cookies) == ["sample", "sample_seen"]
    assert all("HttpOnly" in cookie and "SameSite=Lax" in cookie for cookie in cookies)


def test_two_apps_on_one_host_do_not_log_each_other_out() -> None:
    one, two = (make_app(cookie_name=f"laptop_{port}").test_client() for port in (8001, 8002))
    for client in (one, two):
        client.get("/open")
    assert one.get_cookie("laptop_8001") is not None
    assert one.get_cookie("laptop_8002") is None
    assert two.get_cookie("laptop_8002") is not None


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:80", "[::1", "a b"])
def test_a_page_answers_to_its_own_names_only(client: FlaskClient, host: str) -> None:
    answer = client.get("/open", headers={"Host": host})
    assert answer.status_code == 400
    assert "没看懂这个请求" in answer.text


@pytest.mark.parametrize("host", ["localhost:8001", "127.0.0.1", "[::1]:8001"])
def test_a_page_answers_to_the_names_of_this_machine(client: FlaskClient, host: str) -> None:
    assert client.get("/open", headers={"Host": host}).status_code == 200


def test_a_registry_answers_to_its_configured_name() -> None:
    client = make_app(options=Options(hosts=("registry.example",))).test_client()
    assert client.get("/open", headers={"Host": "registry.example"}).status_code == 200


def test_a_change_without_the_token_is_refused(client: FlaskClient) -> None:
    sign_in(client)
    assert client.post("/open").status_code == 403
    assert client.post("/open", data={"csrf_token": "made up"}).status_code == 403
    assert client.post("/open", data={"csrf_token": "字"}).status_code == 403


def test_a_change_with_the_token_is_done_from_a_form_and_from_htmx(client: FlaskClient) -> None:
    sign_in(client)
    assert client.post("/open", data={"csrf_token": token(client)}).status_code == 200
    assert client.post("/open", headers={"X-CSRF-Token": token(client)}).status_code == 200


def test_no_session_and_no_token_are_not_taken_for_equal(client: FlaskClient) -> None:
    assert client.post("/open", data={"csrf_token": ""}).status_code == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_request_caused_by_another_site_or_another_port_is_refused(client: FlaskClient, site: str) -> None:
    client.get("/open")
    headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors", "X-CSRF-Token": token(client)}
    assert client.post("/open", headers=headers).status_code == 403
    assert client.get("/open", headers=headers).status_code == 403
    navigates = {**headers, "Sec-Fetch-Mode": "navigate"}
    assert client.post("/open", headers=navigates).status_code == 403
    assert client.get("/open", headers=navigates).status_code == 200


def test_an_old_browser_is_judged_by_the_origin(client: FlaskClient) -> None:
    client.get("/open")
    with_token = {"X-CSRF-Token": token(client)}
    for origin in ("http://evil.example", "http://localhost:9999", "null"):
        assert client.post("/open", headers={**with_token, "Origin": origin}).status_code == 403
    assert client.post("/open", headers={**with_token, "Origin": "http://localhost"}).status_code == 200


def test_a_machine_is_not_asked_for_what_only_browsers_have(client: FlaskClient) -> None:
    assert client.post("/machine", headers={"Origin": "http://elsewhere.example"}).text == "machine"
