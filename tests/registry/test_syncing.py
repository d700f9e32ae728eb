"""Laptops sync with the served registry: signed, within their areas; what is settled here arrives there."""

from __future__ import annotations

from fieldapp.registry import accounts, enrolment
from tests.registry.office import FAR_VILLAGE, OTHER_VILLAGE, Office, submit
from tests.registry.stories import two_phones


def test_what_one_laptop_writes_arrives_at_another(office: Office) -> None:
    a, b = office.laptop("A"), office.laptop("B", "luojianguo")
    home = a.home()
    assert a.sync().sent == 1
    b.sync()
    assert b.values(home, "head_name") == ["周大明"]


def test_a_laptop_gets_nothing_of_another_town(office: Office) -> None:
    a, other = office.laptop("A"), office.laptop("B", "qingnian")
    home = a.home()
    a.sync()
    other.sync()
    assert other.values(home, "head_name") == []


def test_a_supervisor_of_a_zone_gets_all_its_towns(office: Office) -> None:
    a, whole = office.laptop("A"), office.laptop("Z", "hejianhua")
    home = a.home()
    a.sync()
    whole.sync()
    assert whole.values(home, "head_name") == ["周大明"]


def test_the_laptop_learns_its_people_and_whom_it_may_meet(office: Office) -> None:
    laptop = office.laptop("A")
    with laptop.store.use():
        users, people = laptop.store.node("users"), laptop.store.node("people")
        issuers = laptop.store.node("issuers")
    assert [user["login"] for user in users] == ["chenxiaoli"]
    assert office.staff["hejianhua"].id in people
    assert office.staff["qingnian"].id not in people
    assert issuers[laptop.device]["revoked_on"] is None


def test_a_request_signed_by_another_key_is_refused(office: Office) -> None:
    a, b = office.laptop("A"), office.laptop("B")
    a.key = b.key
    assert a.sync().result == "not_enrolled"


def test_a_revoked_laptop_is_let_in_no_longer_and_keeps_its_work(office: Office) -> None:
    laptop = office.laptop("A")
    laptop.home()
    with office.registry.store.use():
        enrolment.revoke(laptop.device, "丢了", office.clock.ms())
    assert laptop.sync().result == "not_enrolled"
    with laptop.store.use():
        assert laptop.store.waiting() == 1


def test_a_group_of_an_author_who_was_switched_off_comes_back(office: Office) -> None:
    laptop = office.laptop("A")
    with office.registry.store.use():
        accounts.switch(office.staff["chenxiaoli"].id, active=False)
    laptop.home()
    assert laptop.sync().refused == 1


def test_a_laptop_is_heard_of(office: Office) -> None:
    laptop = office.laptop("A")
    office.clock.pass_by(hours=2)
    laptop.sync()
    with office.registry.store.use():
        assert enrolment.device(laptop.device).last_heard_ms == office.clock.ms()


def test_what_was_refused_is_told_with_its_reason_until_it_is_mended(office: Office) -> None:
    laptop = office.laptop("A")
    home = laptop.home(village=OTHER_VILLAGE, head_name="吴正清")
    assert laptop.sync().refused == 1
    told = office.browser("hejianhua").get("/mend").text
    assert "吴正清" in told
    assert "这一户不在写的人的片区" in told
    assert "等写的人改" in told
    assert "吴正清" not in office.browser("zhaomingfang").get("/mend").text
    assert home


def test_a_conflict_settled_at_the_registry_arrives_at_both_laptops(office: Office) -> None:
    a, b, home = two_phones(office)
    browser = office.browser("zhaomingfang")
    assert "周大明" in browser.get("/mend").text
    page = browser.get(f"/conflicts/{home}/phone").text
    for words in ("15400992716"[-4:], "15400992176"[-4:], "万盛-017", "chenxiaoli 的名字"):
        assert words in page
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    pick = next(dot for dot in seen.split() if dot.startswith(a.device))
    answer = submit(browser, f"/conflicts/{home}/phone", pick=pick, seen=seen, why="刚打通了，是本人接的")
    assert answer.status_code == 303
    for laptop in (a, b):
        laptop.sync()
        assert laptop.values(home, "phone") == ["15400992716"]
    assert "周大明" not in browser.get("/mend").text


def test_a_conflict_elsewhere_can_neither_be_seen_nor_settled(office: Office) -> None:
    _a, _b, home = two_phones(office)
    browser = office.browser("qingnian")
    assert "周大明" not in browser.get("/mend").text
    assert browser.get(f"/conflicts/{home}/phone").status_code == 403
    assert submit(browser, f"/conflicts/{home}/phone", pick="x", seen="", why="y").status_code == 403


def test_the_city_sees_a_conflict_and_leaves_it_to_the_county(office: Office) -> None:
    _a, _b, home = two_phones(office)
    browser = office.browser("shiminzheng")
    assert browser.get(f"/conflicts/{home}/phone").status_code == 200
    assert submit(browser, f"/conflicts/{home}/phone", pick="x", seen="", why="y").status_code == 403


def test_a_decision_without_a_reason_says_what_is_missing(office: Office) -> None:
    a, _b, home = two_phones(office)
    browser = office.browser("zhaomingfang")
    answer = submit(browser, f"/conflicts/{home}/phone", pick="", seen="", why="")
    assert answer.status_code == 422
    assert "先选一个值" in answer.text
    assert a.values(home, "phone") == ["15400992716"]


def test_a_home_outside_of_the_laptops_area_is_refused_and_kept(office: Office) -> None:
    laptop = office.laptop("A")
    laptop.home(village=FAR_VILLAGE)
    assert laptop.sync().refused == 1
    with laptop.store.use():
        assert [row.reason["code"] for row in laptop.store.quarantined()] == ["not_your_area"]
