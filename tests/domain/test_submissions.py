"""From the real form to records: what is prefilled, what is written, and what follows from the level."""

from __future__ import annotations

import random
from typing import Any

import pytest

from fieldapp.domain import cases, filling, people, submissions, tasks
from fieldapp.domain.records import Case, Household, Person, Submission, Task
from fieldapp.domain.submissions import Filled, Occasion
from fieldapp.errors import Clash, Invalid
from forms import NOT_COLLECTED, Form, Instance
from sync.change import Value
from tests.domain.desk import NOW, TODAY, WORKER, Centre, Desk, edited

RED_BY_ALARM = Filled("child_screening", "1", {"/data/a": "x"}, {}, level="red", alarms=("no_guardian",))
RED_BY_SCORE = Filled("child_screening", "1", {"/data/a": "x"}, {}, level="red")
BLUE = Filled("child_screening", "1", {"/data/a": "x"}, {}, level="blue")


def known_girl(desk: Desk) -> Person:
    return desk.person(
        desk.home(phone="15400990001"),
        birth_date="2014-02-09",
        father_status="working_away",
        guardian_name="李秀珍",
        guardian_phone="15400992204",
        **{"category/left_behind_rural": {"basis": "父母外出", "evidence": "", "from": "2025-01-05", "to": None}},
        **{"category/elder_alone": {"basis": "不在这张表上", "evidence": "", "from": "2025-01-05", "to": None}},
    )


def home_of(person: Person) -> Household:
    return Household.get_by_id(person.household)


def before(form: Form, person: Person) -> dict[str, Value]:
    return filling.before(form, person, home_of(person), TODAY)


def opened(form: Form, person: Person) -> Instance:
    prefill = filling.prefill(form, before(form, person))
    return form.open(now=NOW, random=random.Random(1), prefill=prefill)


def completed(instance: Instance, answers: dict[str, Any]) -> Instance:
    """Some questions answered, everything else that must be answered "not collected"."""
    for name, value in answers.items():
        instance.answer(at(instance.form, name), value)
    for error in instance.errors():
        if error.code == "required":
            instance.answer(error.path, NOT_COLLECTED)
    return instance


def at(form: Form, name: str) -> str:
    return next(path for path in form.questions if path.endswith(f"/{name}"))


def occasion(person: Person, known: dict[str, Value] | None = None, **more: Any) -> Occasion:
    about: dict[str, Any] = {"visit": None, "case": None, "author": WORKER, "now": NOW, **more}
    return Occasion(person=person, household=home_of(person), before=known or {}, **about)


def written(form: Form, person: Person, answers: dict[str, Any]) -> list[Any]:
    """The edits of a filling in which only these questions were touched."""
    instance = completed(opened(form, person), answers)
    return submissions.finalise("S", filling.filled(instance), occasion(person, before(form, person)))


# -- the form and the records ----------------------------------------------------------------------------------------


def test_a_form_opens_with_what_is_known(desk: Desk, screening: Form) -> None:
    instance = opened(screening, known_girl(desk))
    assert instance.text(at(screening, "name")) == "周雨桐"
    assert instance.text(at(screening, "birth_date")) == "2014-02-09"
    assert instance.text(at(screening, "categories")) == "left_behind_rural"
    assert instance.text(at(screening, "left_behind_rural_basis")) == "父母外出"
    assert instance.text(at(screening, "home_phone")) == "15400990001"
    assert not instance.answered(at(screening, "ethnicity"))


def test_what_was_not_touched_is_not_written(desk: Desk, screening: Form) -> None:
    edits = written(screening, known_girl(desk), {})
    assert [edit.type for edit in edits] == ["submission"]


def test_only_answers_that_differ_from_the_prefill_are_written(desk: Desk, screening: Form) -> None:
    girl = known_girl(desk)
    edits = written(screening, girl, {"has_carer": "yes", "phone": "154 0099 2716", "ethnicity": "苗族"})
    assert edited(edits, "person") == {"guardian_phone": "15400992716", "ethnicity": "苗族"}
    assert edited(edits, "household") == {}


def test_an_answer_about_the_home_goes_to_the_home(desk: Desk, screening: Form) -> None:
    edits = written(screening, known_girl(desk), {"address": "三组 28 号"})
    assert edited(edits, "household") == {"address": "三组 28 号"}


