"""Which door is this? Frames, photos, a handheld scanner and typed codes, and every card that must not open a door."""

from __future__ import annotations

from base64 import b64encode
from datetime import date
from io import BytesIO
from typing import NoReturn

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from fieldapp.domain import cards
from fieldapp.domain.card_sheet import qr_modules
from fieldapp.domain.records import Household, Visit
from fieldapp.laptop.laptop import Laptop
from sync.edit import Edit
from tests.support.family import HOME, TODAY, VILLAGE, settle_in
from tests.support.laptop import DEVICE, WORKER, token
from tests.support.visitor import shown, visit

STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
COLLEAGUE = "WSB0000002"
TWIN = HOME[:6] + "TW1N000001"


@pytest.fixture(autouse=True)
def family(laptop: Laptop) -> None:
    settle_in(laptop)


@pytest.fixture
def genuine(laptop: Laptop) -> str:
    """The code of a card that this laptop has printed for the family's door."""
    return cards.sign_card(HOME, TODAY, laptop.signing_key(), DEVICE)


def picture(payload: str, kind: str = "JPEG", pixels: int = 6) -> bytes:
    """A photo of nothing but the symbol."""
    modules = qr_modules(payload)
    small = Image.new("L", (len(modules), len(modules)), 255)
    small.putdata([0 if dark else 255 for row in modules for dark in row])
    file = BytesIO()
    small.resize((len(modules) * pixels,) * 2, Image.Resampling.NEAREST).save(file, kind)
    return file.getvalue()


def frame(client: FlaskClient, image: bytes) -> TestResponse:
    """A frame as camera.js sends it."""
    headers = {"X-CSRF-Token": token(client), "Accept": "application/json", "X-Poll": "1"}
    return client.post("/scan/frame", data=image, content_type="image/jpeg", headers=headers)


def photo(client: FlaskClient, image: bytes) -> TestResponse:
    """A photo file that somebody chose."""
    form = {"csrf_token": token(client), "photo": FileStorage(BytesIO(image), "card.jpg", "photo")}
    boundary, body = encode_multipart(form)  # the client itself would put it into a file
    return client.post("/scan/photo", data=body, content_type=f"multipart/form-data; boundary={boundary}")


def scanner(client: FlaskClient, code: str) -> TestResponse:
    """A handheld scanner, wherever the cursor was."""
    return client.post("/scan", data={"csrf_token": token(client), "code": code, "by": "scanner"})


def typed(client: FlaskClient, code: str) -> TestResponse:
    """The short code, typed."""
    return client.post("/scan", data={"csrf_token": token(client), "code": code})


def opened(address: str) -> Visit:
    """The visit that an answer leads to."""
    row: Visit = Visit.get_by_id(address.rpartition("/")[2])
    return row


# -- a genuine card ----------------------------------------------------------------------------------------------------


def test_a_frame_with_a_card_opens_the_visit_and_stamps_the_arrival(client: FlaskClient, genuine: str) -> None:
    answer = frame(client, picture(genuine)).get_json()
    row = opened(answer["go"])
    assert (row.household, row.arrival, row.visitor) == (HOME, "scanned", WORKER.id)
    assert row.started_at.isoformat() == "2025-11-18T03:20:00+00:00"


def test_a_frame_without_a_card_says_nothing(client: FlaskClient) -> None:
    blank = BytesIO()
    Image.new("L", (640, 480), 200).save(blank, "JPEG")
    assert frame(client, blank.getvalue()).get_json() == {}


def test_another_code_beside_the_card_does_not_hide_it(client: FlaskClient, genuine: str) -> None:
    poster, card = (Image.open(BytesIO(picture(text, "PNG"))) for text in ("https://example.org/pay", genuine))
    wall = Image.new("L", (poster.width + card.width, max(poster.height, card.height)), 255)
    wall.paste(poster, (0, 0))
    wall.paste(card, (poster.width, 0))
    file = BytesIO()
    wall.save(file, "JPEG")
    assert "go" in frame(client, file.getvalue()).get_json()


def test_a_photo_and_a_handheld_scanner_count_as_scanned(client: FlaskClient, genuine: str) -> None:
    by_photo = photo(client, picture(genuine, "PNG"))
    by_scanner = scanner(client, genuine)
    assert by_photo.location == by_scanner.location, "the second scan goes on with the same visit"
    assert opened(by_photo.location).arrival == "scanned"


@pytest.mark.parametrize("change", [str, str.lower, lambda code: code.replace("-", ""), lambda code: f" {code} "])
def test_a_typed_short_code_opens_the_visit_and_is_marked_as_typed(client: FlaskClient, change: object) -> None:
    code = Household.get_by_id(HOME).short_code
    answer = typed(client, change(code))  # type: ignore[operator]
    assert (opened(answer.location).household, opened(answer.location).arrival) == (HOME, "typed")


def test_a_short_code_that_two_homes_share_asks_which(client: FlaskClient, laptop: Laptop) -> None:
    other = {"head_name": "冉光荣", "address": "一组 12 号"}
    laptop.store.commit([Edit("household", TWIN, other, VILLAGE)], author=WORKER.id)
    asked = typed(client, Household.get_by_id(HOME).short_code)
    assert asked.status_code == 200
    assert shown(asked, client).says("是哪一户？", "周大明家", "冉光荣家", "一组 12 号")
    answer = client.post(f"/scan/home/{TWIN}", data={"csrf_token": token(client)})
    assert (opened(answer.location).household, opened(answer.location).arrival) == (TWIN, "typed")


# -- what opens no door ------------------------------------------------------------------------------------------------


