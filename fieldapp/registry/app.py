"""The registry's web app: wired here, decided elsewhere."""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import Flask

from fieldapp import log
from fieldapp.domain import labels
from fieldapp.registry import current, filled, rail
from fieldapp.registry.door import RegistryDoor
from fieldapp.registry.registry import Registry, system_time
from fieldapp.registry.screens import SCREENS
from fieldapp.settings import LOOPBACK, RegistrySettings, load_registry
from fieldapp.web import Options, init_app
from sync.ids import Entropy
from sync.service import blueprint

logger = logging.getLogger(__name__)


def wsgi() -> Flask:
    """The app for a WSGI server (`gunicorn 'fieldapp.registry:wsgi()'`); settings come from file and environment."""
    log.set_up()
    return create_app(load_registry(environ=os.environ))


def create_app(
    settings: RegistrySettings, *, now: Callable[[], datetime] = system_time, entropy: Entropy = secrets.token_bytes
) -> Flask:
    """The app on one database. Clock and chance are arguments, so that tests can hold them."""
    app = Flask("fieldapp.registry", static_folder=None)
    app.secret_key = settings.secret_key()
    app.config["SESSION_COOKIE_SECURE"] = (settings.public_url or "").startswith("https:")
    served = Registry(settings, now=now, entropy=entropy)
    current.init_app(app, served)
    init_app(
        app,
        load_user=current.load_user,
        rail=rail.places,
        language_default=settings.language,
        cookie_name=f"registry_{settings.port}",
        now=now,
        options=_options(settings),
    )
    app.jinja_env.globals.update(
        person_behind=current.person_behind, can=current.can, value_words=labels.value_words,
        field_label=labels.field_label,
    )  # fmt: skip
    filled.stock(settings.data / "forms")
    app.register_blueprint(blueprint(served.store, RegistryDoor()))
    for screen in SCREENS:
        app.register_blueprint(screen)
    return app


def _options(settings: RegistrySettings) -> Options:
    return Options(
        login="door.login",
        lock="door.lock",
        wide=True,
        kit=settings.demo,
        idle=timedelta(minutes=settings.idle_lock_minutes),
        hosts=_hosts(settings),
        machines=("sync", "enrolling"),
    )


def _hosts(settings: RegistrySettings) -> Sequence[str]:
    """The names this app answers to, beside loopback."""
    public = urlsplit(settings.public_url or "").hostname
    if public is None and settings.host not in LOOPBACK:
        logger.warning("set public_url: without it the registry answers only to its own address %s", settings.host)
    return [name for name in (public, settings.host) if name]
