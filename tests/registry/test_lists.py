"""Lists show what lies in somebody's areas and fits her filters, page by page, with few queries."""

from __future__ import annotations

import pytest

from fieldapp.domain.records import Household
from sync.change import Value
from sync.edit import Edit
from tests.registry.office import FAR_VILLAGE, OTHER_VILLAGE, VILLAGE, Laptop, Office, queries
from tests.registry.stories import two_towns

LISTS = ("/children", "/homes", "/visits", "/submissions", "/mend")
MOST_QUERIES = 16


@pytest.fixture
def town(office: Office) -> Laptop:
    """A laptop of the whole zone that has brought two towns."""
    return two_towns(office)


def home_of(office: Office, head: str) -> str:
    with office.registry.store.use():
        return str(Household.get(Household.head_name == head).id)


@pytest.mark.parametrize("path", ["/children", "/homes", "/visits", "/submissions"])
def test_a_list_holds_ones_own_areas_and_nothing_else(office: Office, town: Laptop, path: str) -> None:
    own, other = office.browser("chenxiaoli").get(path).text, office.browser("qingnian").get(path).text
    assert "周" in own
    assert "吴" not in own
    assert "吴" in other
    assert "周" not in other
    whole = office.browser("hejianhua").get(path).text
    assert "周" in whole
    assert "吴" in whole


def test_a_home_of_another_area_does_not_open(office: Office, town: Laptop) -> None:
    home = home_of(office, "吴大明")
    answer = office.browser("chenxiaoli").get(f"/homes/{home}")
    assert answer.status_code == 403
    assert "这个地方不在您的片区" in answer.text
    assert "吴大明" not in answer.text
    assert office.browser("qingnian").get(f"/homes/{home}").status_code == 200


def test_a_place_of_another_area_by_url_is_refused(office: Office, town: Laptop) -> None:
    browser = office.browser("chenxiaoli")
    for place in (OTHER_VILLAGE, "wansheng", "500110", "50"):
        assert browser.get(f"/homes?place={place}").status_code == 403
    assert browser.get("/homes?place=nowhere").status_code == 404


def test_a_list_is_narrowed_to_a_town_and_a_village(office: Office, town: Laptop) -> None:
    browser = office.browser("hejianhua")
    for place in (VILLAGE[:9], VILLAGE):
        page = browser.get(f"/homes?place={place}").text
        assert "周大明" in page
        assert "吴大明" not in page


FILTERED = {
    "q=周雨": ["周雨桐"],
    "q=吴大明": ["吴雨桐"],  # by the head of the home
    "q=500199201403020026": ["周雨桐", "吴雨桐"],
    "q=5001992014030200": [],  # a part of a number finds nobody
    "risk=red": ["周雨桐"],
    "risk=none": [],
    "due=late": ["周雨桐"],
    "category=left_behind_rural": ["周雨桐", "吴雨桐"],
    "category=orphan": [],
    "risk=green&due=late": [],
    "risk=%27%20or%201": ["周雨桐", "吴雨桐"],  # unknown choices are passed over
}
FIRST = {
    "risk": "周雨桐", "-risk": "吴雨桐", "place": "周雨桐", "-place": "吴雨桐", "due": "周雨桐", "-due": "吴雨桐",
    "last": "周雨桐", "-last": "吴雨桐",
}  # fmt: skip


def named(page: str) -> list[str]:
    """The children on a page, in its order."""
    return sorted(
        (name for name in ("周雨桐", "吴雨桐") if f">{name}</a>" in page), key=lambda n: page.index(f">{n}</a>")
    )


def test_the_roll_is_filtered(office: Office, town: Laptop) -> None:
    browser = office.browser("hejianhua")
    pages = {query: browser.get(f"/children?{query}").text for query in FILTERED}
    assert {query: named(page) for query, page in pages.items()} == FILTERED
    assert all(("没有符合的" in page) == (not FILTERED[query]) for query, page in pages.items())


def test_the_roll_is_ordered_by_each_of_its_columns(office: Office, town: Laptop) -> None:
    browser = office.browser("hejianhua")
    assert {order: named(browser.get(f"/children?sort={order}").text)[0] for order in FIRST} == FIRST


