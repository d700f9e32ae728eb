"""Screen: conflicts. Which value is right?"""

from __future__ import annotations

from flask import Blueprint, render_template

from fieldapp.domain import conflicts
from fieldapp.domain.conflicts import Conflict
from fieldapp.laptop.current import now, person_behind, store, today, user
from fieldapp.web import allow, deciding
from fieldapp.web.i18n import gettext as _

bp = Blueprint("conflicts", __name__)


@bp.get("/conflicts")
@allow.user
def page() -> str:
    """What is to be decided."""
    return render_template("conflicts.html", found=conflicts.open_conflicts(), now=now())


def _open(record: str, field: str) -> Conflict:
    return conflicts.conflict(store(), record, field)


def _around(household: str) -> int:
    return len([each for each in conflicts.open_conflicts() if each.household == household])


def _device(device: str) -> str:
    if device.startswith("registry/"):
        return _("登记中心")
    return _("这台电脑") if device == store().device else device


deciding.views(
    bp,
    deciding.Desk(
        rule=allow.user, store=store, user=user, person_behind=person_behind, now=now, today=today, open=_open,
        around=_around, device=_device, listed="conflicts.page", place="sync.page",
    ),
)  # fmt: skip
