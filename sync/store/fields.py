"""Column types of synced records. A column's type is also the rule for its value on the wire (`sync.schema`)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import orjson
import peewee


class Json(peewee.TextField):
    """Any JSON value, as text: the same on SQLite and PostgreSQL."""

    def db_value(self, value: Any) -> str | None:
        return None if value is None else orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()

    def python_value(self, value: str | None) -> Any:
        return None if value is None else orjson.loads(value)


class Elements(Json):
    """A set kept as one synced field per element: `category/left_behind_rural` is an element of column `category`
    (rule 15).

    In a row it is a dict {element: value}; an element whose value is None is no longer in the set.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, default=dict, **kwargs)


class Iso(peewee.CharField):
    """A date, as ISO text: sorts as it should, on every database."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, max_length=10, **kwargs)

    def db_value(self, value: date | str | None) -> str | None:
        return value.isoformat() if isinstance(value, date) else value

    def python_value(self, value: str | None) -> date | None:
        return None if value is None else date.fromisoformat(value)


class IsoTime(peewee.CharField):
    """A moment with its offset from UTC, as ISO text to the second in UTC, so that text order is time order."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, max_length=32, **kwargs)

    def db_value(self, value: datetime | str | None) -> str | None:
        return value.isoformat() if isinstance(value, datetime) else value

    def python_value(self, value: str | None) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


class Choice(peewee.CharField):
    """One of a closed list of codes."""

    def __init__(self, codes: tuple[str, ...], *args: Any, **kwargs: Any) -> None:
        self.codes = codes
        super().__init__(*args, max_length=40, **kwargs)


class Ref(peewee.CharField):
    """The id of another record, of any type; that record may not be here yet (rule 11), so it is no foreign key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, max_length=16, index=True, **kwargs)
