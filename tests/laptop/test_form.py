"""A form is filled over HTTP: every answer is kept, judged, explained; and in the end it becomes a submission."""

from __future__ import annotations

import threading

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fieldapp.domain import drafts, households, people
from fieldapp.domain.drafts import Draft
from fieldapp.domain.records import Submission
from fieldapp.laptop.keys import Account
from fieldapp.laptop.laptop import Laptop
from fieldapp.laptop.screens.forms.fillings import EXTENSION, Fillings
from tests.laptop.conftest import MakeApp
from tests.support.family import CHILD, FORM, TODAY, VISIT, arrive, settle_in
from tests.support.filler import HIGHEST, NC, Filler, has_part, part
from tests.support.laptop import PASSPHRASE, WORKER, log_in

SHORT = "1540099271"  # ten digits
STRANGER = "P9T0000000000001"


@pytest.fixture
def filler(client: FlaskClient, laptop: Laptop) -> Filler:
    """The worker, at the first question for the child of the house."""
    settle_in(laptop)
    return Filler(client)


def test_a_form_begins_with_what_is_known_and_writes_nothing(filler: Filler) -> None:
    page = filler.page("base")
    assert 'value="周雨桐"' in page
    assert 'value="2014-05-12"' in page
    assert 'value="青水村 3 组 12 号"' in page
    assert Submission.select().count() == 0


def test_opening_the_same_form_again_goes_on_with_the_draft(filler: Filler, client: FlaskClient) -> None:
    filler.answer("base/ethnicity", "土家族")
    again = Filler(client)
    assert again.draft == filler.draft
    assert 'value="土家族"' in again.page("base")


def test_a_draft_returns_at_the_question_that_was_answered_last(filler: Filler, client: FlaskClient) -> None:
    filler.answer("risk/a_home", "fair")
    assert client.get(filler.address).location == f"{filler.address}?section=risk#q-risk-a_home"


def test_an_answer_is_on_disk_when_its_response_arrives(filler: Filler) -> None:
    filler.answer("base/ethnicity", "土家族")
    row = drafts.load(filler.draft)
    assert row.answers["/data/base/ethnicity"] == "土家族"
    assert row.position == "/data/base/ethnicity"
    assert 0 < row.answered < row.questions


def test_the_draft_opens_as_it_was_in_a_program_started_anew(filler: Filler, make_app: MakeApp) -> None:
    filler.answer("base/home_phone", SHORT)
    again = make_app().test_client()
    log_in(again)
    page = again.get(f"{filler.address}?section=base").text
    assert SHORT in page
    assert "这里只有 10 位" in page


def test_an_error_stands_at_its_question_and_in_the_jump_list_once_the_field_is_left(filler: Filler) -> None:
    typing = filler.answer("base/home_phone", SHORT, typing=True)
    assert "10 位" not in typing
    assert not has_part(typing, "q-base-home_phone")
    left = filler.answer("base/home_phone", SHORT)
    assert 'class="q bad" data-todo data-frame="class data-todo"' in part(left, "q-base-home_phone")
    assert "手机号是 11 位，这里只有 10 位" in part(left, "e-base-home_phone")
    assert 'aria-invalid="true"' in part(left, "i-base-home_phone")
    assert "，要改" in left
    mended = filler.answer("base/home_phone", f"{SHORT}6")
    assert 'class="q" data-frame' in part(mended, "q-base-home_phone")
    assert "位" not in part(mended, "e-base-home_phone")


def test_an_error_that_is_shown_goes_while_it_is_being_mended(filler: Filler) -> None:
    filler.answer("base/home_phone", SHORT)
    typing = filler.answer("base/home_phone", f"{SHORT}6", typing=True)
    assert "位" not in part(typing, "e-base-home_phone")


def test_the_controls_of_an_answered_question_are_never_sent_again(filler: Filler) -> None:
    sent = filler.answer("risk/a_age", "60_69")
    assert "得 6 / 8" in part(sent, "got-risk-a_age")
    assert "risk-a_age-o" not in sent
    assert "nc-risk-a_age" not in sent


def test_only_what_depends_on_an_answer_is_sent(filler: Filler) -> None:
    appeared = filler.answer("base/health", "disabled")
    assert has_part(appeared, "base-disability_kind-o0")
    assert not has_part(appeared, "q-base-name")
    vanished = filler.answer("base/health", "healthy")
    assert "hidden" in part(vanished, "q-base-disability_kind")
    assert not has_part(filler.answer("base/education", "primary"), "q-base-disability_kind")


