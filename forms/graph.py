"""What depends on what in a form, found once when it is loaded; and the order in which rules are evaluated.

A rule is an expression at a path. It *reads* generic paths, and some rules *settle* the values of paths: a calculation
its own, a relevance all below it, a filter of choices whether the chosen one is still there. A rule comes after the
rules that settle what it reads, so each is evaluated at most once after an answer.

How far a change must look for its readers is the `anchor`: a relative path climbs to some ancestor before it descends,
and all that it can reach lies below that ancestor. So what reads `../age` is evaluated again for the one member of the
household whose age was answered, not for all fifty.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from forms.definition import Bind, Group, Question, Repeat
from forms.errors import FormError
from forms.xpath import Expression, Origin, Reference
from forms.xpath.syntax import Step

BIND_RULES = ("calculate", "relevant", "required", "readonly", "constraint")


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One expression at a path. `kind`: a rule of the bind, or "label", "message", "choices", "count"."""

    kind: str
    path: str
    expression: Expression


@dataclass(frozen=True, slots=True)
class Reader:
    """A rule that reads a path, and how to get from a node there to the nodes of the rule: so many parents up to the
    anchor, then down by these names."""

    rule: Rule
    up: int
    down: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """rank: each rule's place in the order of evaluation · at: the rules standing at a path · readers: of a path."""

    rank: Mapping[Rule, int]
    at: Mapping[str, tuple[Rule, ...]]
    readers: Mapping[str, tuple[Reader, ...]]


def build(questions: Mapping[str, Question], groups: Mapping[str, Group]) -> Graph:
    """The graph of a form; FormError("cycle") when rules wait for each other."""
    rules = list(_rules(questions, groups))
    paths = Paths((*questions, *groups), frozenset(path for path, each in groups.items() if isinstance(each, Repeat)))
    reads = {rule: frozenset(_reads(rule, paths)) for rule in rules}
    at: dict[str, tuple[Rule, ...]] = {}
    readers: dict[str, list[Reader]] = {}
    for rule in rules:
        at[rule.path] = (*at.get(rule.path, ()), rule)
        for path, anchor in reads[rule]:
            up, down = path.count("/") - anchor.count("/"), rule.path[len(anchor) :].split("/")[1:]
            readers.setdefault(path, []).append(Reader(rule, up, tuple(down)))
    return Graph(_ranks(rules, reads, paths), at, {path: tuple(found) for path, found in readers.items()})


def _rules(questions: Mapping[str, Question], groups: Mapping[str, Group]) -> Iterator[Rule]:
    """All rules of a form, in document order."""
    elements: dict[str, Group | Question] = {**groups, **questions}
    for path, element in elements.items():
        yield from _bind_rules(element.bind)
        for text in (element.label, element.hint):
            yield from (Rule("label", path, expression) for expression in text.expressions())
        if isinstance(element, Question) and element.itemset is not None:
            yield Rule("choices", path, element.itemset.nodes)
        if isinstance(element, Repeat) and element.count is not None:
            yield Rule("count", path, element.count)


def _bind_rules(bind: Bind) -> Iterator[Rule]:
    for kind in BIND_RULES:
        if expression := getattr(bind, kind):
            yield Rule(kind, bind.path, expression)
    for message in (bind.constraint_message, bind.required_message):
        yield from (Rule("message", bind.path, expression) for expression in message.expressions())


# -- what a rule reads ------------------------------------------------------------------------------------------------


class Paths:
    """The generic paths of a form, to walk along the axes of XPath."""

    def __init__(self, paths: Collection[str], repeats: frozenset[str]) -> None:
        self.all = frozenset((*paths, *("/" + path.split("/")[1] for path in paths)))
        self.repeats = repeats
        self.children: dict[str, list[str]] = {}
        for path in sorted(self.all):
            self.children.setdefault(parent(path), []).append(path)

    def below(self, path: str) -> Iterator[str]:
        """Every path below one."""
        for child in self.children.get(path, ()):
            yield child
            yield from self.below(child)

    def leaves(self, path: str) -> Iterator[str]:
        """The leaves below a path, or itself when it is one."""
        return (each for each in (path, *self.below(path)) if each not in self.children)

    def repeat_of(self, path: str) -> str:
        """The innermost repeat around a path (or the path itself), "" when there is none."""
        while path and path not in self.repeats:
            path = parent(path)
        return path


