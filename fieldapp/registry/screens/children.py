"""Screen: the roll of children. Which of them?"""

from __future__ import annotations

from flask import Blueprint, render_template

from fieldapp.domain import codes, labels, people
from fieldapp.registry import children
from fieldapp.registry.current import allow_to, today
from fieldapp.registry.listing import Listing, wish
from fieldapp.registry.scope import names
from fieldapp.registry.words import DUES, RISKS, spoken

bp = Blueprint("children", __name__)

CATEGORIES = {code: labels.CATEGORY[code] for code in codes.CATEGORY if not code.startswith("elder")}


@bp.get("/children")
@allow_to("view")
def page() -> str:
    """A filtered, ordered page of the roll."""
    asked = wish(children.ORDERS, risk=RISKS, due=DUES, category=CATEGORIES)
    found, total = children.listed(asked, today())
    return render_template(
        "children.html", listing=Listing(asked, total, spoken(RISKS, DUES, CATEGORIES)), children=found,
        today=today(), names=names, masked=people.masked_id, risks=RISKS, dues=DUES, categories=CATEGORIES,
    )  # fmt: skip
