"""Which nodes an expression reads: what the instance builds its dependencies from."""

from __future__ import annotations

import pytest

from forms.xpath import Origin, compile, resolve


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (".", ["/data/g/q"]),
        ("../a + ../../b", ["/data/g/a", "/data/b"]),
        ("/data/x", ["/data/x"]),
        ("a/b/../c", ["/data/g/q/a/c"]),
        ("current()/../a", ["/data/g/a"]),
        ("current()", ["/data/g/q"]),
        ("/", ["/"]),
        ("self::q", ["/data/g/q"]),
        ("../@id", ["/data/g/@id"]),
        ("../r[1]/a", ["/data/g/r/a"]),
        ("../r[k = current()/../v]/a", ["/data/g/r/k", "/data/g/v", "/data/g/r/a"]),
        ("/data/r[../x > 1][y]/z", ["/data/x", "/data/r/y", "/data/r/z"]),
        ("/data/r[position() = position(current()/..)]/z", ["/data/g", "/data/r/z"]),
        ("sum(/data/r/a)", ["/data/r/a"]),
        ("count(../r)", ["/data/g/r"]),
        ("position(..)", ["/data/g"]),
        ("if(../a, ../b, /data/c)", ["/data/g/a", "/data/g/b", "/data/c"]),
        ("../a | ../b", ["/data/g/a", "/data/g/b"]),
        ("(../a)[../c]/d", ["/data/g/c", "/data/g/a/d"]),
        (
            "instance('t')/root/item[name = current()/../k]/label",
            ["instance('t')/root/item/name", "/data/g/k", "instance('t')/root/item/label"],
        ),
        (
            "instance('t')/root/item[name = /data/k and size > 1]",
            ["instance('t')/root/item/name", "/data/k", "instance('t')/root/item/size", "instance('t')/root/item"],
        ),
        (
            "randomize(instance('t')/root/item[x = ../../y], ../seed)",
            ["instance('t')/root/item/x", "instance('t')/y", "instance('t')/root/item", "/data/g/seed"],
        ),
        ("randomize(../r)/a", ["/data/g/r", "/data/g/r/a"]),
        ("pulldata('t', 'a', 'b', ../k)", ["instance('t')/", "/data/g/k"]),
        ("jr:choice-name(../a, '../a')", ["/data/g/a"]),
        ("once(../a)", ["/data/g/a"]),
        ("once(random())", []),
        ("string-length() > 1", ["/data/g/q"]),
        ("indexed-repeat(/data/r/a, /data/r, ../n)", ["/data/r/a", "/data/r", "/data/g/n"]),
        ("today() > 'x'", []),
        ("-../a", ["/data/g/a"]),
        ("../orx:meta/orx:id", ["/data/g/orx:meta/orx:id"]),
        ("../a/text()", ["/data/g/a"]),
        ("../a/following-sibling::b", ["/data/g/b"]),
        ("preceding-sibling::q[1]", ["/data/g/q"]),
        ("../a = ../a", ["/data/g/a"]),
        ("$x", []),
        ("a[b[c = /d]]", ["/data/g/q/a/b/c", "/d", "/data/g/q/a/b", "/data/g/q/a"]),
    ],
)
def test_a_reference_resolves_to_a_generic_path(source: str, expected: list[str]) -> None:
    assert [resolve(reference, "/data/g/q") for reference in compile(source).references] == expected


@pytest.mark.parametrize(
    "source",
    [
        "//a",
        "../*",
        "../node()",
        "ancestor::g/a",
        "../../../../../../a",
        "$x/a",
        "if(a, b, c)/d",
        "(a | b)/c",
        "descendant::a",
        "instance(../which)/root/item",
        "../following::a",
    ],
)
def test_what_cannot_be_known_depends_on_everything(source: str) -> None:
    assert None in [resolve(reference, "/data/g/q") for reference in compile(source).references]


def test_origins_are_told_apart() -> None:
    found = compile("a + current()/b + /c + instance('t')/d + $x/e").references
    assert [reference.origin for reference in found] == [
        Origin.CONTEXT,
        Origin.CURRENT,
        Origin.ROOT,
        Origin.INSTANCE,
        Origin.UNKNOWN,
    ]
    assert [reference.instance for reference in found] == ["", "", "", "t", ""]


def test_a_reference_names_its_steps_without_predicates() -> None:
    (_, reference) = compile("../r[a = 1]/b").references
    assert [(step.axis, step.test.name, step.predicates) for step in reference.steps] == [
        ("parent", "", ()),
        ("child", "r", ()),
        ("child", "b", ()),
    ]
