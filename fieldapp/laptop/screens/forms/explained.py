"""The result as it is kept with a submission, and as it is read again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from forms import Instance
from forms.scoring import Alarm, Explanation, ScoreItem, explain

KEPT = "explained"


def kept(instance: Instance) -> dict[str, Any]:
    """The explanation as JSON; nothing for a form that rates nothing."""
    found = explain(instance)
    return {KEPT: asdict(found)} if found else {}


def restored(result: Mapping[str, Any] | None, instance: Instance) -> Explanation | None:
    """A kept explanation. What it says stands; only the words are taken from the form, in the language spoken."""
    if not (told := (result or {}).get(KEPT)):
        return None
    labels = {path: instance.label(path) for path, _ in instance.questions()}
    items = (ScoreItem(**each) for each in told["items"])
    alarms = (Alarm(**each) for each in told["alarms"])
    return Explanation(
        **{
            **told,
            "items": tuple(replace(each, label=labels.get(each.path, each.label)) for each in items),
            "alarms": tuple(replace(each, label=_choice(instance, labels, each)) for each in alarms),
        }
    )


def _choice(instance: Instance, labels: Mapping[str, str], alarm: Alarm) -> str:
    choices = instance.choices(alarm.path) if alarm.path in labels else ()
    return next((choice.label for choice in choices if choice.name == alarm.choice), alarm.label)
