"""Homes and the people in them: finding, registering, amending what was shown, categories, areas."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from fieldapp.domain import people
from fieldapp.domain.records import Household, Person
from fieldapp.laptop.background import exchange_once
from fieldapp.laptop.laptop import Laptop
from sync.change import decode
from sync.edit import Edit
from sync.store.tables import LoggedChange
from tests.support.family import CHILD, HOME, TODAY, VILLAGE, settle_in
from tests.support.laptop import TOWN, WORKER, log_in
from tests.support.small_registry import SmallRegistry
from tests.support.visitor import OpenPage, shown, visit

NUMBER = "500199201405120024"
ELSEWHERE = "E15EWHERE0000001"


@pytest.fixture(autouse=True)
def home(request: pytest.FixtureRequest) -> None:
    """The family lives here, unless the test begins with the registry."""
    if "connected" not in request.fixturenames:
        settle_in(request.getfixturevalue("laptop"))


def written(laptop: Laptop) -> list[str]:
    """The fields of the last change, as they were written."""
    row = LoggedChange.select().order_by(LoggedChange.seq.desc()).first()
    return sorted(decode(row.payload).writes)


def goes_to(answer: TestResponse, path: str) -> bool:
    """Whether the answer leads there."""
    return answer.status_code == 303 and answer.location == path


# -- finding -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["周大明", "zhoudaming", "zdm", "周雨桐", "12 号", "15400992204"])
def test_a_home_is_found_by_whatever_is_known_of_it(client: FlaskClient, query: str) -> None:
    assert visit(client, f"/homes?q={query}").says("周大明家")


def test_a_home_is_found_by_the_code_on_its_card(client: FlaskClient) -> None:
    assert visit(client, f"/homes?q={Household.get_by_id(HOME).short_code}").says("周大明家")


def test_a_search_answers_with_the_list_alone(client: FlaskClient) -> None:
    found = client.get("/homes?q=zdm", headers={"HX-Request": "true"}).text
    assert "周大明家" in found
    assert "<html" not in found


def test_an_empty_search_says_what_to_do(client: FlaskClient) -> None:
    assert visit(client, "/homes?q=查无此人").says("没有找到这一户", "登记一户")


def test_a_hamlet_is_said_once_and_the_village_before_it(client: FlaskClient, laptop: Laptop) -> None:
    fields = {"head_name": "冉光荣", "group_name": "三组", "address": "三组 56 号"}
    laptop.store.commit([Edit("household", "R4N0000000000001", fields, f"{TOWN}208")], author=WORKER.id)
    listed = visit(client, "/homes?q=冉光荣")
    assert listed.says("三组 56 号")
    assert not listed.says("三组 三组")


# -- one's own areas ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/homes/{}", "/homes/{}/edit", "/homes/{}/visit", "/homes/{}/people/new", "/homes/{}/promise"]
)
def test_a_home_that_is_not_here_says_so(client: FlaskClient, path: str) -> None:
    answer = client.get(path.format("N0TH1NG000000001"))
    assert answer.status_code == 404
    assert "没有找到这一户" in answer.text


@pytest.mark.parametrize("path", ["/homes/{}", "/homes/{}/edit", "/homes/{}/visit"])
def test_a_home_outside_ones_area_does_not_open_and_is_in_no_list(
    client: FlaskClient, laptop: Laptop, path: str
) -> None:
    foreign = Edit("household", ELSEWHERE, {"head_name": "外乡人", "address": "1 号"}, "500110102201")
    laptop.store.commit([foreign], author="U9")
    answer = client.get(path.format(ELSEWHERE))
    assert answer.status_code == 404
    assert "不在您的片区" in answer.text
    assert "外乡人" not in answer.text
    assert not visit(client, "/homes").says("外乡人")
    assert not visit(client, "/homes?q=外乡人").says("外乡人家")


# -- registering -------------------------------------------------------------------------------------------------------


def test_a_new_home_lies_in_the_village_that_was_chosen(client: FlaskClient) -> None:
    answer = visit(client, "/homes/new").submit("home", area=VILLAGE, head_name="吴德贵", address="五组 8 号")
    made = Household.get(Household.head_name == "吴德贵")
    assert goes_to(answer, f"/homes/{made.id}")
    assert made.area == VILLAGE


def test_what_is_missing_is_said_at_its_place_and_what_was_typed_stays(client: FlaskClient) -> None:
    refused = visit(client, "/homes/new").submit("home", area="", head_name="吴德贵", phone="1540099")
    assert refused.status_code == 422
    page = shown(refused, client)
    assert page.says("这一项要填", "手机号是 11 位，这里只有 7 位")
    assert page.fields("home")["head_name"] == "吴德贵"
    assert page.fields("home")["phone"] == "1540099"


def test_a_village_of_another_town_cannot_be_slipped_in(client: FlaskClient) -> None:
    form = visit(client, "/homes/new")
    assert form.submit("home", area="500110102201", head_name="吴德贵", address="8 号").status_code == 422
    assert Household.get_or_none(Household.head_name == "吴德贵") is None


# -- amending: only what was typed otherwise than shown ----------------------------------------------------------------


def test_only_the_field_that_was_changed_is_written(client: FlaskClient, laptop: Laptop) -> None:
    answer = visit(client, f"/homes/{HOME}/edit").submit("home", phone="154 0099 2716")
    assert goes_to(answer, f"/homes/{HOME}")
    assert Household.get_by_id(HOME).phone == "15400992716"
    assert written(laptop) == ["phone"]


@pytest.mark.parametrize(("path", "form"), [(f"/homes/{HOME}/edit", "home"), (f"/people/{CHILD}/edit", "person")])
def test_a_form_saved_as_it_was_shown_writes_nothing(client: FlaskClient, path: str, form: str) -> None:
    before = LoggedChange.select().count()
    assert visit(client, path).submit(form).status_code == 303
    assert LoggedChange.select().count() == before


def test_a_page_that_was_refused_still_knows_what_it_showed_at_first(client: FlaskClient, laptop: Laptop) -> None:
    refused = visit(client, f"/homes/{HOME}/edit").submit("home", phone="123", address="三组 27 号")
    assert refused.status_code == 422
    again = shown(refused, client)
    assert again.submit("home", phone="15400992204").status_code == 303
    assert written(laptop) == ["address"]


@pytest.mark.parametrize("screen", ["", "N0SCREEN00000001"])
def test_a_page_whose_screen_is_not_known_is_refused_and_writes_nothing(client: FlaskClient, screen: str) -> None:
    answer = visit(client, f"/homes/{HOME}/edit").submit("home", screen=screen, phone="15400990001")
    assert answer.status_code in (404, 409)
    assert Household.get_by_id(HOME).phone == "15400992204"


@pytest.fixture
def synced(connected: Laptop, registry: SmallRegistry) -> Laptop:
    """Our laptop and the registry hold the same family."""
    settle_in(connected)
    exchange_once(connected)
    return connected


@pytest.fixture
def browser(synced: Laptop, app: object) -> FlaskClient:
    browser: FlaskClient = app.test_client()  # type: ignore[attr-defined]
    log_in(browser)
    return browser


def colleague_writes(registry: SmallRegistry, laptop: Laptop, kind: str, record: str, **fields: str) -> None:
    """Somebody writes at the registry, and we pull it while our page is open."""
    with registry.store.use():
        there = registry.store.open_screen([record], "U2")
        registry.store.commit([Edit(kind, record, fields)], author="U2", screen=there)
    assert exchange_once(laptop) is not None


def test_a_pull_between_opening_and_saving_leaves_both_values(
    browser: FlaskClient, synced: Laptop, registry: SmallRegistry
) -> None:
    page = visit(browser, f"/homes/{HOME}/edit")
    colleague_writes(registry, synced, "household", HOME, phone="15400990001")
    assert page.submit("home", phone="15400990002").status_code == 303
    exchange_once(synced)
    assert Household.get_by_id(HOME).open_conflicts == 1
    assert visit(browser, f"/homes/{HOME}").says("1 处有两个值")


def test_a_pull_into_a_field_that_was_not_touched_stands(
    browser: FlaskClient, synced: Laptop, registry: SmallRegistry
) -> None:
    page = visit(browser, f"/people/{CHILD}/edit")
    colleague_writes(registry, synced, "person", CHILD, guardian_phone="15400990001")
    assert page.submit("person", health="weak").status_code == 303
    exchange_once(synced)
    child = Person.get_by_id(CHILD)
    assert (child.guardian_phone, child.health, child.open_conflicts) == ("15400990001", "weak", 0)


# -- people ------------------------------------------------------------------------------------------------------------


def test_somebody_added_with_an_identity_number_shows_what_the_number_says(client: FlaskClient) -> None:
    answer = visit(client, f"/homes/{HOME}/people/new").submit("person", name="周子轩", id_number=NUMBER)
    page = visit(client, answer.location)
    assert page.says("周子轩", "女 11 岁", "2014年5月12日", "500199********0024")


def test_a_number_is_read_while_the_form_is_being_filled(client: FlaskClient) -> None:
    sent = visit(client, f"/homes/{HOME}/people/new").fields("person")["csrf_token"]
    said = client.post("/people/number", data={"csrf_token": sent, "id_number": NUMBER}).text
    assert "女，2014年5月12日，11 岁" in said
    wrong = client.post("/people/number", data={"csrf_token": sent, "id_number": NUMBER[:-1] + "3"}).text
    assert "err" in wrong


def test_a_wrong_number_is_refused_at_its_field_and_nobody_is_added(client: FlaskClient) -> None:
    refused = visit(client, f"/homes/{HOME}/people/new").submit("person", name="周子轩", id_number=NUMBER[:-1] + "3")
    assert refused.status_code == 422
    assert shown(refused, client).fields("person")["name"] == "周子轩"
    assert Person.get_or_none(Person.name == "周子轩") is None


def test_the_identity_number_is_never_spelled_out_and_stays_when_it_is_left_alone(
    client: FlaskClient, laptop: Laptop
) -> None:
    visit(client, f"/people/{CHILD}/edit").submit("person", id_type="resident_id", id_number=NUMBER)
    page = visit(client, f"/people/{CHILD}/edit")
    assert NUMBER not in page.text
    assert page.says("500199********0024")
    page.submit("person", boarding="yes")
    assert written(laptop) == ["boarding"]
    assert Person.get_by_id(CHILD).id_number == NUMBER


def test_a_passport_is_not_checked_as_an_identity_number(client: FlaskClient) -> None:
    visit(client, f"/people/{CHILD}/edit").submit("person", id_type="passport")
    assert visit(client, f"/people/{CHILD}/edit").submit("person", id_number="EA1234567").status_code == 303
    assert Person.get_by_id(CHILD).id_number == "EA1234567"


# -- categories --------------------------------------------------------------------------------------------------------


def categorise(client: FlaskClient, **typed: str) -> TestResponse:
    return visit(client, f"/people/{CHILD}/categories").submit("more", **typed)


def test_a_child_is_in_several_categories_at_once_each_with_its_basis_and_day(client: FlaskClient) -> None:
    categorise(client, code="left_behind_rural", basis="父母外出务工", evidence="务工证明", since="2025-01-05")
    categorise(client, code="difficulty_poverty", basis="家庭享受低保", since="2025-09-12")
    assert set(people.categories(Person.get_by_id(CHILD), TODAY)) == {"left_behind_rural", "difficulty_poverty"}
    page = visit(client, f"/people/{CHILD}")
    assert page.says("农村留守儿童", "父母外出务工", "务工证明", "从 1月5日 起", "困境儿童：家庭贫困", "从 9月12日 起")


def test_a_category_without_a_basis_is_refused_and_what_was_typed_stays(client: FlaskClient) -> None:
    refused = categorise(client, code="orphan", basis=" ", evidence="死亡证明")
    assert refused.status_code == 422
    page = shown(refused, client)
    assert page.says("写明依据")
    assert (page.fields("more")["code"], page.fields("more")["evidence"]) == ("orphan", "死亡证明")


def test_a_category_ends_on_a_day_and_stays_on_record(client: FlaskClient) -> None:
    categorise(client, code="left_behind_rural", basis="父母外出务工", since="2025-01-05")
    page = visit(client, f"/people/{CHILD}/categories")
    end = {"csrf_token": page.fields("more")["csrf_token"], "screen": page.fields("more")["screen"]}
    there = f"/people/{CHILD}/categories/left_behind_rural/end"
    early = client.post(there, data={**end, "until-left_behind_rural": "2024-12-31"})
    assert early.status_code == 422
    assert "不能结束得更早" in early.text
    assert client.post(there, data={**end, "until-left_behind_rural": "2025-11-18"}).status_code == 303
    after = visit(client, f"/people/{CHILD}/categories")
    assert after.says("不在任何类别里", "从前的", "父母外出务工", "今天 止")


def test_an_unknown_category_is_refused(client: FlaskClient) -> None:
    assert categorise(client, code="problem_child", basis="x").status_code == 422


def test_a_child_who_has_outgrown_a_category_is_pointed_out(client: FlaskClient, laptop: Laptop) -> None:
    visit(client, f"/people/{CHILD}/edit").submit("person", birth_date="2009-11-01")
    categorise(client, code="left_behind_rural", basis="父母外出务工", since="2020-01-05")
    assert visit(client, f"/people/{CHILD}").says("年龄到了，请核实后结束")


def test_the_page_of_somebody_says_how_long_the_story_is(client: FlaskClient) -> None:
    page: OpenPage = visit(client, f"/people/{CHILD}")
    assert page.says("女 11 岁", "周大明家", "还没有走访过", "154****2716")
