"""Who can open this laptop's data: one random key, wrapped once per user by her passphrase, and once for the registry.

`keys.json` holds no key and no passphrase. A wrap is AES-256-GCM under a key that Argon2id (RFC 9106) makes of the
passphrase; the recovery wrap is sealed to the registry's X25519 public key, so that no forgotten passphrase loses data.
"""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import orjson
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from filelock import FileLock

from fieldapp.errors import N_, Invalid, NotAllowed, Unavailable, WrongPassphrase
from sync.ids import Entropy

FILE_NAME = "keys.json"
ALGORITHM = "argon2id-aesgcm-1"
RECOVERY = "x25519-aesgcm-1"
KEY_BYTES = 32
SHORTEST = 8  # characters of a passphrase

# Guessing is slowed down, nobody is locked out for good: after these many slips a wait that doubles, in seconds.
FREE_SLIPS = 3
LONGEST_WAIT = 60


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess costs: passes, KiB of memory, lanes."""

    time: int = 3
    memory: int = 64 * 1024
    parallelism: int = 4


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who works at this laptop."""

    id: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Wrap:
    """The data key under one user's passphrase; `salt`, `nonce` and `wrapped` in base64.

    `slips` counts wrong passphrases since the last right one; until `wait_until` (Unix milliseconds) none is tried.
    """

    id: str
    name: str
    role: str
    algorithm: str
    cost: Cost
    salt: str
    nonce: str
    wrapped: str
    slips: int = 0
    wait_until: int = 0

    @property
    def account(self) -> Account:
        """Whose wrap it is."""
        return Account(self.id, self.name, self.role)


@dataclass(frozen=True, slots=True)
class Sealed:
    """The data key sealed to the registry's recovery key; all in base64."""

    algorithm: str
    ephemeral: str
    nonce: str
    wrapped: str


@dataclass(frozen=True, slots=True)
class Content:
    """What the file holds. `label` is what the laptop is called, for the page in front of the login."""

    label: str = ""
    users: tuple[Wrap, ...] = ()
    recovery: Sealed | None = None

    def wrap_of(self, user: str) -> Wrap:
        """A user's wrap; raises NotAllowed for somebody who is not registered here."""
        for wrap in self.users:
            if wrap.id == user:
                return wrap
        raise NotAllowed(N_("这台电脑上没有登记您。请先用登记码登记。"))

    def with_wrap(self, wrap: Wrap) -> Content:
        """The content with this wrap in the place of the user's earlier one."""
        users = {**{other.id: other for other in self.users}, wrap.id: wrap}  # a known user keeps her place
        return replace(self, users=tuple(users.values()))


