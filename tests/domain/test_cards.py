from __future__ import annotations

from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import assume, given
from hypothesis import strategies as st

from fieldapp.domain import cards
from fieldapp.domain.card_sheet import card_face, qr_modules, qr_svg
from fieldapp.errors import DomainError, Invalid, NotFound
from sync.ids import ALPHABET

HOUSEHOLD = "QS74K2J3HJ1VAQWG"
ISSUER = "F13NSK8SHP"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
DAY = date(2025, 11, 18)
ISSUERS = {ISSUER: cards.Issuer(KEY.public_key().public_bytes_raw())}
CARD = cards.sign_card(HOUSEHOLD, DAY, KEY, ISSUER)

households = st.text(ALPHABET, min_size=16, max_size=16)
issuers = st.text(ALPHABET, min_size=10, max_size=10)
days = st.dates(date(2020, 1, 1), date(2199, 6, 6))


def revoked(on: date) -> dict[str, cards.Issuer]:
    return {ISSUER: cards.Issuer(KEY.public_key().public_bytes_raw(), revoked_on=on)}


def refusal(payload: str, known: dict[str, cards.Issuer] = ISSUERS) -> DomainError:
    with pytest.raises(DomainError) as caught:
        cards.read(payload, known)
    return caught.value


# The signed code


def test_the_layout_of_version_1_never_changes() -> None:
    assert CARD == (
        "77108890971705733396783960460215787351768811355062112025186203839570100521874331935841872363820275123"
        "68999485952002120766516053272743469481069018759224140836032414296465436369690881368897159092318442755"
    )


@given(households, days, issuers)
def test_a_card_says_again_what_was_signed(household: str, day: date, issuer: str) -> None:
    payload = cards.sign_card(household, day, KEY, issuer)
    known = {issuer: cards.Issuer(KEY.public_key().public_bytes_raw())}
    assert cards.read(payload, known) == cards.CardRead(household, issuer, day)
    assert len(payload) == 202
    assert payload.isdigit()


def test_a_card_fits_version_5_at_level_m_with_modules_of_one_millimetre() -> None:
    modules = qr_modules(CARD)
    assert len(modules) == 37 + 2 * 4
    assert 45 / len(modules) == 1.0


def test_what_a_scanner_adds_around_the_code_does_not_matter() -> None:
    assert cards.read(f" {CARD}\r\n", ISSUERS).household == HOUSEHOLD


@pytest.mark.parametrize("text", ["", "771", "7701234567890", "https://example.org/771" + "0" * 199, "６" * 202])
def test_a_code_that_is_no_card_of_ours_is_told_so(text: str) -> None:
    assert not cards.is_card(text)
    assert "不是门牌卡" in refusal(text).text


def test_a_card_of_a_later_version_is_recognised_as_one() -> None:
    later = "772" + CARD[3:] + "000"
    assert cards.is_card(later)
    assert "版的门牌卡" in refusal(later).text
    assert refusal(later).values == {"version": "2"}


@pytest.mark.parametrize("payload", [CARD[:-1], CARD + "0", "771" + "9" * 199, "771" + "0" * 100_000])
def test_a_damaged_card_is_told_apart_from_a_forged_one(payload: str) -> None:
    assert "不完整" in refusal(payload).text


@given(st.integers(3, 201), st.integers(1, 9))
def test_no_digit_can_be_changed_unnoticed(place: int, by: int) -> None:
    changed = CARD[:place] + str((int(CARD[place]) + by) % 10) + CARD[place + 1 :]
    refusal(changed)


def test_a_card_signed_with_another_key_is_a_forgery() -> None:
    forged = cards.sign_card(HOUSEHOLD, DAY, OTHER_KEY, ISSUER)
    error = refusal(forged)
    assert isinstance(error, Invalid)
    assert "签名对不上" in error.text


def test_a_genuine_signature_does_not_serve_another_household() -> None:
    other = cards.sign_card("0" * 16, DAY, KEY, ISSUER)
    signature_bits = 2**512
    head, signature = int(other[3:]) // signature_bits, int(CARD[3:]) % signature_bits
    assert "签名对不上" in refusal(f"771{head * signature_bits + signature:0199d}").text


def test_a_signature_over_the_bare_numbers_is_no_card() -> None:
    """The device signs other things with the same key; none of them may be passed off as a card."""
    head = int(CARD[3:]) >> 512
    signature = int.from_bytes(KEY.sign(head.to_bytes(19, "big")), "big")
    assert "签名对不上" in refusal(f"771{head << 512 | signature:0199d}").text


def test_an_unknown_issuer_is_not_called_a_forger() -> None:
    error = refusal(CARD, {})
    assert isinstance(error, NotFound)
    assert error.values == {"issuer": ISSUER}
    assert "先同步" in error.text


def test_cards_from_before_the_revocation_stay_valid() -> None:
    assert cards.read(CARD, revoked(on=date(2025, 11, 19))).issued_on == DAY


