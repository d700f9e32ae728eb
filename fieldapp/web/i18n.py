"""Chinese is written in the code; English comes from fieldapp/translations/en/*.po, read once per process.

The language of a request: `?lang=`, then the cookie, then the app's default. Outside a request: `speaking("en")`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po
from flask import Flask, g, has_request_context, request

from fieldapp.errors import N_, DomainError
from fieldapp.web.config import web

__all__ = ["LANGUAGES", "N_", "Lazy", "gettext", "language", "ngettext", "pgettext", "say", "speaking"]

SOURCE = "zh"
LANGUAGES = {"zh": "中文", "en": "English"}
HTML_LANG = {"zh": "zh-CN", "en": "en"}
TRANSLATIONS = Path(__file__).parents[1] / "translations"

Key = tuple[str | None, str]
_outside: ContextVar[str] = ContextVar("language", default=SOURCE)


@cache
def catalogue(code: str) -> dict[Key, tuple[str, ...]]:
    """Translations of one language, {(context, Chinese): (one,) or (one, many)}; empty for the source language."""
    merged: dict[Key, tuple[str, ...]] = {}
    for path in sorted((TRANSLATIONS / code).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=code):
                if message.id and message.string and not message.fuzzy:
                    merged[_key(message.context, message.id)] = _forms(message.string)
    return merged


def _key(context: str | None, msgid: str | list[str] | tuple[str, ...]) -> Key:
    return (context, msgid if isinstance(msgid, str) else msgid[0])


def _forms(string: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string)


def language() -> str:
    """The language being spoken now: "zh" or "en"."""
    if not has_request_context():
        return _outside.get()
    if "language" not in g:
        g.language = chosen() or web().language_default
    return str(g.language)


def chosen() -> str | None:
    """What the person chose: in this request's address, or earlier in the cookie."""
    wishes = (request.args.get("lang"), request.cookies.get(cookie()))
    return next((wish for wish in wishes if wish in LANGUAGES), None)


def cookie() -> str:
    """The cookie that remembers the language; apps on one host keep their own."""
    return f"{web().cookie_name}_lang"


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak a language outside a request: on the command line, in background work."""
    token = _outside.set(code)
    try:
        yield
    finally:
        _outside.reset(token)


def _translate(context: str | None, text: str, n: int = 1) -> str:
    forms = catalogue(language()).get((context, text), (text,))
    return forms[-1] if n != 1 else forms[0]


def gettext(text: str, /, **values: object) -> str:
    """Translate; `%(name)s` places are filled when values are given."""
    translated = _translate(None, text)
    return translated % values if values else translated


def ngettext(one: str, many: str, n: int, /, **values: object) -> str:
    """Translate a sentence that counts; `%(num)s` is the number. In Chinese both forms read the same."""
    return _translate(None, one, n) % {"num": n, **values}


def pgettext(context: str, text: str, /, **values: object) -> str:
    """Translate a word that reads differently by place: 今天 is "Today" as a heading and "today" in a line."""
    translated = _translate(context, text)
    return translated % values if values else translated


def say(error: DomainError) -> str:
    """The sentence of a domain error in the current language, values filled in."""
    return gettext(error.text, **error.values)


class Lazy:
    """A sentence translated whenever it is shown, for what is built at import time."""

    def __init__(self, text: str, /, **values: object) -> None:
        self.text = text
        self.values = values

    def __str__(self) -> str:
        return gettext(self.text, **self.values)


def init_app(app: Flask) -> None:
    """Give templates `_`, `ngettext`, `pgettext` and {% trans %}; values are escaped by Jinja."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    install = getattr(app.jinja_env, "install_gettext_callables")  # noqa: B009 (added by the extension)
    install(
        lambda text: _translate(None, text),
        lambda one, many, n: _translate(None, one, n),
        newstyle=True,
        pgettext=lambda context, text: _translate(context, text),
    )
