"""The program is killed in the middle of a form; what was answered is there when it starts again."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import requests

from fieldapp.domain.calendar import business_date
from fieldapp.laptop.laptop import Laptop
from fieldapp.settings import LaptopSettings
from tests.support.family import CHILD, FORM, settle_in
from tests.support.laptop import CHEAP, PASSPHRASE, WORKER, Chance, identity
from tests.support.server import Program, running

ANSWERS = {"base/ethnicity": "土家族", "risk/a_home": "__nc__", "opinions/child_words": "想妈妈"}
SECTIONS = ("base", "risk", "opinions")


class Browser:
    """Plain HTTP with a cookie jar."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()
        self.token = self.token_of("/login")
        self.post("/login", user=WORKER.id, passphrase=PASSPHRASE)
        self.token = self.token_of("/")

    def token_of(self, path: str) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(path))
        assert found, path
        return found[1]

    def post(self, path: str, **data: str) -> requests.Response:
        answer = self.session.post(self.url + path, data={"csrf_token": self.token, **data}, timeout=30)
        assert answer.status_code == 200, answer.text
        return answer

    def get(self, path: str) -> str:
        return self.session.get(self.url + path, timeout=30).text


def test_an_answer_survives_a_power_cut_right_after_its_response(tmp_path: Path, free_port: int) -> None:
    data = tmp_path / "data"
    data.mkdir()
    laptop = Laptop(LaptopSettings(data=data), entropy=Chance("killed"), cost=CHEAP)
    laptop.begin(identity(), WORKER, PASSPHRASE)
    with laptop.store.use():
        settle_in(laptop, business_date(laptop.now()))
    url = f"http://127.0.0.1:{free_port}"

    def after(work: Callable[[Program], str], name: str) -> str:
        with running("app", "--data", str(data), "--port", str(free_port), output=tmp_path / name) as program:
            program.wait_for_port(free_port)
            return work(program)

    def fill(program: Program) -> str:
        browser = Browser(url)
        draft = browser.post(f"/people/{CHILD}/forms/{FORM}").url.split("/forms/")[1].split("?")[0]
        for path, value in (
            ("base/ethnicity", "土家族"),
            ("risk/a_home", "__nc__"),
            ("opinions/child_words", "想妈妈"),
        ):
            browser.post(f"/forms/{draft}/answer?path=/data/{path}", **{f"/data/{path}": value})
        program.kill()
        return draft

    draft = after(fill, "first")
    pages = after(lambda _: "".join(Browser(url).get(f"/forms/{draft}?section={s}") for s in SECTIONS), "second")
    assert 'value="土家族"' in pages
    assert re.search(r'name="/data/risk/a_home" value="__nc__" checked', pages)
    assert "想妈妈</textarea>" in pages
