"""儿童入户摸排: the record items, the scale with its boundaries, the mandatory report, and what depends on what."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from forms import NOT_COLLECTED, Instance, Question
from forms.scoring import explain, maximum
from tests.forms.filling import fill, screening

PHONE = "/data/carer/phone"
MANDATORY = "/data/report/mandatory"
LEVEL = "/data/risk/level"


def scale() -> list[Question]:
    return [question for question in screening().questions.values() if question.extra.get("scale") == "A"]


def scored(total: int) -> dict[str, str]:
    """Answers to all twelve items whose scores add up to a total."""

    def search(questions: list[Question], left: int) -> Iterator[dict[str, str]]:
        if not questions:
            if left == 0:
                yield {}
            return
        first, *rest = questions
        for choice in first.choices:
            score = int(choice.extra["score"])
            if 0 <= left - score <= sum(maximum(each) for each in rest):
                for others in search(rest, left - score):
                    yield {first.path: choice.name, **others}

    return next(search(scale(), total))


def level(instance: Instance) -> str:
    return instance.text(LEVEL)


def test_the_twelve_items_have_the_maxima_of_the_scale() -> None:
    maxima = [maximum(question) for question in scale()]
    assert maxima == [8, 8, 8, 6, 9, 6, 5, 10, 10, 10, 10, 10]
    assert sum(maxima) == 100


def test_the_carers_age_scores_as_it_was_found() -> None:
    scores = [choice.extra["score"] for choice in screening().question("/data/risk/a_age").choices]
    assert scores == ["8", "6", "4", "2"]


def test_every_scored_choice_says_whether_its_score_was_found_or_is_our_design() -> None:
    sources = {choice.extra["source"] for question in scale() for choice in question.choices}
    assert sources == {"江苏公开实现", "江苏公开实现（满分）", "设计"}


@pytest.mark.parametrize(
    ("total", "expected"),
    [
        (39, "red"), (40, "yellow"), (58, "yellow"), (59, "yellow"), (60, "blue"), (78, "blue"), (79, "blue"),
        (80, "green"), (100, "green"),
    ],
)  # fmt: skip
def test_each_threshold_falls_on_the_right_side(total: int, expected: str) -> None:
    instance = fill(screening(), scored(total))
    assert instance.text("/data/risk/score_low") == instance.text("/data/risk/score_high") == str(total)
    assert level(instance) == expected


def test_nothing_scored_means_unrated_and_not_red() -> None:
    instance = fill(screening())
    assert level(instance) == ""
    result = explain(instance)
    assert result is not None
    assert (result.reason, result.low, result.high, result.decided_by) == ("unrated", None, None, None)


def test_all_not_collected_is_unrated_too() -> None:
    instance = fill(screening(), {question.path: NOT_COLLECTED for question in scale()})
    assert level(instance) == ""
    assert not [error for error in instance.errors() if error.path.startswith("/data/risk/")]


def test_one_tick_of_the_mandatory_report_is_red_whatever_the_score() -> None:
    instance = fill(screening(), {**scored(100), MANDATORY: ["no_registration"]})
    assert level(instance) == "red"
    result = explain(instance)
    assert result is not None
    assert (result.reason, result.decided_by, result.high) == ("alarm", MANDATORY, 100)
    assert [alarm.label for alarm in result.alarms] == ["没有户口"]


def test_a_tick_is_red_before_anything_is_scored() -> None:
    assert level(fill(screening(), {MANDATORY: ["harm"]})) == "red"


def test_none_of_these_does_not_alarm() -> None:
    assert level(fill(screening(), {**scored(80), MANDATORY: ["none"]})) == "green"


def test_none_of_these_beside_a_tick_is_an_error_and_stays_red() -> None:
    instance = fill(screening(), {**scored(80), MANDATORY: ["none", "harm"]})
    error = instance.error(MANDATORY)
    assert error is not None and error.message == "选了“都没有”，就不能再勾别的。"
    assert level(instance) == "red"


def test_a_missing_answer_makes_a_range_and_the_graver_level_stands() -> None:
    answers = scored(62)
    path = "/data/risk/a_couple"
    got = next(int(each.extra["score"]) for each in screening().question(path).choices if each.name == answers[path])
    instance = fill(screening(), {**answers, path: NOT_COLLECTED})
    result = explain(instance)
    assert result is not None
    assert (result.low, result.high) == (62 - got, 62 - got + 10)
    assert (result.level_low, result.level_high) == ("yellow", "blue")
    assert result.level == level(instance) == "yellow"
    assert (result.reason, result.decided_by) == ("range", path)
    assert result.worst_first()[0].path == path
    assert result.worst_first()[0].state == "not_collected"


def test_not_collected_and_unanswered_make_the_same_range() -> None:
    answers = scored(70)
    without = {path: value for path, value in answers.items() if path != "/data/risk/a_home"}
    left_out = fill(screening(), without)
    not_collected = fill(screening(), {**without, "/data/risk/a_home": NOT_COLLECTED})
    for name in ("score_low", "score_high", "level"):
        assert left_out.text(f"/data/risk/{name}") == not_collected.text(f"/data/risk/{name}")
    assert left_out.error("/data/risk/a_home") is not None
    assert not_collected.error("/data/risk/a_home") is None


def test_a_zero_is_a_score() -> None:
    instance = fill(screening(), {"/data/risk/a_home": "danger"})
    result = explain(instance)
    assert result is not None
    item = next(item for item in result.items if item.path == "/data/risk/a_home")
    assert (item.got, item.max, item.state) == (0, 10, "answered")
    assert (result.low, result.high) == (0, 90)


@pytest.mark.parametrize(
    "phone", ["15400992716", "154 0099 2716", "154-0099-2716", "023-48201234", "02348201234", "48201234"]
)
def test_mobile_and_landline_numbers_are_taken(phone: str) -> None:
    instance = fill(screening(), {"/data/carer/has_carer": "yes", PHONE: phone})
    assert instance.error(PHONE) is None


def test_a_short_mobile_number_is_explained_in_both_languages_and_kept() -> None:
    instance = fill(screening(), {"/data/carer/has_carer": "yes", PHONE: "154 0099 271"})
    error = instance.error(PHONE)
    assert error is not None
    assert error.message == "手机号是 11 位，这里只有 10 位。再核对一遍；没有电话就选“未采集”。"
    assert instance.text(PHONE) == "154 0099 271"
    instance.language = "en"
    error = instance.error(PHONE)
    assert error is not None
    assert error.message.startswith("A mobile number has 11 digits; this has 10.")


def test_questions_about_the_carer_are_asked_only_when_there_is_one() -> None:
    instance = fill(screening())
    about = [PHONE, "/data/carer/guardian_name", "/data/carer/guardian_relation", "/data/carer/entrust_reason"]
    assert not any(instance.relevant(path) for path in about)
    changed = instance.answer("/data/carer/has_carer", "yes")
    assert set(about) <= changed
    assert all(instance.relevant(path) for path in about)
    assert {error.path for error in instance.errors()} >= {PHONE, "/data/carer/guardian_name"}
    instance.answer("/data/carer/has_carer", "no")
    assert not any(error.path == PHONE for error in instance.errors())


def test_the_carers_answers_come_back_when_the_question_counts_again() -> None:
    instance = fill(screening(), {"/data/carer/has_carer": "yes", PHONE: "15400992716"})
    instance.answer("/data/carer/has_carer", "no")
    assert instance.value(PHONE) is None
    assert PHONE not in instance.submission()
    instance.answer("/data/carer/has_carer", "yes")
    assert instance.value(PHONE) == "15400992716"


@pytest.mark.parametrize(("number", "right"), [
    ("500199201503121233", None), ("110105194912310021", False), ("11010519491231002X", True),
    ("11010519491231002x", False), ("1101051949123100", False),
])  # fmt: skip
def test_the_check_digit_of_an_identity_number_is_checked(number: str, right: bool | None) -> None:
    """GB 11643; 11010519491231002X is the standard's own example."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    if right is None:
        number = number[:17] + "10X98765432"[sum(w * int(n) for w, n in zip(weights, number[:17], strict=True)) % 11]
        right = True
    instance = fill(screening(), {"/data/base/id_type": "resident_id", "/data/base/id_number": number})
    assert (instance.error("/data/base/id_number") is None) is right


