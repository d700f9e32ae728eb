"""The session of the person at the screen: sign in, lock, sign out, and the idle clock.

The idle clock stands in a cookie of its own. An answer that is still under way when the screen is locked then
refreshes the clock only, and can never bring an unlocked session back.
"""

from __future__ import annotations

from secrets import token_urlsafe

from flask import Flask, Response, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.exceptions import Unauthorized

from fieldapp.web.config import User, web

USER, LOCKED, CSRF = "user", "locked", "csrf"
POLL_HEADER = "X-Poll"


def new_token() -> str:
    """A CSRF token for a session."""
    return token_urlsafe(24)


def sign_in(user_id: str) -> None:
    """Begin a new session. The CSRF token is new as well, so nothing set up before the login lives on.

    It is made here and not by the first page: two pages that came at once would each make one, and one of them could
    send nothing. Unlocking one's own screen keeps the token: a page that still holds an unsent answer can send it then.
    """
    kept = session.get(CSRF) if locked_user() == user_id else None
    session.clear()
    session[USER] = user_id
    session[CSRF] = kept or new_token()
    g.seen = user_id


def sign_out() -> None:
    """End the session and forget who it was."""
    session.clear()


def lock() -> None:
    """Close the screen and remember whose it was, so that the login page can offer the name."""
    session[LOCKED] = True


def locked_user() -> str | None:
    """Whose screen is locked, by hand or by idling."""
    user_id = session.get(USER)
    return str(user_id) if user_id and (session.get(LOCKED) or _idled(str(user_id))) else None


def load() -> User | None:
    """The signed-in person, unless the screen is locked. A request a person caused restarts the idle clock."""
    user_id = session.get(USER)
    if not user_id or session.get(LOCKED) or _idled(user_id):
        return None
    if POLL_HEADER not in request.headers:
        g.seen = user_id
    return web().load_user(user_id)


def _clock_cookie() -> str:
    return f"{web().cookie_name}_seen"


def _signer() -> URLSafeSerializer:
    if not current_app.secret_key:
        raise RuntimeError("the app needs a secret key")
    return URLSafeSerializer(current_app.secret_key, salt="seen")


def _idled(user_id: str) -> bool:
    try:
        who, seen = _signer().loads(request.cookies.get(_clock_cookie(), ""))
    except (BadSignature, ValueError):
        return True
    return bool(who != user_id or web().now().timestamp() - seen > web().options.idle.total_seconds())


def to_login() -> ResponseReturnValue:
    """Send a person to the login page, and afterwards back to where she was.

    An answer that meets a locked screen stays on its page, with a way to unlock beside it: leaving would lose it.
    """
    changes = request.method not in ("GET", "HEAD")
    if not request.headers.get("HX-Request"):
        return redirect(login_url(request.referrer if changes else request.full_path), 303)
    if changes:
        raise Unauthorized
    came_from = request.headers.get("HX-Current-URL")
    return Response(status=401, headers={"HX-Redirect": login_url(came_from)})


def login_url(came_from: str | None) -> str:
    """The login page, with the way back."""
    back = local_path(came_from)
    return url_for(web().options.login, next=back if back != "/" else None)


def local_path(address: str | None) -> str:
    """The path of an address on this very app, else "/": a form or a link never leads to another site."""
    own = request.host_url.rstrip("/")
    path = (address or "").removeprefix(own).rstrip("?")
    safe = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if safe else "/"


def _keep_clock(response: Response) -> Response:
    if seen := g.get("seen"):
        value = _signer().dumps([seen, web().now().timestamp()])
        secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        response.set_cookie(_clock_cookie(), str(value), httponly=True, samesite="Lax", secure=secure)
    return response


def init_app(app: Flask) -> None:
    """Name the session cookie after the app: several apps share the loopback host, and cookies know no ports."""
    app.config.update(SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax")
    app.after_request(_keep_clock)
