"""Serving an app with waitress: in the foreground for `run.py`, in a thread for the demo and the tests."""

from __future__ import annotations

import errno
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from wsgiref.types import WSGIApplication

from waitress import wasyncore
from waitress.server import create_server

from fieldapp.errors import N_, Invalid, PortInUse

# A request and its answer stay in memory: beyond its overflow waitress would write them, in the clear, to a file.
LARGEST_BODY = 32 * 1024 * 1024  # bytes; an attachment travels in smaller chunks

log = logging.getLogger(__name__)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes any free one. Raises PortInUse when somebody else listens there already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            raise PortInUse(
                N_("端口 %(port)s 已被占用，可能本程序已经开着。请先关掉那一个，或者换一个端口。"),
                port=port,
            ) from error
        raise Invalid(N_("不能在 %(host)s 上提供服务。请在设置里改 host。"), host=host) from error


class Server:
    """One app on one listening socket."""

    def __init__(self, app: WSGIApplication, listener: socket.socket, threads: int = 8) -> None:
        self.port = int(listener.getsockname()[1])
        self._open: dict[int, Any] = {}
        self._waitress: Any = create_server(
            app,
            map=self._open,
            sockets=[listener],
            threads=threads,
            ident="",
            max_request_body_size=LARGEST_BODY,
            inbuf_overflow=LARGEST_BODY,
            outbuf_overflow=LARGEST_BODY,
            clear_untrusted_proxy_headers=True,
        )

    def run(self) -> None:
        """Answer requests until `stop`, Ctrl-C or SystemExit; requests under way are finished."""
        try:
            self._waitress.run()
        finally:
            wasyncore.close_all(self._open, ignore_all=True)

    def stop(self) -> None:
        """Finish the requests under way, then close; called from another thread."""
        self._waitress.task_dispatcher.shutdown()
        self._waitress.trigger.pull_trigger(lambda: wasyncore.close_all(self._open, ignore_all=True))


@contextmanager
def serving(app: WSGIApplication, host: str = "127.0.0.1", port: int = 0, threads: int = 8) -> Iterator[Server]:
    """Serve in a thread as long as the block lasts. Raises PortInUse when the port is in use."""
    server = Server(app, listen(host, port), threads)
    thread = threading.Thread(target=server.run, name=f"serve-{server.port}", daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join(timeout=10)
