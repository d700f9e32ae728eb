"""What goes wrong at a door: each is said in the person's language with what to do next, and nothing is lost.

A real laptop's app and a real registry on one line; the command line's part is in test_commands.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from fieldapp.domain import cards
from fieldapp.domain.calendar import business_date
from fieldapp.domain.records import Household, Visit
from fieldapp.laptop import create_app
from fieldapp.laptop.background import exchange_once
from fieldapp.laptop.current import EXTENSION
from fieldapp.laptop.laptop import Laptop
from fieldapp.registry import accounts
from fieldapp.registry import create_app as create_registry
from fieldapp.registry.tables import Device
from fieldapp.settings import LaptopSettings, RegistrySettings
from sync.edit import Edit
from sync.store.tables import LoggedChange
from tests.registry.office import OTHER_VILLAGE, PASSWORD, VILLAGE, Clock, Office, submit
from tests.support.laptop import CHEAP, PASSPHRASE, Chance
from tests.support.server import serving

Said = dict[str, tuple[str, ...]]  # by language: the sentence that says what happened, and what to do
BOTH = pytest.mark.parametrize("language", ["zh", "en"])
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
HOME = "Q7K0000000000001"
ELSEWHERE = "Q7K0000000000002"


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """A registry with its people, on a port."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(accounts, "_hasher", cheap)
    monkeypatch.setattr(accounts, "_nobody", cheap.hash("nobody"))
    clock, folder = Clock(), tmp_path / "registry"
    folder.mkdir()
    app = create_registry(RegistrySettings(folder), now=clock.now, entropy=Chance("registry"))
    office = Office(app, clock, folder)
    office.employ()
    with serving(office.app) as served:
        office.url = served.url
        yield office


@pytest.fixture
def app(office: Office, tmp_path: Path) -> Flask:
    """The app of a laptop that nobody has enrolled yet."""
    folder = tmp_path / "laptop"
    folder.mkdir()
    return create_app(LaptopSettings(folder), now=office.clock.now, entropy=Chance("laptop"), cost=CHEAP, syncs=False)


@pytest.fixture
def laptop(app: Flask, office: Office) -> Laptop:
    """The laptop, enrolled; it holds a home of its own town and one of the next."""
    answer = enrol(app, office, office.code())
    assert answer.status_code == 303, answer.text
    laptop: Laptop = app.extensions[EXTENSION]
    with laptop.store.use():
        for home, who, where in ((HOME, "周大明", VILLAGE), (ELSEWHERE, "吴正清", OTHER_VILLAGE)):
            laptop.store.commit([Edit("household", home, {"head_name": who}, where)], author=_me(laptop))
    return laptop


def _me(laptop: Laptop) -> str:
    return laptop.keys.accounts()[0].id


def browser(app: Flask, language: str) -> FlaskClient:
    """A browser of somebody who has chosen a language."""
    client = app.test_client()
    client.get(f"/login?lang={language}", follow_redirects=True)
    client.set_cookie(f"{app.config['SESSION_COOKIE_NAME']}_lang", language)
    return client


def enrol(app: Flask, office: Office, code: str, language: str = "zh") -> TestResponse:
    """Fill the page of enrolment."""
    return submit(
        browser(app, language), "/enrol", code=code, registry=office.url, label="万盛-017",
        passphrase=PASSPHRASE, again=PASSPHRASE,
    )  # fmt: skip


def logged_in(app: Flask, laptop: Laptop, language: str) -> FlaskClient:
    """The laptop's owner at her screen."""
    client = browser(app, language)
    assert submit(client, "/login", user=_me(laptop), passphrase=PASSPHRASE).status_code == 303
    return client


def kept(laptop: Laptop) -> tuple[int, int, int]:
    """How many homes, changes and visits there are."""
    with laptop.store.use():
        return Household.select().count(), LoggedChange.select().count(), Visit.select().count()


# -- who are you? ------------------------------------------------------------------------------------------------------

WRONG_LOGIN: Said = {
    "zh": ("登录名或口令不对", "请找县管理员"),
    "en": ("Wrong login or password", "ask the county"),
}


@BOTH
@pytest.mark.parametrize("login", ["hejianhua", "nobody"])
def test_a_wrong_login_at_the_registry(office: Office, login: str, language: str) -> None:
    client = browser(office.app, language)
    refused = submit(client, "/login", login=login, password="not the password")
    assert refused.status_code == 422
    says(refused, WRONG_LOGIN[language])
    assert f'value="{login}"' in refused.text
    assert "not the password" not in refused.text
    assert client.get("/").status_code == 303


WRONG_PASSPHRASE: Said = {"zh": ("口令不对", "再试一次"), "en": ("The passphrase is wrong", "try again")}


