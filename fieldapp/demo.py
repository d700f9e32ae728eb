"""The demonstration: a registry and two laptops on three ports of this machine, with a made-up town.

It is made once, in a folder of its own that gets its name only when it is whole; the next start takes seconds.
"""

from __future__ import annotations

import shutil
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import NoReturn

from flask import Flask

from fieldapp import laptop as laptop_app
from fieldapp import registry as registry_app
from fieldapp.errors import Unavailable
from fieldapp.laptop.background import exchange_once
from fieldapp.laptop.current import BACKGROUND
from fieldapp.laptop.enrol import Application, Enrolment
from fieldapp.laptop.laptop import Laptop
from fieldapp.laptop.refusals import ADVICE
from fieldapp.laptop.seeding import fill
from fieldapp.registry import accounts, enrolment
from fieldapp.registry.accounts import NewAccount
from fieldapp.registry.current import EXTENSION
from fieldapp.registry.registry import Registry
from fieldapp.serve import Server, listen, serving
from fieldapp.settings import LaptopSettings, RegistrySettings
from fieldapp.web.i18n import gettext as _

HOST = "127.0.0.1"
ZONE, TOWN = "wansheng", "500110101"
PASSWORD = "nantong-2025"  # noqa: S105 (of made-up people, written in the README)


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody of the demonstration."""

    login: str
    name: str
    role: str
    area: str


ADMINISTRATOR = Player("hejianhua", "贺建华", "county", ZONE)
SUPERVISOR = Player("zhaomingfang", "赵明芳", "supervisor", TOWN)
# Each caseworker has a laptop, with this name on it.
LAPTOPS: tuple[tuple[str, str, Player], ...] = (
    ("laptop-a", "万盛-017", Player("chenxiaoli", "陈小莉", "caseworker", TOWN)),
    ("laptop-b", "万盛-009", Player("luojianguo", "罗建国", "caseworker", TOWN)),
)


def run(settings: RegistrySettings, show: Callable[[str], object], browse: Callable[[str], object] | None) -> None:
    """Serve all three until Ctrl-C; `show` says where, `browse` opens a browser. Raises PortInUse."""
    with ExitStack() as stack:
        listeners = [stack.enter_context(listen(HOST, settings.port + n)) for n in range(1 + len(LAPTOPS))]
        folder = settings.data / "demo"
        if not folder.exists():
            show(_("第一次启动：正在准备一个虚构的镇，要几秒钟。"))
            make(folder, settings)
        for app, listener in zip(_apps(folder, settings), listeners, strict=True):
            stack.enter_context(_served(app, listener))
        urls = [f"http://{HOST}:{settings.port + n}/" for n in range(1 + len(LAPTOPS))]
        show(guide(urls))
        if browse is not None:
            for url in urls:
                browse(url)
        _wait()


def guide(urls: Sequence[str]) -> str:
    """What is where, and who may log in with what."""
    lines = [_("登记中心  %(url)s", url=urls[0])]
    for player in (ADMINISTRATOR, SUPERVISOR):
        lines.append("    " + _("登录名 %(login)s（%(name)s）", login=player.login, name=player.name))
    for url, (_folder, label, player) in zip(urls[1:], LAPTOPS, strict=True):
        lines += [_("电脑 %(label)s  %(url)s", label=label, url=url), f"    {player.name}"]
    lines += [_("口令都是 %(password)s", password=PASSWORD), _("结束：Ctrl-C")]
    return "\n".join(lines)


# -- serving -----------------------------------------------------------------------------------------------------------


def _apps(folder: Path, settings: RegistrySettings) -> list[Flask]:
    registry = registry_app.create_app(_registry_settings(folder, settings))
    return [registry, *(laptop_app.create_app(each) for each in _laptop_settings(folder, settings))]


def _registry_settings(folder: Path, settings: RegistrySettings) -> RegistrySettings:
    """On this machine alone, whatever else is set."""
    return RegistrySettings(_folder(folder / "registry"), port=settings.port, language=settings.language, demo=True)


def _laptop_settings(folder: Path, settings: RegistrySettings, registry: str = "") -> list[LaptopSettings]:
    url = registry or f"http://{HOST}:{settings.port}"
    shared = LaptopSettings(folder, registry_url=url, sync_minutes=1, language=settings.language, demo=True)
    return [
        replace(shared, data=_folder(folder / name), port=settings.port + n)
        for n, (name, _label, _player) in enumerate(LAPTOPS, start=1)
    ]


def _folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


@contextmanager
def _served(app: Flask, listener: socket.socket) -> Iterator[None]:
    server = Server(app, listener)
    thread = threading.Thread(target=server.run, name=f"demo-{server.port}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        if background := app.extensions.get(BACKGROUND):
            background.stop()
        server.stop()
        thread.join(timeout=10)


def _wait() -> None:
    signal.signal(signal.SIGTERM, _end)  # a system that shuts down ends us as Ctrl-C does
    with suppress(KeyboardInterrupt, SystemExit):
        threading.Event().wait()


def _end(number: int, frame: FrameType | None) -> NoReturn:
    sys.exit(0)


# -- making ------------------------------------------------------------------------------------------------------------


def make(folder: Path, settings: RegistrySettings) -> None:
    """A registry with its people, two laptops enrolled by codes over HTTP, a town on the first, synced to both."""
    making = folder.with_name(f"{folder.name}-in-the-making")
    if making.exists():
        shutil.rmtree(making)  # a start that was interrupted
    app = registry_app.create_app(_registry_settings(making, settings))
    with serving(app, HOST) as server:
        url = f"http://{HOST}:{server.port}"
        _enrol(app.extensions[EXTENSION], [Laptop(each) for each in _laptop_settings(making, settings, url)], url)
    making.rename(folder)


def _enrol(registry: Registry, laptops: Sequence[Laptop], url: str) -> None:
    codes = _codes(registry)
    users = [
        Enrolment(laptop).new_laptop(Application(code, PASSWORD, PASSWORD, url, label)).id
        for laptop, code, (_folder, label, _player) in zip(laptops, codes, LAPTOPS, strict=True)
    ]
    fill(laptops[0], users[0])
    for laptop in laptops:
        report = exchange_once(laptop)
        if report is None or report.result != "done":
            raise Unavailable(ADVICE["failed"])


def _codes(registry: Registry) -> list[str]:
    """The accounts of all players, and a code for each caseworker."""
    store = registry.store
    with store.use(), store.writing():
        players = (ADMINISTRATOR, SUPERVISOR, *(player for _folder, _label, player in LAPTOPS))
        users = [accounts.add(store.new_id(), _account(player)) for player in players]
        workers = [accounts.row(user.id) for user in users[-len(LAPTOPS) :]]
        return [enrolment.make_code(worker, users[0], registry.now_ms(), store.entropy) for worker in workers]


def _account(player: Player) -> NewAccount:
    return NewAccount(player.login, player.name, PASSWORD, [player.role], [player.area])