def test_not_collected_empties_the_field_and_stays_in_the_submission(desk: Desk, screening: Form) -> None:
    edits = written(screening, known_girl(desk), {"home_phone": NOT_COLLECTED, "ethnicity": NOT_COLLECTED})
    assert edited(edits, "household") == {"phone": None}
    assert edited(edits, "person") == {}
    assert edited(edits, "submission")["answers"][at(screening, "ethnicity")] == NOT_COLLECTED


def test_a_question_that_does_not_apply_says_nothing_of_its_field(desk: Desk, screening: Form) -> None:
    edits = written(screening, known_girl(desk), {"has_carer": "no"})
    assert edited(edits, "person") == {}


def test_a_ticked_category_begins_and_one_no_longer_ticked_ends_today(desk: Desk, screening: Form) -> None:
    edits = written(screening, known_girl(desk), {"categories": ["migrant"], "migrant_basis": "随父母居住"})
    fields = edited(edits, "person")
    assert set(fields) == {"category/migrant", "category/left_behind_rural"}
    assert fields["category/migrant"] == {
        "basis": "随父母居住", "evidence": None, "from": "2025-11-18", "to": None,
    }  # fmt: skip
    assert fields["category/left_behind_rural"]["to"] == "2025-11-18"


def test_a_category_that_the_form_does_not_know_is_left_alone(desk: Desk, screening: Form) -> None:
    girl = known_girl(desk)
    desk.save(written(screening, girl, {"categories": ["none"]}), girl.id)
    assert people.categories(people.get(girl.id), TODAY) == ("elder_alone",)


def test_a_category_whose_basis_is_amended_keeps_its_beginning(desk: Desk, screening: Form) -> None:
    edits = written(screening, known_girl(desk), {"left_behind_rural_basis": "父亲外出，母亲无监护能力"})
    assert edited(edits, "person") == {
        "category/left_behind_rural": {
            "basis": "父亲外出，母亲无监护能力", "evidence": "", "from": "2025-01-05", "to": None,
        }
    }  # fmt: skip


def test_a_tick_makes_the_level_red_and_names_the_items(desk: Desk, screening: Form) -> None:
    ticked = {"mandatory": ["neglect_3_months", "wandering"]}
    found = filling.filled(completed(opened(screening, known_girl(desk)), ticked))
    assert (found.level, found.alarms) == ("red", ("neglect_3_months", "wandering"))


def test_none_of_these_is_no_alarm(desk: Desk, screening: Form) -> None:
    instance = completed(opened(screening, known_girl(desk)), {"mandatory": ["none"]})
    assert filling.filled(instance).alarms == ()


def test_a_form_with_a_mistake_is_not_finished(desk: Desk, screening: Form) -> None:
    instance = completed(opened(screening, known_girl(desk)), {"birth_date": "2031-01-01"})
    with pytest.raises(Invalid) as refused:
        filling.filled(instance)
    assert refused.value.values == {"n": 1}


# -- what follows ----------------------------------------------------------------------------------------------------


def test_a_submission_is_kept_with_its_result(desk: Desk) -> None:
    girl = known_girl(desk)
    visit = desk.visit(home_of(girl), TODAY)
    submission = desk.new_id()
    desk.save(submissions.finalise(submission, BLUE, occasion(girl, visit=visit)), girl.id)
    row = submissions.get(submission)
    assert (row.person, row.visit, row.author, row.finalised_at) == (girl.id, visit, WORKER, NOW)
    assert (row.answers, row.result["level"]) == ({"/data/a": "x"}, "blue")
    assert people.get(girl.id).risk_submission == submission


def test_a_level_that_stays_rests_on_the_new_assessment(desk: Desk) -> None:
    girl = desk.person(desk.home(), risk_level="blue", risk_on="2025-01-01")
    desk.save(submissions.finalise(desk.new_id(), BLUE, occasion(girl)), girl.id)
    assert people.get(girl.id).risk_on == TODAY


def test_a_form_without_a_level_leaves_the_level(desk: Desk) -> None:
    girl = desk.person(desk.home(), risk_level="red")
    desk.save(submissions.finalise(desk.new_id(), Filled("x", "1", {}, {}), occasion(girl)), girl.id)
    assert people.get(girl.id).risk_level == "red"


