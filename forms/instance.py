"""One filling of a form: answers in, consequences out. Every path is concrete and absolute: "/data/child[2]/name".

Answers are kept as typed, even when they are wrong or do not count at the moment; nothing that a person gave is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from random import Random
from uuid import UUID

from forms import submission
from forms.datatypes import Typed, written
from forms.definition import Choice, Element, Form, Group, Question, Repeat, SetValue, language_code
from forms.errors import FormError, UnknownPath
from forms.paths import beside, generic, occurrences, relative
from forms.recalculate import Recalculation
from forms.shown import Entry, Error, ShownChoice
from forms.text import NO_TEXT, Text, render
from forms.tree import NOT_COLLECTED, Field, Tree
from forms.xpath import Context, ExpressionError, Node


class Instance:
    """Made by `Form.open`. Not to be used by two threads at once."""

    def __init__(
        self,
        form: Form,
        answers: Mapping[str, object] | None,
        *,
        now: datetime,
        random: Random,
        language: str,
        prefill: Mapping[str, object],
        properties: Mapping[str, str],
    ) -> None:
        self.form = form
        self.now = now
        self.random = random
        self.properties = properties
        self.unknown: dict[str, object] = {}
        self.prefill = {path: written(value) for path, value in prefill.items() if written(value)}
        self._language = form.language(language)
        self._tree = Tree(form)
        self._rules = Recalculation(form, self._tree, self._context())
        self._begin() if answers is None else self._resume(answers)

    # -- answering ------------------------------------------------------------------------------------------------

    def answer(self, path: str, value: object) -> frozenset[str]:
        """Answer a question; the paths of all whose value, relevance, error, words or choices changed.

        `value`: text as typed, a number, a date, names of choices as a list, None or "" for no answer, NOT_COLLECTED.
        UnknownPath when there is no such question, FormError when it is computed or may not be changed.
        """
        field = self._answerable(path)
        self._rules.put(field, written(value))
        changed = self._rules.settle()
        return changed | self._fire(self._question(field).triggers, "xforms-value-changed", field)

    def add_repeat(self, path: str) -> str:
        """One more occurrence of the repeat at `path` ("/data/child"); its path, "/data/child[3]"."""
        occurrence = self._tree.add(path)
        self._rules.added(occurrence)
        self._rules.settle()
        assert isinstance(occurrence.element, Repeat)
        self._fire(occurrence.element.triggers, "odk-new-repeat", occurrence)
        return occurrence.path

    def remove_repeat(self, path: str) -> frozenset[str]:
        """Take the occurrence at `path` ("/data/child[2]") away; those behind it move up. The paths that changed."""
        occurrence = self._tree.field(path)
        if occurrence.counter or not isinstance(occurrence.element, Repeat):
            raise FormError("not-a-repeat", path=path)
        self._rules.remove(occurrence)
        return self._rules.settle()

    def recalculate(self, now: datetime | None = None) -> frozenset[str]:
        """Evaluate everything again, at another moment when one is given; the paths that changed."""
        self.now = now or self.now
        self._rules.context = self._context()
        return self._rules.everything()

    @property
    def language(self) -> str:
        """The form's name of the language shown; may be set by name or code."""
        return self._language

    @language.setter
    def language(self, wanted: str) -> None:
        self._language = self.form.language(wanted)
        self._rules.language_changed(self._context())

    # -- what stands at a path ------------------------------------------------------------------------------------

    def value(self, path: str) -> Typed | None:
        """The typed answer (or result) while it counts: None for none, not collected, wrong or irrelevant."""
        field = self._tree.field(path)
        return field.value if field.relevant else None

    def text(self, path: str) -> str:
        """The answer as typed, right or wrong; of a calculation its result; "" when not collected."""
        return self._tree.field(path).raw

    def not_collected(self, path: str) -> bool:
        """Whether the question was answered "not collected"."""
        return self._tree.field(path).nc

    def answered(self, path: str) -> bool:
        """Whether anything was given, right or wrong, "not collected" included."""
        return self._tree.field(path).answered

    def relevant(self, path: str) -> bool:
        """Whether the question or group counts and is shown, by its own rule and those of all groups around it."""
        return self._tree.field(path).relevant

    def required(self, path: str) -> bool:
        return self._tree.field(path).required

    def readonly(self, path: str) -> bool:
        """Whether people may not change it: by rule, or because it is computed."""
        field = self._tree.field(path)
        return field.readonly or field.bind.calculate is not None

    def label(self, path: str) -> str:
        """The label in the language shown, with the values of answers in it."""
        field = self._tree.field(path)
        return self._words(field.element.label, field.node)

    def hint(self, path: str) -> str:
        field = self._tree.field(path)
        return self._words(field.element.hint, field.node)

    def guidance(self, path: str) -> str:
        """The longer hint for training and print."""
        field = self._tree.field(path)
        return self._words(field.element.hint, field.node, "guidance")

    def media(self, path: str) -> dict[str, str]:
        """Uris that belong to the label by form: "image", "audio", "video", "big-image"."""
        field = self._tree.field(path)
        return {form: self._words(field.element.label, field.node, form) for form in field.element.label.forms()}

    def display(self, path: str) -> str:
        """The answer in words: labels of choices instead of their names."""
        field = self._tree.field(path)
        question = field.element
        if not isinstance(question, Question) or question.control not in ("select", "select1", "rank"):
            return field.raw
        labels = {choice.name: choice.label for choice in self.choices(path)}
        names = field.raw.split() if question.multiple else [field.raw]
        return "、".join(labels.get(name, name) for name in names if name)

    def choices(self, path: str) -> tuple[ShownChoice, ...]:
        """The choices that may be chosen now, in order."""
        field = self._tree.field(path)
        question = self._question(field)
        if question.itemset is None:
            return tuple(self._shown(choice, field.node) for choice in question.choices)
        return tuple(self._choice(question, node) for node in self._rules.choice_nodes(question, field))

    def error(self, path: str) -> Error | None:
        """What is wrong at a question that counts, None when nothing is."""
        return self._error(self._tree.field(path))

    def errors(self) -> tuple[Error, ...]:
        """Everything that is wrong, in document order."""
        return tuple(error for field in self._tree.walk() if (error := self._error(field)) is not None)

    # -- walking --------------------------------------------------------------------------------------------------

    def body(self) -> tuple[Entry, ...]:
        """The relevant elements at the top of the form, in order."""
        return tuple(self._entries(self.form.body, self.form.root))

    def children(self, entry: Entry) -> tuple[Entry, ...]:
        """What stands in a group or an occurrence; of a repeat, its occurrences."""
        if isinstance(entry.element, Repeat) and not entry.occurrence:
            found = self._tree.occurrences(entry.path)
            return tuple(Entry(each.path, entry.element, occurrence=True) for each in found if each.relevant)
        return tuple(self._entries(entry.element.children, entry.path)) if isinstance(entry.element, Group) else ()

    def questions(self) -> Iterator[tuple[str, Question]]:
        """Every relevant question with its path, in document order, shown or not."""
        for field in self._tree.walk():
            if isinstance(field.element, Question) and field.relevant:
                yield field.path, field.element

    # -- what comes out -------------------------------------------------------------------------------------------

    def answers(self) -> dict[str, object]:
        """All that was given, by path, for drafts: text as typed, irrelevant and unknown answers too, and how many
        occurrences each repeat has ("/data/child": 2). `Form.open` takes it back."""
        kept = {
            field.path: NOT_COLLECTED if field.nc else field.raw
            for field in self._tree.walk()
            if field.answered and field.bind.calculate is None
        }
        return {**self.unknown, **self._counts(lambda field: True), **self._rules.parked, **kept}

    def submission(self) -> dict[str, object]:
        """What counts, by path: relevant answers in XForms' lexical form, and results of calculations."""
        counted = {
            field.path: NOT_COLLECTED if field.nc else field.text or field.raw
            for field in self._tree.walk()
            if field.answered and field.relevant
        }
        return {**self._counts(lambda field: field.relevant), **counted}

    def xml(self) -> bytes:
        """The submission as OpenRosa instance XML."""
        return submission.to_xml(self.form, self.submission())

    # -- beginning ------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        """A new filling: what the device knows, what the form computes and sets, then what is already known."""
        self._preload()
        self._rules.everything()
        for action in self.form.first_load:
            self._set(action, None)
        for field in list(self._tree.walk()):
            if isinstance(field.element, (Question, Repeat)) and not field.counter:
                self._fire(field.element.triggers, "odk-instance-first-load", field)
        self._take(self.prefill)
        self._rules.settle()

    def _resume(self, answers: Mapping[str, object]) -> None:
        """Go on with answers of this or another version of the form; what has no place any more is kept aside."""
        for field in self._tree.walk():
            if not field.bind.calculate:
                field.put("")
                field.show()
        self.unknown = self._take(answers)
        self._preload()
        self._rules.everything()

    def _take(self, answers: Mapping[str, object]) -> dict[str, object]:
        """Put answers in their places, making occurrences of repeats as needed; those without a place come back."""
        unknown: dict[str, object] = {}
        for path, number in sorted(occurrences(answers).items()):
            if isinstance(self.form.groups.get(generic(path)), Repeat):
                self._rules.resize(path, number)
        for path, value in answers.items():
            found = self._find(path)
            if found is None or (found.counter and not isinstance(value, int)):
                unknown[path] = value
            elif isinstance(found.element, Question) and found.bind.calculate is None:
                self._rules.put(found, written(value))
        return unknown

    def _find(self, path: str) -> Field | None:
        try:
            return self._tree.field(path)
        except UnknownPath:
            return None

    def _preload(self) -> None:
        """Metadata that is not there yet: new ids, the moment, properties of device and user."""
        for field in self._tree.walk():
            if field.bind.preload and not field.raw:
                self._rules.put(field, self._metadata(*field.bind.preload))

    def _metadata(self, kind: str, parameter: str) -> str:
        if kind == "uid":
            return f"uuid:{UUID(int=self.random.getrandbits(128), version=4)}"
        if kind == "timestamp":
            return self.now.isoformat(timespec="milliseconds")
        if kind == "date":
            return self.now.date().isoformat()
        return self.properties.get(parameter, "")

    def _fire(self, actions: tuple[SetValue, ...], event: str, source: Field) -> frozenset[str]:
        """Do what an event asks for; the paths that changed."""
        changed = [self._set(action, source) for action in actions if event in action.events]
        return frozenset().union(*changed)

    def _set(self, action: SetValue, source: Field | None) -> frozenset[str]:
        """A setvalue: at the target in the same occurrence of a repeat as what caused it."""
        target = self._tree.field(beside(action.path, source.path) if source else action.path)
        value = action.value
        text = value if isinstance(value, str) else value.string(self._rules.context, target.node)
        self._rules.put(target, text)
        return self._rules.settle()

    # -- details --------------------------------------------------------------------------------------------------

    def _answerable(self, path: str) -> Field:
        field = self._tree.field(path)
        if self._question(field).calculated:
            raise FormError("computed", path=path)
        if field.readonly:
            raise FormError("readonly", path=path)
        return field

    def _question(self, field: Field) -> Question:
        if not isinstance(field.element, Question):
            raise FormError("not-a-question", path=field.path)
        return field.element

    def _error(self, field: Field) -> Error | None:
        if not field.relevant or field.nc or field.counter:
            return None
        if field.fault:
            return Error(field.path, field.fault, params={"text": field.raw})
        if field.broken:
            return Error(field.path, "formula", params={"reason": "；".join(field.broken.values())})
        if field.required and not field.text and field.bind.calculate is None:
            return Error(field.path, "required", self._words(field.bind.required_message, field.node))
        if not field.holds:
            message = self._words(field.bind.constraint_message, field.node)
            return Error(field.path, "constraint", message, {"text": field.raw})
        return None

    def _entries(self, elements: tuple[Element, ...], path: str) -> Iterator[Entry]:
        for element in elements:
            here = f"{path}/{element.name}" if element.path else path
            if element.visible and (not element.path or self._tree.field(here).relevant):
                yield Entry(here, element)

    def _counts(self, wanted: Callable[[Field], bool]) -> dict[str, object]:
        """How many occurrences each repeat has."""
        return {
            field.path: len(self._tree.occurrences(field.path))
            for field in self._tree.walk()
            if field.counter and wanted(field)
        }

    def _choice(self, question: Question, node: Node) -> ShownChoice:
        assert question.itemset is not None
        choice = node.data if isinstance(node.data, Choice) else Choice("", NO_TEXT)
        if choice.name and question.itemset.plain:
            return self._shown(choice, node)
        label = question.itemset.label.string(self._rules.context, node)
        return ShownChoice(self._rules.choice_name(question, node), label, choice.extra, {})

    def _shown(self, choice: Choice, node: Node) -> ShownChoice:
        media = {form: self._words(choice.text, node, form) for form in choice.text.forms()}
        return ShownChoice(choice.name, self._words(choice.text, node), choice.extra, media)

    def _words(self, text: Text, node: Node, form: str = "") -> str:
        """A text in the language shown. An output that cannot be computed leaves its place empty."""
        words = text.words(self._language, self.form.default_language, form)
        try:
            return render(words, self._rules.context, node)
        except ExpressionError:
            return "".join(part for part in words if isinstance(part, str)).strip()

    def _context(self) -> Context:
        return Context(
            root=self._tree.document,
            now=self.now,
            random=self.random,
            instance=self.form.tables.get,
            itext=lambda name: self._words(self.form.texts.get(name, NO_TEXT), self._tree.document),
            choice_label=self._choice_label,
            property=lambda name: self.properties.get(name, ""),
            version=self.form.version,
            language=language_code(self._language) or "zh",
        )

    def _choice_label(self, name: str, question: str, node: Node) -> str:
        """jr:choice-name: the label of a choice of the question whose path is written in the formula."""
        here = node.data.path if isinstance(node.data, Field) else self.form.root
        field = self._find(relative(question, here))
        if field is None or not isinstance(field.element, Question):
            return ""
        for choice in field.element.choices:
            if choice.name == name:
                return self._words(choice.text, field.node)
        return next((each.label for each in self.choices(field.path) if each.name == name), "")
