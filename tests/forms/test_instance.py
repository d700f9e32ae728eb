"""One filling: answers in, consequences out."""

from __future__ import annotations

from datetime import date

import pytest

from forms import NOT_COLLECTED, FormError, UnknownPath, load_form
from tests.forms.filling import NOW, fill, form_of, reopen

HOUSEHOLD = form_of("""
    | survey | | | | | | | | | |
    | | type | name | label::中文 (zh) | label::English (en) |relevant | constraint | calculation | constraint_message |
    | | text | head | 户主 | Head | | | | |
    | | integer | rooms | 几间房 | Rooms | | . > 0 | | 至少 1 间，${head}家写的是 ${rooms} |
    | | date | since | 何时住进 | Since | | | | |
    | | begin_repeat | child | 孩子 | Child | | | | |
    | | text | name | 姓名 | Name | | | | |
    | | integer | age | ${name}几岁 | How old is ${name} | | | | |
    | | calculate | minor | | | | | if(${age} < 18, 1, 0) | |
    | | text | school | 学校 | School | ${age} >= 6 | | | |
    | | calculate | place | | | | | position(..) | |
    | | end_repeat | | | | | | | |
    | | calculate | children | | | | | count(${child}) | |
    | | calculate | years | | | | | sum(${age}) | |
    | | begin_group | visit | 走访 | Visit | ${rooms} > 1 | | | |
    | | select_one area | county | 区县 | County | | | | |
    | | text | remark | 备注 | Remark | | | | |
    | | end_group | | | | | | | |
    | | calculate | echo | | | | | concat(${remark}, '!') | |
    | choices | | | | |
    | | list_name | name | label::中文 (zh) | label::English (en) | code |
    | | area | wansheng | 万盛 | Wansheng | 500110 |
    | | area | qijiang | 綦江 | Qijiang | 500110 |
    | settings | | |
    | | form_id | version | default_language |
    | | household | 3 | 中文 (zh) |
""")

CASCADE = form_of("""
    | survey | | | | | |
    | | type | name | label | choice_filter | default |
    | | select_one county | county | County | | |
    | | select_one town | town | Town | county = ${county} | |
    | | select_multiple town | more | More | | |
    | choices | | | | |
    | | list_name | name | label | county |
    | | county | a | A | |
    | | county | b | B | |
    | | town | a1 | A1 | a |
    | | town | a2 | A2 | a |
    | | town | b1 | B1 | b |
""")


def test_an_answer_is_typed_by_its_question() -> None:
    instance = fill(HOUSEHOLD, {"/data/head": "周大明", "/data/rooms": "３", "/data/since": "2024年3月1日"})
    assert instance.value("/data/head") == "周大明"
    assert instance.value("/data/rooms") == 3
    assert instance.value("/data/since") == date(2024, 3, 1)
    assert instance.text("/data/rooms") == "３"
    assert instance.submission()["/data/since"] == "2024-03-01"


@pytest.mark.parametrize(
    ("path", "typed", "code"),
    [
        ("/data/rooms", "三间", "integer"), ("/data/rooms", "2.5", "integer"), ("/data/since", "2024-02-30", "date"),
        ("/data/since", "去年", "date"),
    ],
)  # fmt: skip
def test_what_is_not_of_the_type_is_an_error_beside_the_text_as_typed(path: str, typed: str, code: str) -> None:
    instance = fill(HOUSEHOLD, {path: typed})
    error = instance.error(path)
    assert error is not None
    assert (error.code, error.params["text"]) == (code, typed)
    assert instance.text(path) == typed
    assert instance.value(path) is None
    assert reopen(HOUSEHOLD, instance.answers()).error(path) == error


def test_a_constraint_speaks_the_forms_own_words_with_answers_in_them() -> None:
    instance = fill(HOUSEHOLD, {"/data/head": "周大明", "/data/rooms": 0})
    error = instance.error("/data/rooms")
    assert error is not None
    assert (error.code, error.message) == ("constraint", "至少 1 间，周大明家写的是 0")
    assert "/data/rooms" in instance.answer("/data/head", "李秀珍")


def test_an_answer_tells_what_changed_and_nothing_else() -> None:
    instance = fill(HOUSEHOLD)
    assert instance.answer("/data/head", "周大明") == {"/data/head"}
    assert instance.answer("/data/head", "周大明") == frozenset()
    changed = instance.answer("/data/rooms", 2)
    assert changed == {"/data/rooms", "/data/visit", "/data/visit/county", "/data/visit/remark"}


