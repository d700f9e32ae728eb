"""The form as a person meets it: Chinese typed with an input method, keys, focus, errors, and a browser that dies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Error, Page, Playwright, expect

from fieldapp.domain import drafts
from fieldapp.laptop import create_app
from fieldapp.laptop.current import EXTENSION
from fieldapp.laptop.laptop import Laptop
from fieldapp.settings import LaptopSettings
from tests.support.browser import assert_accessible, launch
from tests.support.family import VISIT, arrive, settle_in
from tests.support.laptop import CHEAP, NOW, PASSPHRASE, WORKER, Chance, identity
from tests.support.server import Served, serving, wait_until

HELD = 700  # milliseconds in which a request that should not go out would have gone out; typing is saved after 600
SHORT = "1540099271"  # ten digits


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    """A laptop's app."""
    return create_app(LaptopSettings(data=tmp_path), now=lambda: NOW, entropy=Chance("app"), cost=CHEAP, syncs=False)


@pytest.fixture
def laptop(app: Flask) -> Laptop:
    """Its laptop, with a home, a child and a visit that has begun."""
    laptop: Laptop = app.extensions[EXTENSION]
    laptop.begin(identity(), WORKER, PASSPHRASE)
    with laptop.store.use():
        settle_in(laptop)
        arrive(laptop)
    return laptop


@pytest.fixture
def served(app: Flask, laptop: Laptop) -> Iterator[Served]:
    """The same, on a port."""
    with serving(app) as served:
        yield served


def log_in(page: Page, url: str) -> None:
    """As a person does."""
    page.goto(f"{url}/login")
    page.fill("[name=passphrase]", PASSPHRASE)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{url}/")


def begin(page: Page, url: str) -> Page:
    """The form, begun from the visit."""
    log_in(page, url)
    page.goto(f"{url}/visits/{VISIT}")
    page.get_by_role("button", name="儿童入户摸排").click()
    page.wait_for_url("**/forms/**")
    return page


@pytest.fixture
def form(page: Page, served: Served) -> Page:
    """The form, begun, in a browser."""
    return begin(page, served.url)


def section(form: Page, name: str) -> None:
    """Go to a section by its address."""
    form.goto(f"{form.url.partition('?')[0]}?section={name}")


def pick(form: Page, option: str) -> None:
    """Press a choice, as its id names it."""
    form.locator(f"#{option}").click()


def kept(laptop: Laptop, path: str) -> object:
    """What stands in the only draft."""
    with laptop.store.use():
        return drafts.of(WORKER.id)[0].answers.get(f"/data/{path}")


def keeps(laptop: Laptop, path: str, value: object) -> None:
    """Wait until the draft has an answer."""
    wait_until(lambda: kept(laptop, path) == value, 10, f"{path} = {value}, not {kept(laptop, path)}")


def settled(form: Page) -> None:
    """All answers have arrived."""
    expect(form.locator("html:not([data-unsent])")).to_have_count(1)


def test_nothing_is_saved_while_an_input_method_composes_and_the_name_is_saved_once(form: Page, laptop: Laptop) -> None:
    sent: list[str] = []
    form.on("request", lambda request: sent.append(request.url) if "/answer" in request.url else None)
    form.fill("#i-base-ethnicity", "")
    form.focus("#i-base-ethnicity")
    method = form.context.new_cdp_session(form)
    sent.clear()
    for text in ("t", "tu", "tujia"):
        method.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})
        form.wait_for_timeout(HELD)
    assert sent == []
    assert kept(laptop, "base/ethnicity") is None
    method.send("Input.insertText", {"text": "土家族"})
    keeps(laptop, "base/ethnicity", "土家族")
    form.wait_for_timeout(HELD)
    assert len(sent) == 1
    assert form.evaluate("document.activeElement.id") == "i-base-ethnicity"
    assert form.input_value("#i-base-ethnicity") == "土家族"


def test_a_text_is_saved_in_a_pause_and_typing_goes_on_in_the_same_control(form: Page, laptop: Laptop) -> None:
    form.evaluate("window.control = document.getElementById('i-base-ethnicity')")
    form.type("#i-base-ethnicity", "Tu")
    keeps(laptop, "base/ethnicity", "Tu")
    form.keyboard.type("jia")
    keeps(laptop, "base/ethnicity", "Tujia")
    assert form.evaluate("window.control === document.activeElement")


