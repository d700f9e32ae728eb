"""Every error is answered once, in three shapes and two languages."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fieldapp.web.errors import SYNC, handle, problem
from sync.errors import SyncError
from tests.web.sample import sign_in

STATUSES = {"missing": 404, "forbidden": 403, "invalid": 422, "clash": 409, "busy": 503, "offline": 503, "crash": 500}
JSON = {"Accept": "application/json"}
HTMX = {"HX-Request": "true"}


@pytest.mark.parametrize(("name", "status"), STATUSES.items())
def test_each_kind_of_error_has_its_status_in_every_shape(client: FlaskClient, name: str, status: int) -> None:
    for headers in ({}, JSON, HTMX):
        assert client.get(f"/fail/{name}", headers=headers).status_code == status


@pytest.mark.parametrize("name", STATUSES)
def test_a_page_says_what_happened_what_to_do_and_that_nothing_is_lost(client: FlaskClient, name: str) -> None:
    said = client.get(f"/fail/{name}", headers=JSON).json
    assert said is not None
    page = client.get(f"/fail/{name}").text
    for words in (said["error"]["title"], said["error"]["text"], said["error"]["todo"], "没有丢"):
        assert words
        assert words in page


def test_a_fragment_goes_to_the_message_place_of_the_page(client: FlaskClient) -> None:
    answer = client.get("/fail/busy", headers=HTMX)
    assert answer.headers["HX-Retarget"] == "#notice"
    assert "<html" not in answer.text
    assert "现在办不了" in answer.text


def test_a_programme_gets_the_fields_that_are_wrong(client: FlaskClient) -> None:
    answer = client.get("/fail/invalid?lang=en", headers=JSON)
    assert answer.json == {
        "error": {
            "status": 422,
            "title": "Something needs mending",
            "text": "What was entered cannot be used yet",
            "todo": "Mend it as the notes below say, then press again",
            "fields": {"phone": "This question has no answer yet"},
        }
    }


def test_a_fragment_links_to_the_fields_of_its_page_and_a_page_of_its_own_only_names_them(client: FlaskClient) -> None:
    assert '<a href="#f-phone">这一题还没有答</a>' in client.get("/fail/invalid", headers=HTMX).text
    page = client.get("/fail/invalid").text
    assert "这一题还没有答" in page
    assert "#f-phone" not in page


def test_an_error_speaks_the_language_of_the_person(client: FlaskClient) -> None:
    assert "Not found" in client.get("/nowhere?lang=en").text
    assert "没有找到" in client.get("/nowhere?lang=zh").text


def test_values_in_an_error_are_filled_in_and_escaped(client: FlaskClient) -> None:
    assert "已存在本机 &lt;b&gt;11:20&lt;/b&gt;" in client.get("/fail/filled").text


def test_a_crash_shows_nothing_of_the_programme(client: FlaskClient) -> None:
    text = client.get("/fail/crash").text
    assert "ZeroDivisionError" not in text
    assert "crash" not in text


def test_who_is_logged_in_keeps_the_rail_and_a_stranger_gets_the_bare_page(client: FlaskClient) -> None:
    assert 'class="rail"' not in client.get("/nowhere").text
    sign_in(client)
    assert 'class="rail"' in client.get("/nowhere").text


def test_a_file_that_is_too_large_is_refused_in_words(client: FlaskClient, app: Flask) -> None:
    client.get("/open")
    app.config["MAX_CONTENT_LENGTH"] = 10
    answer = client.post("/open", data={"csrf_token": "x" * 100})
    assert answer.status_code == 413
    assert "文件太大" in answer.text


def test_an_unknown_error_of_sync_is_answered_in_general_words(client: FlaskClient) -> None:
    assert client.get("/fail/unheard").status_code == 503


def test_every_error_of_sync_has_its_own_words() -> None:
    codes = {kind.code for kind in SyncError.__subclasses__()}
    assert len(codes) > 5
    assert codes <= set(SYNC)


def test_another_family_of_errors_can_be_answered_too(app: Flask) -> None:
    handle(app, ZeroDivisionError, lambda error: problem(409, f"divided {error}"))
    answer = app.test_client().get("/fail/apples")
    assert answer.status_code == 409
    assert "divided apples" in answer.text
