"""The tree that expressions walk: documents, elements, attributes, text. Light; changed only by its methods."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

DOCUMENT, ELEMENT, ATTRIBUTE, TEXT, COMMENT, INSTRUCTION = range(6)

FEW = 8
"""Up to so many children a look at each is faster than a table of names."""


class Node:
    """One node. An element with text alone keeps it in `value`; text between elements becomes nodes of kind TEXT.

    `name` is the name as written, prefix included ("orx:meta"); `namespace` the URI, "" without one. `type` is the
    XForms data type ("string", "int", "date", ...). `data` is free for the owner of the tree (the engine ignores it).
    """

    __slots__ = (
        "_named",
        "_tables",
        "_text",
        "attributes",
        "children",
        "data",
        "kind",
        "name",
        "namespace",
        "parent",
        "type",
        "value",
    )

    def __init__(
        self,
        name: str = "",
        value: str = "",
        *,
        kind: int = ELEMENT,
        namespace: str = "",
        type: str = "string",
        children: Iterable[Node] = (),
        attributes: Iterable[Node] = (),
    ) -> None:
        self.kind = kind
        self.name = name
        self.namespace = namespace
        self.type = type
        self.value = value
        self.parent: Node | None = None
        self.children: list[Node] = []
        self.attributes: list[Node] = []
        self.data: object = None
        self._named: dict[str, list[Node]] | None = None
        self._text: Node | None = None
        self._tables: dict[tuple[str, str], dict[str, list[Node]]] | None = None
        for child in children:
            self.append(child)
        for attribute in attributes:
            self.attach(attribute)

    def __repr__(self) -> str:
        return f"<Node {self.path()}>"

    # -- building and changing ------------------------------------------------------------------------------------

    def append(self, child: Node) -> Node:
        """Add a child at the end; returns it."""
        return self.insert(len(self.children), child)

    def insert(self, index: int, child: Node) -> Node:
        """Add a child at a place among the children; returns it."""
        child.parent = self
        self.children.insert(index, child)
        self._named = self._tables = None
        return child

    def remove(self, child: Node) -> None:
        """Take a child out of the tree (ValueError when it is not there)."""
        self.children.remove(child)
        child.parent = None
        self._named = self._tables = None

    def attach(self, attribute: Node) -> Node:
        """Add an attribute node; returns it."""
        attribute.parent = self
        self.attributes.append(attribute)
        return attribute

    def set(self, name: str, value: str, namespace: str = "") -> Node:
        """Set an attribute by name, making it when it is new; returns its node."""
        for attribute in self.attributes:
            if attribute.name == name:
                attribute.value = value
                return attribute
        return self.attach(Node(name, value, kind=ATTRIBUTE, namespace=namespace))

    # -- reading --------------------------------------------------------------------------------------------------

    def named(self, name: str) -> list[Node]:
        """The child elements with this name as written, in order. Do not change the list."""
        if len(self.children) <= FEW:
            return [child for child in self.children if child.name == name]
        if self._named is None:
            self._named = {}
            for child in self.children:
                self._named.setdefault(child.name, []).append(child)
        return self._named.get(name, [])

    def keyed(self, name: str, key: str, value: str) -> list[Node] | None:
        """The children of this name of which a child `key` has this text, by a table; None in a tree that may change.

        Do not change the list.
        """
        if self._tables is None:
            return None
        if (name, key) not in self._tables:
            self._tables[name, key] = self._table(name, key)
        return self._tables[name, key].get(value, [])

    def _table(self, name: str, key: str) -> dict[str, list[Node]]:
        table: dict[str, list[Node]] = {}
        for row in self.named(name):
            for text in {cell.text() for cell in row.named(key)}:
                table.setdefault(text, []).append(row)
        return table

    def text(self) -> str:
        """The string value of XPath: own text, or that of all descendants."""
        if not self.children:
            return self.value
        return "".join(leaf.value for leaf in self.descendants() if leaf.kind in (ELEMENT, TEXT))

    def content(self) -> list[Node]:
        """The children with text as nodes (an element's plain text stands as one text node)."""
        if self.children or not self.value or self.kind != ELEMENT:
            return self.children
        if self._text is None:
            self._text = Node(kind=TEXT)
            self._text.parent = self
        self._text.value = self.value
        return [self._text]

    def descendants(self) -> Iterator[Node]:
        """All nodes below, in document order."""
        waiting = self.children[::-1]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(node.children[::-1])

    def ancestors(self) -> Iterator[Node]:
        """Parent, its parent, and so on to the document."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def root(self) -> Node:
        """The topmost node of this tree."""
        node = self
        while node.parent is not None:
            node = node.parent
        return node

    def local(self) -> str:
        """The name without its prefix."""
        return self.name.rpartition(":")[2]

    def path(self) -> str:
        """The generic absolute path, without positions: "/data/household/member/age"."""
        if self.parent is None:
            return self.name if self.kind != DOCUMENT else "/"
        above = self.parent.path()
        name = f"@{self.name}" if self.kind == ATTRIBUTE else self.name or "text()"
        return f"{above if above != '/' else ''}/{name}"


def document(root: Node | None = None) -> Node:
    """A document node, the "/" of XPath, around its root element."""
    return Node(kind=DOCUMENT, children=(root,) if root is not None else ())


def freeze(top: Node) -> Node:
    """Say that nothing in this tree will change any more, so that its rows may be found by tables; returns it."""
    for node in (top, *top.descendants()):
        if len(node.children) > FEW:
            node._tables = {}
    return top


def in_document_order(nodes: Iterable[Node]) -> list[Node]:
    """Each node once, in document order (attributes after their element, before its children).

    Nodes of different trees keep the order in which their trees first appear.
    """
    unique = list(dict.fromkeys(nodes))
    if len(unique) < 2:
        return unique
    places: dict[Node, dict[Node, int]] = {}
    roots: dict[Node, int] = {}
    keys: dict[Node, list[int]] = {}
    for node in unique:
        key: list[int] = []
        while node.parent is not None:
            key.append(_place(node, node.parent, places))
            node = node.parent
        key.append(roots.setdefault(node, len(roots)))
        keys[unique[len(keys)]] = key[::-1]
    return sorted(unique, key=keys.__getitem__)


def _place(node: Node, parent: Node, places: dict[Node, dict[Node, int]]) -> int:
    """The place of a node below its parent: attributes first, then children."""
    if parent not in places:
        places[parent] = {child: place for place, child in enumerate([*parent.attributes, *parent.content()])}
    return places[parent][node]
