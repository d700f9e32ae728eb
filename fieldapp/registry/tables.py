"""What the registry alone knows: accounts, laptops, who uses which, and the codes by which laptops enrol. Never synced."""

from __future__ import annotations

import peewee

from sync.store.database import BaseModel
from sync.store.fields import Json


class Account(BaseModel):
    """Somebody who works with the product. `areas` are area prefixes; `password` an argon2id hash in PHC form."""

    id = peewee.CharField(max_length=16, primary_key=True)
    login = peewee.CharField(max_length=40, unique=True)
    name = peewee.CharField(max_length=80)
    password = peewee.CharField(max_length=200)
    roles = Json(default=list)
    areas = Json(default=list)
    active = peewee.BooleanField(default=True)
    failures = peewee.IntegerField(default=0)
    last_failure_ms = peewee.BigIntegerField(default=0)


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


OWN: tuple[type[BaseModel], ...] = (Account, Device, DeviceUser, EnrolmentCode)
