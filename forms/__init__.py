"""XForms and XLSForms: what is asked, and what follows from the answers. Pure: no database, no web, no clock.

form = load_form("child_screening.md", cache=folder)
filling = form.open(now=now, random=Random(), language="zh")
filling.answer("/data/base/name", "周雨桐")
filling.errors()
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import forms.functions  # noqa: F401  (enters nc() into the table of functions, before any form is compiled)
from forms import tables, xlsform, xpath
from forms.definition import Choice, Element, Form, Group, Question, Repeat
from forms.errors import FormError, UnknownPath
from forms.instance import Instance
from forms.parse import parse
from forms.shown import Entry, Error, ShownChoice
from forms.submission import from_xml, to_xml
from forms.tree import NOT_COLLECTED
from forms.xpath import ExpressionError, Node, Value

__all__ = [
    "NOT_COLLECTED",
    "Choice",
    "Element",
    "Entry",
    "Error",
    "ExpressionError",
    "Form",
    "FormError",
    "Group",
    "Instance",
    "Question",
    "Repeat",
    "ShownChoice",
    "UnknownPath",
    "evaluate",
    "from_xml",
    "library",
    "load_form",
    "to_xml",
]


def load_form(
    source: str | bytes | Path, *, cache: Path | None = None, media: Callable[[str], Node | None] | None = None
) -> Form:
    """A form from a file (XForm .xml; XLSForm .md, .xlsx, .csv) or from the text of an XForm.

    cache  folder in which converted XLSForms are kept by content hash; conversion is slow, so not inside a request
    media  gives a file that the form draws on by its uri ("jr://file-csv/places.csv"); else files beside the form's

    FormError says in words what is wrong and where.
    """
    if isinstance(source, bytes):
        return parse(source, media)
    if isinstance(source, str) and source.lstrip().startswith("<"):
        return parse(source.encode(), media)
    path = Path(source)
    media = media or tables.beside(path.parent)
    if path.suffix.lower() in xlsform.SUFFIXES:
        return parse(xlsform.to_xform(path, cache).encode(), media)
    return parse(path.read_bytes(), media)


def library(name: str) -> Path:
    """The file of a form that comes with this package ("child_screening")."""
    return Path(__file__).parent / "library" / f"{name}.md"


def evaluate(
    expression: str, xml: str | bytes, *, at: str = "/", now: datetime | None = None, random: Random | None = None
) -> Value:
    """The typed value (str, float, bool, list of nodes) of an expression over an XML document.

    at      an XPath to the context node; ExpressionError("node-set") when it finds none
    now     the moment for today() and now(); without one they are the beginning of 1970, never the machine's clock
    random  where chance comes from; without one the same every time
    """
    root = xpath.from_xml(xml)
    context = xpath.Context(root=root, now=now or datetime.fromtimestamp(0, UTC), random=random or Random(0))  # noqa: S311  (no secret)
    nodes = xpath.compile(at).nodes(context, root)
    if not nodes:
        raise ExpressionError("node-set", at, 0, name=at)
    return xpath.compile(expression).evaluate(context, nodes[0])
