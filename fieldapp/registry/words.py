"""What the choices of the lists' filters are called."""

from __future__ import annotations

from collections.abc import Mapping

from fieldapp.domain import codes, labels
from fieldapp.errors import N_
from fieldapp.web.i18n import gettext as _

RISKS: Mapping[str, str] = {**labels.LISTS[codes.RISK_LEVEL], "none": N_("未评")}
DUES: Mapping[str, str] = {"late": N_("已逾期"), "week": N_("七天内到期")}
OUTCOMES: Mapping[str, str] = labels.LISTS[codes.OUTCOME]
ARRIVALS: Mapping[str, str] = labels.LISTS[codes.ARRIVAL]


def spoken(*lists: Mapping[str, str]) -> dict[str, str]:
    """The words of some lists in the language being spoken, by code."""
    return {code: _(text) for words in lists for code, text in words.items()}
