"""Every error becomes an answer here, once: a page, a fragment for htmx, or JSON, in the person's language.

Each says what happened, what to do next, and that nothing is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from fieldapp.errors import N_, Clash, DomainError, Invalid, NotAllowed, NotFound, Unavailable
from fieldapp.web.i18n import gettext as _
from fieldapp.web.i18n import say
from sync.errors import SyncError

E = TypeVar("E", bound=Exception)

STATUS: dict[type[DomainError], int] = {NotFound: 404, NotAllowed: 403, Invalid: 422, Clash: 409, Unavailable: 503}
# status: title, what happened, what to do
SENTENCES = {
    400: (N_("没看懂这个请求"), N_("地址或内容不完整"), N_("回到上一页，再做一次")),
    401: (N_("请先登录"), N_("屏幕锁上了，或者还没登录"), N_("登录后接着做")),
    403: (N_("这里您不能进"), N_("您的岗位不能做这件事"), N_("需要的话，请找督导员开通")),
    404: (N_("没有找到"), N_("这一页没有，或者不在这台电脑上"), N_("核对一下地址，或者从首页重新找")),
    405: (N_("不能这样打开"), N_("这个地址要从页面上的按钮进来"), N_("回到上一页，按页面上的按钮")),
    409: (N_("和现有的对不上"), N_("这件事已经有人做过，或者已经变了"), N_("刷新看看现在的样子，再定")),
    413: (N_("文件太大"), N_("一次送不了这么大的文件"), N_("换一张小一点的照片，或者分几次")),
    422: (N_("有地方要改"), N_("填的内容还不能用"), N_("照下面的提示改好，再按一次")),
    500: (N_("程序出了错"), N_("这一步没有做成，错误已经记下来"), N_("再试一次；还不行就找管理员")),
    503: (N_("现在办不了"), N_("有别的事正占着，或者没有网"), N_("过一会儿再试")),
}
# code of a sync error: status, what happened, what to do
SYNC = {
    "offline": (503, N_("连不上县里的服务器"), N_("有网的时候会自动再送，不用等")),
    "busy": (503, N_("县里的服务器正忙"), N_("程序过一会儿会自己再试")),
    "not_enrolled": (403, N_("县里不认识这台电脑，或者已经停用"), N_("请县里重新登记这台电脑")),
    "newer_version": (409, N_("数据来自更新的版本，这个程序还不会读"), N_("先更新程序，再打开")),
    "wrong_key": (403, N_("口令不对，数据打不开"), N_("核对口令，再试一次")),
    "malformed": (400, N_("收到的内容看不懂"), N_("更新程序后再试；还不行就找管理员")),
    "too_large": (422, N_("一次改的地方太多"), N_("分几次保存")),
    "not_shown": (409, N_("要改的值没有在屏幕上显示过"), N_("刷新，看过现在的值，再改")),
    "refused": (409, N_("这里不能这样改"), N_("刷新，看过现在的样子，再改")),
    "forked": (409, N_("这台电脑的数据有两份"), N_("请县里给这台电脑一个新的编号")),
}
SAFE = N_("已经存下的内容都在，没有丢。")


@dataclass(frozen=True)
class Problem:
    """What a person is told: all in her language already."""

    status: int
    title: str
    what: str
    todo: str
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """How the message looks: plum for what a person must mend, amber for what waits, plain otherwise."""
        return {422: "mend", 401: "due", 409: "due", 500: "due", 503: "due"}.get(self.status, "")


def problem(status: int, what: str = "", todo: str = "", fields: dict[str, str] | None = None) -> Problem:
    """The problem of a status; `what` and `todo` replace its general sentences."""
    title, general, advice = SENTENCES.get(status) or SENTENCES[400 if status < 500 else 500]
    return Problem(status, _(title), what or _(general), todo or _(advice), fields or {})


def of_domain(error: DomainError) -> Problem:
    """A domain error, in words and as a status."""
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    fields = error.fields if isinstance(error, Invalid) else {}
    sentences = {name: say(text) if isinstance(text, DomainError) else _(text) for name, text in fields.items()}
    return problem(status, say(error), fields=sentences)


def of_sync(error: SyncError) -> Problem:
    """An error between laptop and registry, in words and as a status."""
    status, what, todo = SYNC.get(error.code, (503, *SENTENCES[503][1:]))
    return problem(status, _(what), _(todo))


def of_http(error: HTTPException) -> Problem:
    """One of Flask's own errors."""
    return problem(error.code or 500)


def wants_json() -> bool:
    """Whether the caller is a programme that asked for JSON."""
    accepted = request.accept_mimetypes
    return accepted.best_match(["text/html", "application/json"]) == "application/json"


def answer(found: Problem) -> Response:
    """The problem as JSON, as a fragment for the message place of the page, or as a page."""
    if wants_json():
        body = {"status": found.status, "title": found.title, "text": found.what, "todo": found.todo}
        response = jsonify(error={**body, "fields": found.fields})
    elif request.headers.get("HX-Request"):
        response = make_response(render_template("error_fragment.html", problem=found, safe=_(SAFE)))
        response.headers.update({"HX-Retarget": "#notice", "HX-Reswap": "innerHTML"})
    else:
        response = make_response(render_template(_page(found), problem=found, safe=_(SAFE)))
    response.status_code = found.status
    return response


def _page(found: Problem) -> str:
    """A broken app or a stranger gets the bare page, which asks nothing of the database."""
    return "error.html" if found.status < 500 and g.get("user") is not None else "error_bare.html"


def handle(app: Flask, kind: type[E], explain: Callable[[E], Problem]) -> None:
    """Answer one more kind of error: `handle(app, MyError, of_mine)`."""

    def handler(error: E) -> ResponseReturnValue:
        return answer(explain(error))

    app.register_error_handler(kind, handler)


def init_app(app: Flask) -> None:
    """Answer domain errors, those of sync, and Flask's own."""
    handle(app, DomainError, of_domain)
    handle(app, SyncError, of_sync)
    handle(app, HTTPException, of_http)
