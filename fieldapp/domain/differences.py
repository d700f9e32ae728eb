"""What differs from what was shown: only that is written, so that work on different fields never collides."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from fieldapp.domain.times import utc_text
from sync.change import Value
from sync.store.fields import Elements
from sync.store.synced import Synced


def plain(value: Any) -> Value:
    """A column's value as records keep it: dates and moments as ISO text, an empty text as "not collected"."""
    if isinstance(value, datetime):
        return utc_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return value.strip() or None
    return value  # type: ignore[no-any-return]


def shown(row: Synced) -> dict[str, Value]:
    """The fields of a row as records keep them; elements as `column/element`."""
    values: dict[str, Value] = {}
    for name, column in type(row)._meta.fields.items():
        value = getattr(row, name)
        if isinstance(column, Elements):
            values |= {f"{name}/{element}": item for element, item in (value or {}).items()}
        else:
            values[name] = plain(value)
    return values


def changed(before: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Value]:
    """Those of the `given` values that differ from `before`; a value that was never there equals "not collected"."""
    return {name: plain(value) for name, value in given.items() if plain(value) != plain(before.get(name))}
