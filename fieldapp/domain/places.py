"""Where a home is: in words, each place said once, and in the order of a walk. Which rows lie in whose areas."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

from fieldapp.domain import areas
from fieldapp.domain.records import Household
from fieldapp.errors import NotFound
from sync.store.synced import Synced

CHINESE_DIGITS = "〇一二三四五六七八九十"
_PARTS = re.compile(rf"\d+|[{CHINESE_DIGITS}]+")

Key = tuple[tuple[int, str], ...]


def in_village(home: Household) -> str:
    """三组 27 号: the hamlet (组, 社) only when the address does not say it already."""
    group, address = home.group_name or "", home.address or ""
    return address if group in address else " ".join(part for part in (group, address) if part)


def in_words(home: Household) -> str:
    """麒麟村三组 27 号: with the village, for people who work in several."""
    return _joined(village(home), in_village(home))


def whole(home: Household) -> str:
    """万盛经开区南桐镇麒麟村三组 27 号: as an envelope would say it, without the city."""
    *above, own = ("", *_names(home))
    return "".join(above) + _joined(own, in_village(home))


def town_and_village(home: Household) -> str:
    """南桐镇麒麟村, as a door card says it."""
    return "".join(_names(home)[1:])


def village(home: Household) -> str:
    """The village or community; "" when its code is not known here."""
    return (_names(home) or ("",))[-1]


def hamlet(home: Household) -> str:
    """麒麟村三组: what a walk through the village goes by."""
    return village(home) + (home.group_name or "")


def order(home: Household) -> tuple[str, Key, Key]:
    """The order of a walk: by village, hamlet and number, where 二组 comes before 十组 and 9 号 before 27 号."""
    return home.area, _natural(home.group_name or ""), _natural(in_village(home))


def lies_in(model: type[Synced], prefixes: Iterable[str]) -> Any:
    """A condition: the row lies in one of these areas, or nobody has placed it yet."""
    return reduce(or_, (model.area.startswith(prefix) for prefix in prefixes), model.area == "")


def _names(home: Household) -> tuple[str, ...]:
    """The names from the county or zone down."""
    try:
        return areas.load().names(home.area)[1:] if home.area else ()
    except NotFound:
        return ()


def _joined(name: str, rest: str) -> str:
    return rest if name in rest else name + rest


def _natural(text: str) -> Key:
    """Words and numbers in turn, so that numbers compare as numbers, Chinese ones too."""
    spans, key, at = _PARTS.finditer(text), list[tuple[int, str]](), 0
    for span in spans:
        key += [(-1, text[at : span.start()].strip()), (_number(span[0]), "")]
        at = span.end()
    return (*key, (-1, text[at:].strip()))


def _number(digits: str) -> int:
    """12, 十二 or 二十 as a number; hamlets are below a hundred."""
    if digits.isascii():
        return int(digits)
    tens, ten, ones = digits.rpartition("十")
    return (10 * (CHINESE_DIGITS.index(tens[-1]) if tens else 1) if ten else 0) + (
        CHINESE_DIGITS.index(ones[-1]) if ones else 0
    )
