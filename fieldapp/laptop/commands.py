"""What `run.py` does with a laptop's folder without a browser."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fieldapp.domain.seed import TOWN
from fieldapp.errors import N_, Clash, Invalid, NotFound, RegistryUnreachable, Unavailable
from fieldapp.laptop.background import NO_REGISTRY, exchange_once, registry_of
from fieldapp.laptop.keys import KEY_BYTES, Account
from fieldapp.laptop.laptop import Identity, Laptop
from fieldapp.laptop.refusals import ADVICE
from fieldapp.laptop.seeding import fill
from fieldapp.settings import LaptopSettings
from fieldapp.web.i18n import gettext as _
from sync.exchange import Report
from sync.ids import new_device_id, new_id

PRACTICE_USER = N_("练习")


def sync_once(settings: LaptopSettings, user: str | None, passphrase: str) -> str:
    """One exchange with the registry, also beside a running app; says what came of it.

    `user` is an id or a name, None where only one person works. Raises WrongPassphrase, RegistryUnreachable, Clash.
    """
    laptop = opened(settings, user, passphrase)
    report = exchange_once(laptop)
    if report is None:
        raise Clash(N_("这台电脑正在同步，不用再来一次。"))
    _complain(report, laptop)
    return _("同步完成：送出 %(sent)s 条，收到 %(received)s 条，被退回 %(refused)s 条。", sent=report.sent,
             received=report.received, refused=report.refused)  # fmt: skip


def seed_folder(settings: LaptopSettings, user: str | None, passphrase: str, households: int) -> str:
    """Made-up households in a folder; says what came of it.

    A folder that is not enrolled becomes a laptop for practice, which no registry knows; an enrolled one is opened by
    `user` (see `sync_once`), who is then the author and whose registry will get it all. Raises what `opened` raises.
    """
    laptop = Laptop(settings)
    if laptop.is_enrolled:
        account = _unlock(laptop, user, passphrase)
    else:
        account = _practise(laptop, user or _(PRACTICE_USER), passphrase)
    records = fill(laptop, account.id, households)
    return _("放好了：%(households)s 户虚构的住户，%(records)s 条记录。用“%(name)s”和刚才的口令登录。",
             households=households, records=records, name=account.name)  # fmt: skip


def _practise(laptop: Laptop, name: str, passphrase: str) -> Account:
    """Begin a laptop that belongs to nobody's registry, for one caseworker of the made-up town."""
    account = Account(new_id(laptop.entropy), name, "caseworker")
    worker = {"id": account.id, "name": name, "role": account.role, "areas": [TOWN]}
    key = Ed25519PrivateKey.from_private_bytes(laptop.entropy(KEY_BYTES))
    identity = Identity(new_device_id(laptop.entropy), key, _(PRACTICE_USER), NO_REGISTRY, TOWN[:6], [worker])
    laptop.begin(identity, account, passphrase)
    return account


def opened(settings: LaptopSettings, user: str | None, passphrase: str) -> Laptop:
    """The laptop of a folder, opened. Raises NotFound for a folder without data, and what `Laptop.unlock` raises."""
    laptop = Laptop(settings)
    if not laptop.is_enrolled:
        raise NotFound(N_("文件夹 %(folder)s 里还没有登记过的电脑。请先启动程序登记。"), folder=settings.data)
    _unlock(laptop, user, passphrase)
    return laptop


def _unlock(laptop: Laptop, user: str | None, passphrase: str) -> Account:
    return laptop.unlock(_who(laptop.keys.accounts(), user).id, passphrase)


def _who(accounts: tuple[Account, ...], user: str | None) -> Account:
    named = [account for account in accounts if user in (None, account.id, account.name)]
    if len(named) == 1:
        return named[0]
    names = "、".join(account.name for account in accounts)
    if not named:
        raise NotFound(N_("这台电脑上没有 %(user)s。登记过的有：%(names)s。"), user=user, names=names)
    raise Invalid(N_("请写明是谁：%(names)s。"), names=names)


def _complain(report: Report, laptop: Laptop) -> None:
    if report.result == "done":
        return
    if report.result in ADVICE:
        raise Unavailable(ADVICE[report.result])
    with laptop.store.use():
        registry = registry_of(laptop)
    raise RegistryUnreachable(
        N_("连不上登记中心 %(registry)s，或者它正忙。记录都在本机，没有丢；有网时再试。"), registry=registry
    )
