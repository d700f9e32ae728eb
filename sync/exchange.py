"""The laptop's end of the exchange: send and read until nothing is left, keep the history, never lose anything on
the way."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.errors import Busy, Forked, Malformed, NewerVersion, NotEnrolled, Offline, SyncError
from sync.signing import sign
from sync.store.laptop import Adopted, LaptopStore
from sync.store.tables import SyncRun
from sync.wire import CONTENT_TYPE, PAGE_BYTES, PATH, Request, pack, unpack_answer

# A village line may take its time to send a page, but a server that does not even answer is no server.
TIMEOUT = (10, 90)  # connect, read; seconds

# Pages per run: a run that never ends would hide behind "syncing".
MOST_PAGES = 10_000

BY_STATUS: dict[int, type[SyncError]] = {
    400: Malformed,
    401: NotEnrolled,
    403: NotEnrolled,
    409: Forked,
    426: NewerVersion,
}


class Transport(Protocol):
    """Carries one message to the registry and its answer back."""

    def __call__(self, body: bytes) -> bytes:
        """The answer's bytes; raises a SyncError."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did. `result`: done, offline, busy, … (a SyncError's code)."""

    sent: int = 0
    refused: int = 0
    received: int = 0
    left: int = 0
    requests: int = 0
    bytes_up: int = 0
    bytes_down: int = 0
    seconds: float = 0.0
    result: str = "done"
    retry_after: float = 0.0

    def with_page(self, adopted: Adopted, up: int, down: int) -> Report:
        """The report after one more request."""
        return replace(
            self, sent=self.sent + adopted.accepted, refused=self.refused + adopted.refused,
            received=self.received + adopted.received, left=adopted.left, requests=self.requests + 1,
            bytes_up=self.bytes_up + up, bytes_down=self.bytes_down + down,
        )  # fmt: skip


Progress = Callable[[Report], None]
Stop = Callable[[], bool]


class HttpTransport:
    """The exchange over HTTP, each request signed with the device's key."""

    def __init__(self, url: str, device: str, key: Ed25519PrivateKey) -> None:
        self.url = url.rstrip("/") + PATH
        self.device = device
        self.key = key
        self.session = requests.Session()

    def __call__(self, body: bytes) -> bytes:
        headers = {"Authorization": sign(self.key, self.device, body), "Content-Type": CONTENT_TYPE}
        try:
            answer = self.session.post(self.url, data=body, headers=headers, timeout=TIMEOUT)
        except requests.RequestException as error:
            raise Offline(type(error).__name__) from error
        if answer.status_code == 200:
            return answer.content
        raise _error(answer)


def _error(answer: requests.Response) -> SyncError:
    kind = BY_STATUS.get(answer.status_code)
    if kind is not None:
        return kind(f"the registry answered {answer.status_code}")
    return Busy(f"the registry answered {answer.status_code}", _seconds(answer.headers.get("Retry-After", "")))


def _seconds(retry_after: str) -> float:
    return float(retry_after) if retry_after.isdigit() else 60.0


def run(
    store: LaptopStore, transport: Transport, *, progress: Progress = lambda report: None, stop: Stop = lambda: False
) -> Report:
    """Sync once. Every page is adopted in its own transaction: stopped or cut off anywhere, the next run goes on
    from there."""
    started, begun = store.now_ms(), time.monotonic()
    report = Report()
    try:
        for _ in range(MOST_PAGES):
            with store.use():
                request = store.request(PAGE_BYTES)
            body = pack(request)
            answer = transport(body)
            with store.use():
                adopted = store.adopt(unpack_answer(answer))
                again = adopted.more or _goes_on(store, request, adopted)
            report = report.with_page(adopted, len(body), len(answer))
            progress(report)
            if not again or stop():
                break
    except SyncError as error:
        retry = error.retry_after if isinstance(error, Busy) else 0.0
        report = replace(report, result=error.code, retry_after=retry)
    report = replace(report, seconds=time.monotonic() - begun)
    _remember(store, started, report)
    return report


def _goes_on(store: LaptopStore, request: Request, adopted: Adopted) -> bool:
    """Whether another request would bring anything: one that was not answered is not put again in this run."""
    answered = not request.groups or adopted.accepted + adopted.refused > 0
    want = store.node("want", [])
    asks_anew = bool(want) and (not request.want or want[: len(request.want)] != request.want)
    return asks_anew or (answered and bool(store.waiting()))


def _remember(store: LaptopStore, started: int, report: Report) -> None:
    with store.use(), store.writing():
        SyncRun.insert(
            started_ms=started, seconds=report.seconds, sent=report.sent, received=report.received,
            refused=report.refused, bytes_up=report.bytes_up, bytes_down=report.bytes_down,
            requests=report.requests, result=report.result,
        ).execute()  # fmt: skip
