"""Screen: door cards. Which doors need a card?"""

from __future__ import annotations

from flask import Blueprint, render_template, request

from fieldapp.domain import areas, cards, households
from fieldapp.domain.card_sheet import CardFace, card_face
from fieldapp.domain.records import Household
from fieldapp.laptop import current
from fieldapp.web import allow

bp = Blueprint("cards", __name__)

# More would print for minutes; the list can be narrowed by the search.
MOST = 100


@bp.get("/cards")
@allow.user
def sheet() -> str:
    """The sheets: of one home, or of those that a search finds."""
    one = request.args.get("household")
    query = request.args.get("q", "")
    homes = [households.get(one)] if one else households.find(query, MOST)
    return render_template(
        "cards/page.html", cards=[_face(home) for home in homes], query=query, one=one, now=current.now()
    )


def _face(home: Household) -> CardFace:
    laptop, store = current.laptop(), current.store()
    payload = cards.sign_card(home.id, current.today(), laptop.signing_key(), store.device)
    *_, town, village = ("", "", *areas.load().names(home.area))
    return card_face(home.id, payload, f"{town}{village}", home.group_name or "")
