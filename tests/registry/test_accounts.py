"""Logging in, the first account, and who may give an account or a laptop to whom."""

from __future__ import annotations

import logging
import re

import pytest

from fieldapp.registry import accounts
from fieldapp.registry.attempts import FREE_FAILURES
from tests.registry.office import OTHER_TOWN, PASSWORD, TOWN, ZONE, Laptop, Office, submit

FIRST = {"name": "贺建华", "login": "hejianhua", "password": PASSWORD, "areas": ZONE}
NEW = {"name": "冯大勇", "login": "fengdayong", "password": PASSWORD, "roles": "caseworker", "areas": TOWN}


# -- the first account -------------------------------------------------------------------------------------------------


def test_a_registry_without_accounts_asks_for_the_first_one(empty: Office) -> None:
    browser = empty.browser()
    answer = browser.get("/", follow_redirects=True)
    assert answer.request.path == "/first"
    assert "谁来管这个登记中心？" in answer.text


def test_the_code_in_the_log_makes_the_first_account_and_no_second(
    empty: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    type(empty.registry)(empty.registry.settings, now=empty.clock.now)  # one more worker starts, and prints the same
    code = re.findall(r"code ([0-9A-Z-]{14})", caplog.text)[-1]
    browser = empty.browser()
    assert submit(browser, "/first", code=code.lower(), **FIRST).status_code == 303
    assert "总览" in browser.get("/").text
    again = submit(empty.browser(), "/first", code=code, **{**FIRST, "login": "other"})
    assert again.status_code == 409


def test_another_code_makes_no_account(empty: Office) -> None:
    answer = submit(empty.browser(), "/first", code="AAAA-AAAA-AAAA", **FIRST)
    assert answer.status_code == 422
    assert "这个码不对" in answer.text
    with empty.registry.store.use():
        assert not accounts.anybody()


def test_areas_are_found_by_name_before_anybody_has_logged_in(empty: Office) -> None:
    found = empty.browser().get("/first/areas?area=万盛").text
    assert 'value="wansheng"' in found
    assert "万盛经开区" in found


# -- logging in --------------------------------------------------------------------------------------------------------


def test_an_unknown_login_and_a_wrong_password_get_the_same_answer(office: Office) -> None:
    wrong = submit(office.browser(), "/login", login="chenxiaoli", password="wrong password")
    unknown = submit(office.browser(), "/login", login="nobody", password="wrong password")
    assert (wrong.status_code, unknown.status_code) == (422, 422)

    def said(text: str) -> str:
        return re.sub(r'value="[^"]*"|content="[^"]*"|hx-headers="[^"]*"', "", text)

    assert said(wrong.text) == said(unknown.text)


@pytest.mark.parametrize("login", ["chenxiaoli", "nobody"])
def test_guessing_a_password_is_slowed_down_whether_the_login_exists_or_not(office: Office, login: str) -> None:
    for _ in range(FREE_FAILURES):
        submit(office.browser(), "/login", login=login, password="wrong password")
    assert "请过 1 秒再试" in submit(office.browser(), "/login", login=login, password=PASSWORD).text


def test_after_the_wait_the_right_password_opens(office: Office) -> None:
    for _ in range(FREE_FAILURES):
        submit(office.browser(), "/login", login="chenxiaoli", password="wrong password")
    office.clock.pass_by(seconds=2)
    office.browser("chenxiaoli")


def test_an_idle_screen_locks(office: Office) -> None:
    browser = office.browser("hejianhua")
    office.clock.pass_by(minutes=office.registry.settings.idle_lock_minutes + 1)
    answer = browser.get("/homes")
    assert answer.status_code == 303
    assert 'value="hejianhua"' in browser.get(answer.headers["Location"]).text


# -- giving accounts ---------------------------------------------------------------------------------------------------


def test_a_county_makes_an_account_within_its_areas(office: Office) -> None:
    answer = submit(office.browser("hejianhua"), "/staff/new", **NEW)
    assert answer.status_code == 303
    assert submit(office.browser(), "/login", login="FengDayong", password=PASSWORD).status_code == 303


@pytest.mark.parametrize("area", ["50", "500110", "500110108"])
def test_nobody_gives_away_areas_that_are_not_hers(office: Office, area: str) -> None:
    answer = submit(office.browser("hejianhua"), "/staff/new", **{**NEW, "areas": area})
    assert answer.status_code == 422
    assert "只能选您自己片区里的地方" in answer.text


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("login", "two words", "登录名用字母和数字"),
        ("name", " ", "请填姓名"),
        ("password", "short", "口令至少 8 个字符"),
        ("roles", "king", "请选岗位"),
        ("areas", "nowhere", "请从列表里选片区"),
        ("areas", "5001", "请从列表里选片区"),
    ],
)
def test_what_is_wrong_with_a_new_account_stands_at_its_field(
    office: Office, field: str, value: str, sentence: str
) -> None:
    answer = submit(office.browser("hejianhua"), "/staff/new", **{**NEW, field: value})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert field == "name" or "冯大勇" in answer.text