class Keyring:
    """The file of wraps in the data folder. Each change is whole or not at all, even when the power fails."""

    def __init__(self, folder: Path, *, now_ms: Callable[[], int], entropy: Entropy, cost: Cost | None = None) -> None:
        self.path = folder / FILE_NAME
        self.now_ms = now_ms
        self.entropy = entropy
        self.cost = cost or Cost()

    @property
    def exists(self) -> bool:
        """Whether the laptop has been enrolled."""
        return self.path.exists()

    @property
    def label(self) -> str:
        """What the laptop is called; "" before enrolment."""
        return self.read().label

    def accounts(self) -> tuple[Account, ...]:
        """Who can open this laptop, in the order of enrolment."""
        return tuple(wrap.account for wrap in self.read().users)

    def create(
        self, key: bytes, account: Account, passphrase: str, *, label: str = "", recovery: bytes | None = None
    ) -> None:
        """Begin the file with its first user. `recovery` is the registry's raw X25519 public key. Raises Invalid."""
        wrap = self._wrap(key, account, passphrase)
        sealed = seal(key, recovery, self.entropy) if recovery else None
        self._write(Content(label, (wrap,), sealed))

    def add_user(self, key: bytes, account: Account, passphrase: str) -> None:
        """Let one more user open the same data, or a known one by a new passphrase. Raises Invalid."""
        wrap = self._wrap(key, account, passphrase)
        with self._changing() as content:
            self._write(content.with_wrap(wrap))

    def unlock(self, user: str, passphrase: str) -> bytes:
        """The data key. Raises WrongPassphrase, or Unavailable while a wait after too many slips lasts."""
        with self._changing() as content:
            wrap = content.wrap_of(user)
            self._wait_over(wrap)
            try:
                key = _unwrap(wrap, passphrase)
            except InvalidTag:
                slipped = self._slip(wrap)
                self._write(content.with_wrap(slipped))
                raise WrongPassphrase(N_("口令不对。请看看大小写和输入法，再试一次。")) from None
            if wrap.slips:
                self._write(content.with_wrap(replace(wrap, slips=0, wait_until=0)))
        return key

    def change_passphrase(self, user: str, old: str, new: str) -> None:
        """Give a user another passphrase; she proves herself by the old one. Raises WrongPassphrase, Invalid."""
        key = self.unlock(user, old)
        self.add_user(key, self.read().wrap_of(user).account, new)

    def read(self) -> Content:
        """What the file holds; nothing before enrolment. Raises Invalid for a damaged file."""
        if not self.exists:
            return Content()
        try:
            return _content(orjson.loads(self.path.read_bytes()))
        except (ValueError, TypeError, KeyError) as error:
            raise Invalid(
                N_("钥匙文件 %(file)s 读不懂。数据还在，但要有完好的钥匙文件才打得开。请找管理员。"), file=self.path
            ) from error

    def _wrap(self, key: bytes, account: Account, passphrase: str) -> Wrap:
        check_passphrase(passphrase)
        salt, nonce = self.entropy(16), self.entropy(12)
        wrapped = AESGCM(derive(passphrase, salt, self.cost)).encrypt(nonce, key, _bound(account.id))
        return Wrap(account.id, account.name, account.role, ALGORITHM, self.cost, _text(salt), _text(nonce),
                    _text(wrapped))  # fmt: skip

    def _wait_over(self, wrap: Wrap) -> None:
        # at most the longest wait, or a clock that was set back would lock somebody out
        left = min(wrap.wait_until - self.now_ms(), LONGEST_WAIT * 1000)
        if left > 0:
            raise Unavailable(N_("口令错了几次，请等 %(seconds)s 秒再试。数据都在。"), seconds=-(-left // 1000))

    def _slip(self, wrap: Wrap) -> Wrap:
        slips = wrap.slips + 1
        wait = min(2 ** (slips - FREE_SLIPS), LONGEST_WAIT) if slips >= FREE_SLIPS else 0
        return replace(wrap, slips=slips, wait_until=self.now_ms() + wait * 1000 if wait else 0)

    @contextmanager
    def _changing(self) -> Iterator[Content]:
        """The content, for one that changes it: two at once would lose the change of one."""
        with FileLock(f"{self.path}.lock"):
            yield self.read()

    def _write(self, content: Content) -> None:
        write_whole(self.path, orjson.dumps({"version": 1, **asdict(content)}, option=orjson.OPT_INDENT_2))


def check_passphrase(passphrase: str) -> None:
    """Raises Invalid for a passphrase that is too short to protect anything."""
    if len(passphrase) < SHORTEST:
        sentence = Invalid(N_("口令至少 %(least)s 个字，这里只有 %(count)s 个"), least=SHORTEST, count=len(passphrase))
        raise Invalid(N_("口令太短"), fields={"passphrase": sentence})


def derive(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    """32 bytes from a passphrase by Argon2id."""
    return hash_secret_raw(
        passphrase.encode(), salt, cost.time, cost.memory, cost.parallelism, KEY_BYTES, Type.ID
    )  # fmt: skip


def seal(key: bytes, public: bytes, entropy: Entropy) -> Sealed:
    """The data key for whoever holds the private half of a raw X25519 public key: the registry, for recovery."""
    ephemeral = X25519PrivateKey.from_private_bytes(entropy(KEY_BYTES))
    own = ephemeral.public_key().public_bytes_raw()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(public))
    nonce = entropy(12)
    wrapped = AESGCM(_agreed(shared, own, public)).encrypt(nonce, key, RECOVERY.encode())
    return Sealed(RECOVERY, _text(own), _text(nonce), _text(wrapped))


def open_sealed(sealed: Sealed, private: X25519PrivateKey) -> bytes:
    """The data key out of a recovery wrap. Raises InvalidTag for another private key."""
    ephemeral, public = b64decode(sealed.ephemeral), private.public_key().public_bytes_raw()
    shared = private.exchange(X25519PublicKey.from_public_bytes(ephemeral))
    agreed = _agreed(shared, ephemeral, public)
    return AESGCM(agreed).decrypt(b64decode(sealed.nonce), b64decode(sealed.wrapped), RECOVERY.encode())


def _agreed(shared: bytes, ephemeral: bytes, public: bytes) -> bytes:
    info = b"fieldapp recovery 1" + ephemeral + public
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(shared)


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file so that a power cut leaves the old content or the new, never a part."""
    new = path.with_name(f"{path.name}.new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    if os.name == "posix":  # elsewhere a folder cannot be opened
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _unwrap(wrap: Wrap, passphrase: str) -> bytes:
    made = derive(passphrase, b64decode(wrap.salt), wrap.cost)
    return AESGCM(made).decrypt(b64decode(wrap.nonce), b64decode(wrap.wrapped), _bound(wrap.id))


def _bound(user: str) -> bytes:
    """A wrap opens only in the place of its own user."""
    return f"{ALGORITHM} {user}".encode()


def _text(octets: bytes) -> str:
    return b64encode(octets).decode()


def _content(body: dict[str, Any]) -> Content:
    users = tuple(Wrap(**{**entry, "cost": Cost(**entry["cost"])}) for entry in body["users"])
    return Content(body["label"], users, Sealed(**body["recovery"]) if body["recovery"] else None)