def test_an_error_is_shown_when_the_field_is_left_and_f8_leads_to_it(form: Page) -> None:
    form.fill("#i-base-home_phone", "")
    form.type("#i-base-home_phone", SHORT)
    form.wait_for_timeout(HELD)
    expect(form.locator("#e-base-home_phone")).to_be_empty()
    form.keyboard.press("Tab")
    expect(form.locator("#e-base-home_phone")).to_contain_text("手机号是 11 位，这里只有 10 位")
    expect(form.locator("#q-base-home_phone")).to_have_class("q bad")
    expect(form.locator("#jump .bad").first).to_contain_text("有 1 处要改")
    form.locator("#i-base-address").focus()
    form.keyboard.press("F8")
    assert form.evaluate("document.activeElement.id") == "i-base-home_phone"
    form.keyboard.press("End")
    form.keyboard.type("6")
    form.keyboard.press("Tab")
    expect(form.locator("#q-base-home_phone")).to_have_class("q")
    expect(form.locator("#jump .bad")).to_have_count(0)


def test_no_control_of_a_question_is_replaced_by_its_answer(form: Page) -> None:
    section(form, "risk")
    form.evaluate("window.controls = [...document.querySelectorAll('#q-risk-a_age input')]")
    pick(form, "risk-a_age-o1")
    expect(form.locator("#got-risk-a_age")).to_have_text("得 6 / 8")
    pick(form, "risk-a_age-o0")
    expect(form.locator("#got-risk-a_age")).to_have_text("得 8 / 8")
    assert form.evaluate("window.controls.every(control => control.isConnected)")
    assert form.evaluate("document.activeElement.id") == "risk-a_age-o0i"


def test_ticks_in_quick_succession_all_count(form: Page, laptop: Laptop) -> None:
    section(form, "report")
    for number in range(5):
        pick(form, f"report-mandatory-o{number}")
    settled(form)
    assert form.locator("#q-report-mandatory .opts input:checked").count() == 5
    assert len(str(kept(laptop, "report/mandatory")).split()) == 5


def test_a_slow_hand_on_the_mouse_loses_no_tick_while_the_answer_comes_back(form: Page, laptop: Laptop) -> None:
    section(form, "report")
    for number in (0, 3):
        form.locator(f"#report-mandatory-o{number}").hover()
        form.mouse.down()
        form.wait_for_timeout(250)
        form.mouse.up()
    keeps(laptop, "report/mandatory", "neglect_3_months harm")


def test_none_of_these_clears_the_others_on_the_screen_and_keeps_the_focus(form: Page, laptop: Laptop) -> None:
    section(form, "report")
    pick(form, "report-mandatory-o3")
    expect(form.locator("#a-report-mandatory")).to_contain_text("现在就要报告")
    expect(form.locator("#a-report-mandatory")).to_have_role("alert")
    pick(form, "report-mandatory-o8")
    expect(form.locator("#report-mandatory-o3i")).not_to_be_checked()
    expect(form.locator("#a-report-mandatory")).to_be_empty()
    assert form.evaluate("document.activeElement.id") == "report-mandatory-o8i"
    keeps(laptop, "report/mandatory", "none")


def test_not_collected_empties_the_field_and_typing_takes_it_back(form: Page, laptop: Laptop) -> None:
    form.fill("#i-base-ethnicity", "汉")
    pick(form, "nc-base-ethnicity")
    expect(form.locator("#i-base-ethnicity")).to_have_value("")
    keeps(laptop, "base/ethnicity", "__nc__")
    form.fill("#i-base-ethnicity", "汉族")
    form.keyboard.press("Tab")
    assert form.evaluate("document.activeElement.id") == "n-base-ethnicity"
    expect(form.locator("#n-base-ethnicity")).not_to_be_checked()
    keeps(laptop, "base/ethnicity", "汉族")


def test_digits_choose_and_zero_is_not_collected(form: Page, laptop: Laptop) -> None:
    section(form, "risk")
    form.focus("#risk-a_home-o0i")
    form.keyboard.press("2")
    keeps(laptop, "risk/a_home", "fair")
    form.keyboard.press("0")
    keeps(laptop, "risk/a_home", "__nc__")
    expect(form.locator("#got-risk-a_home")).to_have_text("未采集 · 满分 10")


def test_a_question_that_begins_to_apply_appears_and_can_be_answered_at_once(form: Page, laptop: Laptop) -> None:
    expect(form.locator("#q-base-disability_grade")).to_be_hidden()
    form.get_by_label("残疾", exact=True).first.check(force=True)
    expect(form.locator("#q-base-disability_grade")).to_be_visible()
    pick(form, "base-disability_grade-o1")
    keeps(laptop, "base/disability_grade", "2")
    assert form.evaluate("document.querySelectorAll('#q-base-disability_grade').length") == 1


