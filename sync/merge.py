"""How concurrent writes live together. Pure: no storage, no clock, no network.

Rules 2, 3, 4 and 14: new heads = heads - over + this dot; equal concurrent values are one head with several dots;
two different
values are a conflict, which only a change that names them all can close.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import orjson

from sync.change import VOID, Change, Dot, Value, Write, dots
from sync.errors import Malformed


@dataclass(frozen=True, slots=True)
class Head:
    """A value nobody has replaced yet, and who wrote it when and how."""

    dot: Dot
    value: Value
    stamp: int
    author: str
    via: str = ""
    why: str = ""


@dataclass(slots=True)
class FieldState:
    """The heads of a field, and every dot that an accepted change has named: a named dot is never a head again."""

    heads: dict[Dot, Head] = field(default_factory=dict)
    named: set[Dot] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the values of a conflict, with all heads that hold it, newest first."""

    value: Value
    heads: tuple[Head, ...]


Policy = Callable[[Head], tuple[object, ...]]


def latest(head: Head) -> tuple[object, ...]:
    """Shown meanwhile: the newest by stamp, then by dot, so that every replica shows the same."""
    return (head.stamp, head.dot)


def safest(order: Mapping[str, int]) -> Policy:
    """Shown meanwhile: the value of the highest rank in `order` (a higher risk stands until a person decides)."""

    def policy(head: Head) -> tuple[object, ...]:
        return (order.get(str(head.value), -1), *latest(head))

    return policy


def key_of(value: Value) -> bytes:
    """Equal values have equal keys."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


class RecordState:
    """A record as a set of fields with heads. `apply` is the whole merge."""

    __slots__ = ("fields",)

    def __init__(self, fields: dict[str, FieldState] | None = None) -> None:
        self.fields: dict[str, FieldState] = fields or {}

    def copy(self) -> RecordState:
        """An independent copy."""
        return RecordState({name: FieldState(dict(f.heads), set(f.named)) for name, f in self.fields.items()})

    def apply(self, change: Change, stamp: int | None = None) -> None:
        """Fold a change in; `stamp` is the stored stamp where it differs from the payload's. Idempotent per dot."""
        for name, write in change.writes.items():
            self._write(name, write, change, change.stamp if stamp is None else stamp)

    def _write(self, name: str, write: Write, change: Change, stamp: int) -> None:
        state = self.fields.setdefault(name, FieldState())
        state.named |= write.over
        for dot in write.over:
            state.heads.pop(dot, None)
        if change.dot not in state.named:
            state.heads[change.dot] = Head(change.dot, write.value, stamp, change.author, change.via, change.why)

    def heads(self, name: str) -> tuple[Head, ...]:
        """The heads of a field, newest first."""
        state = self.fields.get(name)
        return tuple(sorted(state.heads.values(), key=latest, reverse=True)) if state else ()

    def named(self, name: str) -> frozenset[Dot]:
        """The dots of a field that have been replaced."""
        state = self.fields.get(name)
        return frozenset(state.named) if state else frozenset()

    def has(self, dot: Dot, name: str) -> bool:
        """Whether this dot stands, or stood, in this field; for `void` in any field (rule 14)."""
        fields = self.fields.values() if name == VOID else filter(None, [self.fields.get(name)])
        return any(dot in f.heads or dot in f.named for f in fields)

    def shown(self, name: str, policy: Policy = latest) -> Head | None:
        """The head to show, by the field's policy; None if the field was never written."""
        return max(self.heads(name), key=policy, default=None)

    def over(self, name: str, policy: Policy = latest) -> frozenset[Dot]:
        """What a screen that shows this field's value has seen: the dots of that value, and what those replaced.

        Hidden heads of a conflict are not in it: an ordinary form closes no conflict (rule 4).
        """
        head = self.shown(name, policy)
        if head is None:
            return self.named(name)
        equal = {h.dot for h in self.heads(name) if key_of(h.value) == key_of(head.value)}
        return frozenset(equal) | self.named(name)

    def sides(self, name: str) -> tuple[Side, ...]:
        """The different values of a field, newest first; more than one is a conflict."""
        groups: dict[bytes, list[Head]] = {}
        for head in self.heads(name):
            groups.setdefault(key_of(head.value), []).append(head)
        return tuple(Side(heads[0].value, tuple(heads)) for heads in groups.values())

    def conflicts(self) -> Iterator[str]:
        """The names of the fields in conflict, `void` among them when something was written beside a deletion."""
        yield from (name for name in sorted(self.fields) if len(self.sides(name)) > 1)
        if len(self.sides(VOID)) == 1 and self._unseen_by_void():
            yield VOID

    def _unseen_by_void(self) -> bool:
        if self.heads(VOID)[0].value is None:
            return False
        void = self.fields[VOID]
        seen = void.named | set(void.heads)
        return any(dot not in seen for name, f in self.fields.items() if name != VOID for dot in f.heads)

    def dots(self) -> frozenset[Dot]:
        """The dots of all heads."""
        return frozenset(dot for f in self.fields.values() for dot in f.heads)


def fold(state: RecordState, changes: Iterable[tuple[Change, int]]) -> RecordState:
    """A copy of `state` with (change, stamp) pairs folded in."""
    result = state.copy()
    for change, stamp in changes:
        result.apply(change, stamp)
    return result


def dump(state: RecordState) -> str:
    """A record's state as canonical JSON: {field: [[[dot, value, stamp, author, via, why] …], [named dot …]]}."""
    body = {
        name: [
            [[str(h.dot), h.value, h.stamp, h.author, h.via, h.why] for h in sorted(f.heads.values(), key=latest)],
            sorted(map(str, f.named)),
        ]
        for name, f in state.fields.items()
    }
    return orjson.dumps(body, option=orjson.OPT_SORT_KEYS).decode()


def load(text: str) -> RecordState:
    """The inverse of `dump`; raises Malformed."""
    try:
        return RecordState({name: _field(heads, named) for name, (heads, named) in orjson.loads(text).items()})
    except (ValueError, TypeError, AttributeError) as error:
        raise Malformed(f"not a record's state: {error}") from error


def _field(heads: list[list[object]], named: list[str]) -> FieldState:
    read = (Head(Dot.parse(str(dot)), *rest) for dot, *rest in heads)  # type: ignore[arg-type]
    return FieldState({head.dot: head for head in read}, set(dots(named)))
