"""A laptop becomes known by a code that works once, for one laptop and one person."""

from __future__ import annotations

import requests

from fieldapp.registry import accounts
from fieldapp.registry.attempts import FREE_FAILURES
from fieldapp.registry.tables import EnrolmentCode
from tests.registry.office import TOWN, Laptop, Office

CHEN = "chenxiaoli"


def new(office: Office, name: str = "A") -> Laptop:
    return Laptop(office, name, office.staff[CHEN].id)


def test_a_code_lets_a_laptop_in_and_says_who_works_there(office: Office) -> None:
    laptop = new(office)
    answer = laptop.enrol(office.code())
    assert answer.status_code == 200
    body = answer.json()
    chen = office.staff[CHEN]
    assert body["device"] == laptop.device
    assert body["label"] == "万盛-017"
    assert body["county"] == "500110"
    assert body["user"] == chen.id
    assert body["users"] == [
        {"id": chen.id, "name": chen.name, "login": CHEN, "role": "caseworker", "areas": [TOWN]}
    ]  # fmt: skip
    assert len(body["recovery_key"]) == 44


def test_a_code_may_be_typed_in_small_letters_and_with_look_alikes(office: Office) -> None:
    typed = office.code().lower().replace("0", "o").replace("1", "l").replace("-", " ")
    assert new(office).enrol(typed).status_code == 200


def test_an_unknown_code_is_refused(office: Office) -> None:
    answer = new(office).enrol("ZZZZ-ZZZZ")
    assert (answer.status_code, answer.json()["error"]) == (404, "unknown")
    assert "登记码" in answer.json()["text"]


def test_a_used_code_lets_no_second_laptop_in(office: Office) -> None:
    code = office.code()
    assert new(office, "A").enrol(code).status_code == 200
    answer = new(office, "B").enrol(code)
    assert (answer.status_code, answer.json()["error"]) == (409, "used")
    assert new(office, "B").sync().result == "not_enrolled"


def test_a_lost_answer_burns_no_code(office: Office) -> None:
    code, laptop = office.code(), new(office)
    assert laptop.enrol(code).json() == laptop.enrol(code).json()


def test_a_code_expires_after_a_day(office: Office) -> None:
    code = office.code()
    office.clock.pass_by(hours=25)
    answer = new(office).enrol(code)
    assert (answer.status_code, answer.json()["error"]) == (410, "expired")


def test_a_code_for_somebody_who_was_switched_off_is_refused(office: Office) -> None:
    code = office.code()
    with office.registry.store.use():
        accounts.switch(office.staff[CHEN].id, active=False)
    assert new(office).enrol(code).json()["error"] == "expired"


def test_another_key_under_a_known_id_is_refused(office: Office) -> None:
    laptop = new(office)
    laptop.enrol(office.code())
    answer = laptop.enrol(office.code(), public_key="A" * 43 + "=")
    assert (answer.status_code, answer.json()["error"]) == (409, "clash")


def test_a_refused_application_leaves_the_code_good(office: Office) -> None:
    code, laptop = office.code(), new(office)
    assert laptop.enrol(code, public_key="no key").json()["error"] == "invalid"
    assert laptop.enrol(code, device="I").json()["error"] == "invalid"
    assert laptop.enrol(code).status_code == 200


def test_what_is_no_application_is_told_so(office: Office) -> None:
    answer = requests.post(f"{office.url}/enrol/v1", data=b"\x00\xff", timeout=30)
    assert (answer.status_code, answer.json()["error"]) == (422, "invalid")


def test_guessing_codes_is_slowed_down(office: Office) -> None:
    for _ in range(FREE_FAILURES):
        assert new(office).enrol("ZZZZ-ZZZZ").status_code == 404
    answer = new(office).enrol(office.code())
    assert (answer.status_code, answer.json()["error"]) == (429, "wait")
    assert int(answer.headers["Retry-After"]) == 1
    office.clock.pass_by(seconds=2)
    assert new(office).enrol(office.code()).status_code == 200


def test_one_more_person_on_a_laptop_is_added_to_those_there(office: Office) -> None:
    laptop = office.laptop("A")
    answer = laptop.enrol(office.code("luojianguo")).json()
    assert answer["user"] == office.staff["luojianguo"].id
    assert {user["login"] for user in answer["users"]} == {CHEN, "luojianguo"}


def test_only_a_hash_of_the_code_is_kept(office: Office) -> None:
    code = office.code()
    with office.registry.store.use():
        kept = [row.hash for row in EnrolmentCode.select()]
    assert kept
    assert all(code.replace("-", "") not in each for each in kept)
