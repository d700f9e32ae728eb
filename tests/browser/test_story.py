"""The story that everything stands on: two laptops, one child, one telephone number, and a network that comes and goes.

Real browsers, real servers on loopback, a cable between each laptop and the registry that the test pulls and puts back;
on SQLite and on PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from fieldapp.domain import areas, cards, seed
from fieldapp.domain.calendar import business_date
from fieldapp.domain.records import Household, Person, Submission, Task
from fieldapp.registry import accounts, create_app
from fieldapp.registry.accounts import NewAccount
from fieldapp.registry.current import EXTENSION
from fieldapp.registry.registry import Registry
from fieldapp.settings import RegistrySettings
from sync.merge import dump
from sync.store.base import Store
from sync.store.tables import OpenConflict, Record
from tests.browser.actors import Caseworker, Form, laptop_app, press
from tests.conftest import keep_pictures
from tests.support.browser import LAPTOP, launch
from tests.support.fake_camera import film_of_card, flags
from tests.support.proxy import CutProxy
from tests.support.server import free_port, serving

HEAD, CHILD = "周大明", "周雨桐"
BY_FORM, BY_HAND = "15400993311", "15400993322"
PASSWORD = "qi jiang qu 2025"
ADMINISTRATOR = NewAccount("hejianhua", "贺建华", PASSWORD, ["county"], ["wansheng"])
WORKERS = (
    NewAccount("chenxiaoli", "陈小莉", PASSWORD, ["caseworker"], [seed.TOWN]),
    NewAccount("luojianguo", "罗建国", PASSWORD, ["caseworker"], [seed.TOWN]),
)
HOMES = 6

Film = Callable[[Path], BrowserContext]


@dataclass
class Office:
    """The registry, and the county administrator at her screen."""

    registry: Registry
    url: str
    page: Page

    def log_in(self) -> None:
        self.page.goto(f"{self.url}/")
        self.page.fill("[name=login]", ADMINISTRATOR.login)
        self.page.fill("[name=password]", PASSWORD)
        press(self.page, "进入")
        expect(self.page.get_by_role("heading", level=1)).to_have_text("本月走访")

    def make_code(self, worker: str) -> str:
        """A code for somebody's laptop, read off the screen."""
        self.page.goto(f"{self.url}/laptops")
        press(self.page, "登记新电脑", "link")
        self.page.get_by_role("radio", name=worker).check()
        press(self.page, "出登记码")
        return self.page.locator("p.brand.num").inner_text()

    def open_home(self, head: str) -> Page:
        self.page.goto(f"{self.url}/homes")
        self.page.get_by_role("link", name=head, exact=True).first.click()
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(head)
        return self.page


@dataclass
class Stage:
    """Everything the story happens on."""

    office: Office
    chen: Caseworker
    luo: Caseworker
    folder: Path

    def stores(self) -> list[Store]:
        return [self.chen.laptop.store, self.luo.laptop.store, self.office.registry.store]


def settle_in(registry: Registry) -> None:
    """The people of the county, and a made-up town."""
    store = registry.store
    with store.use():
        with store.writing():
            administrator, *_ = [accounts.add(store.new_id(), new) for new in (ADMINISTRATOR, *WORKERS)]
        today = business_date(registry.now())
        villages = [village.code for village in areas.load().children(seed.TOWN)]
        for edits in seed.seed_town(7, today, store.new_id, worker=administrator.id, villages=villages, count=HOMES):
            store.commit(edits, author=administrator.id)


@pytest.fixture
def film(playwright: Playwright) -> Iterator[Film]:
    """Opens a browser whose camera films a picture; it stays open until the story has ended."""
    with ExitStack() as stack:

        def open_browser(picture: Path) -> BrowserContext:
            browser = stack.enter_context(launch(playwright, *flags(picture)))
            context = browser.new_context(viewport=LAPTOP, locale="zh-CN", permissions=["camera"])
            context.set_default_timeout(15_000)
            return context

        yield open_browser


@pytest.fixture
def stage(
    film: Film, browser: Browser, database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Stage]:
    settings = RegistrySettings(tmp_path / "registry", port=free_port(), database=database)
    settings.data.mkdir()
    app = create_app(settings)
    registry: Registry = app.extensions[EXTENSION]
    settle_in(registry)
    with ExitStack() as stack:
        office = stack.enter_context(serving(app, port=settings.port))

        def screen() -> Page:
            context = browser.new_context(viewport=LAPTOP, locale="zh-CN", timezone_id="Asia/Shanghai")
            context.set_default_timeout(15_000)
            stack.callback(context.close)
            return context.new_page()

        def worker(name: str) -> Caseworker:
            program = laptop_app(tmp_path / name)
            line = stack.enter_context(CutProxy(office.address))
            port = program.extensions["fieldapp.laptop"].settings.port
            served = stack.enter_context(serving(program, port=port))
            who = Caseworker(name, served.url, screen(), app=program, line=line)
            stack.callback(who.background.stop)
            return who

        stage = Stage(Office(registry, office.url, screen()), worker("陈小莉"), worker("罗建国"), tmp_path)
        yield stage
        keep_pictures(request, [who.page for who in (stage.office, stage.chen, stage.luo) if not who.page.is_closed()])


TASK = "强制报告：先打 110"


def card_of(printer: Caseworker, head: str, folder: Path) -> Path:
    """A film of the door card that somebody's laptop prints for a home."""
    store = printer.laptop.store
    with store.use():
        home = Household.get(Household.head_name == head)
        payload = cards.sign_card(
            home.id, business_date(printer.laptop.now()), printer.laptop.signing_key(), store.device
        )
    return film_of_card(folder / "card.y4m", payload)


