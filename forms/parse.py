"""XForm XML becomes a Form: model, texts, secondary instances, binds. `forms.body` reads the controls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forms import xml
from forms.body import read_body
from forms.definition import Bind, Choice, Element, Form, Group, Question, Repeat, SetValue
from forms.errors import FormError
from forms.graph import build
from forms.text import NO_TEXT, Text, Words, plain
from forms.xml import Tag
from forms.xpath import Expression, ExpressionError, Node, compile, document, freeze

if TYPE_CHECKING:
    from collections.abc import Callable

JR, ODK = f"{{{xml.JAVAROSA}}}", f"{{{xml.ODK}}}"
EXPRESSIONS = ("calculate", "relevant", "required", "readonly", "constraint")
TYPES = {"select": "string", "select1": "string", "xsd:string": "string", "integer": "int", "": "string"}
FILE_FORMS = frozenset({"image", "big-image", "audio", "video"})


def parse(content: bytes, media: Callable[[str], Node | None] | None = None) -> Form:
    """A Form from XForm XML. `media` gives an external secondary instance by its uri ("jr://file-csv/places.csv")."""
    return Source(xml.read_xml(content)).form(media or (lambda uri: None))


def _need(tag: Tag | None, name: str) -> Tag:
    if tag is None:
        raise FormError("model", name=name)
    return tag


@dataclass
class Source:
    """The document while it is read: what its parts need of each other."""

    root: Tag

    def __post_init__(self) -> None:
        self.head = _need(xml.child(self.root, "head"), "head")
        self.xmodel = _need(xml.child(self.head, "model"), "model")
        self.namespaces: Mapping[str, str] = {prefix: uri for prefix, uri in self.root.nsmap.items() if prefix}
        self.instances = list(xml.children(self.xmodel, "instance"))
        primary = _need(self.instances[0] if self.instances else None, "instance")
        self.primary = _need(next(iter(primary), None), "instance")
        self.languages, self.default_language = self._languages()
        self.texts = self._texts()
        self.binds_by_id: dict[str, str] = {}
        self.binds = {bind.path: bind for bind in self._binds()}
        self.tables: dict[str, Node] = {}

    # -- what every part uses -------------------------------------------------------------------------------------

    def expression(self, source: str, path: str, part: str) -> Expression:
        """Compile; a fault names the path and which of its rules."""
        try:
            return compile(source, self.namespaces)
        except ExpressionError as error:
            raise FormError("expression", path=path, part=part, reason=str(error)) from error

    def text_of(self, tag: Tag | None, path: str) -> Text:
        """The text of a label, hint or value element: by reference or written in place."""
        if tag is None:
            return NO_TEXT
        if tag.get("ref"):
            return self.reference(tag.get("ref"), path)
        words = self.words(tag, path)
        return Text({"": {"": words}}) if words else NO_TEXT

    def reference(self, source: str, path: str) -> Text:
        """A text by its reference: jr:itext('id'), or an expression that gives the text."""
        if source.startswith("jr:itext('") and source.endswith("')"):
            return self.texts.get(source[len("jr:itext('") : -2], NO_TEXT)
        return Text({"": {"": (self.expression(source, path, "label"),)}})

    def words(self, tag: Tag, path: str) -> Words:
        """The running text of an element with <output value="…"/> in it."""
        parts: list[str | Expression] = [tag.text or ""]
        for output in tag:
            value = output.get("value") or output.get("ref")
            parts += [self.expression(value, path, "output")] if value else []
            parts.append(output.tail or "")
        return tuple(part for part in parts if part)

    # -- the parts of the model -----------------------------------------------------------------------------------

    def _languages(self) -> tuple[tuple[str, ...], str]:
        itext = xml.child(self.xmodel, "itext")
        found = list(xml.children(itext, "translation")) if itext is not None else []
        names = tuple(translation.get("lang", "") for translation in found)
        default = next((each.get("lang", "") for each in found if each.get("default")), names[0] if names else "")
        return names, default

    def _texts(self) -> dict[str, Text]:
        collected: dict[str, dict[str, dict[str, Words]]] = {}
        for translation in self.xmodel.iterfind(f".//{{{xml.XFORMS}}}translation"):
            for text in xml.children(translation, "text"):
                forms = {value.get("form", ""): self.words(value, text.get("id", "")) for value in text}
                collected.setdefault(text.get("id", ""), {})[translation.get("lang", "")] = forms
        return {id_: Text(languages) for id_, languages in collected.items()}

    def _binds(self) -> Iterator[Bind]:
        for tag in xml.children(self.xmodel, "bind"):
            path = (tag.get("nodeset") or tag.get("ref") or "").strip()
            if tag.get("id"):
                self.binds_by_id[tag.get("id")] = path
            rules = {name: self.expression(tag.get(name), path, name) for name in EXPRESSIONS if tag.get(name)}
            type_ = tag.get("type", "string").removeprefix("xsd:").removeprefix("odk:")
            preload = tag.get(f"{JR}preload")
            yield Bind(
                path,
                TYPES.get(type_, type_),
                **rules,
                extra=xml.extra(tag),
                constraint_message=self._message(tag.get(f"{JR}constraintMsg"), path),
                required_message=self._message(tag.get(f"{JR}requiredMsg"), path),
                preload=(preload, tag.get(f"{JR}preloadParams", "")) if preload else None,
            )

    def _message(self, source: str | None, path: str) -> Text:
        if source is None:
            return NO_TEXT
        return self.reference(source, path) if source.startswith("jr:itext(") else plain(source)

    def _read_tables(self, media: Callable[[str], Node | None]) -> None:
        """Secondary instances, each item bound to the Choice that it stands for."""
        for tag in self.instances[1:]:
            inside = next(iter(tag), None)
            node = media(tag.get("src", "")) if inside is None else xml.to_node(inside)
            self.tables[tag.get("id", "")] = freeze(self._table(node if node is not None else Node("root")))

    def _table(self, node: Node) -> Node:
        for item in node.children:
            item.data = self._choice(item)
        return node if node.parent else document(node)

    def _choice(self, item: Node) -> Choice:
        values = {column.name: column.value for column in item.children}
        itext = values.pop("itextId", None)
        text = self.texts.get(itext, NO_TEXT) if itext is not None else plain(values.pop("label", ""))
        return Choice(values.pop("name", ""), text, values)

    # -- the whole ------------------------------------------------------------------------------------------------

    def form(self, media: Callable[[str], Node | None]) -> Form:
        self._read_tables(media)
        model = xml.to_node(self.primary)
        body_tag = xml.child(self.root, "body")
        body = read_body(self, body_tag) if body_tag is not None else ()
        elements = {element.path: element for element in walk(body) if element.path}
        layout = _layout(model)
        questions, groups = self._leaves(f"/{model.name}", layout, elements)
        repeats = frozenset(path for path, group in groups.items() if isinstance(group, Repeat))
        return Form(
            id=model_attribute(model, "id"),
            version=model_attribute(model, "version"),
            title=self._title(),
            languages=self.languages,
            default_language=self.default_language,
            body=body,
            questions=questions,
            groups=groups,
            tables=self.tables,
            texts=self.texts,
            model=model,
            layout=layout,
            templates=_split_templates(model, repeats),
            first_load=tuple(self._first_load()),
            namespaces=self.namespaces,
            media=frozenset(self._media()),
            graph=build(questions, groups),
        )

    def _title(self) -> str:
        title = xml.child(self.head, "title")
        return (title.text or "").strip() if title is not None else ""

    def _leaves(
        self, root: str, layout: Mapping[str, tuple[str, ...]], elements: Mapping[str, Element]
    ) -> tuple[dict[str, Question], dict[str, Group]]:
        """Every node of the model as a question or a group, in document order, whether the body shows it or not."""
        questions: dict[str, Question] = {}
        groups: dict[str, Group] = {}
        for path in _leaves_and_groups(layout, root):
            element = elements.get(path)
            bind = self.binds.get(path) or Bind(path)
            if path in layout or isinstance(element, Group):
                groups[path] = element if isinstance(element, Group) else Group(path, bind)
            else:
                questions[path] = element if isinstance(element, Question) else _hidden(path, bind)
        for path in (*self.binds, *elements):
            if path not in questions and path not in groups and path != root:
                raise FormError("path", path=path)
        return questions, groups

    def _first_load(self) -> Iterator[SetValue]:
        for tag in xml.children(self.xmodel, "setvalue"):
            yield self.setvalue(tag)

    def setvalue(self, tag: Tag) -> SetValue:
        """A setvalue action with its events."""
        path = (tag.get("ref") or self.binds_by_id.get(tag.get("bind", ""), "")).strip()
        event = tag.get("event") or tag.get("{http://www.w3.org/2001/xml-events}event") or ""
        source = tag.get("value")
        value = self.expression(source, path, "setvalue") if source else (tag.text or "")
        return SetValue(path, value, frozenset(event.split()))

    def _media(self) -> Iterator[str]:
        """The uris of all files that the form needs besides itself."""
        for tag in self.instances[1:]:
            if tag.get("src"):
                yield tag.get("src")
        for text in self.texts.values():
            for words in text.languages.values():
                for form in FILE_FORMS & words.keys():
                    yield from (part for part in words[form] if isinstance(part, str) and part != "-")


def walk(elements: tuple[Element, ...]) -> Iterator[Element]:
    """All elements of a body, in document order."""
    for element in elements:
        yield element
        if isinstance(element, Group):
            yield from walk(element.children)


def model_attribute(model: Node, name: str) -> str:
    """An attribute of the primary instance's root ("id", "version"), "" without."""
    return next((each.value for each in model.attributes if each.local() == name), "")


