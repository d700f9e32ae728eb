"""XPath 1.0 with the functions of ODK XForms, compiled once to Python closures. Pure: no clock, no chance, no machine.

    age = compile("int((today() - ../born) div 365.25)")
    age.string(Context(root=document, now=now, random=Random()), node)

A value is a str, float, bool or list of nodes in document order. Dates are strings, as ODK XForms has it; wherever a
number is wanted, "2024-03-01" counts as its days since 1970-01-01, so `today() - ../born` works.
"""

from forms.xpath.context import Context, Value
from forms.xpath.errors import ExpressionError
from forms.xpath.expression import Expression, compile
from forms.xpath.nodes import Node, document, freeze
from forms.xpath.references import Origin, Reference, resolve
from forms.xpath.values import to_boolean, to_number, to_string
from forms.xpath.xml import from_xml

__all__ = [
    "Context",
    "Expression",
    "ExpressionError",
    "Node",
    "Origin",
    "Reference",
    "Value",
    "compile",
    "document",
    "freeze",
    "from_xml",
    "resolve",
    "to_boolean",
    "to_number",
    "to_string",
]
