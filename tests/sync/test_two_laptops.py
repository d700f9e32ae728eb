"""What two laptops and a registry make of each other's work."""

from __future__ import annotations

import pytest

from sync.change import Dot
from sync.edit import Edit
from sync.errors import NotShown
from sync.store.tables import County
from tests.sync.nodes import OTHER_TOWN, OTHER_VILLAGE, TOWN, VILLAGE, Dweller, House, World


def test_what_one_laptop_makes_the_other_has_after_both_synced(world: World) -> None:
    a, b = world.laptop("A"), world.laptop("B")
    house = a.make_house(name="周大明家", phone="15400992204", tags__poor=True)
    a.sync()
    b.sync()
    seen = b.house(house)
    assert seen is not None
    assert (seen.name, seen.phone, seen.area, seen.rev) == ("周大明家", "15400992204", VILLAGE, 1)
    assert world.state(house) == a.state(house) == b.state(house)


def test_two_laptops_editing_different_fields_do_not_conflict(world: World) -> None:
    a, b = world.laptop("A"), world.laptop("B")
    house = a.make_house(name="周家", phone="1")
    a.sync(), b.sync()
    a.edit(house, name="周大明家")
    b.edit(house, phone="2")
    a.sync(), b.sync(), a.sync()
    assert a.state(house) == b.state(house) == world.state(house)
    assert world.state(house)["name"] == ["周大明家"]
    assert world.state(house)["phone"] == ["2"]


def test_two_laptops_editing_one_field_make_a_conflict_that_all_three_show(world: World) -> None:
    a, b = world.laptop("A"), world.laptop("B")
    house = a.make_house(phone="1")
    a.sync(), b.sync()
    a.edit(house, phone="2716")
    b.edit(house, phone="2176")
    a.sync(), b.sync(), a.sync()
    assert a.state(house)["phone"] == b.state(house)["phone"] == world.state(house)["phone"] == ["2176", "2716"]
    shown = a.house(house)
    assert shown is not None
    assert (shown.phone, shown.open_conflicts) == ("2176", 1)


def test_a_person_settles_a_conflict_and_all_three_agree(world: World) -> None:
    a, b = world.laptop("A"), world.laptop("B")
    house = a.make_house(phone="1")
    a.sync(), b.sync()
    a.edit(house, phone="2"), b.edit(house, phone="3")
    a.sync(), b.sync(), a.sync()
    with a.store.use():
        seen = [head.dot for head in a.store.state(house).heads("phone")]
        a.store.settle(house, "phone", "2", seen=seen, author="A", why="刚打通了")
    a.sync(), b.sync()
    assert a.state(house)["phone"] == b.state(house)["phone"] == world.state(house)["phone"] == ["2"]
    assert world.house(house).open_conflicts == 0


def test_a_head_that_came_after_the_conflict_screen_was_opened_keeps_the_conflict_open(world: World) -> None:
    a, b, c = world.laptop("A"), world.laptop("B"), world.laptop("C")
    house = a.make_house(phone="1")
    a.sync(), b.sync(), c.sync()
    for laptop, value in ((a, "2"), (b, "3"), (c, "4")):
        laptop.edit(house, phone=value)
    a.sync(), b.sync(), a.sync()
    with a.store.use():
        seen = [head.dot for head in a.store.state(house).heads("phone")]
    c.sync(), a.sync()
    with a.store.use():
        a.store.settle(house, "phone", "2", seen=seen, author="A", why="")
    a.sync()
    assert sorted(map(str, world.state(house)["phone"])) == ["2", "4"]


def test_an_ordinary_form_never_closes_a_conflict(world: World) -> None:
    a, b = world.laptop("A"), world.laptop("B")
    house = a.make_house(phone="1")
    a.sync(), b.sync()
    a.edit(house, phone="2"), b.edit(house, phone="3")
    a.sync(), b.sync(), a.sync()
    a.edit(house, phone="5")
    a.sync()
    assert sorted(map(str, world.state(house)["phone"])) == ["2", "5"]


