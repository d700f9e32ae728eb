"""The demonstration: made once, ready in seconds, ended by one key."""

from __future__ import annotations

import re
import signal
from pathlib import Path

import pytest
import requests

from fieldapp import demo
from fieldapp.domain.records import Household, live
from fieldapp.laptop.commands import opened
from fieldapp.registry.opening import open_database
from fieldapp.settings import LaptopSettings, RegistrySettings
from sync.store.database import using
from tests.support.server import Program, answers, free_port, running, wait_until


@pytest.fixture
def port() -> int:
    """The first of three ports in a row that nobody listens on."""
    firsts = iter(free_port, 0)
    return next(first for first in firsts if not any(answers(first + n) for n in range(1, 3)))


def is_ready(program: Program) -> bool:
    """Whether it has said where everything is; fails with what it said when it ended instead."""
    assert program.process.poll() is None, program.said
    return demo.PASSWORD in program.said


def play(folder: Path, port: int) -> str:
    """Start, look at the three first pages, end; what was said."""
    arguments = ("demo", "--data", str(folder), "--port", str(port))
    with running(*arguments, output=folder.with_suffix(".txt")) as program:
        wait_until(lambda: is_ready(program), seconds=60, what="the demo")
        for url in re.findall(r"http://\S+", program.said):
            assert requests.get(url, timeout=30).url.startswith(f"{url}login")
        program.process.send_signal(signal.SIGINT)
        assert program.exit_code() == 0
        return program.said


def test_the_demo_starts_three_programs_and_makes_its_town_only_once(tmp_path: Path, port: int) -> None:
    folder = tmp_path / "demo-data"
    first = play(folder, port)
    assert "第一次启动" in first
    for known in ("hejianhua", "zhaomingfang", "陈小莉", "罗建国", str(port), str(port + 1), str(port + 2)):
        assert known in first
    second = play(folder, port)
    assert "第一次启动" not in second
    made = folder / "demo"
    with using(open_database(RegistrySettings(data=made / "registry"))):
        homes = live(Household).count()
    assert homes > 50
    for name, _label, _player in demo.LAPTOPS:
        laptop = opened(LaptopSettings(data=made / name), None, demo.PASSWORD)
        with laptop.store.use():
            assert live(Household).count() == homes
            assert laptop.store.waiting() == 0


def test_a_start_that_was_interrupted_is_begun_anew(tmp_path: Path, port: int) -> None:
    half = tmp_path / "demo-in-the-making" / "registry"
    half.mkdir(parents=True)
    (half / "registry.db").write_bytes(b"half a database")
    demo.make(tmp_path / "demo", RegistrySettings(data=tmp_path, port=port))
    assert (tmp_path / "demo" / "laptop-a" / "keys.json").exists()
    assert not half.exists()
