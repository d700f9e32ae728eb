"""The registry's database: made by several workers at once, refused when it is newer; and the app under gunicorn."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import requests
from playhouse.migrations import Runner

from fieldapp.errors import Invalid, NewerData
from fieldapp.registry.opening import MIGRATIONS, open_database
from fieldapp.settings import RegistrySettings
from sync.store.database import open_url, using
from tests.support.server import ROOT, answers, wait_until


def test_workers_that_start_together_make_the_tables_once(settings: RegistrySettings) -> None:
    failures: list[Exception] = []

    def start() -> None:
        try:
            open_database(settings)
        except Exception as error:  # noqa: BLE001 (whatever it is, the test tells it)
            failures.append(error)

    workers = [threading.Thread(target=start) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failures == []
    database = open_url(settings.database_url)
    with using(database):
        assert {"household", "account", "entry"} <= set(database.get_tables())


def test_data_of_a_newer_version_is_refused_and_left_alone(settings: RegistrySettings) -> None:
    database = open_database(settings)
    with using(database):
        runner = Runner(database, str(MIGRATIONS))
        runner.History.create(name="0999_from_the_future")
    with pytest.raises(NewerData) as refused:
        open_database(settings)
    assert refused.value.values["steps"] == "0999_from_the_future"


def test_a_database_that_cannot_be_reached_is_told_in_words(tmp_path: Path, free_port: int) -> None:
    url = f"postgresql://somebody:a-secret@127.0.0.1:{free_port}/registry"
    with pytest.raises(Invalid) as refused:
        open_database(RegistrySettings(data=tmp_path, database=url))
    assert "a-secret" not in str(refused.value.values)


def test_two_gunicorn_workers_serve_one_registry(settings: RegistrySettings, free_port: int, tmp_path: Path) -> None:
    log = tmp_path / "gunicorn.log"
    environ = {**os.environ, "FIELDAPP_DATA": str(settings.data), "FIELDAPP_DATABASE": settings.database_url}
    command = [sys.executable, "-m", "gunicorn", "fieldapp.registry:wsgi()", "--workers", "2", "--bind",
               f"127.0.0.1:{free_port}"]  # fmt: skip
    with log.open("wb") as output, subprocess.Popen(
        command, cwd=ROOT, env=environ, stdout=output, stderr=subprocess.STDOUT
    ) as server:  # fmt: skip
        try:
            wait_until(lambda: answers(free_port) and log.read_text().count("make the first one") == 2, what="gunicorn")
            page = requests.get(f"http://127.0.0.1:{free_port}/", timeout=30)
        finally:
            server.terminate()
    assert page.url.endswith("/first")
    assert "谁来管这个登记中心？" in page.text
    assert len(set(re.findall(r"code ([0-9A-Z-]{14})", log.read_text()))) == 1
