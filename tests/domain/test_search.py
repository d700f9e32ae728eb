"""The laptop's search index, on the SQLite that ships."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldapp.domain import names, search
from sync.store.database import open_sqlite


@pytest.fixture
def db(tmp_path: Path) -> Iterator[peewee.Database]:
    database = open_sqlite(tmp_path / "laptop.db", bytes(32))
    database.connect()
    search.create(database)
    yield database
    database.close()


@pytest.fixture
def homes(db: peewee.Database) -> peewee.Database:
    enter(db, "H1", ["周雨桐", "周德才"], "万盛经开区 南桐镇 南桐村 3组12号", "K3F-7QP", "15412341234")
    enter(db, "H2", ["单小兰"], "万盛经开区 青年镇 更古村 5组", "9AB-C12")
    enter(db, "H3", ["周玉桐"], "万盛经开区 南桐镇 金龙村 3-2-401", "M00-KK1")
    return db


def enter(db: peewee.Database, record_id: str, people: list[str], address: str, *codes: str) -> None:
    search.index(db, "household", record_id, names.search_text(people, [address], codes))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("周雨桐", {"H1"}),
        ("雨桐", {"H1"}),
        ("周", {"H1", "H3"}),
        ("zyt", {"H1", "H3"}),
        ("zhouyut", {"H1", "H3"}),
        ("yutong", {"H1", "H3"}),
        ("ZHOU yutong", {"H1", "H3"}),
        ("shanxl", set()),
        ("shanxiaolan", {"H2"}),
        ("danxiaolan", {"H2"}),
        ("sxl", {"H2"}),
        ("南桐镇", {"H1", "H3"}),
        ("南桐 zdc", {"H1"}),
        ("3组", {"H1"}),
        ("401", {"H3"}),
        ("3-2-401", {"H3"}),
        ("K3F-7QP", {"H1"}),
        ("k3f7", {"H1"}),
        ("154 周", {"H1"}),
        ("桐雨", set()),
        ("", set()),
        ('" OR kind:', set()),
    ],
)
def test_homes_are_found_by_name_pinyin_initials_address_and_card(
    homes: peewee.Database, typed: str, found: set[str]
) -> None:
    assert set(search.find(homes, typed, "household")) == found


def test_the_record_with_fewer_other_words_comes_first(db: peewee.Database) -> None:
    enter(db, "far", ["王平", "周军", "李英", "赵敏"], "南桐镇 金龙村")
    enter(db, "near", ["周军"], "")
    assert search.find(db, "周军", "household") == ["near", "far"]


def test_an_entry_is_replaced_not_added(homes: peewee.Database) -> None:
    enter(homes, "H1", ["冉志强"], "青年镇")
    assert search.find(homes, "周雨桐", "household") == []
    assert search.find(homes, "冉志强", "household") == ["H1"]


def test_a_removed_record_is_found_no_more_and_removing_again_is_no_error(homes: peewee.Database) -> None:
    search.remove(homes, "household", "H1")
    search.remove(homes, "household", "H1")
    assert search.find(homes, "zyt", "household") == ["H3"]


def test_kinds_do_not_mix(homes: peewee.Database) -> None:
    search.index(homes, "person", "H1", names.search_text(["周雨桐"]))
    search.remove(homes, "household", "H1")
    assert search.find(homes, "周雨桐", "person") == ["H1"]
    assert search.find(homes, "周雨桐", "household") == []


def test_the_limit_is_kept(homes: peewee.Database) -> None:
    assert len(search.find(homes, "万盛", "household", limit=2)) == 2


def test_entries_vanish_with_the_transaction_they_were_made_in(homes: peewee.Database) -> None:
    with homes.atomic() as transaction:
        enter(homes, "H4", ["覃丽"], "黑山镇")
        transaction.rollback()
    assert search.find(homes, "覃丽", "household") == []


def test_making_the_index_again_keeps_what_is_in_it(homes: peewee.Database) -> None:
    search.create(homes)
    assert search.find(homes, "单小兰", "household") == ["H2"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text())
def test_whatever_is_typed_is_answered(homes: peewee.Database, typed: str) -> None:
    assert set(search.find(homes, typed, "household")) <= {"H1", "H2", "H3"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=6), st.data())
def test_every_part_of_a_chinese_name_finds_it(db: peewee.Database, name: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(name) - 1))
    end = data.draw(st.integers(start + 1, len(name)))
    enter(db, "one", [name], "")
    assert search.find(db, name[start:end], "household") == ["one"]