def test_a_passport_has_no_check_digit() -> None:
    instance = fill(screening(), {"/data/base/id_type": "passport", "/data/base/id_number": "E12345678"})
    assert instance.error("/data/base/id_number") is None


def test_age_is_counted_in_full_years_on_the_day() -> None:
    """On 24 November 2026."""
    born_that_day, one_day_short = fill(screening()), fill(screening())
    born_that_day.answer("/data/base/birth_date", "2010-11-24")
    one_day_short.answer("/data/base/birth_date", "2010年11月25日")
    assert born_that_day.text("/data/base/age") == "16"
    assert one_day_short.text("/data/base/age") == "15"


def test_a_category_past_its_age_is_remarked_on_and_not_refused() -> None:
    categories = {"/data/kinds/categories": ["left_behind_rural"]}
    instance = fill(screening(), {**categories, "/data/base/birth_date": "2010-11-24"})
    note = "/data/kinds/left_behind_rural/left_behind_rural_age"
    assert instance.relevant(note)
    assert instance.label(note).startswith("孩子 16 岁，已满 16 周岁")
    assert instance.error("/data/kinds/categories") is None
    instance.answer("/data/base/birth_date", "2010-11-25")
    assert not instance.relevant(note)


def test_each_category_asks_for_its_basis_evidence_and_date() -> None:
    instance = fill(screening())
    codes = [choice.name for choice in instance.choices("/data/kinds/categories") if not choice.extra.get("exclusive")]
    instance.answer("/data/kinds/categories", codes)
    for code in codes:
        for part in ("basis", "evidence", "from"):
            path = f"/data/kinds/{code}/{code}_{part}"
            assert instance.relevant(path)
            assert screening().question(path).extra["record"] == f"person/category/{code}/{part}"


