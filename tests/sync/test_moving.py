"""Records that come to lie elsewhere: nothing stays behind, nothing is lost, nothing reaches a wrong area."""

from __future__ import annotations

import pytest

from sync.edit import Edit
from sync.errors import Refused
from sync.store.laptop import REFUSED
from sync.store.tables import Entry, LoggedChange, Record
from tests.sync.nodes import OTHER_TOWN, OTHER_VILLAGE, TOWN, VILLAGE, Dweller, Laptop, World, made_change

ELSEWHERE = "500110104201"  # a village of a third town, in nobody's scope
OTHER_COUNTY, OTHER_COUNTY_VILLAGE = "500120101", "500120101201"


def with_member(laptop: Laptop, area: str = VILLAGE) -> tuple[str, str]:
    """A house and who lives there, made in one action."""
    with laptop.store.use():
        house, person = laptop.store.new_id(), laptop.store.new_id()
        edits = [
            Edit("house", house, {"name": "周家"}, area),
            Edit("dweller", person, {"house": house, "name": "周雨桐"}),
        ]
        laptop.store.commit(edits, author=laptop.device)
    return house, person


def move(world: World, house: str, area: str) -> None:
    with world.registry.use():
        screen = world.registry.open_screen([house], "county")
        world.registry.commit([Edit("house", house, {"area": area})], author="county", screen=screen)


def holds(laptop: Laptop, *records: str) -> list[bool]:
    with laptop.store.use():
        return [laptop.store.exists(record) for record in records]


def area_at_registry(world: World, record: str) -> str:
    with world.registry.use():
        return str(Record.get_by_id(record).area)


@pytest.mark.parametrize(("town", "village"), [(OTHER_TOWN, OTHER_VILLAGE), (OTHER_COUNTY, OTHER_COUNTY_VILLAGE)])
def test_a_house_that_moves_takes_its_members_to_the_laptops_of_its_new_town(
    world: World, town: str, village: str
) -> None:
    a, there = world.laptop("A"), world.laptop("X", town)
    house, person = with_member(a)
    a.sync(), there.sync()
    move(world, house, village)
    a.sync(), there.sync()
    assert holds(a, house, person) == [False, False]
    assert holds(there, house, person) == [True, True]
    assert there.state(person) == world.state(person)
    assert there.sync().requests == a.sync().requests == 1


def test_a_laptop_that_holds_both_towns_keeps_a_house_that_moves_between_them(world: World) -> None:
    a = world.laptop("A", TOWN, OTHER_TOWN)
    house, person = with_member(a)
    a.sync()
    for village in (OTHER_VILLAGE, VILLAGE, OTHER_VILLAGE):
        move(world, house, village)
    a.sync()
    with a.store.use():
        assert Dweller.get_by_id(person).area == OTHER_VILLAGE
        assert Record.get_by_id(person).rev == world_rev(world, person)
    assert a.state(house) == world.state(house)


def world_rev(world: World, record: str) -> int:
    with world.registry.use():
        return int(Record.get_by_id(record).rev)


def test_a_laptop_may_move_a_house_only_between_areas_of_its_own(world: World) -> None:
    a = world.laptop("A", TOWN, OTHER_TOWN)
    house, person = with_member(a)
    a.sync()
    a.edit(house, area=ELSEWHERE)
    assert a.sync().refused == 1
    assert area_at_registry(world, house) == area_at_registry(world, person) == VILLAGE
    assert holds(a, house, person) == [True, True]
    a.edit(house, area=OTHER_VILLAGE)
    assert a.sync().sent == 1
    assert area_at_registry(world, house) == area_at_registry(world, person) == OTHER_VILLAGE


