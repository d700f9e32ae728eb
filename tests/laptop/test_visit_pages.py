"""A visit from the door to its end, and the day's page around it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from fieldapp.domain import people, visits
from fieldapp.domain.records import Person, Task, Visit
from fieldapp.laptop.laptop import Laptop
from sync.edit import Edit
from sync.store.tables import LoggedChange
from tests.support.family import CHILD, HOME, TODAY, VISIT, arrive, settle_in
from tests.support.laptop import NOW, TOWN, WORKER
from tests.support.visitor import OpenPage, shown, visit

LATEST = date(2025, 12, 18)  # yellow: thirty days


@pytest.fixture(autouse=True)
def family(laptop: Laptop) -> None:
    """A child at a middling risk, and a visit that has begun at the door."""
    settle_in(laptop)
    write(laptop, "person", CHILD, risk_level="yellow", risk_on="2025-09-01")
    arrive(laptop)


def write(laptop: Laptop, kind: str, record: str, **fields: str) -> None:
    seen = laptop.store.open_screen([record], WORKER.id)
    laptop.store.commit([Edit(kind, record, fields)], author=WORKER.id, screen=seen)


def past_visit(laptop: Laptop, record: str, days_ago: int, outcome: str, notes: str = "") -> None:
    at = NOW - timedelta(days=days_ago)
    begun = visits.start(record, HOME, visits.SCANNED, visitor=WORKER.id, now=at)
    ended = {"outcome": outcome, "finished_at": (at + timedelta(minutes=20)).isoformat(), "notes": notes}
    laptop.store.commit([Edit("visit", record, {**begun[0].fields, **ended})], author=WORKER.id)


def page(client: FlaskClient) -> OpenPage:
    return visit(client, f"/visits/{VISIT}")


def finish(client: FlaskClient, **typed: str) -> TestResponse:
    return page(client).submit("visit", **typed)


# -- what the page says ------------------------------------------------------------------------------------------------


def test_the_page_says_why_one_came_what_is_to_do_and_until_when_the_next_visit_is_due(
    client: FlaskClient, laptop: Laptop
) -> None:
    past_visit(laptop, "V1S1T00000000001", 34, "done", "门锁坏了，答应找人修。")
    opened = page(client)
    assert opened.says("走访周大明家", "扫码到达 今天 11:20", "全家 1 件，做完 0 件", "还有 1 件没做完")
    assert opened.says("每 30 天 · 逾期 4 天", "10月15日 11:20", "门锁坏了，答应找人修。", "黄 二级，30 天内")
    assert opened.fields("visit")["next_on"] == LATEST.isoformat()


def test_a_form_filled_at_this_visit_counts_as_done(client: FlaskClient, laptop: Laptop) -> None:
    filled = {
        "person": CHILD,
        "household": HOME,
        "form": "child_screening",
        "visit": VISIT,
        "finalised_at": NOW.isoformat(),
    }
    laptop.store.commit([Edit("submission", "5VBM1T0000000001", filled)], author=WORKER.id)
    assert page(client).says("全家 1 件，做完 1 件", "做完 11:20")


def test_a_form_starts_from_the_visit_and_its_draft_waits_there(client: FlaskClient) -> None:
    begun = page(client).submit("visit", to=f"/visits/{VISIT}/forms/child_screening/{CHILD}")
    assert begun.status_code == 303
    assert begun.location.startswith("/forms/")
    assert begun.location in page(client).text
    assert begun.location in visit(client, "/").text


# -- while it goes on --------------------------------------------------------------------------------------------------


def test_notes_are_kept_while_they_are_written_and_are_there_after_a_restart(client: FlaskClient) -> None:
    open_page = page(client)
    sent = {name: open_page.fields("visit")[name] for name in ("csrf_token", "screen")}
    for text in ("灶上有饭菜。", "灶上有饭菜。左手腕有旧擦伤。"):
        saved = client.post(f"/visits/{VISIT}/notes", data={**sent, "notes": text}, headers={"HX-Request": "true"})
        assert "已存在本机 11:20:00" in saved.text
    assert Visit.get_by_id(VISIT).notes == "灶上有饭菜。左手腕有旧擦伤。"
    assert page(client).fields("visit")["notes"] == "灶上有饭菜。左手腕有旧擦伤。"
    assert Visit.get_by_id(VISIT).open_conflicts == 0


def test_the_same_notes_are_not_written_twice(client: FlaskClient) -> None:
    open_page = page(client)
    before = LoggedChange.select().count()
    open_page.submit("visit", to=f"/visits/{VISIT}/notes", notes="")
    assert LoggedChange.select().count() == before


def test_an_unfinished_visit_stands_on_the_days_page_and_a_second_scan_goes_on_with_it(
    client: FlaskClient, laptop: Laptop
) -> None:
    assert visit(client, "/").says("没完成的走访", "周大明家", "今天 11:20 到达")
    begun = visit(client, f"/homes/{HOME}/visit").submit("reason", arrival_reason="卡掉了")
    assert begun.location == f"/visits/{VISIT}"


def test_a_visit_without_a_scan_needs_a_reason(client: FlaskClient, laptop: Laptop) -> None:
    finish(client, outcome="done")
    refused = visit(client, f"/homes/{HOME}/visit").submit("reason", arrival_reason=" ")
    assert refused.status_code == 422
    assert shown(refused, client).says("写明原因")
    begun = visit(client, f"/homes/{HOME}/visit").submit("reason", arrival_reason="卡掉了")
    row = Visit.get_by_id(begun.location.rpartition("/")[2])
    assert (row.arrival, row.arrival_reason) == ("unscanned", "卡掉了")


# -- the end -----------------------------------------------------------------------------------------------------------


def test_finishing_without_an_outcome_says_so_with_a_link_and_keeps_what_was_typed(client: FlaskClient) -> None:
    refused = finish(client, notes="灶上有饭菜。", next_on="2025-12-01")
    assert refused.status_code == 422
    again = shown(refused, client)
    assert 'href="#f-outcome"' in again.text
    assert again.says("选一个走访结果")
    assert (again.fields("visit")["notes"], again.fields("visit")["next_on"]) == ("灶上有饭菜。", "2025-12-01")
    assert Visit.get_by_id(VISIT).finished_at is None


def test_a_later_day_needs_a_reason(client: FlaskClient) -> None:
    later = (LATEST + timedelta(days=3)).isoformat()
    refused = finish(client, outcome="done", next_on=later)
    assert shown(refused, client).says("比规定的日子晚，要写原因")
    assert shown(refused, client).submit("visit", outcome="done", next_reason="孩子随父亲去东莞").status_code == 303
    row = Visit.get_by_id(VISIT)
    assert (row.next_on.isoformat(), row.next_reason) == (later, "孩子随父亲去东莞")


@pytest.mark.parametrize(("typed", "sentence"), [("2025-11-18", "下次走访要在今天以后"), ("18.12.2025", "日期写成")])
def test_a_day_that_cannot_be_is_said_at_its_place(client: FlaskClient, typed: str, sentence: str) -> None:
    refused = finish(client, outcome="done", next_on=typed)
    assert refused.status_code == 422
    assert shown(refused, client).says(sentence)


def test_a_finished_visit_is_read_only(client: FlaskClient) -> None:
    stale = page(client)
    assert finish(client, outcome="done", notes="灶上有饭菜。").status_code == 303
    past = page(client)
    assert past.says("内容不再改", "见到人了", "灶上有饭菜。", "12月18日", "扫码到达")
    assert "<textarea" not in past.text
    assert 'type="radio"' not in past.text
    for there in ("finish", "notes"):
        refused = stale.submit("visit", to=f"/visits/{VISIT}/{there}", outcome="moved", notes="改写")
        assert refused.status_code == 409
        assert "已经完成了" in refused.text
    assert Visit.get_by_id(VISIT).notes == "灶上有饭菜。"
    assert not visit(client, "/").says("没完成的走访")


def test_a_miss_leaves_the_visit_due_and_proposes_no_other_day(client: FlaskClient) -> None:
    assert finish(client, outcome="not_home").location == f"/homes/{HOME}"
    assert Visit.get_by_id(VISIT).next_on is None
    assert people.get(CHILD).risk_level == "yellow"


def test_two_misses_in_a_row_say_what_to_do_next(client: FlaskClient, laptop: Laptop) -> None:
    past_visit(laptop, "V1S1T00000000001", 3, "not_home")
    assert not visit(client, f"/homes/{HOME}").says("连着")
    answer = finish(client, outcome="not_home")
    after = visit(client, answer.location)
    assert after.says("连着 2 次未遇。问问邻居和学校；还找不到，报镇儿童督导员")
    assert visit(client, f"/people/{CHILD}").says("连着 2 次未遇")


def test_a_family_that_has_moved_leaves_a_task(client: FlaskClient) -> None:
    finish(client, outcome="moved")
    task = Task.get(Task.source == VISIT)
    assert visit(client, "/tasks").says("核实是否搬走", "周大明家")
    assert visit(client, f"/tasks/{task.id}").says("核实是否搬走", "11月25日")


def test_a_colleagues_visit_can_be_read_and_not_written(client: FlaskClient, laptop: Laptop) -> None:
    theirs = visits.start("V3S1T00000000001", HOME, visits.SCANNED, visitor="U9", now=NOW)
    laptop.store.commit(theirs, author="U9")
    seen = visit(client, "/visits/V3S1T00000000001")
    assert seen.says("还没有完成")
    assert "<textarea" not in seen.text
    refused = page(client).submit("visit", to="/visits/V3S1T00000000001/finish", outcome="done")
    assert refused.status_code == 403
    assert Visit.get_by_id("V3S1T00000000001").outcome is None


@pytest.mark.parametrize("path", ["/visits/N0TH1NG000000001", "/people/N0TH1NG000000001", "/tasks/N0TH1NG000000001"])
def test_what_is_not_here_says_so(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "没有找到" in answer.text


# -- tasks -------------------------------------------------------------------------------------------------------------


def test_a_promise_becomes_a_task_and_is_done_with_what_came_of_it(client: FlaskClient) -> None:
    refused = visit(client, f"/homes/{HOME}/promise").submit("promise", title="带门锁来")
    assert shown(refused, client).says("选一个日子")
    shown(refused, client).submit("promise", due_on="2025-11-20")
    task = Task.get(Task.title == "带门锁来")
    assert visit(client, f"/homes/{HOME}").says("带门锁来", "周四")
    assert visit(client, f"/tasks/{task.id}").submit("done", outcome="换好了").status_code == 303
    assert visit(client, f"/tasks/{task.id}").says("做完了", WORKER.name, "换好了")
    assert visit(client, "/tasks").says("没有没做完的任务")


def test_a_report_is_not_done_without_saying_how_it_went(client: FlaskClient, laptop: Laptop) -> None:
    fields = {"person": CHILD, "household": HOME, "title": "mandatory_report", "level": "red", "due_on": "2025-11-18"}
    laptop.store.commit([Edit("task", "T4SK000000000001", fields)], author=WORKER.id)
    open_task = visit(client, "/tasks/T4SK000000000001")
    assert open_task.says("现在就要报告", "先打 110", "不追问")
    assert 'href="tel:110"' in open_task.text
    refused = open_task.submit("done", outcome="")
    assert refused.status_code == 422
    assert shown(refused, client).submit("done", outcome="11:31 拨通，接警人李警官").status_code == 303
    assert Task.get_by_id("T4SK000000000001").done_by == WORKER.id


# -- the day's page ----------------------------------------------------------------------------------------------------


def test_the_day_lists_the_overdue_by_risk_with_place_and_last_visit(client: FlaskClient, laptop: Laptop) -> None:
    past_visit(laptop, "V1S1T00000000001", 34, "done")
    today = visit(client, "/")
    assert today.says("11月18日 周二", WORKER.name, "1 户 · 1 个组", "逾期", "周雨桐 女 11 岁")
    assert today.says("尖山村青水村 3 组 12 号 · 户主周大明", "儿童走访 · 每 30 天", "逾期 4 天", "上次 10月15日")


def test_the_day_by_route_goes_from_hamlet_to_hamlet(client: FlaskClient, laptop: Laptop) -> None:
    for number, group in enumerate(("十组", "二组"), start=1):
        home, child = f"H0ME00000000000{number}", f"CH11D0000000000{number}"
        place = {"head_name": f"户{group}", "group_name": group, "address": f"{group} 1 号"}
        laptop.store.commit([Edit("household", home, place, f"{TOWN}201")], author=WORKER.id)
        fields = {"household": home, "name": f"孩子{group}", "risk_level": "red", "birth_date": "2016-01-01"}
        laptop.store.commit([Edit("person", child, fields)], author=WORKER.id)
    text = visit(client, "/?by=route").text
    assert text.index("尖山村二组") < text.index("孩子二组") < text.index("尖山村十组") < text.index("孩子十组")


def test_a_day_without_anything_due_is_good_news(client: FlaskClient, laptop: Laptop) -> None:
    finish(client, outcome="done")
    assert visit(client, "/").says("这一周没有要去的", "看住户")


def test_times_are_those_of_the_place_not_of_the_machine(app: Flask, client: FlaskClient) -> None:
    row: datetime = Visit.get_by_id(VISIT).started_at
    assert row.hour == 3
    assert page(client).says("今天 11:20")
    assert Person.get_by_id(CHILD).birth_date < TODAY
