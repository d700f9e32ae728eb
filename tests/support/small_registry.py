"""The registry's end of enrolment and exchange and nothing more, over real HTTP, for tests of the laptop."""

from __future__ import annotations

import secrets
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue

from fieldapp.domain import records
from sync.change import Change
from sync.errors import NotEnrolled
from sync.service import blueprint
from sync.store.database import open_sqlite
from sync.store.pages import Scope
from sync.store.registry import Reason, RegistryStore
from sync.store.tables import REGISTRY

Person = dict[str, Any]
STATUS = {"used": 409, "expired": 410, "clash": 409, "wait": 429}


@dataclass
class SmallRegistry:
    """Codes are {code: person}; a used or an old one stands in `spent` with the word for it."""

    store: RegistryStore
    codes: dict[str, Person] = field(default_factory=dict)
    spent: dict[str, str] = field(default_factory=dict)
    keys: dict[str, bytes] = field(default_factory=dict)
    users: dict[str, list[Person]] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)  # author: code
    recovery: X25519PrivateKey = field(default_factory=X25519PrivateKey.generate)
    busy: int = 0  # seconds that the next requests are told to wait

    def public_key(self, device: str) -> bytes:
        """A device's key; raises NotEnrolled."""
        if device not in self.keys:
            raise NotEnrolled(device)
        return self.keys[device]

    def scope(self, device: str) -> Scope:
        """All areas of the device's people."""
        return Scope(tuple(sorted({area for user in self.users[device] for area in user["areas"]})))

    def judge(self, device: str, change: Change, area: str) -> Reason | None:
        """Refused authors are refused."""
        code = self.refused.get(change.author)
        return {"code": code} if code else None

    def extras(self, device: str, known: Mapping[str, str]) -> dict[str, Any]:
        """The device's people."""
        version = str(len(self.users[device]))
        return {} if known.get("users") == version else {"users": {"version": version, "value": self.users[device]}}

    def heard(self, device: str, now_ms: int) -> None:
        """Nobody asks."""

    def enrol(self) -> ResponseReturnValue:
        """POST /enrol/v1."""
        asked = request.get_json()
        if asked["code"] in self.spent:
            word = self.spent[asked["code"]]
            return jsonify(error=word, text="…"), STATUS[word]
        if asked["code"] not in self.codes:
            return jsonify(error="unknown", text="…"), 404
        person = self.codes.pop(asked["code"])
        self.spent[asked["code"]] = "used"
        self.keys[asked["device"]] = b64decode(asked["public_key"])
        self.users.setdefault(asked["device"], []).append(person)
        return jsonify(
            device=asked["device"], label=asked["label"], county="500110", user=person["id"],
            users=self.users[asked["device"]],
            recovery_key=b64encode(self.recovery.public_key().public_bytes_raw()).decode(),
        )  # fmt: skip

    def hold_back(self) -> ResponseReturnValue | None:
        """Busy, when it is said to be."""
        return ("", 503, {"Retry-After": str(self.busy)}) if self.busy else None

    def app(self) -> Flask:
        """What `serving` serves."""
        app = Flask("small_registry", static_folder=None)
        app.before_request(self.hold_back)
        app.add_url_rule("/enrol/v1", view_func=self.enrol, methods=["POST"])
        app.register_blueprint(blueprint(self.store, self))
        return app


def small_registry(folder: Path, now_ms: Callable[[], int] | None = None) -> SmallRegistry:
    """An empty registry in a folder."""
    database = open_sqlite(folder / "small-registry.db")
    store = RegistryStore(database, now_ms=now_ms or (lambda: time.time_ns() // 10**6), entropy=secrets.token_bytes)
    with store.use():
        database.create_tables([*REGISTRY, *records.MODELS])
        store.set_node("device", "registry/500110/1")
    return SmallRegistry(store)
