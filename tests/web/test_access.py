"""Nothing opens unless a view says for whom."""

from __future__ import annotations

from flask import Blueprint, Flask
from flask.testing import FlaskClient

from fieldapp.web import Options
from fieldapp.web.access import rule_of
from tests.web.sample import make_app, sign_in


def test_a_view_without_a_rule_opens_for_nobody(client: FlaskClient) -> None:
    sign_in(client, "2")
    answer = client.get("/undeclared")
    assert answer.status_code == 403
    assert "by mistake" not in answer.text


def test_a_public_view_opens_for_a_stranger(client: FlaskClient) -> None:
    assert client.get("/open").status_code == 200


def test_a_stranger_is_led_to_the_login_page_and_back(client: FlaskClient) -> None:
    answer = client.get("/county?town=1")
    assert answer.status_code == 303
    assert answer.location == "/login?next=/county?town%3D1"


def test_a_role_opens_only_its_own_views(client: FlaskClient) -> None:
    sign_in(client, "1")
    assert client.get("/").status_code == 200
    assert client.get("/county").status_code == 403
    sign_in(client, "2")
    assert client.get("/county").text == "county"


def test_a_person_who_was_struck_off_is_a_stranger(client: FlaskClient) -> None:
    sign_in(client, "nobody")
    assert client.get("/").status_code == 303


def test_an_unknown_address_is_not_found_rather_than_forbidden(client: FlaskClient) -> None:
    assert client.get("/nowhere").status_code == 404
    assert client.put("/open").status_code == 405


def test_a_blueprint_of_machines_needs_neither_cookie_nor_token() -> None:
    app = make_app(options=Options(machines=("sync",)))
    sync = Blueprint("sync", "sync")
    sync.add_url_rule("/exchange", "exchange", lambda: "exchanged", methods=["POST"])
    app.register_blueprint(sync)
    assert app.test_client().post("/exchange").text == "exchanged"


def test_every_shared_view_declares_its_rule(app: Flask) -> None:
    with app.test_request_context("/"):
        shared = [name for name in app.view_functions if name.startswith(("web.", "kit."))]
        assert len(shared) == 6
        assert [name for name in shared if rule_of(name) is None] == []
