"""Headers, host check, origin check and CSRF, for every answer and every request of an app."""

from __future__ import annotations

from hmac import compare_digest
from secrets import token_urlsafe

from flask import Flask, Response, request, session

from fieldapp.errors import N_, NotAllowed
from fieldapp.web import access
from fieldapp.web.auth import CSRF
from fieldapp.web.config import EXTENSION

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
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
        session[CSRF] = token_urlsafe(24)
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


def guard() -> None:
    """Before each request that a cookie could vouch for: it came from our own page, and changes carry its token."""
    rule = access.current_rule()
    if rule is None or not rule.by_cookie:
        return
    if _is_foreign():
        raise NotAllowed(N_("这个请求来自别的网页，没有照办"))
    if request.method not in SAFE and not compare_digest(_sent_token(), str(session.get(CSRF, ""))):
        raise NotAllowed(N_("这一页放得太久了。请刷新后再做一次"))


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def init_app(app: Flask) -> None:
    """Set cookies, hosts, headers and checks. A page answers only to its own names (DNS rebinding)."""
    settings = app.extensions[EXTENSION]
    app.config["SESSION_COOKIE_NAME"] = settings.cookie_name
    app.config["TRUSTED_HOSTS"] = [*LOOPBACK, *settings.options.hosts]
    app.jinja_env.globals["csrf_token"] = csrf_token
    app.before_request(guard)
    app.after_request(_add_headers)
