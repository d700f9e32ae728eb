"""A data folder is used by one program at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from fieldapp.errors import N_, SecondCopy

LOCK = "in-use.lock"


@contextmanager
def only_copy(data: Path) -> Iterator[None]:
    """Hold the folder while the block lasts. The system lets go of it even when the program is killed."""
    lock = FileLock(data / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise SecondCopy(
            N_("文件夹 %(folder)s 已经有一个程序在用。请回到那个窗口，或者先关掉它；数据都没有动。"), folder=data
        ) from error
    try:
        yield
    finally:
        lock.release()
