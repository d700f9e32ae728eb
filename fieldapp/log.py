"""Where the programs say what they do: lines on stderr, for whoever looks after a machine.

A line holds ids, counts and kinds of errors; never a name, an identity number, a telephone number or an answer.
"""

from __future__ import annotations

import logging
from datetime import datetime


class IsoFormatter(logging.Formatter):
    """`2026-11-24T16:03:11+08:00 INFO fieldapp.laptop.background sync finished`, in the machine's own time zone."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        """The moment of the record with its offset, to the second."""
        return datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="seconds")


# Chatty at INFO with one line per request or job; their warnings still count.
QUIET = ("waitress", "werkzeug", "apscheduler", "urllib3", "pyxform")


def set_up(level: int = logging.INFO) -> None:
    """Send everything of `level` and above to stderr; called once, by the program that starts."""
    handler = logging.StreamHandler()
    handler.setFormatter(IsoFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
