from __future__ import annotations

from datetime import date, timedelta

import pytest

from fieldapp.domain import visits
from fieldapp.domain.records import Household, Person, Task, Visit
from fieldapp.domain.visits import SCANNED, TYPED, Arrival, Ending
from fieldapp.errors import Clash, Invalid
from tests.domain.desk import NOW, TODAY, WORKER, Desk, edited


def begun(desk: Desk, home: Household, arrival: Arrival = SCANNED) -> Visit:
    visit = desk.new_id()
    desk.save(visits.start(visit, home.id, arrival, visitor=WORKER, now=NOW))
    return visits.get(visit)


def due_of(person: Person) -> date | None:
    track = visits.tracks([person.household], TODAY).of(person)
    due = visits.next_due(person, track, TODAY)
    return due.on if due else None


def test_a_scan_opens_a_visit_and_stamps_the_arrival(desk: Desk) -> None:
    visit = begun(desk, desk.home())
    assert (visit.arrival, visit.started_at, visit.in_person) == ("scanned", NOW, True)
    assert visits.unfinished(WORKER) == [visit]


def test_a_typed_code_is_marked_and_needs_no_reason(desk: Desk) -> None:
    assert begun(desk, desk.home(), TYPED).arrival == "typed"


def test_a_visit_without_a_scan_needs_a_reason(desk: Desk) -> None:
    home = desk.home()
    with pytest.raises(Invalid) as refused:
        visits.start("V", home.id, Arrival("unscanned", "  "), visitor=WORKER, now=NOW)
    assert "arrival_reason" in refused.value.fields
    assert begun(desk, home, Arrival("unscanned", "卡掉了")).arrival_reason == "卡掉了"


def test_a_visit_written_down_later_is_marked(desk: Desk) -> None:
    at = NOW - timedelta(days=1)
    fields = edited(visits.start_late("V", "H", "没带电脑", visitor=WORKER, at=at, now=NOW), "visit")
    assert (fields["late_entry"], fields["started_at"]) == (True, "2025-11-17T01:30:00+00:00")
    with pytest.raises(Invalid):
        visits.start_late("V", "H", "没带电脑", visitor=WORKER, at=NOW + timedelta(hours=1), now=NOW)


def test_finishing_too_early_says_what_is_missing(desk: Desk) -> None:
    visit = begun(desk, desk.home())
    ending = Ending("", next_on=date(2025, 12, 30))
    with pytest.raises(Invalid) as refused:
        visits.finish(visit, ending, now=NOW, latest=date(2025, 11, 25), task="T")
    assert set(refused.value.fields) == {"outcome", "next_reason"}


def test_the_next_visit_lies_ahead(desk: Desk) -> None:
    visit = begun(desk, desk.home())
    with pytest.raises(Invalid) as refused:
        visits.finish(visit, Ending("done", next_on=TODAY), now=NOW, latest=None, task="T")
    assert set(refused.value.fields) == {"next_on"}


def test_a_finished_visit_is_not_finished_again(desk: Desk) -> None:
    visit = begun(desk, desk.home())
    ending = Ending("done", "灶上有饭菜", date(2025, 11, 24))
    desk.save(visits.finish(visit, ending, now=NOW, latest=date(2025, 11, 25), task="T"), visit.id)
    closed = visits.get(visit.id)
    assert (closed.outcome, closed.notes, closed.next_on) == ("done", "灶上有饭菜", date(2025, 11, 24))
    assert visits.unfinished(WORKER) == []
    with pytest.raises(Clash):
        visits.finish(closed, ending, now=NOW, latest=None, task="T")


def test_a_family_that_has_moved_leaves_a_task(desk: Desk) -> None:
    visit = begun(desk, desk.home())
    desk.save(visits.finish(visit, Ending("moved"), now=NOW, latest=None, task=desk.new_id()), visit.id)
    task = Task.select().get()
    assert (task.title, task.source, task.assignee) == ("confirm_move", visit.id, WORKER)


def test_the_due_date_counts_from_the_last_completed_visit_in_person(desk: Desk) -> None:
    home = desk.home()
    girl = desk.person(home, risk_level="red")
    assert due_of(girl) == TODAY
    desk.visit(home, date(2025, 11, 1))
    desk.visit(home, date(2025, 11, 7))
    assert due_of(girl) == date(2025, 11, 14)


def test_a_telephone_call_moves_no_due_date(desk: Desk) -> None:
    home = desk.home()
    girl = desk.person(home, risk_level="red")
    desk.visit(home, date(2025, 11, 7))
    desk.save(visits.call(desk.new_id(), home.id, "父亲说年底回来", visitor=WORKER, now=NOW))
    assert due_of(girl) == date(2025, 11, 14)


def test_a_visit_for_one_child_does_not_count_for_the_other(desk: Desk) -> None:
    home = desk.home()
    girl, boy = desk.person(home, risk_level="red"), desk.person(home, name="周子轩", risk_level="red")
    desk.visit(home, date(2025, 11, 7))
    desk.visit(home, date(2025, 11, 15), person=girl.id)
    assert (due_of(girl), due_of(boy)) == (date(2025, 11, 22), date(2025, 11, 14))


def test_a_visit_just_before_midnight_in_china_counts_for_that_day(desk: Desk) -> None:
    home = desk.home()
    girl = desk.person(home, risk_level="red")
    desk.visit(home, date(2025, 11, 7), started_at="2025-11-07T15:59:00+00:00")
    assert due_of(girl) == date(2025, 11, 14)


def test_misses_in_a_row_count_since_the_last_meeting(desk: Desk) -> None:
    home = desk.home()
    girl = desk.person(home, risk_level="red")
    for day, outcome in ((3, "not_home"), (7, "done"), (10, "not_home"), (12, "not_home")):
        desk.visit(home, date(2025, 11, day), outcome=outcome)
    track = visits.tracks([home.id], TODAY).of(girl)
    assert track.misses == 2
    hint = visits.hint(track.misses)
    assert hint is not None
    assert "2" in str(hint)
    assert visits.hint(1) is None


def test_the_strictest_rule_in_the_home_sets_the_latest_next_visit(desk: Desk) -> None:
    home = desk.home()
    members = [desk.person(home, risk_level="blue"), desk.person(home, risk_level="yellow"), desk.person(home)]
    assert visits.latest_next(members, TODAY) == TODAY + timedelta(days=30)
    assert visits.latest_next(members[2:], TODAY) is None


def test_the_visits_of_a_day_are_those_of_the_day_in_china(desk: Desk) -> None:
    home = desk.home()
    early = desk.visit(home, TODAY, started_at="2025-11-17T16:05:00+00:00")
    assert [visit.id for visit in visits.of_day(WORKER, TODAY)] == [early]
    assert visits.of_day(WORKER, TODAY - timedelta(days=1)) == []
