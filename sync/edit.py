"""An edit: what a use case wants changed. The store turns edits into logged changes, in one place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sync.change import Value


@dataclass(frozen=True, slots=True)
class Edit:
    """New values for fields of one record; the record is made if it is not there.

    `area` is the 12-digit code that a new root lies in. Values are JSON: dates as ISO text, elements as
    `column/element`.
    """

    type: str
    record: str
    fields: Mapping[str, Value]
    area: str = ""
