"""Forms from files: conversion, cache, checks, files beside them, and what cannot be loaded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from forms import FormError, evaluate, library, load_form, xlsform
from forms.check import check
from tests.forms.filling import fill, form_of, screening

SMALL = """
| survey | | | |
| | type | name | label |
| | text | name | Name |
"""


RUNNING_TOTAL = """
    | survey | | | | |
    | | type | name | label | calculation |
    | | begin_repeat | line | Line | |
    | | integer | n | N | |
    | | calculate | total | | coalesce(${n}, 0) + BEFORE |
    | | end_repeat | | | |
"""


def problems_of(tmp_path: Path, markdown: str) -> list[str]:
    path = tmp_path / "form.md"
    path.write_text(markdown, encoding="utf-8")
    return [f"{problem.severity} {problem.row} {problem}" for problem in check(path, load_form)]


def test_a_converted_form_is_kept_by_its_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    form, cache = tmp_path / "form.md", tmp_path / "cache"
    form.write_text(SMALL, encoding="utf-8")
    first = load_form(form, cache=cache)
    assert len(list(cache.iterdir())) == 1

    def never(content: bytes, suffix: str) -> str:
        raise AssertionError("converted again")

    monkeypatch.setattr(xlsform, "convert", never)
    assert load_form(form, cache=cache).questions.keys() == first.questions.keys()
    form.write_text(SMALL.replace("Name", "Called"), encoding="utf-8")
    with pytest.raises(AssertionError, match="converted again"):
        load_form(form, cache=cache)


def test_an_xlsx_file_is_the_same_form(tmp_path: Path) -> None:
    from pyxform.xls2json_backends import md_table_to_workbook

    path = tmp_path / "screening.xlsx"
    md_table_to_workbook(library("child_screening").read_text(encoding="utf-8")).save(path)
    from_excel = load_form(path)
    assert from_excel.questions.keys() == screening().questions.keys()
    assert from_excel.title == screening().title


def test_chinese_quotes_in_sentences_stay_and_in_formulas_are_straightened() -> None:
    form = form_of("""
        | survey | | | | |
        | | type | name | label | calculation |
        | | text | a | 选“未采集” | |
        | | calculate | b | | “x” |
    """)
    instance = fill(form)
    assert instance.label("/data/a") == "选“未采集”"
    assert instance.text("/data/b") == "x"


def test_attributes_of_other_namespaces_are_handed_on() -> None:
    form = form_of("""
        | survey | | | | | |
        | | type | name | label | bind::cq:record | bind::esri:fieldType |
        | | begin_group | g | G | household | |
        | | text | a | A | household/address | string |
        | | end_group | | | | |
        | settings | |
        | | form_id | namespaces |
        | | f | cq="urn:cq:forms:1" esri="http://esri.example/form" |
    """)
    assert form.question("/data/g/a").extra == {"record": "household/address", "fieldType": "string"}
    assert form.groups["/data/g"].extra == {"record": "household"}


def test_the_kinds_of_questions_are_named_as_in_xlsform() -> None:
    form = form_of("""
        | survey | | | |
        | | type | name | label |
        | | note | a | A |
        | | integer | b | B |
        | | range | c | C |
        | | acknowledge | d | D |
        | | image | e | E |
        | | geopoint | f | F |
        | | rank l | g | G |
        | | start | h | |
        | | dateTime | i | I |
        | choices | | |
        | | list_name | name | label |
        | | l | x | X |
    """)
    kinds = [question.kind for question in form.questions.values()]
    assert kinds[:9] == ["note", "integer", "range", "acknowledge", "image", "geopoint", "rank", "metadata", "datetime"]
    assert form.question("/data/c").parameters == {"start": "1", "end": "10", "step": "1"}


def test_choices_come_from_a_file_beside_the_form(tmp_path: Path) -> None:
    rows = "name,label,county\nv1,关坝村,wansheng\nv2,双坝村,wansheng\nv3,陶家村,jlp\n"
    (tmp_path / "places.csv").write_text(rows, encoding="utf-8")
    path = tmp_path / "form.md"
    path.write_text(
        """
| survey | | | | |
| | type | name | label | choice_filter | calculation |
| | text | county | County | | |
| | select_one_from_file places.csv | village | Village | county = ${county} | |
| | calculate | back | | | pulldata('places', 'county', 'name', ${village}) |
""",
        encoding="utf-8",
    )
    instance = fill(load_form(path), {"/data/county": "wansheng", "/data/village": "v2"})
    assert [each.label for each in instance.choices("/data/village")] == ["关坝村", "双坝村"]
    assert instance.text("/data/back") == "wansheng"
    assert instance.error("/data/village") is None
    instance.answer("/data/village", "v3")
    error = instance.error("/data/village")
    assert error is not None and error.code == "choice"


def test_any_choice_will_do_while_its_file_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "form.md"
    path.write_text(
        """
