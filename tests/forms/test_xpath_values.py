"""Conversions, operators and comparisons of XPath 1.0, as ODK XForms uses them."""

from __future__ import annotations

import math
import operator

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from forms.xpath import Value, to_boolean, to_number, to_string
from forms.xpath.values import CLOSE
from tests.forms.evaluating import alike, evaluate, string

INF, NAN = math.inf, math.nan
numbers = st.floats(allow_nan=False, allow_infinity=False)
words = st.text(st.characters(exclude_characters="'", exclude_categories=["Cs"]), max_size=12)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1.0, "1"),
        (-1.0, "-1"),
        (123456.0, "123456"),
        (0.557586, "0.557586"),
        (-0.5, "-0.5"),
        (1.23e21, "1230000000000000000000"),
        (1e23, "100000000000000000000000"),
        (1.23e-18, "0.00000000000000000123"),
        (1e16, "10000000000000000"),
        (0.1 + 0.2, "0.30000000000000004"),
        (NAN, "NaN"),
        (INF, "Infinity"),
        (-INF, "-Infinity"),
        (5e-324, "0." + "0" * 323 + "5"),
    ],
)
def test_a_number_is_written_in_decimal_form(number: float, text: str) -> None:
    assert to_string(number) == text


@given(numbers)
def test_a_number_survives_being_written_and_read(number: float) -> None:
    assert to_number(to_string(number)) == number
    assert "e" not in to_string(number).lower()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("100", 100.0),
        ("100.001", 100.001),
        (".1001", 0.1001),
        ("0.", 0.0),
        ("-0", -0.0),
        (" -12345.6789\t\n", -12345.6789),
        ("0017", 17.0),
        ("", NAN),
        ("  ", NAN),
        ("-", NAN),
        (".", NAN),
        ("- 17", NAN),
        ("+1", NAN),
        ("1e6", NAN),
        ("1_000", NAN),
        ("Infinity", NAN),
        ("NaN", NAN),
        ("34.56.7", NAN),
        ("1,5", NAN),
        ("１２", NAN),
        ("\u00a01", NAN),
        ("0x10", NAN),
    ],
)
def test_a_string_is_a_number_only_as_digits_with_a_minus_and_a_point(text: str, number: float) -> None:
    assert alike(to_number(text), number)


@given(st.text(max_size=20))
def test_no_text_is_too_strange_to_be_read_as_a_number(text: str) -> None:
    assert isinstance(to_number(text), float)


@pytest.mark.parametrize(
    ("value", "truth"),
    [
        (0.0, False),
        (-0.0, False),
        (NAN, False),
        (0.0001, True),
        (INF, True),
        ("", False),
        (" ", True),
        ("false", True),
        ("0", True),
        (True, True),
        (False, False),
        ([], False),
    ],
)
def test_a_value_is_true_unless_it_is_empty_or_zero_or_nan(value: Value, truth: bool) -> None:
    assert to_boolean(value) is truth


def test_a_node_is_true_though_it_is_empty() -> None:
    assert evaluate("boolean(/data/a)", "<data><a/></data>") is True
    assert evaluate("boolean(/data/b)", "<data><a/></data>") is False


def test_booleans_are_written_as_words_and_count_as_one_and_zero() -> None:
    assert (to_string(True), to_string(False), to_number(True), to_number(False)) == ("true", "false", 1.0, 0.0)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("1 + 2 * 3", 7.0),
        ("(1 + 2) * 3", 9.0),
        ("1 - 2 - 3", -4.0),
        ("2 * 3 div 8 * 2", 1.5),
        ("-(8 * 5)", -40.0),
        ("-'19'", -19.0),
        ("3 + -4", -1.0),
        ("- - 3", 3.0),
        ("---3", -3.0),
        ("5 mod 2", 1.0),
        ("5 mod -3", 2.0),
        ("-5 mod 3", -2.0),
        ("1.5 mod 0.5", 0.0),
        ("5 mod 0", NAN),
        ("1 div 0", INF),
        ("-1 div 0", -INF),
        ("1 div -0", -INF),
        ("0 div 0", NAN),
        ("'a' + 1", NAN),
        ("true() + 8", 9.0),
        ("'123' * '456'", 56088.0),
        ("-0", -0.0),
        ("0 * -1", -0.0),
        ("(1 div 0) mod 2", NAN),
        ("2 mod (1 div 0)", 2.0),
        ("10 div 4", 2.5),
        ("7 mod4", 3.0),
        ("9div 2.0", 4.5),
        ("1mod1", 0.0),
        ("6 div1.5-2", 2.0),
        ("8div.5", 16.0),
        ("'' + 1", NAN),
        ("-true()", -1.0),
    ],
)
def test_arithmetic(source: str, expected: float) -> None:
    value = evaluate(source)
    assert alike(value, expected), value


@given(st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6), st.sampled_from("+-*"))
def test_arithmetic_agrees_with_python(left: int, right: int, sign: str) -> None:
    apply = {"+": operator.add, "-": operator.sub, "*": operator.mul}[sign]
    assert evaluate(f"{left} {sign} {right}") == apply(left, right)
    assert evaluate(f"({left}){sign}({right})") == apply(left, right)


