"""Open the registry's database and bring it up to date: one program at a time, and never one that is newer."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import peewee
from filelock import FileLock
from playhouse.migrations import Runner

from fieldapp.errors import N_, Invalid, NewerData
from fieldapp.settings import RegistrySettings
from sync.store.database import open_url, using

MIGRATIONS = Path(__file__).parent / "migrations"
ADVISORY_LOCK = 0x6669656C64  # any number that nobody else uses in this database

log = logging.getLogger(__name__)


def open_database(settings: RegistrySettings) -> peewee.Database:
    """The registry's database, migrated. Raises NewerData, and Invalid when there is no way to it."""
    database = open_url(settings.database_url)
    try:
        with using(database), _alone(database, settings.data):
            _migrate(database)
    except peewee.OperationalError as error:
        raise Invalid(
            N_("登记中心的数据库打不开（%(reason)s）。请看看设置 database 和数据库服务。"), reason=_reason(error)
        ) from error
    return database


def _migrate(database: peewee.Database) -> None:
    runner = Runner(database, str(MIGRATIONS))
    unknown = set(runner.applied()) - {step.name for step in runner.migrations()}
    if unknown:
        raise NewerData(
            N_("登记中心的数据是用更新的版本写的（%(steps)s）。请先更新程序；数据都在，没有动。"),
            steps=", ".join(sorted(unknown)),
        )
    for name in runner.up():
        log.info("migrated the registry's database: %s", name)


@contextmanager
def _alone(database: peewee.Database, folder: Path) -> Iterator[None]:
    """Workers start together; the others wait until the first has migrated."""
    if not isinstance(database, peewee.PostgresqlDatabase):
        with FileLock(folder / "migrating.lock"):
            yield
        return
    _run(database, "SELECT pg_advisory_lock(%s)")
    try:
        yield
    finally:
        _run(database, "SELECT pg_advisory_unlock(%s)")


def _run(database: peewee.Database, statement: str) -> None:
    database.execute_sql(statement, (ADVISORY_LOCK,))  # type: ignore[no-untyped-call]


def _reason(error: peewee.OperationalError) -> str:
    """The first line: the rest may repeat the address, and with it the password."""
    return str(error).strip().partition("\n")[0][:200]
