"""A laptop's people, chance and first steps, for tests of its app."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask.testing import FlaskClient

from fieldapp.laptop.keys import Account, Cost
from fieldapp.laptop.laptop import Identity

CHEAP = Cost(time=1, memory=64, parallelism=1)
NOW = datetime(2025, 11, 18, 3, 20, tzinfo=UTC)  # 11:20 in Chongqing
TOWN = "500110001"
WORKER = Account("U1", "陈小莉", "caseworker")
PASSPHRASE = "qingshui-cun-7"
DEVICE = "WSA0000001"


class Chance:
    """Random-looking bytes that are the same in every run."""

    def __init__(self, seed: str) -> None:
        self.seed = seed
        self.drawn = 0

    def __call__(self, count: int) -> bytes:
        self.drawn += 1
        return hashlib.shake_256(f"{self.seed} {self.drawn}".encode()).digest(count)


def identity(device: str = DEVICE, registry: str = "http://127.0.0.1:9") -> Identity:
    """What an enrolment of one worker gives."""
    worker = {"id": WORKER.id, "name": WORKER.name, "login": "chen", "role": WORKER.role, "areas": [TOWN]}
    key = Ed25519PrivateKey.from_private_bytes(Chance(device)(32))
    return Identity(device, key, "万盛-017", registry, "500110", [worker])


def token(client: FlaskClient) -> str:
    """The CSRF token that the pages of this browser carry."""
    client.get("/login")
    with client.session_transaction() as session:
        return str(session["csrf"])


def log_in(client: FlaskClient, user: str = WORKER.id, passphrase: str = PASSPHRASE) -> None:
    """Fill the login page as a person would."""
    form = {"csrf_token": token(client), "user": user, "passphrase": passphrase}
    answer = client.post("/login", data=form)
    assert answer.status_code == 303, answer.text
