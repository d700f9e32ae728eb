"""Hybrid logical clock. A stamp orders what people see; it never identifies and never decides what was concurrent.

A stamp is one integer: Unix milliseconds << 16 | counter (Kulkarni et al. 2014, "Logical Physical Clocks").
"""

from __future__ import annotations

COUNTER_BITS = 16
COUNTER_MASK = (1 << COUNTER_BITS) - 1

# Clocks that differ by less are left alone: it is the network's delay rather than a wrong clock.
TOLERANCE_MS = 5_000


def stamp_at(ms: int, counter: int = 0) -> int:
    """The stamp of a moment, in Unix milliseconds."""
    return ms << COUNTER_BITS | counter


def ms_of(stamp: int) -> int:
    """The Unix milliseconds of a stamp."""
    return stamp >> COUNTER_BITS


def tick(last: int, now_ms: int) -> int:
    """The next stamp: later than `last`, and not before the wall clock."""
    return max(last + 1, stamp_at(now_ms))


def offset(theirs_ms: int, ours_ms: int) -> int:
    """Milliseconds to add to their clock to get ours; 0 within the tolerance."""
    gap = ours_ms - theirs_ms
    return gap if abs(gap) > TOLERANCE_MS else 0


def settle(stamp: int, offset_ms: int, now_ms: int) -> int:
    """A laptop's stamp as the registry stores it: shifted by the measured offset and capped at now (rule 19).

    The shift keeps the order of one laptop's stamps; the cap can only make late ones equal, and dots break the tie.
    """
    shifted = stamp + (offset_ms << COUNTER_BITS)
    return max(0, min(shifted, stamp_at(now_ms, COUNTER_MASK)))
