"""Two laptops, one child: what is to be decided, what the page tells, and how a decision reaches everybody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

import pytest

from fieldapp.domain import conflicts, households, people
from fieldapp.domain.labels import Words
from fieldapp.errors import Clash
from sync.edit import Edit
from tests.domain.desk import NOW, TODAY, Centre, Desk, counted


@dataclass
class Meeting:
    """Two laptops that know the same girl, and their registry."""

    ours: Desk
    theirs: Desk
    centre: Centre
    girl: str
    home: str

    def write(self, desk: Desk, fields: dict[str, str], via: str = "", why: str = "") -> None:
        with desk.store.use():
            desk.save([Edit("person", self.girl, fields)], self.girl, via=via, why=why)

    def sync(self) -> None:
        for desk in (self.ours, self.theirs, self.ours):
            self.centre.sync(desk)


@pytest.fixture
def meeting(tmp_path: Path) -> Iterator[Meeting]:
    ours, theirs = Desk(tmp_path), Desk(tmp_path, "YX00000009", "LUOJIANGUO000002")
    centre = Centre(tmp_path)
    with ours.store.use():
        home = ours.home()
        girl = ours.person(home, guardian_phone="15400992204")
    meeting = Meeting(ours, theirs, centre, girl.id, home.id)
    meeting.sync()
    yield meeting
    for node in (ours, theirs, centre):
        node.db.close()


@pytest.fixture
def phones(meeting: Meeting) -> Meeting:
    """Both have written another telephone number: ours at a visit, theirs after a call."""
    with meeting.ours.store.use():
        visit = meeting.ours.visit(households.get(meeting.home), TODAY)
    meeting.write(meeting.ours, {"guardian_phone": "15400992716"}, via=f"visit:{visit}", why="本人当面念的")
    meeting.write(meeting.theirs, {"guardian_phone": "15400992176"})
    meeting.sync()
    return meeting


def test_a_list_names_the_person_the_home_and_the_field(phones: Meeting) -> None:
    with phones.ours.store.use():
        (found,) = conflicts.open_conflicts()
    assert (found.record, found.field, found.who, found.household) == (
        phones.girl, "guardian_phone", "周雨桐", phones.home,
    )  # fmt: skip
    assert found.label == Words("照料人电话")


def test_a_page_tells_who_wrote_what_when_on_which_occasion_and_what_they_saw(phones: Meeting) -> None:
    with phones.ours.store.use():
        page = conflicts.conflict(phones.ours.store, phones.girl, "guardian_phone")
    sides = {side.author: side for side in page.sides}
    mine, other = sides[phones.ours.user], sides[phones.theirs.user]
    assert (mine.value, other.value) == ("15400992716", "15400992176")
    assert str(mine.before) == str(other.before) == "15400992204"
    assert (mine.why, mine.device, other.device) == ("本人当面念的", "YX00000017", "YX00000009")
    assert mine.visit is not None
    assert other.visit is None
    assert abs((mine.at - NOW.astimezone(UTC)).total_seconds()) < 60
    assert page.sides[page.shown].value == people_phone(phones)


def people_phone(meeting: Meeting) -> str | None:
    with meeting.ours.store.use():
        return people.get(meeting.girl).guardian_phone


def test_a_decision_closes_it_everywhere(phones: Meeting) -> None:
    with phones.ours.store.use():
        page = conflicts.conflict(phones.ours.store, phones.girl, "guardian_phone")
        conflicts.settle(phones.ours.store, page, "15400992716", author=phones.ours.user, why="打过了")
    phones.sync()
    for node in (phones.ours.store, phones.theirs.store, phones.centre.store):
        with node.use():
            assert conflicts.open_conflicts() == []
            assert people.get(phones.girl).guardian_phone == "15400992716"


def test_a_conflict_that_has_been_decided_is_told_so(phones: Meeting) -> None:
    with phones.ours.store.use():
        page = conflicts.conflict(phones.ours.store, phones.girl, "guardian_phone")
        conflicts.settle(phones.ours.store, page, "15400990000", author=phones.ours.user, why="另一个号")
        with pytest.raises(Clash):
            conflicts.conflict(phones.ours.store, phones.girl, "guardian_phone")


def test_a_value_that_came_after_the_page_keeps_the_conflict_open(phones: Meeting, tmp_path: Path) -> None:
    third = Desk(tmp_path, "YX00000030", "WANGXIAOYAN00003")
    phones.centre.sync(third)
    with phones.ours.store.use():
        page = conflicts.conflict(phones.ours.store, phones.girl, "guardian_phone")
    with third.store.use():
        third.save([Edit("person", phones.girl, {"guardian_phone": "15400993333"})], phones.girl)
    phones.centre.sync(third)
    phones.centre.sync(phones.ours)
    with phones.ours.store.use():
        conflicts.settle(phones.ours.store, page, "15400992716", author=phones.ours.user, why="")
        (left,) = conflicts.open_conflicts()
        values = {side.value for side in conflicts.conflict(phones.ours.store, left.record, left.field).sides}
    assert {"15400992716", "15400993333"} == values
    third.db.close()


def test_the_higher_risk_stands_until_somebody_decides(meeting: Meeting) -> None:
    meeting.write(meeting.ours, {"risk_level": "red", "risk_on": "2025-11-17"})
    meeting.write(meeting.theirs, {"risk_level": "blue", "risk_on": "2025-11-18"})
    meeting.sync()
    for node in (meeting.ours.store, meeting.theirs.store, meeting.centre.store):
        with node.use():
            assert people.get(meeting.girl).risk_level == "red"


def test_a_level_is_decided_together_with_its_day_and_its_assessment(meeting: Meeting) -> None:
    meeting.write(meeting.ours, {"risk_level": "red", "risk_on": "2025-11-17", "risk_submission": "OURS"})
    meeting.write(meeting.theirs, {"risk_level": "blue", "risk_on": "2025-11-18", "risk_submission": "THEIRS"})
    meeting.sync()
    with meeting.ours.store.use():
        assert [found.field for found in conflicts.open_conflicts()] == ["risk_level"]
        page = conflicts.conflict(meeting.ours.store, meeting.girl, "risk_level")
        conflicts.settle(meeting.ours.store, page, "blue", author=meeting.ours.user, why="一起看过")
        girl = people.get(meeting.girl)
        assert (girl.risk_level, str(girl.risk_on), girl.risk_submission) == ("blue", "2025-11-18", "THEIRS")
        assert conflicts.open_conflicts() == []


def test_only_conflicts_of_the_given_areas_are_listed(phones: Meeting) -> None:
    with phones.ours.store.use():
        assert len(conflicts.open_conflicts(["500110101", "500112"])) == 1
        assert conflicts.open_conflicts(["500110102"]) == []


def test_a_long_list_takes_as_many_queries_as_a_short_one(meeting: Meeting) -> None:
    def queries() -> int:
        with meeting.ours.store.use(), counted() as statements:
            conflicts.open_conflicts()
        return len(statements)

    meeting.write(meeting.ours, {"phone": "15400990001"})
    meeting.write(meeting.theirs, {"phone": "15400990002"})
    meeting.sync()
    few = queries()
    for name in ("ethnicity", "registered_place", "notes", "name"):
        meeting.write(meeting.ours, {name: "甲"})
        meeting.write(meeting.theirs, {name: "乙"})
    meeting.sync()
    with meeting.ours.store.use():
        assert len(conflicts.open_conflicts()) == 5
    assert queries() == few
