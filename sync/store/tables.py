"""The tables of the protocol itself, beside the rows of synced records.

Both sides: `record` (state by record), `change` (the log), `conflict` (an index of what stands open).
The registry: `county` (counter rows), `entry` (the county streams), `device_mark`.
The laptop: `node` (who I am, cursor, clock), `screen` (what somebody has in front of her), `sync_run` (history).
"""

from __future__ import annotations

import peewee

from sync.store.database import BaseModel
from sync.store.fields import Json


class Record(BaseModel):
    """A record's merged state. On a laptop this is the *confirmed* state; own unacknowledged changes are folded on top.

    `area` is where its root lies, by the registry's own knowledge; `parent` the record that places it, or "".
    """

    id = peewee.CharField(max_length=16, primary_key=True)
    type = peewee.CharField(max_length=24)
    area = peewee.CharField(max_length=12, index=True)
    parent = peewee.CharField(max_length=16, default="", index=True)
    record_class = peewee.CharField(max_length=16, default="ordinary")
    rev = peewee.IntegerField(default=0)
    state = peewee.TextField(default="{}")

    class Meta:
        indexes = ((("area", "id"), False),)


class LoggedChange(BaseModel):
    """A change as it was written: `payload`'s bytes are never re-encoded.

    `status`: on a laptop its own are `pending`, then `accepted` (answered, not yet in the confirmed state), then
    `confirmed`;
    at the registry `accepted`. On both, `refused` ones are kept with their reason: the quarantine.
    `stamp` is the stored stamp, which the registry may have shifted; `first` the seq of its group's first change.
    """

    device = peewee.CharField(max_length=40)
    seq = peewee.IntegerField()
    first = peewee.IntegerField()
    record = peewee.CharField(max_length=16)
    author = peewee.CharField(max_length=16, index=True)
    stamp = peewee.BigIntegerField()
    status = peewee.CharField(max_length=10)
    reason = Json(null=True)
    hash = peewee.CharField(max_length=64)
    payload = peewee.TextField()

    class Meta:
        table_name = "change_log"
        primary_key = peewee.CompositeKey("device", "seq")
        indexes = ((("status", "seq"), False), (("record", "status"), False))


class OpenConflict(BaseModel):
    """A field that holds two different values until a person decides."""

    record = peewee.CharField(max_length=16)
    field = peewee.CharField(max_length=80)
    type = peewee.CharField(max_length=24)
    area = peewee.CharField(max_length=12, index=True)
    stamp = peewee.BigIntegerField()

    class Meta:
        primary_key = peewee.CompositeKey("record", "field")


class County(BaseModel):
    """A county's counter row: locked by each writing transaction until commit, so position order is commit order."""

    code = peewee.CharField(max_length=6, primary_key=True)
    position = peewee.BigIntegerField(default=0)


class Entry(BaseModel):
    """What happened in a county, in order. One group has one position; `k` tells its changes apart."""

    county = peewee.CharField(max_length=6)
    position = peewee.BigIntegerField()
    k = peewee.IntegerField()
    record = peewee.CharField(max_length=16)
    area = peewee.CharField(max_length=12)
    record_class = peewee.CharField(max_length=16)
    rev = peewee.IntegerField()
    device = peewee.CharField(max_length=40)
    seq = peewee.IntegerField()

    class Meta:
        primary_key = peewee.CompositeKey("county", "position", "k")


class DeviceMark(BaseModel):
    """How far the registry has settled a device's changes, and the hash of the last one: its chain goes on from
    there."""

    device = peewee.CharField(max_length=40, primary_key=True)
    seq = peewee.IntegerField(default=0)
    hash = peewee.CharField(max_length=64, default="")


class Node(BaseModel):
    """What a node knows of itself, as named JSON values."""

    name = peewee.CharField(max_length=24, primary_key=True)
    value = Json(null=True)


class OpenScreen(BaseModel):
    """What a screen showed when it was opened: {record: {field: [dots]}}. It grows by its own saves only (rule 2)."""

    id = peewee.CharField(max_length=16, primary_key=True)
    user = peewee.CharField(max_length=16)
    opened_ms = peewee.BigIntegerField()
    over = Json()


class SyncRun(BaseModel):
    """One try to reach the registry, as the sync page's history shows it."""

    started_ms = peewee.BigIntegerField()
    seconds = peewee.FloatField()
    sent = peewee.IntegerField(default=0)
    received = peewee.IntegerField(default=0)
    refused = peewee.IntegerField(default=0)
    bytes_up = peewee.IntegerField(default=0)
    bytes_down = peewee.IntegerField(default=0)
    requests = peewee.IntegerField(default=0)
    result = peewee.CharField(max_length=24)


SHARED: tuple[type[BaseModel], ...] = (Record, LoggedChange, OpenConflict, Node, OpenScreen)
LAPTOP: tuple[type[BaseModel], ...] = (*SHARED, SyncRun)
REGISTRY: tuple[type[BaseModel], ...] = (*SHARED, County, Entry, DeviceMark)
