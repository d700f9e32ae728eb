"""The one door: help in plain words, and exit codes that mean something."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner, Result

import run
from fieldapp import errors
from fieldapp.folder import LOCK, only_copy
from tests.support.server import running


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing that is set on this machine, and no folder of its user, takes part."""
    for name in [name for name in os.environ if name.startswith("FIELDAPP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "user-data"))


def say(*arguments: str | Path, environ: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(run.door, [str(argument) for argument in arguments], env=environ, prog_name="run.py")


def test_help_names_every_command_in_plain_words() -> None:
    shown = say("--help")
    assert shown.exit_code == 0
    for command in ("app", "registry", "demo", "sync", "seed"):
        assert f"\n  {command}" in shown.output
        assert "--data" in say(command, "--help").output


def test_wrong_usage_ends_with_2() -> None:
    assert say("registry", "--port", "many").exit_code == 2
    assert say("--nonsense").exit_code == 2


@pytest.mark.parametrize("command", ["app", "registry"])
def test_a_port_in_use_ends_with_3(command: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        refused = say(command, "--data", tmp_path, "--port", port)
    assert refused.exit_code == 3
    assert str(port) in refused.output
    assert "占用" in refused.output


@pytest.mark.parametrize("command", ["app", "demo"])
def test_a_folder_in_use_by_a_second_copy_ends_with_6(command: str, tmp_path: Path) -> None:
    with only_copy(tmp_path):
        refused = say(command, "--data", tmp_path)
    assert refused.exit_code == 6
    assert str(tmp_path) in refused.output


def test_the_folder_is_free_again_when_the_first_copy_has_ended(tmp_path: Path) -> None:
    with only_copy(tmp_path):
        assert (tmp_path / LOCK).exists()
    with only_copy(tmp_path), pytest.raises(errors.SecondCopy), only_copy(tmp_path):
        pytest.fail("two copies at once")


def test_a_broken_setting_ends_with_1_and_names_the_place(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("port = 0\n", encoding="utf-8")
    refused = say("--data", tmp_path)
    assert refused.exit_code == 1
    assert "settings.toml: port" in refused.output


def test_help_and_refusals_are_said_in_the_language_of_the_environment(tmp_path: Path) -> None:
    environ = {"FIELDAPP_LANGUAGE": "en", "FIELDAPP_PORT": "0"}
    with running("--help", output=tmp_path / "help.txt", environ=environ) as program:
        assert program.exit_code() == 0
        assert "Start the registry." in program.said
    with running("app", "--data", str(tmp_path), output=tmp_path / "refused.txt", environ=environ) as program:
        assert program.exit_code() == 1
        assert "FIELDAPP_PORT should be a whole number from 1 to 65535" in program.said


@pytest.mark.parametrize("content", [None, b"", b"\n", b"\xff\xfe"])
def test_a_passphrase_file_that_holds_none_ends_with_1(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "passphrase"
    if content is not None:
        file.write_bytes(content)
    refused = say("sync", "--data", tmp_path, "--passphrase-file", file)
    assert refused.exit_code == 1
    assert str(file) in refused.output


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.NotFound, 1),
        (errors.Invalid, 1),
        (errors.PortInUse, 3),
        (errors.WrongPassphrase, 4),
        (errors.NewerData, 5),
        (errors.SecondCopy, 6),
        (errors.RegistryUnreachable, 7),
    ],
)
def test_every_error_is_a_sentence_and_a_code(
    error: type[errors.DomainError], code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path) -> None:
        raise error("%(what)s 不行", what="这样")

    monkeypatch.setattr(run, "only_copy", refuse)
    refused = say("app", "--data", tmp_path)
    assert (refused.exit_code, refused.output) == (code, "这样 不行\n")


@pytest.mark.parametrize("command", ["app", "registry"])
def test_a_program_answers_on_its_port_and_ends_when_the_system_asks(
    command: str, tmp_path: Path, free_port: int
) -> None:
    arguments = (command, "--data", str(tmp_path / "data"), "--port", str(free_port))
    with running(*arguments, output=tmp_path / "said.txt") as program:
        program.wait_for_port(free_port)
        assert requests.get(f"http://127.0.0.1:{free_port}/", timeout=20).status_code == 200
        program.process.send_signal(signal.SIGTERM)
        assert program.exit_code() == 0
    assert f"http://127.0.0.1:{free_port}/" in program.said
