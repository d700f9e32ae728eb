"""What is too long, too deep, too large or of another world is told, and never stands in the way of what follows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import zstandard

from sync.change import GROUP_BYTES, Dot, Value, Write, digest, encode
from sync.edit import Edit
from sync.errors import Busy, Forked, Malformed, TooLarge
from sync.merge import load
from sync.store import laptop, pages
from sync.store.pages import Cursor, Scope
from sync.store.registry import read_group
from sync.store.tables import Record
from sync.values import MOST_DEEP, is_date, is_moment, is_shallow
from sync.wire import MESSAGE_LIMIT, unpack_answer, unpack_request
from tests.sync.nodes import TOWN, VILLAGE, Dweller, World, made_change


def nested(deep: int) -> Value:
    value: Value = 1
    for _ in range(deep):
        value = [value]
    return value


BAD_VALUES: list[tuple[str, Value]] = [
    ("name", "长" * 41), ("name", "a\0b"), ("name", 7), ("name", 1.5), ("name", ["a"]), ("tags/poor", nested(40)),
    ("area", "5001"), ("area", "五〇〇一一〇一〇二二〇一"), ("void", ""), ("void", "x" * 401), ("built_on", "2026-2-3"),
    ("seen_at", "2026-11-25"), ("rooms", 2**31), ("rooms", True), ("rooms", 1.0), ("leaks", 1), ("kind", "castle"),
]  # fmt: skip


def test_a_value_that_its_column_cannot_hold_is_refused_on_every_database(world: World) -> None:
    world.laptop("A")
    prev = ""
    for seq, (field, value) in enumerate(BAD_VALUES, start=1):
        bad = replace(made_change(seq=seq, prev=prev), writes={field: Write(value)})
        (verdict,) = world.push("A", bad)
        assert verdict.reason is not None, (field, value)
        assert (verdict.reason["code"], verdict.reason["field"]) == ("bad_value", field)
        prev = digest(encode(bad))
    writes = {"built_on": Write("2026-02-03"), "seen_at": Write("2026-11-25T08:00:00+00:00"), "rooms": Write(-5),
              "leaks": Write(False), "kind": Write("flat"), "name": Write(None)}  # fmt: skip
    good = replace(made_change(seq=len(BAD_VALUES) + 1, prev=prev), writes=writes)
    (verdict,) = world.push("A", good)
    assert verdict.verdict == "accepted"
    assert world.house(good.record).rooms == -5


def test_a_field_that_its_type_does_not_have_is_refused(world: World) -> None:
    world.laptop("A")
    prev = ""
    for seq, field in enumerate(("nothing_of_this_name", "tags", "name/element", "id", "rev"), start=1):
        bad = replace(made_change(seq=seq, prev=prev), writes={field: Write(True)})
        (verdict,) = world.push("A", bad)
        assert verdict.reason is not None
        assert (verdict.reason["code"], verdict.reason["field"]) == ("unknown_field", field)
        prev = digest(encode(bad))


def test_a_type_that_the_registry_does_not_know_is_refused(world: World) -> None:
    world.laptop("A")
    (verdict,) = world.push("A", replace(made_change(name="一"), type="spaceship"))
    assert verdict.reason is not None and verdict.reason["code"] == "unknown_type"


def test_a_record_keeps_the_type_it_was_made_with(world: World) -> None:
    world.laptop("A")
    first = made_change(name="一")
    world.push("A", first)
    (verdict,) = world.push("A", replace(made_change(seq=2, name="二", prev=digest(encode(first))), type="dweller"))
    assert verdict.reason is not None and verdict.reason["code"] == "other_type"


def test_a_hint_that_is_no_area_is_refused(world: World) -> None:
    world.laptop("A")
    (verdict,) = world.push("A", made_change(hint=TOWN, name="一"))
    assert verdict.reason is not None and verdict.reason["code"] == "no_area"


def test_a_dot_that_nobody_can_have_seen_replaces_nothing(world: World) -> None:
    """Named before it is written, another's change would vanish without a trace (rule 20)."""
    a, b = world.laptop("A"), world.laptop("B")
    house = a.make_house(phone="1")
    a.sync(), b.sync()
    change = replace(made_change("C"), record=house, writes={"phone": Write("9", frozenset([Dot("B", 1)]))})
    world.rights.scopes["C"] = (TOWN,)
    (verdict,) = world.push("C", change)
    assert verdict.reason is not None and verdict.reason["code"] == "unseen"
    b.edit(house, phone="2")
    b.sync()
    assert world.state(house)["phone"] == ["2"]


