"""The page on which a person decides between two values; both apps have it, each on its own desk.

`views` puts it into a blueprint: `one` shows the values side by side, `decide` settles, `outcome` names the button.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fieldapp.domain import checks, codes, comparing, conflicts, labels, merged, roles
from fieldapp.domain.comparing import Piece
from fieldapp.domain.conflicts import Conflict, Told
from fieldapp.domain.labels import Words
from fieldapp.domain.roles import User
from fieldapp.errors import N_, Clash, DomainError, Invalid
from fieldapp.web.access import Rule
from fieldapp.web.errors import of_domain
from fieldapp.web.i18n import gettext as _
from fieldapp.web.words import worded
from sync.change import VOID, Value
from sync.schema import type_of
from sync.store.base import Store
from sync.store.fields import Choice, Elements, Iso, IsoTime, Json, Ref
from sync.store.tables import OpenConflict

OTHER, KEEP = "other", "keep"
NOT_TYPED = (Elements, IsoTime, Json, Ref)  # no third value can be typed for these


@dataclass(frozen=True, slots=True)
class Desk:
    """Where somebody decides: the app's records, its people and its places.

    rule     who may look at the page; the right to settle is asked for by area
    open     the conflict of a record and field, when it lies where this person may look; raises otherwise
    listed   the endpoint of the list; `place` the one that is marked in the rail
    around   how many conflicts there are in a home, this one among them
    device   what a device is called
    """

    rule: Rule
    store: Callable[[], Store]
    user: Callable[[], User]
    person_behind: Callable[[str], User]
    now: Callable[[], datetime]
    today: Callable[[], date]
    open: Callable[[str, str], Conflict]
    around: Callable[[str], int]
    device: Callable[[str], str]
    listed: str
    place: str


@dataclass(frozen=True, slots=True)
class Column:
    """One side on the page; `pick` is its name in the form."""

    pick: str
    told: Told
    mine: bool
    pieces: list[Piece]
    how: Words
    short: str


def views(bp: Blueprint, desk: Desk) -> None:
    """Add the page to a blueprint named "conflicts"."""

    @bp.get("/conflicts/<record>/<path:field>")
    @desk.rule
    def one(record: str, field: str) -> str:
        """The values side by side."""
        return _page(desk, desk.open(record, field))

    @bp.get("/conflicts/<record>/<path:field>/outcome")
    @desk.rule
    def outcome(record: str, field: str) -> str:
        """The primary button, which names what it will do."""
        return render_template("conflict_go.html", outcome=_outcome(desk.open(record, field), request.args))

    @bp.post("/conflicts/<record>/<path:field>")
    @desk.rule
    def decide(record: str, field: str) -> ResponseReturnValue:
        """Settle it with one value, and say why."""
        return _decide(desk, desk.open(record, field))


def _decide(desk: Desk, found: Conflict) -> ResponseReturnValue:
    roles.require(desk.user(), "settle", found.about.area)
    try:
        value, why = _decision(found, request.form, desk.today())
    except Invalid as error:
        return _page(desk, found, error), 422
    _settle(desk, found, value, why)
    record, field = found.about.record, found.about.field
    if OpenConflict.get_or_none(OpenConflict.record == record, OpenConflict.field == field):
        flash(_("您定的已经记下。这时又来了一个新的值，请再看一看。"))
        return redirect(url_for(".one", record=record, field=field), 303)
    flash(_("定好了，会同步给大家。"))
    return redirect(url_for(desk.listed), 303)


def _settle(desk: Desk, found: Conflict, value: Value, why: str) -> None:
    """Close what the page showed, and no head that came after it (rule 4 of sync)."""
    seen = set(request.form.get("seen", "").split())
    if found.about.field == VOID:
        heads = [dot for dot in desk.store().state(found.about.record).dots() if str(dot) in seen]
        desk.store().settle(found.about.record, VOID, value, seen=heads, author=desk.user().id, why=why)
        return
    shown = tuple(replace(side, dots=tuple(dot for dot in side.dots if dot in seen)) for side in found.sides)
    conflicts.settle(desk.store(), replace(found, sides=shown), value, author=desk.user().id, why=why)


def _decision(found: Conflict, form: Mapping[str, str], today: date) -> tuple[Value, str]:
    """The value chosen, and why. Raises Invalid at the places that lack something."""
    wrong: dict[str, str | DomainError] = {}
    value, why = _chosen(found, form, today, wrong), form.get("why", "").strip()
    if not why:
        wrong["why"] = N_("写一句为什么，例如：刚打通了，是本人接的")
    if wrong:
        raise Invalid(N_("还差一点，补好再定"), fields=wrong)
    return value, why[:400]


def _chosen(found: Conflict, form: Mapping[str, str], today: date, wrong: dict[str, str | DomainError]) -> Value:
    pick, about = form.get("pick", ""), found.about
    if not pick:
        wrong["pick"] = N_("先选一个值")
    elif pick == OTHER:
        try:
            given = {about.field: form.get("other", "")}
            return checks.checked(about.type, given, today, (about.field,))[about.field]
        except Invalid as error:
            wrong["other"] = error.fields.get(about.field, error)
    elif pick != KEEP:
        return _side(found, pick).value
    return None


def _side(found: Conflict, pick: str) -> Told:
    side = next((side for side in found.sides if pick in side.dots), None)
    if side is None:
        raise Clash(N_("这一处刚刚又变了。请刷新看看现在的样子，再定"))
    return side


def _outcome(found: Conflict, form: Mapping[str, str]) -> str:
    """What the primary button says."""
    pick = form.get("pick", "")
    if pick == KEEP:
        return _("不删，留着")
    if not pick or (pick == OTHER and not form.get("other")):
        return _("就这样定")
    if found.about.field == VOID:
        return _("就删掉")
    return _("就用 %(value)s", value=_short(form["other"] if pick == OTHER else worded(_side(found, pick).words)))


def _page(desk: Desk, found: Conflict, error: Invalid | None = None) -> str:
    record, field = found.about.record, found.about.field
    seen = desk.store().state(record).dots() if field == VOID else found.seen()
    return render_template(
        "conflict.html",
        found=found,
        columns=_columns(desk, found),
        problem=of_domain(error) if error else None,
        chosen=request.form,
        outcome=_outcome(found, request.form),
        other=_other(found),
        seen=" ".join(sorted(map(str, seen))),
        rest=desk.around(found.about.household) - 1,
        merged=merged.beside(record, field),
        desk=desk,
        now=desk.now(),
    )


def _columns(desk: Desk, found: Conflict) -> list[Column]:
    """One's own value first, then the others, newest first."""
    texts = comparing.marked([worded(side.words) for side in found.sides])
    columns = [
        Column(side.dots[0], side, side.author == desk.user().id, pieces, _how(side), _short(worded(side.words)))
        for side, pieces in zip(found.sides, texts, strict=True)
    ]
    return sorted(columns, key=lambda column: not column.mine)


