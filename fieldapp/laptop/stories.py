"""What has been, as entries of a timeline: visits, forms, changes of risk; newest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fieldapp.domain import labels, people, risk
from fieldapp.domain.households import Home
from fieldapp.domain.people import Event
from fieldapp.domain.records import Visit
from fieldapp.errors import N_
from fieldapp.laptop import current
from fieldapp.web.i18n import gettext as _
from fieldapp.web.i18n import pgettext
from fieldapp.web.words import near_time, worded

# (what, who, when, line, kind) as `kit.story` takes it.
Entry = tuple[str, str, str, str, str]


def home_story(home: Home) -> list[Entry]:
    """The visits to a home, and when the risk of somebody in it was found."""
    names = {person.id: person.name or "" for person in home.people}
    told = [(visit.started_at, of_visit(visit)) for visit in home.visits if visit.started_at]
    told += [(event.at, _whose(event, names)) for event in people.risk_of_home(home.household.id)]
    return [entry for _at, entry in sorted(told, key=lambda pair: pair[0], reverse=True)]


def person_story(events: Iterable[Event]) -> list[Entry]:
    """Everything that has happened with a person."""
    return [TELL[event.kind](event) for event in events]


def of_visit(visit: Visit) -> Entry:
    """A visit: how it ended, what was noted."""
    call = visit.in_person is False
    return (
        _("电话联系") if call else _outcome(visit.outcome or ""),
        current.person_behind(visit.visitor or "").name,
        near_time(visit.started_at, current.now()),
        visit.notes or (_("不算入户，应访日期不变") if call else ""),
        "miss" if visit.outcome in ("not_home", "refused") else "",
    )


def _outcome(code: str) -> str:
    return pgettext("story", "入户走访") if code == "done" else _(OUTCOMES.get(code, N_("走访中")))


OUTCOMES = {"not_home": N_("未遇"), "refused": N_("拒绝走访"), "moved": N_("已搬走")}


def _visit(event: Event) -> Entry:
    assert isinstance(event.row, Visit)
    return of_visit(event.row)


def _submission(event: Event) -> Entry:
    title = labels.value_words("task", "programme", getattr(event.row, "form", None))
    return (worded(title), *_by(event), "", "")


def _risk(event: Event) -> Entry:
    level, was = risk.level(event.level), risk.level(event.was)
    named = _("%(grade)s（%(colour)s）", grade=_(level.grade), colour=_(level.colour))
    line = _("原为%(grade)s（%(colour)s）", grade=_(was.grade), colour=_(was.colour)) if event.was else ""
    rose = risk.rose(event.was, event.level) or level.code == "red"
    return (_("风险定为%(level)s", level=named), *_by(event), line, "alarm" if rose else "")


def _whose(event: Event, names: Mapping[str, str]) -> Entry:
    """A change of risk, told on the page of a home: whose it is comes first."""
    what, who, when, line, kind = _risk(event)
    name = names.get(getattr(event.row, "person", "") or "", "")
    return (f"{name} · {what}" if name else what, who, when, line, kind)


def _by(event: Event) -> tuple[str, str]:
    return current.person_behind(event.by).name, near_time(event.at, current.now())


TELL = {"visit": _visit, "submission": _submission, "risk": _risk}
