"""Risk levels: how they rank and read.

How a score becomes a level stands in the form; how often to visit, in `schedule`.
"""

from __future__ import annotations

from dataclasses import dataclass

from fieldapp.errors import N_


@dataclass(frozen=True, slots=True)
class Level:
    """A level: `chip` is the class of its mark on the screen, `rank` 1 is the most urgent and 5 not rated."""

    code: str
    chip: str
    rank: int
    colour: str
    grade: str
    response: str


# Levels and responses: the published scale of the Jiangsu child assessment; the bureau's own text is not public.
LEVELS: dict[str, Level] = {
    level.code: level
    for level in (
        Level("red", "r1", 1, N_("红"), N_("一级"), N_("马上干预")),
        Level("yellow", "r2", 2, N_("黄"), N_("二级"), N_("定期干预")),
        Level("blue", "r3", 3, N_("蓝"), N_("三级"), N_("可以定期干预")),
        Level("green", "r4", 4, N_("绿"), N_("四级"), N_("继续关注")),
    )
}
NOT_RATED = Level("", "r0", 5, "", N_("未评"), N_("还没有评估"))


def level(code: str | None) -> Level:
    """The level of a code; not rated for none."""
    return LEVELS.get(code or "", NOT_RATED)


def rose(before: str | None, after: str | None) -> bool:
    """Whether the danger became greater; a first rating is no rise."""
    return bool(before and after) and level(after).rank < level(before).rank
