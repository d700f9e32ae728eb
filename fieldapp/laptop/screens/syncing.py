"""Screen: sync. Has my work arrived?"""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fieldapp.errors import N_, NotFound
from fieldapp.laptop import outbox, refusals, status
from fieldapp.laptop.current import background, laptop, now, person_behind, store
from fieldapp.web import allow
from fieldapp.web.i18n import gettext as _
from sync.exchange import Report
from sync.store.tables import OpenConflict

bp = Blueprint("sync", __name__)


@bp.get("/sync")
@allow.user
def page() -> str:
    """What is under way, refused, waiting, and what was."""
    here = laptop().settings
    return render_template(
        "sync.html", demo=here.demo, cut=background().cut, device=store().device, minutes=here.sync_minutes, **_state()
    )


@bp.get("/sync/body")
@allow.user
def body() -> ResponseReturnValue:
    """The page's changing parts, for its poll; nothing when it already shows them."""
    state = _state()
    if state["changing"]["version"] == request.args.get("seen"):
        return "", 204
    return render_template("sync_poll.html", **state)


@bp.get("/sync/pill")
@allow.user
def pill() -> str:
    """The pill, for its poll."""
    return render_template("pill.html")


@bp.post("/sync/now")
@allow.user
def start() -> ResponseReturnValue:
    """Do not wait for the next time."""
    background().wake()
    return redirect(url_for("sync.page"), 303)


@bp.post("/sync/stop")
@allow.user
def stop() -> ResponseReturnValue:
    """Enough for now: after this page of records."""
    background().pause()
    flash(_("停下了，没有丢。下次从停下的地方接着来。"))
    return redirect(url_for("sync.page"), 303)


@bp.post("/demo/offline")
@allow.user
def offline() -> ResponseReturnValue:
    """The demo's switch: pull the plug between this laptop and the registry, or put it back."""
    if not laptop().settings.demo:
        raise NotFound(N_("这个开关只在演示里有"))
    background().cut = not background().cut
    return redirect(url_for("sync.page"), 303)


def _state() -> dict[str, Any]:
    """What templates tell, and the changing parts ready made, under a name for what they show."""
    here, report = store(), background().report
    state = {
        "running": report is not None,
        "label": here.node("label", ""),
        "last": status.last_success(here),
        "now": now(),
        "history": [(datetime.fromtimestamp(run.started_ms / 1000, UTC), run) for run in here.history()],
    }
    body = render_template("sync_body.html", **state, **_work(report))
    history = render_template("sync_history.html", result=refusals.result, **state)
    version = sha256(f"{body}{history}".encode()).hexdigest()[:12]
    return {**state, "changing": {"body": body, "history": history, "version": version}}


def _work(report: Report | None) -> dict[str, Any]:
    here = store()
    return {
        "report": report,
        "percent": status.percent(report) if report else 0,
        "advice": _advice(),
        "refused": outbox.refused(here),
        "waiting": outbox.waiting(here),
        "conflicts": OpenConflict.select().count(),
        "person_behind": person_behind,
    }


def _advice() -> str:
    """What to do about how the last run ended, if anything."""
    runs = store().history(1)
    last = background().last
    ended = last.result if last else runs[0].result if runs else ""
    return refusals.ADVICE.get(ended, "")
