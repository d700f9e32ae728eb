"""The laptop's web app: wired here, decided elsewhere."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from flask import Flask

from fieldapp.domain import cards
from fieldapp.errors import N_
from fieldapp.laptop import current, status
from fieldapp.laptop.background import Background
from fieldapp.laptop.keys import Cost
from fieldapp.laptop.laptop import Laptop, system_time
from fieldapp.laptop.refusals import of_sync
from fieldapp.laptop.screens import SCREENS
from fieldapp.settings import LaptopSettings, kept_secret
from fieldapp.web import Options, Place, init_app
from fieldapp.web.errors import handle
from sync.errors import SyncError
from sync.ids import Entropy

RAIL = (
    Place(N_("今日"), "today", "today.page"),
    Place(N_("住户"), "home", "households.page"),
    Place(N_("扫码"), "scan", "scan.page", shortcut="F2"),
    Place(N_("任务"), "task", "tasks.page"),
    Place(N_("同步"), "sync", "sync.page"),
)


def create_app(
    settings: LaptopSettings,
    *,
    now: Callable[[], datetime] = system_time,
    entropy: Entropy = secrets.token_bytes,
    cost: Cost | None = None,
    syncs: bool = True,
) -> Flask:
    """The app for one data folder. Clock, chance and the cost of a guess are arguments, so that tests can hold them.

    With `syncs` it syncs by itself from the first login on.
    """
    app = Flask("fieldapp.laptop", static_folder=None)
    app.secret_key = kept_secret(settings.data / "secret.key")
    laptop = Laptop(settings, now=now, entropy=entropy, cost=cost)
    background = Background(laptop)
    if syncs:
        laptop.on_open.append(background.start)
    current.init_app(app, laptop, background)
    init_app(
        app,
        load_user=current.load_user,
        rail=lambda: RAIL,
        language_default=settings.language,
        cookie_name=f"laptop_{settings.port}",
        now=now,
        options=_options(settings),
    )
    status.init_app(app)
    handle(app, SyncError, of_sync)
    for screen in SCREENS:
        app.register_blueprint(screen)
    return app


def _options(settings: LaptopSettings) -> Options:
    return Options(
        login="door.login",
        lock="door.lock",
        scan="scan.code",
        scan_prefix=cards.FAMILY,
        kit=settings.demo,
        holds=True,
        idle=timedelta(minutes=settings.idle_lock_minutes),
    )
