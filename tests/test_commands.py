"""run.py as people and scripts meet it: a process, its words in both languages, its exit code, and nothing lost."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from peewee import Database
from playhouse.migrations import Runner

from fieldapp.domain.records import Household
from fieldapp.laptop import opening as laptop_opening
from fieldapp.laptop.laptop import Laptop
from fieldapp.registry import opening as registry_opening
from fieldapp.settings import LaptopSettings, RegistrySettings
from sync.store.database import using
from tests.support.server import free_port, running

PASSPHRASE = "xiao qiao liu shui"
HOUSEHOLDS = 3
LANGUAGES = ("zh", "en")


@dataclass
class Console:
    """A person at a command line, in a folder of her own."""

    folder: Path

    @property
    def data(self) -> Path:
        """The laptop's data folder."""
        return self.folder / "data"

    def run(self, *arguments: str, language: str = "zh", passphrase: str = PASSPHRASE) -> tuple[int, str]:
        """The exit code of a command that ends by itself, and what it said."""
        file = self.folder / "passphrase"
        file.write_text(passphrase, "utf-8")
        named = ("--data", str(self.data), *(("--passphrase-file", str(file)) if arguments[0] in SECRET else ()))
        environ = {"FIELDAPP_LANGUAGE": language, "XDG_DATA_HOME": str(self.folder)}
        with running(*arguments, *named, output=self.folder / "said.txt", environ=environ) as program:
            return program.exit_code(), program.said

    def households(self) -> int:
        """How many homes the laptop holds for whoever knows the passphrase."""
        laptop = self.opened()
        with laptop.store.use():
            return int(Household.select().count())

    def opened(self) -> Laptop:
        """The laptop of the folder, opened."""
        laptop = Laptop(LaptopSettings(self.data))
        laptop.unlock(laptop.keys.accounts()[0].id, PASSPHRASE)
        return laptop


SECRET = ("seed", "sync")


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Console:
    """A folder that `run.py seed` has filled."""
    console = Console(tmp_path_factory.mktemp("practice"))
    code, said = console.run("seed", "--households", str(HOUSEHOLDS))
    assert code == 0, said
    return console


@pytest.fixture
def console(practice: Console, tmp_path: Path) -> Iterator[Console]:
    """A copy of it; whatever a test does, its homes are still there at the end."""
    console = Console(tmp_path)
    shutil.copytree(practice.data, console.data)
    yield console
    assert console.households() == HOUSEHOLDS


def test_0_a_seeded_folder_opens_in_the_app_with_the_same_passphrase(console: Console, tmp_path: Path) -> None:
    port = free_port()
    arguments = ("app", "--data", str(console.data), "--port", str(port))
    with running(*arguments, output=tmp_path / "app.txt") as program:
        program.wait_for_port(port)
        login = requests.get(f"http://127.0.0.1:{port}/login", timeout=20).text
    assert "练习" in login


def test_0_seeding_again_adds_for_the_one_who_is_named(practice: Console, tmp_path: Path) -> None:
    again = Console(tmp_path)
    shutil.copytree(practice.data, again.data)
    code, said = again.run("seed", "--households", "2", "--user", "练习")
    assert code == 0
    assert "2 户" in said
    assert again.households() == HOUSEHOLDS + 2


def test_1_nobody_of_that_name_works_here(console: Console) -> None:
    code, said = console.run("sync", "--user", "罗建国")
    assert code == 1
    assert "这台电脑上没有 罗建国" in said
    assert "练习" in said


@pytest.mark.parametrize(("language", "words"), [("zh", "练习用的"), ("en", "for practice")])
def test_1_a_laptop_for_practice_has_nobody_to_sync_with(console: Console, language: str, words: str) -> None:
    code, said = console.run("sync", language=language)
    assert code == 1
    assert words in said