def forged(laptop: Laptop) -> str:
    return cards.sign_card(HOME, TODAY, STRANGER, DEVICE)


def of_an_unknown_home(laptop: Laptop) -> str:
    return cards.sign_card("N0TH1NG000000001", TODAY, laptop.signing_key(), DEVICE)


def of_another_area(laptop: Laptop) -> str:
    edit = Edit("household", "E15EWHERE0000001", {"head_name": "外乡人"}, "500110102201")
    laptop.store.commit([edit], author="U9")
    return cards.sign_card("E15EWHERE0000001", TODAY, laptop.signing_key(), DEVICE)


def of_an_unknown_issuer(laptop: Laptop) -> str:
    return cards.sign_card(HOME, TODAY, STRANGER, COLLEAGUE)


def _named(laptop: Laptop, revoked_on: str | None) -> None:
    key = b64encode(STRANGER.public_key().public_bytes_raw()).decode()
    known = {**laptop.store.node("issuers"), COLLEAGUE: {"public_key": key, "revoked_on": revoked_on}}
    laptop.store.set_node("issuers", known)


def of_a_revoked_issuer(laptop: Laptop) -> str:
    _named(laptop, "2025-11-01")
    return cards.sign_card(HOME, TODAY, STRANGER, COLLEAGUE)


def of_a_newer_version(laptop: Laptop) -> str:
    card = cards.sign_card(HOME, TODAY, laptop.signing_key(), DEVICE)
    return card[:2] + "2" + card[3:]


def broken(laptop: Laptop) -> str:
    return cards.sign_card(HOME, TODAY, laptop.signing_key(), DEVICE)[:-9]


def of_something_else(laptop: Laptop) -> str:
    return "https://example.org/pay/0123456789"


BAD = [
    (forged, "签名对不上，可能是假卡"),
    (of_an_unknown_home, "卡是真的，但这台电脑上没有这一户"),
    (of_another_area, "卡是真的，但这台电脑上没有这一户"),
    (of_an_unknown_issuer, "还不认识发这张卡的电脑（WSB0000002）"),
    (of_a_revoked_issuer, "这张卡作废了"),
    (of_a_newer_version, "还不认识第 2 版的门牌卡"),
    (broken, "卡上的码不完整"),
    (of_something_else, "这不是门牌卡上的码"),
]


@pytest.mark.parametrize(("card", "sentence"), BAD)
def test_a_card_that_is_none_says_why_and_opens_nothing(
    client: FlaskClient, laptop: Laptop, card: object, sentence: str
) -> None:
    payload = card(laptop)  # type: ignore[operator]
    assert sentence in frame(client, picture(payload)).get_json()["say"]
    for answer in (photo(client, picture(payload)), scanner(client, payload)):
        assert answer.status_code == 422
        assert shown(answer, client).says(sentence)
        assert payload not in answer.text
    assert Visit.select().count() == 0


def test_a_card_from_before_its_issuer_was_revoked_still_opens(client: FlaskClient, laptop: Laptop) -> None:
    _named(laptop, "2025-11-01")
    old = cards.sign_card(HOME, date(2025, 10, 1), STRANGER, COLLEAGUE)
    assert scanner(client, old).status_code == 303


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("QS7-4K2-9", "校验码不符"),
        ("QS7-4K2", "短码是 7 位，这里有 6 位"),
        ("QS7-4K2-8", "这个短码没有对应的住户"),
        ("QS7-4U2-8", "短码里没有字母 U"),
        ("周大明", "短码只有数字和字母"),
        ("", "短码是 7 位，这里有 0 位"),
    ],
)
def test_a_wrong_short_code_says_why_and_stays_in_its_field(client: FlaskClient, code: str, sentence: str) -> None:
    answer = typed(client, code)
    assert answer.status_code == 422
    assert shown(answer, client).says(sentence)
    assert f'value="{code}"' in answer.text
    assert Visit.select().count() == 0


# -- photos ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("image", "sentence"), [(b"no picture", "打不开"), (b"", "先选一张照片")])
def test_a_file_that_is_no_photo_says_so(client: FlaskClient, image: bytes, sentence: str) -> None:
    answer = photo(client, image) if image else client.post("/scan/photo", data={"csrf_token": token(client)})
    assert answer.status_code == 422
    assert shown(answer, client).says(sentence)


def test_a_photo_without_a_code_says_what_to_do(client: FlaskClient) -> None:
    blank = BytesIO()
    Image.new("L", (64, 48), 200).save(blank, "PNG")
    assert shown(photo(client, blank.getvalue()), client).says("照片里没有找到二维码")


def test_a_large_photo_never_touches_the_disk(
    client: FlaskClient, genuine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object, **kwargs: object) -> NoReturn:
        raise AssertionError("a temporary file")

    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", refuse)
    large = picture(genuine, "PNG") + bytes(3_000_000)  # PNG readers stop at its end
    assert photo(client, large).status_code == 303


def test_a_file_beyond_every_photo_is_refused_before_it_is_read(client: FlaskClient, app: Flask) -> None:
    answer = photo(client, bytes(app.config["MAX_CONTENT_LENGTH"]))
    assert answer.status_code == 413
    assert "文件太大" in answer.text


# -- the page ----------------------------------------------------------------------------------------------------------


def test_the_page_lists_todays_visits_and_other_ways_in(client: FlaskClient, genuine: str) -> None:
    scanner(client, genuine)
    page = visit(client, "/scan")
    assert page.says(
        "对准门上的卡", "11:20 到达", "周大明家", "没完成", "从住户里找（要写原因）", "扫码枪不用点任何地方"
    )