def test_the_score_is_a_range_until_all_is_answered_and_can_be_covered(form: Page) -> None:
    section(form, "risk")
    pick(form, "risk-a_age-o1")
    expect(form.locator("#result tfoot td")).to_have_text("6–98")
    form.get_by_role("button", name="遮住").click()
    expect(form.locator("#result")).to_contain_text("遮住了")
    expect(form.locator("#got-risk-a_age")).to_have_text("")
    assert form.evaluate("document.activeElement.id") == "cover"
    form.reload()
    expect(form.locator("#result")).to_contain_text("遮住了")
    form.get_by_role("button", name="显示").click()
    expect(form.locator("#got-risk-a_age")).to_have_text("得 6 / 8")


def test_next_leads_to_the_heading_of_the_next_section_when_all_is_sent(form: Page, laptop: Laptop) -> None:
    form.fill("#i-base-registered_place", "万盛")
    form.get_by_role("link", name="下一节").click()
    expect(form.locator("#s-parents")).to_be_focused()
    assert kept(laptop, "base/registered_place") == "万盛"
    form.keyboard.press("PageDown")
    expect(form.locator("#s-carer")).to_be_visible()
    form.keyboard.press("PageUp")
    expect(form.locator("#s-parents")).to_be_visible()


def test_enter_in_a_field_saves_it_and_leaves_the_page_where_it_is(form: Page, laptop: Laptop) -> None:
    address = form.url
    form.fill("#i-base-ethnicity", "苗族")
    form.press("#i-base-ethnicity", "Enter")
    keeps(laptop, "base/ethnicity", "苗族")
    assert form.url == address


def test_a_browser_that_dies_takes_no_answer_with_it(
    playwright: Playwright, served: Served, laptop: Laptop, page: Page
) -> None:
    with launch(playwright) as doomed:
        form = begin(doomed.new_page(), served.url)
        section(form, "opinions")
        form.type("#i-opinions-child_words", "想妈妈")
        keeps(laptop, "opinions/child_words", "想妈妈")
        with pytest.raises(Error):
            doomed.new_browser_cdp_session().send("Browser.crash")
    log_in(page, served.url)
    page.get_by_role("link", name="周雨桐").first.click()
    expect(page.locator("#i-opinions-child_words")).to_have_value("想妈妈")


LEAST = {"carer": ["carer-has_carer-o1"], "report": ["report-mandatory-o3"]}


def test_from_the_first_answer_to_the_explained_result(form: Page) -> None:
    for name, options in LEAST.items():
        section(form, name)
        for option in options:
            pick(form, option)
    section(form, "opinions")
    form.get_by_role("button", name="完成").click()
    expect(form.locator("#mistakes")).to_contain_text("还有 12 处要改")
    form.get_by_role("link", name="照料人年龄").last.click()
    scored = form.locator("#section fieldset")
    for number in range(scored.count()):
        scored.nth(number).locator(".opts label").first.click()
    settled(form)
    expect(form.locator("#mistakes")).to_be_empty()
    section(form, "opinions")
    form.keyboard.press("Control+Enter")
    form.wait_for_url("**/submissions/**")
    expect(form.locator("main")).to_contain_text("侵害儿童")
    expect(form.locator("main")).to_contain_text("现在就要报告")
    assert_accessible(form)
    form.get_by_role("link", name="回到走访").click()
    expect(form.locator("main")).to_contain_text("做完")


@pytest.mark.parametrize(("name", "language"), [("base", "zh"), ("risk", "en"), ("report", "zh")])
def test_axe_finds_nothing_wrong_in_a_section(form: Page, name: str, language: str) -> None:
    form.goto(f"{form.url.partition('?')[0]}?section={name}&lang={language}")
    if name == "report":
        pick(form, "report-mandatory-o3")
        settled(form)
    if name == "base":
        form.fill("#i-base-home_phone", SHORT)
        form.keyboard.press("Tab")
        expect(form.locator("#q-base-home_phone")).to_have_class("q bad")
    assert_accessible(form)


def test_axe_finds_nothing_wrong_when_something_is_missing_and_the_draft_is_about_to_be_deleted(form: Page) -> None:
    section(form, "opinions")
    form.get_by_role("button", name="完成").click()
    expect(form.locator("#mistakes")).not_to_be_empty()
    form.get_by_role("link", name="删除草稿").click()
    expect(form.get_by_role("dialog")).to_be_visible()
    assert_accessible(form)


def test_a_narrow_form_scrolls_only_downwards(form: Page) -> None:
    form.set_viewport_size({"width": 320, "height": 640})
    for name in ("base", "risk", "report"):
        section(form, name)
        assert form.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_form_obeys_its_own_security_policy(form: Page) -> None:
    complaints: list[str] = []
    form.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    form.on("pageerror", lambda error: complaints.append(str(error)))
    section(form, "risk")
    pick(form, "risk-a_age-o1")
    expect(form.locator("#got-risk-a_age")).to_have_text("得 6 / 8")
    assert complaints == []