def test_a_pull_in_between_does_not_widen_what_an_open_screen_has_seen(world: World) -> None:
    a, b = world.laptop("A"), world.laptop("B")
    house = a.make_house(phone="1")
    a.sync(), b.sync()
    screen = a.open(house)
    b.edit(house, phone="2")
    b.sync(), a.sync()
    a.save(screen, house, phone="3")
    a.sync()
    assert sorted(map(str, world.state(house)["phone"])) == ["2", "3"]


def test_one_screen_saving_twice_replaces_its_own_value(world: World) -> None:
    a = world.laptop("A")
    house = a.make_house(phone="1")
    screen = a.open(house)
    a.save(screen, house, phone="2")
    a.save(screen, house, phone="3")
    a.sync()
    assert world.state(house)["phone"] == ["3"]


def test_two_screens_on_one_laptop_are_two_concurrent_writers(world: World) -> None:
    a = world.laptop("A")
    house = a.make_house(phone="1")
    one, two = a.open(house), a.open(house)
    a.save(one, house, phone="2")
    a.save(two, house, phone="3")
    a.sync()
    assert sorted(map(str, world.state(house)["phone"])) == ["2", "3"]


def test_equal_concurrent_values_are_one_value(world: World) -> None:
    a, b = world.laptop("A"), world.laptop("B")
    house = a.make_house(phone="1")
    a.sync(), b.sync()
    a.edit(house, phone="2"), b.edit(house, phone="2")
    a.sync(), b.sync(), a.sync()
    assert world.state(house)["phone"] == ["2"]
    a.edit(house, phone="3")
    a.sync(), b.sync()
    assert b.state(house)["phone"] == world.state(house)["phone"] == ["3"]


def test_the_higher_risk_stands_until_a_person_decides(world: World) -> None:
    a, b = world.laptop("A"), world.laptop("B")
    house = a.make_house(level="yellow")
    a.sync(), b.sync()
    a.edit(house, level="red"), b.edit(house, level="green")
    a.sync(), b.sync(), a.sync()
    shown = a.house(house)
    assert shown is not None and shown.level == world.house(house).level == "red"


def test_elements_of_a_set_merge_one_by_one(world: World) -> None:
    a, b = world.laptop("A"), world.laptop("B")
    house = a.make_house(tags__poor=True, tags__left_behind=True)
    a.sync(), b.sync()
    a.edit(house, tags__left_behind=None)
    b.edit(house, tags__disabled={"from": "2026-11-01"})
    a.sync(), b.sync(), a.sync()
    assert world.house(house).tags == {"poor": True, "disabled": {"from": "2026-11-01"}}


def test_an_edit_of_a_record_that_no_screen_showed_is_not_possible(world: World) -> None:
    a = world.laptop("A")
    house = a.make_house(phone="1")
    with a.store.use(), pytest.raises(NotShown):
        a.store.commit([Edit("house", house, {"phone": "2"})], author="A")


def test_saving_a_row_directly_is_not_possible(world: World) -> None:
    a = world.laptop("A")
    row = a.house(a.make_house(phone="1"))
    assert row is not None
    with a.store.use(), pytest.raises(TypeError, match="commit"):
        row.save()


def test_a_lost_answer_costs_nothing_and_doubles_nothing(world: World) -> None:
    a, b = world.laptop("A"), world.laptop("B")
    house = a.make_house(phone="1")
    a.lose_answers = 1
    assert a.sync().result == "offline"
    assert a.sync().result == "done"
    b.sync()
    assert world.house(house).rev == 1
    assert b.state(house) == a.state(house) == world.state(house)


