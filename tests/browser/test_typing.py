"""Typing in a form that saves as it goes: input methods, focus, order, and nothing lost."""

from __future__ import annotations

from playwright.sync_api import CDPSession, Page, expect

from tests.browser.questions import Heard
from tests.support.server import Served, wait_until

HELD = 600  # milliseconds in which a request that should not go out would have gone out


def compose(page: Page) -> CDPSession:
    """An input method at the focused control."""
    return page.context.new_cdp_session(page)


def composing(method: CDPSession, text: str) -> None:
    """The candidate that stands in the field so far."""
    method.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})


def hears(heard: Heard, name: str, *values: str) -> None:
    """Wait until these answers and no others came for a question."""
    wait_until(lambda: heard.values(name) == list(values), 10, f"{values}, not {heard.values(name)}")


def test_nothing_is_sent_while_an_input_method_composes_and_the_words_are_sent_once(form: Page, heard: Heard) -> None:
    form.focus("#name")
    method = compose(form)
    for text in ("z", "zh", "zhou"):
        composing(method, text)
        form.wait_for_timeout(HELD / 2)
    assert heard.answers == []
    method.send("Input.insertText", {"text": "周"})
    hears(heard, "name", "周")
    form.wait_for_timeout(HELD)
    assert heard.values("name") == ["周"]
    assert form.input_value("#name") == "周"


def test_a_request_that_was_due_when_composition_began_goes_out_after_it(form: Page, heard: Heard) -> None:
    form.type("#name", "A")
    method = compose(form)
    composing(method, "zhou")
    form.wait_for_timeout(HELD)
    assert heard.answers == []
    method.send("Input.imeSetComposition", {"text": "", "selectionStart": 0, "selectionEnd": 0})
    wait_until(lambda: "A" in heard.values("name"), 10, "the answer typed before")
    assert set(heard.values("name")) == {"A"}


def test_answers_arrive_in_the_order_they_were_given_though_the_first_is_slow(form: Page, heard: Heard) -> None:
    heard.slow = {"phone": 0.6}
    form.fill("#phone", "154")
    form.fill("#b", "two")
    form.check("[name=health][value='2']")
    form.check("[name=aid][value='1']")
    form.check("[name=aid][value='3']")
    expected = [("phone", "154"), ("b", "two"), ("health", "2"), ("aid", "1 3"), ("aid", "1 3")]
    wait_until(lambda: len(heard.answers) == len(expected), 10, f"all answers, not {heard.answers}")
    assert heard.answers == expected


def test_a_swap_waits_until_the_focused_control_is_left(form: Page, heard: Heard) -> None:
    heard.reply = {"name": '<div class="q" id="q-name" hx-swap-oob="true">replaced <input id="name"></div>'}
    form.type("#name", "ab")
    hears(heard, "name", "ab")
    form.wait_for_timeout(HELD)
    form.keyboard.type("cd")
    assert form.evaluate("document.activeElement.id") == "name"
    assert form.input_value("#name") == "abcd"
    expect(form.locator("#q-name")).not_to_contain_text("replaced")
    form.focus("#search")
    expect(form.locator("#q-name")).to_contain_text("replaced")
    hears(heard, "name", "ab", "abcd")


def test_what_stands_beside_the_focused_control_changes_at_once(form: Page, heard: Heard) -> None:
    result = '<p id="result" hx-swap-oob="true">red</p><span class="got" id="got-name" hx-swap-oob="true">6 / 8</span>'
    heard.reply = {"name": result}
    form.type("#name", "ab")
    expect(form.locator("#result")).to_have_text("red")
    expect(form.locator("#got-name")).to_have_text("6 / 8")
    assert form.evaluate("document.activeElement.id") == "name"


def test_the_parts_of_a_held_answer_that_replace_nothing_in_use_are_shown_at_once(form: Page, heard: Heard) -> None:
    fieldset = '<fieldset class="q" id="q-both">done <input id="a"><input id="b"></fieldset>'
    heard.reply = {"a": f'{fieldset}<p id="result" hx-swap-oob="true">red</p>'}
    form.fill("#a", "one")
    form.focus("#b")
    expect(form.locator("#result")).to_have_text("red")
    expect(form.locator("#q-both")).not_to_contain_text("done")
    form.focus("#search")
    expect(form.locator("#q-both")).to_contain_text("done")


