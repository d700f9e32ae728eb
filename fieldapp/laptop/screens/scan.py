"""Screen: scan. Which door is this?"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Sequence
from datetime import date

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fieldapp.domain import cards, households, labels, visits
from fieldapp.domain.cards import Issuer
from fieldapp.domain.records import Household
from fieldapp.domain.visits import SCANNED, TYPED, Arrival
from fieldapp.errors import N_, DomainError, Invalid, NotFound
from fieldapp.laptop import current, reach
from fieldapp.laptop.scanning import decode
from fieldapp.laptop.screens.visits import open_visit
from fieldapp.web import allow
from fieldapp.web.i18n import say

bp = Blueprint("scan", __name__)


@bp.get("/scan")
@allow.user
def page() -> str:
    """The camera, and the place to type a short code."""
    return _page()


@bp.post("/scan")
@allow.user
def code() -> ResponseReturnValue:
    """A code from a handheld scanner or the keyboard: the whole code of a card, or the short one printed beside it."""
    typed = request.form.get("code", "").strip()
    scanned = cards.is_card(typed) or request.form.get("by") == "scanner"
    try:
        if scanned:
            return redirect(_visit(_card(typed), SCANNED), 303)
        homes = households.by_short_code(typed, reach.mine(Household))
    except DomainError as error:
        return _page(say(error), "" if scanned else typed), 422
    if len(homes) > 1:
        return _page("", typed, homes)
    return redirect(_visit(homes[0], TYPED), 303)


@bp.post("/scan/home/<household>")
@allow.user
def chosen(household: str) -> ResponseReturnValue:
    """One of several homes that a short code may mean."""
    return redirect(_visit(reach.household(household), TYPED), 303)


@bp.post("/scan/frame")
@allow.user
def frame() -> ResponseReturnValue:
    """A picture from the camera, decoded here and kept nowhere: {} when no code is in it."""
    found = decode(request.get_data(cache=False), thorough=False)
    if not found:
        return jsonify({})
    try:
        return jsonify(go=_visit(_card(_likeliest(found)), SCANNED))
    except DomainError as error:
        return jsonify(say=say(error))


@bp.post("/scan/photo")
@allow.user
def photo() -> ResponseReturnValue:
    """A photo taken before; it stays in memory."""
    taken = request.files.get("photo")
    try:
        if not taken:
            raise Invalid(N_("先选一张照片"))
        found = decode(taken.read(), thorough=True)
        if not found:
            raise Invalid(N_("照片里没有找到二维码。请拍近一点、拍正一点，或者输入卡上的短码"))
        return redirect(_visit(_card(_likeliest(found)), SCANNED), 303)
    except DomainError as error:
        return _page(say(error)), 422


def _likeliest(found: Sequence[str]) -> str:
    """A card, should another code hang beside it on the wall."""
    return next((text for text in found if cards.is_card(text)), found[0])


def _card(payload: str) -> Household:
    """The home that a genuine card names. Raises the sentences of `cards.read`, or NotFound for a home not here."""
    read = cards.read(payload, issuers())
    home: Household | None = Household.get_or_none(
        Household.id == read.household, Household.void.is_null(), reach.mine(Household)
    )
    if home is None:
        raise NotFound(N_("卡是真的，但这台电脑上没有这一户：可能不在您的片区，或者还没同步。请同步后再扫"))
    return home


def issuers() -> dict[str, Issuer]:
    """Whose cards this laptop believes: its own, and those of the devices that the registry has named."""
    named: dict[str, dict[str, str | None]] = current.store().node("issuers", {})
    return {
        device: Issuer(b64decode(str(known["public_key"])), _day(known.get("revoked_on")))
        for device, known in named.items()
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _visit(home: Household, arrival: Arrival) -> str:
    return url_for("visits.one", visit=open_visit(home.id, arrival))


def _page(wrong: str = "", typed: str = "", choices: Sequence[Household] = ()) -> str:
    today = visits.of_day(current.author(), current.today())
    homes = households.by_id(visit.household for visit in today)
    return render_template(
        "scan/page.html",
        wrong=wrong,
        typed=typed,
        choices=choices,
        frame_url=url_for("scan.frame"),
        today=[
            (visit, homes[visit.household], labels.value_words(visits.KIND, "outcome", visit.outcome))
            for visit in reversed(today)
            if visit.household in homes
        ],
    )
