"""Uploads stay in memory: Werkzeug would write anything over 500 kB to a temporary file, and a photo of a family's door
has no place on an unencrypted disk."""

from __future__ import annotations

from io import BytesIO
from typing import IO

from flask import Flask, Request

# The largest photo that is looked at (fieldapp.laptop.scanning), and what stands around it in a form.
MOST_BYTES = 24 * 1024 * 1024


class InMemory(Request):
    """A request whose files are parsed into memory. How large it may be is bounded by MAX_CONTENT_LENGTH."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return BytesIO()


def init_app(app: Flask) -> None:
    """Parse in memory, and refuse what is too large before it is read; an app may set its own limit."""
    app.request_class = InMemory
    if app.config["MAX_CONTENT_LENGTH"] is None:
        app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
