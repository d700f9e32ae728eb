"""Log lines: one form, on stderr, without the chatter of libraries."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

import pytest

from fieldapp import log


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    before = (root.level, list(root.handlers), {name: logging.getLogger(name).level for name in log.QUIET})
    yield
    root.setLevel(before[0])
    root.handlers[:] = before[1]
    for name, level in before[2].items():
        logging.getLogger(name).setLevel(level)


def test_a_line_says_when_how_grave_who_and_what(capsys: pytest.CaptureFixture[str]) -> None:
    log.set_up()
    logging.getLogger("fieldapp.laptop").warning("sync failed, attempt %d", 3)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d WARNING fieldapp\.laptop sync failed, attempt 3\n", shown.err
    )


def test_libraries_are_heard_only_when_something_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    log.set_up()
    logging.getLogger("apscheduler.executors").info("job ran")
    logging.getLogger("waitress").warning("task queue is deep")
    assert [line.split(" ", 2)[2] for line in capsys.readouterr().err.splitlines()] == ["waitress task queue is deep"]
