"""Numbers: the functions that ODK XForms adds (as in XPath 3.0 where that has them)."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_FLOOR, Decimal

from forms.xpath.code import Kind
from forms.xpath.context import Scope, Value
from forms.xpath.functions import function
from forms.xpath.functions_core import nearest
from forms.xpath.nodes import Node
from forms.xpath.values import number_of, to_number

NUMBER, ANY = Kind.NUMBER, Kind.ANY

MAX_PLACES = 30
"""Places beyond this give NaN (as JavaRosa)."""


@function("round", NUMBER, NUMBER, returns=NUMBER, required=1)
def rounded(value: float, places: float = 0.0) -> float:
    """To so many decimal places (tens, hundreds for negative ones), in decimal, so that round(2.15, 1) is 2.2."""
    if places != places or abs(places) > MAX_PLACES:
        return math.nan
    if not math.isfinite(value) or int(places) == 0:
        return nearest(value)
    shifted = Decimal(repr(value)).scaleb(int(places))
    whole = (shifted + Decimal("0.5")).to_integral_value(ROUND_FLOOR)
    return math.copysign(float(whole.scaleb(-int(places))), value)


@function("int", NUMBER, returns=NUMBER)
def integer(value: float) -> float:
    return math.copysign(math.trunc(value), value) if math.isfinite(value) else value


@function("abs", NUMBER, returns=NUMBER)
def absolute(value: float) -> float:
    return abs(value)


@function("pow", NUMBER, NUMBER, returns=NUMBER)
def power(value: float, exponent: float) -> float:
    try:
        return math.pow(value, exponent)
    except OverflowError:
        return -math.inf if value < 0 and exponent % 2 == 1 else math.inf
    except ValueError:  # a root of a negative number, or a power below 0 of 0
        return math.nan if value else math.inf


def _safe(apply: Callable[[float], float]) -> Callable[[float], float]:
    """NaN where the function is not defined, Infinity where it is too large."""

    def safe(value: float) -> float:
        try:
            return apply(value)
        except ValueError:
            return math.nan
        except OverflowError:
            return math.inf

    return safe


def _logarithm(apply: Callable[[float], float]) -> Callable[[float], float]:
    return lambda value: apply(value) if value else -math.inf


for _name, _apply in {
    "sqrt": math.sqrt,
    "exp": math.exp,
    "exp10": lambda value: math.pow(10.0, value),
    "log": _logarithm(math.log),
    "log10": _logarithm(math.log10),
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "asin": math.asin,
    "acos": math.acos,
    "atan": math.atan,
}.items():
    function(_name, NUMBER, returns=NUMBER)(_safe(_apply))


@function("atan2", NUMBER, NUMBER, returns=NUMBER)
def atan2(y: float, x: float) -> float:
    return math.atan2(y, x)


@function("pi", returns=NUMBER)
def pi() -> float:
    return math.pi


# -- of many ------------------------------------------------------------------------------------------------------


def numbers(scope: Scope, values: tuple[Value, ...]) -> list[float]:
    """The numbers of all arguments, node-sets node by node."""
    found: list[float] = []
    for value in values:
        found += (
            [number_of(node.text(), scope.zone) for node in value]
            if isinstance(value, list)
            else [to_number(value, scope.zone)]
        )
    return found


@function("min", ANY, returns=NUMBER, rest=(ANY,), scoped=True)
def least(scope: Scope, node: Node, *values: Value) -> float:
    """NaN when there is none, or when any is none (XPath 3.0)."""
    found = numbers(scope, values)
    return math.nan if not found or any(number != number for number in found) else min(found)


@function("max", ANY, returns=NUMBER, rest=(ANY,), scoped=True)
def greatest(scope: Scope, node: Node, *values: Value) -> float:
    """NaN when there is none, or when any is none (XPath 3.0)."""
    found = numbers(scope, values)
    return math.nan if not found or any(number != number for number in found) else max(found)