def _hidden(path: str, bind: Bind) -> Question:
    kind = "calculate" if bind.calculate else "metadata" if bind.preload else "hidden"
    return Question(path, kind, bind)


def _layout(model: Node) -> dict[str, tuple[str, ...]]:
    """The names of the children below each path that has any, in document order, templates included."""
    layout: dict[str, dict[str, None]] = {}

    def visit(node: Node, path: str) -> None:
        for below in node.children:
            layout.setdefault(path, {})[below.name] = None
            visit(below, f"{path}/{below.name}")

    visit(model, f"/{model.name}")
    return {path: tuple(names) for path, names in layout.items()}


def _leaves_and_groups(layout: Mapping[str, tuple[str, ...]], path: str) -> Iterator[str]:
    """Every path below `path` once, in document order."""
    for name in layout.get(path, ()):
        yield f"{path}/{name}"
        yield from _leaves_and_groups(layout, f"{path}/{name}")


def _split_templates(model: Node, repeats: frozenset[str]) -> dict[str, Node]:
    """Take the repeat templates out of the model; a repeat without one is its own first occurrence."""
    templates: dict[str, Node] = {}

    def visit(node: Node, path: str) -> None:
        for below in list(node.children):
            here = f"{path}/{below.name}"
            template = _is_template(below)
            if template:
                node.remove(below)
                below.attributes = [each for each in below.attributes if each.local() != "template"]
            visit(below, here)
            if here in repeats and (template or here not in templates):
                templates[here] = below

    visit(model, f"/{model.name}")
    return templates


def _is_template(node: Node) -> bool:
    return any(each.local() == "template" and each.namespace == xml.JAVAROSA for each in node.attributes)