def test_not_collected_counts_as_answered_and_never_as_zero(filler: Filler) -> None:
    for name, choice in HIGHEST.items():
        filler.answer(f"risk/{name}", choice)
    sent = filler.answer("risk/a_home", NC)
    assert "未采集 · 满分 10" in part(sent, "got-risk-a_home")
    assert "90–100" in sent
    assert drafts.load(filler.draft).answers["/data/risk/a_home"] == NC
    assert "checked><span>未采集" in filler.page("risk")


def test_not_collected_clears_the_text_and_a_text_clears_not_collected(filler: Filler) -> None:
    cleared = filler.answer("base/ethnicity", "汉", NC)
    assert 'value="" data-frame="aria-invalid value"' in part(cleared, "i-base-ethnicity")
    typed = filler.answer("base/ethnicity", "汉族", NC, typing=True)
    assert " checked" not in part(typed, "n-base-ethnicity")
    assert drafts.load(filler.draft).answers["/data/base/ethnicity"] == "汉族"


def test_not_collected_clears_a_choice_from_a_list_too(filler: Filler) -> None:
    filler.answer("base/id_type", "passport")
    cleared = filler.answer("base/id_type", "passport", NC)
    assert 'value="" data-frame="aria-invalid value"' in part(cleared, "i-base-id_type")
    assert "base-id_type-o" not in cleared


def test_none_of_these_clears_the_others_and_another_clears_none_of_these(filler: Filler) -> None:
    filler.answer("report/mandatory", "harm")
    alone = filler.answer("report/mandatory", "harm", "none")
    assert " checked" not in part(alone, "report-mandatory-o3i")
    assert not has_part(alone, "report-mandatory-o8i")
    assert drafts.load(filler.draft).answers["/data/report/mandatory"] == "none"
    other = filler.answer("report/mandatory", "none", "wandering")
    assert " checked" not in part(other, "report-mandatory-o8i")
    assert drafts.load(filler.draft).answers["/data/report/mandatory"] == "wandering"


def test_two_ticks_that_arrive_together_never_lose_the_one_that_calls_for_a_report(filler: Filler) -> None:
    filler.answer("report/mandatory", "none", "harm")
    assert drafts.load(filler.draft).answers["/data/report/mandatory"] == "harm"


def test_a_mandatory_tick_says_to_report_now_and_makes_the_level_red(filler: Filler) -> None:
    for name, choice in HIGHEST.items():
        filler.answer(f"risk/{name}", choice)
    sent = filler.answer("report/mandatory", "harm")
    assert "现在就要报告" in part(sent, "a-report-mandatory")
    assert 'href="tel:110"' in sent
    assert "红 一级" in sent
    assert "不看分数" in sent
    taken_back = filler.answer("report/mandatory", "none")
    assert "现在就要报告" not in taken_back
    assert "绿 四级" in taken_back


def test_the_worst_parts_come_first_and_the_reason_links_to_its_question(filler: Filler) -> None:
    filler.answer("risk/a_age", "60_69")
    sent = filler.answer("risk/a_kin", "none")
    rows = [sent.index(f'<th scope="row">{label}</th>') for label in ("居住环境", "亲属支持", "照料人年龄")]
    assert rows == sorted(rows)
    assert "还有 10 题没有答案" in sent
    assert 'href="#q-risk-a_education"' in sent


def test_covered_scores_stay_covered_on_this_laptop(filler: Filler, client: FlaskClient) -> None:
    filler.answer("risk/a_age", "60_69")
    assert "得 6 / 8" in filler.page("risk")
    covered = client.post(f"{filler.address}/cover?section=risk", headers={"X-CSRF-Token": filler.token})
    assert "得 6 / 8" not in covered.text
    page = filler.page("risk")
    assert "得 6 / 8" not in page
    assert "等级和分数遮住了" in page
    client.post(f"{filler.address}/cover?section=risk", headers={"X-CSRF-Token": filler.token})
    assert "得 6 / 8" in filler.page("risk")


def test_the_language_changes_and_every_answer_stays(filler: Filler, client: FlaskClient) -> None:
    filler.answer("base/home_phone", SHORT)
    client.get("/?lang=en")
    page = filler.page("base")
    assert "A mobile number has 11 digits" in page
    assert f'value="{SHORT}"' in page
    assert "Document number" in page
    assert "of 46 answered" in page


