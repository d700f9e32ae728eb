"""One area and its code. 12-digit codes for statistics: province 2, city 2, county 2, town 3, village 3."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from fieldapp.errors import N_, Invalid

Level = Literal["province", "county", "zone", "town", "village"]

PROVINCE = "50"
LEVELS: dict[int, Level] = {2: "province", 6: "county", 9: "town", 12: "village"}

_CODE = re.compile(r"[0-9]{2}(?:[0-9]{4}(?:[0-9]{3}){0,2})?", re.ASCII)

# Ranges of the last three digits: 统计用区划代码和城乡划分代码编制规则, 国家统计局. 4xx and 5xx are 政企合一 units,
# of which Chongqing has none; a code outside every range has no kind.
_KINDS: dict[Level, tuple[tuple[range, str], ...]] = {
    "town": ((range(1, 100), "街道"), (range(100, 200), "镇"), (range(200, 400), "乡")),
    "village": ((range(1, 200), "居委会"), (range(200, 400), "村委会")),
}


@dataclass(frozen=True, slots=True)
class Area:
    """One area as it stood on a day.

    `code` has 12 digits, save for a zone (管理区), which has no code of its own and bears its key. Dates are the first
    and the last day; None: no such day is recorded. `zone` is the name of the zone that a town or village lies in.
    """

    code: str
    name: str
    level: Level
    valid_from: date | None = None
    valid_to: date | None = None
    zone: str | None = None

    def stands(self, on: date) -> bool:
        """Whether the area exists on that day."""
        return (self.valid_from or date.min) <= on <= (self.valid_to or date.max)


def prefix(code: str) -> str:
    """The digits of a code that say something: 2 for the province, 6 for a county, 9 for a town, 12 for a village.

    Raises Invalid for anything else, also for the dummy cities 5001 市辖区 and 5002 县: read as a scope they would
    silently mean half the province.
    """
    short = _without_zeros(code) if len(code) == 12 else code
    if not _CODE.fullmatch(code) or len(short) not in LEVELS:
        raise Invalid(N_("“%(code)s”不是地区代码。请从列表里选一个地区。"), code=code)
    return short


def full(code: str) -> str:
    """The code filled up to 12 digits, as records and exports write it."""
    return prefix(code).ljust(12, "0")


def kind(code: str) -> str | None:
    """街道, 镇, 乡, 居委会 or 村委会 by the number ranges; None for counties and for numbers outside every range."""
    short = prefix(code)
    ranges = _KINDS.get(LEVELS[len(short)], ())
    return next((name for numbers, name in ranges if int(short[-3:]) in numbers), None)


def _without_zeros(code: str) -> str:
    for length, group in ((12, "000"), (9, "000"), (6, "00"), (4, "00")):
        if not code[:length].endswith(group):
            return code[:length]
    return code[:2]
