"""What the registry alone knows: accounts, laptops, who uses which, the codes by which laptops enrol, and failed tries.

Never synced.
"""

from __future__ import annotations

import peewee

from sync.store.database import BaseModel
from sync.store.fields import Json


class Account(BaseModel):
    """Somebody who works with the product. `areas` as granted: prefixes of codes, or the keys of zones.

    `password` is an argon2id hash in PHC form.
    """

    id = peewee.CharField(max_length=16, primary_key=True)
    login = peewee.CharField(max_length=40, unique=True)
    name = peewee.CharField(max_length=80)
    password = peewee.CharField(max_length=200)
    roles = Json(default=list)
    areas = Json(default=list)
    active = peewee.BooleanField(default=True)


class Device(BaseModel):
    """An enrolled laptop. `public_key` is its raw Ed25519 key in base64."""

    id = peewee.CharField(max_length=16, primary_key=True)
    label = peewee.CharField(max_length=80)
    public_key = peewee.CharField(max_length=44)
    county = peewee.CharField(max_length=6, index=True)
    enrolled_ms = peewee.BigIntegerField()
    last_heard_ms = peewee.BigIntegerField(default=0)
    revoked_ms = peewee.BigIntegerField(null=True)
    revoked_why = peewee.CharField(max_length=400, default="")


class DeviceUser(BaseModel):
    """Who works on which laptop."""

    device = peewee.CharField(max_length=16)
    account = peewee.CharField(max_length=16, index=True)

    class Meta:
        primary_key = peewee.CompositeKey("device", "account")


class EnrolmentCode(BaseModel):
    """A code that lets one laptop in for one person, once. Only its hash is kept."""

    hash = peewee.CharField(max_length=64, primary_key=True)
    account = peewee.CharField(max_length=16)
    made_by = peewee.CharField(max_length=16)
    expires_ms = peewee.BigIntegerField()
    used_ms = peewee.BigIntegerField(null=True)
    device = peewee.CharField(max_length=16, default="")


class Attempt(BaseModel):
    """Failures in a row of one login, or of the codes from one address. In the database: workers share the count."""

    key = peewee.CharField(max_length=80, primary_key=True)
    failures = peewee.IntegerField(default=0)
    last_ms = peewee.BigIntegerField(default=0)


OWN: tuple[type[BaseModel], ...] = (Account, Device, DeviceUser, EnrolmentCode, Attempt)
