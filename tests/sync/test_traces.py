"""The traces on which a first draft of this protocol lost work, each by its name: what happened, and what must stand.

Letters are laptops. Everything runs on the real stores; the registry judges in the order in which they sync.
"""

from __future__ import annotations

import pytest

from sync.edit import Edit
from sync.merge import Side
from sync.store.base import Screen
from sync.store.laptop import REFUSED
from sync.store.tables import LoggedChange, Record
from tests.sync.nodes import OTHER_TOWN, OTHER_VILLAGE, TOWN, VILLAGE, Laptop, World


class Street:
    """One house that everybody holds, and laptops A, B, C."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.a, self.b, self.c = (world.laptop(device) for device in "ABC")
        self.house = self.a.make_house(phone="0", name="0")
        self.everybody_syncs()

    def open(self, laptop: Laptop) -> Screen:
        return laptop.open(self.house)

    def save(self, laptop: Laptop, screen: Screen, **fields: str) -> None:
        laptop.save(screen, self.house, **fields)

    def everybody_syncs(self) -> None:
        for _ in range(2):
            for laptop in (self.a, self.b, self.c):
                assert laptop.sync().result == "done"

    def phones(self) -> list[str]:
        """The different phone numbers that stand, the same everywhere."""
        self.everybody_syncs()
        state = self.world.state(self.house)
        assert self.a.state(self.house) == self.b.state(self.house) == self.c.state(self.house) == state
        return sorted(map(str, state["phone"]))


@pytest.fixture
def street(world: World) -> Street:
    return Street(world)


def registry_edits(street: Street, **fields: str) -> None:
    registry = street.world.registry
    with registry.use():
        screen = registry.open_screen([street.house], "county")
        registry.commit([Edit("house", street.house, dict(fields))], author="county", screen=screen)


def move(street: Street, area: str) -> None:
    registry_edits(street, area=area)


def holds(laptop: Laptop, record: str) -> bool:
    with laptop.store.use():
        return laptop.store.exists(record)


def test_equal_concurrent_values_then_one_author_goes_on(street: Street) -> None:
    a, b = street.a, street.b
    at_b, at_a = street.open(b), street.open(a)
    street.save(b, at_b, phone="2")
    b.lose_answers = 1
    b.sync()
    street.save(a, at_a, phone="2")
    street.save(b, at_b, phone="3")
    assert street.phones() == ["2", "3"]


def test_equal_concurrent_values_and_the_replicas_do_not_part(street: Street) -> None:
    at_a = street.open(street.a)
    street.save(street.a, at_a, phone="3")
    at_c = street.open(street.c)
    registry_edits(street, phone="9")
    street.save(street.c, at_c, phone="3")
    assert street.phones() == ["3", "9"]


def test_two_screens_of_one_record_on_one_laptop(street: Street) -> None:
    one, two = street.open(street.b), street.open(street.b)
    street.save(street.b, two, phone="3")
    street.save(street.b, one, phone="2")
    street.save(street.b, one, phone="1")
    assert street.phones() == ["1", "3"]


def test_an_ordinary_save_on_a_field_in_conflict_does_not_close_the_hidden_head_unseen(street: Street) -> None:
    a, b = street.a, street.b
    street.save(b, street.open(b), phone="3")
    street.save(a, street.open(a), phone="1")
    b.sync(), a.sync()
    screen = street.open(a)
    shown, hidden = [side.value for side in _sides(a, street.house)]
    street.save(a, screen, phone="2")
    assert street.phones() == sorted(["2", str(hidden)])
    assert shown != hidden


def _sides(laptop: Laptop, house: str) -> tuple[Side, ...]:
    with laptop.store.use():
        return laptop.store.state(house).sides("phone")


def test_a_refused_change_released_late_is_a_conflict_with_who_never_saw_it(street: Street) -> None:
    """A's first change is refused, her second taken; B edits, knowing her second. Mended later, the first must not
    silently go: B never saw it."""
    a, b = street.a, street.b
    screen = street.open(a)
    street.world.rights.refused_authors.add("A")
    street.save(a, screen, phone="7")
    a.sync()
    street.world.rights.refused_authors.clear()
    street.save(a, screen, name="1")
    a.sync(), b.sync()
    street.save(b, street.open(b), phone="2")
    street.save(a, screen, phone="7")
    b.sync()
    assert street.phones() == ["2", "7"]


def test_the_same_when_one_replica_came_by_snapshot(street: Street) -> None:
    a, b = street.a, street.b
    screen = street.open(a)
    street.world.rights.refused_authors.add("A")
    street.save(a, screen, phone="7")
    a.sync()
    street.world.rights.refused_authors.clear()
    street.save(b, street.open(b), phone="1")
    b.sync()
    late = street.world.laptop("D")
    late.sync()
    street.save(a, screen, name="1")
    a.sync()
    street.save(a, screen, phone="7")
    assert street.phones() == ["1", "7"]
    late.sync()
    assert late.state(street.house) == street.world.state(street.house)


def test_what_is_mended_is_written_from_a_screen_opened_now(street: Street) -> None:
    a = street.a
    screen = street.open(a)
    street.world.rights.refused_authors.add("A")
    street.save(a, screen, phone="7")
    a.sync()
    street.world.rights.refused_authors.clear()
    street.save(a, screen, phone="2")
    a.sync()
    street.save(a, street.open(a), phone="7")
    assert street.phones() == ["7"]
    with a.store.use():
        assert list(a.store.unmended()) == []
        assert LoggedChange.select().where(LoggedChange.status == REFUSED).count() == 1


def test_a_move_there_and_back_seen_by_a_reader_who_holds_both(street: Street) -> None:
    street.world.rights.scopes["B"] = (TOWN, OTHER_TOWN)
    street.b.sync()
    move(street, OTHER_VILLAGE)
    move(street, VILLAGE)
    assert street.phones() == ["0"]


def test_a_move_there_and_back_while_the_author_had_unsent_work(street: Street) -> None:
    a = street.a
    street.save(a, street.open(a), phone="1")
    move(street, OTHER_VILLAGE)
    a.lose_answers = 1
    assert a.sync().result == "offline"  # refused there, for it lay elsewhere; the answer is lost
    move(street, VILLAGE)
    a.sync()
    with a.store.use():
        assert [row.reason["code"] for row in a.store.quarantined()] == ["not_your_area"]
    street.save(a, street.open(a), phone="1")
    assert street.phones() == ["1"]


def test_a_second_town_of_the_same_county_is_granted(street: Street) -> None:
    d = street.world.laptop("D", OTHER_TOWN)
    d.sync()
    street.world.rights.scopes["D"] = (OTHER_TOWN, TOWN)
    d.sync()
    assert d.state(street.house) == street.world.state(street.house)


def test_a_grant_is_revoked(street: Street) -> None:
    street.world.rights.scopes["A"] = ()
    street.a.sync()
    assert not holds(street.a, street.house)
    with street.a.store.use():
        assert Record.select().count() == 0


def test_a_record_moved_away_while_its_laptop_was_away_and_its_cursor_is_lost(street: Street) -> None:
    """With the log cut in between there is no news of it: the snapshot that does not name it tells."""
    move(street, OTHER_VILLAGE)
    with street.a.store.use():
        street.a.store.set_node("cursor", {})
    street.a.sync()
    assert not holds(street.a, street.house)
