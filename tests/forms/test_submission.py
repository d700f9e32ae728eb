"""Answers by path <-> OpenRosa instance XML: lossless and byte-stable both ways."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from forms import NOT_COLLECTED, FormError, from_xml, to_xml
from tests.forms.filling import fill, form_of, reopen

FORM = form_of("""
    | survey | | | |
    | | type | name | label |
    | | text | head | Head |
    | | integer | rooms | Rooms |
    | | begin_group | home | Home |
    | | text | remark | Remark |
    | | end_group | | |
    | | begin_repeat | child | Child |
    | | text | name | Name |
    | | begin_repeat | toy | Toy |
    | | text | kind | Kind |
    | | end_repeat | | |
    | | end_repeat | | |
    | settings | |
    | | form_id | version |
    | | home | 7 |
""")

TEXT = st.text(
    st.characters(
        blacklist_categories=["Cs"],
        blacklist_characters="".join(
            [*map(chr, range(9)), "\x0b", "\x0c", *map(chr, range(14, 32)), "\ufffe", "\uffff"]
        ),
    ),
    min_size=1,
    max_size=12,
)
VALUES = st.one_of(TEXT, st.just(NOT_COLLECTED))
TOY = st.fixed_dictionaries({}, optional={"kind": VALUES})
CHILD = st.fixed_dictionaries({"toy": st.lists(TOY, max_size=3)}, optional={"name": VALUES, "nickname": VALUES})
DRAFT = st.fixed_dictionaries(
    {"child": st.lists(CHILD, max_size=3)},
    optional={"head": VALUES, "rooms": VALUES, "home/remark": VALUES, "gone": VALUES},
)


def by_path(value: object, path: str = "/data") -> dict[str, object]:
    """Nested answers as answers by path."""
    if isinstance(value, list):
        flat: dict[str, object] = {path: len(value)}
        for number, each in enumerate(value, 1):
            flat |= by_path(each, f"{path}[{number}]")
        return flat
    if isinstance(value, dict):
        return {key: each for name, below in value.items() for key, each in by_path(below, f"{path}/{name}").items()}
    return {path: value}


@given(DRAFT)
@settings(deadline=None)
def test_answers_survive_the_xml(draft: dict[str, object]) -> None:
    answers = by_path(draft)
    assert from_xml(FORM, to_xml(FORM, answers)) == answers


@given(DRAFT)
@settings(deadline=None)
def test_the_xml_survives_byte_for_byte(draft: dict[str, object]) -> None:
    written = to_xml(FORM, by_path(draft))
    assert to_xml(FORM, from_xml(FORM, written)) == written


@given(DRAFT)
@settings(deadline=None, max_examples=50)
def test_a_filling_gives_back_what_it_was_given(draft: dict[str, object]) -> None:
    answers = by_path(draft)
    instance = reopen(FORM, answers)
    kept = {path: value for path, value in instance.answers().items() if not path.startswith("/data/meta")}
    assert kept == answers
    assert from_xml(FORM, instance.xml()) == instance.submission()


def test_every_element_stands_in_the_order_of_the_form() -> None:
    instance = fill(FORM, {"/data/home/remark": "有 <狗> & 猫", "/data/rooms": NOT_COLLECTED})
    written = re.sub(rb"uuid:[0-9a-f-]+", b"uuid:1", instance.xml()).decode()
    assert written == (
        '<data xmlns:cq="urn:cq:forms:1" id="home" version="7"><head/><rooms cq:nc="true"/>'
        "<home><remark>有 &lt;狗&gt; &amp; 猫</remark></home><child><name/><toy><kind/></toy></child>"
        "<meta><instanceID>uuid:1</instanceID></meta></data>"
    )


def test_other_clients_see_not_collected_as_no_answer() -> None:
    root = etree.fromstring(fill(FORM, {"/data/rooms": NOT_COLLECTED}).xml())
    assert root.findtext("rooms") == ""


def test_a_submission_of_another_form_is_refused() -> None:
    with pytest.raises(FormError, match="这是表「garden」的填报"):
        from_xml(FORM, b'<data id="garden"/>')


@pytest.mark.parametrize("content", [
    b"", b"<data>", b"not xml",
    b'<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]><data id="home"><head>&e;</head></data>',
    b'<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><data id="home"><head>&b;</head></data>',
    b"<data>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</data>",
])  # fmt: skip
def test_broken_and_hostile_xml_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(FormError):
        from_xml(FORM, content)
