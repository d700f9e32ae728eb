"""A draft becomes a submission: what it writes, what it names as seen, what follows, and how it explains itself."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from fieldapp.domain import people, submissions, tasks
from fieldapp.domain.drafts import Draft
from fieldapp.domain.records import Case, Household, Submission
from fieldapp.laptop.laptop import Laptop
from sync.change import Change, Dot, decode
from sync.edit import Edit
from sync.store.tables import LoggedChange
from tests.support.family import CHILD, FORM, HOME, VISIT, arrive, settle_in
from tests.support.filler import HIGHEST, LOWEST, Filler
from tests.support.laptop import WORKER


@pytest.fixture
def filler(client: FlaskClient, laptop: Laptop) -> Filler:
    """The worker, at the first question for the child of the house."""
    settle_in(laptop)
    return Filler(client)


def finished(filler: Filler, risks: dict[str, str], mandatory: str = "none") -> Submission:
    """The submission that came of it."""
    filler.answer_all(risks, mandatory)
    done = filler.finish()
    assert done.location.startswith("/submissions/"), done.text
    return submissions.get(done.location.rpartition("/")[2])


def test_a_finished_form_is_a_submission_and_no_draft_any_more(filler: Filler, client: FlaskClient) -> None:
    row = finished(filler, HIGHEST)
    assert (row.person, row.household, row.form, row.author) == (CHILD, HOME, FORM, WORKER.id)
    assert row.answers["/data/risk/a_home"] == "safe"
    assert row.result["level"] == "green"
    assert Draft.select().count() == 0
    assert people.get(CHILD).risk_level == "green"
    assert people.get(CHILD).risk_submission == row.id


def test_finishing_twice_leads_to_the_same_submission(filler: Filler) -> None:
    row = finished(filler, HIGHEST)
    assert filler.finish().location == f"/submissions/{row.id}"
    assert Submission.select().count() == 1


def test_only_what_differs_from_what_was_shown_is_written_and_names_what_was_shown(
    filler: Filler, laptop: Laptop
) -> None:
    seen = _dots(laptop, CHILD)["birth_date"]
    filler.answer("base/birth_date", "2014-05-13")
    filler.answer("base/home_phone", "15400990000")
    finished(filler, HIGHEST)
    change = _last(CHILD)
    assert set(change.writes) == {"birth_date", "risk_level", "risk_on", "risk_submission"}
    assert change.writes["birth_date"].over == seen
    assert change.via == f"form:{FORM}"
    assert set(_last(HOME).writes) == {"phone"}
    assert Household.get_by_id(HOME).phone == "15400990000"


def test_what_changed_elsewhere_meanwhile_is_not_named_as_seen(filler: Filler, laptop: Laptop) -> None:
    seen = _dots(laptop, CHILD)["birth_date"]
    screen = laptop.store.open_screen([CHILD], "U2")
    laptop.store.commit([Edit("person", CHILD, {"birth_date": "2014-06-01"})], author="U2", screen=screen)
    filler.answer("base/birth_date", "2014-05-13")
    finished(filler, HIGHEST)
    assert _last(CHILD).writes["birth_date"].over == seen


def _dots(laptop: Laptop, record: str) -> dict[str, frozenset[Dot]]:
    """By field, the dots of the value that a screen would show now."""
    return dict(laptop.store.open_screen([record], WORKER.id).over[record])


def _last(record: str) -> Change:
    row = LoggedChange.select().where(LoggedChange.record == record).order_by(LoggedChange.seq.desc()).first()
    return decode(row.payload)


def test_a_red_child_gets_a_task_a_case_and_an_explanation(filler: Filler, client: FlaskClient) -> None:
    row = finished(filler, HIGHEST, "harm")
    assert row.result["alarms"] == ["harm"]
    (task,) = tasks.open_tasks()
    assert (task.person, task.title, task.level) == (CHILD, tasks.REPORT, "red")
    assert Case.get().stage == "S0"
    page = client.get(f"/submissions/{row.id}").text
    assert "红 一级" in page
    assert "侵害儿童" in page
    assert "现在就要报告" in page
    assert f"/tasks/{task.id}" in page
    assert "居住环境" in page


def test_a_low_score_alone_is_red_too_and_says_why(filler: Filler, client: FlaskClient) -> None:
    row = finished(filler, LOWEST)
    page = client.get(f"/submissions/{row.id}").text
    assert "合计 9 分" in page
    assert "现在就要报告" not in page
    assert "/tasks/" in page


def test_the_explanation_reads_in_english_too(filler: Filler, client: FlaskClient) -> None:
    row = finished(filler, HIGHEST, "harm")
    page = client.get(f"/submissions/{row.id}?lang=en").text
    assert "Because of a <b>mandatory report</b>" in page
    assert "The child is harmed" in page
    assert "现在" not in page


def test_a_form_of_a_visit_names_the_visit_and_leads_back_to_it(client: FlaskClient, laptop: Laptop) -> None:
    settle_in(laptop)
    arrive(laptop)
    filler = Filler(client, f"/visits/{VISIT}/forms/{FORM}/{CHILD}")
    row = finished(filler, HIGHEST)
    assert row.visit == VISIT
    assert _last(CHILD).via == f"visit:{VISIT}"
    assert f'href="/visits/{VISIT}"' in client.get(f"/submissions/{row.id}").text
