"""Open the laptop's encrypted database: refuse what is newer, keep a copy before tables change, bring it up to date."""

from __future__ import annotations

import logging
from pathlib import Path

from peewee import Database
from playhouse.migrations import Runner

from fieldapp.errors import N_, NewerData
from sync.store.database import open_sqlite, using

FILE_NAME = "laptop.db"
MIGRATIONS = Path(__file__).parent / "migrations"
KEPT_COPIES = 3

log = logging.getLogger(__name__)


def open_database(folder: Path, key: bytes, now_ms: int) -> Database:
    """The database in the data folder, migrated; made when it is not there. Raises WrongKey, NewerData."""
    path = folder / FILE_NAME
    database = open_sqlite(path, key)
    with using(database):
        runner = Runner(database, str(MIGRATIONS))
        _refuse_newer(runner)
        missing = [step.name for step in runner.status() if not step.applied]
        if missing and runner.applied():
            _keep_copy(database, folder / "backups", now_ms)
        if missing:
            log.info("migrating the laptop's database: %s", " ".join(missing))
            runner.up()
    return database


def _refuse_newer(runner: Runner) -> None:
    unknown = set(runner.applied()) - {step.name for step in runner.migrations()}
    if unknown:
        raise NewerData(
            N_("这里的数据是用更新的版本写的（%(steps)s）。请先更新程序；数据都在，没有动。"),
            steps=", ".join(sorted(unknown)),
        )


def _keep_copy(database: Database, folder: Path, now_ms: int) -> None:
    """A whole copy, encrypted with the same key; the last few are kept."""
    folder.mkdir(mode=0o700, exist_ok=True)
    database.execute_sql("VACUUM INTO ?", (str(folder / f"laptop-{now_ms}.db"),))  # type: ignore[no-untyped-call]
    for old in sorted(folder.glob("laptop-*.db"))[:-KEPT_COPIES]:
        old.unlink()
