"""People's accounts at the registry: made, checked at log-in, switched off; never removed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from fieldapp.domain import areas
from fieldapp.domain.roles import ALLOWED, User
from fieldapp.errors import N_, Clash, DomainError, Invalid, NotAllowed, NotFound
from fieldapp.registry import attempts
from fieldapp.registry.tables import Account

SHORTEST_PASSWORD = 8

_hasher = PasswordHasher()  # argon2id, the library's parameters (RFC 9106, low-memory choice)
_nobody = _hasher.hash("a password that nobody has")


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What is asked for a new account; `areas` are codes, prefixes of codes or the keys of zones."""

    login: str
    name: str
    password: str
    roles: Sequence[str]
    areas: Sequence[str]


# -- making and changing ---------------------------------------------------------------------------------------------


def add(account_id: str, new: NewAccount) -> User:
    """Make an account. Raises Invalid by field, or Clash when the login is taken."""
    problems = _problems(new)
    if problems:
        raise Invalid(N_("还有几处没填好，请改一改。"), fields=problems)
    login = new.login.strip().lower()
    if Account.select().where(Account.login == login).exists():
        raise Clash(N_("登录名 %(login)s 已经有人用了，请换一个。"), login=login)
    Account.insert(
        id=account_id, login=login, name=new.name.strip(), password=_hasher.hash(new.password),
        roles=list(new.roles), areas=[areas.load().prefix(area) for area in new.areas],
    ).execute()  # fmt: skip
    return get(account_id)


def _problems(new: NewAccount) -> dict[str, str | DomainError]:
    checks: dict[str, tuple[Callable[[], bool], str]] = {
        "login": (lambda: _is_login(new.login.strip()), N_("登录名用字母和数字，不要空格，最多 40 个")),
        "name": (lambda: 0 < len(new.name.strip()) <= 80, N_("请填姓名")),
        "password": (lambda: is_password(new.password), N_("口令至少 8 个字符")),
        "roles": (lambda: bool(new.roles) and set(new.roles) <= set(ALLOWED), N_("请选岗位")),
        "areas": (lambda: bool(new.areas) and all(map(is_area, new.areas)), N_("请从列表里选片区")),
    }
    return {field: sentence for field, (fine, sentence) in checks.items() if not fine()}


def _is_login(text: str) -> bool:
    return text.isascii() and text.isalnum() and len(text) <= 40


def is_password(text: str) -> bool:
    """Whether a password is long enough to protect anything."""
    return len(text) >= SHORTEST_PASSWORD


def is_area(code: str) -> bool:
    """Whether this is the code of an area, its prefix, or the key of a zone."""
    try:
        areas.load().get(code)
    except (Invalid, NotFound):
        return False
    return True


def set_password(account_id: str, password: str) -> None:
    """A new password, by somebody who may. Raises Invalid."""
    if not is_password(password):
        raise Invalid(N_("口令太短"), fields={"password": N_("口令至少 8 个字符")})
    Account.update(password=_hasher.hash(password)).where(Account.id == account_id).execute()


def switch(account_id: str, *, active: bool) -> None:
    """Off: the account can no longer log in or sync; its name stays beside what it wrote. On: it can again."""
    Account.update(active=active).where(Account.id == account_id).execute()


# -- reading ---------------------------------------------------------------------------------------------------------


def anybody() -> bool:
    """Whether there is any account at all."""
    return Account.select().exists()


def row(account_id: str) -> Account:
    """An account as it is kept, with the areas as they were granted; raises NotFound."""
    found: Account | None = Account.get_or_none(Account.id == account_id)
    if found is None:
        raise NotFound(N_("没有这个人的账号"))
    return found


def get(account_id: str) -> User:
    """An account as the domain knows it; raises NotFound."""
    return user_of(row(account_id))


def user_of(account: Account) -> User:
    """The domain's view of an account: its areas as prefixes of codes, so that a plain comparison tells who may."""
    return User(account.id, account.name, account.login, tuple(account.roles), prefixes(account.areas))


def prefixes(granted: Iterable[str]) -> tuple[str, ...]:
    """Granted areas as the fewest prefixes; a county's code leaves out the towns of its zones."""
    known = areas.load()
    return tuple(dict.fromkeys(part for area in granted for part in known.expand(area)))


def names() -> dict[str, User]:
    """Everybody who has or had an account, by id."""
    return {account.id: user_of(account) for account in Account.select()}


# -- logging in ------------------------------------------------------------------------------------------------------


def log_in(login: str, password: str, now_ms: int) -> User:
    """Who this is.

    Raises NotAllowed with one and the same sentence whatever was wrong, after the same work; Wait after failures.
    """
    login = login.strip().lower()
    key = f"login {login}"
    attempts.check(key, now_ms)
    found = Account.get_or_none(Account.login == login)
    fits = _fits(found.password if found is not None else _nobody, password)
    if found is None or not fits or not found.active:
        attempts.failed(key, now_ms)
        raise NotAllowed(N_("登录名或口令不对。忘了口令请找县管理员"))
    attempts.forget(key)
    return user_of(found)


def _fits(hashed: str, password: str) -> bool:
    try:
        return _hasher.verify(hashed, password)
    except VerifyMismatchError:
        return False
