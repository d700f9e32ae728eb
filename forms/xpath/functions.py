"""The table of functions: what each takes and gives, and how a call becomes a closure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from forms.xpath.code import Code, Compiled, Kind, convert
from forms.xpath.context import Value
from forms.xpath.errors import ExpressionError
from forms.xpath.syntax import Call


@dataclass(frozen=True, slots=True)
class Site:
    """One call in one expression: the syntax, its compiled arguments, and where it stands."""

    call: Call
    arguments: tuple[Compiled, ...]
    source: str
    namespaces: Mapping[str, str]

    def error(self, code: str, **params: object) -> ExpressionError:
        """An error at this call."""
        return ExpressionError(code, self.source, self.call.position, **params)


Builder = Callable[[Site], Compiled]


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the language.

    parameters  the kinds of its arguments; the first `required` must be there
    rest        the kinds of further arguments, in groups of this many, any number of times
    returns     the kind of its value
    apply       computes it: apply(*arguments), or apply(scope, node, *arguments) when `scoped`
    implicit    without arguments it is about the context node
    impure      its value can change though its arguments do not
    build       makes the closure itself (lazy arguments, paths as arguments); `apply` is then not used
    """

    name: str
    parameters: tuple[Kind, ...]
    returns: Kind
    apply: Callable[..., Value]
    required: int
    rest: tuple[Kind, ...] = ()
    scoped: bool = False
    implicit: bool = False
    impure: bool = False
    build: Builder | None = None

    def takes(self, count: int) -> bool:
        """Whether it can be called with so many arguments."""
        if count == 0 and self.implicit:
            return True
        extra = count - len(self.parameters)
        return count >= self.required and (extra <= 0 or bool(self.rest and extra % len(self.rest) == 0))

    def arity(self) -> str:
        """How many arguments it takes, in words: "2", "1–2", "2+"."""
        least, most = 0 if self.implicit else self.required, len(self.parameters)
        return f"{least}+" if self.rest else str(most) if least == most else f"{least}–{most}"

    def kind(self, index: int) -> Kind:
        """The kind of the argument at this place."""
        if index < len(self.parameters):
            return self.parameters[index]
        return self.rest[(index - len(self.parameters)) % len(self.rest)]


FUNCTIONS: dict[str, Function] = {}
"""All functions by name; filled by the modules that define them."""


def function(
    name: str,
    *parameters: Kind,
    returns: Kind,
    required: int | None = None,
    rest: Iterable[Kind] = (),
    scoped: bool = False,
    implicit: bool = False,
    impure: bool = False,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Enter a plain Python function into the table."""

    def enter(apply: Callable[..., Any]) -> Callable[..., Any]:
        least = len(parameters) if required is None else required
        FUNCTIONS[name] = Function(name, parameters, returns, apply, least, tuple(rest), scoped, implicit, impure)
        return apply

    return enter


def special(
    name: str, least: int, most: int | None = None, *, returns: Kind = Kind.ANY, rest: int = 0, impure: bool = False
) -> Callable[[Builder], Builder]:
    """Enter a builder of closures into the table: for functions that decide themselves what to evaluate."""

    def enter(build: Builder) -> Builder:
        parameters = (Kind.ANY,) * (most or least)
        FUNCTIONS[name] = Function(
            name, parameters, returns, _built, least, (Kind.ANY,) * rest, impure=impure, build=build
        )
        return build

    return enter


def _built(*_: object) -> Value:
    raise AssertionError("a special function is built, not applied")


def impure(names: Iterable[str]) -> bool:
    """Whether any of these functions can change its value by itself."""
    return any(FUNCTIONS[name].impure for name in names if name in FUNCTIONS)


def compile_call(site: Site) -> Compiled:
    """The closure of a call; ExpressionError for unknown names and wrong numbers of arguments."""
    name = site.call.name
    if name not in FUNCTIONS:
        raise site.error("function", name=name)
    entry = FUNCTIONS[name]
    if not entry.takes(len(site.arguments)):
        raise site.error("arguments", name=name, expected=entry.arity(), found=len(site.arguments))
    if entry.build is not None:
        return entry.build(site)
    codes = tuple(_argument(site, entry, index) for index in range(len(site.arguments)))
    if not codes and entry.implicit:
        codes = (convert(Compiled(Kind.NODES, lambda scope, node: [node]), entry.parameters[0]),)
    return Compiled(entry.returns, _bind(entry, codes, site))


def _argument(site: Site, entry: Function, index: int) -> Code:
    argument, kind = site.arguments[index], entry.kind(index)
    if kind is not Kind.NODES or argument.kind is Kind.NODES:
        return convert(argument, kind)
    if argument.kind is not Kind.ANY:
        raise site.error("node-set", name=f"{entry.name}()")
    return node_set(argument.code, f"{entry.name}()")


def node_set(code: Code, name: str) -> Code:
    """The closure with a check that it gives a node-set."""

    def checked(scope: Any, node: Any) -> Any:
        value = code(scope, node)
        if not isinstance(value, list):
            raise ExpressionError("node-set", name=name)
        return value

    return checked


def _bind(entry: Function, codes: tuple[Code, ...], site: Site) -> Code:
    """The closure that evaluates the arguments and applies the function; short ones without a loop, for speed."""
    if entry.scoped:
        return _bind_scoped(entry.apply, codes, site)
    binder = (_bind_none, _bind_one, _bind_two)[len(codes)] if len(codes) < 3 else _bind_many
    return binder(entry.apply, codes, site)


def _bind_none(apply: Callable[..., Value], codes: tuple[Code, ...], site: Site) -> Code:
    return lambda scope, node: apply()


def _bind_one(apply: Callable[..., Value], codes: tuple[Code, ...], site: Site) -> Code:
    (first,), source, position = codes, site.source, site.call.position

    def call(scope: Any, node: Any) -> Value:
        try:
            return apply(first(scope, node))
        except ExpressionError as error:
            raise error.at(source, position) from None

    return call


def _bind_two(apply: Callable[..., Value], codes: tuple[Code, ...], site: Site) -> Code:
    (first, second), source, position = codes, site.source, site.call.position

    def call(scope: Any, node: Any) -> Value:
        try:
            return apply(first(scope, node), second(scope, node))
        except ExpressionError as error:
            raise error.at(source, position) from None

    return call


def _bind_many(apply: Callable[..., Value], codes: tuple[Code, ...], site: Site) -> Code:
    source, position = site.source, site.call.position

    def call(scope: Any, node: Any) -> Value:
        try:
            return apply(*[code(scope, node) for code in codes])
        except ExpressionError as error:
            raise error.at(source, position) from None

    return call


def _bind_scoped(apply: Callable[..., Value], codes: tuple[Code, ...], site: Site) -> Code:
    source, position = site.source, site.call.position

    def call(scope: Any, node: Any) -> Value:
        try:
            return apply(scope, node, *[code(scope, node) for code in codes])
        except ExpressionError as error:
            raise error.at(source, position) from None

    return call
