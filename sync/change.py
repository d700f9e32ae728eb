"""A change: what one author wrote into one record, as part of one group. Pure.

Its payload's bytes are what is hashed, stored and forwarded; nothing re-encodes them (rule 22).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import orjson

from sync.errors import Malformed

# What a field may hold: any JSON value; None is "nothing" or "no longer".
Value: TypeAlias = bool | int | float | str | list[Any] | dict[str, Any] | None

VOID = "void"
AREA = "area"

# One user action, one group: larger work (imports, big moves) is many groups (rule 8).
GROUP_CHANGES = 200
GROUP_BYTES = 256 * 1024

# How long the name of a field may be, its element included.
FIELD_NAME = 80


@dataclass(frozen=True, slots=True, order=True)
class Dot:
    """Which change: the seq-th of a device."""

    device: str
    seq: int

    def __str__(self) -> str:
        return f"{self.device}:{self.seq}"

    @classmethod
    def parse(cls, text: str) -> Dot:
        """Read `DEVICE:seq`; raises Malformed."""
        device, colon, seq = text.partition(":")
        if not (device and colon and seq.isascii() and seq.isdigit()):
            raise Malformed(f"not a dot: {text[:40]!r}")
        return cls(device, int(seq))


def dots(texts: Iterable[str]) -> frozenset[Dot]:
    """Dots from their texts; raises Malformed."""
    return frozenset(Dot.parse(text) for text in texts)


@dataclass(frozen=True, slots=True)
class Write:
    """A field's new value, and the dots of the value that its screen showed (rule 2)."""

    value: Value
    over: frozenset[Dot] = frozenset()


@dataclass(frozen=True, slots=True)
class Change:
    """One record's part of a group: change k of n, `writes` by field name.

    `area` is a hint for creates only; `via` says how it came about (`visit:<id>`, `form:<id>`, `settled`), `why` is the
    author's own words. `nonce` salts the hash, so that an erased value cannot be guessed from it (ADR 0004).
    """

    dot: Dot
    k: int
    n: int
    author: str
    stamp: int
    type: str
    record: str
    writes: Mapping[str, Write] = field(default_factory=dict)
    area: str = ""
    via: str = ""
    why: str = ""
    prev: str = ""
    nonce: str = ""


def encode(change: Change) -> str:
    """The payload: canonical JSON (sorted keys, no spaces, UTF-8)."""
    body = {
        "d": str(change.dot),
        "g": [change.k, change.n],
        "a": change.author,
        "s": change.stamp,
        "t": change.type,
        "r": change.record,
        "f": {name: [write.value, sorted(map(str, write.over))] for name, write in change.writes.items()},
        "p": change.prev,
        "z": change.nonce,
        **{key: text for key, text in (("h", change.area), ("v", change.via), ("w", change.why)) if text},
    }
    return orjson.dumps(body, option=orjson.OPT_SORT_KEYS).decode()


def decode(payload: str) -> Change:
    """Read a payload; raises Malformed. Unknown keys are left to later versions."""
    try:
        body = orjson.loads(payload)
        k, n = body["g"]
        writes = {str(name): Write(value, dots(over)) for name, (value, over) in body["f"].items()}
        change = Change(
            Dot.parse(body["d"]), k, n, body["a"], body["s"], body["t"], body["r"], writes,
            body.get("h", ""), body.get("v", ""), body.get("w", ""), body["p"], body["z"],
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Malformed(f"not a change: {error}") from error
    if not _well_typed(change):
        raise Malformed("a change's parts have the wrong types")
    return change


def _well_typed(change: Change) -> bool:
    texts = (change.author, change.type, change.record, change.area, change.via, change.why, change.prev, change.nonce)
    numbers = (change.k, change.n, change.stamp)
    return (
        all(isinstance(text, str) for text in texts)
        and all(type(number) is int for number in numbers)
        and 1 <= change.k <= change.n <= GROUP_CHANGES
        and change.dot.seq >= change.k
        and 0 <= change.stamp < 1 << 62
    )


def digest(payload: str) -> str:
    """SHA-256 of a payload, in hex: the name of its content, and the `prev` of the device's next change."""
    return hashlib.sha256(payload.encode()).hexdigest()


def first_seq(change: Change) -> int:
    """The seq of the first change of its group: the group's name within the device."""
    return change.dot.seq - change.k + 1


def is_group(changes: Sequence[Change]) -> bool:
    """Whether these are exactly the changes of one group, in order: 1 of n to n of n, contiguous, one author."""
    first = changes[0]
    return len(changes) == first.n and all(
        (change.k, change.n, change.author, change.dot)
        == (k, first.n, first.author, Dot(first.dot.device, first.dot.seq + k - 1))
        for k, change in enumerate(changes, start=1)
    )


def is_chained(changes: Sequence[Change], payloads: Sequence[str]) -> bool:
    """Whether each payload but the first carries the hash of the one before it."""
    return all(change.prev == digest(before) for change, before in zip(changes[1:], payloads, strict=False))


def fits(change: Change) -> bool:
    """Whether a change's names fit where they are stored: any database takes them, in any column."""
    limits = ((change.record, 16), (change.author, 16), (change.type, 24), (change.dot.device, 40))
    return all(0 < len(text) <= limit and text.isprintable() for text, limit in limits) and all(
        len(name) <= FIELD_NAME and name.isprintable() for name in change.writes
    )
