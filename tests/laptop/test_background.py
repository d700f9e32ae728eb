"""Sync by itself: when, how often, one at a time, and what a person sees of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain.records import Household
from fieldapp.errors import Clash, NotFound, RegistryUnreachable, Unavailable, WrongPassphrase
from fieldapp.laptop import background
from fieldapp.laptop.background import Background, delay, exchange_once
from fieldapp.laptop.commands import sync_once
from fieldapp.laptop.laptop import Laptop
from fieldapp.settings import LaptopSettings
from sync.edit import Edit
from tests.support.laptop import PASSPHRASE, TOWN, WORKER
from tests.support.server import Served, wait_until
from tests.support.small_registry import SmallRegistry

HOME, THEIRS = "Q7K0000000000001", "Q7K0000000000002"


def register(laptop: Laptop, record: str = HOME) -> None:
    laptop.store.commit([Edit("household", record, {"head_name": "周大明"}, f"{TOWN}001")], author=WORKER.id)


@pytest.fixture
def work(connected: Laptop) -> Iterator[Background]:
    work = Background(connected, chance=lambda: 0.5)
    yield work
    work.stop()


@given(chance=st.floats(0, 1, exclude_max=True))
def test_after_a_success_the_next_run_comes_about_an_interval_later(chance: float) -> None:
    assert 809 < delay(0, 900, 0, lambda: chance) < 991


@given(failures=st.integers(1, 500), asked=st.floats(0, 3600), chance=st.floats(0, 1, exclude_max=True))
def test_after_failures_it_waits_what_was_asked_and_never_longer_than_an_interval_more(
    failures: int, asked: float, chance: float
) -> None:
    assert asked <= delay(failures, 900, asked, lambda: chance) <= asked + min(900, 30 * 2.0 ** (failures - 1))


def test_a_run_brings_both_sides_together(connected: Laptop, registry: SmallRegistry) -> None:
    register(connected)
    with registry.store.use():
        edit = Edit("household", THEIRS, {"head_name": "吴志豪"}, f"{TOWN}002")
        registry.store.commit([edit], author="U9")
    report = exchange_once(connected)
    assert report is not None
    assert (report.result, report.sent, report.refused) == ("done", 1, 0)
    assert Household.get_by_id(THEIRS).head_name == "吴志豪"
    with registry.store.use():
        assert Household.get_by_id(HOME).head_name == "周大明"


def test_it_begins_as_soon_as_the_data_is_open_and_goes_on_when_woken(
    work: Background, connected: Laptop, registry: SmallRegistry
) -> None:
    work.start()
    wait_until(lambda: work.last is not None, what="the first run")
    register(connected)
    work.wake()
    wait_until(lambda: connected.store.waiting() == 0, what="the second run")
    with registry.store.use():
        assert Household.get_by_id(HOME).head_name == "周大明"


def test_a_pulled_plug_loses_nothing_and_is_told_as_no_network(
    work: Background, connected: Laptop, registry: SmallRegistry
) -> None:
    work.cut = True
    register(connected)
    work.start()
    wait_until(lambda: work.last is not None and work.last.result == "offline", what="the failed run")
    assert connected.store.waiting() == 1
    work.cut = False
    work.wake()
    wait_until(lambda: connected.store.waiting() == 0, what="the line to be used again")


def test_retry_after_is_honoured(work: Background, registry: SmallRegistry, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []
    planned = Background._plan

    def plan(self: Background, seconds: float) -> None:
        asked.append(seconds)
        planned(self, seconds)

    monkeypatch.setattr(Background, "_plan", plan)
    registry.busy = 120
    work.start()
    wait_until(lambda: len(asked) == 2, what="the next run to be planned")
    assert asked == [0, 120 + 0.5 * background.FIRST_RETRY]


def test_only_one_run_at_a_time_even_over_two_processes(connected: Laptop) -> None:
    with FileLock(connected.settings.data / background.LOCK):
        done: list[object] = []
        other = threading.Thread(target=lambda: done.append(exchange_once(connected)))
        other.start()
        other.join()
    assert done == [None]
    assert connected.store.history() == []


def test_a_failure_of_the_program_is_told_and_tried_again(
    work: Background, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(*args: object, **kwargs: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("sync.exchange.run", breaks)
    work.start()
    wait_until(lambda: work.last is not None, what="the broken run")
    assert work.last is not None
    assert work.last.result == "failed"
    assert "sync failed" in caplog.text
    monkeypatch.undo()
    work.wake()
    wait_until(lambda: work.last is not None and work.last.result == "done", what="the next run")


def test_stopping_does_not_wait_for_a_slow_registry(connected: Laptop, monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()

    def never_answers(line: object, body: bytes) -> bytes:
        release.wait(20)
        raise AssertionError("nobody waits for this")

    monkeypatch.setattr("sync.exchange.HttpTransport.__call__", never_answers)
    work = Background(connected)
    work.start()
    wait_until(lambda: work.is_running, what="the run to hang")
    before = time.monotonic()
    work.stop()
    assert time.monotonic() - before < 3
    release.set()


# -- run.py sync -----------------------------------------------------------------------------------------------------


def test_the_command_syncs_beside_a_running_app(
    connected: Laptop, registry: SmallRegistry, settings: LaptopSettings
) -> None:
    register(connected)
    assert sync_once(settings, None, PASSPHRASE) == "同步完成：送出 1 条，收到 1 条，被退回 0 条。"
    assert sync_once(settings, WORKER.name, PASSPHRASE).startswith("同步完成")


def test_the_command_refuses_a_wrong_passphrase_a_stranger_and_an_empty_folder(
    connected: Laptop, settings: LaptopSettings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with pytest.raises(WrongPassphrase):
        sync_once(settings, None, "wrong-wrong")
    with pytest.raises(NotFound, match="没有"):
        sync_once(settings, "somebody", PASSPHRASE)
    with pytest.raises(NotFound, match="没有登记过"):
        sync_once(LaptopSettings(data=tmp_path_factory.mktemp("empty")), None, PASSPHRASE)


def test_the_command_says_when_the_registry_is_out_of_reach_or_knows_the_laptop_no_longer(
    connected: Laptop, registry: SmallRegistry, settings: LaptopSettings, free_port: int, served: Served
) -> None:
    away = LaptopSettings(data=settings.data, registry_url=f"http://127.0.0.1:{free_port}")
    with pytest.raises(RegistryUnreachable):
        sync_once(away, None, PASSPHRASE)
    registry.keys.clear()
    with pytest.raises(Unavailable, match="不认这台电脑"):
        sync_once(settings, None, PASSPHRASE)


def test_the_command_does_not_sync_beside_a_run_of_the_app(connected: Laptop, settings: LaptopSettings) -> None:
    with FileLock(settings.data / background.LOCK), pytest.raises(Clash, match="正在同步"):
        sync_once(settings, None, PASSPHRASE)