@given(st.integers(-(10**6), 10**6), st.integers(-(10**4), 10**4).filter(bool))
def test_a_division_and_its_remainder_belong_together(left: int, right: int) -> None:
    assert evaluate(f"{left} div {right}") == left / right
    assert evaluate(f"int({left} div {right}) * {right} + {left} mod {right}") == left


# -- comparisons --------------------------------------------------------------------------------------------------

SIGNS = {"=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


@given(numbers, numbers, st.sampled_from(sorted(SIGNS)))
def test_numbers_compare_as_in_python(left: float, right: float, sign: str) -> None:
    assume(left == right or abs(left - right) > CLOSE)
    assert evaluate(f"{to_string(left)} {sign} {to_string(right)}") is SIGNS[sign](left, right)


@given(words, words)
def test_strings_are_equal_when_they_are_the_same(left: str, right: str) -> None:
    assert evaluate(f"'{left}' = '{right}'") is (left == right)
    assert evaluate(f"'{left}' != '{right}'") is (left != right)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("true() > 0.9999", True),
        ("'-17' > '-172'", True),
        ("'abc' < 'abcd'", False),
        ("3 < 4 < 5", True),
        ("3 < (4 < 5)", False),
        ("6 < 7 - 4", False),
        ("(6 < 7) - 4 = -3", True),
        ("6.1 - 7.8 = -1.7", True),
        ("0.1 + 0.2 = 0.3", True),
        ("0.1 + 0.2 != 0.3", False),
        ("true() = 17", True),
        ("0 = false()", True),
        ("true() = 'true'", True),
        ("17 = '17.0000000'", True),
        ("'0017.' = 17", True),
        ("'017.' = '17.000'", False),
        ("'' = ''", True),
        ("-3 < 3 = 6 >= 6", True),
        ("false() and true() != true()", False),
        ("(false() and true()) != true()", True),
        ("number('x') = number('x')", False),
        ("number('x') != number('x')", True),
        ("1 div 0 = 1 div 0", True),
        ("false() < true()", True),
        ("'' = 0", False),
        ("'' = false()", True),
        ("not(1 = 2)", True),
    ],
)
def test_comparisons_of_values(source: str, expected: bool) -> None:
    assert evaluate(source) is expected


NUMBERS = "<data><n>-5</n><n>0</n><n>5</n><s>a</s><s>b</s><t>5</t><e/></data>"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("n = 5", True),
        ("n != 5", True),
        ("n = 4", False),
        ("4 = n", False),
        ("5 = n", True),
        ("t != 5", False),
        ("n < -4", True),
        ("n < -5", False),
        ("n <= -5", True),
        ("n > 4", True),
        ("4 < n", True),
        ("5 < n", False),
        ("5 <= n", True),
        ("s = 'a'", True),
        ("s != 'a'", True),
        ("'c' = s", False),
        ("s < 'b'", False),
        ("n = t", True),
        ("t = n", True),
        ("n != t", True),
        ("t != t", False),
        ("n < t", True),
        ("t < n", False),
        ("t <= n", True),
        ("t > n", True),
        ("t >= t", True),
        ("n = true()", True),
        ("x = false()", True),
        ("x = true()", False),
        ("x != true()", True),
        ("e = true()", True),
        ("x = ''", False),
        ("x != ''", False),
        ("x = x", False),
        ("x < 1", False),
        ("0 >= x", False),
        ("e = ''", True),
        ("e != 'a'", True),
        ("e < 1", False),
        ("e >= 0", False),
        ("x < true()", True),
        ("n < true()", False),
        ("n <= true()", True),
        ("s = n", False),
        ("e = x", False),
        ("(n | s) = 'a'", True),
        ("n = '5.0'", False),
        ("n = 5.0", True),
    ],
)
def test_a_node_set_compares_as_any_of_its_nodes(source: str, expected: bool) -> None:
    assert evaluate(source, NUMBERS, "/data") is expected


small = st.lists(st.sampled_from(["1", "2", "3", "x", ""]), max_size=4)


@given(small, small, st.sampled_from(sorted(SIGNS)))
def test_two_node_sets_compare_as_any_pair_of_their_nodes(left: list[str], right: list[str], sign: str) -> None:
    nodes = [f"<a>{each}</a>" for each in left] + [f"<b>{each}</b>" for each in right]
    xml = f"<data>{''.join(nodes)}</data>"
    read = str if sign in ("=", "!=") else to_number
    expected = any(SIGNS[sign](read(a), read(b)) for a in left for b in right)
    assert evaluate(f"/data/a {sign} /data/b", xml) is expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("true() or nothing()", None),
        ("false() and $nothing", False),
        ("true() or $nothing", True),
        ("'' or 17", True),
        ("true() or true() and false()", True),
        ("(true() or true()) and false()", False),
        ("1 and 'a' and //data", True),
        ("0 or '' or /nowhere", False),
        ("false() or false() or $nothing and true()", None),
    ],
)
def test_logic_stops_as_soon_as_it_knows(source: str, expected: bool | None) -> None:
    if expected is None:
        with pytest.raises(ValueError, match="nothing"):
            evaluate(source)
    else:
        assert evaluate(source) is expected


def test_a_long_chain_of_operators_is_no_deep_nesting() -> None:
    assert evaluate(" + ".join(["1"] * 5000)) == 5000.0
    assert evaluate(" or ".join(["false()"] * 5000 + ["true()"])) is True
    assert string(" | ".join(["/data"] * 1000), "<data>x</data>") == "x"
