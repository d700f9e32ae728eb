"""Running an app over real HTTP: in a thread of the test, or as a program of its own that can be killed."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from wsgiref.types import WSGIApplication

from fieldapp.serve import serving as serving_app

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0  # seconds; a busy machine starts a program in 5


def free_port() -> int:
    """A loopback port that nobody listens on at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def wait_until(is_so: Callable[[], bool], seconds: float = PATIENCE, what: str = "it") -> None:
    """Wait for something to become true; fails the test when it does not in time."""
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds:g} seconds for {what}")
        time.sleep(0.02)


def answers(port: int) -> bool:
    """Whether somebody listens on a loopback port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


@dataclass(frozen=True)
class Served:
    """An app that answers on loopback."""

    port: int

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def address(self) -> tuple[str, int]:
        """Host and port, for a CutProxy in front of it."""
        return ("127.0.0.1", self.port)


@contextmanager
def serving(app: WSGIApplication, port: int = 0, threads: int = 8) -> Iterator[Served]:
    """Serve a WSGI app with waitress in a thread of this process, as long as the block lasts."""
    with serving_app(app, port=port, threads=threads) as server:
        yield Served(server.port)


class Program:
    """`run.py` as a process of its own: what it wrote, its exit code, and ways to end it politely or not."""

    def __init__(self, arguments: Sequence[str], environ: Mapping[str, str], output: Path) -> None:
        self.output = output
        self._file: IO[bytes] = output.open("wb")
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "run.py"), *arguments],
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **environ},
            stdin=subprocess.DEVNULL,
            stdout=self._file,
            stderr=subprocess.STDOUT,
        )

    @property
    def said(self) -> str:
        """Everything that it has written so far."""
        return self.output.read_text(encoding="utf-8", errors="replace")

    def wait_for_port(self, port: int) -> None:
        """Wait until it listens; fails with what it wrote when it ends instead."""

        def listens_or_ended() -> bool:
            return answers(port) or self.process.poll() is not None

        wait_until(listens_or_ended, what=f"port {port}")
        if self.process.poll() is not None:
            raise AssertionError(f"the program ended with {self.process.returncode}:\n{self.said}")

    def exit_code(self) -> int:
        """Wait until it ends by itself."""
        return self.process.wait(timeout=PATIENCE)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait(timeout=PATIENCE)

    def stop(self) -> None:
        """End it as a person at the keyboard would."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                self.kill()
        self._file.close()


@contextmanager
def running(*arguments: str, output: Path, environ: Mapping[str, str] | None = None) -> Iterator[Program]:
    """`python run.py ARGUMENTS` as a process of its own; stopped at the end of the block when still running."""
    program = Program(arguments, environ or {}, output)
    try:
        yield program
    finally:
        program.stop()
