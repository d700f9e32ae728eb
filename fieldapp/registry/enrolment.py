"""How a laptop comes to be known: a code, shown once and valid briefly, lets one device in for one person."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass

from fieldapp.domain import areas
from fieldapp.domain.roles import ALLOWED, User
from fieldapp.errors import N_, Clash, Invalid, NotAllowed, NotFound
from fieldapp.registry import accounts
from fieldapp.registry.tables import Account, Device, DeviceUser, EnrolmentCode
from sync.ids import ALPHABET, Entropy, new_id

VALID_MS = 24 * 3600 * 1000
CODE_CHARS = 8
LOOKALIKES = str.maketrans("ILO", "110")


class CodeUsed(Clash):
    """The code has already let a laptop in."""


class CodeExpired(Clash):
    """The code is too old, or its person has no account in use."""


@dataclass(frozen=True, slots=True)
class Applicant:
    """The laptop that asks: its own id, its raw public key in base64, what it is called."""

    device: str
    public_key: str
    label: str


# -- codes -----------------------------------------------------------------------------------------------------------


def may_enrol(user: User, account: Account) -> bool:
    """Whether somebody may give this person a laptop: all of her areas and rights lie within his own.

    A laptop writes in its person's name, so a code for somebody with further rights would hand these over.
    """
    person = accounts.user_of(account)
    inside = areas.load().within
    return (
        account.active
        and "edit" in _actions(person)
        and _actions(person) <= _actions(user)
        and all(inside(area, user.areas) for area in person.areas)
    )


def _actions(user: User) -> frozenset[str]:
    return frozenset().union(*(ALLOWED.get(role, ()) for role in user.roles))


def make_code(account: Account, made_by: User, now_ms: int, entropy: Entropy) -> str:
    """A fresh code XXXX-XXXX for this person; kept only as a hash, so it can be shown just this once."""
    if not may_enrol(made_by, account):
        raise NotAllowed(N_("您不能给这个人登记电脑：不在您的片区，或者岗位比您的高"))
    code = new_id(entropy, CODE_CHARS)
    EnrolmentCode.insert(
        hash=_hash(code), account=account.id, made_by=made_by.id, expires_ms=now_ms + VALID_MS
    ).execute()  # fmt: skip
    return f"{code[:4]}-{code[4:]}"


def enrol(code: str, applicant: Applicant, now_ms: int) -> tuple[Device, User]:
    """Let a laptop in, inside a transaction. A repeat by the same laptop gets the same answer: no code is burnt.

    Raises NotFound, CodeUsed, CodeExpired, Invalid (key or id are none), Clash (another laptop has that id).
    """
    row = EnrolmentCode.get_or_none(EnrolmentCode.hash == _hash(code))
    if row is None:
        raise NotFound(N_("没有这个登记码。请对照县里给的码再输一遍"))
    account = Account.get_by_id(row.account)
    if row.used_ms is None and (now_ms > row.expires_ms or not account.active):
        raise CodeExpired(N_("这个登记码过期了。请让县里再出一个"))
    _check(applicant)
    _claim(row, applicant.device, now_ms)
    user = accounts.user_of(account)
    device = _device(applicant, user.areas[0][:6], now_ms)
    DeviceUser.insert(device=device.id, account=account.id).on_conflict_ignore().execute()
    return device, user


def _claim(row: EnrolmentCode, device: str, now_ms: int) -> None:
    """Of two laptops with one code the second waits here for the first, and then finds the code used."""
    unused = EnrolmentCode.used_ms.is_null() | (EnrolmentCode.device == device)
    claimed = EnrolmentCode.update(used_ms=now_ms, device=device).where(EnrolmentCode.hash == row.hash, unused)
    if not claimed.execute():
        raise CodeUsed(N_("这个登记码已经用过了。请让县里再出一个"))


def _device(applicant: Applicant, county: str, now_ms: int) -> Device:
    known = Device.get_or_none(Device.id == applicant.device)
    if known is None:
        return Device.create(
            id=applicant.device, label=applicant.label.strip()[:80] or applicant.device,
            public_key=applicant.public_key, county=county, enrolled_ms=now_ms,
        )  # fmt: skip
    if known.public_key != applicant.public_key or known.revoked_ms is not None:
        raise Clash(N_("这台电脑的编号已经登记过，或者已经停用。请让县里看一看"))
    return known


def _check(applicant: Applicant) -> None:
    try:
        key = base64.b64decode(applicant.public_key, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32 or len(applicant.device) != 10 or not set(applicant.device) <= set(ALPHABET):
        raise Invalid(N_("这台电脑送来的登记内容不完整，请更新程序再试"))


def _hash(code: str) -> str:
    plain = code.upper().replace("-", "").replace(" ", "").translate(LOOKALIKES)
    return hashlib.sha256(plain.encode()).hexdigest()


# -- laptops ---------------------------------------------------------------------------------------------------------


def device(device_id: str) -> Device:
    """An enrolled laptop; raises NotFound."""
    found: Device | None = Device.get_or_none(Device.id == device_id)
    if found is None:
        raise NotFound(N_("没有登记过这台电脑"))
    return found


def revoke(device_id: str, why: str, now_ms: int) -> None:
    """The laptop is let in no longer, from now; what it sent and the cards it signed before stay valid."""
    if not why.strip():
        raise Invalid(N_("请写明为什么停用"), fields={"why": N_("请写明为什么停用")})
    Device.update(revoked_ms=now_ms, revoked_why=why.strip()[:400]).where(
        Device.id == device_id, Device.revoked_ms.is_null()
    ).execute()  # fmt: skip


def users_of(device_id: str) -> list[User]:
    """The people who work on a laptop and still have an account in use."""
    rows = (
        Account.select()
        .join(DeviceUser, on=(DeviceUser.account == Account.id))
        .where(DeviceUser.device == device_id, Account.active)
        .order_by(Account.name)
    )
    return [accounts.user_of(row) for row in rows]
