"""The controls of an XForm's body: questions, groups and repeats as people see them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from forms import xml
from forms.definition import Bind, Choice, Element, Group, Itemset, Question, Repeat
from forms.errors import FormError
from forms.text import plain
from forms.xml import Tag

if TYPE_CHECKING:
    from forms.parse import Source

JR = f"{{{xml.JAVAROSA}}}"

INPUT_KINDS = {
    "int": "integer",
    "decimal": "decimal",
    "date": "date",
    "time": "time",
    "dateTime": "datetime",
    "geopoint": "geopoint",
    "geotrace": "geotrace",
    "geoshape": "geoshape",
    "barcode": "barcode",
}
UPLOAD_KINDS = {"image/*": "image", "audio/*": "audio", "video/*": "video"}


def _input_kind(tag: Tag, bind: Bind) -> str:
    """A text that nobody may change and nothing computes is a note."""
    if bind.type == "string" and bind.readonly and bind.readonly.source == "true()" and not bind.calculate:
        return "note"
    return INPUT_KINDS.get(bind.type, "text")


KINDS: dict[str, Callable[[Tag, Bind], str]] = {
    "input": _input_kind,
    "select1": lambda tag, bind: "select_one",
    "select": lambda tag, bind: "select_multiple",
    "rank": lambda tag, bind: "rank",
    "range": lambda tag, bind: "range",
    "trigger": lambda tag, bind: "acknowledge",
    "upload": lambda tag, bind: UPLOAD_KINDS.get(tag.get("mediatype", ""), "file"),
    "secret": lambda tag, bind: "text",
}


def read_body(source: Source, tag: Tag, parent: str = "") -> tuple[Element, ...]:
    """The elements in a body or group, in order."""
    return tuple(element for child in tag if (element := _element(source, child, parent)) is not None)


def _element(source: Source, tag: Tag, parent: str) -> Element | None:
    name = xml.local(tag)
    if name in KINDS:
        return _question(source, tag, name, _path(source, tag, parent))
    if name == "group":
        repeat = xml.child(tag, "repeat")
        return _group(source, tag, parent) if repeat is None or _others(tag) else _repeat(source, repeat, tag, parent)
    return _repeat(source, tag, None, parent) if name == "repeat" else None


def _others(tag: Tag) -> bool:
    """Whether a group holds controls besides its repeat."""
    return sum(1 for child in tag if xml.local(child) in (*KINDS, "group", "repeat")) > 1


def _path(source: Source, tag: Tag, parent: str) -> str:
    """The absolute path that a control or group stands for; "" when it stands for none."""
    bound = source.binds_by_id.get(tag.get("bind", ""))
    ref = (bound or tag.get("ref") or tag.get("nodeset") or "").strip()
    return ref if ref.startswith("/") or not ref else f"{parent}/{ref}"


def _bind(source: Source, path: str) -> Bind:
    return source.binds.get(path) or Bind(path)


def _group(source: Source, tag: Tag, parent: str) -> Group:
    path = _path(source, tag, parent)
    return Group(
        path,
        _bind(source, path),
        label=source.text_of(xml.child(tag, "label"), path),
        hint=source.text_of(xml.child(tag, "hint"), path),
        appearance=tag.get("appearance", ""),
        children=read_body(source, tag, path or parent),
    )


def _repeat(source: Source, tag: Tag, around: Tag | None, parent: str) -> Repeat:
    """A repeat; its label and appearance may stand on the group around it."""
    path = _path(source, tag, parent)
    label = xml.child(around, "label") if around is not None else xml.child(tag, "label")
    count = tag.get(f"{JR}count")
    return Repeat(
        path,
        _bind(source, path),
        label=source.text_of(label, path),
        appearance=tag.get("appearance") or (around.get("appearance", "") if around is not None else ""),
        children=read_body(source, tag, path),
        count=source.expression(count, path, "count") if count else None,
        fixed=bool(count) or tag.get(f"{JR}noAddRemove", "").strip() in ("true()", "true"),
        triggers=tuple(source.setvalue(action) for action in xml.children(tag, "setvalue")),
    )


def _question(source: Source, tag: Tag, control: str, path: str) -> Question:
    if not path:
        raise FormError("path", path=control)
    bind = _bind(source, path)
    itemset = xml.child(tag, "itemset")
    return Question(
        path,
        KINDS[control](tag, bind),
        bind,
        control=control,
        label=source.text_of(xml.child(tag, "label"), path),
        hint=source.text_of(xml.child(tag, "hint"), path),
        appearance=tag.get("appearance", ""),
        itemset=_itemset(source, itemset, path) if itemset is not None else None,
        choices=_listed(source, itemset) if itemset is not None else _written(source, tag, path),
        parameters={name: value for _, name, value in xml.attributes(tag) if name not in ("ref", "bind", "appearance")},
        triggers=tuple(source.setvalue(action) for action in xml.children(tag, "setvalue")),
    )


def _itemset(source: Source, tag: Tag, path: str) -> Itemset:
    value, label = xml.child(tag, "value"), xml.child(tag, "label")
    return Itemset(
        source.expression(tag.get("nodeset", ""), path, "choices"),
        source.expression(value.get("ref") if value is not None else "name", path, "choices"),
        source.expression(label.get("ref") if label is not None else "label", path, "choices"),
    )


def _listed(source: Source, tag: Tag) -> tuple[Choice, ...]:
    """All choices of the list that an itemset draws from, unfiltered; none when it draws from answers."""
    nodeset = tag.get("nodeset", "")
    if "instance('" not in nodeset:
        return ()
    table = source.tables.get(nodeset.partition("instance('")[2].partition("')")[0])
    root = table.children[0] if table is not None and table.children else None
    choices = [item.data for item in root.children if isinstance(item.data, Choice)] if root is not None else []
    value, label = xml.child(tag, "value"), xml.child(tag, "label")
    name, words = (each.get("ref", "") if each is not None else "" for each in (value, label))
    return tuple(choices) if name in ("", "name") else tuple(_renamed(choice, name, words) for choice in choices)


def _renamed(choice: Choice, name: str, words: str) -> Choice:
    """A choice of a table whose columns have other names than XLSForm's."""
    return Choice(choice.extra.get(name, ""), plain(choice.extra.get(words, "")) or choice.text, choice.extra)


def _written(source: Source, tag: Tag, path: str) -> tuple[Choice, ...]:
    """The choices written in the control itself."""
    return tuple(
        Choice((value.text or "").strip(), source.text_of(xml.child(item, "label"), path))
        for item in xml.children(tag, "item")
        if (value := xml.child(item, "value")) is not None
    )
