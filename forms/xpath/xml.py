"""From XML text to the tree that expressions walk. Nothing outside the text is ever fetched."""

from __future__ import annotations

from lxml import etree

from forms.xpath.nodes import ATTRIBUTE, COMMENT, ELEMENT, INSTRUCTION, TEXT, Node, document

XML = "http://www.w3.org/XML/1998/namespace"
MAX_BYTES = 64 * 1024 * 1024


def from_xml(source: str | bytes, *, spaces: bool = False) -> Node:
    """The document node of an XML text.

    White space between elements is dropped unless `spaces`. ValueError when it is not well-formed, defines entities
    or is larger than 64 MiB.
    """
    data = source.encode() if isinstance(source, str) else source
    if len(data) > MAX_BYTES:
        raise ValueError("XML too large")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        encoding="utf-8" if isinstance(source, str) else None,
    )
    try:
        tree = etree.fromstring(data, parser).getroottree()
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from None
    if tree.docinfo.internalDTD is not None and any(tree.docinfo.internalDTD.iterentities()):
        raise ValueError("XML must not define entities")
    return from_lxml(tree, spaces=spaces)


def from_lxml(tree: etree._ElementTree, *, spaces: bool = False) -> Node:
    """The document node of a parsed tree, which is left as it was."""
    root = tree.getroot()
    outside = [*reversed([*root.itersiblings(preceding=True)]), root, *root.itersiblings()]
    top = document()
    for element in outside:
        top.append(element_node(element, spaces=spaces))
    return top


def element_node(element: etree._Element, *, spaces: bool = False) -> Node:
    """The node of one element with all below it."""
    top = _node(element)
    waiting = [(element, top)]
    while waiting:
        source, node = waiting.pop()
        if node.kind != ELEMENT:
            continue
        _fill(source, node, spaces)
        elements = [child for child in node.children if child.kind != TEXT]
        waiting.extend(zip(source, elements, strict=True))
    return top


def _node(element: etree._Element) -> Node:
    """The node of an element, comment or instruction, with attributes, without what is inside."""
    if element.tag is etree.Comment:
        return Node(kind=COMMENT, value=element.text or "")
    if element.tag is etree.PI:
        return Node("?" + element.target, element.text or "", kind=INSTRUCTION)
    name = etree.QName(element)
    written = f"{element.prefix}:{name.localname}" if element.prefix else name.localname
    node = Node(written, namespace=name.namespace or "")
    prefixes = {uri: prefix for prefix, uri in element.nsmap.items() if prefix}
    for key, value in element.attrib.items():
        node.attach(_attribute(etree.QName(key), value, prefixes))
    return node


def _attribute(name: etree.QName, value: str, prefixes: dict[str, str]) -> Node:
    prefix = {XML: "xml", **prefixes}.get(name.namespace or "", "")
    written = f"{prefix}:{name.localname}" if prefix else name.localname
    return Node(written, value, kind=ATTRIBUTE, namespace=name.namespace or "")


def _fill(source: etree._Element, node: Node, spaces: bool) -> None:
    """The children of an element; text alone becomes its value."""
    if len(source) == 0:
        node.value = source.text or ""
        return
    _add_text(node, source.text, spaces)
    for child in source:
        node.append(_node(child))
        _add_text(node, child.tail, spaces)


def _add_text(node: Node, text: str | None, spaces: bool) -> None:
    if text and (spaces or not text.isspace()):
        node.append(Node(kind=TEXT, value=text))
