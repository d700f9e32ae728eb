"""The first version: the protocol's tables, the records' rows, the drafts, and the search index."""

from __future__ import annotations

from peewee import Database
from playhouse.migrate import SchemaMigrator

from fieldapp.domain import records, search
from fieldapp.domain.drafts import Draft
from sync.store import tables


def up(migrator: SchemaMigrator, db: Database) -> None:
    """Make everything."""
    db.create_tables([*tables.LAPTOP, *records.MODELS, Draft])
    search.create(db)
