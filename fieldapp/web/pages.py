"""The few addresses that both apps have: static files, language, text size, the kit of components."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Flask, Response, g, make_response, redirect, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from fieldapp.errors import N_, Invalid
from fieldapp.web import assets, i18n, kit
from fieldapp.web.access import allow
from fieldapp.web.auth import POLL_HEADER, local_path
from fieldapp.web.config import EXTENSION, web
from fieldapp.web.security import CSRF_FIELD, CSRF_HEADER, csrf_token

SIZES = ("m", "l", "xl")
A_YEAR = 365 * 24 * 3600
# No inline style (CSP), no page kept in the browser's storage, and answers with an error are shown as well.
HTMX = {
    "includeIndicatorStyles": False,
    "allowEval": False,
    "historyCacheSize": 0,
    "selfRequestsOnly": True,
    "responseHandling": [
        {"code": "204", "swap": False},
        {"code": "[23]..", "swap": True},
        {"code": "422", "swap": True},
        {"code": "[45]..", "swap": True, "error": True},
    ],
}

bp = Blueprint("web", __name__, template_folder="templates")


@bp.get("/static/<path:name>")
@allow.public
def asset(name: str) -> Response:
    """A static file."""
    return assets.asset(name)


@bp.post("/language")
@allow.public
def language() -> ResponseReturnValue:
    """Switch the language and stay on the page."""
    code = request.form.get("lang", "")
    if code not in i18n.LANGUAGES:
        raise Invalid(N_("没有这种语言"))
    return _remember(i18n.cookie(), code)


@bp.post("/size")
@allow.public
def size() -> ResponseReturnValue:
    """Make the letters larger, or small again: 100, 112.5, 125 %."""
    wanted = request.form.get("size", "")
    return _remember(_size_cookie(), wanted if wanted in SIZES else next_size())


def _remember(cookie: str, value: str) -> Response:
    back = redirect(local_path(request.form.get("next") or request.referrer), 303)
    return _set(make_response(back), cookie, value)


def _set(response: Response, cookie: str, value: str) -> Response:
    response.set_cookie(cookie, value, max_age=A_YEAR, samesite="Lax", httponly=True)
    return response


def _size_cookie() -> str:
    return f"{web().cookie_name}_size"


def current_size() -> str:
    """The size of letters this person chose."""
    chosen = request.cookies.get(_size_cookie(), SIZES[0])
    return chosen if chosen in SIZES else SIZES[0]


def next_size() -> str:
    """What the size button leads to."""
    return SIZES[(SIZES.index(current_size()) + 1) % len(SIZES)]


def _keep_language(response: Response) -> Response:
    """`?lang=en` holds for the pages that follow."""
    wish = request.args.get("lang")
    return _set(response, i18n.cookie(), wish) if wish in i18n.LANGUAGES else response


def _shared() -> dict[str, Any]:
    """What base templates use on every page."""
    return {
        "web": web(),
        "user": g.get("user"),
        "html_lang": i18n.HTML_LANG[i18n.language()],
        "text_size": current_size(),
        "htmx_config": json.dumps(HTMX),
        "htmx_headers": json.dumps({CSRF_HEADER: csrf_token()}),
    }


def hidden_token() -> Markup:
    """The hidden field that every form with method=post carries."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(CSRF_FIELD, csrf_token())


def init_app(app: Flask) -> None:
    """Register the addresses, the templates and what templates share."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        asset_url=assets.asset_url,
        csrf=hidden_token,
        next_size=next_size,
        spoken=i18n.language,
        LANGUAGES=i18n.LANGUAGES,
        HTML_LANG=i18n.HTML_LANG,
        POLL=json.dumps({POLL_HEADER: "1"}),
    )
    app.context_processor(_shared)
    app.after_request(_keep_language)
    app.register_blueprint(bp)
    if app.debug or app.extensions[EXTENSION].options.kit:
        app.register_blueprint(kit.bp)
