"""Screens: door cards. Which doors need a card?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fieldapp.domain import cards, households
from fieldapp.domain.card_sheet import CARDS_PER_PAGE, CardFace, card_face
from fieldapp.domain.places import hamlet, order, town_and_village
from fieldapp.domain.records import Household, live
from fieldapp.errors import N_, Invalid
from fieldapp.laptop import current, reach
from fieldapp.web import allow
from fieldapp.web.i18n import gettext as _
from fieldapp.web.i18n import ngettext

bp = Blueprint("cards", __name__)

# More would print for minutes; a page is short enough to be looked over.
MOST = 100


@dataclass(frozen=True, slots=True)
class Heap:
    """Homes whose cards stand alike, and what is done with them next: they are marked as `becomes`."""

    title: str
    states: tuple[str | None, ...]
    becomes: str


HEAPS: dict[str, Heap] = {
    "missing": Heap(N_("要贴卡的"), (None, "none", "lost"), "printed"),
    "printed": Heap(N_("打好没贴的"), ("printed",), "posted"),
    "posted": Heap(N_("已上墙的"), ("posted",), "lost"),
}


@bp.get("/cards")
@allow.user
def page() -> str:
    """The homes by how their cards stand, in the order of a walk."""
    chosen = request.args.get("heap", "")
    name = chosen if chosen in HEAPS else "missing"
    homes = sorted(_of(HEAPS[name]), key=order)
    return render_template(
        "cards/list.html",
        heaps=[(url_for("cards.page", heap=key), _(heap.title), key == name) for key, heap in HEAPS.items()],
        name=name,
        hamlets=_by_hamlet(homes[:MOST]),
        count=len(homes),
        most=MOST,
    )


def _of(heap: Heap) -> list[Household]:
    state = Household.card_state
    named = state.in_([each for each in heap.states if each])
    fits = named | state.is_null() if None in heap.states else named
    return list(live(Household, reach.mine(Household), fits))


def _by_hamlet(homes: Iterable[Household]) -> dict[str, list[Household]]:
    hamlets: dict[str, list[Household]] = {}
    for home in homes:
        hamlets.setdefault(hamlet(home), []).append(home)
    return hamlets


@bp.post("/cards")
@allow.user
def choose() -> ResponseReturnValue:
    """The chosen homes go to the sheets."""
    homes = _chosen(request.form.getlist("household"))
    return redirect(url_for("cards.sheet", household=[home.id for home in homes]), 303)


@bp.get("/cards/sheet")
@allow.user
def sheet() -> str:
    """The sheets of the chosen homes, ten cards each."""
    homes = _chosen(request.args.getlist("household"))
    return render_template(
        "cards/page.html",
        homes=homes,
        cards=_faces(homes),
        pages=-(-len(homes) // CARDS_PER_PAGE),
        one=homes[0] if len(homes) == 1 else None,
        now=current.now(),
    )


@bp.post("/cards/mark")
@allow.user
def mark() -> ResponseReturnValue:
    """Cards have been printed, hung up or lost; one whose state is no longer what the page showed is left alone."""
    becomes = request.form.get("becomes", "")
    homes = [home for home in _chosen(request.form.getlist("household")) if _is_as_shown(home)]
    store = current.store()
    seen = store.open_screen([home.id for home in homes], current.author())
    edits = [edit for home in homes for edit in households.amend(home, {"card_state": becomes}, current.today())]
    store.commit(edits, author=current.author(), screen=seen, via="edit")
    flash(ngettext("%(num)s 户的门牌卡记下了", "%(num)s 户的门牌卡记下了", len(homes)))
    return redirect(url_for("cards.page"), 303)


def _is_as_shown(home: Household) -> bool:
    return (home.card_state or "") == request.form.get(f"was.{home.id}", "")


def _chosen(ids: Sequence[str]) -> list[Household]:
    """The homes on the page in the order of a walk. Raises Invalid for none, and for more than a print takes."""
    if len(ids) > MOST:
        raise Invalid(N_("一次最多 %(most)s 户。分几次选"), most=MOST)
    homes = list(live(Household, reach.mine(Household), Household.id.in_(ids)))
    if not homes:
        raise Invalid(N_("还没有选住户。回到门牌卡，选要打的那几户"))
    return sorted(homes, key=order)


def _faces(homes: Iterable[Household]) -> list[CardFace]:
    laptop, store = current.laptop(), current.store()
    key, device, today = laptop.signing_key(), store.device, current.today()
    return [
        card_face(home.id, cards.sign_card(home.id, today, key, device), town_and_village(home), home.group_name or "")
        for home in homes
    ]
