"""The README's pictures, taken of the demo in a real Chromium: python -m tests.support.screenshots docs/pictures

Everybody in them is made up (fieldapp.domain.seed).
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from fieldapp.demo import ADMINISTRATOR, LAPTOPS, PASSWORD
from tests.browser.actors import AtLaptop, Form, press
from tests.support.browser import LAPTOP, PHONE, launch
from tests.support.server import free_port, running

HEAD, CHILD = "周大明", "周雨桐"
COLOURS = 128  # enough for flat pages; keeps a picture below LARGEST
LARGEST = 120_000  # bytes


@dataclass(frozen=True)
class Album:
    """Where the pictures go."""

    folder: Path

    def take(self, page: Page, name: str) -> None:
        """A picture of what fits on the screen, with few colours."""
        page.mouse.move(0, 0)
        page.wait_for_load_state("networkidle")
        shot = Image.open(BytesIO(page.screenshot(animations="disabled", caret="hide")))
        path = self.folder / f"{name}.png"
        shot.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
        if (size := path.stat().st_size) > LARGEST:
            raise ValueError(f"{path} has {size} bytes")


@contextmanager
def demo(folder: Path) -> Iterator[tuple[str, ...]]:
    """The demo as its users start it; the addresses of the registry and the two laptops."""
    port = free_port()
    arguments = ("demo", "--data", str(folder / "data"), "--port", str(port))
    with running(*arguments, output=folder / "said.txt") as program:
        program.wait_for_port(port + len(LAPTOPS))
        yield tuple(f"http://127.0.0.1:{port + n}" for n in range(1 + len(LAPTOPS)))


def new_page(browser: Browser, size: ViewportSize = LAPTOP, scheme: Literal["light", "dark"] = "light") -> Page:
    """A browser of somebody in Chongqing."""
    context = browser.new_context(
        viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai", color_scheme=scheme, reduced_motion="reduce"
    )
    return context.new_page()


def take_all(browser: Browser, urls: tuple[str, ...], album: Album) -> None:
    """Every picture, in an order in which each finds what it shows."""
    registry, *laptops = urls
    people = [
        AtLaptop(player.name, url, new_page(browser), PASSWORD)
        for url, (_folder, _label, player) in zip(laptops, LAPTOPS, strict=True)
    ]
    for who in people:
        who.log_in()
    take_the_day(browser, people[0], album)
    take_the_form(people[0], album)
    take_the_conflict(people, album)
    take_the_registry(new_page(browser), registry, album)


def take_the_day(browser: Browser, who: AtLaptop, album: Album) -> None:
    """Today in the light, in the dark, on a phone and in English; a home."""
    album.take(who.open("/"), "today")
    album.take(who.open_home(HEAD), "household")
    for name, page in {"dark": new_page(browser, scheme="dark"), "phone": new_page(browser, PHONE)}.items():
        AtLaptop(who.name, who.url, page, who.passphrase).log_in()
        album.take(page, f"today-{name}")
    album.take(who.open("/?lang=en"), "today-english")
    who.open("/?lang=zh")


def take_the_form(who: AtLaptop, album: Album) -> None:
    """A visit, its form, and a level that explains itself."""
    page = who.open_home(HEAD)
    press(page, "不扫码走访", "link")
    page.fill("[name=arrival_reason]", "门牌卡被雨淋坏了")
    press(page, "开始走访")
    page.get_by_role("button", name=CHILD).click()
    form = Form(page)
    form.open_section("监护风险")
    for question in page.locator("#section fieldset.q").all()[:7]:
        form.storing(question.locator("label.opt:not(.nc)").nth(1).click)
    form.open_section("强制报告事项")
    form.choose("有下面的情况就勾上", "照料人失能")
    album.take(page, "form")


def take_the_conflict(people: list[AtLaptop], album: Album) -> None:
    """Two people without a network, one telephone number, and what sync makes of it."""
    for who in people:
        press(who.open("/sync"), "断网")
    for who, phone in zip(people, ("15400993311", "15400993322"), strict=True):
        who.edit_person(HEAD, CHILD, guardian_phone=phone)
    press(people[0].open("/sync"), "现在同步")
    expect(people[0].page.locator("#sync-body")).to_contain_text("现在没有网")
    album.take(people[0].page, "sync")
    for who in people:
        press(who.open("/sync"), "接上网")
        press(who.page, "现在同步")
        expect(who.page.locator("#sync-body")).to_contain_text("都送到了")
    press(people[0].open("/sync"), "现在同步")
    expect(people[0].page.locator("#sync-body")).to_contain_text("1 处有两个值")
    page = people[0].open("/conflicts")
    page.locator("main a.row", has_text=CHILD).click()
    page.locator("table.versus input[type=radio]").last.check()
    page.fill("[name=why]", "刚打通了，是奶奶本人接的")
    album.take(page, "conflict")


def take_the_registry(page: Page, url: str, album: Album) -> None:
    """What the county sees."""
    page.goto(f"{url}/login")
    page.fill("[name=login]", ADMINISTRATOR.login)
    page.fill("[name=password]", PASSWORD)
    press(page, "进入")
    expect(page.get_by_role("heading", level=1)).to_have_text("本月走访")
    album.take(page, "registry")
    page.goto(f"{url}/children")
    album.take(page, "registry-list")


def main(folder: Path) -> None:
    """Take them all anew."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as made,
        demo(Path(made)) as urls,
        sync_playwright() as playwright,
        launch(playwright) as browser,
    ):
        take_all(browser, urls, Album(folder))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
