"""A draft becomes a submission: one group of edits, named with the screen on which the form was opened."""

from __future__ import annotations

from fieldapp.domain import cases, drafts, filling, households, people, submissions
from fieldapp.domain.derived_ids import derived_id
from fieldapp.domain.drafts import Draft
from fieldapp.domain.submissions import Occasion
from fieldapp.laptop import current
from fieldapp.laptop.screens.forms import explained
from fieldapp.laptop.screens.forms.fillings import Work
from sync.store.base import Screen


def submission_of(draft: str) -> str:
    """The id of the submission that a draft becomes: pressed twice, it is still one."""
    return derived_id(draft, submissions.KIND)


def finalise(work: Work) -> str:
    """Commit what the filling says and let go of the draft, in one transaction. Raises Invalid with errors left."""
    row, store = work.row, current.store()
    screen = store.screen(row.screen)
    filled = filling.filled(work.instance, explained.kept(work.instance))
    edits = submissions.finalise(submission_of(row.id), filled, _occasion(row, screen))
    via = f"visit:{row.visit}" if row.visit else f"form:{row.form}"
    with store.writing():
        store.commit(edits, author=current.author(), screen=screen, via=via)
        drafts.discard(row.id)
    return submission_of(row.id)


def _occasion(row: Draft, screen: Screen) -> Occasion:
    """A case that was opened after the form was is not amended: nobody has seen it yet."""
    case = cases.open_protection(row.person)
    return Occasion(
        person=people.get(row.person),
        household=households.get(row.household) if row.household else None,
        visit=row.visit or None,
        before=row.prefill,
        case=case if case and case.id in screen.over else None,
        author=current.author(),
        now=current.now(),
    )
