"""What an app tells the shared web layer about itself; kept in `app.extensions`, read through `web()`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from flask import Flask, current_app

EXTENSION = "fieldapp.web"


class User(Protocol):
    """Who is at the screen, as far as access rules need to know."""

    @property
    def id(self) -> str: ...

    @property
    def role(self) -> str: ...


@dataclass(frozen=True)
class Place:
    """One entry of the rail. `label` is marked with N_ and translated where it is shown."""

    label: str
    icon: str
    endpoint: str
    shortcut: str = ""
    count: int = 0


@dataclass(frozen=True)
class Options:
    """What differs between the apps and has a sensible default. Endpoints are names for `url_for`."""

    login: str = "login"
    lock: str = ""
    scan: str = ""
    scan_prefix: str = ""
    wide: bool = False
    kit: bool = False
    holds: bool = False  # the login page carries what was posted to a locked screen: held.py
    idle: timedelta = timedelta(minutes=10)
    hosts: Sequence[str] = ()
    machines: Sequence[str] = ()


@dataclass(frozen=True)
class Web:
    """The settings of one app's web layer."""

    load_user: Callable[[str], User | None]
    rail: Callable[[], Sequence[Place]]
    language_default: str
    cookie_name: str
    now: Callable[[], datetime]
    options: Options = field(default_factory=Options)


def install(app: Flask, settings: Web) -> None:
    """Keep the settings with the app."""
    app.extensions[EXTENSION] = settings


def web() -> Web:
    """The settings of the current app."""
    settings: Web = current_app.extensions[EXTENSION]
    return settings
