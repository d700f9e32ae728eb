"""Pinyin with surname readings, grams, and what a person types to find somebody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain import names

HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("周雨桐", "zhouyutong"),
        ("单小兰", "shanxiaolan"),
        ("仇大军", "qiudajun"),
        ("曾志强", "zengzhiqiang"),
        ("解玉梅", "xieyumei"),
        ("查良才", "zhaliangcai"),
        ("区明", "ouming"),
        ("任思远", "rensiyuan"),
        ("朴英", "piaoying"),
        ("缪斯", "miaosi"),
        ("员外", "yunwai"),
        ("华春", "huachun"),
        ("尉迟恭", "yuchigong"),
        ("单于明", "chanyuming"),
        ("吕平", "lvping"),
    ],
)
def test_the_likeliest_reading_of_a_surname_comes_first(name: str, full: str) -> None:
    assert names.pinyin(name).full[0] == full


@pytest.mark.parametrize(
    ("name", "readings"),
    [
        ("覃丽", {"qinli", "tanli"}),
        ("盖军", {"gejun", "gaijun"}),
        ("单英", {"shanying", "danying"}),
        ("王乐", {"wangle", "wangyue"}),
        ("张重阳", {"zhangchongyang", "zhangzhongyang"}),
    ],
)
def test_all_usual_readings_are_indexed(name: str, readings: set[str]) -> None:
    assert readings <= set(names.pinyin(name).full)


def test_initials_follow_each_reading() -> None:
    assert names.pinyin("周雨桐").initials[0] == "zyt"
    assert {"ql", "tl"} <= set(names.pinyin("覃丽").initials)


def test_a_name_without_chinese_has_no_pinyin() -> None:
    assert names.pinyin("Anna 12") == names.Pinyin((), ())


@given(st.text(HAN, min_size=1, max_size=8))
def test_readings_stay_few_and_distinct_for_any_name(name: str) -> None:
    full = names.pinyin(name).full
    assert 1 <= len(full) == len(set(full)) <= 150


def test_grams_are_pairs_then_characters_and_whole_other_words() -> None:
    assert names.grams("南桐镇3组 Anna") == ["南桐", "桐镇", "南", "桐", "镇", "3", "组", "anna"]


def test_a_hyphenated_word_is_found_joined_and_by_its_parts() -> None:
    assert names.grams("3-2-401") == ["32401", "3", "2", "401"]
    assert names.grams("K3F-7QP") == ["k3f7qp", "k3f", "7qp"]


def test_full_width_and_capitals_make_no_difference() -> None:
    assert names.grams("ＡＢ１２") == names.grams("ab12")


@given(st.text(HAN, min_size=2, max_size=12))
def test_the_pairs_of_a_text_overlap_into_the_text(text: str) -> None:
    pairs = names.grams(text)[: len(text) - 1]
    assert pairs[0] + "".join(pair[1] for pair in pairs[1:]) == text


def test_query_terms_are_phrases_of_pairs_and_beginnings_of_words() -> None:
    assert names.query_terms("周雨桐 zyt K3F-7") == ('"周雨 雨桐"', '"zyt" *', '"k3f7" *')
    assert names.query_terms("周") == ('"周"',)


@given(st.text())
def test_nothing_typed_can_leave_its_quotes(typed: str) -> None:
    for term in names.query_terms(typed):
        inner = term.removesuffix(" *")
        assert inner.startswith('"') and inner.endswith('"') and '"' not in inner[1:-1]


@pytest.mark.parametrize("typed", ["", "   ", '"', "* - ()", "。，"])
def test_punctuation_alone_searches_for_nothing(typed: str) -> None:
    assert names.query_terms(typed) == ()