def test_what_does_not_count_is_empty_to_formulas_and_kept_for_people() -> None:
    instance = fill(HOUSEHOLD, {"/data/rooms": 2, "/data/visit/remark": "有狗"})
    assert instance.text("/data/echo") == "有狗!"
    instance.answer("/data/rooms", 1)
    assert instance.text("/data/echo") == "!"
    assert "/data/visit/remark" not in instance.submission()
    assert instance.answers()["/data/visit/remark"] == "有狗"
    instance.answer("/data/rooms", 2)
    assert instance.text("/data/echo") == "有狗!"


def test_repeats_are_added_counted_and_summed() -> None:
    instance = fill(HOUSEHOLD)
    assert instance.add_repeat("/data/child") == "/data/child[2]"
    instance.answer("/data/child[1]/age", 11)
    instance.answer("/data/child[2]/age", 4)
    assert instance.text("/data/children") == "2"
    assert instance.text("/data/years") == "15"
    assert instance.relevant("/data/child[1]/school")
    assert not instance.relevant("/data/child[2]/school")


def test_an_answer_in_one_repeat_leaves_the_others_alone() -> None:
    instance = fill(HOUSEHOLD)
    for _ in range(3):
        instance.add_repeat("/data/child")
    changed = instance.answer("/data/child[3]/age", 7)
    assert {path for path in changed if "child" in path and "[3]" not in path} == set()
    assert "/data/child[3]/school" in changed


def test_taking_a_repeat_away_moves_the_later_ones_up() -> None:
    instance = fill(HOUSEHOLD)
    instance.add_repeat("/data/child")
    instance.add_repeat("/data/child")
    for number, (name, age) in enumerate([("甲", 3), ("乙", 8), ("丙", 20)], 1):
        instance.answer(f"/data/child[{number}]/name", name)
        instance.answer(f"/data/child[{number}]/age", age)
    changed = instance.remove_repeat("/data/child[2]")
    assert instance.value("/data/child[2]/name") == "丙"
    assert instance.text("/data/child[2]/place") == "2"
    assert instance.text("/data/years") == "23"
    assert {"/data/children", "/data/years", "/data/child[2]/name"} <= changed
    with pytest.raises(UnknownPath):
        instance.value("/data/child[3]/name")


def test_the_first_occurrence_may_be_meant_without_a_number() -> None:
    instance = fill(HOUSEHOLD, {"/data/child/name": "甲"})
    assert instance.value("/data/child[1]/name") == "甲"


def test_labels_hold_answers_and_follow_the_language() -> None:
    instance = fill(HOUSEHOLD, {"/data/child[1]/name": "雨桐"})
    assert instance.label("/data/child[1]/age") == "雨桐几岁"
    assert "/data/child[1]/age" in instance.answer("/data/child[1]/name", "小军")
    instance.language = "en"
    assert instance.language == "English (en)"
    assert instance.label("/data/child[1]/age") == "How old is 小军"


def test_choices_have_labels_and_further_columns() -> None:
    instance = fill(HOUSEHOLD, {"/data/rooms": 2, "/data/visit/county": "qijiang"})
    assert [(each.name, each.label) for each in instance.choices("/data/visit/county")] == [
        ("wansheng", "万盛"), ("qijiang", "綦江"),
    ]  # fmt: skip
    assert instance.choices("/data/visit/county")[0].extra["code"] == "500110"
    assert instance.display("/data/visit/county") == "綦江"


def test_a_choice_that_is_not_there_is_an_error() -> None:
    instance = fill(CASCADE, {"/data/county": "c"})
    error = instance.error("/data/county")
    assert error is not None and error.code == "choice"


def test_choices_follow_the_answer_above_them_and_an_old_choice_is_kept_as_an_error() -> None:
    instance = fill(CASCADE, {"/data/county": "a", "/data/town": "a1"})
    assert [each.name for each in instance.choices("/data/town")] == ["a1", "a2"]
    assert instance.error("/data/town") is None
    assert "/data/town" in instance.answer("/data/county", "b")
    error = instance.error("/data/town")
    assert error is not None and error.code == "choice"
    assert instance.text("/data/town") == "a1"
    assert instance.value("/data/town") is None
    instance.answer("/data/county", "a")
    assert instance.error("/data/town") is None