def parent(path: str) -> str:
    """The path above; "" above the root element."""
    return path.rpartition("/")[0]


Place = tuple[str, str]
"""(generic path, anchor)"""


def _reads(rule: Rule, paths: Paths) -> Iterator[Place]:
    """The paths of the form that a rule reads, each with the anchor by which it is reached."""
    for reference in rule.expression.references:
        yield from (place for place in _reached(reference, rule.path, paths) if place[0] in paths.all)


def _reached(reference: Reference, start: str, paths: Paths) -> set[Place]:
    """Where a reference leads from a path; a wildcard leads to many, an unknown start to all."""
    if reference.origin is Origin.INSTANCE:
        return set()
    if reference.origin is Origin.UNKNOWN:
        return {(path, "") for path in paths.all}
    places = {("", "")} if reference.origin is Origin.ROOT else {(start, start)}
    for step in reference.steps:
        places = {place for path, anchor in places for place in _step(step, path, anchor, paths)}
    return places


def _step(step: Step, path: str, anchor: str, paths: Paths) -> Iterator[Place]:
    name = step.test.written if step.test.kind == "name" else "*"
    match step.axis:
        case "attribute":
            yield path, anchor
        case "self":
            yield from ((each, anchor) for each in _named((path,), name))
        case "parent":
            yield parent(path), min(anchor, parent(path), key=len)
        case "child" if step.test.kind == "text":
            yield path, anchor
        case "child":
            yield from ((child, anchor) for child in _named(paths.children.get(path, ()), name))
        case "descendant" | "descendant-or-self":
            self_too = [path] if step.axis.endswith("self") else []
            yield from ((each, anchor) for each in _named((*self_too, *paths.below(path)), name))
        case "preceding-sibling" | "following-sibling":
            above = parent(path)
            yield from ((each, min(anchor, above, key=len)) for each in _named(paths.children.get(above, ()), name))
        case _:
            yield from ((each, "") for each in _named(paths.all, name))


def _named(candidates: Iterable[str], name: str) -> Iterator[str]:
    return (path for path in candidates if name == "*" or path.rpartition("/")[2] == name)


# -- in which order ---------------------------------------------------------------------------------------------------


def _settles(rule: Rule, paths: Paths) -> Iterable[str]:
    """The paths whose value (or number) a rule decides."""
    if rule.kind in ("calculate", "choices"):
        return (rule.path,)
    if rule.kind == "relevant":
        return paths.leaves(rule.path)
    return (rule.path, *paths.below(rule.path)) if rule.kind == "count" else ()


def _ranks(rules: list[Rule], reads: Mapping[Rule, frozenset[Place]], paths: Paths) -> dict[Rule, int]:
    """Each rule after those that settle what it reads (Kahn)."""
    settlers: dict[str, list[Rule]] = {}
    for rule in rules:
        for path in _settles(rule, paths):
            settlers.setdefault(path, []).append(rule)
    before = {rule: _before(rule, reads[rule], settlers, paths) for rule in rules}
    after: dict[Rule, list[Rule]] = {}
    for rule, earlier in before.items():
        for each in earlier:
            after.setdefault(each, []).append(rule)
    return _sort(rules, before, after)


def _before(rule: Rule, places: Iterable[Place], settlers: Mapping[str, list[Rule]], paths: Paths) -> set[Rule]:
    """The rules that must come before one. A rule may read its own path only in another repeat (a running total)."""
    found = set()
    for path, anchor in places:
        for earlier in settlers.get(path, ()):
            elsewhere = len(anchor) < len(paths.repeat_of(path))
            if earlier is not rule or not (elsewhere or rule.kind == "choices"):
                found.add(earlier)
    return found


def _sort(rules: list[Rule], before: dict[Rule, set[Rule]], after: Mapping[Rule, list[Rule]]) -> dict[Rule, int]:
    waiting = {rule: len(earlier) for rule, earlier in before.items()}
    ready = [rule for rule in rules if not waiting[rule]]
    ranks: dict[Rule, int] = {}
    for rule in ready:  # grows while it is walked
        ranks[rule] = len(ranks)
        for later in after.get(rule, ()):
            waiting[later] -= 1
            if not waiting[later]:
                ready.append(later)
    if len(ranks) < len(rules):
        left = sorted({rule.path for rule in rules if rule not in ranks and rule in after})
        raise FormError("cycle", paths="、".join(left))
    return ranks
