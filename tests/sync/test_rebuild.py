"""Folding everything again gives what stands there, and mends what was damaged."""

from __future__ import annotations

from tests.sync.nodes import House, World


def busy_world(world: World) -> str:
    a, b = world.laptop("A"), world.laptop("B")
    house = a.make_house(phone="1", name="周家", tags__poor=True)
    a.sync(), b.sync()
    a.edit(house, phone="2"), b.edit(house, phone="3", tags__poor=None)
    a.sync(), b.sync()
    return house


def test_rebuilding_the_registry_changes_nothing(world: World) -> None:
    busy_world(world)
    with world.registry.use():
        assert world.registry.rebuild() == []


def test_rebuilding_a_laptop_with_unsent_work_changes_nothing(world: World) -> None:
    a = world.laptop("A")
    house = a.make_house(phone="1")
    a.sync()
    a.edit(house, phone="2")
    with a.store.use():
        assert a.store.rebuild() == []


def test_rebuilding_mends_a_damaged_row_and_names_it(world: World) -> None:
    house = busy_world(world)
    with world.registry.use():
        House.update(phone="damaged").execute()
        assert world.registry.rebuild() == [house]
        assert House.get_by_id(house).phone == "3"