@pytest.mark.parametrize(("language", "words"), [("zh", "应当是 1 到 65535"), ("en", "from 1 to 65535")])
def test_1_a_broken_setting_is_named_with_its_place(console: Console, language: str, words: str) -> None:
    settings = console.data / "settings.toml"
    settings.write_text('port = "eighty"\n', "utf-8")
    code, said = console.run("app", language=language)
    assert code == 1
    assert f"{settings}: port" in said
    assert words in said
    settings.unlink()


def test_2_wrong_usage(console: Console) -> None:
    code, said = console.run("seed", "--households", "none")
    assert code == 2
    assert "--households" in said


@pytest.mark.parametrize("command", ["app", "registry", "demo"])
@pytest.mark.parametrize(("language", "words"), [("zh", "已被占用"), ("en", "in use")])
def test_3_a_port_in_use(console: Console, command: str, language: str, words: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        code, said = console.run(command, "--port", str(port), language=language)
    assert code == 3
    assert words in said
    assert str(port) in said


@pytest.mark.parametrize("command", ["seed", "sync"])
@pytest.mark.parametrize(("language", "words"), [("zh", "口令不对"), ("en", "passphrase")])
def test_4_a_wrong_passphrase(console: Console, command: str, language: str, words: str) -> None:
    code, said = console.run(command, language=language, passphrase="da jiang dong qu")
    assert code == 4
    assert words in said
    assert "da jiang dong qu" not in said


def write_newer(database: Database, migrations: Path, folder: Path) -> None:
    """Let a later version of the program bring a database up to date."""
    steps = folder / "later-version"
    shutil.copytree(migrations, steps)
    (steps / "9999_later.py").write_text(
        "def up(migrator, db):\n    db.execute_sql('CREATE TABLE later (id INTEGER)')\n"
    )
    with using(database):
        Runner(database, str(steps)).up()


@pytest.mark.parametrize(("language", "words"), [("zh", "更新的版本"), ("en", "newer version")])
def test_5_a_laptops_data_from_a_newer_version(practice: Console, tmp_path: Path, language: str, words: str) -> None:
    console = Console(tmp_path)
    shutil.copytree(practice.data, console.data)
    database = console.opened().store.db
    write_newer(database, laptop_opening.MIGRATIONS, tmp_path)
    code, said = console.run("seed", language=language)
    assert code == 5
    assert words in said
    with using(database):
        assert Household.select().count() == HOUSEHOLDS
        assert database.table_exists("later")


@pytest.mark.parametrize(("language", "words"), [("zh", "更新的版本"), ("en", "newer version")])
def test_5_a_registrys_data_from_a_newer_version(database: str, tmp_path: Path, language: str, words: str) -> None:
    kept = registry_opening.open_database(RegistrySettings(tmp_path, database=database))
    write_newer(kept, registry_opening.MIGRATIONS, tmp_path)
    port = str(free_port())
    code, said = Console(tmp_path).run("registry", "--database", database, "--port", port, language=language)
    assert code == 5
    assert words in said
    with using(kept):
        assert kept.table_exists("later")


@pytest.mark.parametrize(("language", "words"), [("zh", "已经有一个程序在用"), ("en", "already used by a program")])
def test_6_a_second_copy_on_the_same_folder(console: Console, tmp_path: Path, language: str, words: str) -> None:
    port = free_port()
    with running("app", "--data", str(console.data), "--port", str(port), output=tmp_path / "first.txt") as first:
        first.wait_for_port(port)
        for command in ("app", "seed"):
            code, said = console.run(command, language=language)
            assert code == 6, said
            assert words in said
            assert str(console.data) in said
        assert requests.get(f"http://127.0.0.1:{port}/login", timeout=20).status_code == 200


@pytest.mark.parametrize(("language", "words"), [("zh", "连不上登记中心"), ("en", "cannot be reached")])
def test_7_a_registry_that_cannot_be_reached(console: Console, language: str, words: str) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    code, said = console.run("sync", "--registry-url", url, language=language)
    assert code == 7
    assert words in said
    assert url in said
    laptop = console.opened()
    with laptop.store.use():
        assert laptop.store.waiting() > 0
