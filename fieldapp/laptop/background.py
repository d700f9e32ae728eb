"""Sync in the background: one run at a time even over two processes, spread in time, patient with a bad line.

APScheduler only tells the time; a run has a thread of its own that never keeps the program from ending: what a run has
adopted is on disk, and the next one goes on from there.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers import SchedulerNotRunningError
from apscheduler.schedulers.background import BackgroundScheduler
from filelock import FileLock, Timeout

from fieldapp.laptop.laptop import Laptop
from sync import exchange
from sync.errors import Offline
from sync.exchange import HttpTransport, Progress, Report, Stop, Transport

LOCK = "sync.lock"
SPREAD = 0.1  # of the interval, so that a county's laptops do not all come at once
FIRST_RETRY = 30.0  # seconds
NO_REGISTRY = ""  # where a laptop for practice was enrolled

log = logging.getLogger(__name__)


def delay(failures: int, interval: float, retry_after: float, chance: Callable[[], float]) -> float:
    """Seconds until the next run: the interval with some spread; after failures full jitter, its cap doubled each time.

    What the registry asks for with Retry-After comes on top, so that those it turned away do not return together.
    """
    if not failures:
        return interval * (1 - SPREAD + 2 * SPREAD * chance())
    return retry_after + min(interval, FIRST_RETRY * 2.0 ** (failures - 1)) * chance()


def registry_of(laptop: Laptop) -> str:
    """The registry's address: the one in the settings, else the one it was enrolled at. Within `store.use()`."""
    return laptop.settings.registry_url or str(laptop.store.node("registry"))


def exchange_once(
    laptop: Laptop,
    *,
    is_cut: Stop = lambda: False,
    progress: Progress = lambda report: None,
    stop: Stop = lambda: False,
) -> Report | None:
    """One exchange with the registry, now. None when another process is at it. Errors of sync stand in the report."""
    with laptop.store.use():
        registry = registry_of(laptop)
        if registry == NO_REGISTRY:
            return Report(result="no_registry")
        line = HttpTransport(registry, laptop.store.device, laptop.signing_key())
    try:
        with FileLock(laptop.settings.data / LOCK, timeout=0):
            return exchange.run(laptop.store, cuttable(line, is_cut), progress=progress, stop=stop)
    except Timeout:
        return None
    finally:
        line.session.close()


def cuttable(line: Transport, is_cut: Stop) -> Transport:
    """The line, with the demo's switch in it."""

    def carry(body: bytes) -> bytes:
        if is_cut():
            raise Offline("cut off by the switch")
        return line(body)

    return carry


class Background:
    """Runs when due or when woken. `report` is that of the run under way, `last` that of the one before."""

    def __init__(self, laptop: Laptop, chance: Callable[[], float] = random.random) -> None:
        self.laptop = laptop
        self.cut = False
        self.report: Report | None = None
        self.last: Report | None = None
        self._chance = chance
        self._failures = 0
        self._enough = threading.Event()
        self._ended = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._scheduler = BackgroundScheduler(timezone=UTC)

    @property
    def is_running(self) -> bool:
        """Whether a run is under way."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """From now on sync by itself, beginning at once: the key is there."""
        self._scheduler.start()
        self._plan(0)

    def wake(self) -> None:
        """Sync now."""
        if not self.is_running and self._scheduler.running:
            self._plan(0)

    def pause(self) -> None:
        """Stop the run under way after its page. The next one comes when it is due, and goes on from there."""
        self._enough.set()

    def stop(self) -> None:
        """End at once and for good."""
        self._ended.set()
        self._enough.set()
        with suppress(SchedulerNotRunningError):
            self._scheduler.shutdown(wait=False)
        if self._thread is not None:
            self._thread.join(timeout=1)

    def _plan(self, seconds: float) -> None:
        at = datetime.now(UTC) + timedelta(seconds=seconds)
        self._scheduler.add_job(
            self._begin, "date", run_date=at, id="sync", replace_existing=True, misfire_grace_time=None
        )  # fmt: skip

    def _begin(self) -> None:
        with self._starting:
            if not self.is_running and not self._ended.is_set():
                self._enough.clear()
                self._thread = threading.Thread(target=self._work, name="sync", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        self.report = Report()
        try:
            done = self._run()
        except Exception:  # the thread's end of the world: said in the log and on the sync page, and tried again
            log.exception("sync failed")
            done = Report(result="failed")
        finally:
            self.report = None
        if done is not None:
            log.info("sync %s: sent %s, refused %s, received %s", done.result, done.sent, done.refused, done.received)
            self.last = done
            self._failures = 0 if done.result == "done" else self._failures + 1
        if not self._ended.is_set():
            interval = self.laptop.settings.sync_minutes * 60.0
            self._plan(delay(self._failures, interval, done.retry_after if done else 0.0, self._chance))

    def _run(self) -> Report | None:
        return exchange_once(
            self.laptop, is_cut=lambda: self.cut, progress=self._follow, stop=self._enough.is_set
        )  # fmt: skip

    def _follow(self, report: Report) -> None:
        self.report = report
