"""The conversions of XPath 1.0 between strings, numbers, booleans and node-sets, and the comparisons built on them."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Sequence
from datetime import tzinfo
from decimal import Decimal

from forms.xpath import dates
from forms.xpath.context import Value
from forms.xpath.nodes import Node

SPACE = " \t\r\n"
_NUMBER = re.compile(r"-?(?:\d+(?:\.\d*)?|\.\d+)", re.A)

CLOSE = 1e-12
"""Numbers nearer than this are equal, as in Collect: 6.1 - 7.8 = -1.7 is what the author of a form means."""


def to_string(value: Value) -> str:
    """string(): of a node-set, the first node's text, "" when there is none."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return value[0].text() if value else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return string_of(value)


def string_of(number: float) -> str:
    """A number in decimal form, never with an exponent, in the fewest digits that read back as the same number."""
    if number.is_integer() and -1e16 < number < 1e16:
        return str(int(number))
    if math.isfinite(number):
        return format(Decimal(repr(number)), "f").removesuffix(".0")
    return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"


def to_number(value: Value, zone: tzinfo | None = None) -> float:
    """number(): NaN for what is none; dates and moments count in days (moments as the clock shows them in `zone`)."""
    if isinstance(value, float):
        return value
    if isinstance(value, str):
        return number_of(value, zone)
    if isinstance(value, list):
        return number_of(value[0].text(), zone) if value else math.nan
    return 1.0 if value else 0.0


def number_of(text: str, zone: tzinfo | None = None) -> float:
    """A string as number: digits with an optional minus and point, nothing else; or a date."""
    if text.isdigit() and text.isascii():
        return float(text)
    text = text.strip(SPACE)
    if _NUMBER.fullmatch(text):
        return float(text)
    return dates.number_of(text, zone) if len(text) > 9 and text[4] == "-" else math.nan


def to_boolean(value: Value) -> bool:
    """boolean(): a number that is neither 0 nor NaN, a string or node-set that is not empty."""
    if isinstance(value, float):
        return value != 0 and value == value
    return bool(value)


# -- comparisons --------------------------------------------------------------------------------------------------

Order = Callable[[float, float], bool]
ORDERS: dict[str, Order] = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
MIRROR = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def same(left: float, right: float) -> bool:
    """Equality of numbers (NaN equals nothing)."""
    return left == right or abs(left - right) < CLOSE


def equal(left: Value, right: Value, zone: tzinfo | None) -> bool:
    """`=` (XPath 1.0, section 3.4): for node-sets, whether any node makes it true."""
    if isinstance(left, list) or isinstance(right, list):
        return _equal_nodes(left, right, zone, wanted=True)
    return _equal_values(left, right, zone)


def unequal(left: Value, right: Value, zone: tzinfo | None) -> bool:
    """`!=`: for node-sets, whether any node makes it true, so that it is not the contrary of `=`."""
    if isinstance(left, list) or isinstance(right, list):
        return _equal_nodes(left, right, zone, wanted=False)
    return not _equal_values(left, right, zone)


def _equal_values(left: str | float | bool, right: str | float | bool, zone: tzinfo | None) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return to_boolean(left) == to_boolean(right)
    if isinstance(left, float) or isinstance(right, float):
        return same(to_number(left, zone), to_number(right, zone))
    return left == right


def _equal_nodes(left: Value, right: Value, zone: tzinfo | None, *, wanted: bool) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return (to_boolean(left) == to_boolean(right)) is wanted
    if isinstance(left, list) and isinstance(right, list):
        return _equal_sets(left, right, wanted)
    return any(_equal_values(ours, theirs, zone) is wanted for ours in _texts(left) for theirs in _texts(right))


def _texts(value: Value) -> Sequence[str | float | bool]:
    return [node.text() for node in value] if isinstance(value, list) else [value]


def _equal_sets(left: list[Node], right: list[Node], wanted: bool) -> bool:
    ours, theirs = {node.text() for node in left}, {node.text() for node in right}
    if wanted:
        return not ours.isdisjoint(theirs)
    return bool(ours and theirs) and len(ours | theirs) > 1


def ordered(sign: str, left: Value, right: Value, zone: tzinfo | None) -> bool:
    """`<`, `<=`, `>`, `>=`: always on numbers; for node-sets, whether any node makes it true."""
    order = ORDERS[sign]
    if isinstance(left, bool) and isinstance(right, list):
        right = to_boolean(right)
    if isinstance(right, bool) and isinstance(left, list):
        left = to_boolean(left)
    return any(order(ours, theirs) for ours in _numbers(left, zone) for theirs in _limits(_numbers(right, zone)))


def _numbers(value: Value, zone: tzinfo | None) -> list[float]:
    if isinstance(value, list):
        return [number_of(node.text(), zone) for node in value]
    return [to_number(value, zone)]


def _limits(numbers: list[float]) -> list[float]:
    """The least and the greatest: what is true of any is true of one of these."""
    known = [number for number in numbers if number == number]
    return [min(known), max(known)] if len(known) > 1 else known
