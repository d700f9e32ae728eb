"""Why a filling has its level: what each scored answer gave, and what decided. Reads a form's own attributes:

    cq:scale   a scored question; its choices carry `score`, the highest is the question's maximum
    cq:alarm   a question of which any ticked choice decides, except one marked `exclusive` ("none of these")
    cq:result  what a calculation is: level, low, high, level_low, level_high

Levels and thresholds are the form's; nothing here knows them a second time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from forms.definition import Question
from forms.instance import Instance

ANSWERED, UNANSWERED, NOT_COLLECTED = "answered", "unanswered", "not_collected"


@dataclass(frozen=True, slots=True)
class ScoreItem:
    """One scored question. `got` is None unless `state` is "answered"; 0 is a score, None is not known."""

    path: str
    label: str
    got: float | None
    max: float
    state: str


@dataclass(frozen=True, slots=True)
class Alarm:
    """A ticked choice that decides whatever the score."""

    path: str
    choice: str
    label: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """A level and what it rests on.

    level       the form's level, "" when nothing is rated yet
    reason      "alarm" (a ticked choice), "score" (the sum), "range" (answers are missing: the graver level of the
                range stands until they are there), "unrated"
    decided_by  the question to look at: the alarm, or of a range the first that is missing; None otherwise
    low, high   the least and the highest sum that the missing answers leave open; None when unrated
    """

    level: str
    decided_by: str | None
    reason: str
    items: tuple[ScoreItem, ...]
    alarms: tuple[Alarm, ...]
    low: float | None
    high: float | None
    level_low: str
    level_high: str

    def worst_first(self) -> tuple[ScoreItem, ...]:
        """The items as a person reads them: what is missing, then the smallest share of the maximum."""
        return tuple(sorted(self.items, key=lambda item: -1.0 if item.got is None else item.got / (item.max or 1.0)))


def explain(instance: Instance) -> Explanation | None:
    """The explanation of a filling; None when its form rates nothing."""
    results = {question.extra["result"]: path for path, question in instance.questions() if "result" in question.extra}
    if "level" not in results:
        return None
    text = {name: instance.text(path) for name, path in results.items()}
    items, alarms = tuple(_items(instance)), tuple(_alarms(instance))
    missing = next((item.path for item in items if item.got is None), None)
    reason = _reason(text["level"], alarms, missing)
    decided_by = {"alarm": alarms[0].path if alarms else None, "range": missing}.get(reason)
    return Explanation(
        text["level"],
        decided_by,
        reason,
        items,
        alarms,
        _number(text.get("low", "")),
        _number(text.get("high", "")),
        text.get("level_low", ""),
        text.get("level_high", ""),
    )


def maximum(question: Question) -> float:
    """The highest score that a choice of the question carries."""
    return max((float(choice.extra["score"]) for choice in question.choices if choice.extra.get("score")), default=0.0)


def _reason(level: str, alarms: tuple[Alarm, ...], missing: str | None) -> str:
    if not level:
        return "unrated"
    if alarms:
        return "alarm"
    return "range" if missing else "score"


def _items(instance: Instance) -> Iterator[ScoreItem]:
    for path, question in instance.questions():
        if "scale" in question.extra:
            got = _got(question, instance.value(path))
            state = ANSWERED if got is not None else NOT_COLLECTED if instance.not_collected(path) else UNANSWERED
            yield ScoreItem(path, instance.label(path), got, maximum(question), state)


def _got(question: Question, chosen: object) -> float | None:
    return next((_number(choice.extra.get("score", "")) for choice in question.choices if choice.name == chosen), None)


def _alarms(instance: Instance) -> Iterator[Alarm]:
    for path, question in instance.questions():
        if "alarm" in question.extra:
            chosen = instance.value(path)
            names = chosen if isinstance(chosen, tuple) else (chosen,)
            for choice in instance.choices(path):
                if choice.name in names and not choice.extra.get("exclusive"):
                    yield Alarm(path, choice.name, choice.label)


def _number(text: str) -> float | None:
    return float(text) if text else None
