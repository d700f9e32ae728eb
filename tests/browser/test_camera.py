"""The camera of the scan page in a real Chromium, whose fake camera films a real door card."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import Event, Lock, Thread

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask, Response, jsonify, redirect, render_template_string, request, send_from_directory
from flask.typing import ResponseReturnValue
from playwright.sync_api import Page, Playwright, expect
from werkzeug.serving import make_server

from fieldapp.domain import cards
from fieldapp.errors import DomainError
from fieldapp.laptop import scanning
from tests.support.browser import launch
from tests.support.fake_camera import film_of_card, flags

ROOT = Path(__file__).parents[2]
HOUSEHOLD, ISSUER = "QS74K2J3HJ1VAQWG", "F13NSK8SHP"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ISSUERS = {ISSUER: cards.Issuer(KEY.public_key().public_bytes_raw())}
GENUINE = cards.sign_card(HOUSEHOLD, date(2025, 11, 18), KEY, ISSUER)
FORGED = cards.sign_card(HOUSEHOLD, date(2025, 11, 18), Ed25519PrivateKey.from_private_bytes(bytes(32)), ISSUER)
TOKEN = "token of this session"

PAGE = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>扫码</title>
<meta name="csrf-token" content="{{ token }}"><script src="/static/js/camera.js" defer></script></head>
<body>{% with frame_url = "/scan/frame" %}{% include "scan/_camera.html" %}{% endwith %}
<button type="button" data-camera-switch hidden>换一个摄像头</button></body></html>"""


@dataclass
class Door:
    """A laptop app with nothing but a scan page, and what its frames endpoint has seen."""

    url: str = ""
    frames: int = 0
    at_once: int = 0
    most_at_once: int = 0
    opens: bool = True
    answer: Callable[[bytes], ResponseReturnValue] = field(default=lambda frame: find_card(frame))
    lock: Lock = field(default_factory=Lock)
    seen: Event = field(default_factory=Event)

    def page(self) -> ResponseReturnValue:
        """The first time always; afterwards a locked laptop sends on to its login."""
        if self.seen.is_set() and not self.opens:
            return redirect("/login")
        return render_template_string(PAGE, token=TOKEN)

    def receive(self) -> ResponseReturnValue:
        assert request.headers["X-CSRF-Token"] == TOKEN
        assert request.mimetype == "image/jpeg"
        with self.lock:
            self.frames += 1
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            return self.answer(request.get_data())
        finally:
            with self.lock:
                self.at_once -= 1
            self.seen.set()


def find_card(frame: bytes) -> Response:
    """What the scan page's view does: decode, prove, and say where to go."""
    for text in scanning.decode(frame, thorough=False):
        return jsonify(go=f"/visit/{cards.read(text, ISSUERS).household}")
    return jsonify({})


def explain(error: DomainError) -> ResponseReturnValue:
    assert request.accept_mimetypes.best == "application/json"
    return jsonify(error={"text": error.text}), 422


def app_of(door: Door) -> Flask:
    app = Flask(__name__, static_folder=None, template_folder=str(ROOT / "fieldapp/laptop/templates"))
    app.jinja_env.globals["_"] = lambda text, **values: text % values if values else text
    app.register_error_handler(DomainError, explain)
    app.add_url_rule("/scan", view_func=door.page, endpoint="scan")
    app.add_url_rule("/scan/frame", view_func=door.receive, methods=["POST"], endpoint="frame")
    app.add_url_rule("/visit/<id>", view_func=lambda id: f"<title>走访</title>{id}", endpoint="visit")
    app.add_url_rule("/login", view_func=lambda: "<title>登录</title>", endpoint="login")
    app.add_url_rule(
        "/static/<path:name>", view_func=lambda name: send_from_directory(ROOT / "static", name), endpoint="s"
    )
    app.after_request(_strict)
    return app


def _strict(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = "default-src 'self'"
    response.headers["Permissions-Policy"] = "camera=(self)"
    return response


@pytest.fixture
def door() -> Iterator[Door]:
    door = Door()
    server = make_server("127.0.0.1", 0, app_of(door), threaded=True)
    door.url = f"http://127.0.0.1:{server.port}"
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield door
    server.shutdown()
    thread.join()


@contextmanager
def chromium(playwright: Playwright, *more: str, allowed: bool = True) -> Iterator[Page]:
    """A page of a Chromium of its own: the film of its camera is a flag of the program."""
    with launch(playwright, *more) as browser:
        context = browser.new_context(permissions=["camera"] if allowed else [])
        context.set_default_timeout(20_000)
        yield context.new_page()


def says(page: Page, words: str) -> None:
    expect(page.locator("[data-camera-says]")).to_contain_text(words, timeout=20_000)


def until(page: Page, condition: str) -> None:
    """Wait for a JavaScript condition; the page's own policy forbids `wait_for_function`, which needs eval."""
    for _ in range(200):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"never true: {condition}")


def test_a_real_card_before_the_camera_opens_its_household(playwright: Playwright, door: Door, tmp_path: Path) -> None:
    with chromium(playwright, *flags(film_of_card(tmp_path / "card.y4m", GENUINE))) as page:
        page.goto(f"{door.url}/scan")
        page.wait_for_url(f"**/visit/{HOUSEHOLD}")
        assert HOUSEHOLD in page.content()
    assert door.most_at_once == 1


