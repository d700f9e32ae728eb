"""What is said: translated completely, and nothing Chinese outside of `_()`."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import Environment

from fieldapp.web import messages
from fieldapp.web.messages import chinese_outside_calls, missing_translations, sentences, untranslatable


def test_every_sentence_has_its_english() -> None:
    missing = missing_translations()
    assert not missing, "\n".join(missing)


def test_no_template_speaks_chinese_by_itself() -> None:
    found = untranslatable()
    assert not found, "\n".join(found)


def test_sentences_of_code_and_of_templates_are_found() -> None:
    found = {said.key[1]: said for said in sentences()}
    assert found["没有找到"].where.startswith("fieldapp/web/errors.py:")
    assert found["跳到正文"].where.startswith("fieldapp/web/templates/shell.html:")
    assert found["逾期 %(num)s 天"].plural


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ('msgid "锁屏"\nmsgstr ""', "is empty"),
        ('#, fuzzy\nmsgid "锁屏"\nmsgstr "Lock"', "is fuzzy"),
        ('msgid "锁屏"\nmsgstr "Lock 屏"', "has Chinese left"),
        ('msgid "锁屏"\nmsgstr "Lock，please"', "has Chinese left"),
        ('msgid "已存在本机 %(time)s"\nmsgstr "Saved"', "fills other places than the Chinese"),
        ('msgid "逾期 %(num)s 天"\nmsgstr "late"', "has no plural"),
        ('msgid "锁屏"\nmsgstr "Lock"\n\nmsgid "跳到正文"\nmsgstr "Skip"', "not translated"),
    ],
)
def test_a_faulty_catalogue_is_told_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entry: str, fault: str) -> None:
    write_po(tmp_path / "en" / "a.po", entry)
    monkeypatch.setattr(messages, "TRANSLATIONS", tmp_path)
    assert any(fault in line for line in missing_translations())


def test_one_sentence_translated_in_two_ways_is_told_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_po(tmp_path / "en" / "a.po", 'msgid "锁屏"\nmsgstr "Lock"')
    write_po(tmp_path / "en" / "b.po", 'msgid "锁屏"\nmsgstr "Close"')
    monkeypatch.setattr(messages, "TRANSLATIONS", tmp_path)
    assert "b.po: 锁屏: translated otherwise in another file" in missing_translations()


def write_po(path: Path, entry: str) -> None:
    """A catalogue of one entry."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(f'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n{entry}\n', "utf-8")


@pytest.mark.parametrize(
    "template",
    [
        "<p>走访</p>",
        '<a title="走访">x</a>',
        "{{ '走访' }}",
        "{{ kit.badge('走访') }}",
        "{% set place = '走访' %}",
        "{{ _('走访') }}，",
        "{% if late %}逾期{% endif %}",
        "{% block main %}{% for x in y %}<b>走访</b>{% endfor %}{% endblock %}",
    ],
)
def test_chinese_outside_a_call_is_found(template: str) -> None:
    tree = Environment(autoescape=True, extensions=["jinja2.ext.i18n"]).parse("\n" + template)
    assert [line for line, _ in chinese_outside_calls(tree)] == [2]


@pytest.mark.parametrize(
    "template",
    [
        "{{ _('走访') }}",
        "{{ _('走访 %(n)s 次', n=3) }}",
        "{{ ngettext('%(num)s 条', '%(num)s 条', 3) }}",
        "{{ pgettext('date', '今天') }}",
        "{% trans %}走访{% endtrans %}",
        "{% trans n=3 %}{{ n }} 条{% pluralize %}{{ n }} 条{% endtrans %}",
        "{# 走访 #}",
        "{{ kit.badge(_('走访')) }}",
    ],
)
def test_chinese_inside_a_call_is_left_alone(template: str) -> None:
    tree = Environment(autoescape=True, extensions=["jinja2.ext.i18n"]).parse(template)
    assert list(chinese_outside_calls(tree)) == []
