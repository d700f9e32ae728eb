"""The shuffle of randomize(): the same order as on every other ODK client for the same seed."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Sequence
from typing import TypeVar

MODULUS = 2_147_483_647
MULTIPLIER = 16_807

Item = TypeVar("Item")


def shuffled(items: Sequence[Item], chance: Callable[[], float]) -> list[Item]:
    """A new list in another order: Fisher-Yates, inside out. `chance` gives numbers from 0 up to 1."""
    result: list[Item] = []
    for place, item in enumerate(items):
        other = int(chance() * (place + 1))
        result.append(item)
        result[place] = result[other]
        result[other] = item
    return result


def seeded(seed: int) -> Callable[[], float]:
    """The generator of Park and Miller ("minimal standard") from a seed."""
    state = math.fmod(float(seed), MODULUS)
    if state <= 0:
        state += MODULUS - 1

    def chance() -> float:
        nonlocal state
        state = state * MULTIPLIER % MODULUS
        return (state - 1) / (MODULUS - 1)

    return chance


def seed_of(number: float, text: str) -> int:
    """A seed from an argument: its whole part; for a text that is no number the first 8 bytes of its SHA-256."""
    if number == number:
        return int(max(min(number, 2.0**63), -(2.0**63)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big", signed=True) if text else 0