def test_a_forged_card_is_explained_and_the_camera_goes_on(playwright: Playwright, door: Door, tmp_path: Path) -> None:
    with chromium(playwright, *flags(film_of_card(tmp_path / "card.y4m", FORGED))) as page:
        page.goto(f"{door.url}/scan")
        says(page, "签名对不上")
        before = door.frames
        page.wait_for_timeout(1500)
        assert door.frames > before
        assert page.url == f"{door.url}/scan"


def test_a_slow_server_gets_one_frame_at_a_time(playwright: Playwright, door: Door, tmp_path: Path) -> None:
    pause = Event()

    def slowly(frame: bytes) -> Response:
        pause.wait(0.8)
        return jsonify({})

    door.answer = slowly
    with chromium(playwright, *flags(film_of_card(tmp_path / "card.y4m", GENUINE))) as page:
        page.goto(f"{door.url}/scan")
        says(page, "正在找卡")
        page.wait_for_timeout(3000)
    assert door.frames >= 2
    assert door.most_at_once == 1


def test_frames_stop_while_the_page_is_hidden_and_the_camera_is_off(
    playwright: Playwright, door: Door, tmp_path: Path
) -> None:
    door.answer = lambda frame: jsonify({})
    with chromium(playwright, *flags(film_of_card(tmp_path / "card.y4m", GENUINE))) as page:
        page.goto(f"{door.url}/scan")
        until(page, "document.querySelector('video').srcObject?.active")
        assert door.seen.wait(20)
        hide(page, True)
        assert page.evaluate("document.querySelector('video').srcObject") is None
        page.wait_for_timeout(600)  # a frame that was under way
        before = door.frames
        page.wait_for_timeout(1200)
        assert door.frames == before
        hide(page, False)
        until(page, "document.querySelector('video').srcObject?.active")


def hide(page: Page, hidden: bool) -> None:
    """A headless browser never hides a page; this says so to the page as a browser with windows would."""
    page.evaluate(
        """hidden => {
            Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});
            document.dispatchEvent(new Event('visibilitychange'));
        }""",
        hidden,
    )


def test_a_camera_that_is_not_allowed_is_explained(playwright: Playwright, door: Door, tmp_path: Path) -> None:
    film = film_of_card(tmp_path / "card.y4m", GENUINE)
    with chromium(playwright, *flags(film), allowed=False) as page:
        page.goto(f"{door.url}/scan")
        says(page, "允许摄像头")
    assert door.frames == 0


def test_a_laptop_without_a_camera_is_told_what_else_to_do(playwright: Playwright, door: Door) -> None:
    with chromium(playwright, "--use-fake-device-for-media-stream=device-count=0") as page:
        page.goto(f"{door.url}/scan")
        says(page, "没有找到摄像头")


def test_a_camera_in_use_elsewhere_is_explained(playwright: Playwright, door: Door) -> None:
    busy = "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('taken', 'NotReadableError'); }"
    with chromium(playwright) as page:
        page.add_init_script(busy)
        page.goto(f"{door.url}/scan")
        says(page, "正被别的程序用着")


def test_the_other_camera_is_one_press_away(playwright: Playwright, door: Door) -> None:
    door.answer = lambda frame: jsonify({})
    current = "document.querySelector('video').srcObject?.getTracks()[0].getSettings().deviceId"
    with chromium(playwright, "--use-fake-device-for-media-stream=device-count=2") as page:
        page.goto(f"{door.url}/scan")
        switch = page.get_by_role("button", name="换一个摄像头")
        expect(switch).to_be_visible(timeout=20_000)
        first = page.evaluate(current)
        switch.click()
        until(page, f"{current} && {current} !== '{first}'")
        switch.click()
        until(page, f"{current} === '{first}'")


def test_a_single_camera_offers_no_other(playwright: Playwright, door: Door, tmp_path: Path) -> None:
    door.answer = lambda frame: jsonify({})
    with chromium(playwright, *flags(film_of_card(tmp_path / "card.y4m", GENUINE))) as page:
        page.goto(f"{door.url}/scan")
        assert door.seen.wait(20)
        expect(page.locator("[data-camera-switch]")).to_be_hidden()


def test_a_program_that_does_not_answer_is_said_and_forgotten(
    playwright: Playwright, door: Door, tmp_path: Path
) -> None:
    door.answer = lambda frame: ("broken", 500)
    with chromium(playwright, *flags(film_of_card(tmp_path / "card.y4m", GENUINE))) as page:
        page.goto(f"{door.url}/scan")
        says(page, "没有应答")
        door.answer = lambda frame: jsonify({})
        says(page, "正在找卡")


@pytest.mark.parametrize("locked", [lambda frame: redirect("/login", 303), lambda frame: ({"error": {}}, 401)])
def test_a_locked_screen_leads_away_from_the_camera(
    playwright: Playwright, door: Door, tmp_path: Path, locked: Callable[[bytes], ResponseReturnValue]
) -> None:
    door.answer = locked
    door.opens = False
    with chromium(playwright, *flags(film_of_card(tmp_path / "card.y4m", GENUINE))) as page:
        page.goto(f"{door.url}/scan")
        assert door.seen.wait(20)
        page.wait_for_url("**/login")
