"""Tables that stay on the laptop: they are never synced."""

from __future__ import annotations

import peewee

from sync.store.database import BaseModel
from sync.store.fields import Json


class Draft(BaseModel):
    """A form being filled. `answers` is the filling as the form engine dumps it; `screen` the open screen whose values
    were shown at the opening; `place` the question to return to."""

    id = peewee.CharField(max_length=16, primary_key=True)
    form = peewee.CharField(max_length=40)
    form_version = peewee.CharField(max_length=40)
    author = peewee.CharField(max_length=16, index=True)
    household = peewee.CharField(max_length=16, null=True)
    person = peewee.CharField(max_length=16, null=True, index=True)
    visit = peewee.CharField(max_length=16, null=True, index=True)
    screen = peewee.CharField(max_length=16)
    answers = Json(default=dict)
    place = peewee.CharField(max_length=200, default="")
    started_ms = peewee.BigIntegerField()
    saved_ms = peewee.BigIntegerField()


LOCAL: tuple[type[BaseModel], ...] = (Draft,)
