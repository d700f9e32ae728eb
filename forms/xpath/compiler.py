"""Syntax tree to closures. Each node of the tree becomes one Python function; nothing is decided twice at run time."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from forms.xpath import functions_core, functions_dates, functions_maths, functions_odk, functions_repeats
from forms.xpath.code import Code, Compiled, Kind, constant, convert
from forms.xpath.errors import ExpressionError
from forms.xpath.functions import Site, compile_call, node_set
from forms.xpath.nodes import in_document_order
from forms.xpath.paths import moves, narrow, path
from forms.xpath.syntax import Call, Expr, Filter, Literal, Negate, Number, Operation, Path, Variable
from forms.xpath.values import MIRROR, ORDERS, equal, number_of, ordered, same, unequal

LIBRARIES = (functions_core, functions_maths, functions_dates, functions_odk, functions_repeats)
"""The modules that fill the table of functions by being imported."""


@dataclass(frozen=True, slots=True)
class Codes:
    """One expression as four closures: its own value, and that value as string, number, boolean."""

    value: Code
    string: Code
    number: Code
    boolean: Code


def generate(tree: Expr, source: str, namespaces: Mapping[str, str], *, strict: bool = True) -> Codes:
    """The closures of a syntax tree; ExpressionError for unknown functions, wrong arguments, values used as nodes.

    Unless `strict`, a call that cannot work is an error only when it is computed.
    """
    compiled = _Compiler(source, namespaces, strict).compile(tree)
    kinds = (Kind.ANY, Kind.STRING, Kind.NUMBER, Kind.BOOLEAN)
    return Codes(*(convert(compiled, kind) for kind in kinds))


class _Compiler:
    def __init__(self, source: str, namespaces: Mapping[str, str], strict: bool) -> None:
        self.source = source
        self.namespaces = namespaces
        self.strict = strict
        self.cases: dict[type, Callable[[Any], Compiled]] = {
            Number: lambda tree: constant(tree.value),
            Literal: lambda tree: constant(tree.value),
            Variable: self.variable,
            Negate: self.negate,
            Operation: self.operation,
            Call: self.call,
            Filter: self.filter,
            Path: self.path,
        }

    def compile(self, tree: Expr) -> Compiled:
        return self.cases[type(tree)](tree)

    def variable(self, tree: Variable) -> Compiled:
        name, error = tree.name, ExpressionError("variable", self.source, tree.position, name=tree.name)

        def value(scope: Any, node: Any) -> Any:
            if name not in scope.context.variables:
                raise error
            return scope.context.variables[name]

        return Compiled(Kind.ANY, value)

    def negate(self, tree: Negate) -> Compiled:
        compiled = self.compile(tree.operand)
        if isinstance(compiled.constant, float):
            return constant(-compiled.constant)
        number = convert(compiled, Kind.NUMBER)
        return Compiled(Kind.NUMBER, lambda scope, node: -number(scope, node))

    def call(self, tree: Call) -> Compiled:
        arguments = tuple(self.compile(each) for each in tree.arguments)
        try:
            return compile_call(Site(tree, arguments, self.source, self.namespaces))
        except ExpressionError as error:
            if self.strict:
                raise
            return Compiled(Kind.ANY, _failing(error))

    def operation(self, tree: Operation) -> Compiled:
        operands = [self.compile(each) for each in tree.operands]
        if tree.operators[0] == "|":
            return self.union(tree, operands)
        if tree.operators[0] in LOGIC:
            return LOGIC[tree.operators[0]]([convert(each, Kind.BOOLEAN) for each in operands])
        if len(operands) > 2 and tree.operators[0] in ARITHMETIC:
            return _chain([ARITHMETIC[each] for each in tree.operators], operands)
        result = operands[0]
        for sign, operand in zip(tree.operators, operands[1:], strict=True):
            result = BINARY[sign](result, operand)
        return result

    def union(self, tree: Operation, operands: list[Compiled]) -> Compiled:
        codes = [self.nodes(operand, tree.position) for operand in operands]
        return Compiled(
            Kind.NODES, lambda scope, node: in_document_order(found for code in codes for found in code(scope, node))
        )

    def nodes(self, compiled: Compiled, position: int) -> Code:
        """The closure, which must give nodes; where that is known to be wrong, an error at once."""
        if compiled.kind is Kind.NODES:
            return compiled.code
        if compiled.kind is Kind.ANY:
            return node_set(compiled.code, self.source)
        raise ExpressionError("node-set", self.source, position, name=self.source)

    def filter(self, tree: Filter) -> Compiled:
        code = self.nodes(self.compile(tree.base), tree.position)
        predicates = [narrow(each, self.compile(each)) for each in tree.predicates]

        def filtered(scope: Any, node: Any) -> Any:
            nodes = code(scope, node)
            for predicate in predicates:
                nodes = predicate(scope, nodes)
            return nodes

        return Compiled(Kind.NODES, filtered)

    def path(self, tree: Path) -> Compiled:
        start: Code | None = None
        level = True
        if tree.absolute:
            start = _root
        elif tree.start is not None:
            start = self.nodes(self.compile(tree.start), tree.position)
            level = isinstance(tree.start, Call) and tree.start.name in ("current", "instance")
        return Compiled(Kind.NODES, path(start, moves(tree.steps, self.namespaces, self.compile, level)))


def _failing(error: ExpressionError) -> Code:
    """A closure for what cannot be computed."""

    def fail(scope: Any, node: Any) -> Any:
        raise error

    return fail


def _root(scope: Any, node: Any) -> Any:
    return [scope.context.root]


# -- operators ----------------------------------------------------------------------------------------------------


def _any(codes: list[Code]) -> Compiled:
    if len(codes) == 2:
        first, second = codes
        return Compiled(Kind.BOOLEAN, lambda scope, node: first(scope, node) or second(scope, node))
    return Compiled(Kind.BOOLEAN, lambda scope, node: any(code(scope, node) for code in codes))


def _all(codes: list[Code]) -> Compiled:
    if len(codes) == 2:
        first, second = codes
        return Compiled(Kind.BOOLEAN, lambda scope, node: first(scope, node) and second(scope, node))
    return Compiled(Kind.BOOLEAN, lambda scope, node: all(code(scope, node) for code in codes))


LOGIC: dict[str, Callable[[list[Code]], Compiled]] = {"or": _any, "and": _all}

Arithmetic = Callable[[float, float], float]


def divide(left: float, right: float) -> float:
    """`div` of IEEE 754: 1 div 0 is Infinity, 0 div 0 is NaN."""
    if right:
        return left / right
    return math.nan if not left or left != left else math.copysign(math.inf, left) * math.copysign(1, right)


def remainder(left: float, right: float) -> float:
    """`mod`: the remainder of a division that truncates; it has the sign of the dividend."""
    if not right or math.isinf(left):
        return math.nan
    return math.fmod(left, right)


ARITHMETIC: dict[str, Arithmetic] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "div": divide,
    "mod": remainder,
}


def _chain(signs: list[Arithmetic], operands: list[Compiled]) -> Compiled:
    """Many terms, from the left, without a level of calls for each."""
    first, *others = (convert(each, Kind.NUMBER) for each in operands)
    pairs = [*zip(signs, others, strict=True)]

    def code(scope: Any, node: Any) -> float:
        result: float = first(scope, node)
        for apply, other in pairs:
            result = apply(result, other(scope, node))
        return result

    return Compiled(Kind.NUMBER, code)


def _arithmetic(apply: Arithmetic) -> Callable[[Compiled, Compiled], Compiled]:
    def build(left: Compiled, right: Compiled) -> Compiled:
        first, second = convert(left, Kind.NUMBER), convert(right, Kind.NUMBER)
        return Compiled(Kind.NUMBER, lambda scope, node: apply(first(scope, node), second(scope, node)))

    return build


def _plus(left: Compiled, right: Compiled) -> Compiled:
    first, second = convert(left, Kind.NUMBER), convert(right, Kind.NUMBER)
    return Compiled(Kind.NUMBER, lambda scope, node: first(scope, node) + second(scope, node))


def _minus(left: Compiled, right: Compiled) -> Compiled:
    first, second = convert(left, Kind.NUMBER), convert(right, Kind.NUMBER)
    return Compiled(Kind.NUMBER, lambda scope, node: first(scope, node) - second(scope, node))


def _times(left: Compiled, right: Compiled) -> Compiled:
    first, second = convert(left, Kind.NUMBER), convert(right, Kind.NUMBER)
    return Compiled(Kind.NUMBER, lambda scope, node: first(scope, node) * second(scope, node))


def _equality(wanted: bool) -> Callable[[Compiled, Compiled], Compiled]:
    """`=` and `!=`, with short cuts where the kinds of both sides are known."""
    compare = equal if wanted else unequal

    def build(left: Compiled, right: Compiled) -> Compiled:
        kinds, first, second = {left.kind, right.kind}, left.code, right.code
        if kinds == {Kind.STRING}:
            return Compiled(Kind.BOOLEAN, lambda scope, node: (first(scope, node) == second(scope, node)) is wanted)
        if kinds == {Kind.NODES, Kind.STRING}:
            nodes, text = (first, second) if left.kind is Kind.NODES else (second, first)
            return Compiled(Kind.BOOLEAN, _text_equality(nodes, text, wanted))
        if kinds <= {Kind.NUMBER, Kind.STRING}:
            ours, theirs = convert(left, Kind.NUMBER), convert(right, Kind.NUMBER)
            return Compiled(Kind.BOOLEAN, lambda scope, node: same(ours(scope, node), theirs(scope, node)) is wanted)
        return Compiled(Kind.BOOLEAN, lambda scope, node: compare(first(scope, node), second(scope, node), scope.zone))

    return build


def _text_equality(nodes: Code, text: Code, wanted: bool) -> Code:
    """The comparison that most conditions of forms are: ${question} = 'choice'."""
    if wanted:
        return lambda scope, node: text(scope, node) in [found.text() for found in nodes(scope, node)]

    def differs(scope: Any, node: Any) -> bool:
        texts = [found.text() for found in nodes(scope, node)]
        return texts.count(text(scope, node)) < len(texts)

    return differs


def _node_order(sign: str, nodes: Code, value: Code) -> Code:
    """The comparison that most constraints are: ${question} > 17."""
    apply = ORDERS[sign]

    def compare(scope: Any, node: Any) -> bool:
        found, limit = nodes(scope, node), value(scope, node)
        if len(found) == 1:
            return apply(number_of(found[0].text(), scope.zone), limit)
        return any(apply(number_of(each.text(), scope.zone), limit) for each in found)

    return compare


def _order(sign: str) -> Callable[[Compiled, Compiled], Compiled]:
    """`<` and its kin; without node-sets both sides are simply numbers."""
    apply = ORDERS[sign]

    def build(left: Compiled, right: Compiled) -> Compiled:
        first, second = left.code, right.code
        if {left.kind, right.kind}.isdisjoint({Kind.NODES, Kind.ANY}):
            ours, theirs = convert(left, Kind.NUMBER), convert(right, Kind.NUMBER)
            return Compiled(Kind.BOOLEAN, lambda scope, node: apply(ours(scope, node), theirs(scope, node)))
        if left.kind is Kind.NODES and right.kind in PLAIN:
            return Compiled(Kind.BOOLEAN, _node_order(sign, first, convert(right, Kind.NUMBER)))
        if right.kind is Kind.NODES and left.kind in PLAIN:
            return Compiled(Kind.BOOLEAN, _node_order(MIRROR[sign], second, convert(left, Kind.NUMBER)))
        return Compiled(
            Kind.BOOLEAN, lambda scope, node: ordered(sign, first(scope, node), second(scope, node), scope.zone)
        )

    return build


PLAIN = (Kind.NUMBER, Kind.STRING)
BINARY: dict[str, Callable[[Compiled, Compiled], Compiled]] = {
    "+": _plus,
    "-": _minus,
    "*": _times,
    "div": _arithmetic(divide),
    "mod": _arithmetic(remainder),
    "=": _equality(True),
    "!=": _equality(False),
    **{sign: _order(sign) for sign in ORDERS},
}
