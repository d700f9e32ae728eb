"""Areas: the slice is what its sidecar says, and the overlay tells who stood where on which day."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections import Counter
from datetime import date
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain import areas
from fieldapp.domain.areas import Areas, build
from fieldapp.errors import Invalid, NotFound

FOLDER = resources.files(areas.__name__)
NANTONG = "500110101"
NANTONG_VILLAGE = "500110101200"
BEFORE, AFTER = date(2025, 11, 5), date(2025, 11, 6)


@pytest.fixture(scope="module")
def book() -> Areas:
    return areas.load()


def lines() -> list[list[str]]:
    return [line.split("\t") for line in FOLDER.joinpath("areas-2023.tsv").read_text("utf-8").splitlines()]


def names(found: list[areas.Area]) -> set[str]:
    return {area.name for area in found}


# The files that ship


def test_the_slice_is_the_one_its_sidecar_describes() -> None:
    sidecar = tomllib.loads(FOLDER.joinpath("areas-2023.toml").read_text("utf-8"))
    content = FOLDER.joinpath("areas-2023.tsv").read_bytes()
    sizes = Counter(len(code) for code, _ in lines())

    assert hashlib.sha256(content).hexdigest() == sidecar["sha256"]
    assert (sizes[6], sizes[9], sizes[12]) == (sidecar["counties"], sidecar["towns"], sidecar["villages"])
    assert (sizes[6], sizes[9], sizes[12]) == (38, 1031, 11270)
    assert sidecar["as_of"] == date(2023, 6, 30)


def test_the_ranges_tell_as_many_kinds_as_the_official_table_counts() -> None:
    kinds = Counter(areas.kind(code) for code, _ in lines())
    assert kinds == {None: 39, "街道": 245, "镇": 625, "乡": 161, "居委会": 3324, "村委会": 7946}


def test_no_two_areas_read_the_same(book: Areas) -> None:
    paths = Counter(book.path(code) for code, _ in lines())
    assert [path for path, times in paths.items() if times > 1] == []


def test_every_overlay_entry_states_source_and_status() -> None:
    overlay = tomllib.loads(FOLDER.joinpath("overlay.toml").read_text("utf-8"))
    entries = overlay["zone"] + overlay["change"]
    assert all(entry["source"] and entry["status"] in {"found", "memory", "design"} for entry in entries)


def test_the_names_noted_beside_town_codes_are_the_towns_names() -> None:
    noted = re.findall(r'"(\d{9})", # (\S+)', FOLDER.joinpath("overlay.toml").read_text("utf-8"))
    slice_names = dict(lines())
    assert len(noted) == 38
    assert noted == [(code, slice_names[code]) for code, _ in noted]


def test_building_takes_only_chongqing_and_keeps_an_ending_where_names_would_be_the_same(tmp_path: Path) -> None:
    dist = tmp_path / "dist"
    dist.mkdir()
    (tmp_path / "package.json").write_text(json.dumps({"version": build.VERSION}))
    (dist / "areas.csv").write_text('code,name\n500199,"云溪县"\n110101,"东城区"\n', "utf-8")
    (dist / "streets.csv").write_text('code,name\n500199100,"石门镇"\n', "utf-8")
    (dist / "villages.csv").write_text(
        "code,name\n500199100001,河口社区居民委员会\n500199100200,河口社区村民委员会\n500199100201,桥头村村民委员会\n",
        "utf-8",
    )

    build.main(tmp_path, tmp_path)

    assert (tmp_path / "areas-2023.tsv").read_text("utf-8").splitlines() == [
        "50\t重庆市",
        "500199\t云溪县",
        "500199100\t石门镇",
        "500199100001\t河口社区居民委员会",
        "500199100200\t河口社区村民委员会",
        "500199100201\t桥头村",
    ]
    assert "villages = 3" in (tmp_path / "areas-2023.toml").read_text("utf-8")


def test_building_from_another_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text(json.dumps({"version": "2.6.0"}))
    with pytest.raises(ValueError, match=r"2\.6\.0"):
        build.main(tmp_path, tmp_path)


# Codes


@given(st.sampled_from([code for code, _ in lines()]))
def test_a_whole_code_and_its_prefix_are_the_same_area(code: str) -> None:
    assert areas.prefix(areas.full(code)) == areas.prefix(code) == code


@pytest.mark.parametrize(
    "code", ["", "5", "5001", "500100000000", "500200000000", "50011010", "50011010100x", "５００１１０"]
)
def test_what_is_no_code_is_refused(code: str) -> None:
    with pytest.raises(Invalid):
        areas.prefix(code)


def test_an_unknown_code_is_not_found(book: Areas) -> None:
    with pytest.raises(NotFound):
        book.get("500199")


# Places as people see them


def test_a_town_of_a_zone_shows_the_zone_instead_of_the_county(book: Areas) -> None:
    village = book.children(NANTONG)[1]
    assert book.path(village.code) == f"重庆市 · 万盛经开区 · 南桐镇 · {village.name}"
    assert village.zone == "万盛经开区"


def test_the_dummy_cities_never_show(book: Areas) -> None:
    assert book.path("500235000000") == "重庆市 · 云阳县"
    assert book.path("500000000000") == "重庆市"


def test_the_city_has_38_counties_and_3_zones_in_2024_and_37_counties_after_the_change(book: Areas) -> None:
    in_2024 = Counter(area.level for area in book.children("50", date(2024, 1, 1)))
    later = Counter(area.level for area in book.children("50", AFTER))
    assert in_2024 == {"county": 38, "zone": 3}
    assert later == {"county": 37, "zone": 2}


def test_a_zone_has_its_ten_towns_and_its_county_lists_them_no_more(book: Areas) -> None:
    zone, county = book.children("wansheng"), book.children("500110")
    assert Counter(areas.kind(town.code) for town in zone) == {"街道": 2, "镇": 8}
    assert "南桐镇" not in names(county)
    assert len(county) == 21


def test_before_the_zone_began_its_towns_lay_in_the_county(book: Areas) -> None:
    day = date(2012, 3, 31)
    assert book.path(NANTONG, day) == "重庆市 · 綦江区 · 南桐镇"
    assert "南桐镇" in names(book.children("500110", day))


def test_children_of_a_town_are_its_villages_and_a_village_has_none(book: Areas) -> None:
    assert all(area.level == "village" and area.code.startswith(NANTONG) for area in book.children(NANTONG))
    assert book.children(NANTONG_VILLAGE) == []


# November 2025


def test_liangjiang_becomes_a_district_of_31_streets_and_11_towns(book: Areas) -> None:
    kinds = Counter(areas.kind(town.code) for town in book.children("500157", AFTER))
    assert kinds == {"街道": 31, "镇": 11}


def test_beibei_then_has_6_streets_and_11_towns(book: Areas) -> None:
    kinds = Counter(areas.kind(town.code) for town in book.children("500109", AFTER))
    assert kinds == {"街道": 6, "镇": 11}


def test_a_town_that_moved_keeps_its_code_and_shows_its_county_of_the_day(book: Areas) -> None:
    assert book.path("500112133", BEFORE) == "重庆市 · 渝北区 · 统景镇"
    assert book.path("500112133", AFTER) == "重庆市 · 北碚区 · 统景镇"
    assert book.path("500105102", AFTER) == "重庆市 · 两江新区 · 五宝镇"


def test_an_abolished_county_names_its_successors_and_stands_no_more(book: Areas) -> None:
    assert [area.name for area in book.successors("500112")] == ["两江新区", "北碚区"]
    assert book.get("500112").valid_to == BEFORE
    with pytest.raises(NotFound):
        book.get("500112", AFTER)
    with pytest.raises(NotFound):
        book.get("500157", BEFORE)


# Old codes


def test_a_code_that_was_used_twice_is_read_by_the_day(book: Areas) -> None:
    old = book.get("500110", date(1999, 5, 1))
    assert (old.name, book.get("500110").name) == ("万盛区", "綦江区")
    assert [area.name for area in book.successors("500110", date(1999, 5, 1))] == ["綦江区"]
    assert book.successors("500110") == ()


@pytest.mark.parametrize(
    ("code", "was", "became"),
    [
        ("500222", "綦江县", "綦江区"),
        ("500234", "开县", "开州区"),
        ("500381", "江津市", "江津区"),
        ("500221", "长寿县", "长寿区"),
    ],
)
def test_old_county_codes_still_tell_where_somebody_was_registered(
    book: Areas, code: str, was: str, became: str
) -> None:
    assert book.get(code, date(2000, 1, 1)).name == was
    assert [area.name for area in book.successors(code)] == [became]
    assert was not in names(book.children("50"))


# Scopes


def test_a_scope_reaches_exactly_what_lies_in_it(book: Areas) -> None:
    assert book.within(NANTONG_VILLAGE, [NANTONG])
    assert book.within(NANTONG_VILLAGE, ["wansheng"])
    assert book.within("wansheng", ["50"])
    assert not book.within(NANTONG_VILLAGE, ["500110"])
    assert not book.within(NANTONG, [NANTONG_VILLAGE])
    assert not book.within(NANTONG, [])


def test_a_county_whose_code_tells_its_towns_stays_one_prefix_and_others_become_towns(book: Areas) -> None:
    assert book.expand("500235") == ("500235",)
    assert book.expand(NANTONG) == (NANTONG,)
    assert len(book.expand("wansheng")) == 10
    assert "500112133" in book.expand("500109", AFTER)
    assert "500109104" not in book.expand("500109", AFTER)


def test_a_scope_of_an_abolished_county_or_zone_is_neither_widened_nor_emptied(book: Areas) -> None:
    assert book.expand("500112", AFTER) == book.expand("500112", BEFORE)
    assert book.expand("liangjiang", AFTER) == book.expand("liangjiang", BEFORE)
    assert len(book.expand("500112", AFTER)) == 22


def test_every_town_belongs_to_exactly_one_district_on_any_day(book: Areas) -> None:
    for day in (date(2019, 12, 31), date(2024, 1, 1), BEFORE, AFTER):
        towns = [town.code for district in book.children("50", day) for town in book.children(district.code, day)]
        assert len(towns) == len(set(towns)) == 1031


# Search


def test_search_puts_the_exact_name_first_and_tells_same_names_apart_by_county(book: Areas) -> None:
    found = [book.path(area.code) for area in book.search("龙兴")]
    assert found[0] == "重庆市 · 两江新区 · 龙兴镇"
    twice = [book.path(area.code) for area in book.search("走马镇")]
    assert twice == ["重庆市 · 万州区 · 走马镇", "重庆市 · 西部科学城重庆高新区 · 走马镇"]


def test_search_takes_upper_names_before_the_name(book: Areas) -> None:
    assert [book.path(area.code) for area in book.search("万州 走马镇")] == ["重庆市 · 万州区 · 走马镇"]


def test_search_stays_under_what_it_is_given(book: Areas) -> None:
    assert {area.zone for area in book.search("社区", under="wansheng", limit=500)} == {"万盛经开区"}
    assert book.search("云阳", under="wansheng") == []


def test_search_finds_districts_of_the_day(book: Areas) -> None:
    assert [area.level for area in book.search("两江新区", on=BEFORE)] == ["zone"]
    assert [area.level for area in book.search("两江新区", on=AFTER)] == ["county"]
    assert book.search("  ") == []