def test_a_refused_action_is_kept_with_its_reason_and_blocks_nothing_behind_it(world: World) -> None:
    a = world.laptop("A")
    lost = a.make_house(OTHER_VILLAGE, name="别处")
    kept = a.make_house(name="本村")
    report = a.sync()
    assert (report.sent, report.refused) == (1, 1)
    with a.store.use():
        refused = a.store.quarantined()
        assert [row.record for row in refused] == [lost]
        assert refused[0].reason["code"] == "not_your_area"
        assert a.store.waiting() == 0
    assert world.house(kept).name == "本村"
    with world.registry.use():
        assert [row.record for row in world.registry.quarantined()] == [lost]
        assert not world.registry.exists(lost)


def test_a_refused_edit_leaves_the_confirmed_value_in_sight(world: World) -> None:
    a = world.laptop("A")
    house = a.make_house(phone="1")
    a.sync()
    world.rights.refused_authors.add("A")
    a.edit(house, phone="2")
    a.sync()
    shown = a.house(house)
    assert shown is not None and shown.phone == "1"


def test_a_group_is_accepted_or_refused_as_a_whole(world: World) -> None:
    a = world.laptop("A")
    with a.store.use():
        here, there = a.store.new_id(), a.store.new_id()
        edits = [Edit("house", here, {"name": "本村"}, VILLAGE), Edit("house", there, {"name": "别处"}, OTHER_VILLAGE)]
        a.store.commit(edits, author="A")
    a.sync()
    with world.registry.use():
        assert not world.registry.exists(here) and not world.registry.exists(there)


def test_a_laptop_holds_only_its_own_towns(world: World) -> None:
    a, other = world.laptop("A"), world.laptop("X", OTHER_TOWN)
    mine = a.make_house(name="本镇")
    theirs = other.make_house(OTHER_VILLAGE, name="外镇")
    a.sync(), other.sync(), a.sync()
    assert a.house(mine) is not None and a.house(theirs) is None


def test_a_new_town_in_scope_comes_by_snapshot_and_a_revoked_one_goes(world: World) -> None:
    a, other = world.laptop("A"), world.laptop("X", OTHER_TOWN)
    mine, theirs = a.make_house(name="本镇"), other.make_house(OTHER_VILLAGE, name="外镇")
    other.sync(), a.sync()
    world.rights.scopes["A"] = (TOWN, OTHER_TOWN)
    a.sync()
    assert a.house(theirs) is not None
    world.rights.scopes["A"] = (OTHER_TOWN,)
    a.sync()
    assert a.house(mine) is None and a.house(theirs) is not None


def test_a_record_with_unsent_work_stays_when_its_town_is_revoked(world: World) -> None:
    a = world.laptop("A")
    house = a.make_house(phone="1")
    a.sync()
    world.rights.refused_authors.add("A")
    a.edit(house, phone="2")
    world.rights.scopes["A"] = (OTHER_TOWN,)
    a.sync()
    assert a.house(house) is not None
    with a.store.use():
        assert len(a.store.quarantined()) == 1


def test_members_lie_where_their_house_lies(world: World) -> None:
    a, b = world.laptop("A"), world.laptop("B")
    house = a.make_house(name="周家")
    with a.store.use():
        person = a.store.new_id()
        a.store.commit([Edit("dweller", person, {"house": house, "name": "周雨桐"})], author="A")
    a.sync(), b.sync()
    with b.store.use():
        assert Dweller.get_by_id(person).area == VILLAGE


def test_a_snapshot_over_many_pages_and_then_the_news(world: World) -> None:
    a = world.laptop("A")
    houses = [a.make_house(name=f"第 {n} 户" + "很长的备注" * 5) for n in range(60)]
    a.sync()
    b = world.laptop("B")
    assert b.sync_a_page(4096)
    houses.append(a.make_house(name="半路来的"))
    a.sync()
    pages = 1
    while b.sync_a_page(4096):
        pages += 1
    assert pages > 2
    assert all(b.state(house) == world.state(house) for house in houses)
    with b.store.use():
        assert House.select().count() == 61


