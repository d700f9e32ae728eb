"""People's accounts at the registry: made, checked at log-in, switched off; never removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from fieldapp.domain.roles import ALLOWED, User
from fieldapp.errors import N_, Clash, Invalid, NotAllowed, NotFound
from fieldapp.registry.tables import Account

SHORTEST_PASSWORD = 8

# After a failure a login waits, twice as long each time. Told the same for a login that does not exist.
FIRST_DELAY_MS, LONGEST_DELAY_MS, FREE_FAILURES = 1_000, 15 * 60_000, 3

_hasher = PasswordHasher()  # argon2id, the library's parameters (RFC 9106, low-memory choice)
_nobody = _hasher.hash("a password that nobody has")


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What is asked for a new account; `areas` are prefixes of area codes."""

    login: str
    name: str
    password: str
    roles: Sequence[str]
    areas: Sequence[str]


def add(account_id: str, new: NewAccount) -> User:
    """Make an account. Raises Invalid by field, or Clash when the login is taken."""
    problems = _problems(new)
    if problems:
        raise Invalid(N_("还有几处没填好，请改一改。"), fields=problems)
    if Account.select().where(Account.login == new.login).exists():
        raise Clash(N_("登录名 %(login)s 已经有人用了，请换一个。"), login=new.login)
    Account.insert(
        id=account_id, login=new.login, name=new.name, password=_hasher.hash(new.password),
        roles=list(new.roles), areas=list(new.areas),
    ).execute()  # fmt: skip
    return get(account_id)


def _problems(new: NewAccount) -> dict[str, str]:
    checks = {
        "login": (new.login.isascii() and new.login.isalnum(), N_("登录名用字母和数字，不要空格")),
        "name": (bool(new.name.strip()), N_("请填姓名")),
        "password": (len(new.password) >= SHORTEST_PASSWORD, N_("口令至少 8 个字符")),
        "roles": (bool(new.roles) and set(new.roles) <= set(ALLOWED), N_("请选岗位")),
        "areas": (bool(new.areas) and all(len(a) >= 2 and a.isdigit() for a in new.areas), N_("请选片区")),
    }
    return {field: sentence for field, (fine, sentence) in checks.items() if not fine}


def get(account_id: str) -> User:
    """An account as the domain knows it; raises NotFound."""
    row = Account.get_or_none(Account.id == account_id)
    if row is None:
        raise NotFound(N_("没有这个人的账号"))
    return user_of(row)


def user_of(row: Account) -> User:
    """The domain's view of an account."""
    return User(row.id, row.name, row.login, tuple(row.roles), tuple(row.areas))


def log_in(login: str, password: str, now_ms: int) -> User:
    """Who this is. Raises NotAllowed with one and the same sentence whatever was wrong, after the same work."""
    row = Account.get_or_none(Account.login == login)
    if row is not None and (wait := _wait_ms(row, now_ms)) > 0:
        raise NotAllowed(N_("试错了几次，请过 %(seconds)s 秒再试"), seconds=wait // 1000 + 1)
    if not _fits(row.password if row is not None else _nobody, password) or row is None or not row.active:
        if row is not None:
            _count_failure(row, now_ms)
        raise NotAllowed(N_("登录名或口令不对。忘了口令请找县管理员"))
    Account.update(failures=0).where(Account.id == row.id).execute()
    return user_of(row)


def _fits(hashed: str, password: str) -> bool:
    try:
        return _hasher.verify(hashed, password)
    except VerifyMismatchError:
        return False


def _wait_ms(row: Account, now_ms: int) -> int:
    over = row.failures - FREE_FAILURES
    delay = min(FIRST_DELAY_MS * 2**over, LONGEST_DELAY_MS) if over >= 0 else 0
    return int(row.last_failure_ms + delay - now_ms)


def _count_failure(row: Account, now_ms: int) -> None:
    Account.update(failures=Account.failures + 1, last_failure_ms=now_ms).where(Account.id == row.id).execute()


def switch_off(account_id: str) -> None:
    """The account can no longer log in or sync; its name stays beside what it wrote."""
    Account.update(active=False).where(Account.id == account_id).execute()


def anybody() -> bool:
    """Whether there is any account at all."""
    return Account.select().exists()
