"""A process killed at any moment: what it said was stored is stored, once, on the laptop and then at the registry."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import hypothesis

from sync.change import decode
from sync.store.tables import LoggedChange, Record
from tests.sync.nodes import TOWN, House, Laptop, World

ROUNDS = 60 if hypothesis.settings().max_examples > 1_000 else 4
ROOT = Path(__file__).parents[2]


def until_killed(folder: Path, life: int, chance: random.Random) -> list[str]:
    """Let a process work and kill it; the houses it said were stored."""
    command = [sys.executable, "-m", "tests.sync.killed_worker", str(folder), str(life)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=os.environ) as process:
        assert process.stdout is not None
        said = [process.stdout.readline().strip() for _ in range(chance.randrange(1, 12))]
        time.sleep(chance.uniform(0, 0.08))
        process.kill()
        said += process.stdout.read().split()
    assert all(len(house) == 16 for house in said)
    return said


def test_a_killed_process_loses_nothing_it_said_was_stored_and_doubles_nothing(tmp_path: Path) -> None:
    chance, said = random.Random(7), list[str]()
    for life in range(1, ROUNDS + 1):
        said += until_killed(tmp_path, life, chance)
        world = World(tmp_path)
        laptop = Laptop(world, "A", (TOWN,), life=1000 + life)
        with laptop.store.use():
            assert laptop.db.pragma("integrity_check") == "ok"
            assert laptop.store.rebuild() == []
            own = list(LoggedChange.select().where(LoggedChange.device == "A").order_by(LoggedChange.seq))
            assert [row.seq for row in own] == list(range(1, len(own) + 1))
            assert set(said) <= {row.record for row in own}
        with world.registry.use():
            assert world.registry.rebuild() == []
        laptop.db.close(), world.db.close()
    assert_all_there_once(World(tmp_path), said)


def assert_all_there_once(world: World, said: list[str]) -> None:
    laptop = Laptop(world, "A", (TOWN,), life=999)
    assert laptop.sync().result == "done"
    with laptop.store.use():
        own = [decode(row.payload) for row in LoggedChange.select().order_by(LoggedChange.seq)]
    with world.registry.use():
        there = [decode(row.payload) for row in LoggedChange.select().order_by(LoggedChange.seq)]
        revisions = {row.id: row.rev for row in Record.select()}
        names = [house.name for house in House.select()]
    assert there == own
    assert revisions == {record: sum(change.record == record for change in own) for record in revisions}
    assert set(said) <= set(revisions)
    assert len(names) == len(set(names))
