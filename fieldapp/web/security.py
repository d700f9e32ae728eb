"""Headers, host check, origin check and CSRF, for every answer and every request of an app."""

from __future__ import annotations

from hmac import compare_digest
from urllib.parse import urlsplit

from flask import Flask, Response, request, session
from werkzeug.exceptions import BadRequest

from fieldapp.errors import N_, NotAllowed
from fieldapp.web import access
from fieldapp.web.auth import CSRF, new_token
from fieldapp.web.config import EXTENSION, web

LOOPBACK = ("localhost", "127.0.0.1", "::1")
SAFE = ("GET", "HEAD", "OPTIONS")
CSRF_FIELD, CSRF_HEADER = "csrf_token", "X-CSRF-Token"
POLICY = {
    "default-src": "'self'",
    "img-src": "'self' data: blob:",
    "media-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}


def csrf_token() -> str:
    """The token of this session; made when a page first asks for it."""
    if CSRF not in session:
        session[CSRF] = new_token()
    return str(session[CSRF])


def _sent_token() -> str:
    return request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD, "")


def _is_foreign() -> bool:
    """Whether another site caused this request; another port of this machine is another site."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is None:
        origin = request.headers.get("Origin")
        return origin is not None and origin != request.host_url.rstrip("/")
    followed_a_link = request.method == "GET" and request.headers.get("Sec-Fetch-Mode") == "navigate"
    return site not in ("same-origin", "none") and not followed_a_link


def _is_own_name(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname
    except ValueError:
        return False
    return name in LOOPBACK or name in web().options.hosts


def _has_token() -> bool:
    expected = str(session.get(CSRF, ""))
    return bool(expected) and compare_digest(_sent_token().encode(), expected.encode())


def guard() -> None:
    """Before each request: it names this app as its host (DNS rebinding does not).

    And where a cookie could vouch for it: it came from our own page, and a change carries the page's token.
    """
    if not _is_own_name(request.host):
        raise BadRequest
    rule = access.current_rule()
    if rule is None or not rule.by_cookie:
        return
    if _is_foreign():
        raise NotAllowed(N_("这个请求来自别的网页，没有照办"))
    if request.method not in SAFE and not _has_token():
        raise NotAllowed(N_("这一页放得太久了。请刷新后再做一次"))


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def init_app(app: Flask) -> None:
    """Name the session's cookie, check every request, send the headers with every answer."""
    app.config["SESSION_COOKIE_NAME"] = app.extensions[EXTENSION].cookie_name
    app.jinja_env.globals["csrf_token"] = csrf_token
    app.before_request(guard)
    app.after_request(_add_headers)
