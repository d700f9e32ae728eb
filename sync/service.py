"""The registry's end of the exchange, as a Flask blueprint. Who a device is and what it may do, the application says
(`Door`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from flask import Blueprint, Response, current_app, jsonify, request

from sync import signing
from sync.change import Change
from sync.clock import offset
from sync.errors import Forked, Malformed, NewerVersion, NotEnrolled, SyncError
from sync.store.pages import Cursor, Scope, read_page
from sync.store.registry import Reason, RegistryStore, read_group
from sync.wire import CONTENT_TYPE, PATH, Answer, Request, Verdict, pack, unpack_request

STATUS = {Malformed: 400, NotEnrolled: 401, Forked: 409, NewerVersion: 426}


class Door(Protocol):
    """What the application knows of devices and their users."""

    def public_key(self, device: str) -> bytes:
        """A device's raw Ed25519 public key; raises NotEnrolled for an unknown or revoked one."""

    def scope(self, device: str) -> Scope:
        """What the device may hold: the union of its users' scopes."""

    def judge(self, device: str, change: Change, area: str) -> Reason | None:
        """Why the change's author may not write this; None when she may."""

    def extras(self, device: str, known: Mapping[str, str]) -> dict[str, Any]:
        """{name: {version, value}} of what else the device should have (its users, issuers' keys) and has not."""

    def heard(self, device: str, now_ms: int) -> None:
        """The device has been in contact."""


def blueprint(store: RegistryStore, door: Door) -> Blueprint:
    """The endpoint of the exchange."""
    bp = Blueprint("sync", __name__)

    @bp.post(PATH)
    def exchange() -> Response:
        body = request.get_data(cache=False)
        header = request.headers.get("Authorization", "")
        with store.use():
            device = signing.device_of(header)
            signing.verify(door.public_key(device), header, body)
            answer = answer_to(store, door, device, unpack_request(body))
        return Response(pack(answer), content_type=CONTENT_TYPE)

    @bp.errorhandler(SyncError)
    def refuse(error: SyncError) -> tuple[Response, int]:
        current_app.logger.info("exchange refused: %s", error.code)
        return jsonify(error=error.code, params=error.params), STATUS.get(type(error), 503)

    return bp


def answer_to(store: RegistryStore, door: Door, device: str, message: Request) -> Answer:
    """Settle what the laptop sends, then read the next page for it."""
    now = store.now_ms()
    verdicts = _settle(store, door, device, message, now)
    scope = door.scope(device)
    sent = message.cursor if message.epoch == store.epoch else {}
    page = read_page(scope, Cursor.of(sent, scope), message.want, message.page)
    door.heard(device, now)
    return Answer(
        epoch=store.epoch, now=now, cursor={"read": page.cursor.read, "begun": page.cursor.begun},
        scope=list(scope.prefixes), verdicts=verdicts, entries=page.entries, rows=page.rows, gone=page.gone,
        more=page.more, left=page.left, extras=door.extras(device, message.known),
    )  # fmt: skip


def _settle(store: RegistryStore, door: Door, device: str, message: Request, now: int) -> list[Verdict]:
    if not message.groups:
        return []
    groups = [read_group(device, payloads) for payloads in message.groups]
    return store.push(device, groups, door.judge, offset(message.now, now))
