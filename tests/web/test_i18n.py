"""Two languages, one of them on a page."""

from __future__ import annotations

from flask import Flask, render_template_string
from flask.testing import FlaskClient

from fieldapp.web.i18n import Lazy, gettext, ngettext, pgettext, speaking
from tests.web.sample import make_app, token


def test_chinese_is_the_source_and_english_comes_from_the_catalogue() -> None:
    assert gettext("锁屏") == "锁屏"
    with speaking("en"):
        assert gettext("锁屏") == "Lock"
    assert gettext("锁屏") == "锁屏"


def test_an_unknown_sentence_is_shown_in_chinese_rather_than_not_at_all() -> None:
    with speaking("en"):
        assert gettext("没有人翻译过这句话") == "没有人翻译过这句话"


def test_english_counts_in_two_forms() -> None:
    with speaking("en"):
        said = [ngettext("逾期 %(num)s 天", "逾期 %(num)s 天", n) for n in (0, 1, 2)]
    assert said == ["0 days late", "1 day late", "2 days late"]


def test_one_word_may_read_differently_by_place() -> None:
    with speaking("en"):
        assert pgettext("date", "今天") == "today"


def test_a_lazy_sentence_is_translated_when_it_is_shown() -> None:
    sentence = Lazy("已存在本机 %(time)s", time="11:20")
    assert str(sentence) == "已存在本机 11:20"
    with speaking("en"):
        assert str(sentence) == "Saved here 11:20"


def test_a_chosen_language_stays_for_the_pages_that_follow(client: FlaskClient) -> None:
    assert '<html lang="zh-CN"' in client.get("/open").text
    assert '<html lang="en"' in client.get("/open?lang=en").text
    assert '<html lang="en"' in client.get("/open").text


def test_the_language_form_leads_back_to_its_page(client: FlaskClient) -> None:
    client.get("/open")
    form = {"lang": "en", "next": "/open?q=1", "csrf_token": token(client)}
    answer = client.post("/language", data=form)
    assert answer.location == "/open?q=1"
    assert '<html lang="en"' in client.get("/open").text
    assert client.post("/language", data={**form, "lang": "xx"}).status_code == 422


def test_a_language_nobody_speaks_is_passed_over(client: FlaskClient) -> None:
    assert '<html lang="zh-CN"' in client.get("/open?lang=xx").text


def test_an_app_may_begin_in_english() -> None:
    assert '<html lang="en"' in make_app(language="en").test_client().get("/open").text


def test_values_in_a_sentence_are_escaped_in_a_template(app: Flask) -> None:
    with app.test_request_context("/?lang=en"):
        page = render_template_string(
            "{{ _('已存在本机 %(time)s', time='<b>') }} {% trans n=2 %}n={{ n }}{% endtrans %}"
        )
    assert page == "Saved here &lt;b&gt; n=2"


def test_a_word_worked_out_at_compile_time_still_follows_the_language(app: Flask) -> None:
    for language, said in (("zh", "逾期 4 天"), ("en", "4 days late")):
        with app.test_request_context(f"/?lang={language}"):
            assert app.jinja_env.from_string("{{ 4|days_late }}").render() == said