def test_finishing_too_early_lists_what_is_missing_and_loses_nothing(filler: Filler, client: FlaskClient) -> None:
    filler.answer("base/home_phone", SHORT)
    refused = filler.finish()
    assert refused.location == f"{filler.address}?section=base#mistakes"
    page = filler.page("base")
    assert "还有 15 处要改" in page
    assert 'href="#q-base-home_phone"' in page
    assert f"{filler.address}?section=carer#q-carer-has_carer" in page
    assert SHORT in page
    assert "这一题要答" in filler.page("carer")
    sent = filler.answer("carer/has_carer", "no")
    assert "还有 14 处要改" in sent
    assert Submission.select().count() == 0


def test_a_required_text_that_is_emptied_says_so_when_it_is_left(filler: Filler) -> None:
    assert "这一题要答" not in filler.page("base")
    assert "这一题要答" in part(filler.answer("base/name", ""), "e-base-name")


def test_a_person_of_another_home_is_refused_on_a_visit(client: FlaskClient, laptop: Laptop) -> None:
    settle_in(laptop)
    arrive(laptop)
    elsewhere = people.add(STRANGER, "H9T0000000000001", {"name": "李四"}, TODAY)
    laptop.store.commit(elsewhere, author=WORKER.id)
    refused = Filler(client).post(f"/visits/{VISIT}/forms/{FORM}/{STRANGER}")
    assert refused.status_code == 422
    assert "不是这一户的" in refused.text


def test_a_child_of_another_area_is_not_opened_by_its_address(filler: Filler, laptop: Laptop) -> None:
    edits = households.register("H9T0000000000001", {"head_name": "吴强", "address": "别的镇"}, "500110103201", TODAY)
    edits += people.add(STRANGER, "H9T0000000000001", {"name": "吴一"}, TODAY)
    laptop.store.commit(edits, author="U2")
    refused = filler.post(f"/people/{STRANGER}/forms/{FORM}")
    assert refused.status_code == 404
    assert "不在您的片区" in refused.text


def test_an_unknown_form_or_person_is_said_in_words(filler: Filler) -> None:
    assert filler.post(f"/people/{CHILD}/forms/nothing").status_code == 404
    assert filler.post(f"/people/P0000000000000000/forms/{FORM}").status_code == 404


def test_a_draft_is_deleted_after_the_dialog_and_only_then(filler: Filler, client: FlaskClient) -> None:
    asked = client.get(f"{filler.address}?section=base&delete=1").text
    assert "<dialog" in asked
    assert Draft.select().count() == 1
    assert filler.post(f"{filler.address}/delete").location == f"/people/{CHILD}"
    assert Draft.select().count() == 0
    assert filler.try_answer("base/name", "周雨桐").status_code == 404


def test_somebody_else_at_this_laptop_cannot_fill_my_draft(filler: Filler, laptop: Laptop, app: Flask) -> None:
    laptop.add_user(Account("U2", "王芳", "caseworker"), PASSPHRASE)
    other = app.test_client()
    log_in(other, "U2")
    refused = other.get(f"{filler.address}?section=base")
    assert refused.status_code == 403
    assert "别人填的" in refused.text


@pytest.mark.parametrize("path", ["nothing", "result/level", "/elsewhere"])
def test_an_answer_to_what_is_not_asked_is_refused_in_words(filler: Filler, path: str) -> None:
    refused = filler.try_answer(path, "red")
    assert refused.status_code == 422
    assert "这张表里没有" in refused.text


def test_two_tabs_that_answer_at_once_lose_nothing(filler: Filler, app: Flask) -> None:
    """Each thread is a browser of its own; one instance, one lock."""
    paths = [f"risk/{name}" for name in HIGHEST] + ["base/ethnicity", "base/registered_place"]
    values = [*HIGHEST.values(), "土家族", "万盛"]
    browsers = []
    for _ in paths:
        browser = app.test_client()
        log_in(browser)
        browsers.append(Filler(browser))
    jobs = [
        threading.Thread(target=each.answer, args=(path, value))
        for each, path, value in zip(browsers, paths, values, strict=True)
    ]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    answers = drafts.load(filler.draft).answers
    assert [answers[f"/data/{path}"] for path in paths] == values


def test_a_draft_that_memory_has_let_go_of_goes_on_from_its_row(filler: Filler, app: Flask) -> None:
    app.extensions[EXTENSION] = Fillings(most=0)
    filler.answer("base/ethnicity", "土家族")
    filler.answer("base/registered_place", "万盛")
    answers = drafts.load(filler.draft).answers
    assert answers["/data/base/ethnicity"] == "土家族"
    assert answers["/data/base/registered_place"] == "万盛"