@pytest.mark.parametrize(
    "odd",
    [
        {"author": "a" * 17}, {"author": ""}, {"author": "a\0"}, {"record": "R" * 17}, {"type": "t" * 25},
        {"writes": {"tags/" + "长" * 76: Write(True)}}, {"k": 1, "n": 2}, {"dot": Dot("B", 1)},
    ],
)  # fmt: skip
def test_a_group_that_no_laptop_writes_is_malformed(odd: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        read_group("A", [encode(replace(made_change(name="一"), **odd))])


def test_a_group_with_a_broken_chain_or_none_at_all_is_malformed() -> None:
    one = replace(made_change(seq=1, name="一"), n=2)
    two = replace(made_change(seq=2, name="二"), k=2, n=2)
    assert read_group("A", [encode(one), encode(replace(two, prev=digest(encode(one))))]).first == 1
    for payloads in ([encode(one), encode(two)], []):
        with pytest.raises(Malformed):
            read_group("A", payloads)


def test_a_laptop_does_not_queue_what_the_registry_could_never_read(world: World) -> None:
    a = world.laptop("A")
    with a.store.use():
        for author in ("", "a" * 17, "a\nb"):
            with pytest.raises(Malformed):
                a.store.commit([Edit("house", a.store.new_id(), {"name": "一"}, VILLAGE)], author=author)
        assert a.store.waiting() == 0


def test_one_action_is_no_larger_than_a_group_in_bytes(world: World) -> None:
    a = world.laptop("A")
    long = {f"tags/{n}": "长" * 1000 for n in range(GROUP_BYTES // 3000 + 1)}  # three bytes a character
    with a.store.use(), pytest.raises(TooLarge):
        a.store.commit([Edit("house", a.store.new_id(), long, VILLAGE)], author="A")
    first = made_change(name="一")
    (verdict,) = world.push("A", replace(first, why="长" * (GROUP_BYTES // 3)))
    assert verdict.reason is not None and verdict.reason["code"] == "too_large"


def test_the_same_seq_with_other_content_is_a_fork(world: World) -> None:
    world.laptop("A")
    world.push("A", made_change(name="一"))
    with pytest.raises(Forked):
        world.push("A", made_change(name="二"))
    with pytest.raises(Forked):
        world.push("A", made_change(seq=2, name="二", prev="another past"))


def test_a_group_behind_a_gap_is_left_without_an_answer(world: World) -> None:
    world.laptop("A")
    assert world.push("A", made_change(seq=5, name="一")) == []


@pytest.mark.parametrize("unpack", [unpack_request, unpack_answer])
def test_a_message_that_would_unpack_to_more_than_the_limit_is_not_unpacked(unpack: Any) -> None:
    bomb = zstandard.ZstdCompressor().compress(b"0" * (MESSAGE_LIMIT + 1))
    with pytest.raises(Malformed):
        unpack(bomb)


@pytest.mark.parametrize(
    "body",
    [[], {"read": 1}, {"read": {TOWN: -1}}, {"read": {TOWN: 2**70}}, {"read": {TOWN: 1.5}}, {"begun": {TOWN: 1}}],
)
def test_what_is_no_cursor_is_malformed(body: Any) -> None:
    with pytest.raises(Malformed):
        Cursor.of(body, Scope((TOWN,)))


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"a": 1}', '{"a": [[["x", 1, 1, "u", "", ""]], []]}', '{"a": [[1], []]}']
)
def test_what_is_no_state_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        load(text)


def test_a_date_and_a_moment_are_written_in_the_one_way_that_sorts() -> None:
    assert is_date("2026-11-25") and is_moment("2026-11-25T08:00:00+00:00")
    for text in ("20261125", "2026-W48-3", "2026-2-3", "2026-02-30", "", 20261125, None):
        assert not is_date(text)
    for text in ("2026-11-25T08:00:00+08:00", "2026-11-25T08:00:00", "2026-11-25T08:00:00Z", "2026-11-25", 5,
                 "2026-11-25T08:00:00.5+00:00", "0001-01-01T00:00:00+23:59"):  # fmt: skip
        assert not is_moment(text)


def test_values_may_be_nested_but_not_without_end() -> None:
    assert is_shallow(nested(MOST_DEEP)) and is_shallow({"from": "2026-11-01", "to": None})
    assert not is_shallow(nested(MOST_DEEP + 1)) and not is_shallow({"a": nested(MOST_DEEP)})


def test_a_laptop_sends_what_a_line_carries_in_one_go_and_then_the_rest(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(laptop, "SEND_BYTES", 1_000)
    a = world.laptop("A")
    for n in range(6):
        a.make_house(name=str(n))
    report = a.sync()
    assert (report.sent, report.result) == (6, "done")
    assert report.requests > 1


def test_a_page_ends_between_positions_however_much_stands_at_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A house of many people moves: all of it is told at one position, which no chunk of a query cuts in two."""
    monkeypatch.setattr(pages, "CHUNK", 3)
    a, b = world.laptop("A"), world.laptop("B")
    house = a.make_house(name="大院")
    with a.store.use():
        people = [a.store.new_id() for _ in range(10)]
        a.store.commit([Edit("dweller", person, {"house": house, "name": "人"}) for person in people], author="A")
        a.store.commit([Edit("house", a.store.new_id(), {"name": "别的"}, VILLAGE)], author="A")
    a.sync()
    while b.sync_a_page(4096):
        pass
    a.edit(house, area="500110102202")
    a.sync(), b.sync()
    for person in people:
        assert b.state(person) == world.state(person)
        with b.store.use():
            assert Dweller.get_by_id(person).area == "500110102202"
    with b.store.use():
        assert Record.select().count() == 12


def test_a_record_that_goes_to_another_county_under_a_push_is_looked_up_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[set[str]] = []
    real = world.registry._counties

    def stale(changes: Any) -> set[str]:
        looked.append(real(changes) if looked else set())
        return looked[-1]

    monkeypatch.setattr(world.registry, "_counties", stale)
    a = world.laptop("A")
    house = a.make_house(phone="1")
    assert a.sync().result == "done"
    assert looked == [set(), {"500110"}]
    monkeypatch.setattr(world.registry, "_counties", lambda changes: set())
    a.edit(house, phone="2")
    report = a.sync()
    assert report.result == Busy.code
    with a.store.use():
        assert a.store.waiting() == 1
