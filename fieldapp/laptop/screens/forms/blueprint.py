"""The blueprint of forms. When the app is made, its forms are compiled: never inside a request."""

from __future__ import annotations

from flask import Blueprint, Response
from flask.blueprints import BlueprintSetupState

from fieldapp.domain import risk
from fieldapp.errors import N_
from fieldapp.laptop import current
from fieldapp.laptop.screens.forms import shelf
from fieldapp.laptop.screens.forms.fillings import EXTENSION, Fillings
from fieldapp.web.errors import answer, problem
from fieldapp.web.i18n import gettext as _
from forms import NOT_COLLECTED, FormError

bp = Blueprint("forms", __name__)

WHAT_NOW = N_("刷新这一页，看看现在的题目")


@bp.record_once
def _stock(state: BlueprintSetupState) -> None:
    state.app.extensions[EXTENSION] = Fillings()
    shelf.stock(state.app.extensions[current.EXTENSION].settings.data)


@bp.context_processor
def _words() -> dict[str, object]:
    """What the templates of forms share."""
    return {"NC": NOT_COLLECTED, "response_to": lambda level: risk.level(level).response}


@bp.errorhandler(FormError)
def _refused(error: FormError) -> Response:
    """What the engine refuses: the question is no longer there, or may not be changed now."""
    return answer(problem(422, _(error.text, **error.params), _(WHAT_NOW)))
