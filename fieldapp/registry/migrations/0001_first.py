"""The first version: the protocol's tables, the records' rows, and what the registry alone knows."""

from __future__ import annotations

from peewee import Database
from playhouse.migrate import SchemaMigrator

from fieldapp.domain import records
from fieldapp.registry.tables import OWN
from sync.store import tables


def up(migrator: SchemaMigrator, db: Database) -> None:
    """Make everything."""
    db.create_tables([*tables.REGISTRY, *records.MODELS, *OWN])