| survey | | | |
| | type | name | label |
| | select_one_from_file places.csv | village | Village |
""",
        encoding="utf-8",
    )
    form = load_form(path)
    assert form.media == {"jr://file-csv/places.csv"}
    assert fill(form, {"/data/village": "v2"}).error("/data/village") is None


def test_points_come_from_geojson(tmp_path: Path) -> None:
    (tmp_path / "wells.geojson").write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "id": "w1", "properties": {"title": "老井"},'
        ' "geometry": {"type": "Point", "coordinates": [106.9, 28.9]}}]}',
        encoding="utf-8",
    )
    path = tmp_path / "form.md"
    path.write_text(
        """
| survey | | | | |
| | type | name | label | calculation |
| | select_one_from_file wells.geojson | well | Well | |
| | calculate | at | | instance('wells')/root/item[id = ${well}]/geometry |
""",
        encoding="utf-8",
    )
    instance = fill(load_form(path), {"/data/well": "w1"})
    assert [(each.name, each.label) for each in instance.choices("/data/well")] == [("w1", "老井")]
    assert instance.text("/data/at") == "28.9 106.9 0 0"


@pytest.mark.parametrize(
    ("formulas", "paths"),
    [
        (("${b} + 1", "${a} + 1"), "/data/a、/data/b"),
        ((". + 1", "1"), "/data/a"),
        (("sum(/data/*)", "1"), "/data/a"),
    ],
)  # fmt: skip
def test_formulas_that_wait_for_each_other_are_named(formulas: tuple[str, str], paths: str) -> None:
    with pytest.raises(FormError, match="互相依赖") as raised:
        form_of(f"""
            | survey | | | |
            | | type | name | calculation |
            | | calculate | a | {formulas[0]} |
            | | calculate | b | {formulas[1]} |
        """)
    assert raised.value.params["paths"] == paths


def test_a_running_total_over_a_repeat_may_read_the_line_before() -> None:
    before = "if(position(..) = 1, 0, indexed-repeat(${total}, ${line}, position(..) - 1))"
    instance = fill(form_of(RUNNING_TOTAL.replace("BEFORE", before)))
    for number in range(1, 6):
        if number > 1:
            instance.add_repeat("/data/line")
        instance.answer(f"/data/line[{number}]/n", number)
    assert [instance.text(f"/data/line[{number}]/total") for number in range(1, 6)] == ["1", "3", "6", "10", "15"]
    instance.answer("/data/line[1]/n", 11)
    assert instance.text("/data/line[5]/total") == "25"


def test_a_formula_that_never_comes_to_rest_is_stopped_and_named() -> None:
    instance = fill(form_of(RUNNING_TOTAL.replace("BEFORE", "coalesce(indexed-repeat(${total}, ${line}, 1), 0)")))
    with pytest.raises(FormError, match=r"「/data/line\[1\]/total」的公式一直在变"):
        instance.answer("/data/line[1]/n", 1)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<html", "读不懂"),
        ("<h:html xmlns:h='http://www.w3.org/1999/xhtml'/>", "没有 head"),
        ("<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "实体声明"),
    ],
)  # fmt: skip
def test_what_is_no_form_is_refused_in_words(source: str, words: str) -> None:
    with pytest.raises(FormError, match=words):
        load_form(source)


def test_our_own_forms_have_no_problems() -> None:
    assert check(library("child_screening"), load_form) == []


def test_a_fault_is_told_with_its_row(tmp_path: Path) -> None:
    [problem] = problems_of(tmp_path, SMALL + "| | calculate | broken | |\n")
    assert problem.startswith("error 3")
    [problem] = problems_of(
        tmp_path,
        """
| survey | | | | |
| | type | name | label | relevant |
| | text | a | A | |
| | text | b | B | selected(${a}, |
""",
    )
    assert problem.startswith("error 3") and "/data/b" in problem and "relevant" in problem


def test_missing_translations_and_scores_are_told(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        """
| survey | | | | | |
| | type | name | label::zh | label::en | bind::cq:scale |
| | text | a | 甲 | | |
| | select_one l | b | 乙 | B | A |
| choices | | | | | |
| | list_name | name | label::zh | label::en | score |
| | l | x | 子 | X | 1 |
| | l | y | 丑 | Y | |
| settings | |
| | form_id | namespaces |
| | f | cq="urn:cq:forms:1" |
""",
    )
    assert problems == [
        "warning 2 第 2 行：「a」没有「en」的文字",
        "error 3 第 3 行：「b」是计分题，选项「y」没有分数",
        "warning None 有计分题，却没有算出等级的题（cq:result 等于 level）",
    ]


def test_the_command_line_checks_files(tmp_path: Path) -> None:
    bad = tmp_path / "bad.md"
    bad.write_text(SMALL.replace("text", "teext"), encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "forms", str(library("child_screening")), str(bad)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert "teext" in run.stdout
    assert "child_screening" not in run.stdout


def test_an_expression_is_evaluated_over_xml_with_no_form() -> None:
    xml = "<data><child><age>3</age></child><child><age>8</age></child></data>"
    assert evaluate("sum(/data/child/age)", xml) == 11.0
    assert evaluate("position(..) = 2 and ../age > 5", xml, at="/data/child[2]/age") is True
    assert evaluate("concat(age, ' Jahre')", xml, at="/data/child[1]") == "3 Jahre"
    assert evaluate("random()", xml) == evaluate("random()", xml)
