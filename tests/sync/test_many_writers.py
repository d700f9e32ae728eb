"""Several laptops push at once while another reads: positions are visible in order, so its cursor skips nothing."""

from __future__ import annotations

import threading

from tests.sync.nodes import Laptop, World

WRITERS, HOUSES = 4, 12


def test_a_reader_beside_many_writers_misses_nothing(world: World) -> None:
    writers = [world.laptop(f"W{n}") for n in range(WRITERS)]
    reader = world.laptop("R")
    made: list[str] = []

    def work(laptop: Laptop) -> None:
        for n in range(HOUSES):
            made.append(laptop.make_house(name=f"{laptop.device} {n}"))
            assert "done" in (laptop.sync().result for _ in range(20))

    threads = [threading.Thread(target=work, args=(writer,)) for writer in writers]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        reader.sync()
    for thread in threads:
        thread.join()
    reader.sync()
    assert len(made) == WRITERS * HOUSES
    assert all(reader.state(house) == world.state(house) != {} for house in made)