def test_a_login_is_taken_only_once(office: Office) -> None:
    answer = submit(office.browser("hejianhua"), "/staff/new", **{**NEW, "login": "ChenXiaoLi"})
    assert answer.status_code == 409
    assert "已经有人用了" in answer.text


def test_a_switched_off_account_is_out_at_once_and_can_come_back(office: Office) -> None:
    chen, county = office.browser("chenxiaoli"), office.browser("hejianhua")
    assert chen.get("/homes").status_code == 200
    address = f"/staff/{office.staff['chenxiaoli'].id}/switch"
    assert submit(county, address).status_code == 303
    assert chen.get("/homes").status_code == 303
    assert submit(office.browser(), "/login", login="chenxiaoli", password=PASSWORD).status_code == 422
    submit(county, address)
    office.browser("chenxiaoli")


def test_nobody_switches_herself_off(office: Office) -> None:
    answer = submit(office.browser("hejianhua"), f"/staff/{office.staff['hejianhua'].id}/switch")
    assert answer.status_code == 403


def test_a_forgotten_password_is_replaced(office: Office) -> None:
    address = f"/staff/{office.staff['chenxiaoli'].id}/password"
    county = office.browser("hejianhua")
    assert submit(county, address, password="short").status_code == 422
    assert submit(county, address, password="another-one-9").status_code == 303
    assert submit(office.browser(), "/login", login="chenxiaoli", password=PASSWORD).status_code == 422
    assert submit(office.browser(), "/login", login="chenxiaoli", password="another-one-9").status_code == 303


# -- laptops -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "whom", "status"),
    [
        ("hejianhua", "chenxiaoli", 200),
        ("hejianhua", "qingnian", 200),
        ("zhaomingfang", "chenxiaoli", 200),
        ("zhaomingfang", "qingnian", 403),  # another town
        ("zhaomingfang", "hejianhua", 403),  # further rights: a laptop writes in its person's name
        ("hejianhua", "shiminzheng", 403),
        ("chenxiaoli", "luojianguo", 403),
    ],
)
def test_a_code_is_given_within_ones_own_area_and_rights(office: Office, by: str, whom: str, status: int) -> None:
    browser = office.browser(by)
    answer = submit(browser, "/laptops/new", account=office.staff[whom].id)
    assert answer.status_code == status
    assert (re.search(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b", answer.text) is not None) == (status == 200)


def test_the_code_on_the_screen_lets_a_laptop_in(office: Office) -> None:
    page = submit(office.browser("zhaomingfang"), "/laptops/new", account=office.staff["chenxiaoli"].id).text
    code = re.search(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b", page)
    assert code
    assert "<svg" in page
    assert Laptop(office, "A", office.staff["chenxiaoli"].id).enrol(code[0]).status_code == 200


def test_a_laptop_is_revoked_with_a_reason(office: Office) -> None:
    laptop, browser = office.laptop("A"), office.browser("zhaomingfang")
    address = f"/laptops/{laptop.device}/revoke"
    assert submit(browser, address, why=" ").status_code == 422
    assert submit(browser, address, why="在车上丢了").status_code == 303
    assert "在车上丢了" in browser.get(f"/laptops/{laptop.device}").text
    assert laptop.sync().result == "not_enrolled"


def test_a_laptop_of_another_area_is_nobodys_business(office: Office) -> None:
    laptop = office.laptop("B", "qingnian")
    browser = office.browser("zhaomingfang")
    assert laptop.device not in browser.get("/laptops").text
    assert browser.get(f"/laptops/{laptop.device}").status_code == 403
    assert submit(browser, f"/laptops/{laptop.device}/revoke", why="x").status_code == 403


def test_a_person_of_another_area_is_nobodys_business(office: Office) -> None:
    browser, city = office.browser("hejianhua"), office.staff["shiminzheng"]
    assert city.name not in browser.get("/staff").text
    assert browser.get(f"/staff/{city.id}").status_code == 403


def test_a_zone_is_kept_as_granted_and_works_as_its_towns(office: Office) -> None:
    with office.registry.store.use():
        row = accounts.row(office.staff["hejianhua"].id)
        assert row.areas == [ZONE]
        assert {TOWN, OTHER_TOWN} <= set(accounts.user_of(row).areas)
