"""Functions for expressions that only a filling can answer, entered into the table of `forms.xpath`."""

from __future__ import annotations

from forms.tree import Field
from forms.xpath import Node
from forms.xpath.code import Kind
from forms.xpath.functions import function


@function("nc", Kind.NODES, returns=Kind.BOOLEAN)
def nc(nodes: list[Node]) -> bool:
    """nc(path): whether one of the questions was answered "not collected"."""
    return any(isinstance(node.data, Field) and node.data.missing for node in nodes)