def test_identity_and_telephone_numbers_are_covered(office: Office, town: Laptop) -> None:
    browser = office.browser("hejianhua")
    for path in ("/children", f"/homes/{home_of(office, '周大明')}"):
        page = browser.get(path).text
        assert "500199********0026" in page
        assert "500199201403020026" not in page


def test_what_is_late_is_counted_by_town(office: Office, town: Laptop) -> None:
    page = office.browser("hejianhua").get("/").text
    assert page.index("南桐镇") < page.index("青年镇")  # the one that is behind comes first
    assert "其中一级 1 人" in page
    assert "已访 1 / 本月应访 2 人" in page


def test_a_submission_reads_in_the_forms_own_words(office: Office, town: Laptop) -> None:
    browser = office.browser("chenxiaoli")
    address = browser.get("/submissions").text.partition('href="/submissions/')[2].partition('"')[0]
    page = browser.get(f"/submissions/{address}")
    assert page.status_code == 200
    assert "出生日期" in page.text
    assert "女" in page.text
    assert "红 一级" in page.text
    assert office.browser("qingnian").get(f"/submissions/{address}").status_code == 403
    assert "Date of birth" in browser.get(f"/submissions/{address}?lang=en").text


def test_the_page_of_a_home_shows_people_visits_and_forms(office: Office, town: Laptop) -> None:
    page = office.browser("chenxiaoli").get(f"/homes/{home_of(office, '周大明')}").text
    for words in ("周雨桐", "农村留守儿童", "见到人了", "儿童入户摸排"):
        assert words in page


def many(office: Office, count: int) -> None:
    """More homes and children than fit on a page, written by the registry itself."""
    store = office.registry.store
    with store.use():
        for number in range(count):
            home, child = store.new_id(), store.new_id()
            known: dict[str, Value] = {"household": home, "birth_date": "2015-05-05", "risk_level": "blue"}
            edits = [
                Edit("household", home, {"head_name": f"户主{number:03d}", "address": f"{number} 号"}, VILLAGE),
                Edit("person", child, {**known, "name": f"孩子{number:03d}"}),
            ]
            store.commit(edits, author="U1")


@pytest.mark.parametrize(("path", "name"), [("/homes", "户主"), ("/children", "孩子")])
def test_a_long_list_comes_in_pages_that_hold_everything_once(office: Office, path: str, name: str) -> None:
    many(office, 60)
    browser, shown = office.browser("hejianhua"), list[str]()
    for page in (1, 2, 3):
        text = browser.get(f"{path}?sort=name&page={page}").text
        shown += [f"{name}{number:03d}" for number in range(60) if f">{name}{number:03d}</a>" in text]
    assert shown == [f"{name}{number:03d}" for number in range(60)]
    assert "第 51–60 条，共 60 条" in text
    assert 'rel="next"' not in text
    assert 'rel="prev"' in text


@pytest.mark.parametrize("path", [*LISTS, "/", "/children?due=late", "/children?sort=due"])
def test_a_page_makes_few_queries_however_long_the_list(office: Office, path: str) -> None:
    browser = office.browser("hejianhua")
    counts = []
    for more in (1, 40):
        many(office, more)
        with queries(office.app) as said:
            assert browser.get(path).status_code == 200
        counts.append(len(said))
    assert counts[1] <= counts[0] + 2, said  # a list that begins to have rows asks for what stands beside them
    assert counts[1] <= MOST_QUERIES, said


@pytest.mark.parametrize("path", LISTS)
def test_an_empty_list_says_what_to_do(office: Office, path: str) -> None:
    assert 'class="empty"' in office.browser("hejianhua").get(path).text


def test_a_home_far_away_is_seen_by_the_city_alone(office: Office) -> None:
    store = office.registry.store
    with store.use():
        store.commit([Edit("household", store.new_id(), {"head_name": "远方人家"}, FAR_VILLAGE)], author="U1")
    assert "远方人家" in office.browser("shiminzheng").get("/homes").text
    assert "远方人家" not in office.browser("hejianhua").get("/homes").text
