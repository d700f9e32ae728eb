"""Screen: people and areas. Who works where?"""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fieldapp.domain.areas import load
from fieldapp.domain.roles import ALLOWED, WORDS
from fieldapp.errors import N_, Clash, DomainError, Invalid, NotAllowed
from fieldapp.registry import accounts, areas_asked
from fieldapp.registry.accounts import SHORTEST_PASSWORD, NewAccount
from fieldapp.registry.current import allow_to, store, user
from fieldapp.registry.scope import path
from fieldapp.registry.tables import Account, Device, DeviceUser
from fieldapp.web.errors import of_domain
from fieldapp.web.i18n import gettext as _

bp = Blueprint("staff", __name__)

# The widest reach first, as they are offered.
ROLES = tuple((role, WORDS[role]) for role in ("caseworker", "supervisor", "county", "city", "auditor"))


@bp.get("/staff")
@allow_to("users")
def page() -> str:
    """Everybody who works in one's areas."""
    rows = [row for row in Account.select().order_by(~Account.active, Account.name) if _is_mine(row)]
    people = [(row, accounts.user_of(row), _places(row)) for row in rows]
    return render_template("staff.html", people=people)


@bp.get("/staff/new")
@allow_to("users")
def new() -> str:
    """A new account."""
    return _new()


@bp.post("/staff/new")
@allow_to("users")
def add() -> ResponseReturnValue:
    """Make it, within one's own areas."""
    form = request.form
    login, name, password = (form.get(field, "") for field in ("login", "name", "password"))
    wish = NewAccount(login, name, password, form.getlist("roles"), form.getlist("areas"))
    try:
        _require_inside(wish.areas)
        person = accounts.add(store().new_id(), wish)
    except (Invalid, Clash) as error:
        return _new(error), of_domain(error).status
    flash(_("%(name)s 的账号开好了。接着可以给这个人登记电脑。", name=person.name))
    return redirect(url_for("staff.one", account=person.id), 303)


@bp.get("/staff/areas")
@allow_to("users")
def find_areas() -> str:
    """The areas within one's own that fit what is typed."""
    return areas_asked.found(user().areas)


@bp.get("/staff/<account>")
@allow_to("users")
def one(account: str) -> str:
    """One person: roles, areas, laptops."""
    return _one(_mine(account))


@bp.post("/staff/<account>/password")
@allow_to("users")
def password(account: str) -> ResponseReturnValue:
    """A new password for somebody who has forgotten hers."""
    row = _mine(account)
    try:
        accounts.set_password(account, request.form.get("password", ""))
    except Invalid as error:
        return _one(row, error), 422
    flash(_("%(name)s 的新口令已经生效，请当面告诉本人。", name=row.name))
    return redirect(url_for("staff.one", account=account), 303)


@bp.post("/staff/<account>/switch")
@allow_to("users")
def switch(account: str) -> ResponseReturnValue:
    """Off, or on again."""
    row = _mine(account)
    if row.id == user().id:
        raise NotAllowed(N_("不能停用自己的账号。请另一位县管理员来停"))
    accounts.switch(account, active=not row.active)
    said = N_("%(name)s 已停用：不能登录，也不能同步。写过的都在。") if row.active else N_("%(name)s 可以登录了。")
    flash(_(said, name=row.name))
    return redirect(url_for("staff.page"), 303)


def _require_inside(wanted: Sequence[str]) -> None:
    """Nobody gives away what is not hers."""
    outside = [area for area in wanted if accounts.is_area(area) and not load().within(area, user().areas)]
    if outside:
        raise Invalid(N_("还有几处没填好，请改一改。"), fields={"areas": N_("只能选您自己片区里的地方")})


def _is_mine(row: Account) -> bool:
    return all(load().within(area, user().areas) for area in row.areas)


def _mine(account: str) -> Account:
    row = accounts.row(account)
    if not _is_mine(row):
        raise NotAllowed(N_("这个人不在您的片区。需要的话，请找市里的管理员"))
    return row


def _places(row: Account) -> list[str]:
    return [path(area) for area in row.areas]


def _new(error: DomainError | None = None) -> str:
    problem = of_domain(error) if error else None
    return render_template(
        "staff_new.html", problem=problem, wrong=problem.fields if problem else {}, typed=request.form,
        chosen=request.form.getlist("roles"), roles=ROLES, least=SHORTEST_PASSWORD, **areas_asked.context(user().areas),
    )  # fmt: skip


def _one(row: Account, error: Invalid | None = None) -> str:
    used = DeviceUser.select(DeviceUser.device).where(DeviceUser.account == row.id)
    laptops = Device.select().where(Device.id.in_(used)).order_by(Device.label)
    roles = [WORDS[role] for role in ALLOWED if role in row.roles]
    return render_template(
        "staff_one.html", row=row, places=_places(row), roles=roles, laptops=list(laptops), least=SHORTEST_PASSWORD,
        wrong=of_domain(error).fields if error else {},
    )  # fmt: skip