@pytest.mark.parametrize("on", [DAY, date(2024, 1, 1)])
def test_cards_from_the_day_of_revocation_on_are_void(on: date) -> None:
    error = refusal(CARD, revoked(on))
    assert "作废" in error.text
    assert error.values == {"issued": DAY, "revoked": on}


def test_a_forged_card_of_a_revoked_issuer_is_called_forged() -> None:
    forged = cards.sign_card(HOUSEHOLD, DAY, OTHER_KEY, ISSUER)
    assert "签名对不上" in refusal(forged, revoked(date(2024, 1, 1))).text


@pytest.mark.parametrize("day", [date(1970, 1, 1), date(2019, 12, 31), date(2199, 6, 7)])
def test_a_laptop_whose_clock_is_wrong_prints_no_cards(day: date) -> None:
    with pytest.raises(Invalid) as caught:
        cards.sign_card(HOUSEHOLD, day, KEY, ISSUER)
    assert "校正日期" in caught.value.text


@pytest.mark.parametrize("household", ["", HOUSEHOLD[:-1], HOUSEHOLD.lower(), "U" * 16])
def test_only_a_record_id_can_be_signed(household: str) -> None:
    with pytest.raises(ValueError, match="not"):
        cards.sign_card(household, DAY, KEY, ISSUER)


# The short code


def test_the_short_code_is_printed_in_groups_with_its_check_character() -> None:
    assert cards.short_code(HOUSEHOLD) == "QS7-4K2-8"


@given(households)
def test_a_short_code_leads_to_the_households_that_begin_with_it(household: str) -> None:
    assert household.startswith(cards.parse_short_code(cards.short_code(household)))


@pytest.mark.parametrize("typed", ["qs74k28", " QS7 4K2 8 ", "ＱＳ７－４Ｋ２－８", "QS7—4K2—8", "qs7-4k28"])
def test_a_short_code_may_be_typed_as_people_type(typed: str) -> None:
    assert cards.parse_short_code(typed) == "QS74K2"


def test_letters_that_look_like_digits_are_taken_for_digits() -> None:
    code = cards.short_code("101101" + "0" * 10)
    assert code[:7] == "101-101"
    assert cards.parse_short_code("IoL-iOl" + code[7:]) == "101101"


@pytest.mark.parametrize(
    ("typed", "told"),
    [("QU7-4K2-8", "没有字母 U"), ("QS7-4K2", "7 位"), ("QS7-4K2-88", "7 位"), ("", "7 位"), ("QS7*4K2-8", "只有")],
)
def test_what_cannot_be_a_short_code_is_explained(typed: str, told: str) -> None:
    with pytest.raises(Invalid) as caught:
        cards.parse_short_code(typed)
    assert told in caught.value.text


@given(households, st.integers(0, 6), st.sampled_from(ALPHABET))
def test_every_single_wrong_character_is_caught(household: str, place: int, char: str) -> None:
    code = cards.short_code(household).replace("-", "")
    assume(code[place] != char)
    with pytest.raises(Invalid, match="校验码"):
        cards.parse_short_code(code[:place] + char + code[place + 1 :])


@given(households, st.integers(0, 5))
def test_every_swap_of_neighbours_is_caught(household: str, place: int) -> None:
    code = cards.short_code(household).replace("-", "")
    assume(code[place] != code[place + 1])
    with pytest.raises(Invalid, match="校验码"):
        cards.parse_short_code(code[:place] + code[place + 1] + code[place] + code[place + 2 :])


def test_the_check_character_depends_on_every_place_in_its_own_way() -> None:
    """For every place, all 31 wrong characters give different remainders, and no two places weigh the same."""
    remainders = [[cards._remainder("0" * place + char + "0" * (6 - place)) for char in ALPHABET] for place in range(7)]
    assert all(len(set(row)) == 32 for row in remainders)
    assert len({row[1] for row in remainders}) == 7


# On paper


def test_the_svg_draws_exactly_the_modules() -> None:
    svg = qr_svg(CARD, "门牌卡 <QS7>")
    assert 'viewBox="0 0 45 45"' in svg
    assert 'aria-label="门牌卡 &lt;QS7&gt;"' in svg
    assert not any(part in svg for part in ("style", " id=", "<script", "class="))
    drawn = sum(int(run.split("h")[1].split("v")[0]) for run in svg.split('fill="#000" d="')[1].split("M")[1:])
    assert drawn == sum(map(sum, qr_modules(CARD)))


def test_a_card_shows_its_village_and_code_and_nobody() -> None:
    face = card_face(HOUSEHOLD, CARD, "云溪县石桥镇清水村", "三组")
    assert (face.code, face.village, face.group) == ("QS7-4K2-8", "云溪县石桥镇清水村", "三组")
    assert face.svg == qr_svg(CARD)
