"""Screen: laptops. Which has not been heard of?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from fieldapp.domain.areas import load
from fieldapp.domain.card_sheet import qr_svg
from fieldapp.domain.roles import User
from fieldapp.errors import N_, Invalid, NotAllowed
from fieldapp.registry import accounts, enrolment
from fieldapp.registry.current import allow_to, now, now_ms, registry, store, user
from fieldapp.registry.tables import Account, Device, DeviceUser
from fieldapp.web.errors import of_domain
from fieldapp.web.i18n import gettext as _

bp = Blueprint("laptops", __name__)

SILENT_AFTER = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Line:
    """One laptop in the list."""

    device: Device
    people: tuple[User, ...]
    heard: datetime | None
    silent: bool


@bp.get("/laptops")
@allow_to("devices")
def page() -> str:
    """All laptops of people who work in one's areas; the one that has been silent longest comes first."""
    return render_template("laptops.html", lines=lines(user()), now=now())


@bp.get("/laptops/new")
@allow_to("devices")
def new() -> str:
    """Whose laptop is it?"""
    return _choose()


@bp.post("/laptops/new")
@allow_to("devices")
def make() -> ResponseReturnValue:
    """The code, shown once."""
    try:
        account = accounts.row(_chosen(request.form.get("account", "")))
    except Invalid as error:
        return _choose(error), 422
    code = enrolment.make_code(account, user(), now_ms(), store().entropy)
    until = now() + timedelta(milliseconds=enrolment.VALID_MS)
    return render_template(
        "code.html", account=account, code=code, qr=Markup(qr_svg(code, _("登记码 %(code)s", code=code))),  # noqa: S704
        address=registry().settings.public_url or request.host_url.rstrip("/"), until=until, now=now(),
    )  # fmt: skip


@bp.get("/laptops/<device>")
@allow_to("devices")
def one(device: str) -> str:
    """One laptop: who works on it, when it was heard of, and how to let it in no longer."""
    return _one(_mine(device))


@bp.post("/laptops/<device>/revoke")
@allow_to("devices")
def revoke(device: str) -> ResponseReturnValue:
    """Lost, broken, given away: it is let in no longer."""
    line = _mine(device)
    try:
        enrolment.revoke(device, request.form.get("why", ""), now_ms())
    except Invalid as error:
        return _one(line, error), 422
    flash(_("%(label)s 已停用。它不能再同步；已经送到的都在。", label=line.device.label))
    return redirect(url_for("laptops.page"), 303)


def lines(viewer: User) -> list[Line]:
    """The laptops that somebody looks after, the longest silent first, those out of use last."""
    people = accounts.names()
    users: dict[str, list[User]] = {}
    for row in DeviceUser.select():
        users.setdefault(row.device, []).append(people[row.account])
    found = [_line(device, tuple(users.get(device.id, ()))) for device in Device.select()]
    mine = [line for line in found if _is_mine(line, viewer)]
    return sorted(mine, key=lambda line: (line.device.revoked_ms is not None, line.device.last_heard_ms))


def _line(device: Device, people: tuple[User, ...]) -> Line:
    heard = datetime.fromtimestamp(device.last_heard_ms / 1000, UTC) if device.last_heard_ms else None
    silent = device.revoked_ms is None and (heard is None or now() - heard > SILENT_AFTER)
    return Line(device, people, heard, silent)


def _is_mine(line: Line, viewer: User) -> bool:
    """A laptop lies where its people work: it is somebody's who works in all of these areas."""
    return all(load().within(area, viewer.areas) for person in line.people for area in person.areas)


def _mine(device_id: str) -> Line:
    device = enrolment.device(device_id)
    people = accounts.names()
    users = DeviceUser.select().where(DeviceUser.device == device_id)
    line = _line(device, tuple(people[row.account] for row in users))
    if not _is_mine(line, user()):
        raise NotAllowed(N_("这台电脑不在您的片区。需要的话，请找县管理员"))
    return line


def _chosen(account: str) -> str:
    if not account:
        raise Invalid(N_("先选一个人"), fields={"account": N_("选谁用这台电脑")})
    return account


def _choose(error: Invalid | None = None) -> str:
    offered = [row for row in Account.select().order_by(Account.name) if enrolment.may_enrol(user(), row)]
    return render_template(
        "laptop_new.html", accounts=[(row, accounts.user_of(row)) for row in offered], paths=_paths,
        wrong=of_domain(error).fields if error else {},
    )  # fmt: skip


def _paths(account: Account) -> str:
    return "、".join(load().get(area).name for area in account.areas)


def _one(line: Line, error: Invalid | None = None) -> str:
    enrolled = datetime.fromtimestamp(line.device.enrolled_ms / 1000, UTC)
    revoked = datetime.fromtimestamp(line.device.revoked_ms / 1000, UTC) if line.device.revoked_ms else None
    return render_template(
        "laptop.html", line=line, enrolled=enrolled, revoked=revoked, now=now(),
        wrong=of_domain(error).fields if error else {}, why=request.form.get("why", ""),
    )  # fmt: skip