def test_several_choices_are_a_tuple_of_names() -> None:
    instance = fill(CASCADE, {"/data/more": ["a1", "b1"]})
    assert instance.value("/data/more") == ("a1", "b1")
    assert instance.text("/data/more") == "a1 b1"
    assert instance.display("/data/more") == "A1、B1"


def test_not_collected_is_an_answer_and_never_a_number() -> None:
    form = form_of("""
        | survey | | | | | |
        | | type | name | label | required | calculation |
        | | begin_group | parts | Parts | | |
        | | integer | a | A | yes | |
        | | integer | b | B | yes | |
        | | end_group | | | | |
        | | calculate | total | | | sum(/data/parts/*[. != '']) |
        | | calculate | asked | | | if(nc(${a}), 'nc', 'open') |
    """)
    instance = fill(form, {"/data/parts/b": 4})
    assert instance.text("/data/asked") == "open"
    changed = instance.answer("/data/parts/a", NOT_COLLECTED)
    assert {"/data/parts/a", "/data/asked"} <= changed
    assert instance.error("/data/parts/a") is None
    assert instance.not_collected("/data/parts/a") and instance.answered("/data/parts/a")
    assert instance.value("/data/parts/a") is None
    assert instance.text("/data/total") == "4"
    assert instance.text("/data/asked") == "nc"
    assert instance.answers()["/data/parts/a"] == instance.submission()["/data/parts/a"] == NOT_COLLECTED
    instance.answer("/data/parts/a", None)
    error = instance.error("/data/parts/a")
    assert error is not None and error.code == "required"


def test_a_draft_of_an_older_version_opens_and_loses_nothing() -> None:
    draft = {
        "/data/head": "周大明",
        "/data/gone": "旧答案",
        "/data/child": 2,
        "/data/child[2]/name": "乙",
        "/data/child[2]/nickname": "小乙",
    }
    instance = reopen(HOUSEHOLD, draft)
    assert instance.unknown == {"/data/gone": "旧答案", "/data/child[2]/nickname": "小乙"}
    assert instance.value("/data/child[2]/name") == "乙"
    assert instance.answers().items() >= draft.items()
    assert "/data/gone" not in instance.submission()


def test_a_new_filling_takes_what_is_known_and_a_draft_does_not_take_it_again() -> None:
    known = {"/data/head": "周大明", "/data/child[2]/name": "乙"}
    instance = HOUSEHOLD.open(now=NOW, random=fill(HOUSEHOLD).random, prefill=known)
    assert instance.value("/data/head") == "周大明"
    assert instance.value("/data/child[2]/name") == "乙"
    assert instance.prefill == known
    draft = HOUSEHOLD.open({"/data/head": "李秀珍"}, now=NOW, random=instance.random, prefill=known)
    assert draft.value("/data/head") == "李秀珍"
    assert draft.prefill == known


def test_unknown_paths_and_computed_questions_are_refused_in_words() -> None:
    instance = fill(HOUSEHOLD)
    with pytest.raises(UnknownPath, match="没有「/data/nothing」"):
        instance.answer("/data/nothing", "x")
    with pytest.raises(FormError, match="自动算出来"):
        instance.answer("/data/children", 3)
    with pytest.raises(FormError, match="不是可以回答的题目"):
        instance.answer("/data/visit", "x")
    with pytest.raises(FormError, match="循环组"):
        instance.add_repeat("/data/visit")


def test_a_screen_walks_over_what_counts() -> None:
    instance = fill(HOUSEHOLD, {"/data/rooms": 1})
    assert [entry.path for entry in instance.body()] == ["/data/head", "/data/rooms", "/data/since", "/data/child"]
    repeat = instance.body()[3]
    instance.add_repeat("/data/child")
    inside = instance.children(repeat)
    assert [entry.path for entry in inside] == ["/data/child[1]", "/data/child[2]"]
    assert [entry.path for entry in instance.children(inside[1])] == ["/data/child[2]/name", "/data/child[2]/age"]


