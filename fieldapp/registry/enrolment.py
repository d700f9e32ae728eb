"""How a laptop comes to be known: a code, shown once and valid briefly, lets one device in for one person."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass

from fieldapp.domain.roles import User
from fieldapp.errors import N_, Clash, Invalid, NotFound
from fieldapp.registry import accounts
from fieldapp.registry.tables import Account, Device, DeviceUser, EnrolmentCode
from sync.ids import ALPHABET, Entropy, new_id

VALID_MS = 24 * 3600 * 1000
CODE_CHARS = 8
LOOKALIKES = str.maketrans("ILO", "110")


class CodeUsed(Clash):
    """The code has already let a laptop in."""


class CodeExpired(Clash):
    """The code is too old."""


@dataclass(frozen=True, slots=True)
class Applicant:
    """The laptop that asks: its own id, its raw public key in base64, what it is called."""

    device: str
    public_key: str
    label: str


def make_code(account: User, made_by: User, now_ms: int, entropy: Entropy) -> str:
    """A fresh code XXXX-XXXX for this person; kept only as a hash, so it can be shown just this once."""
    code = new_id(entropy, CODE_CHARS)
    EnrolmentCode.insert(
        hash=_hash(code), account=account.id, made_by=made_by.id, expires_ms=now_ms + VALID_MS
    ).execute()  # fmt: skip
    return f"{code[:4]}-{code[4:]}"


def enrol(code: str, applicant: Applicant, now_ms: int) -> tuple[Device, User]:
    """Let a laptop in. A repeat by the same laptop gets the same answer: a lost answer burns no code.

    Raises NotFound, CodeUsed, CodeExpired, Invalid (key or id are none), Clash (another laptop has that id).
    """
    row = EnrolmentCode.get_or_none(EnrolmentCode.hash == _hash(code))
    if row is None:
        raise NotFound(N_("没有这个登记码。请对照县里给的码再输一遍"))
    if row.used_ms is not None and row.device != applicant.device:
        raise CodeUsed(N_("这个登记码已经用过了。请让县里再出一个"))
    if row.used_ms is None and now_ms > row.expires_ms:
        raise CodeExpired(N_("这个登记码过期了。请让县里再出一个"))
    _check(applicant)
    account = Account.get_by_id(row.account)
    device = _device(applicant, str(account.areas[0])[:6], now_ms)
    DeviceUser.insert(device=device.id, account=account.id).on_conflict_ignore().execute()
    EnrolmentCode.update(used_ms=now_ms, device=device.id).where(EnrolmentCode.hash == row.hash).execute()
    return device, accounts.user_of(account)


def _device(applicant: Applicant, county: str, now_ms: int) -> Device:
    known = Device.get_or_none(Device.id == applicant.device)
    if known is None:
        return Device.create(
            id=applicant.device, label=applicant.label[:80], public_key=applicant.public_key, county=county,
            enrolled_ms=now_ms,
        )  # fmt: skip
    if known.public_key != applicant.public_key or known.revoked_ms is not None:
        raise Clash(N_("这台电脑的编号已经登记过，或者已经停用。请让县里看一看"))
    return known


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


def _check(applicant: Applicant) -> None:
    try:
        key = base64.b64decode(applicant.public_key, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != 32 or len(applicant.device) != 10 or not set(applicant.device) <= set(ALPHABET):
        raise Invalid(N_("这台电脑送来的登记内容不完整，请更新程序再试"))


def _hash(code: str) -> str:
    plain = code.upper().replace("-", "").replace(" ", "").translate(LOOKALIKES)
    return hashlib.sha256(plain.encode()).hexdigest()
