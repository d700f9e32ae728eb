"""Settings are read from three places and refused, by name and in plain words, when they cannot stand."""

from __future__ import annotations

import stat
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from fieldapp.errors import DomainError, Invalid
from fieldapp.settings import (
    FILE_NAME,
    LaptopSettings,
    RegistrySettings,
    default_data,
    kept_secret,
    load_laptop,
    load_registry,
)


def write(folder: Path, text: str) -> Path:
    path = folder / FILE_NAME
    path.write_text(text, encoding="utf-8")
    return path


def sentence(error: DomainError) -> str:
    return error.text % error.values


def test_an_empty_folder_gives_the_defaults(tmp_path: Path) -> None:
    assert load_laptop(tmp_path) == LaptopSettings(data=tmp_path.resolve())
    assert load_registry(tmp_path) == RegistrySettings(data=tmp_path.resolve())


def test_the_data_folder_is_made_when_it_is_not_there(tmp_path: Path) -> None:
    settings = load_laptop(tmp_path / "new" / "laptop")
    assert settings.data.is_dir()


def test_the_data_folder_may_come_from_the_environment(tmp_path: Path) -> None:
    assert load_registry(environ={"FIELDAPP_DATA": str(tmp_path)}).data == tmp_path.resolve()


def test_each_app_has_a_default_folder_of_its_own() -> None:
    assert default_data("laptop") != default_data("registry")
    assert default_data("laptop").is_absolute()


def test_a_later_source_wins(tmp_path: Path) -> None:
    write(tmp_path, 'port = 9001\nlanguage = "en"\nsync_minutes = 5\n')
    environ = {"FIELDAPP_PORT": "9002", "FIELDAPP_SYNC_MINUTES": "6", "PATH": "/bin"}
    settings = load_laptop(tmp_path, environ, {"port": 9003, "language": None})
    assert (settings.port, settings.sync_minutes, settings.language) == (9003, 6, "en")


def test_a_file_saved_by_notepad_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"\xef\xbb\xbfport = 9001\r\n")
    assert load_laptop(tmp_path).port == 9001


def test_variables_are_read_as_the_type_of_the_setting(tmp_path: Path) -> None:
    environ = {"FIELDAPP_DEMO": "true", "FIELDAPP_REGISTRY_URL": "https://registry.example/"}
    settings = load_laptop(tmp_path, environ)
    assert settings.demo is True
    assert settings.registry_url == "https://registry.example"


def test_a_variable_of_the_other_app_is_passed_over(tmp_path: Path) -> None:
    environ = {"FIELDAPP_DATABASE": "postgresql://db/registry", "FIELDAPP_SYNC_MINUTES": "6"}
    assert load_laptop(tmp_path, environ).sync_minutes == 6
    assert load_registry(tmp_path, environ).database_url == "postgresql://db/registry"


@pytest.mark.parametrize(
    ("line", "key", "expected"),
    [
        ("port = 70000", "port", "65535"),
        ('port = "8470"', "port", "整数"),
        ("port = true", "port", "整数"),
        ("sync_minutes = 0", "sync_minutes", "1440"),
        ("idle_lock_minutes = 1.5", "idle_lock_minutes", "整数"),
        ('language = "fr"', "language", "zh / en"),
        ('host = "0.0.0.0"', "host", "127.0.0.1"),
        ('registry_url = "registry.example"', "registry_url", "https://"),
        ("demo = 1", "demo", "true"),
    ],
)
def test_an_impossible_value_is_refused_by_file_and_key(tmp_path: Path, line: str, key: str, expected: str) -> None:
    path = write(tmp_path, line)
    with pytest.raises(Invalid) as refused:
        load_laptop(tmp_path)
    assert f"{path.resolve()}: {key}" in sentence(refused.value)
    assert expected in sentence(refused.value)


@pytest.mark.parametrize("text", ["many", "", "1e3", "70000"])
def test_an_impossible_variable_is_refused_by_its_name(tmp_path: Path, text: str) -> None:
    with pytest.raises(Invalid) as refused:
        load_laptop(tmp_path, {"FIELDAPP_PORT": text})
    assert "FIELDAPP_PORT" in sentence(refused.value)


def test_an_impossible_option_is_refused_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        load_laptop(tmp_path, overrides={"registry_url": "ftp://registry.example"})
    assert "--registry-url" in sentence(refused.value)


def test_an_unknown_key_is_refused_and_the_known_ones_are_named(tmp_path: Path) -> None:
    write(tmp_path, "prot = 8470")
    with pytest.raises(Invalid) as refused:
        load_laptop(tmp_path)
    assert "prot" in sentence(refused.value)
    assert "port" in refused.value.values["known"]  # type: ignore[operator]


def test_an_unknown_variable_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="没有"):
        load_registry(tmp_path, {"FIELDAPP_PROT": "8470"})


def test_a_file_that_is_no_toml_is_refused_with_the_line(tmp_path: Path) -> None:
    write(tmp_path, "port = 8470\nlanguage = zh")
    with pytest.raises(Invalid) as refused:
        load_laptop(tmp_path)
    assert "line 2" in sentence(refused.value)


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes("# 端口\nport = 8470".encode("gbk"))
    with pytest.raises(Invalid, match="UTF-8"):
        load_laptop(tmp_path)


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(Invalid, match="数据文件夹"):
        load_laptop(tmp_path / "data")


def test_the_refusal_of_a_database_does_not_repeat_its_password(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        load_registry(tmp_path, {"FIELDAPP_DATABASE": "mysql://registry:hunter2@db/registry"})
    assert "FIELDAPP_DATABASE" in sentence(refused.value)
    assert "hunter2" not in sentence(refused.value)


def test_the_registry_keeps_sqlite_in_its_folder_unless_told_otherwise(tmp_path: Path) -> None:
    assert load_registry(tmp_path).database_url == f"sqlite:///{tmp_path.resolve() / 'registry.db'}"
    other = load_registry(tmp_path, {"FIELDAPP_DATABASE": "sqlite:///elsewhere.db"})
    assert other.database_url == "sqlite:///elsewhere.db"


def test_the_secret_key_is_made_once_and_kept(tmp_path: Path) -> None:
    settings = load_registry(tmp_path)
    first = settings.secret_key()
    assert len(first) == 32
    assert load_registry(tmp_path).secret_key() == first
    other = load_registry(tmp_path, {"FIELDAPP_SECRET_KEY_FILE": str(tmp_path / "other.key")})
    assert other.secret_key() != first


def test_the_secret_key_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    kept_secret(tmp_path / "secret.key")
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


def test_a_cut_off_secret_key_is_refused_rather_than_used(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_bytes(b"short")
    with pytest.raises(Invalid, match="密钥文件"):
        kept_secret(tmp_path / "secret.key")


def test_settings_do_not_change_while_the_program_runs(tmp_path: Path) -> None:
    settings = load_laptop(tmp_path)
    with pytest.raises(FrozenInstanceError):
        settings.port = 1  # type: ignore[misc]
