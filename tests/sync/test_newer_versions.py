"""A laptop of yesterday among those of tomorrow: what it does not know it keeps, forwards and leaves alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sync import merge
from sync.change import Change, Dot, Write, decode, encode
from sync.edit import Edit
from sync.errors import Malformed, NotShown
from sync.exchange import run
from sync.merge import RecordState
from sync.schema import all_types, type_name, type_of
from sync.store.tables import LoggedChange, OpenConflict, Record
from sync.wire import Answer, Verdict, pack, unpack_answer, unpack_request
from tests.sync.nodes import TOWN, VILLAGE, House, World, made_change


def state_of(*changes: Change) -> str:
    return merge.dump(merge.fold(RecordState(), [(change, change.stamp) for change in changes]))


def answer_with(world: World, **parts: object) -> Answer:
    cursor = {"read": {TOWN: 0}, "begun": {}}
    return Answer(1, world.clock.ms, cursor, [TOWN], **parts)  # type: ignore[arg-type]


def test_a_record_of_an_unknown_type_is_kept_and_goes_with_its_area(world: World) -> None:
    a = world.laptop("A")
    made = replace(made_change("Z", lamp="bright"), type="lighthouse")
    row = ["LIGHTHOUSE000000", "lighthouse", VILLAGE, "", "ordinary", 1, state_of(made)]
    lit = replace(made, dot=Dot("Z", 2), record="LIGHTHOUSE000000", writes={"lamp": Write("dim")})
    entry = ["LIGHTHOUSE000000", "lighthouse", VILLAGE, "", "ordinary", 2, 2, encode(lit)]
    with a.store.use():
        a.store.adopt(answer_with(world, rows=[row], entries=[entry]))
        kept = Record.get_by_id("LIGHTHOUSE000000")
        assert (kept.rev, kept.area) == (2, VILLAGE)
        assert sorted(str(head.value) for head in a.store.state(kept.id).heads("lamp")) == ["bright", "dim"]
        a.store.open_screen([kept.id], "A")
        assert a.store.rebuild() == []
        a.store.adopt(replace(answer_with(world), scope=[]))
        world.clock.ms += 2 * 86_400_000
        a.store.adopt(replace(answer_with(world), scope=[]))
        assert Record.select().count() == 0


def test_a_field_of_a_later_version_is_kept_beside_those_that_are_shown(world: World) -> None:
    a = world.laptop("A")
    made = made_change("Z", name="周家", solar_panels=3)
    row = [made.record, "house", VILLAGE, "", "ordinary", 1, state_of(made)]
    with a.store.use():
        a.store.adopt(answer_with(world, rows=[row]))
        assert House.get_by_id(made.record).name == "周家"
    a.edit(made.record, phone="1")
    with a.store.use():
        assert a.store.state(made.record).shown("solar_panels") is not None


def test_an_answer_that_contradicts_itself_changes_nothing(world: World) -> None:
    a = world.laptop("A")
    house = a.make_house(phone="1")
    entry = ["ANOTHER", "house", VILLAGE, "", "ordinary", 1, 1, encode(made_change())]
    for bad in ({"entries": [entry]}, {"verdicts": [Verdict(1, "accepted", stamps=[1, 2])]},
                {"rows": [["R", "house", VILLAGE, "", "ordinary", 1, "no state"]]}):  # fmt: skip
        report = run(a.store, lambda body, bad=bad: pack(answer_with(world, **bad)))
        assert report.result == Malformed.code
    with a.store.use():
        assert (a.store.waiting(), Record.select().count(), a.store.node("cursor")) == (1, 1, None)
    assert a.state(house)["phone"] == ["1"]


def test_a_verdict_that_comes_twice_changes_nothing(world: World) -> None:
    a = world.laptop("A", skew=86_400_000)
    a.make_house(phone="1")
    with a.store.use():
        answer = unpack_answer(world.answer("A", pack(a.store.request())))
        assert answer.verdicts[0].stamps is not None
        a.store.adopt(answer)
        a.store.adopt(answer)
        assert a.store.rebuild() == []


def test_a_registry_that_leaves_groups_without_an_answer_is_not_asked_without_end(world: World) -> None:
    a = world.laptop("A")
    a.make_house(phone="1")
    report = run(a.store, lambda body: pack(answer_with(world)))
    assert (report.result, report.requests) == ("done", 1)
    with a.store.use():
        a.store.set_node("want", ["X"])
    assert run(a.store, lambda body: pack(answer_with(world))).requests == 1


def test_many_records_are_asked_for_in_portions(world: World) -> None:
    a = world.laptop("A")
    with a.store.use():
        a.store.set_node("want", sorted(f"MISSED{n:010d}" for n in range(450)))
        assert len(unpack_request(pack(a.store.request())).want) == 200
    assert a.sync().requests == 3
    with a.store.use():
        assert a.store.node("want") == []


def test_a_county_and_a_town_of_it_in_one_scope_bring_each_thing_once(world: World) -> None:
    a, b = world.laptop("A"), world.laptop("B", "500110")
    houses = [a.make_house(name=str(n)) for n in range(3)]
    a.sync(), b.sync()
    world.rights.scopes["B"] = ("500110", TOWN)
    a.edit(houses[0], name="新")
    b.sync()
    houses.append(a.make_house(name="后来的"))
    a.edit(houses[1], name="也新")
    a.sync(), b.sync()
    assert all(b.state(house) == world.state(house) != {} for house in houses)
    assert b.sync().received == 0


def test_what_is_only_here_is_not_confirmed_yet(world: World) -> None:
    a = world.laptop("A")
    house = a.make_house(phone="1")
    (change,) = a.edit(house, phone="2")
    with a.store.use():
        assert a.store.logged(change.dot) == change
        assert a.store.logged(Dot("A", 99)) is None
        assert a.store.confirmed(house).heads("phone") == ()
    a.sync()
    with a.store.use():
        assert [head.value for head in a.store.confirmed(house).heads("phone")] == ["2"]


def test_a_screen_that_this_node_never_opened_shows_nothing(world: World) -> None:
    a = world.laptop("A")
    with a.store.use(), pytest.raises(NotShown):
        a.store.screen("NEVEROPENED00000")


def test_an_action_that_changes_nothing_writes_nothing(world: World) -> None:
    a = world.laptop("A")
    house = a.make_house(phone="1")
    for store in (a.store, world.registry):
        with store.use():
            before = LoggedChange.select().count()
            assert store.commit([], author="A") == store.commit([Edit("house", house, {})], author="A") == ()
            assert LoggedChange.select().count() == before


def test_two_edits_of_one_record_in_one_action_are_one_change(world: World) -> None:
    a = world.laptop("A")
    with a.store.use():
        house = a.store.new_id()
        edits = [Edit("house", house, {"phone": "1"}), Edit("house", house, {"name": "周家"}, VILLAGE)]
        (change,) = a.store.commit(edits, author="A")
    assert sorted(change.writes) == ["area", "name", "phone"]
    assert decode(encode(change)) == change


def test_who_hangs_on_who_is_made_in_the_same_action_lies_with_them(world: World) -> None:
    """Whatever the order: a member's member, before its parent, before the house."""
    a = world.laptop("A")
    with a.store.use():
        house, person, child = (a.store.new_id() for _ in range(3))
        edits = [Edit("dweller", child, {"house": person}), Edit("dweller", person, {"house": house}),
                 Edit("house", house, {"name": "周家"}, VILLAGE)]  # fmt: skip
        changes = a.store.commit(edits, author="A")
    assert {change.area for change in changes} == {VILLAGE}
    assert a.sync().refused == 0


def test_the_declared_types_are_known_by_their_tables() -> None:
    assert type_of("house") in all_types() and type_name(House) == "house"
    with pytest.raises(Malformed):
        type_of("lighthouse")


def test_a_conflict_index_names_every_field_once(world: World) -> None:
    a, b = world.laptop("A"), world.laptop("B")
    house = a.make_house(phone="1", name="一")
    a.sync(), b.sync()
    a.edit(house, phone="2", name="二"), b.edit(house, phone="3", name="三")
    a.sync(), b.sync()
    for store in (world.registry, b.store):
        with store.use():
            found = OpenConflict.select().order_by(OpenConflict.field)
            assert [(row.record, row.field, row.area) for row in found] == [
                (house, "name", VILLAGE),
                (house, "phone", VILLAGE),
            ]
