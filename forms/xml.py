"""XML read safely: no entities, no document type, no network, no deep or huge trees; and lxml elements as nodes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from forms.errors import FormError
from forms.xpath import Node
from forms.xpath.nodes import ATTRIBUTE

XML_LIMIT = 32 * 1024 * 1024
Tag = Any  # lxml has no type information of its own

XFORMS = "http://www.w3.org/2002/xforms"
JAVAROSA = "http://openrosa.org/javarosa"
ODK = "http://www.opendatakit.org/xforms"
OPENROSA = "http://openrosa.org/xforms"
STANDARD = frozenset(
    {
        "",
        XFORMS,
        JAVAROSA,
        ODK,
        OPENROSA,
        "http://www.w3.org/1999/xhtml",
        "http://www.w3.org/2001/xml-events",
        "http://www.w3.org/2001/XMLSchema",
    }
)
"""Namespaces that mean something to every XForms client; attributes of others belong to the form's author."""


def read_xml(content: bytes, code: str = "unreadable") -> Tag:
    """The root element; FormError(`code`) in words when it is no XML or more than a form can need."""
    if len(content) > XML_LIMIT:
        raise FormError(code, reason=f"> {XML_LIMIT} B")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise FormError(code, reason=str(error)) from None
    if root.getroottree().docinfo.doctype:
        raise FormError("unsafe")
    return root


def local(tag: Tag) -> str:
    """The name of an element without its namespace."""
    return str(etree.QName(tag).localname)


def written(tag: Tag) -> str:
    """The name of an element as written, prefix included ("orx:meta")."""
    return f"{tag.prefix}:{local(tag)}" if tag.prefix else local(tag)


def children(tag: Tag, *names: str) -> Iterator[Tag]:
    """The child elements with one of these local names, in order."""
    return (child for child in tag if local(child) in names)


def child(tag: Tag, name: str) -> Tag | None:
    """The first child element with this local name."""
    return next(children(tag, name), None)


def attributes(tag: Tag) -> Iterator[tuple[str, str, str]]:
    """(namespace, local name, value) of each attribute."""
    for key, value in tag.attrib.items():
        name = etree.QName(key)
        yield name.namespace or "", name.localname, value


def extra(tag: Tag) -> dict[str, str]:
    """The attributes of namespaces that are no standard of the field, by local name."""
    return {name: value for namespace, name, value in attributes(tag) if namespace not in STANDARD}


def to_node(tag: Tag) -> Node:
    """The tree of nodes that an element and all below it stand for (white space between elements is none).

    Elements without a prefix are in no namespace, whatever the document's default, because paths name them so.
    """
    node = Node(written(tag), namespace=etree.QName(tag).namespace or "" if tag.prefix else "")
    for namespace, name, value in attributes(tag):
        node.attach(Node(_prefixed(tag, namespace, name), value, kind=ATTRIBUTE, namespace=namespace))
    for below in tag:
        node.append(to_node(below))
    if not node.children:
        node.value = tag.text or ""
    return node


def _prefixed(tag: Tag, namespace: str, name: str) -> str:
    prefix = next((prefix for prefix, uri in tag.nsmap.items() if uri == namespace), None)
    return f"{prefix}:{name}" if prefix else name
