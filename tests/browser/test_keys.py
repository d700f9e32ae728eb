"""Keys, and a handheld scanner that types like a keyboard."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.questions import CARD_PREFIX, Heard
from tests.support.server import wait_until

CARD = CARD_PREFIX + "0123456789" * 18
EAN = "6901234567892"
# Milliseconds. A busy machine presses keys for us more slowly than a scanner does: the page is told so.
SCANNER, BY_HAND = 3_000, 600


def scan(page: Page, code: str) -> None:
    """A scanner: the code within a few milliseconds, then Enter. Real key events, as fast as Chromium takes them."""
    device = page.context.new_cdp_session(page)
    page.evaluate(f"document.getElementById('scanner').dataset.fast = {SCANNER}")
    for sign in [*code, "\r"]:
        named = {"key": "Enter", "code": "Enter"} if sign == "\r" else {"key": sign, "code": f"Digit{sign}"}
        device.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": sign, **named})
        device.send("Input.dispatchKeyEvent", {"type": "keyUp", **named})


def focused(page: Page) -> str:
    """The id, or else name and value, of the focused control."""
    return str(page.evaluate("(a => a.id || a.name + '=' + a.value)(document.activeElement)"))


def test_a_scan_into_a_field_opens_the_card_and_leaves_the_field_alone(own_form: Page, heard: Heard) -> None:
    own_form.type("#phone", "154")
    scan(own_form, CARD)
    expect(own_form.locator("body")).to_have_text("scanned by scanner")
    assert heard.scans == [CARD]
    assert heard.values("phone") == ["154"]


def test_a_scan_anywhere_else_opens_the_card_too(own_form: Page, heard: Heard) -> None:
    own_form.focus("[name=health][value='1']")
    scan(own_form, CARD)
    expect(own_form.locator("body")).to_have_text("scanned by scanner")
    assert heard.values("health") == []


def test_a_person_who_types_the_digits_of_a_card_just_types(own_form: Page, heard: Heard) -> None:
    own_form.type("#phone", CARD[:6], delay=BY_HAND)
    expect(own_form.locator("#phone")).to_have_value(CARD[:6])
    assert heard.scans == []


def test_a_pasted_or_fast_prefix_that_is_no_card_stays_in_the_field(own_form: Page, heard: Heard) -> None:
    own_form.focus("#phone")
    scan(own_form, CARD_PREFIX + "5")
    expect(own_form.locator("#phone")).to_have_value(CARD_PREFIX + "5")
    assert heard.scans == []


def test_another_code_scanned_over_a_question_answers_nothing(own_form: Page, heard: Heard) -> None:
    own_form.focus("[name=health][value='1']")
    scan(own_form, EAN[:-1] + "9")
    own_form.wait_for_timeout(BY_HAND)
    assert own_form.locator("[name=health]:checked").count() == 0


def test_digits_choose_in_a_question_of_choices_and_zero_is_not_collected(own_form: Page, heard: Heard) -> None:
    own_form.focus("[name=health][value='1']")
    own_form.keyboard.press("2")
    expect(own_form.locator("[name=health][value='2']")).to_be_checked()
    own_form.keyboard.press("0")
    expect(own_form.locator("[name=health][value='nc']")).to_be_checked()
    own_form.focus("[name=aid][value='1']")
    own_form.keyboard.press("3")
    expect(own_form.locator("[name=aid][value='3']")).to_be_checked()
    wait_until(lambda: heard.values("health") == ["2", "nc"] and heard.values("aid") == ["3"], 30, str(heard.answers))


def test_f8_goes_round_the_questions_that_are_not_done(form: Page) -> None:
    form.focus("#name")
    form.keyboard.press("F8")
    assert focused(form) == "phone"
    form.keyboard.press("F8")
    assert focused(form) == "health=nc"
    form.keyboard.press("F8")
    assert focused(form) == "phone"
    form.keyboard.press("Shift+F8")
    assert focused(form) == "health=nc"


def test_f4_searches_and_f2_goes_where_it_belongs(form: Page) -> None:
    form.keyboard.press("F4")
    assert focused(form) == "search"
    form.keyboard.press("F2")
    form.wait_for_url("**/login**")


def test_control_enter_saves_the_field_and_presses_the_primary(form: Page, heard: Heard) -> None:
    form.type("#phone", "154")
    form.keyboard.press("Control+Enter")
    expect(form.locator("body")).to_have_text("next 1")
    assert heard.values("phone") == ["154"]


def test_f9_locks_the_screen(own_form: Page) -> None:
    own_form.keyboard.press("F9")
    expect(own_form.locator("body")).to_have_text("locked")


def test_arrows_walk_through_the_rows_of_a_list_and_the_boxes_of_a_question(form: Page) -> None:
    form.locator(".list a.row").first.focus()
    form.keyboard.press("ArrowDown")
    assert form.evaluate("document.activeElement.textContent.trim()").startswith("row 2")
    form.keyboard.press("ArrowUp")
    assert form.evaluate("document.activeElement.textContent.trim()").startswith("row 1")
    form.focus("[name=aid][value='1']")
    form.keyboard.press("ArrowDown")
    assert focused(form) == "aid=2"


def test_keys_of_an_input_method_are_left_to_it(form: Page) -> None:
    form.focus("#name")
    method = form.context.new_cdp_session(form)
    method.send("Input.imeSetComposition", {"text": "zhou", "selectionStart": 4, "selectionEnd": 4})
    form.evaluate(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', "
        "{key: 'F4', bubbles: true, isComposing: true}))"
    )
    assert focused(form) == "name"
