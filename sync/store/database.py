"""The one place where databases are opened.

Models are not tied to a database: whoever acts says which one with `using(db)`, so that several nodes can live in
one process
(tests, the simulator) and nobody reaches for a global.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import peewee
from sqlcipher3 import dbapi2 as sqlcipher

from sync.errors import WrongKey

_current: ContextVar[peewee.Database | None] = ContextVar("database", default=None)

PRAGMAS = (
    ("journal_mode", "wal"),
    ("synchronous", "full"),  # an answer that was said to be stored survives a power cut
    ("temp_store", "memory"),  # nothing of a child's record goes to a temporary file
    ("foreign_keys", "on"),
    ("busy_timeout", 30_000),  # on a slow laptop, a page of an exchange takes its seconds
)


class _CurrentDatabase(peewee.DatabaseProxy):
    """Whatever database `using` has set for this thread or task."""

    @property
    def obj(self) -> peewee.Database | None:
        return _current.get()

    @obj.setter
    def obj(self, value: peewee.Database | None) -> None:
        """Only `using` sets the database; peewee's initialiser sets None once."""


DATABASE = _CurrentDatabase()


class BaseModel(peewee.Model):
    """Every table of the product."""

    class Meta:
        database = DATABASE
        legacy_table_names = False


@contextmanager
def using(db: peewee.Database) -> Iterator[peewee.Database]:
    """Make `db` the database of all models within this block, and see that this thread has a connection."""
    token = _current.set(db)
    opened = db.is_closed() and db.connect(reuse_if_open=True)
    try:
        yield db
    finally:
        if opened:
            db.close()
        _current.reset(token)


def current() -> peewee.Database:
    """The database in use; raises RuntimeError outside of `using`."""
    db = _current.get()
    if db is None:
        raise RuntimeError("no database in use here")
    return db


class SealedDatabase(peewee.SqliteDatabase):
    """SQLite through SQLCipher: encrypted with a raw 32-byte key, or in the clear without one (the registry, whose
    disk is encrypted)."""

    server_version = sqlcipher.sqlite_version_info

    def __init__(self, path: Path | str, key: bytes | None = None, *, durable: bool = True) -> None:
        self._key = key
        super().__init__(str(path), pragmas=PRAGMAS if durable else (*PRAGMAS, ("synchronous", "off")))

    def _connect(self) -> Any:
        connection = sqlcipher.connect(self.database, isolation_level=None, timeout=30)
        try:
            if self._key is not None:
                # a wrong key is an ordinary case, told to the person; SQLCipher need not also write it to stderr
                connection.execute("PRAGMA cipher_log_level = NONE")
                connection.execute(f"PRAGMA key = \"x'{self._key.hex()}'\"")
                connection.execute("SELECT count(*) FROM sqlite_master")
            self._add_conn_hooks(connection)  # type: ignore[attr-defined]
        except sqlcipher.DatabaseError as error:
            connection.close()
            raise WrongKey(str(error)) from error
        except BaseException:
            connection.close()
            raise
        return connection


def open_sqlite(path: Path | str, key: bytes | None = None, *, durable: bool = True) -> SealedDatabase:
    """A SQLite database at `path`, encrypted when a raw 32-byte `key` is given. Raises WrongKey at the first use.

    Not `durable`, it does not wait for the disk: for data that nobody would miss.
    """
    if key is not None and len(key) != 32:
        raise WrongKey("a database key has 32 bytes")
    return SealedDatabase(path, key, durable=durable)


def open_url(url: str) -> peewee.Database:
    """The registry's database by URL: `sqlite:///path` or `postgresql://…`."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return open_sqlite(url.removeprefix("sqlite:///"))
    return peewee.PostgresqlDatabase(url, prefer_psycopg3=True)


def locked(query: Any) -> Any:
    """The query, locking its rows until commit; SQLite has locked the whole database already."""
    return query.for_update() if isinstance(current(), peewee.PostgresqlDatabase) else query


def lock_for_writing(db: peewee.Database) -> Any:
    """A transaction that may write: SQLite takes its write lock at once, so that no reader upgrades and deadlocks."""
    return db.atomic("IMMEDIATE") if isinstance(db, peewee.SqliteDatabase) else db.atomic()
