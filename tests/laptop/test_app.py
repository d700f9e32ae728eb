"""Who gets in, what opens, and what stays open."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playhouse.migrations import Runner

from fieldapp.domain.records import Household
from fieldapp.errors import NewerData, Unavailable, WrongPassphrase
from fieldapp.laptop import opening
from fieldapp.laptop.current import EXTENSION
from fieldapp.laptop.laptop import Laptop
from fieldapp.web.access import rule_of
from sync.edit import Edit
from sync.errors import WrongKey
from sync.store.database import open_sqlite, using
from tests.laptop.conftest import MakeApp
from tests.support.laptop import DEVICE, PASSPHRASE, TOWN, WORKER, Chance, identity, log_in, token

HOME = "Q7K0000000000001"


def register(laptop: Laptop) -> None:
    edit = Edit("household", HOME, {"head_name": "周大明", "phone": "15400992204"}, f"{TOWN}001")
    laptop.store.commit([edit], author=WORKER.id)


@pytest.mark.parametrize("path", ["/", "/homes", "/scan", "/tasks", "/sync", "/conflicts"])
def test_every_place_opens_after_the_login_and_leads_there_before(client: FlaskClient, app: Flask, path: str) -> None:
    assert client.get(path).status_code == 200
    stranger = app.test_client().get(path)
    assert (stranger.status_code, stranger.location.partition("?")[0]) == (303, "/login")


def test_styles_and_icons_come_with_a_page_before_and_after_the_login(client: FlaskClient, app: Flask) -> None:
    for browser in (client, app.test_client()):
        assert browser.get("/static/css/app.css").status_code == 200


def test_every_view_says_who_may_open_it(app: Flask) -> None:
    with app.test_request_context():
        rules = {endpoint: rule_of(endpoint) for endpoint in app.view_functions}
    assert [endpoint for endpoint, rule in rules.items() if rule is None] == []
    public = {endpoint for endpoint, rule in rules.items() if rule and rule.name == "public"}
    assert public == {
        "web.asset", "web.language", "web.size", "door.login", "door.enter", "door.passphrase", "enrol.page",
        "enrol.apply",
    }  # fmt: skip


def test_a_laptop_that_nobody_enrolled_leads_to_its_enrolment(app: Flask) -> None:
    assert app.test_client().get("/login").location == "/enrol"


def test_the_login_names_who_works_here_and_what_waits(client: FlaskClient, laptop: Laptop, app: Flask) -> None:
    register(laptop)
    shown = app.test_client().get("/login").text
    assert WORKER.name in shown
    assert "儿童主任、社工" in shown
    assert "1 条待同步" in shown
    assert "万盛-017" in shown


def test_a_wrong_passphrase_stays_on_the_login_and_says_so(laptop: Laptop, app: Flask) -> None:
    client = app.test_client()
    refused = client.post("/login", data={"csrf_token": token(client), "user": WORKER.id, "passphrase": "wrong-wrong"})
    assert refused.status_code == 422
    assert "口令不对" in refused.text
    assert "wrong-wrong" not in refused.text
    assert client.get("/").status_code == 303


def test_the_lock_closes_the_screen_and_keeps_the_key(client: FlaskClient, laptop: Laptop) -> None:
    assert client.post("/lock", data={"csrf_token": token(client)}).location == "/login"
    assert client.get("/").status_code == 303
    assert laptop.is_open
    register(laptop)
    assert laptop.store.waiting() == 1
    log_in(client)
    assert client.get("/").status_code == 200


def test_after_a_restart_nothing_is_open_before_somebody_logs_in(
    client: FlaskClient, laptop: Laptop, make_app: MakeApp
) -> None:
    register(laptop)
    again = make_app()
    reopened: Laptop = again.extensions[EXTENSION]
    with pytest.raises(Unavailable):
        _ = reopened.store
    with pytest.raises(WrongPassphrase):
        reopened.unlock(WORKER.id, "wrong-wrong")
    assert not reopened.is_open
    log_in(again.test_client())
    with reopened.store.use():
        assert reopened.store.device == DEVICE
        assert Household.get_by_id(HOME).head_name == "周大明"


def test_a_page_from_before_the_restart_can_send_what_it_holds_after_the_login(
    client: FlaskClient, laptop: Laptop, make_app: MakeApp
) -> None:
    sent = token(client)
    with client.session_transaction() as session:
        kept = dict(session)
    browser = make_app().test_client()
    with browser.session_transaction() as session:
        session.update(kept)
    assert browser.get("/").status_code == 303
    form = {"csrf_token": sent, "user": WORKER.id, "passphrase": PASSPHRASE}
    assert browser.post("/login", data=form).status_code == 303
    assert browser.post("/lock", data={"csrf_token": sent}).status_code == 303


def test_the_database_is_unreadable_without_the_key(laptop: Laptop) -> None:
    register(laptop)
    laptop.store.db.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[no-untyped-call]
    path = laptop.settings.data / opening.FILE_NAME
    assert "周大明".encode() not in path.read_bytes()
    with pytest.raises(WrongKey), using(open_sqlite(path, bytes(32))):
        pytest.fail("opened with another key")


def test_search_finds_what_was_just_registered(laptop: Laptop) -> None:
    from fieldapp.domain import households

    register(laptop)
    assert [home.id for home in households.find("zhoudaming")] == [HOME]


def _next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program's migrations, and one more."""
    steps = tmp_path / "next"
    shutil.copytree(opening.MIGRATIONS, steps)
    step = "def up(migrator, db):\n    db.execute_sql('CREATE TABLE later (id INTEGER)')\n"
    (steps / "9999_later.py").write_text(step, "utf-8")
    monkeypatch.setattr(opening, "MIGRATIONS", steps)
    return steps


def test_the_data_of_a_newer_version_is_refused_and_left_alone(
    laptop: Laptop, make_app: MakeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _next_version(tmp_path, monkeypatch)
    Runner(laptop.store.db, str(opening.MIGRATIONS)).up()
    monkeypatch.undo()
    older: Laptop = make_app().extensions[EXTENSION]
    with pytest.raises(NewerData, match="更新的版本"):
        older.unlock(WORKER.id, PASSPHRASE)
    assert not older.is_open


def test_before_the_tables_change_an_encrypted_copy_is_kept(
    laptop: Laptop, make_app: MakeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(laptop)
    _next_version(tmp_path, monkeypatch)
    newer: Laptop = make_app().extensions[EXTENSION]
    newer.unlock(WORKER.id, PASSPHRASE)
    with newer.store.use():
        assert newer.store.db.table_exists("later")
    (copy,) = (laptop.settings.data / "backups").glob("*.db")
    with pytest.raises(WrongKey), using(open_sqlite(copy)):
        pytest.fail("a copy in the clear")
    with using(open_sqlite(copy, newer.keys.unlock(WORKER.id, PASSPHRASE))) as database:
        assert not database.table_exists("later")
        assert Household.get_by_id(HOME).head_name == "周大明"


def test_data_without_its_file_of_wraps_is_set_aside_and_never_deleted(laptop: Laptop, make_app: MakeApp) -> None:
    folder = laptop.settings.data
    laptop.keys.path.unlink()
    fresh: Laptop = make_app().extensions[EXTENSION]
    fresh.entropy = Chance("another")
    fresh.begin(identity("WSA0000002"), WORKER, PASSPHRASE)
    with fresh.store.use():
        assert fresh.store.device == "WSA0000002"
    assert [path.name.partition("-")[0] for path in folder.glob(f"{opening.FILE_NAME}.unopened*")]
