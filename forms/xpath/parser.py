"""Tokens to syntax tree: the whole grammar of XPath 1.0, by recursive descent with ranks for the operators."""

from __future__ import annotations

import re
from dataclasses import replace

from forms.xpath.errors import N_, ExpressionError
from forms.xpath.lexer import Token, tokens
from forms.xpath.syntax import (
    AXES,
    Call,
    Expr,
    Filter,
    Literal,
    Negate,
    Number,
    Operation,
    Path,
    Step,
    Test,
    Variable,
)

MAX_DEPTH = 100
"""Levels of parentheses, calls and predicates; keeps reading and computing well inside Python's stack."""

LEVELS = (("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "div", "mod"))
RANKS = {operator: rank for rank, operators in enumerate(LEVELS, 1) for operator in operators}
NODE_TYPES = {"node": "node", "text": "text", "comment": "comment", "processing-instruction": "instruction"}
ANY_NODE = Test("node")
EVERYWHERE = Step("descendant-or-self", ANY_NODE)
_GLUED = re.compile(r"(and|or|div|mod)[.\d].*", re.S)
VALUE = N_("一个值或一道题")


def parse(source: str) -> Expr:
    """The syntax tree of an expression; ExpressionError with code and place when it cannot be read."""
    if not source.strip():
        raise ExpressionError("empty", source)
    parser = _Parser(source)
    expression = parser.operation(1)
    parser.expect_end()
    return expression


class _Parser:
    """One reading of one source: a list of tokens and a place in it."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens = tokens(source)
        self.index = 0
        self.depth = 0

    # -- looking and moving ---------------------------------------------------------------------------------------

    @property
    def token(self) -> Token:
        return self.tokens[self.index]

    @property
    def next(self) -> Token:
        return self.tokens[min(self.index + 1, len(self.tokens) - 1)]

    def is_symbol(self, *texts: str) -> bool:
        return self.token.kind == "symbol" and self.token.text in texts

    def take(self) -> Token:
        token = self.token
        self.index += 1
        return token

    def took(self, text: str) -> bool:
        """Step over a symbol if it stands here."""
        if not self.is_symbol(text):
            return False
        self.index += 1
        return True

    def expect(self, text: str) -> None:
        if not self.took(text):
            raise self.unexpected(text)

    def enter(self) -> None:
        """One level of nesting more."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ExpressionError("deep", self.source, self.token.position, limit=MAX_DEPTH)

    def leave(self, closing: str) -> None:
        self.expect(closing)
        self.depth -= 1

    def expect_end(self) -> None:
        if self.token.kind != "end":
            raise self.unexpected(N_("运算符或结尾"))

    def unexpected(self, expected: str) -> ExpressionError:
        code = "end" if self.token.kind == "end" else "syntax"
        return ExpressionError(code, self.source, self.token.position, found=self.token.text, expected=expected)

    # -- operators ------------------------------------------------------------------------------------------------

    def rank(self) -> int:
        """The rank of the operator that stands here, 0 when there is none."""
        if self.token.kind == "name" and (glued := _GLUED.fullmatch(self.token.text)):
            self.split(len(glued[1]))
        return RANKS.get(self.token.text, 0) if self.token.kind in ("name", "symbol") else 0

    def split(self, length: int) -> None:
        """Take the first letters of a token for themselves: in `7 mod2` an operator and a number are meant."""
        token = self.token
        rest = [replace(each, position=each.position + token.position + length) for each in tokens(token.text[length:])]
        self.tokens[self.index : self.index + 1] = [Token("name", token.text[:length], token.position), *rest[:-1]]

    def operation(self, lowest: int) -> Expr:
        """Operands joined by operators of at least this rank; 1 for a whole expression."""
        left = self.operand()
        while (rank := self.rank()) >= lowest:
            position = self.token.position
            operators, operands = [], [left]
            while self.rank() == rank:
                operators.append(self.take().text)
                operands.append(self.operation(rank + 1))
            left = Operation(tuple(operators), tuple(operands), position)
        return left

    def operand(self) -> Expr:
        """A union of paths, after any number of minus signs."""
        position, signs = self.token.position, 0
        while self.took("-"):
            signs += 1
        operands = [self.path()]
        bar = self.token.position
        while self.took("|"):
            operands.append(self.path())
        union = operands[0] if len(operands) == 1 else Operation(("|",) * (len(operands) - 1), tuple(operands), bar)
        return _negated(union, signs, position)

    # -- paths ----------------------------------------------------------------------------------------------------

    def path(self) -> Expr:
        position = self.token.position
        if self.is_symbol("/", "//"):
            return Path(self.absolute(), absolute=True, position=position)
        if not self.at_primary():
            return Path((self.step(), *self.more_steps()), position=position)
        start = self.primary()
        if predicates := self.predicates():
            start = Filter(start, predicates, position)
        steps = self.more_steps()
        return Path(steps, start=start, position=position) if steps else start

    def absolute(self) -> tuple[Step, ...]:
        if self.is_symbol("//"):
            return self.more_steps()
        self.take()
        return (self.step(), *self.more_steps()) if self.at_step() else ()

    def more_steps(self) -> tuple[Step, ...]:
        """The steps after a slash, as many as there are."""
        steps: list[Step] = []
        while self.is_symbol("/", "//"):
            if self.take().text == "//":
                steps.append(EVERYWHERE)
            steps.append(self.step())
        return tuple(steps)

    def at_step(self) -> bool:
        return self.token.kind == "name" or self.is_symbol("*", "@", ".", "..")

    def step(self) -> Step:
        for symbol, axis in ((".", "self"), ("..", "parent")):
            if self.took(symbol):
                return Step(axis, ANY_NODE, self.predicates())
        if not self.at_step():
            raise self.unexpected(VALUE)
        return Step(self.axis(), self.test(), self.predicates())

    def axis(self) -> str:
        if self.took("@"):
            return "attribute"
        if not (self.token.kind == "name" and self.next.text == "::" and self.next.kind == "symbol"):
            return "child"
        name = self.take()
        self.take()
        if name.text not in AXES:
            raise ExpressionError("axis", self.source, name.position, name=name.text)
        return name.text

    def test(self) -> Test:
        if self.took("*"):
            return Test("name", name="*")
        if self.token.kind != "name":
            raise self.unexpected(N_("名称"))
        name = self.take().text
        if self.is_symbol("(") and name in NODE_TYPES:
            return self.node_type(name)
        prefix, _, local = name.rpartition(":")
        return Test("name", prefix, local)

    def node_type(self, name: str) -> Test:
        self.expect("(")
        target = self.take().text if name == "processing-instruction" and self.token.kind == "literal" else ""
        self.expect(")")
        return Test(NODE_TYPES[name], name=target)

    def predicates(self) -> tuple[Expr, ...]:
        found: list[Expr] = []
        while self.took("["):
            self.enter()
            found.append(self.operation(1))
            self.leave("]")
        return tuple(found)

    # -- primary expressions --------------------------------------------------------------------------------------

    def at_primary(self) -> bool:
        if self.token.kind == "name":
            return self.next.kind == "symbol" and self.next.text == "(" and self.token.text not in NODE_TYPES
        return self.token.kind in ("number", "literal") or self.is_symbol("(", "$")

    def primary(self) -> Expr:
        token = self.take()
        if token.kind == "number":
            return Number(float(token.text), token.position)
        if token.kind == "literal":
            return Literal(token.text, token.position)
        if token.text == "$":
            return self.variable(token.position)
        if token.text == "(":
            self.enter()
            inner = self.operation(1)
            self.leave(")")
            return inner
        return Call(token.text, self.arguments(), token.position)

    def variable(self, position: int) -> Expr:
        if self.token.kind != "name":
            raise self.unexpected(N_("名称"))
        return Variable(self.take().text, position)

    def arguments(self) -> tuple[Expr, ...]:
        self.expect("(")
        if self.took(")"):
            return ()
        self.enter()
        found = [self.operation(1)]
        while self.took(","):
            found.append(self.operation(1))
        self.leave(")")
        return tuple(found)


def _negated(operand: Expr, signs: int, position: int) -> Expr:
    """Of several minus signs only their parity matters, and that the result is a number."""
    for _ in range(2 - signs % 2 if signs else 0):
        operand = Negate(operand, position)
    return operand
