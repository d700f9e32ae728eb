from __future__ import annotations

from datetime import date, timedelta

from fieldapp.domain import drafts, risk, tasks, today, visits
from fieldapp.domain.seed import seed_town
from sync.edit import Edit
from tests.domain.desk import NOW, TODAY, WORKER, Desk, counted

MIGRANT = {"category/migrant": {"basis": "居住证", "evidence": "", "from": "2025-01-01", "to": None}}


def names(stops: tuple[today.Stop, ...]) -> list[str | None]:
    return [stop.person.name if stop.person else None for stop in stops]


def visited(desk: Desk, name: str, level: str, days_ago: int) -> str:
    home = desk.home()
    person = desk.person(home, name=name, risk_level=level)
    desk.visit(home, TODAY - timedelta(days=days_ago))
    return person.id


def test_overdue_today_and_this_week_stand_apart(desk: Desk) -> None:
    visited(desk, "逾期", "red", 11)
    visited(desk, "今天", "red", 7)
    visited(desk, "周四", "red", 5)
    visited(desk, "下周", "red", 1)
    day = today.of(WORKER, TODAY)
    assert (names(day.overdue), names(day.today), names(day.this_week)) == (["逾期"], ["今天"], ["周四"])
    assert day.overdue[0].days_late(TODAY) == 4
    assert day.homes == 3


def test_the_higher_risk_comes_first_then_whoever_has_waited_longest(desk: Desk) -> None:
    visited(desk, "黄久", "yellow", 60)
    visited(desk, "红近", "red", 8)
    visited(desk, "黄近", "yellow", 31)
    visited(desk, "红久", "red", 20)
    assert names(today.of(WORKER, TODAY).overdue) == ["红久", "红近", "黄久", "黄近"]


def test_a_child_never_visited_is_due_today_for_a_first_survey(desk: Desk) -> None:
    desk.person(desk.home(), name="龙小雨", birth_date="2019-05-01", **MIGRANT)
    (stop,) = today.of(WORKER, TODAY).today
    assert (stop.what.text, stop.last_on, stop.risk_level) == ("首次摸排", None, None)


def test_a_visit_says_how_often_it_is_asked_for(desk: Desk) -> None:
    home = desk.home()
    desk.person(home, birth_date="2014-02-09", risk_level="red")
    desk.visit(home, date(2025, 11, 7))
    desk.visit(home, date(2025, 11, 12), outcome="not_home")
    (stop,) = today.of(WORKER, TODAY).overdue
    assert (str(stop.what), stop.last_on, stop.misses) == ("儿童走访 · 每 7 天", date(2025, 11, 7), 1)


def test_tasks_stand_among_the_visits(desk: Desk) -> None:
    home = desk.home()
    girl = desk.person(home, risk_level="red")
    desk.visit(home, TODAY)
    desk.save([tasks.follow(desk.new_id(), "mandatory_report", girl, TODAY, WORKER, "red")])
    desk.save(tasks.add(desk.new_id(), home.id, "带父亲的新号码来", date(2025, 11, 20), assignee=WORKER))
    desk.save(tasks.add(desk.new_id(), home.id, "下个月的事", date(2025, 12, 20), assignee=WORKER))
    day = today.of(WORKER, TODAY)
    assert [stop.task.title for stop in day.today if stop.task] == ["mandatory_report"]
    assert [str(stop.what) for stop in day.this_week] == ["带父亲的新号码来"]


def test_a_finished_task_is_gone(desk: Desk) -> None:
    desk.save(tasks.add(desk.new_id(), desk.home().id, "送材料", TODAY, assignee=WORKER))
    (stop,) = today.of(WORKER, TODAY).today
    assert stop.task is not None
    desk.save(tasks.complete(stop.task, "送到了", by=WORKER, now=NOW), stop.task.id)
    assert today.of(WORKER, TODAY).today == ()


def test_drafts_of_the_user_stand_on_her_day(desk: Desk) -> None:
    for user in (WORKER, "SOMEBODYELSE0001"):
        drafts.begin(desk.new_id(), now=NOW, form="f", form_version="1", person="P", user=user, screen="S")
    assert [draft.user for draft in today.of(WORKER, TODAY).drafts] == [WORKER]


def test_the_month_counts_homes_visited_and_homes_still_to_go(desk: Desk) -> None:
    visited(desk, "已访", "yellow", 3)
    visited(desk, "该访", "red", 20)
    visited(desk, "下月", "blue", 20)
    before = desk.home()
    desk.person(before, risk_level="yellow")
    desk.visit(before, date(2025, 11, 1), outcome="not_home")
    day = today.of(WORKER, TODAY)
    assert (day.homes_visited, day.homes_due) == (1, 3)


def test_a_home_out_of_use_has_no_visits_due(desk: Desk) -> None:
    home = desk.home()
    desk.person(home, risk_level="red")
    desk.save([Edit("household", home.id, {"void": "搬走"})], home.id)
    assert today.of(WORKER, TODAY).today == ()


def test_a_whole_town_takes_as_many_queries_as_one_home(desk: Desk) -> None:
    visited(desk, "一家", "red", 11)
    with counted() as few:
        today.of(WORKER, TODAY)
    for group in seed_town(1, TODAY, desk.new_id, worker=WORKER, count=20):
        desk.save(group)
    with counted() as many:
        day = today.of(WORKER, TODAY)
    assert day.homes > 3
    assert len(many) == len(few) <= 8


def test_the_order_is_by_risk_in_every_list_of_a_town(desk: Desk) -> None:
    for group in seed_town(2, TODAY, desk.new_id, worker=WORKER, count=20):
        desk.save(group)
    day = today.of(WORKER, TODAY)
    for stops in (day.overdue, day.today, day.this_week):
        keys = [(risk.level(stop.risk_level).rank, stop.due_on) for stop in stops]
        assert keys == sorted(keys)
    assert visits.hint(0) is None
