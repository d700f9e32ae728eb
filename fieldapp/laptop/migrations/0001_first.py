"""The first version: the protocol's tables, the records' rows, what stays here, and the search index."""

from __future__ import annotations

from peewee import Database
from playhouse.migrate import SchemaMigrator

from fieldapp.domain import records, search
from fieldapp.laptop.tables import LOCAL
from sync.store import tables


def up(migrator: SchemaMigrator, db: Database) -> None:
    """Make everything."""
    db.create_tables([*tables.LAPTOP, *records.MODELS, *LOCAL])
    search.create(db)
