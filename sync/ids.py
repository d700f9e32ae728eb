"""Identifiers: random, short, free of look-alikes, fit for a QR code's alphanumeric mode."""

from __future__ import annotations

from collections.abc import Callable

# Crockford's base 32: no I, L, O, U.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

Entropy = Callable[[int], bytes]


def new_id(entropy: Entropy, length: int = 16) -> str:
    """A random id of `length` characters, five bits each: 80 bits for a record.

    `entropy(n)` gives n random bytes (`secrets.token_bytes`; a seeded source in tests).
    """
    value = int.from_bytes(entropy((length * 5 + 7) // 8), "big")
    return "".join(ALPHABET[(value >> (5 * place)) & 31] for place in reversed(range(length)))


def new_device_id(entropy: Entropy) -> str:
    """A device's id, 50 bits: it stands in every dot, so it is kept short."""
    return new_id(entropy, 10)
