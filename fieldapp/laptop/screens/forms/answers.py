"""What the controls of a question say, as the engine takes it; and what must be shown anew after it has been taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from fieldapp.laptop.screens.forms.items import Item, Option, is_alone
from forms import NOT_COLLECTED, Instance, Question

Answer = str | list[str]
BOXES = frozenset({"one", "many"})  # shapes with a box or a circle for every choice


def given(instance: Instance, path: str, question: Question, values: Sequence[str]) -> Answer:
    """The answer that the controls give together.

    An answer given beside "not collected" replaces it, and the other way round: whichever is new stands.
    """
    chosen = [value.replace("\r\n", "\n") for value in values if value and value != NOT_COLLECTED]
    if NOT_COLLECTED in values and not (chosen and instance.not_collected(path)):
        return NOT_COLLECTED
    if question.multiple:
        return _together(instance, path, chosen)
    return chosen[0] if chosen else ""


def _together(instance: Instance, path: str, chosen: list[str]) -> list[str]:
    """The choices that can stand together: one that stands alone clears the others, another one clears it.

    Should both be new, the one that stands alone goes: no ticked item is lost to a "none of these".
    """
    alone = {choice.name for choice in instance.choices(path) if is_alone(choice.extra)}
    new = set(chosen) - set(instance.text(path).split())
    if new and new <= alone:
        return [name for name in chosen if name in new][:1]
    return [name for name in chosen if name not in alone] if set(chosen) - alone else chosen[:1]


@dataclass(frozen=True, slots=True)
class Change:
    """What must be shown anew of one item: all of it, or only what stands around its controls.

    Of the controls only those are told that differ from what the person left there: `options`, a text that was
    `cleared`, the box of "not collected".
    """

    item: Item
    whole: bool = False
    options: tuple[Option, ...] = ()
    cleared: bool = False
    nc: bool = False


def changes(before: Mapping[str, Item], after: Iterable[Item], path: str, values: Sequence[str]) -> list[Change]:
    """What must be shown anew after `values` were given at `path`. Items are keyed by their marks."""
    return [
        _change(before[item.mark], item, values if item.path == path else None)
        for item in after
        if item != before[item.mark] or item.path == path
    ]


def _change(was: Item, item: Item, values: Sequence[str] | None) -> Change:
    if _body(was, values) != _body(item, values):
        return Change(item, whole=True)
    if values is None:
        return Change(item)
    nc = item.nc != (NOT_COLLECTED in values)
    if item.shape in BOXES:
        undone = tuple(option for option in item.options if option.chosen != (option.name in values))
        return Change(item, options=undone, nc=nc)
    return Change(item, cleared=not item.text and any(value not in ("", NOT_COLLECTED) for value in values), nc=nc)


def _body(item: Item, values: Sequence[str] | None) -> Item:
    """What can only be shown by showing it whole. Of one's own answer the browser shows the controls already."""
    bare = replace(item, state="", error="", got="", alarms=False)
    if values is None:
        return bare
    options = tuple(replace(option, chosen=False) for option in bare.options)
    return replace(bare, text="", nc=False, options=options)
