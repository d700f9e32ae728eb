"""Ids that two laptops compute alike, so that what follows from one cause is made once."""

from __future__ import annotations

import hashlib

from sync.ids import new_id


def derived_id(cause: str, what: str) -> str:
    """The id of the record that follows from record `cause` as its `what`: 80 bits of a hash, like any record id."""
    mixed = hashlib.sha256(f"{cause} {what}".encode()).digest()
    return new_id(lambda length: mixed[:length])