def _how(side: Told) -> Words:
    """On what occasion it was written."""
    if side.visit is not None:
        if side.visit.in_person is False:
            return Words(N_("电话联系，没有入户"))
        arrival = labels.LISTS[codes.ARRIVAL].get(side.visit.arrival or "", "")
        return Words(N_("入户走访，%(arrival)s"), {"arrival": Words(arrival)}) if arrival else Words(N_("走访时改的"))
    occasions = {"visit": N_("走访时改的"), "form": N_("填表"), "settled": N_("定两个值时选的")}
    return Words(occasions.get(side.via.partition(":")[0], N_("直接改的")))


def _short(text: str) -> str:
    """Enough of a value to know it by on a button: the end of a number, the beginning of a text."""
    if text.isdigit() and len(text) > 6:
        return text[-4:]
    return text if len(text) <= 14 else f"{text[:12]}…"


def _other(found: Conflict) -> dict[str, Any] | None:
    """How a third value is given: a list of choices, a date or a text; None where there can be none."""
    column = type_of(found.about.type).columns.get(found.about.field)
    if column is None or isinstance(column, NOT_TYPED) or column.field_type == "BOOL":
        return None
    if isinstance(column, Choice):
        taken: Sequence[Value] = [side.value for side in found.sides]
        choices = [(code, words) for code, words in labels.LISTS[column.codes].items() if code not in taken]
        return {"choices": choices} if choices else None
    return {"type": "date" if isinstance(column, Iso) else "text"}
