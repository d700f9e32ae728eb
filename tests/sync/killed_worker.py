"""A laptop and a registry that write and sync until the process is killed.

    python -m tests.sync.killed_worker FOLDER LIFE

Says each house on a line of its own once it is said to be stored.
"""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

from tests.sync.nodes import TOWN, Laptop, World


def work(folder: Path, life: int) -> None:
    """Never returns."""
    world = World(folder)
    laptop = Laptop(world, "A", (TOWN,), life=life)
    for n in itertools.count():
        house = laptop.make_house(name=f"{life}-{n}")
        sys.stdout.write(f"{house}\n")
        sys.stdout.flush()
        if n % 2:
            laptop.edit(house, phone=str(n))
        if n % 3 == 0:
            laptop.sync()


if __name__ == "__main__":
    work(Path(sys.argv[1]), int(sys.argv[2]))
