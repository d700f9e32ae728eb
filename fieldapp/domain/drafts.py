"""Drafts: forms being filled, on this laptop only. Each answer is stored as it is given, and survives a kill."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import peewee

from fieldapp.domain.times import utc_text
from fieldapp.errors import N_, NotFound
from sync.store.database import BaseModel
from sync.store.fields import IsoTime, Json


class Draft(BaseModel):
    """A filling that is not final.

    `screen` is the open screen that its edits will name; `position` the question's path. `prefill` is
    what the form was opened with, by record path; `answers` are the engine's, by question path.
    """

    id = peewee.CharField(max_length=16, primary_key=True)
    form = peewee.CharField(max_length=40)
    form_version = peewee.CharField(max_length=40)
    person = peewee.CharField(max_length=16, index=True)
    household = peewee.CharField(max_length=16, default="", index=True)
    visit = peewee.CharField(max_length=16, default="", index=True)
    user = peewee.CharField(max_length=16, index=True)
    screen = peewee.CharField(max_length=16)
    prefill = Json(default=dict)
    answers = Json(default=dict)
    answered = peewee.IntegerField(default=0)
    questions = peewee.IntegerField(default=0)
    position = peewee.CharField(max_length=400, default="")
    updated_at = IsoTime()


def begin(draft: str, *, now: datetime, **fields: Any) -> Draft:
    """Start a draft; `fields` are those of the table."""
    return Draft.create(id=draft, updated_at=utc_text(now), **fields)


def load(draft: str) -> Draft:
    """A draft of this laptop; raises NotFound."""
    row: Draft | None = Draft.get_or_none(Draft.id == draft)
    if row is None:
        raise NotFound(N_("没有找到这份草稿：已经完成，或者在另一台电脑上"))
    return row


def save(
    draft: Draft,
    answers: Mapping[str, Any],
    *,
    now: datetime,
    position: str = "",
    answered: int = 0,
    questions: int = 0,
) -> None:
    """Store the answers as they stand. On return they are on disk."""
    draft.answers, draft.updated_at = dict(answers), utc_text(now)
    draft.answered, draft.questions = answered, questions
    draft.position = position or draft.position
    draft.save()


def discard(draft: str) -> None:
    """Take a draft away: it has become a submission, or somebody deleted it."""
    Draft.delete().where(Draft.id == draft).execute()


def of(user: str) -> list[Draft]:
    """The drafts of a user, the last touched first."""
    return list(Draft.select().where(Draft.user == user).order_by(Draft.updated_at.desc()))


def find(form: str, person: str, user: str) -> Draft | None:
    """The draft of this form for this person, so that opening it twice goes on where it was."""
    own = Draft.form == form, Draft.person == person, Draft.user == user
    found: Draft | None = Draft.select().where(*own).order_by(Draft.updated_at.desc()).first()
    return found


def kept_records() -> set[str]:
    """The records that drafts need, whatever their area (`LaptopStore.keepers`)."""
    return {record for row in Draft.select() for record in (row.person, row.household, row.visit) if record}