def test_a_tick_calls_for_a_report_today_and_opens_a_case(desk: Desk) -> None:
    girl = known_girl(desk)
    desk.save(submissions.finalise(desk.new_id(), RED_BY_ALARM, occasion(girl)), girl.id)
    task, case = Task.get(), Case.get()
    assert (task.title, task.due_on, task.level, task.kind) == ("mandatory_report", TODAY, "red", "urgent")
    assert (case.stage, case.programme, case.owner, case.opened_on) == ("S0", "child_protection", WORKER, TODAY)
    assert [entry["why"] for entry in case.history.values()] == ["no_guardian"]


def test_red_by_score_calls_for_an_intervention_without_a_case(desk: Desk) -> None:
    girl = known_girl(desk)
    desk.save(submissions.finalise(desk.new_id(), RED_BY_SCORE, occasion(girl)), girl.id)
    assert Task.get().title == "intervene"
    assert Case.select().count() == 0


def test_a_lower_level_calls_for_nothing(desk: Desk) -> None:
    girl = known_girl(desk)
    desk.save(submissions.finalise(desk.new_id(), BLUE, occasion(girl)), girl.id)
    assert Task.select().count() == 0


def test_a_new_tick_takes_an_open_case_back_to_reported(desk: Desk) -> None:
    girl = known_girl(desk)
    desk.save(submissions.finalise(desk.new_id(), RED_BY_ALARM, occasion(girl)), girl.id)
    case = Case.get()
    desk.save(cases.advance(case, "S5", by=WORKER, now=NOW), case.id)
    girl, case = people.get(girl.id), Case.get()
    again = submissions.finalise(desk.new_id(), RED_BY_ALARM, occasion(girl, case=case))
    desk.save(again, girl.id, case.id)
    case = Case.get()
    assert (Case.select().count(), case.stage, len(case.history)) == (1, "S1", 3)


def test_recording_the_call_closes_the_task_and_moves_the_case_to_reported(desk: Desk) -> None:
    girl = known_girl(desk)
    desk.save(submissions.finalise(desk.new_id(), RED_BY_ALARM, occasion(girl)), girl.id)
    task, case = Task.get(), Case.get()
    with pytest.raises(Invalid):
        tasks.record_report(task, case, " ", by=WORKER, now=NOW)
    desk.save(tasks.record_report(task, case, "09:31 打 110", by=WORKER, now=NOW), task.id, case.id)
    assert (Task.get().done_by, Case.get().stage) == (WORKER, "S1")
    with pytest.raises(Clash):
        tasks.complete(Task.get(), "", by=WORKER, now=NOW)


def test_two_laptops_that_finalise_the_same_submission_make_one_task_and_one_case(desk: Desk) -> None:
    girl = known_girl(desk)
    first = submissions.finalise("SAME000000000000", RED_BY_ALARM, occasion(girl))
    second = submissions.finalise("SAME000000000000", RED_BY_ALARM, occasion(girl, author="OTHER"))
    assert [edit.record for edit in first] == [edit.record for edit in second]


def test_a_form_and_an_edit_elsewhere_merge_field_by_field(desk: Desk, screening: Form, tmp_path: Any) -> None:
    centre, other = Centre(tmp_path), Desk(tmp_path, "YX00000009", "LUOJIANGUO000002")
    girl = known_girl(desk)
    centre.sync(desk)
    centre.sync(other)
    with other.store.use():
        there = people.get(girl.id)
        there_edits = people.amend(there, {"guardian_phone": "15400992176", "health": "weak"}, TODAY)
        other.save(there_edits, girl.id)
    desk.save(written(screening, girl, {"has_carer": "yes", "phone": "15400992716", "boarding": "yes"}), girl.id)
    for each in (desk, other, desk):
        centre.sync(each)
    for node in (desk.store, other.store):
        with node.use():
            row = people.get(girl.id)
            assert (row.health, row.boarding, row.open_conflicts) == ("weak", "yes", 1)
            assert list(node.state(girl.id).conflicts()) == ["guardian_phone"]
            assert Submission.select().count() == 1
    other.db.close()
    centre.db.close()
