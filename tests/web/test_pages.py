"""Static files, the frame of pages, text size, the kit."""

from __future__ import annotations

import pytest
from flask import Flask, flash, render_template_string
from flask.testing import FlaskClient

from fieldapp.web import Options, allow, init_app
from fieldapp.web.assets import STATIC, asset_url
from tests.web.sample import Clock, make_app, sign_in, token

SHELL = '{% extends "shell.html" %}{% block title %}t{% endblock %}'


def test_htmx_comes_out_of_its_package_and_may_be_kept_for_ever(client: FlaskClient, app: Flask) -> None:
    with app.test_request_context("/"):
        address = asset_url("htmx.min.js")
    answer = client.get(address)
    assert b'version:"2.0.3"' in answer.data
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.content_type == "text/javascript; charset=utf-8"


def test_an_address_without_the_right_version_is_asked_for_again_each_time(client: FlaskClient) -> None:
    answer = client.get("/static/css/app.css?v=old")
    assert answer.headers["Cache-Control"] == "no-cache"
    again = client.get("/static/css/app.css", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("name", ["../setup.cfg", "css/../../setup.cfg", "css", "nothing.css", "%2e%2e/setup.cfg"])
def test_only_files_of_the_static_folder_are_served(client: FlaskClient, name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 404


def test_every_icon_that_a_template_names_is_in_the_sheet(client: FlaskClient) -> None:
    sheet = (STATIC / "icons.svg").read_text("utf-8")
    names = {part.split('"')[0] for part in client.get("/kit").text.split("#i-")[1:]}
    assert len(names) > 10
    assert [name for name in names if f'id="i-{name}"' not in sheet] == []


def test_an_app_with_flasks_own_static_folder_is_refused() -> None:
    app = Flask("wrong", static_folder="static")
    with pytest.raises(ValueError, match="static_folder=None"):
        init_app(app, load_user=lambda _: None, rail=list, language_default="zh", cookie_name="w", now=Clock())


def test_the_title_stands_in_the_bar_as_well(client: FlaskClient) -> None:
    text = client.get("/open").text
    assert "<title>open · 入户走访</title>" in text
    assert "<h1>open</h1>" in text


def test_the_rail_marks_where_one_is_and_answers_to_keys(client: FlaskClient) -> None:
    sign_in(client)
    text = client.get("/").text
    assert '<a href="/" accesskey="1" aria-current="page" data-key="F2">' in text
    assert "未遇" in text


def test_the_size_of_letters_goes_round_and_is_remembered(client: FlaskClient) -> None:
    sizes = []
    for _ in range(4):
        client.get("/open")
        client.post("/size", data={"next": "/open", "csrf_token": token(client)})
        sizes.append(client.get("/open").text.split('data-size="')[1].split('"')[0])
    assert sizes == ["l", "xl", "m", "l"]


def test_a_toast_says_what_was_done_and_offers_to_undo_it(app: Flask, client: FlaskClient) -> None:
    @app.get("/done")
    @allow.public
    def done() -> str:
        flash("draft deleted", "/undo/1")
        return render_template_string(SHELL)

    text = client.get("/done").text
    assert 'role="status"' in text
    assert 'action="/undo/1"' in text


def test_a_scanner_has_its_form_only_where_somebody_is_logged_in() -> None:
    client = make_app(options=Options(scan="open_to_all", scan_prefix="771")).test_client()
    assert 'id="scanner"' not in client.get("/open").text
    sign_in(client)
    assert 'data-prefix="771"' in client.get("/").text


def test_the_kit_is_not_in_the_product() -> None:
    app = Flask("product", static_folder=None)
    app.secret_key = "only for tests"
    init_app(app, load_user=lambda _: None, rail=list, language_default="zh", cookie_name="p", now=Clock())
    assert app.test_client().get("/kit").status_code == 404
