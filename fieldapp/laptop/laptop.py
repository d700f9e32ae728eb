"""One laptop: its data folder, its key and its store.

After the first login the key stays in memory until the program ends. Locking the screen is a matter of the session
(`fieldapp.web.auth`): it closes nothing here, and sync goes on.
"""

from __future__ import annotations

import logging
import secrets
import threading
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fieldapp.domain import drafts, households, search
from fieldapp.errors import N_, Clash, Unavailable
from fieldapp.laptop.keys import KEY_BYTES, Account, Cost, Keyring
from fieldapp.laptop.opening import FILE_NAME, open_database
from fieldapp.settings import LaptopSettings
from sync.ids import Entropy
from sync.store.laptop import LaptopStore

log = logging.getLogger(__name__)


def system_time() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Identity:
    """What a laptop becomes by its enrolment: an id, a signing key (which never leaves it), a name, a registry."""

    device: str
    key: Ed25519PrivateKey
    label: str
    registry: str
    county: str = ""
    users: list[dict[str, Any]] = field(default_factory=list)
    recovery: bytes | None = None


class Laptop:
    """One per process. `now`, `entropy` and `cost` are the machine's clock, chance and patience with guesses."""

    def __init__(
        self,
        settings: LaptopSettings,
        *,
        now: Callable[[], datetime] = system_time,
        entropy: Entropy = secrets.token_bytes,
        cost: Cost | None = None,
    ) -> None:
        self.settings = settings
        self.now = now
        self.entropy = entropy
        self.keys = Keyring(settings.data, now_ms=self.now_ms, entropy=entropy, cost=cost)
        self.on_open: list[Callable[[], None]] = []
        self._key = b""
        self._store: LaptopStore | None = None
        self._opening = threading.Lock()

    def now_ms(self) -> int:
        """The clock in Unix milliseconds."""
        return int(self.now().timestamp() * 1000)

    @property
    def is_enrolled(self) -> bool:
        """Whether anybody can log in here."""
        return self.keys.exists

    @property
    def is_open(self) -> bool:
        """Whether somebody has logged in since the program started."""
        return self._store is not None

    @property
    def store(self) -> LaptopStore:
        """The records. Raises Unavailable before the first login."""
        if self._store is None:
            raise Unavailable(N_("这台电脑刚启动，数据还锁着。请先登录。"))
        return self._store

    def unlock(self, user: str, passphrase: str) -> Account:
        """Prove a user by her passphrase and open the data if it is not open yet.

        Raises WrongPassphrase, Unavailable while a wait lasts, NewerData for data of a newer version.
        """
        key = self.keys.unlock(user, passphrase)
        self._open(key)
        return self.keys.read().wrap_of(user).account

    def begin(self, identity: Identity, account: Account, passphrase: str) -> None:
        """Make the encrypted data of a freshly enrolled laptop; the file of wraps comes last and makes it count."""
        if self.is_enrolled:
            raise Clash(N_("这台电脑已经登记过了。请登录。"))
        self._set_aside()
        key = self.entropy(KEY_BYTES)
        store = self._make_store(key)
        with store.use(), store.writing():
            for name, value in _nodes(identity).items():
                store.set_node(name, value)
        self.keys.create(key, account, passphrase, label=identity.label, recovery=identity.recovery)
        self._open(key)

    def add_user(self, account: Account, passphrase: str) -> None:
        """Let one more user open the data; somebody must have logged in."""
        if not self._key:
            raise Unavailable(N_("要先有一个登记过的人登录，才能再加人。"))
        self.keys.add_user(self._key, account, passphrase)

    def signing_key(self) -> Ed25519PrivateKey:
        """The device's own key, which signs exchanges and door cards. Within `store.use()`."""
        return Ed25519PrivateKey.from_private_bytes(b64decode(self.store.node("device_key")))

    def _open(self, key: bytes) -> None:
        with self._opening:
            if self._store is not None:
                return
            self._store = self._make_store(key)
            self._key = key
        log.info("data opened")
        for begin in self.on_open:
            begin()

    def _make_store(self, key: bytes) -> LaptopStore:
        database = open_database(self.settings.data, key, self.now_ms())
        store = LaptopStore(database, now_ms=self.now_ms, entropy=self.entropy)
        store.on_project.append(lambda row: households.index_row(database, row))
        store.on_remove.append(lambda kind, record: search.remove(database, kind, record))
        store.keepers.append(drafts.kept_records)
        return store

    def _set_aside(self) -> None:
        """Data without a file of wraps opens for nobody; it is kept all the same, beside the new one."""
        path = self.settings.data / FILE_NAME
        for part in ("", "-wal", "-shm"):
            old = path.with_name(FILE_NAME + part)
            if old.exists():
                old.rename(old.with_name(f"{FILE_NAME}.unopened-{self.now_ms()}{part}"))


def _nodes(identity: Identity) -> dict[str, Any]:
    public = b64encode(identity.key.public_key().public_bytes_raw()).decode()
    return {
        "device": identity.device,
        "device_key": b64encode(identity.key.private_bytes_raw()).decode(),
        "label": identity.label,
        "registry": identity.registry,
        "county": identity.county,
        "users": identity.users,
        "issuers": {identity.device: {"public_key": public, "revoked_on": None}},
    }
