"""Checks of what is said: every Chinese sentence has an English one, and no template speaks outside of `_()`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from fieldapp.web.i18n import TRANSLATIONS, Key

ROOT = Path(__file__).parents[2]
PACKAGES = ("fieldapp", "forms", "sync")
# What a call's arguments are: a sentence, or the two forms of one, or its context and itself.
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "N_": None,
    "gettext": None,
    "Lazy": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
CALLS = frozenset({*KEYWORDS, "npgettext"})
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
PLACES = re.compile(r"%\((\w+)\)")


@dataclass(frozen=True)
class Sentence:
    """A sentence to translate, and where it is said."""

    key: Key
    plural: bool
    where: str


def templates() -> list[Path]:
    """All templates of the product."""
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("templates/**/*.html"))


def sentences() -> list[Sentence]:
    """Everything marked for translation in code and templates."""
    python = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return [
        *(found for path in python for found in _extract("python", path)),
        *(found for path in templates() for found in _extract("jinja2.ext:babel_extract", path)),
    ]


def _extract(method: str, path: Path) -> Iterator[Sentence]:
    options = {"trimmed": "true", "newstyle_gettext": "true"}
    for line, said, _comments, context in extract_from_file(method, path, keywords=KEYWORDS, options=options):
        one = said if isinstance(said, str) else said[0]
        if one:
            yield Sentence((context, one), not isinstance(said, str), f"{path.relative_to(ROOT)}:{line}")


def _english() -> Iterator[tuple[str, Message]]:
    for path in sorted((TRANSLATIONS / "en").glob("*.po")):
        with path.open("rb") as file:
            yield from ((path.name, message) for message in read_po(file, locale="en") if message.id)


def _ids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def _strings(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def missing_translations() -> list[str]:
    """What the English catalogue lacks or gets wrong, one line each; empty when all is well."""
    known: dict[Key, Message] = {}
    wrong = []
    for file, message in _english():
        key = (message.context, _ids(message)[0])
        wrong += [f"{file}: {key[1]}: {fault}" for fault in _faults(message)]
        if key in known and _strings(known[key]) != _strings(message):
            wrong.append(f"{file}: {key[1]}: translated otherwise in another file")
        known[key] = message
    return wrong + [f"{said.where}: {said.key[1]}: {lack}" for said in sentences() for lack in _lacks(said, known)]


def _lacks(said: Sentence, known: dict[Key, Message]) -> Iterator[str]:
    message = known.get(said.key)
    if message is None:
        yield "not translated"
    elif said.plural and len(_strings(message)) < 2:
        yield "has no plural"


def _faults(message: Message) -> Iterator[str]:
    strings = _strings(message)
    if message.fuzzy:
        yield "is fuzzy"
    if not strings or not all(strings):
        yield "is empty"
    if any(CHINESE.search(text) for text in strings):
        yield "has Chinese left"
    places = set(PLACES.findall(_ids(message)[0]))
    if any(set(PLACES.findall(text)) - {"num"} != places - {"num"} for text in strings):
        yield "fills other places than the Chinese"


def untranslatable() -> list[str]:
    """Chinese that a template says outside of `_()` and {% trans %}, as file:line: words."""
    environment = Environment(autoescape=True, extensions=["jinja2.ext.i18n"])
    return [
        f"{path.relative_to(ROOT)}:{line}: {words}"
        for path in templates()
        for line, words in chinese_outside_calls(environment.parse(path.read_text("utf-8")))
    ]


def chinese_outside_calls(node: nodes.Node) -> Iterator[tuple[int, str]]:
    """Walk a template's tree; what stands inside a call of `_` and its kin is translated and left out."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in CALLS:
        return
    text = node.data if isinstance(node, nodes.TemplateData) else getattr(node, "value", None)
    if isinstance(node, (nodes.TemplateData, nodes.Const)) and isinstance(text, str):
        yield from _chinese_lines(node.lineno, text)
    for child in node.iter_child_nodes():
        yield from chinese_outside_calls(child)


def _chinese_lines(first: int, text: str) -> Iterator[tuple[int, str]]:
    for offset, line in enumerate(text.split("\n")):
        if CHINESE.search(line):
            yield first + offset, line.strip()
