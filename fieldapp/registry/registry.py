"""One registry: its settings, its store, the keys in its folder; and how its first account comes to be."""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from fieldapp.domain.roles import User
from fieldapp.errors import N_, Clash, NotAllowed
from fieldapp.registry import accounts, attempts
from fieldapp.registry.accounts import NewAccount
from fieldapp.registry.opening import open_database
from fieldapp.settings import RegistrySettings, kept_secret
from sync.ids import Entropy, new_id
from sync.store.registry import RegistryStore

log = logging.getLogger(__name__)

FIRST_CODE_CHARS = 12


def system_time() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)


class Registry:
    """One per process; several may serve one database. `now` and `entropy` are the machine's clock and chance."""

    def __init__(
        self,
        settings: RegistrySettings,
        *,
        now: Callable[[], datetime] = system_time,
        entropy: Entropy = secrets.token_bytes,
    ) -> None:
        self.settings = settings
        self.now = now
        self.store = RegistryStore(open_database(settings), now_ms=self.now_ms, entropy=entropy)
        with self.store.use():
            if not accounts.anybody():
                log.info("nobody has an account yet: make the first one with the code %s", self.first_code())

    def now_ms(self) -> int:
        """The clock in Unix milliseconds."""
        return int(self.now().timestamp() * 1000)

    def recovery_key(self) -> str:
        """The public half (X25519, base64) of the key to which laptops seal theirs, against forgotten passphrases."""
        private = X25519PrivateKey.from_private_bytes(kept_secret(self.settings.data / "recovery.key")[:32])
        return b64encode(private.public_key().public_bytes_raw()).decode()

    # -- the first account

    def first_code(self) -> str:
        """What lets somebody make the first account; printed in the log, where only who runs the registry can read it.

        Made from the registry's secret, so that all workers print the same. It is good until there is an account.
        """
        mixed = hmac.new(self.settings.secret_key(), b"the first account", hashlib.sha256).digest()
        code = new_id(lambda count: mixed[:count], FIRST_CODE_CHARS)
        return "-".join(code[start : start + 4] for start in range(0, FIRST_CODE_CHARS, 4))

    def begin(self, code: str, new: NewAccount) -> User:
        """Make the first account. Raises Clash when there is one, NotAllowed for another code, Wait, Invalid."""
        now = self.now_ms()
        attempts.check("first", now)
        if not hmac.compare_digest(_plain(code), _plain(self.first_code())):
            attempts.failed("first", now)
            raise NotAllowed(N_("这个码不对。它写在登记中心启动时的日志里"))
        with self.store.writing():
            if accounts.anybody():
                raise Clash(N_("已经有人有账号了。请登录，或者请县管理员给您开一个"))
            return accounts.add(self.store.new_id(), new)


def _plain(code: str) -> bytes:
    return code.upper().replace("-", "").replace(" ", "").encode()
