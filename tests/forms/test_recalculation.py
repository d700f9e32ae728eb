"""Evaluating what depends on an answer gives what evaluating everything again would give."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from forms import NOT_COLLECTED, Form, Instance
from tests.forms.filling import fill, form_of, reopen, screening

FARM = form_of("""
    | survey | | | | | | | | |
    | | type | name | label | relevant | required | constraint | calculation | choice_filter |
    | | integer | cows | Cows ${total} | | yes | . >= 0 and . < ${limit} | | |
    | | select_one yn | sells | Sells | ${cows} > 2 | | | | |
    | | begin_repeat | field | Field | | | | | |
    | | decimal | size | Size | | yes | . <= sum(${size}) | | |
    | | select_one crop | crop | Crop | | | | | kind = ${kind} |
    | | select_one kind | kind | Kind | ${size} > 1 | | | | |
    | | calculate | share | | | | | ${size} div ${total} | |
    | | calculate | before | | | | | sum(${size}[position() <= position(current()/..)]) | |
    | | begin_repeat | plot | Plot | ${size} > 2 | | | | |
    | | integer | rows | Rows of ${crop} | | | . < ${size} * 10 | | |
    | | calculate | of | | | | | count(../../plot) | |
    | | end_repeat | | | | | | | |
    | | end_repeat | | | | | | | |
    | | begin_group | sums | | ${sells} = 'y' | | | | |
    | | calculate | total | | | | | sum(${size}[. != '']) | |
    | | calculate | rows_total | | | | | sum(${rows}[. != '']) | |
    | | end_group | | | | | | | |
    | | calculate | limit | | | | | 10 + count(${field}) + count(${plot}) | |
    | | note | hint | You have ${cows} | nc(${cows}) or ${rows_total} > 5 | | | | |
    | choices | | | | |
    | | list_name | name | label | kind |
    | | yn | y | Yes | |
    | | yn | n | No | |
    | | kind | grain | Grain | |
    | | kind | root | Root | |
    | | crop | rice | Rice | grain |
    | | crop | maize | Maize | grain |
    | | crop | yam | Yam | root |
""")

ANSWERS = {
    "cows": ["0", "3", "12"],
    "sells": ["y", "n"],
    "size": ["1", "2.5", "3"],
    "crop": ["rice", "yam"],
    "kind": ["grain", "root"],
    "rows": ["4", "25"],
}
GIVEN = [(name, value) for name, values in ANSWERS.items() for value in (*values, "", "x", NOT_COLLECTED)]
STEPS = st.lists(
    st.one_of(
        st.builds(lambda given, n: ("answer", given[0], n, given[1]), st.sampled_from(GIVEN), st.integers(0, 9)),
        st.tuples(st.just("add"), st.sampled_from(["field", "plot"]), st.integers(0, 9), st.just("")),
        st.tuples(st.just("remove"), st.sampled_from(["field", "plot"]), st.integers(0, 9), st.just("")),
    ),
    max_size=16,
)
Step = tuple[str, str, int, str]


def state(instance: Instance) -> dict[str, object]:
    """All that a person can see of a filling."""
    return {
        path: (
            instance.text(path),
            instance.value(path),
            instance.required(path),
            instance.readonly(path),
            instance.error(path),
            instance.label(path),
            tuple(each.name for each in instance.choices(path)) if question.control == "select1" else (),
        )
        for path, question in instance.questions()
    }


def places(instance: Instance, name: str) -> list[str]:
    """The paths of a question or repeat in all occurrences, shown or not."""
    paths = [path for path in [*instance.answers(), *state(instance)] if isinstance(path, str)]
    return sorted({path for path in paths if path.rpartition("/")[2].partition("[")[0] == name})


def planted() -> Instance:
    """A farm with two fields and three plots, so that few steps can do much."""
    instance = fill(FARM, {"/data/cows": 12, "/data/sells": "y"})
    instance.add_repeat("/data/field")
    instance.add_repeat("/data/field[1]/plot")
    instance.add_repeat("/data/field[2]/plot")
    for path in ("/data/field[1]", "/data/field[2]"):
        for name, value in {"size": "3", "kind": "grain", "crop": "rice", "plot[1]/rows": "4"}.items():
            instance.answer(f"{path}/{name}", value)
    return instance


def do(instance: Instance, step: Step) -> None:
    kind, name, number, value = step
    found = places(instance, name)
    if not found:
        return
    path = found[number % len(found)]
    if kind == "answer":
        instance.answer(path, value)
    elif kind == "add" and instance.answers()[path] != 4:
        instance.add_repeat(path)
    elif kind == "remove" and instance.answers()[path]:
        instance.remove_repeat(f"{path}[{number % int(str(instance.answers()[path])) + 1}]")


@given(STEPS)
@settings(deadline=None, max_examples=80)
def test_step_by_step_equals_everything_again(steps: list[Step]) -> None:
    instance = planted()
    for step in steps:
        do(instance, step)
    stepwise = state(instance), instance.submission()
    instance.recalculate()
    assert (state(instance), instance.submission()) == stepwise
    again = reopen(FARM, instance.answers())
    assert (state(again), again.submission()) == stepwise
    assert again.answers() == instance.answers()


@given(STEPS)
@settings(deadline=None, max_examples=60)
def test_what_changed_on_the_screen_is_what_is_told(steps: list[Step]) -> None:
    instance = planted()
    for step in steps:
        if step[0] != "answer" or not places(instance, step[1]):
            do(instance, step)
            continue
        found = places(instance, step[1])
        before = state(instance)
        changed = instance.answer(found[step[2] % len(found)], step[3])
        after = state(instance)
        assert {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)} <= changed


def choices_of(form: Form) -> st.SearchStrategy[list[tuple[str, str]]]:
    """Some answers to the scale, the report and the categories of the screening form."""
    pairs = [(question.path, choice.name) for question in form.questions.values() for choice in question.choices]
    not_collected = [(path, NOT_COLLECTED) for path, _ in pairs]
    return st.lists(st.one_of(st.sampled_from(pairs), st.sampled_from(not_collected)), max_size=25)


@given(choices_of(screening()))
@settings(deadline=None, max_examples=40)
def test_the_screening_form_step_by_step_equals_everything_again(answers: list[tuple[str, str]]) -> None:
    instance = fill(screening())
    for path, value in answers:
        instance.answer(path, value)
    stepwise = state(instance)
    instance.recalculate()
    assert state(instance) == stepwise
    assert (
        state(reopen(screening(), instance.answers())).items()
        >= {path: seen for path, seen in stepwise.items() if not path.endswith("instanceID")}.items()
    )


@given(choices_of(screening()))
@settings(deadline=None, max_examples=60)
def test_more_knowledge_never_widens_the_range(answers: list[tuple[str, str]]) -> None:
    instance = fill(screening())
    ranks = ["red", "yellow", "blue", "green"]
    for path, value in answers:
        instance.answer(path, value)
        low, high = instance.text("/data/risk/score_low"), instance.text("/data/risk/score_high")
        assert bool(low) == bool(high)
        if low:
            assert 0 <= float(low) <= float(high) <= 100
            level_low, level_high = (instance.text(f"/data/risk/level_{end}") for end in ("low", "high"))
            assert ranks.index(level_low) <= ranks.index(level_high)
            assert ranks.index(instance.text("/data/risk/level")) <= ranks.index(level_low)