def test_where_a_new_record_says_it_lies_is_what_its_author_must_be_allowed(world: World) -> None:
    """The hint is allowed, the field names another town: the field is where it would lie."""
    world.laptop("A")
    there = world.laptop("X", OTHER_TOWN)
    (verdict,) = world.push("A", made_change(area=OTHER_VILLAGE))
    assert (verdict.verdict, verdict.reason and verdict.reason["code"]) == ("refused", "not_your_area")
    assert there.sync().received == 0


def test_a_refused_group_leaves_nothing_behind_at_the_registry(world: World) -> None:
    a = world.laptop("A")
    house, _ = with_member(a)
    a.sync()
    a.edit(house, area=OTHER_COUNTY_VILLAGE)
    with world.registry.use():
        before = [(row.id, row.rev, row.area, row.state) for row in Record.select()], Entry.select().count()
    a.sync()
    with world.registry.use():
        assert ([(row.id, row.rev, row.area, row.state) for row in Record.select()], Entry.select().count()) == before
        assert world.registry.rebuild() == []


def test_a_record_without_any_area_is_refused_and_blocks_nothing(world: World) -> None:
    a = world.laptop("A")
    with a.store.use():
        a.store.commit([Edit("dweller", a.store.new_id(), {"house": "NOBODYKNOWSIT000"})], author="A")
    world.rights.scopes["A"] = (TOWN, "")  # rights alone would let it pass
    kept = a.make_house(name="本村")
    world.rights.scopes["A"] = (TOWN,)
    report = a.sync()
    assert (report.result, report.sent, report.refused) == ("done", 1, 1)
    with a.store.use():
        assert [row.reason["code"] for row in a.store.quarantined()] == ["no_area"]
    assert world.house(kept).name == "本村"


def test_who_came_before_the_house_is_taken_along_when_it_comes(world: World) -> None:
    """A member whose house is not there yet lies where its laptop says; the house, once there, decides."""
    a, there = world.laptop("A", TOWN, OTHER_TOWN), world.laptop("X", OTHER_TOWN)
    with a.store.use():
        house, person = a.store.new_id(), a.store.new_id()
        a.store.commit([Edit("dweller", person, {"house": house, "name": "周雨桐"}, VILLAGE)], author="A")
    a.sync()
    assert area_at_registry(world, person) == VILLAGE
    with a.store.use():
        a.store.commit([Edit("house", house, {"name": "周家"}, OTHER_VILLAGE)], author="A")
    a.sync(), there.sync()
    assert area_at_registry(world, person) == OTHER_VILLAGE
    assert holds(there, house, person) == [True, True]


def test_somebody_who_changes_house_lies_where_the_new_house_lies(world: World) -> None:
    a, there = world.laptop("A"), world.laptop("X", OTHER_TOWN)
    _, person = with_member(a)
    new_home, _ = with_member(there, OTHER_VILLAGE)
    a.sync(), there.sync()
    with world.registry.use():
        screen = world.registry.open_screen([person], "county")
        world.registry.commit([Edit("dweller", person, {"house": new_home})], author="county", screen=screen)
    a.sync(), there.sync()
    assert holds(a, person) == [False]
    assert holds(there, person) == [True]


def test_two_moves_at_once_are_a_conflict_that_moves_nothing_more(world: World) -> None:
    a, b = world.laptop("A", TOWN, OTHER_TOWN, "500110104"), world.laptop("B", TOWN, OTHER_TOWN, "500110104")
    house, person = with_member(a)
    a.sync(), b.sync()
    a.edit(house, area=OTHER_VILLAGE), b.edit(house, area=ELSEWHERE)
    a.sync(), b.sync(), a.sync()
    assert area_at_registry(world, house) == area_at_registry(world, person) == OTHER_VILLAGE
    for laptop in (a, b):
        with laptop.store.use():
            assert Record.get_by_id(house).area == Record.get_by_id(person).area == OTHER_VILLAGE
            assert list(laptop.store.state(house).conflicts()) == ["area"]


