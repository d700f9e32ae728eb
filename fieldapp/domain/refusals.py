"""Why a record came back, in words: what the registry's codes mean to a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fieldapp.domain import labels
from fieldapp.domain.labels import Words
from fieldapp.errors import N_

# Why a group was refused (`sync.store.registry`, and the registry's judge of the author). `field` is filled in.
REASONS: dict[str, str] = {
    "unknown_type": N_("登记中心还不认识这一类记录。请管理员更新登记中心，然后再改一次，就会送上去。"),
    "unknown_field": N_("登记中心还没有“%(field)s”这一项。请管理员更新登记中心，然后再改一次，就会送上去。"),
    "bad_value": N_("“%(field)s”填的值登记中心收不了。改对了会再送。"),
    "other_type": N_("登记中心那里，这个编号已经是另一类记录。请重新登记一次。"),
    "no_area": N_("登记中心不知道这条记录在哪个片区。请从这一户的页面再登记一次。"),
    "too_large": N_("这一次写的内容太多，登记中心一次收不下。请分几次再填。"),
    "unseen": N_("这一条改的是登记中心没有见过的内容。请打开这一户，照现在的样子再改一次。"),
    "not_a_user": N_("写这一条的人，已经不在这台电脑的名单里。请找督导员。"),
    "not_your_role": N_("写这一条的人，岗位不能改这类记录。请找督导员。"),
    "not_your_area": N_("这一户不在写的人的片区。请督导员派人，或者请那边的同事来填。"),
}
OTHER_REASON = N_("登记中心没有收下，没有说明原因。请找督导员。")


def why(kind: str, reason: Mapping[str, Any] | None) -> Words:
    """The sentence for a refusal of a record of type `kind`."""
    code, name = (reason or {}).get("code", ""), (reason or {}).get("field", "")
    return Words(REASONS.get(code, OTHER_REASON), {"field": labels.field_label(kind, str(name))})
