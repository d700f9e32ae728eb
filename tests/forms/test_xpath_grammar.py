"""What can be written, and what is said of what cannot."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from forms.xpath import ExpressionError, compile
from forms.xpath.errors import MESSAGES
from forms.xpath.parser import MAX_DEPTH
from forms.xpath.syntax import Call, Number, Operation, Path
from tests.forms.evaluating import context, evaluate, texts

XML = "<data><div>8</div><mod>3</mod><or>1</or><a-b>2</a-b><a.b>4</a.b><名字>王</名字><node>n</node></data>"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("div div mod > 2", True),
        ("or or or", True),
        ("a-b = 2", True),
        ("a-b - a.b = -2", True),
        ("div*mod = 24", True),
        ("名字 = '王'", True),
        ("count(*) = 7", True),
        ("* * * = 64", True),
        ("node = 'n'", True),
        ("node/self::node() = 'n'", True),
        ("string-length(node)=1", True),
        ("4.5=4.50", True),
        (".5 = 0.5", True),
        ("5. = 5", True),
        ("'\"' = '\"'", True),
        ("\n\t div = 8 \n", True),
        ("(((8)))=div", True),
        ("child::div=8", True),
        ("child :: div = 8", True),
        ("self :: node ( ) / div = 8", True),
        ("./div[1][1][. = 8] = 8", True),
        (".. = /", True),
        ("-div = -8", True),
        ("/data/div = /child::data/child::div", True),
        ("processing-instruction('x') = 1", False),
        ("@* = 1", False),
    ],
)
def test_names_and_operators_are_told_apart_by_their_place(source: str, expected: bool) -> None:
    assert evaluate(source, XML, "/data") is expected


def test_operators_of_one_rank_are_read_from_the_left_and_stronger_ones_first() -> None:
    tree = compile("1 or 2 and 3 = 4 < 5 + 6 * -7").tree
    assert isinstance(tree, Operation)
    ranks = []
    while isinstance(tree, Operation):
        ranks.append(tree.operators)
        tree = tree.operands[-1]
    assert ranks == [("or",), ("and",), ("=",), ("<",), ("+",), ("*",)]


def test_a_path_may_start_from_an_expression() -> None:
    tree = compile("instance('x')/root/item[1]").tree
    assert isinstance(tree, Path)
    assert isinstance(tree.start, Call)
    assert [step.test.name for step in tree.steps] == ["root", "item"]
    assert compile("(1)").tree == Number(1.0)


@pytest.mark.parametrize(
    ("source", "code", "position"),
    [
        ("", "empty", 0),
        ("   ", "empty", 0),
        ("1 +", "end", 3),
        ("(1", "end", 2),
        ("1)", "syntax", 1),
        ("a b", "syntax", 2),
        ("'abc", "quote", 0),
        ("a = “x”", "character", 4),
        ("a # b", "character", 2),
        ("foo::a", "axis", 0),
        ("nothing(1)", "function", 0),
        ("1 + nothing()", "function", 4),
        ("true(5)", "arguments", 0),
        ("a and contains('a')", "arguments", 6),
        ("a/", "end", 2),
        ("a//", "end", 3),
        ("//", "end", 2),
        ("a[1", "end", 3),
        ("a[]", "syntax", 2),
        ("concat(,)", "syntax", 7),
        ("$", "end", 1),
        ("count(1)", "node-set", 0),
        ("1 | a", "node-set", 2),
        ("'a'/b", "node-set", 0),
        ("1[1]", "node-set", 0),
        ("..a", "syntax", 2),
        ("a ! b", "character", 2),
        ("selected(., ", "end", 12),
        ("a[1]b", "syntax", 4),
        ("=1", "syntax", 0),
        ("1 = = 2", "syntax", 4),
        ("string('too', 'many', 'args')", "arguments", 0),
        ("if(1, 2)", "arguments", 0),
        ("indexed-repeat(a, b)", "arguments", 0),
        ("indexed-repeat('a', b, 1)", "path", 0),
        ("weighted-checklist(1, 2, 3)", "arguments", 0),
        ("position(1)", "node-set", 0),
        ("node(", "end", 5),
        ("a:b:c", "character", 3),
        ("::a", "syntax", 0),
        ("@", "end", 1),
        ("join()", "arguments", 0),
    ],
)
def test_what_is_wrong_is_said_with_its_place(source: str, code: str, position: int) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile(source)
    error = caught.value
    assert (error.code, error.position, error.expression) == (code, position, source)
    assert str(error).startswith(error.text % error.params)


@pytest.mark.parametrize(
    ("source", "code", "position"),
    [
        ("1 + number(instance('none')/a)", "instance", 11),
        ("$x + 1", "variable", 0),
        ("b or regex('a', '(')", "pattern", 5),
        ("date('soon')", "date", 0),
        ("concat('a', format-date('2024-01-01', '%Q'))", "format", 12),
        ("digest('a', 'SHA-3')", "digest", 0),
        ("distance('a')", "geo", 0),
        ("uuid(-1)", "number", 0),
        ("count(if(1, 2, 3))", "node-set", 0),
        ("2 + count(if(0, a, 3))", "node-set", 4),
        ("if(0, a, 3) | a", "node-set", 0),
        ("weighted-checklist(0, 9, /data | /data/*, 1)", "pairs", 0),
    ],
)
def test_what_goes_wrong_while_computing_is_said_with_its_place(source: str, code: str, position: int) -> None:
    with pytest.raises(ExpressionError) as caught:
        evaluate(source, "<data><a/></data>", "/data")
    assert (caught.value.code, caught.value.position, caught.value.expression) == (code, position, source)


def test_an_error_reads_as_a_sentence() -> None:
    with pytest.raises(ExpressionError) as caught:
        compile("1 + nothing()")
    assert str(caught.value) == "没有「nothing」这个函数（第 5 个字符：1 + nothing()）"


def test_a_long_expression_is_shown_only_around_the_place() -> None:
    with pytest.raises(ExpressionError) as caught:
        compile("1 + " * 1000 + "nothing()" + " + 1" * 1000)
    assert len(str(caught.value)) < 200


def test_nesting_is_bounded_with_a_clear_error() -> None:
    assert evaluate("(" * MAX_DEPTH + "1" + ")" * MAX_DEPTH) == 1.0
    for opened, closed in (
        ("(", ")"),
        ("a[", "]"),
        ("-(", ")"),
        ("not(", ")"),
        ("if(1,", ",0)"),
        ("1+(", ")"),
        ("(a)/b[", "]"),
    ):
        with pytest.raises(ExpressionError) as caught:
            compile(opened * 5000 + "1" + closed * 5000)
        assert caught.value.code == "deep"


@pytest.mark.parametrize(
    "shape", ["if(1 = 1, {}, 0)", "1 + 2 * -({})", "a[1 = 1 and {}]", "concat('', not(1 or {}))", "(/data)[{}]"]
)
def test_what_is_just_not_too_deep_can_be_computed(shape: str) -> None:
    source = "1"
    for _ in range(MAX_DEPTH // (2 if "concat" in shape else 1)):
        source = shape.format(source)
    expression = compile(source)
    root = context().root
    assert isinstance(expression.string(context(root), root), str)


def test_a_chain_that_is_too_long_to_compute_is_an_error_too() -> None:
    with pytest.raises(ExpressionError, match="套得太深"):
        evaluate(" = ".join(["1"] * 5000))


def test_length_is_bounded_with_a_clear_error() -> None:
    with pytest.raises(ExpressionError, match="太长"):
        compile("1 " * 100_000)


def test_unless_strict_a_wrong_call_is_an_error_only_when_it_is_computed() -> None:
    root = context().root
    for source in ("false() and nothing()", "if(1, 0, count(1, 2))", "0 and 1 + explode(explode(/a, 2))"):
        assert compile(source, strict=False).boolean(context(root), root) is False
        with pytest.raises(ExpressionError):
            compile(source)
    with pytest.raises(ExpressionError, match="没有「nothing」这个函数（第 5 个字符"):
        compile("1 + nothing()", strict=False).evaluate(context(root), root)
    with pytest.raises(ExpressionError, match="没有写完"):
        compile("1 +", strict=False)


def test_every_code_has_a_sentence_whose_values_are_named() -> None:
    for code, text in MESSAGES.items():
        assert ExpressionError(code).text == text
        assert "%s" not in text


PIECES = [
    "a",
    "/",
    "//",
    ".",
    "..",
    "@",
    "*",
    "[",
    "]",
    "(",
    ")",
    "1",
    "'x'",
    "=",
    "and",
    "or",
    "-",
    "+",
    "|",
    ",",
    "::",
    "self",
    "$",
    "position()",
    "current()",
    "count(",
    "if(",
    "text()",
    " ",
    "<",
    "div",
    "jr:itext(",
    "once(",
    "not(",
]


@given(st.one_of(st.text(max_size=40), st.lists(st.sampled_from(PIECES), max_size=14).map("".join)))
@example("a" * 90_000)
@example("-" * 90_000)
@example("a/" * 40_000 + "a")
@example("a[1]" + "[1]" * 30_000)
def test_no_text_whatever_makes_the_engine_fail_with_anything_but_its_own_error(source: str) -> None:
    root = context().root
    try:
        expression = compile(source)
        assert expression.source == source
        assert isinstance(expression.string(context(root), root), str)
    except ExpressionError as error:
        assert 0 <= error.position <= len(source)
        assert str(error)


def test_a_name_without_prefix_means_nodes_without_one_whatever_their_default_namespace() -> None:
    inside = '<orx:meta><orx:id>1</orx:id></orx:meta><meta><id orx:k="v">2</id></meta>'
    xml = f'<data xmlns="urn:d" xmlns:orx="urn:o">{inside}</data>'
    assert texts("/data/meta/id", xml) == ["2"]
    assert texts("/data/orx:meta/orx:id", xml) == ["1"]
    assert texts("//orx:*/orx:id", xml) == ["1"]
    assert texts("//@orx:k", xml) == ["v"]
    assert texts("//@k", xml) == []


def test_a_prefix_with_a_known_namespace_means_the_namespace() -> None:
    root = context().root
    for xml in ('<o:data xmlns:o="urn:o"><o:a>1</o:a></o:data>', '<data xmlns="urn:o"><a>1</a></data>'):
        assert evaluate("boolean(//a)", xml) is ("o:a" not in xml)
        expression = compile("string(/p:data/p:*[self::p:a])", {"p": "urn:o"})
        document = evaluate("/", xml)
        assert isinstance(document, list)
        assert expression.evaluate(context(document[0]), document[0]) == "1"
        assert expression.evaluate(context(root), root) == ""