def test_a_missed_revision_is_asked_for(world: World) -> None:
    a, b = world.laptop("A"), world.laptop("B")
    house = a.make_house(phone="1")
    a.sync(), b.sync()
    a.edit(house, phone="2")
    a.sync()
    with world.registry.use():
        position = County.get().position
    with b.store.use():
        b.store.set_node("cursor", {"read": {TOWN: position}, "begun": {}})
    a.edit(house, phone="3")
    a.sync(), b.sync()
    assert b.state(house) == world.state(house)
    assert b.sync().requests == 1


def test_an_idle_exchange_is_one_request_under_a_kilobyte(world: World) -> None:
    a = world.laptop("A")
    a.make_house(phone="1")
    a.sync()
    report = a.sync()
    assert report.requests == 1
    assert report.bytes_up + report.bytes_down < 700  # the rest of the kilobyte is for HTTP's headers


def test_the_registry_edits_under_a_name_of_its_own(world: World) -> None:
    a = world.laptop("A")
    house = a.make_house(phone="1")
    a.sync()
    with world.registry.use():
        screen = world.registry.open_screen([house], "county")
        (change,) = world.registry.commit([Edit("house", house, {"phone": "9"})], author="county", screen=screen)
    assert change.dot == Dot("registry/500110/1", 1)
    a.sync()
    assert a.state(house)["phone"] == ["9"]


def test_a_laptop_whose_clock_is_years_off_still_has_its_work_in_order(world: World) -> None:
    year = 365 * 86_400_000
    a, b = world.laptop("A", skew=-26 * year), world.laptop("B")
    house = a.make_house(phone="1")
    b.sync(), a.sync(), b.sync()
    a.edit(house, phone="2")
    b.edit(house, phone="3")
    b.sync(), a.sync(), b.sync()
    assert a.state(house) == b.state(house) == world.state(house)
    with world.registry.use():
        stamps = [head.stamp >> 16 for head in world.registry.state(house).heads("phone")]
    assert all(abs(stamp - world.clock.ms) < 60_000 for stamp in stamps)


def test_what_was_voided_beside_an_unseen_edit_is_a_conflict(world: World) -> None:
    a, b = world.laptop("A"), world.laptop("B")
    house = a.make_house(phone="1")
    a.sync(), b.sync()
    a.edit(house, void="搬走了，重复登记")
    b.edit(house, phone="2")
    a.sync(), b.sync(), a.sync()
    with a.store.use():
        assert list(a.store.state(house).conflicts()) == ["void"]


def test_voiding_what_the_screen_showed_is_no_conflict(world: World) -> None:
    a = world.laptop("A")
    house = a.make_house(phone="1", name="周家")
    a.edit(house, void="重复登记")
    a.sync()
    with world.registry.use():
        assert list(world.registry.state(house).conflicts()) == []
        assert House.get_by_id(house).void == "重复登记"


def test_a_decision_also_closes_what_its_author_had_replaced_when_that_came_back_meanwhile(world: World) -> None:
    """C sees her own two values, one of which replaced A's; that one is refused while her page is open, and A's stands
    again beside what she decides: she had seen it."""
    a, c = world.laptop("A"), world.laptop("C")
    house = a.make_house(phone="1")
    a.sync(), c.sync()
    c.edit(house, phone="3"), a.edit(house, phone="2")
    c.sync(), a.sync(), c.sync()
    assert c.state(house)["phone"] == ["2", "3"]
    c.edit(house, phone="4")
    with c.store.use():
        seen = [head.dot for head in c.store.state(house).heads("phone")]
    world.rights.refused_authors.add("C")
    c.sync()
    world.rights.refused_authors.clear()
    with c.store.use():
        c.store.settle(house, "phone", "5", seen=seen, author="C", why="问过本人")
    c.sync(), a.sync()
    assert a.state(house)["phone"] == c.state(house)["phone"] == world.state(house)["phone"] == ["5"]
