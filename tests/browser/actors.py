"""The people of the story at their screens: what each of them does, said once. A page object for every person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from playwright.sync_api import BrowserContext, Locator, Page, expect

from fieldapp.laptop import create_app
from fieldapp.laptop.background import Background
from fieldapp.laptop.current import BACKGROUND, EXTENSION
from fieldapp.laptop.laptop import Laptop
from fieldapp.settings import LaptopSettings
from tests.support.laptop import CHEAP
from tests.support.proxy import CutProxy
from tests.support.server import free_port, wait_until

PASSPHRASE = "nan tong zhen 7"


def laptop_app(folder: Path) -> Flask:
    """The program of a laptop that nobody has enrolled yet; it syncs by itself seldom enough not to help a test."""
    folder.mkdir()
    return create_app(LaptopSettings(folder, port=free_port(), sync_minutes=60), cost=CHEAP)


@dataclass
class AtLaptop:
    """Somebody who works at a laptop, and the page in front of her."""

    name: str
    url: str
    page: Page
    passphrase: str = PASSPHRASE

    def open(self, path: str) -> Page:
        """Go to a page of her laptop."""
        self.page.goto(self.url + path)
        return self.page

    def log_in(self) -> None:
        """With her passphrase, in a browser that does not know her yet."""
        page = self.open("/login")
        page.get_by_role("radio", name=self.name).check()
        page.fill("[name=passphrase]", self.passphrase)
        press(page, "进入")
        expect(page.get_by_role("heading", name="今天先去哪几家")).to_be_visible()

    def open_home(self, asked: str) -> Page:
        """Find a home by the search field."""
        page = self.open("/homes")
        page.locator("main input[name=q]").fill(asked)
        page.locator("#homes a.row", has_text=asked).first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(asked)
        return page

    def open_person(self, asked: str, name: str) -> Page:
        """Find a home, and in it a person."""
        page = self.open_home(asked)
        page.locator("main a.row", has_text=name).first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
        return page

    def edit_person(self, asked: str, name: str, **values: str) -> None:
        """Amend a person's record, and look at the result."""
        press(self.open_person(asked, name), "修改", "link")
        for field, value in values.items():
            control = self.page.locator(f"[name={field}]")
            if control.evaluate("each => each.tagName") == "SELECT":
                control.select_option(value)
            else:
                control.fill(value)
        press(self.page, "存下")
        expect(self.page.get_by_role("heading", level=1)).to_have_text(name)

    def phone_shown(self, asked: str, name: str) -> str:
        """The carer's telephone, whole, as the page for amending shows it."""
        press(self.open_person(asked, name), "修改", "link")
        return self.page.input_value("[name=guardian_phone]")


@dataclass(kw_only=True)
class Caseworker(AtLaptop):
    """Somebody at a laptop whose program runs in this process, and whose way to the registry can be cut."""

    app: Flask
    line: CutProxy

    @property
    def laptop(self) -> Laptop:
        """Her laptop."""
        found: Laptop = self.app.extensions[EXTENSION]
        return found

    @property
    def background(self) -> Background:
        """Its sync."""
        found: Background = self.app.extensions[BACKGROUND]
        return found

    def enrol(self, code: str, label: str) -> None:
        """Make the laptop known by a code, and wait until the town has been downloaded."""
        page = self.open("/")
        for name, value in {"code": code, "registry": self.line.url, "label": label}.items():
            page.fill(f"[name={name}]", value)
        page.fill("[name=passphrase]", self.passphrase)
        page.fill("[name=again]", self.passphrase)
        press(page, "登记")
        expect(page.locator("#sync-body")).to_contain_text("都送到了")

    def move_to(self, context: BrowserContext) -> None:
        """Go on in another browser on the same laptop."""
        self.page.close()
        self.page = context.new_page()
        self.log_in()

    def sync(self, ends: str) -> None:
        """Press Sync now, and wait until the page says how it ended."""
        before = self.background.last
        press(self.open("/sync"), "现在同步")
        wait_until(lambda: self.background.last is not before and not self.background.is_running, what="a run of sync")
        expect(self.open("/sync").locator("#sync-body")).to_contain_text(ends)


class Form:
    """The form in front of somebody."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open_section(self, name: str) -> None:
        """Choose a section in the list beside the form."""
        self.page.locator("#jump > ol > li > a", has_text=name).click()
        expect(self.page.locator("#section > h2")).to_contain_text(name)

    def question(self, label: str) -> Locator:
        """A question by how it begins."""
        return self.page.locator("#section .q", has=self.page.locator("label, legend", has_text=label)).first

    def choose(self, question: str, answer: str) -> None:
        """Tick a choice, and wait until it has been stored."""
        option = self.question(question).locator("label.opt", has_text=answer).first
        self.storing(option.click)

    def write(self, question: str, answer: str) -> None:
        """Type over what stands there, and leave the field."""
        control = self.question(question).locator("input.field, textarea")
        control.fill(answer)
        self.storing(control.blur)

    def say_not_collected(self) -> None:
        """Whatever is still unanswered in this section was not collected."""
        todo = self.page.locator("#section .q[data-todo]:not([hidden])")
        while left := todo.count():
            self.storing(todo.first.locator("label.opt.nc").click)
            expect(todo).not_to_have_count(left)

    def storing(self, act: Callable[[], None]) -> None:
        with self.page.expect_response(lambda answer: "/answer" in answer.url and "typing" not in answer.url):
            act()


def press(page: Page, name: str, role: str = "button") -> None:
    """Press what is called so."""
    page.get_by_role(role, name=name, exact=True).first.click()  # type: ignore[arg-type]