def screen_child(page: Page) -> None:
    """Fill the form for the child: an alarm, another telephone number, and for the rest what was not collected."""
    page.get_by_role("button", name=CHILD).click()
    form = Form(page)
    for section in ("基本情况", "父母"):
        form.open_section(section)
        form.say_not_collected()
    form.open_section("照料人")
    form.choose("有没有受委托的照料人", "是")
    form.write("照料人联系电话", BY_FORM)
    form.say_not_collected()
    for section in ("儿童类别", "监护风险"):
        form.open_section(section)
        form.say_not_collected()
    form.open_section("强制报告事项")
    form.choose("有下面的情况就勾上", "照料人失能")
    expect(page.get_by_role("alert").filter(has_text="现在就要报告")).to_be_visible()
    expect(page.locator("#result")).to_contain_text("强制报告")
    form.open_section("意见和救助")
    form.say_not_collected()
    press(page, "完成")


def child_in(store: Store) -> Person:
    """The child's record as a store holds it."""
    found: Person = Person.get(Person.name == CHILD)
    return found


def see_what_merged(stage: Stage) -> None:
    """Only the telephone clashes: the level of one and the boarding of the other stand everywhere."""
    for store in stage.stores():
        with store.use():
            child = child_in(store)
            assert (child.risk_level, child.boarding) == ("red", "yes")
            assert [(each.record, each.field) for each in OpenConflict.select()] == [(child.id, "guardian_phone")]


def decide(page: Page) -> None:
    """Choose what was entered by hand, with a reason."""
    table = page.locator("table.versus")
    for words in (BY_FORM, BY_HAND, "陈小莉", "罗建国", "您改的", "入户走访", "这里没有记下"):
        expect(table).to_contain_text(words)
    table.get_by_role("radio", name=BY_HAND[-4:]).check()
    page.fill("[name=why]", "刚打通了，是奶奶本人接的")
    press(page, f"就用 {BY_HAND[-4:]}")
    expect(page.get_by_text("定好了，会同步给大家")).to_be_visible()


def agree(stage: Stage) -> None:
    """The three stores hold the same of every record; nothing waits, nothing was refused."""
    told = []
    for store in stage.stores():
        with store.use():
            child = child_in(store)
            assert not OpenConflict.select().exists()
            assert {task.title for task in Task.select().where(Task.person == child.id)} >= {"mandatory_report"}
            assert [row.result["level"] for row in Submission.select().where(Submission.person == child.id)] == ["red"]
            told.append({row.id: dump(store.state(row.id)) for row in Record.select()})
    assert told[0] == told[1] == told[2]
    for who in (stage.chen, stage.luo):
        with who.laptop.store.use():
            assert who.laptop.store.waiting() == 0
            assert not list(who.laptop.store.own("refused"))
    with stage.office.registry.store.use():
        assert not stage.office.registry.store.quarantined()


def test_two_laptops_one_child_and_a_person_who_decides(stage: Stage, film: Film) -> None:
    office, chen, luo = stage.office, stage.chen, stage.luo

    # The county lets two laptops in; each downloads the town.
    office.log_in()
    chen.enrol(office.make_code(chen.name), "万盛-017")
    luo.enrol(office.make_code(luo.name), "万盛-009")
    chen.sync(ends="都送到了")  # and hears whose cards to believe

    # Chen is cut off. She scans the card on the door, screens the child, and the level is red.
    chen.line.cut()
    chen.move_to(film(card_of(luo, HEAD, stage.folder)))
    page = chen.open("/scan")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"走访{HEAD}家", timeout=30_000)
    expect(page.get_by_text("扫码到达")).to_be_visible()
    screen_child(page)
    expect(page.get_by_text("因为勾选了强制报告")).to_be_visible()
    expect(page.locator("section", has_text="接下来要做的").last).to_contain_text("期限")
    expect(chen.open("/").locator("main")).to_contain_text(TASK)
    chen.sync(ends="现在没有网")

    # Luo, cut off too, amends the same child's carer by hand, and something else.
    luo.line.cut()
    luo.edit_person(HEAD, CHILD, guardian_phone=BY_HAND, boarding="yes")
    luo.sync(ends="现在没有网")

    # The network comes back, to one after the other.
    chen.line.restore()
    chen.sync(ends="都送到了")
    luo.line.restore()
    luo.sync(ends="都送到了")
    chen.sync(ends="都送到了")
    see_what_merged(stage)

    # Two values, side by side: who, when, from what occasion. Chen knows, and says why.
    for who in (chen, luo):
        who.open("/conflicts").locator("main a.row", has_text=CHILD).click()
        expect(who.page.get_by_role("heading", level=1)).to_have_text(f"{CHILD}的照料人电话，哪一个对？")
    decide(chen.page)
    chen.sync(ends="都送到了")
    luo.sync(ends="都送到了")
    for who in (chen, luo):
        assert who.phone_shown(HEAD, CHILD) == BY_HAND
        expect(who.open("/conflicts").locator("main")).to_contain_text("没有两个值的地方")
    home = office.open_home(HEAD)
    expect(home.locator("tr", has_text=CHILD)).to_contain_text(BY_HAND[-4:])
    expect(home.locator("tr", has_text=CHILD)).not_to_contain_text("有两个值")
    agree(stage)
