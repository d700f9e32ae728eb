"""Nothing opens without a log-in, and no page without the role it asks for."""

from __future__ import annotations

from flask import Flask

from fieldapp.web.access import rule_of
from tests.registry.office import Office, submit

PUBLIC = {"web.asset", "web.language", "web.size", "door.login", "door.enter", "door.first", "door.begin",
          "door.find_areas"}  # fmt: skip
MACHINES = {"sync.exchange", "enrolling.enrol"}

# page: who may open it
LISTS = ("chenxiaoli", "zhaomingfang", "hejianhua", "shiminzheng")
PAGES = {
    "/": (*LISTS, "shenji"),
    "/children": LISTS,
    "/homes": LISTS,
    "/visits": LISTS,
    "/submissions": LISTS,
    "/mend": LISTS,
    "/laptops": ("zhaomingfang", "hejianhua"),
    "/laptops/new": ("zhaomingfang", "hejianhua"),
    "/staff": ("hejianhua",),
    "/staff/new": ("hejianhua",),
    "/staff/areas": ("hejianhua",),
}
EVERYBODY = (*LISTS, "shenji")


def addresses(app: Flask) -> list[tuple[str, str, str]]:
    """(endpoint, method, an address) of everything the app answers."""
    with app.test_request_context():
        site = app.url_map.bind("localhost")
        return [
            (rule.endpoint, method, site.build(rule.endpoint, dict.fromkeys(rule.arguments, "x")))
            for rule in app.url_map.iter_rules()
            for method in sorted((rule.methods or set()) & {"GET", "POST"})
        ]  # fmt: skip


def test_whatever_is_not_public_sends_strangers_to_the_login(office: Office) -> None:
    browser = office.browser()
    tried = 0
    for endpoint, method, address in addresses(office.app):
        if endpoint in PUBLIC | MACHINES:
            continue
        answer = browser.get(address) if method == "GET" else submit(browser, address)
        assert answer.status_code == 303, (endpoint, answer.status_code)
        assert answer.headers["Location"].startswith("/login"), endpoint
        tried += 1
    assert tried > 20


def test_every_view_declares_who_may_open_it(office: Office) -> None:
    with office.app.test_request_context():
        assert [endpoint for endpoint in office.app.view_functions if rule_of(endpoint) is None] == []


def test_machines_prove_themselves(office: Office) -> None:
    browser = office.browser("hejianhua")
    assert browser.post("/sync/v1/exchange", data=b"").status_code == 401
    assert browser.post("/enrol/v1", json={}).status_code == 422


def test_a_page_opens_for_the_roles_it_is_for_and_for_no_other(office: Office) -> None:
    browsers = {login: office.browser(login) for login in EVERYBODY}
    opened = {
        path: tuple(login for login, browser in browsers.items() if browser.get(path).status_code == 200)
        for path in PAGES
    }
    assert opened == PAGES


def test_the_rail_leads_only_where_one_may_go(office: Office) -> None:
    assert "/staff" in office.browser("hejianhua").get("/").text
    worker = office.browser("chenxiaoli").get("/").text
    assert "/homes" in worker
    assert "/staff" not in worker
    assert "/laptops" not in worker


def test_a_refusal_says_what_to_do(office: Office) -> None:
    answer = office.browser("chenxiaoli").get("/staff")
    assert answer.status_code == 403
    assert "您的岗位不能看这一页" in answer.text