def test_an_answer_in_the_queue_is_not_lost_when_its_control_is_about_to_be_replaced(form: Page, heard: Heard) -> None:
    heard.slow = {"a": 0.4, "b": 0.4}
    heard.reply = {"a": '<fieldset class="q" id="q-both">done</fieldset>'}
    form.fill("#a", "one")
    form.fill("#b", "two")
    form.focus("#search")
    hears(heard, "b", "two")
    expect(form.locator("#q-both")).to_contain_text("done")


def test_the_newest_of_two_held_swaps_is_the_one_that_is_shown(form: Page, heard: Heard) -> None:
    old, new = (f'<div class="q" id="q-name" hx-swap-oob="true">{word}</div>' for word in ("older", "newer"))
    heard.reply = {"name": old}
    form.type("#name", "a")
    hears(heard, "name", "a")
    heard.reply = {"name": new}
    form.keyboard.type("b")
    hears(heard, "name", "a", "ab")
    form.wait_for_timeout(HELD)
    form.focus("#search")
    expect(form.locator("#q-name")).to_have_text("newer")


def test_a_form_sent_by_hand_is_replaced_though_the_cursor_stands_in_it(form: Page) -> None:
    form.fill("#note", "done")
    form.press("#note", "Enter")
    expect(form.locator("#following")).to_be_focused()


def test_an_answer_that_met_a_busy_server_is_tried_again_and_says_so(form: Page, heard: Heard) -> None:
    heard.fails = 1
    form.fill("#phone", "154")
    form.focus("#search")
    expect(form.locator("#unsent")).to_be_visible()
    hears(heard, "phone", "154")
    expect(form.locator("#unsent")).to_be_hidden()


def test_leaving_by_a_link_waits_until_every_answer_is_sent(form: Page, heard: Heard) -> None:
    heard.slow = {"phone": 0.5, "b": 0.5}
    form.fill("#phone", "154")
    form.fill("#b", "two")
    form.click("#away")
    expect(form.locator("body")).to_have_text("next 2")


def test_a_change_that_is_taken_back_does_not_keep_anybody_on_the_page(form: Page, heard: Heard) -> None:
    form.type("#phone", "1")
    form.press("#phone", "Backspace")
    form.focus("#search")
    expect(form.locator("html:not([data-unsent])")).to_have_count(1)
    form.click("#away")
    expect(form.locator("body")).to_have_text("next 0")


def test_an_answer_that_meets_a_locked_screen_stays_and_is_sent_after_unlocking(
    own_form: Page, guarded: Served, heard: Heard
) -> None:
    own_form.evaluate("fetch('/lock', {method: 'POST', headers: JSON.parse(document.body.getAttribute('hx-headers'))})")
    own_form.wait_for_timeout(HELD / 2)
    own_form.fill("#phone", "154")
    own_form.focus("#search")
    expect(own_form.locator("#notice")).to_contain_text("屏幕锁上了")
    assert own_form.input_value("#phone") == "154"
    other = own_form.context.new_page()
    other.goto(f"{guarded.url}/token")
    other.goto(f"{guarded.url}/enter")
    hears(heard, "phone", "154")


def test_a_poll_that_finds_the_screen_locked_leads_to_the_login_page(own_form: Page, guarded: Served) -> None:
    own_form.goto(f"{guarded.url}/own?poll")
    own_form.evaluate("fetch('/lock', {method: 'POST', headers: JSON.parse(document.body.getAttribute('hx-headers'))})")
    own_form.wait_for_url("**/login?next=**")


def test_polls_keep_the_screen_open_only_while_somebody_is_there(own_form: Page, guarded: Served) -> None:
    polls: list[bool] = []
    own_form.on("request", lambda sent: polls.append("x-poll" in sent.headers) if "/poll" in sent.url else None)
    own_form.goto(f"{guarded.url}/own?poll")
    own_form.wait_for_timeout(HELD)
    assert polls[-1]
    before = len(polls)
    own_form.keyboard.press("Shift")
    own_form.wait_for_timeout(HELD)
    assert polls[before:].count(False) == 1
    assert polls[-1]
