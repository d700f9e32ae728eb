"""One question as it looks now. Two items that are equal look the same, so that only what differs is sent again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from fieldapp.errors import N_
from fieldapp.laptop.screens.forms.places import Place, mark
from fieldapp.web.i18n import gettext as _
from forms import Error, Group, Instance, Question
from forms.scoring import ANSWERED, NOT_COLLECTED, Explanation, ScoreItem, explain

# (kind, appearance) of a question: the macro that shows it (templates/form/_shapes.html).
SHAPES: dict[tuple[str, str], str] = {
    ("text", ""): "text",
    ("text", "multiline"): "long",
    ("text", "numbers"): "digits",
    ("integer", ""): "digits",
    ("decimal", ""): "decimal",
    ("date", ""): "date",
    ("time", ""): "time",
    ("select_one", ""): "one",
    ("select_one", "minimal"): "list",
    ("select_multiple", ""): "many",
    ("note", ""): "note",
}
QUIET = frozenset({"note", "output"})  # nothing to answer

# What is wrong, where the form itself has no sentence for it. Codes: forms.Error.
SENTENCES = {
    "required": N_("这一题要答。问不到就选“未采集”。"),
    "constraint": N_("这个答案和规则对不上。再核对一遍；问不到就选“未采集”。"),
    "integer": N_("这里填整数，例如 12。"),
    "decimal": N_("这里填数字，例如 3.5。"),
    "date": N_("日期写成 2016-05-12 这样。"),
    "time": N_("时间写成 09:30 这样。"),
    "choice": N_("没有这个选项了，重新选一个。"),
    "formula": N_("这一题的规则算不出来，答案已经存下。请告诉管理员：%(reason)s"),
}


@dataclass(frozen=True, slots=True)
class Option:
    """A choice on the screen. `grave`: ticked, it calls for a report."""

    name: str
    mark: str
    label: str
    chosen: bool
    grave: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """A question or a heading. `state`: todo, ok, nc (not collected), bad; "" where nothing is asked."""

    path: str
    mark: str
    shape: str
    relevant: bool = True
    label: str = ""
    hint: str = ""
    text: str = ""
    nc: bool = False
    options: tuple[Option, ...] = ()
    state: str = ""
    error: str = ""
    got: str = ""
    tone: str = ""
    kind: str = ""
    alarms: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """How a filling is looked at. `still` is the question being typed in: nothing is said of it before it is left."""

    instance: Instance
    asked: Collection[str]
    still: str = ""
    covered: bool = False
    result: Explanation | None = None
    scores: dict[str, ScoreItem] = field(default_factory=dict)

    def state(self, path: str) -> str:
        """How far a relevant question has come."""
        if self.wrong(path):
            return "bad"
        if self.instance.not_collected(path):
            return "nc"
        return "ok" if self.instance.answered(path) else "todo"

    def wrong(self, path: str) -> Error | None:
        """What is shown as wrong: a missing answer only where it was asked for, and nothing while one is typing."""
        error = self.instance.error(path) if path != self.still else None
        return error if error and (error.code != "required" or path in self.asked) else None

    def item(self, place: Place) -> Item:
        """What stands at a place."""
        path, element = place.path, place.element
        if not self.instance.relevant(path):
            return Item(path, place.mark, place.role, relevant=False)
        if isinstance(element, Group):
            return Item(path, place.mark, place.role, label=self.instance.label(path))
        return self._question(path, element)

    def _question(self, path: str, question: Question) -> Item:
        instance, shape = self.instance, shape_of(self.instance, path, question)
        error = self.wrong(path)
        return Item(
            path,
            mark(path),
            shape,
            label=instance.label(path),
            hint=instance.hint(path),
            text=_result(instance, path) if shape == "output" else instance.text(path),
            nc=instance.not_collected(path),
            options=self._options(path, question),
            state="" if shape in QUIET else self.state(path),
            error=sentence(error) if error else "",
            got=self._got(path),
            tone=question.extra.get("tone", ""),
            kind=question.kind,
            alarms="alarm" in question.extra and bool(self.result and self.result.alarms),
        )

    def _options(self, path: str, question: Question) -> tuple[Option, ...]:
        if not question.kind.startswith("select"):
            return ()
        chosen = self.instance.text(path).split()
        grave = "alarm" in question.extra
        return tuple(
            Option(each.name, f"{mark(path)}-o{n}", each.label, each.name in chosen, grave and not is_alone(each.extra))
            for n, each in enumerate(self.instance.choices(path))
        )

    def _got(self, path: str) -> str:
        score = self.scores.get(path)
        if score is None or self.covered:
            return ""
        if score.state == ANSWERED:
            return _("得 %(got)s / %(max)s", got=f"{score.got:g}", max=f"{score.max:g}")
        return _("未采集 · 满分 %(max)s", max=f"{score.max:g}") if score.state == NOT_COLLECTED else _("没答")


def _result(instance: Instance, path: str) -> str:
    """A computed result in words; "" when it is no number because answers are missing."""
    words = instance.display(path)
    return "" if words == "NaN" else words


def look(instance: Instance, asked: Collection[str], *, still: str = "", covered: bool = False) -> Look:
    """Look at a filling as it stands now."""
    result = explain(instance)
    return Look(instance, asked, still, covered, result, {each.path: each for each in result.items} if result else {})


def shape_of(instance: Instance, path: str, question: Question) -> str:
    """The macro that shows a question; "unknown" for a kind that this version does not know."""
    if question.kind != "note" and instance.readonly(path):
        return "output"
    words = (*question.appearance.split(), "")
    return next((SHAPES[question.kind, word] for word in words if (question.kind, word) in SHAPES), "unknown")


def is_alone(extra: object) -> bool:
    """Whether a choice stands alone: "none of these"."""
    return isinstance(extra, dict) and extra.get("exclusive") == "yes"


def sentence(error: Error) -> str:
    """What is wrong, in the form's words or in ours."""
    return error.message or _(SENTENCES.get(error.code, SENTENCES["constraint"]), **error.params)