def test_a_repeat_count_makes_and_parks_occurrences() -> None:
    form = form_of("""
        | survey | | | | |
        | | type | name | label | repeat_count |
        | | integer | how_many | How many | |
        | | begin_repeat | goat | Goat | ${how_many} |
        | | text | name | Name | |
        | | end_repeat | | | |
    """)
    instance = fill(form, {"/data/how_many": 3})
    instance.answer("/data/goat[3]/name", "Billy")
    instance.answer("/data/how_many", 1)
    assert instance.submission()["/data/goat"] == 1
    assert instance.answers()["/data/goat[3]/name"] == "Billy"
    instance.answer("/data/how_many", 3)
    assert instance.value("/data/goat[3]/name") == "Billy"
    assert reopen(form, instance.answers()).value("/data/goat[3]/name") == "Billy"


def test_dynamic_defaults_and_triggers_set_values() -> None:
    form = form_of("""
        | survey | | | | | | |
        | | type | name | label | default | trigger | calculation |
        | | date | day | Day | today() | | |
        | | text | unit | Unit | mu | | |
        | | begin_repeat | plot | Plot | | | |
        | | integer | size | Size | | | |
        | | text | noted | Noted | | ${size} | concat('size ', ${size}) |
        | | text | by | By | concat('no. ', position(..)) | | |
        | | end_repeat | | | | | |
    """)
    instance = fill(form)
    assert instance.value("/data/day") == date(2026, 11, 24)
    assert instance.value("/data/unit") == "mu"
    assert instance.value("/data/plot[1]/by") == "no. 1"
    instance.add_repeat("/data/plot")
    assert instance.value("/data/plot[2]/by") == "no. 2"
    assert "/data/plot[2]/noted" in instance.answer("/data/plot[2]/size", 5)
    assert instance.value("/data/plot[2]/noted") == "size 5"
    assert instance.value("/data/plot[1]/noted") is None
    assert reopen(form, {"/data/unit": "ha"}).value("/data/day") is None


def test_a_filling_has_an_id_of_its_own_that_a_draft_keeps() -> None:
    instance = fill(HOUSEHOLD)
    given = instance.text("/data/meta/instanceID")
    assert given.startswith("uuid:")
    assert reopen(HOUSEHOLD, instance.answers()).text("/data/meta/instanceID") == given


def test_a_formula_that_cannot_be_computed_is_an_error_at_its_question() -> None:
    form = form_of("""
        | survey | | | | |
        | | type | name | label | constraint |
        | | text | pattern | Pattern | |
        | | text | word | Word | regex(., ${pattern}) |
    """)
    instance = fill(form, {"/data/pattern": "(", "/data/word": "x"})
    error = instance.error("/data/word")
    assert error is not None and error.code == "formula"
    instance.answer("/data/pattern", "x")
    assert instance.error("/data/word") is None


def test_choice_labels_can_be_named_in_formulas() -> None:
    form = form_of("""
        | survey | | | | |
        | | type | name | label::zh | label::en | calculation |
        | | select_one yn | ok | 行吗 | OK | |
        | | calculate | said | | | jr:choice-name(${ok}, '${ok}') |
        | choices | | | |
        | | list_name | name | label::zh | label::en |
        | | yn | y | 行 | Yes |
    """)
    instance = fill(form, {"/data/ok": "y"})
    assert instance.text("/data/said") == "行"
    instance.language = "en"
    assert instance.text("/data/said") == "Yes"


def test_characters_that_no_xml_may_hold_are_dropped() -> None:
    instance = fill(HOUSEHOLD, {"/data/head": "周\x00大\x1b明"})
    assert instance.text("/data/head") == "周大明"


def test_a_hand_written_xform_with_templates_only_opens() -> None:
    form = load_form("""<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
        xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>T</h:title><model>
        <instance><data id="t"><a/><r jr:template=""><x>1</x></r><z/></data></instance>
        <bind nodeset="/data/r/x" type="int" id="x"/></model></h:head>
        <h:body><input ref="/data/a"><label>A</label></input>
        <group ref="/data/r"><label>R</label><repeat nodeset="/data/r">
        <input bind="x"><label>X</label></input></repeat></group></h:body></h:html>""")
    instance = fill(form)
    assert instance.submission() == {"/data/r": 0}
    instance.add_repeat("/data/r")
    assert instance.value("/data/r[1]/x") == 1
    assert instance.xml() == b'<data id="t"><a/><r><x>1</x></r><z/></data>'
