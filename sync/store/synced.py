"""The row of a synced record: what is shown of it now. Written by the store alone, from the merged state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, NoReturn

import peewee

from sync.store.database import BaseModel

# Columns that this machine computes; they are no synced fields.
LOCAL_COLUMNS = frozenset({"id", "area", "rev", "void", "open_conflicts", "changed_at", "changed_by"})


class Synced(BaseModel):
    """A record's shown values, and where it lies.

    `area` is the 12-digit code of its root; `rev` the registry's revision (0: not there yet); `void` the reason it was
    deleted for, or None; `changed_at` the stamp of its newest head, `changed_by` that head's author.
    """

    derived: ClassVar[frozenset[str]] = frozenset()  # columns computed by `derive`, for finding; no synced fields

    id = peewee.CharField(max_length=16, primary_key=True)
    area = peewee.CharField(max_length=12, index=True, default="")
    rev = peewee.IntegerField(default=0)
    void = peewee.CharField(max_length=400, null=True)
    open_conflicts = peewee.IntegerField(default=0)
    changed_at = peewee.BigIntegerField(default=0)
    changed_by = peewee.CharField(max_length=16, default="")

    @classmethod
    def derive(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """The derived columns, from the shown values (`id` among them)."""
        return {}

    def save(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Never: a synced record changes through `commit`, or its change would not be logged, merged or sent."""
        raise TypeError("a synced record changes through commit(edits), not through save()")

    def delete_instance(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Never: to delete is to write the field `void` with a reason."""
        raise TypeError("a synced record is voided with a reason, not deleted")
