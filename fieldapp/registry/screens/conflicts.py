"""Screen: one conflict. Which value is right?"""

from __future__ import annotations

from flask import Blueprint

from fieldapp.domain import conflicts
from fieldapp.domain.conflicts import Conflict
from fieldapp.registry.current import allow_to, now, person_behind, require_area, store, today, user
from fieldapp.registry.tables import Device
from fieldapp.web import deciding
from fieldapp.web.i18n import gettext as _

bp = Blueprint("conflicts", __name__)


def _open(record: str, field: str) -> Conflict:
    found = conflicts.conflict(store(), record, field)
    require_area(found.about.area)
    return found


def _around(household: str) -> int:
    return len([each for each in conflicts.open_conflicts(user().areas) if each.household == household])


def _device(device: str) -> str:
    if device.startswith("registry/"):
        return _("登记中心")
    known = Device.get_or_none(Device.id == device)
    return known.label if known is not None else device


deciding.views(
    bp,
    deciding.Desk(
        rule=allow_to("view"), store=store, user=user, person_behind=person_behind, now=now, today=today, open=_open,
        around=_around, device=_device, listed="mend.page", place="mend.page",
    ),
)  # fmt: skip
