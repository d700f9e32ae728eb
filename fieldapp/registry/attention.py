"""How much waits for a person to mend it: what stands beside the place in the rail."""

from __future__ import annotations

from fieldapp.domain.roles import User
from fieldapp.registry import refused
from fieldapp.registry.current import can
from fieldapp.registry.scope import lies_in
from sync.store.tables import OpenConflict


def count(person: User) -> int:
    """Open conflicts and refused actions in somebody's areas."""
    conflicts = OpenConflict.select().where(lies_in(OpenConflict.area, person.areas)).count()
    return int(conflicts) + (len(refused.open_ones(person.areas)) if can(person, "review") else 0)