def test_a_dead_parent_is_not_asked_for_a_telephone() -> None:
    instance = fill(screening(), {"/data/parents/father/father_status": "deceased"})
    assert not instance.relevant("/data/parents/father/father_phone")
    assert instance.relevant("/data/parents/mother/mother_phone")


def test_labels_follow_the_language() -> None:
    instance = fill(screening())
    assert instance.label(PHONE) == "照料人联系电话"
    assert [choice.label for choice in instance.choices("/data/base/sex")] == ["男", "女", "说不清"]
    instance.language = "English (en)"
    assert instance.label(PHONE) == "Carer’s telephone"
    assert [choice.label for choice in instance.choices("/data/base/sex")] == ["Male", "Female", "Not known"]


def test_everything_is_said_in_both_languages() -> None:
    form = screening()
    chinese, english = fill(form, language="zh"), fill(form, language="en")
    for path, question in form.questions.items():
        if question.visible:
            assert chinese.label(path) and english.label(path), path
            assert not re.search("[\u4e00-\u9fff]", english.label(path)), path
            assert bool(chinese.hint(path)) == bool(english.hint(path)), path


def test_the_form_names_the_record_field_of_each_item() -> None:
    records = {question.extra["record"] for question in screening().questions.values() if "record" in question.extra}
    assert {
        "person/name",
        "person/birth_date",
        "person/guardian_phone",
        "person/risk_level",
        "person/category",
        "person/assistance",
        "household/address",
        "household/phone",
        "household/head_name",
    } <= records


def test_numbers_that_must_be_covered_are_marked() -> None:
    questions = screening().questions.values()
    masks = {question.name: question.extra["mask"] for question in questions if "mask" in question.extra}
    assert masks["id_number"] == masks["guardian_id"] == "identity"
    assert masks["phone"] == masks["father_phone"] == masks["home_phone"] == "phone"
