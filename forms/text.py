"""Words of a form: labels, hints and messages in several languages, with values of answers woven in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from forms.xpath import Context, Expression, Node

Part = str | Expression
Words = tuple[Part, ...]
"""Running text: what is written, and expressions whose values stand in it."""

MISSING: Words = ("-",)
"""What XLSForm converters write where a translation is missing."""


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """One text: words by language ("" when the form has only one), then by form ("" plain, "image", "short", ...)."""

    languages: Mapping[str, Mapping[str, Words]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.languages)

    def words(self, language: str, fallback: str, form: str = "") -> Words:
        """The words in a language; where it has none, in the form's default language."""
        for choice in (language, fallback, ""):
            found = self.languages.get(choice, {}).get(form, MISSING)
            if found != MISSING:
                return found
        return self.languages.get(language, {}).get(form, ())

    def forms(self) -> frozenset[str]:
        """The other forms that it has: "image", "audio", "video", "short", "guidance", ..."""
        return frozenset(form for words in self.languages.values() for form in words if form)

    def expressions(self) -> Iterator[Expression]:
        """The expressions woven into it, in any language."""
        for words in self.languages.values():
            for parts in words.values():
                yield from (part for part in parts if isinstance(part, Expression))


NO_TEXT = Text()


def plain(text: str) -> Text:
    """A text of a form without translations."""
    return Text({"": {"": (text,)}}) if text else NO_TEXT


def render(words: Words, context: Context, node: Node) -> str:
    """The words with the values of their expressions at a node."""
    return "".join(part if isinstance(part, str) else part.string(context, node) for part in words).strip()
