"""POST /enrol/v1: a laptop becomes known by a code. For laptops, not for people."""

from __future__ import annotations

import logging
from ipaddress import ip_address
from typing import Any

from flask import Blueprint, Response, jsonify, request
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from fieldapp.errors import N_, Clash, DomainError, Invalid, NotFound
from fieldapp.registry import attempts, enrolment
from fieldapp.registry.attempts import Wait
from fieldapp.registry.current import now_ms, registry, store
from fieldapp.registry.door import card_of
from fieldapp.registry.enrolment import Applicant, CodeExpired, CodeUsed
from fieldapp.web.i18n import say

bp = Blueprint("enrolling", __name__)
log = logging.getLogger(__name__)

# What went wrong, for the laptop: the most particular first. It words it in its own user's language.
REFUSALS: dict[type[DomainError], tuple[str, int]] = {
    CodeUsed: ("used", 409),
    CodeExpired: ("expired", 410),
    NotFound: ("unknown", 404),
    Clash: ("clash", 409),
    Invalid: ("invalid", 422),
    Wait: ("wait", 429),
}
GUESSES = (NotFound, CodeUsed, CodeExpired)


class ApplicationSchema(Schema):
    """What a laptop sends."""

    class Meta:
        unknown = EXCLUDE

    code = fields.String(required=True, validate=validate.Length(1, 40))
    device = fields.String(required=True, validate=validate.Length(1, 16))
    public_key = fields.String(required=True, validate=validate.Length(1, 100))
    label = fields.String(load_default="", validate=validate.Length(max=80))


@bp.post("/enrol/v1")
def enrol() -> tuple[Response, int]:
    """Let the laptop in and say who works on it, or say why not."""
    key, now = f"enrol {_address()}", now_ms()
    try:
        attempts.check(key, now)
        wish = _application()
        with store().writing():
            device, user = enrolment.enrol(wish.pop("code"), Applicant(**wish), now)
    except DomainError as error:
        if isinstance(error, GUESSES):
            attempts.failed(key, now)
        return _refusal(error)
    attempts.forget(key)
    log.info("device %s enrolled for %s", device.id, user.id)
    people = [card_of(each) for each in enrolment.users_of(device.id)]
    body = {"device": device.id, "label": device.label, "county": device.county, "user": user.id, "users": people}
    return jsonify({**body, "recovery_key": registry().recovery_key()}), 200


def _application() -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = ApplicationSchema().load(request.get_json(force=True, silent=True) or {})
    except ValidationError as error:
        raise Invalid(N_("这台电脑送来的登记内容不完整，请更新程序再试")) from error
    return loaded


def _refusal(error: DomainError) -> tuple[Response, int]:
    code, status = next(REFUSALS[kind] for kind in type(error).__mro__ if kind in REFUSALS)
    log.info("enrolment refused: %s", code)
    answer = jsonify(error=code, text=say(error))
    if isinstance(error, Wait):
        answer.headers["Retry-After"] = str(error.seconds)
    return answer, status


def _address() -> str:
    """Whose tries are counted: the caller, or whoever a proxy on this very machine names last."""
    caller = request.remote_addr or ""
    named = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return named[:60] if named and _is_loopback(caller) else caller


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
