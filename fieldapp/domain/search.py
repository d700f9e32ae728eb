"""The laptop's search index: a contentless FTS5 table that holds words, never the records' text.

Written in the transaction of the records it describes (`names.search_text` makes the words). `contentless_delete` needs
SQLite 3.43, which SQLCipher's build has. The registry searches PostgreSQL by other means.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from peewee import Database

from fieldapp.domain.names import query_terms

# FTS5 knows integer row ids only; search_entry maps them to (kind, record).
_CREATE = (
    """CREATE TABLE IF NOT EXISTS search_entry (
        id INTEGER PRIMARY KEY, kind TEXT NOT NULL, record_id TEXT NOT NULL, UNIQUE (kind, record_id))""",
    """CREATE VIRTUAL TABLE IF NOT EXISTS search_words USING fts5(
        words, content='', contentless_delete=1, tokenize='unicode61')""",
)

_ADD_ENTRY = "INSERT OR IGNORE INTO search_entry (kind, record_id) VALUES (?, ?)"

_PUT_WORDS = """
    INSERT OR REPLACE INTO search_words (rowid, words)
    SELECT id, ? FROM search_entry WHERE kind = ? AND record_id = ?"""

_REMOVE = (
    """DELETE FROM search_words
        WHERE rowid = (SELECT id FROM search_entry WHERE kind = ? AND record_id = ?)""",
    "DELETE FROM search_entry WHERE kind = ? AND record_id = ?",
)

# Ranking is what costs. A word that stands in thousands of records says little about which is best, so only the first
# CANDIDATES of them are ranked: at 20,000 records every query then takes a few milliseconds.
CANDIDATES = 3000
_FIND = """
    SELECT record_id FROM (
        SELECT entry.record_id, entry.id, search_words.rank AS score
        FROM search_words JOIN search_entry AS entry ON entry.id = search_words.rowid
        WHERE search_words MATCH ? AND entry.kind = ? LIMIT ?)
    ORDER BY score, id LIMIT ?"""


def create(db: Database) -> None:
    """Make the index where it is not there yet."""
    for statement in _CREATE:
        _run(db, statement)


def index(db: Database, kind: str, record_id: str, text: str) -> None:
    """Enter a record, or replace what was entered for it. `text` comes from `names.search_text`."""
    with db.atomic():
        _run(db, _ADD_ENTRY, kind, record_id)
        _run(db, _PUT_WORDS, text, kind, record_id)


def remove(db: Database, kind: str, record_id: str) -> None:
    """Take a record out; one that was never entered is no error."""
    with db.atomic():
        for statement in _REMOVE:
            _run(db, statement, kind, record_id)


def find(db: Database, query: str, kind: str, limit: int = 50) -> list[str]:
    """The ids of the records of a kind that match all words of what a person typed, best first."""
    terms = query_terms(query)
    if not terms:
        return []
    return [str(record_id) for (record_id,) in _run(db, _FIND, " AND ".join(terms), kind, CANDIDATES, limit)]


def _run(db: Database, sql: str, *values: object) -> Iterable[tuple[Any, ...]]:
    # peewee's stubs leave this one method without types
    return cast(Iterable[tuple[Any, ...]], db.execute_sql(sql, values))  # type: ignore[no-untyped-call]
