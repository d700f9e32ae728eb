"""A compiled expression: what the rest of the form engine holds and evaluates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from forms.xpath.compiler import Codes, generate
from forms.xpath.context import Context, Scope, Value
from forms.xpath.errors import ExpressionError
from forms.xpath.functions import impure
from forms.xpath.nodes import Node
from forms.xpath.parser import MAX_DEPTH, parse
from forms.xpath.references import Reference, calls, references
from forms.xpath.syntax import Expr


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
    tree: Expr
    references: tuple[Reference, ...]
    functions: frozenset[str]
    impure: bool
    codes: Codes

    def evaluate(self, context: Context, node: Node, position: int = 1, size: int = 1) -> Value:
        """The value at a node: str, float, bool or a list of nodes in document order."""
        try:
            return self.codes.value(Scope(context, node, position, size), node)
        except (ExpressionError, RecursionError) as error:
            raise self._placed(error) from None

    def string(self, context: Context, node: Node, position: int = 1, size: int = 1) -> str:
        """The value as by string()."""
        try:
            return self.codes.string(Scope(context, node, position, size), node)
        except (ExpressionError, RecursionError) as error:
            raise self._placed(error) from None

    def number(self, context: Context, node: Node, position: int = 1, size: int = 1) -> float:
        """The value as by number(): dates as days since 1970-01-01, NaN when it is none."""
        try:
            return self.codes.number(Scope(context, node, position, size), node)
        except (ExpressionError, RecursionError) as error:
            raise self._placed(error) from None

    def boolean(self, context: Context, node: Node, position: int = 1, size: int = 1) -> bool:
        """The value as by boolean()."""
        try:
            return self.codes.boolean(Scope(context, node, position, size), node)
        except (ExpressionError, RecursionError) as error:
            raise self._placed(error) from None

    def nodes(self, context: Context, node: Node, position: int = 1, size: int = 1) -> list[Node]:
        """The node-set (ExpressionError when the value is none)."""
        value = self.evaluate(context, node, position, size)
        if not isinstance(value, list):
            raise ExpressionError("node-set", self.source, 0, name=self.source)
        return value

    def _placed(self, error: ExpressionError | RecursionError) -> ExpressionError:
        if isinstance(error, RecursionError):
            return ExpressionError("deep", self.source, 0, limit=MAX_DEPTH)
        return error.at(self.source, 0)


def compile(source: str, namespaces: Mapping[str, str] | None = None) -> Expression:
    """Read an expression once; ExpressionError says in words what is wrong and where.

    `namespaces` maps prefixes to URIs. A prefix that it lacks is compared with the prefix as written in the tree; a
    name without a prefix means nodes without one. Keep the result: nothing is cached here.
    """
    tree = parse(source)
    try:
        names = frozenset(calls(tree))
        found = references(tree)
        codes = generate(tree, source, namespaces or {})
    except RecursionError:
        raise ExpressionError("deep", source, 0, limit=MAX_DEPTH) from None
    return Expression(source, tree, found, names, impure(names), codes)
