"""Settings of the two apps, checked when a program starts.

A later source wins: the defaults below, then `settings.toml` in the data folder, then the variables `FIELDAPP_<KEY>`,
then the command line. An unknown key, a wrong type and an impossible value are each refused by name.
"""

from __future__ import annotations

import secrets
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from filelock import FileLock
from platformdirs import user_data_path

from fieldapp.errors import N_, Invalid

FILE_NAME = "settings.toml"
PREFIX = "FIELDAPP_"
LANGUAGES = ("zh", "en")
LOOPBACK = ("127.0.0.1", "localhost", "::1")

T = TypeVar("T")


@dataclass(frozen=True)
class Kind:
    """What a setting may hold, how a variable's text is read, and the sentence for a value that cannot stand."""

    allows: Callable[[object], bool]
    refusal: str
    values: Mapping[str, Any] = field(default_factory=dict)
    from_text: Callable[[str], object] = str
    convert: Callable[[Any], object] = lambda value: value


def whole(low: int, high: int) -> Kind:
    """A whole number from `low` to `high`."""
    return Kind(
        allows=lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high,
        refusal=N_("设置 %(name)s 应当是 %(low)s 到 %(high)s 之间的整数，现在写的是 %(value)s。请改好再启动。"),
        values={"low": low, "high": high},
        from_text=int,
    )


def one_of(*choices: str) -> Kind:
    """One of a few words."""
    return Kind(
        allows=lambda value: value in choices,
        refusal=N_("设置 %(name)s 只能是 %(choices)s 中的一个，现在写的是 %(value)s。请改好再启动。"),
        values={"choices": " / ".join(choices)},
    )


def _is_web_address(value: object) -> bool:
    parts = urlsplit(value) if isinstance(value, str) else None
    return parts is not None and parts.scheme in ("http", "https") and bool(parts.hostname)


def _is_database(value: object) -> bool:
    return isinstance(value, str) and urlsplit(value).scheme in ("sqlite", "postgres", "postgresql")


FLAG = Kind(
    allows=lambda value: isinstance(value, bool),
    refusal=N_("设置 %(name)s 只能是 true 或 false，现在写的是 %(value)s。请改好再启动。"),
    from_text=lambda text: {"true": True, "1": True, "false": False, "0": False}.get(text.lower(), text),
)
WEB_ADDRESS = Kind(
    allows=_is_web_address,
    refusal=N_("设置 %(name)s 应当是以 http:// 或 https:// 开头的网址，现在写的是 %(value)s。请改好再启动。"),
    convert=lambda value: value.rstrip("/"),
)
# The refusal does not repeat the value: a database's address may hold its password.
DATABASE = Kind(
    allows=_is_database,
    refusal=N_("设置 %(name)s 应当是 sqlite:///文件 或 postgresql://用户@主机/库名 这样的地址。请改好再启动。"),
)
HOST = Kind(
    allows=lambda value: isinstance(value, str) and bool(value) and not any(c.isspace() or c == "/" for c in value),
    refusal=N_("设置 %(name)s 应当是主机名或 IP 地址，现在写的是 %(value)s。请改好再启动。"),
)
PATH = Kind(
    allows=lambda value: isinstance(value, (str, Path)) and bool(str(value)),
    refusal=N_("设置 %(name)s 应当是文件的路径，现在写的是 %(value)s。请改好再启动。"),
    convert=Path,
)


def setting(default: T, kind: Kind) -> T:
    """A field of a settings class: its default and what it may hold."""
    return field(default=default, metadata={"kind": kind})


@dataclass(frozen=True)
class LaptopSettings:
    """How the app on a laptop runs. It is for the person at the laptop alone, so it listens on loopback only."""

    data: Path
    host: str = setting("127.0.0.1", one_of(*LOOPBACK))
    port: int = setting(8470, whole(1, 65535))
    registry_url: str | None = setting(None, WEB_ADDRESS)
    sync_minutes: int = setting(15, whole(1, 24 * 60))
    idle_lock_minutes: int = setting(10, whole(1, 8 * 60))
    language: str = setting("zh", one_of(*LANGUAGES))
    demo: bool = setting(False, FLAG)


@dataclass(frozen=True)
class RegistrySettings:
    """How the registry runs. `public_url` is the address that laptops use, when it differs from where it listens."""

    data: Path
    host: str = setting("127.0.0.1", HOST)
    port: int = setting(8480, whole(1, 65535))
    public_url: str | None = setting(None, WEB_ADDRESS)
    database: str | None = setting(None, DATABASE)
    secret_key_file: Path | None = setting(None, PATH)
    idle_lock_minutes: int = setting(30, whole(1, 8 * 60))
    language: str = setting("zh", one_of(*LANGUAGES))
    demo: bool = setting(False, FLAG)

    @property
    def database_url(self) -> str:
        """The database's address: SQLite in the data folder unless another one is set."""
        return self.database or f"sqlite:///{self.data / 'registry.db'}"

    def secret_key(self) -> bytes:
        """32 random bytes that sign sessions, made at the first start and kept beside the data."""
        return kept_secret(self.secret_key_file or self.data / "secret.key")


