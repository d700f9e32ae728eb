"""One encrypted database, many threads: people save while the background syncs; and workers that share a device."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sync.change import digest
from sync.edit import Edit
from sync.store.tables import DeviceMark, LoggedChange, Record
from sync.wire import pack, unpack_answer
from tests.sync.nodes import OTHER_TOWN, OTHER_VILLAGE, TOWN, VILLAGE, House, World
from tests.sync.test_state_machine import assert_chain

PEOPLE, SAVES = 4, 8


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Do all at the same time; raises what any of them raised."""
    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result() for future in [pool.submit(act) for act in acts]]


def test_people_save_while_the_background_syncs(world: World) -> None:
    a, b = world.laptop("A"), world.laptop("B")
    shared = a.make_house(phone="0", name="0")
    a.sync(), b.sync()
    done = threading.Event()

    def person(n: int) -> None:
        for k in range(SAVES):
            made = a.make_house(name=f"{n} {k}")
            a.edit(made, phone=str(k))
            screen = a.open(shared)
            a.save(screen, shared, **{f"tags__{n}": k})

    def background() -> None:
        while not done.is_set():
            b.edit(shared, name="B")
            b.sync()
            assert a.sync().result == "done"

    syncing = threading.Thread(target=background)
    syncing.start()
    at_once(*(lambda n=n: person(n) for n in range(PEOPLE)))
    done.set()
    syncing.join()
    a.sync(), b.sync(), a.sync()
    assert world.house(shared).tags == {str(n): SAVES - 1 for n in range(PEOPLE)}
    assert a.state(shared) == b.state(shared) == world.state(shared)
    with world.registry.use():
        assert House.select().count() == 1 + PEOPLE * SAVES
        assert Record.select().where(Record.rev > 2).count() == 1
        assert_chain("A")
        assert world.registry.rebuild() == []
    with a.store.use():
        assert a.store.rebuild() == []
        assert (a.store.waiting(), a.store.node("want", [])) == (0, [])


def test_two_workers_settling_the_same_groups_at_once_give_the_same_verdicts(world: World) -> None:
    a = world.laptop("A", TOWN, OTHER_TOWN)
    bodies = []
    for n in range(12):
        a.make_house((VILLAGE, OTHER_VILLAGE)[n % 2], name=str(n))
        with a.store.use():
            bodies.append(pack(a.store.request()))
    answers = at_once(*(lambda body=body: world.answer("A", body) for body in bodies for _ in range(2)))
    with a.store.use():
        for answer in answers:
            assert isinstance(answer, bytes)
            a.store.adopt(unpack_answer(answer))
    assert a.sync().result == "done"
    with world.registry.use():
        assert House.select().count() == 12
        assert {row.rev for row in Record.select()} == {1}
        assert DeviceMark.get_by_id("A").seq == 12
        assert_chain("A")


def test_an_old_request_that_comes_late_does_not_set_the_device_back(world: World) -> None:
    """Its first group is settled in one county while the next is settled in another: they share the device's mark."""
    a = world.laptop("A", TOWN, "500120101")
    a.make_house(name="1")
    with a.store.use():
        old = pack(a.store.request())
    a.sync()
    for n in range(8):
        a.make_house("500120101201", name=str(n))
    at_once(a.sync, *(lambda: world.answer("A", old) for _ in range(4)))
    a.make_house(name="last")
    assert a.sync().sent == 1
    with world.registry.use():
        assert DeviceMark.get_by_id("A").seq == 10


def test_two_supervisors_edit_at_the_registry_at_once(world: World) -> None:
    a = world.laptop("A", TOWN, OTHER_TOWN)
    houses = [a.make_house(village, name="周家") for village in (VILLAGE, OTHER_VILLAGE) for _ in range(3)]
    a.sync()

    def supervisor(house: str) -> None:
        with world.registry.use():
            for n in range(3):
                screen = world.registry.open_screen([house], "county")
                edit = Edit("house", house, {"phone": str(n), "area": (VILLAGE, OTHER_VILLAGE)[n % 2]})
                world.registry.commit([edit], author="county", screen=screen)

    at_once(*(lambda house=house: supervisor(house) for house in houses))
    a.sync()
    assert all(a.state(house) == world.state(house) for house in houses)
    with world.registry.use():
        own = LoggedChange.select().where(LoggedChange.device == "registry/500110/1")
        assert sorted(row.seq for row in own) == list(range(1, 19))
        last = own.order_by(LoggedChange.seq.desc()).first()
        assert DeviceMark.get_by_id("registry/500110/1").hash == digest(last.payload)
        assert_chain("registry/500110/1")


def test_pushes_and_moves_between_counties_at_once_end_without_a_deadlock(world: World) -> None:
    there, there_village = "500120101", "500120101201"
    laptops = [world.laptop(device, TOWN, there) for device in "ABCD"]
    house = laptops[0].make_house(name="周家")
    for laptop in laptops:
        laptop.sync()

    def work(n: int) -> None:
        laptop = laptops[n]
        for k in range(6):
            if laptop.house(house):
                laptop.edit(house, area=(VILLAGE, there_village)[(n + k) % 2], phone=f"{n}{k}")
            with laptop.store.use():
                edits = [
                    Edit("house", laptop.store.new_id(), {"name": "甲"}, VILLAGE),
                    Edit("house", laptop.store.new_id(), {"name": "乙"}, there_village),
                ]
                laptop.store.commit(edits[:: (-1) ** n], author=laptop.device)
            assert "done" in (laptop.sync().result for _ in range(20))

    at_once(*(lambda n=n: work(n) for n in range(4)))
    for _ in range(2):
        for laptop in laptops:
            assert laptop.sync().result == "done"
    assert all(laptop.state(house) == world.state(house) for laptop in laptops)
    with world.registry.use():
        assert House.select().count() == 1 + 4 * 6 * 2
        assert world.registry.rebuild() == []
