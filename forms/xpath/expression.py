"""A compiled expression: what the rest of the form engine holds and evaluates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from forms.xpath.code import Code
from forms.xpath.compiler import Codes, generate
from forms.xpath.context import Context, Scope, Value
from forms.xpath.errors import ExpressionError
from forms.xpath.functions import impure
from forms.xpath.nodes import Node
from forms.xpath.parser import MAX_DEPTH, parse
from forms.xpath.references import Reference, references
from forms.xpath.syntax import Expr, calls


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """Made by `compile`. Immutable, safe to share between instances and threads.

    source      as written
    tree        the syntax tree
    references  the paths it reads (see `forms.xpath.references.resolve`)
    functions   the names of the functions it calls
    impure      its value can change though nothing it reads does: time, chance, position
    """

    source: str
    tree: Expr = field(repr=False)
    references: tuple[Reference, ...] = field(repr=False)
    functions: frozenset[str]
    impure: bool
    codes: Codes = field(repr=False)

    def evaluate(self, context: Context, node: Node, position: int = 1, size: int = 1) -> Value:
        """The value at a node: str, float, bool or a list of nodes in document order."""
        value: Value = self._run(self.codes.value, Scope(context, node, position, size), node)
        return value

    def string(self, context: Context, node: Node, position: int = 1, size: int = 1) -> str:
        """The value as by string()."""
        text: str = self._run(self.codes.string, Scope(context, node, position, size), node)
        return text

    def number(self, context: Context, node: Node, position: int = 1, size: int = 1) -> float:
        """The value as by number(): dates as days since 1970-01-01, NaN when it is none."""
        number: float = self._run(self.codes.number, Scope(context, node, position, size), node)
        return number

    def boolean(self, context: Context, node: Node, position: int = 1, size: int = 1) -> bool:
        """The value as by boolean()."""
        truth: bool = self._run(self.codes.boolean, Scope(context, node, position, size), node)
        return truth

    def nodes(self, context: Context, node: Node, position: int = 1, size: int = 1) -> list[Node]:
        """The node-set (ExpressionError when the value is none)."""
        value = self.evaluate(context, node, position, size)
        if not isinstance(value, list):
            raise ExpressionError("node-set", self.source, 0, name=self.source)
        return value

    def _run(self, code: Code, scope: Scope, node: Node) -> Any:
        try:
            return code(scope, node)
        except ExpressionError as error:
            raise error.at(self.source, 0) from None
        except RecursionError:
            raise ExpressionError("deep", self.source, 0, limit=MAX_DEPTH) from None


def compile(source: str, namespaces: Mapping[str, str] | None = None, *, strict: bool = True) -> Expression:
    """Read an expression once; ExpressionError says in words what is wrong and where.

    A function that does not exist or is given the wrong arguments is an error at once or, unless `strict`, when it is
    computed, which in `false() and nothing()` is never.
    `namespaces` maps prefixes to URIs. A prefix that it lacks is compared with the prefix as written in the tree; a
    name without a prefix means nodes without one. Keep the result: nothing is cached here.
    """
    tree = parse(source)
    try:
        found = references(tree)
        codes = generate(tree, source, namespaces or {}, strict=strict)
    except RecursionError:
        raise ExpressionError("deep", source, 0, limit=MAX_DEPTH) from None
    names = calls(tree)
    return Expression(source, tree, found, names, impure(names), codes)
