"""The road between a laptop and the registry, which a test can cut and mend, and whose bytes it can count."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType
from typing import Self


class CutProxy:
    """A TCP relay on loopback in front of `target`. While it is cut, open connections drop and new ones are refused."""

    def __init__(self, target: tuple[str, int]) -> None:
        self.target = target
        self.sent = 0  # bytes from the laptop to the registry
        self.received = 0  # bytes from the registry to the laptop
        self.connections = 0
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._listener: socket.socket | None = None
        self.port = 0
        self.restore()

    @property
    def url(self) -> str:
        """Where the laptop finds the registry."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def is_cut(self) -> bool:
        """Whether nothing passes now."""
        return self._listener is None

    def cut(self) -> None:
        """Drop every connection in the middle of whatever it says, and refuse new ones."""
        with self._lock:
            listener, self._listener = self._listener, None
            dropped, self._open = self._open, set()
        for each in (listener, *dropped):
            if each is not None:
                _hang_up(each)

    def restore(self) -> None:
        """Let connections through again, on the same port."""
        if self.is_cut:
            self._listener = socket.create_server(("127.0.0.1", self.port))
            self.port = self._listener.getsockname()[1]
            threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def reset_counts(self) -> None:
        """Count from zero again."""
        with self._lock:
            self.sent = self.received = self.connections = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.cut()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):  # the listener was closed: the road is cut
            while True:
                self._relay(listener.accept()[0])

    def _relay(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection(self.target, timeout=10)
        except OSError:  # the registry is down: the laptop sees its connection drop
            near.close()
            return
        far.settimeout(None)
        with self._lock:
            self.connections += 1
            self._open |= {near, far}
        threading.Thread(target=self._pump, args=(near, far, "sent"), daemon=True).start()
        threading.Thread(target=self._pump, args=(far, near, "received"), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, counter: str) -> None:
        with contextlib.suppress(OSError):  # either side has gone
            while block := source.recv(65536):
                with self._lock:
                    setattr(self, counter, getattr(self, counter) + len(block))
                sink.sendall(block)
        with self._lock:
            self._open -= {source, sink}
        _hang_up(source)
        _hang_up(sink)


def _hang_up(each: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it had never been connected, or is gone already
        each.shutdown(socket.SHUT_RDWR)
    each.close()