@BOTH
def test_a_wrong_passphrase_at_the_laptop(app: Flask, laptop: Laptop, language: str) -> None:
    before, client = kept(laptop), browser(app, language)
    refused = submit(client, "/login", user=_me(laptop), passphrase="not the passphrase")
    assert refused.status_code == 422
    says(refused, WRONG_PASSPHRASE[language])
    assert "not the passphrase" not in refused.text
    assert client.get("/").status_code == 303
    assert kept(laptop) == before
    assert submit(client, "/login", user=_me(laptop), passphrase=PASSPHRASE).status_code == 303


# -- codes of enrolment ------------------------------------------------------------------------------------------------

UNKNOWN: Said = {"zh": ("没有这个登记码", "再输一遍"), "en": ("There is no such code", "enter it again")}
USED: Said = {"zh": ("这个登记码已经用过了", "请县里再出一个"), "en": ("has been used", "Ask the county for another")}
EXPIRED: Said = {"zh": ("这个登记码过期了", "请县里再出一个"), "en": ("has expired", "Ask the county for another")}


def unknown(office: Office) -> str:
    return "0000-0000"


def used(office: Office) -> str:
    code = office.code("luojianguo")
    other = create_app(LaptopSettings(office.folder), entropy=Chance("other"), cost=CHEAP, syncs=False)
    assert enrol(other, office, code).status_code == 303
    return code


def expired(office: Office) -> str:
    code = office.code()
    office.clock.pass_by(hours=25)
    return code


@BOTH
@pytest.mark.parametrize(("made", "said"), [(unknown, UNKNOWN), (used, USED), (expired, EXPIRED)])
def test_a_code_that_lets_nobody_in(app: Flask, office: Office, made: object, said: Said, language: str) -> None:
    assert callable(made)
    code = made(office)
    devices = count_devices(office)
    refused = enrol(app, office, code, language)
    assert refused.status_code == 422
    says(refused, said[language])
    for typed in (code, office.url, "万盛-017"):
        assert f'value="{typed}"' in refused.text
    assert PASSPHRASE not in refused.text
    assert count_devices(office) == devices
    assert enrol(app, office, office.code(), language).status_code == 303, "another code lets her in"


def count_devices(office: Office) -> int:
    with office.registry.store.use():
        return int(Device.select().count())


# -- cards -------------------------------------------------------------------------------------------------------------

FORGED: Said = {"zh": ("可能是假卡", "告诉督导员"), "en": ("may be a forgery", "tell your supervisor")}
NOT_HERE: Said = {"zh": ("卡是真的", "请同步后再扫"), "en": ("The card is genuine", "Sync")}


def forged(laptop: Laptop) -> str:
    return cards.sign_card(HOME, business_date(laptop.now()), STRANGER, laptop.store.device)


def of_nowhere(laptop: Laptop) -> str:
    return cards.sign_card("N0THERE000000001", business_date(laptop.now()), laptop.signing_key(), laptop.store.device)


@BOTH
@pytest.mark.parametrize(("made", "said"), [(forged, FORGED), (of_nowhere, NOT_HERE)])
def test_a_card_that_opens_no_door(app: Flask, laptop: Laptop, made: object, said: Said, language: str) -> None:
    assert callable(made)
    with laptop.store.use():
        code = made(laptop)
    before, client = kept(laptop), logged_in(app, laptop, language)
    refused = submit(client, "/scan", code=code)
    assert refused.status_code == 422
    says(refused, said[language])
    assert kept(laptop) == before


# -- another household's page ------------------------------------------------------------------------------------------

ELSEWHERES: Said = {"zh": ("不在您的片区", "请督导员"), "en": ("not in your area", "supervisor")}


@BOTH
@pytest.mark.parametrize("page", ["/homes/{}", "/homes/{}/edit", "/homes/{}/visit", "/homes/{}/people/new"])
def test_a_home_outside_ones_area_by_its_address_at_the_laptop(
    app: Flask, laptop: Laptop, page: str, language: str
) -> None:
    client = logged_in(app, laptop, language)
    assert client.get(page.format(HOME)).status_code == 200
    refused = client.get(page.format(ELSEWHERE))
    assert refused.status_code == 404
    says(refused, ELSEWHERES[language])
    assert "吴正清" not in refused.text


COUNTY: Said = {"zh": ("这个地方不在您的片区", "请找县管理员"), "en": ("not in your area", "ask the county")}


@BOTH
def test_a_home_outside_ones_area_by_its_address_at_the_registry(office: Office, laptop: Laptop, language: str) -> None:
    report = exchange_once(laptop)
    assert report is not None
    assert report.result == "done"
    client = browser(office.app, language)
    submit(client, "/login", login="qingnian", password=PASSWORD)
    refused = client.get(f"/homes/{HOME}")
    assert refused.status_code == 403
    says(refused, COUNTY[language])
    assert "周大明" not in refused.text


def says(answer: TestResponse, words: tuple[str, ...]) -> None:
    """The page says each of these, and is written in that language."""
    for each in words:
        assert each in answer.text, answer.text
