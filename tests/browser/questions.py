"""A tiny app with a form that saves as it goes, for the tests of typing and keys; it remembers what it was sent."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask, Response, render_template_string, request

from fieldapp.web import Options, allow, auth
from tests.web.sample import make_app

CARD_PREFIX = "771"
PAGE = (Path(__file__).parent / "questions.html").read_text("utf-8")


@dataclass
class Heard:
    """What the app was sent, in order, and how it shall answer."""

    answers: list[tuple[str, str]] = field(default_factory=list)
    scans: list[str] = field(default_factory=list)
    reply: dict[str, str] = field(default_factory=dict)
    slow: dict[str, float] = field(default_factory=dict)
    fails: int = 0

    def values(self, name: str) -> list[str]:
        """All that was sent for one question."""
        return [value for asked, value in self.answers if asked == name]


def make_questions(heard: Heard, options: Options) -> Flask:
    """The app."""
    app = make_app(options=options)
    add_pages(app, heard)
    return app


def add_pages(app: Flask, heard: Heard) -> None:
    """The pages of the app."""

    @app.get("/q")
    @allow.public
    def questions() -> str:
        return render_template_string(PAGE, poll="poll" in request.args)

    @app.get("/enter")
    @allow.public
    def enter() -> str:
        auth.sign_in("1")
        return "in"

    @app.get("/own")
    @allow.user
    def own() -> str:
        return render_template_string(PAGE, poll="poll" in request.args)

    @app.post("/answer/<name>")
    @(allow.user if app.extensions["fieldapp.web"].options.scan else allow.public)
    def answer(name: str) -> Response:
        if heard.fails:
            heard.fails -= 1
            return Response("busy", 503)
        heard.answers.append((name, " ".join(request.form.getlist(name))))
        time.sleep(heard.slow.get(name, 0))
        return Response(heard.reply.get(name, ""))

    @app.post("/section")
    @allow.public
    def section() -> str:
        return '<h2 id="following" tabindex="-1" autofocus>following</h2>'

    @app.get("/next")
    @allow.public
    def following() -> str:
        return f"next {len(heard.answers)}"

    @app.get("/row/<n>")
    @allow.public
    def row(n: str) -> str:
        return n

    @app.get("/poll")
    @allow.user
    def poll() -> Response:
        return Response(status=204)

    @app.post("/scan")
    @allow.public
    def scan() -> str:
        heard.scans.append(request.form["code"])
        return f"scanned by {request.form['by']}"
