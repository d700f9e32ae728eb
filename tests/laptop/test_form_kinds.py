"""Forms with other questions than the first one has: repeats, numbers, calculations, and kinds not known yet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain import drafts
from fieldapp.laptop.laptop import Laptop
from fieldapp.laptop.screens.forms import shelf
from fieldapp.laptop.screens.forms.places import mark
from forms import load_form
from tests.support.family import CHILD, settle_in
from tests.support.filler import NC, Filler, has_part, part

OTHER = """
| survey |
| | type | name | label::中文 (zh) | required | relevant | calculation | constraint | appearance |
| | begin_group | home | 1 家里 | | | | | |
| | integer | rooms | 几间房 | yes | | | . > 0 | |
| | decimal | income | 月收入 | | | | | |
| | time | reached | 几点到 | | | | | |
| | integer | twice | 两倍 | | | ${rooms} * 2 | | |
| | geopoint | place | 位置 | | | | | |
| | select_one yes_no | pets | 养不养狗 | | ${rooms} > 1 | | | |
| | end_group | | | | | | | |
| | begin_repeat | child | 孩子 | | | | | |
| | text | name | 孩子姓名 | | | | | |
| | end_repeat | | | | | | | |
| choices |
| | list_name | name | label::中文 (zh) |
| | yes_no | yes | 是 |
| | yes_no | no | 否 |
| settings |
| | form_title | form_id | version | default_language |
| | 家里 | home_form | 1 | 中文 (zh) |
"""


@pytest.fixture
def other(client: FlaskClient, laptop: Laptop, tmp_path: Path) -> Iterator[Filler]:
    """The worker, filling a form of many kinds."""
    source = tmp_path / "home_form.md"
    source.write_text(OTHER, encoding="utf-8")
    shelf.add("home_form", load_form(source))
    settle_in(laptop)
    yield Filler(client, f"/people/{CHILD}/forms/home_form")
    shelf.remove("home_form")


def test_what_is_no_number_is_kept_as_typed_and_explained(other: Filler) -> None:
    sent = other.answer("home/rooms", "三间")
    assert "这里填整数" in part(sent, "e-home-rooms")
    assert 'value="三间"' in other.page("home")
    assert drafts.load(other.draft).answers["/data/home/rooms"] == "三间"
    assert "这里填数字" in part(other.answer("home/income", "很多"), "e-home-income")


def test_a_rule_without_words_of_its_own_gets_ours(other: Filler) -> None:
    assert "和规则对不上" in part(other.answer("home/rooms", "-1"), "e-home-rooms")


def test_a_calculation_is_shown_anew_and_takes_no_answer(other: Filler) -> None:
    assert "还算不出" in other.page("home")
    assert ">6<" in part(other.answer("home/rooms", "3"), "i-home-twice")
    assert other.try_answer("home/twice", "7").status_code == 422


def test_a_kind_that_is_not_known_yet_says_so_and_can_be_left_out(other: Filler) -> None:
    assert "还不会显示这种题（geopoint）" in other.page("home")
    other.answer("home/place", NC)
    assert drafts.load(other.draft).answers["/data/home/place"] == NC


def test_a_repeat_grows_and_shrinks_and_the_others_keep_their_answers(other: Filler) -> None:
    assert has_part(other.page("child"), "q-child-1-occurrence")
    other.answer("child[1]/name", "周一")
    grown = other.post(f"{other.address}/repeat?path=/data/child")
    assert grown.status_code == 303
    other.answer("child[2]/name", "周二")
    other.post(f"{other.address}/repeat?path=/data/child[1]&remove=1")
    answers = drafts.load(other.draft).answers
    assert answers["/data/child[1]/name"] == "周二"
    assert "/data/child[2]/name" not in answers


def test_a_form_that_rates_nothing_says_so_and_finishes_without_a_level(other: Filler, client: FlaskClient) -> None:
    other.answer("home/rooms", "3")
    assert "不评等级" in other.page("home")
    done = other.finish()
    assert done.location.startswith("/submissions/")
    page = client.get(done.location).text
    assert "没有马上要做的事" in page
    assert "为什么是这个等级" not in page


steps = st.text(st.sampled_from("ab_-.12"), min_size=1, max_size=6).filter(lambda step: step[0] in "ab_")


@given(st.lists(steps, min_size=1, max_size=3), st.integers(1, 30))
def test_marks_are_ids_that_need_no_escaping(names: list[str], number: int) -> None:
    made = mark("/data/" + "/".join(f"{name}[{number}]" for name in names))
    assert made.replace("-", "").replace("_", "").isalnum()


def test_different_paths_have_different_marks() -> None:
    paths = ["/data/a/b", "/data/a_b", "/data/a[1]/b", "/data/a[2]/b", "/data/a-b", "/data/a.b/c"]
    assert len({mark(path) for path in paths}) == len(paths)
