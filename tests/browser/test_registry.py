"""Every page of the registry can be used by everybody, in both languages, and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from fieldapp.registry import create_app
from fieldapp.settings import RegistrySettings
from tests.registry.office import OTHER_VILLAGE, PASSWORD, Clock, Office
from tests.registry.stories import two_phones, two_towns
from tests.support.browser import assert_accessible
from tests.support.laptop import Chance
from tests.support.server import serving

PAGES = ("/", "/children", "/children?due=late&risk=red", "/homes", "/visits", "/submissions", "/mend", "/laptops",
         "/laptops/new", "/staff", "/staff/new", "/homes/nowhere")  # fmt: skip


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A registry without anybody."""
    folder = tmp_path_factory.mktemp("registry")
    clock = Clock()
    return Office(create_app(RegistrySettings(data=folder), now=clock.now, entropy=Chance("registry")), clock, folder)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A registry with two towns, two values for one telephone, and something refused."""
    folder: Path = tmp_path_factory.mktemp("registry")
    clock = Clock()
    app = create_app(RegistrySettings(data=folder), now=clock.now, entropy=Chance("registry"))
    office = Office(app, clock, folder)
    office.employ()
    with serving(app) as served:
        office.url = served.url
        two_towns(office)
        laptop, _other, _home = two_phones(office)
        laptop.home(OTHER_VILLAGE, head_name="吴正清")
        assert laptop.sync().refused == 1
        yield office


@pytest.fixture
def county(page: Page, office: Office) -> Page:
    """The county's administrator has logged in."""
    page.goto(f"{office.url}/login")
    page.fill("#login", "hejianhua")
    page.fill("#password", PASSWORD)
    page.click(".go")
    expect(page.locator("h1")).to_have_text("本月走访")
    return page


SPOKEN = [*((path, "zh") for path in PAGES), *((path, "en") for path in ("/", "/children", "/staff/new"))]


@pytest.mark.parametrize(("path", "language"), SPOKEN)
def test_axe_finds_nothing_wrong(county: Page, office: Office, path: str, language: str) -> None:
    county.goto(f"{office.url}{path}{'&' if '?' in path else '?'}lang={language}")
    assert_accessible(county)


@pytest.mark.parametrize(
    ("path", "link"),
    [
        ("/homes", "tbody a"),
        ("/submissions", "tbody a"),
        ("/laptops", "tbody a"),
        ("/staff", "tbody a"),
        ("/mend", "a.row"),
    ],
)
def test_axe_finds_nothing_wrong_behind_a_line_of_a_list(county: Page, office: Office, path: str, link: str) -> None:
    county.goto(office.url + path)
    county.click(f"{link} >> nth=0")
    county.wait_for_url(lambda url: url != office.url + path)
    assert_accessible(county)


def test_the_login_can_be_used_by_everybody(page: Page, office: Office) -> None:
    page.goto(f"{office.url}/login")
    assert_accessible(page)
    page.fill("#login", "nobody")
    page.fill("#password", "wrong password")
    page.click(".go")
    expect(page.locator(".err")).to_contain_text("登录名或口令不对")
    assert_accessible(page)


def test_the_first_account_is_made_by_searching_for_ones_zone(page: Page, empty: Office) -> None:
    with serving(empty.app) as served:
        page.goto(served.url)
        assert_accessible(page)
        page.fill("#i-code", empty.registry.first_code())
        page.fill("#i-name", "贺建华")
        page.fill("#i-login", "hejianhua")
        page.fill("#i-password", PASSWORD)
        page.type("#i-area", "万盛经开区")
        page.get_by_text("万盛经开区", exact=True).click()
        page.click(".go")
        expect(page.locator(".toast")).to_contain_text("账号开好了")
        expect(page.locator(".empty")).to_contain_text("还没有要走访的人")


def test_a_code_for_a_laptop_is_shown_once_with_its_qr(county: Page, office: Office) -> None:
    county.goto(f"{office.url}/laptops")
    county.get_by_role("link", name="登记新电脑").click()
    county.get_by_text("chenxiaoli 的名字").click()
    county.get_by_role("button", name="出登记码").click()
    expect(county.get_by_role("img", name="登记码")).to_be_visible()
    assert_accessible(county)


def test_filters_are_a_plain_address_and_chips_take_themselves_away(county: Page, office: Office) -> None:
    county.goto(f"{office.url}/children")
    county.select_option("select[name=risk]", "red")
    county.get_by_role("button", name="筛选").click()
    expect(county.locator("tbody tr")).to_have_count(1)
    assert "risk=red" in county.url
    county.locator(".chip").click()
    expect(county.locator("tbody tr")).to_have_count(2)