def test_a_missed_revision_of_a_record_that_lies_elsewhere_now_is_asked_for_once(world: World) -> None:
    a, b = world.laptop("A"), world.laptop("B")
    house, person = with_member(a)
    a.sync(), b.sync()
    with b.store.use():
        b.store.set_node("want", [house, "NEVERHEARDOFIT00"])
    move(world, house, OTHER_VILLAGE)
    report = b.sync()
    assert (report.result, report.requests) == ("done", 1)
    assert holds(b, house, person) == [False, False]


def test_a_record_is_kept_for_refused_work_and_goes_when_that_is_mended(world: World) -> None:
    a = world.laptop("A")
    house, _ = with_member(a)
    a.sync()
    world.rights.refused_authors.add("A")
    a.edit(house, phone="2")
    a.sync()
    screen_opened = a.open(house)
    move(world, house, OTHER_VILLAGE)
    a.sync()
    assert holds(a, house) == [True]
    world.rights.refused_authors.clear()
    world.rights.scopes["A"] = (TOWN, OTHER_TOWN)
    a.save(screen_opened, house, phone="3")
    a.sync()
    world.rights.scopes["A"] = (TOWN,)
    world.clock.ms += 2 * 86_400_000  # the screen is of the day before yesterday
    a.sync()
    assert holds(a, house) == [False]
    with a.store.use():
        assert a.store.own(REFUSED).count() == 1  # the refused words themselves are kept


def test_a_record_that_left_and_comes_back_by_a_grant_stays(world: World) -> None:
    """Nothing happened to it in between: its revision is the one with which it had left."""
    a = world.laptop("A")
    house, _ = with_member(a)
    a.sync()
    a.open(house)
    with a.store.use():
        a.store.set_node("want", [house])
    move(world, house, OTHER_VILLAGE)
    a.sync()
    assert holds(a, house) == [True]  # its screen is open
    world.rights.scopes["A"] = (TOWN, OTHER_TOWN)
    a.sync()
    world.clock.ms += 2 * 86_400_000
    a.sync()
    assert a.state(house) == world.state(house) != {}


def test_what_a_snapshot_does_not_name_is_dropped(world: World) -> None:
    """Kept for its unsent work while the town was taken away, it moved; the town comes back, the record does not."""
    a = world.laptop("A")
    house, person = with_member(a)
    a.sync()
    screen = a.open(house)
    world.rights.scopes["A"] = (OTHER_TOWN,)
    a.sync()
    assert holds(a, house, person) == [True, False]
    move(world, house, ELSEWHERE)
    world.rights.scopes["A"] = (TOWN, OTHER_TOWN)
    a.sync()
    assert holds(a, house) == [True]  # its screen is still open
    world.clock.ms += 2 * 86_400_000
    assert a.sync().result == "done"
    assert holds(a, house, person) == [False, False]
    a.save(screen, house, phone="9")
    assert a.sync().refused == 1  # and what was written there all the same is told, not lost
    with a.store.use():
        assert LoggedChange.get(LoggedChange.status == REFUSED).reason["code"] == "not_your_area"


def test_the_registry_says_what_its_own_rules_do_not_allow(world: World) -> None:
    with world.registry.use():
        house = world.registry.new_id()
        for edit in (Edit("house", house, {"name": "长" * 41}, VILLAGE), Edit("house", house, {"name": "无处"})):
            with pytest.raises(Refused):
                world.registry.commit([edit], author="county")
        assert not world.registry.exists(house)
        assert LoggedChange.select().count() == 0


def test_a_dropped_record_is_told_to_what_keeps_more_about_it(world: World) -> None:
    a = world.laptop("A")
    house, person = with_member(a)
    a.sync()
    removed: list[tuple[str, str]] = []
    a.store.on_remove.append(lambda kind, record: removed.append((kind, record)))
    world.rights.scopes["A"] = (OTHER_TOWN,)
    a.sync()
    assert sorted(removed) == sorted([("house", house), ("dweller", person)])