Settings = LaptopSettings | RegistrySettings
APP_FOLDERS: Mapping[type[Settings], str] = {LaptopSettings: "laptop", RegistrySettings: "registry"}


@dataclass(frozen=True)
class Given:
    """One value, and its name as the person wrote it: `…/settings.toml: port`, `FIELDAPP_PORT`, `--port`."""

    key: str
    name: str
    value: object


def load_laptop(
    data: Path | None = None, environ: Mapping[str, str] | None = None, overrides: Mapping[str, object] | None = None
) -> LaptopSettings:
    """The laptop's settings; `overrides` come from the command line. Raises Invalid for what cannot stand."""
    return LaptopSettings(**_gather(LaptopSettings, data, environ or {}, overrides or {}))


def load_registry(
    data: Path | None = None, environ: Mapping[str, str] | None = None, overrides: Mapping[str, object] | None = None
) -> RegistrySettings:
    """The registry's settings; `overrides` come from the command line. Raises Invalid for what cannot stand."""
    return RegistrySettings(**_gather(RegistrySettings, data, environ or {}, overrides or {}))


def default_data(app: str) -> Path:
    """The folder for an app's data: the platform's place for user data."""
    return user_data_path("fieldapp", appauthor=False) / app


def kept_secret(path: Path) -> bytes:
    """The 32 secret bytes kept in `path`; made there, readable by the owner alone, when the file is not there yet."""
    with FileLock(f"{path}.lock"):  # the registry's workers start together
        if not path.exists():
            path.touch(mode=0o600)
            path.write_bytes(secrets.token_bytes(32))
    secret = path.read_bytes()
    if len(secret) < 32:
        raise Invalid(N_("密钥文件 %(file)s 不完整。请从备份里取回，或者删掉它：删掉后大家要重新登录。"), file=path)
    return secret


def _gather(
    cls: type[Settings], data: Path | None, environ: Mapping[str, str], overrides: Mapping[str, object]
) -> dict[str, Any]:
    """Every value that was given somewhere, checked; the data folder among them."""
    folder = _usable(data or Path(environ.get(f"{PREFIX}DATA") or default_data(APP_FOLDERS[cls])))
    kinds = _kinds(cls)
    sources = (_from_file(folder / FILE_NAME), _from_environment(environ, kinds), _said(overrides))
    return {"data": folder} | {given.key: _checked(given, kinds) for source in sources for given in source}


def _kinds(cls: type[Settings]) -> dict[str, Kind]:
    return {f.name: f.metadata["kind"] for f in fields(cls) if "kind" in f.metadata}


def _usable(folder: Path) -> Path:
    """The data folder, made when it is not there."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Invalid(
            N_("数据文件夹 %(folder)s 用不了（%(reason)s）。请换一个文件夹，或者看看有没有写入的权限。"),
            folder=folder,
            reason=error.strerror or error,
        ) from error
    return folder.resolve()


def _from_file(path: Path) -> Iterator[Given]:
    if not path.exists():
        return
    try:
        # utf-8-sig: Notepad puts a mark at the beginning
        content = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Invalid(N_("设置文件 %(file)s 不是 UTF-8 编码。请用 UTF-8 另存，再启动。"), file=path) from error
    except tomllib.TOMLDecodeError as error:
        raise Invalid(
            N_("设置文件 %(file)s 读不懂：%(reason)s。请改好再启动，其它内容都没有动。"), file=path, reason=error
        ) from error
    except OSError as error:
        raise Invalid(
            N_("设置文件 %(file)s 打不开（%(reason)s）。请看看有没有读取的权限。"),
            file=path,
            reason=error.strerror or error,
        ) from error
    for key, value in content.items():
        yield Given(key, f"{path}: {key}", value)


def _from_environment(environ: Mapping[str, str], kinds: Mapping[str, Kind]) -> Iterator[Given]:
    """Both apps may share one environment, so a key of the other app is passed over; a key of neither is a slip."""
    elsewhere = {"data", *_kinds(LaptopSettings), *_kinds(RegistrySettings)} - set(kinds)
    for name, text in environ.items():
        key = name.removeprefix(PREFIX).lower()
        if name.startswith(PREFIX) and key not in elsewhere:
            yield Given(key, name, _from_text(text, kinds.get(key)))


def _from_text(text: str, kind: Kind | None) -> object:
    try:
        return kind.from_text(text) if kind else text
    except ValueError:
        return text  # refused below with the sentence of its kind


def _said(overrides: Mapping[str, object]) -> Iterator[Given]:
    for key, value in overrides.items():
        if value is not None:
            yield Given(key, f"--{key.replace('_', '-')}", value)


def _checked(given: Given, kinds: Mapping[str, Kind]) -> object:
    kind = kinds.get(given.key)
    if kind is None:
        raise Invalid(
            N_("没有 %(name)s 这个设置。可以用的有：%(known)s。请改好再启动。"),
            name=given.name,
            known=", ".join(sorted(kinds)),
        )
    if not kind.allows(given.value):
        raise Invalid(kind.refusal, name=given.name, value=given.value, **kind.values)
    return kind.convert(given.value)
