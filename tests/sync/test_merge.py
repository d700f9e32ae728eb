"""The merge is a pure fold: its laws hold for any changes in any order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sync import merge
from sync.change import Change, Dot, Value, Write
from sync.merge import RecordState, latest, safest

values: st.SearchStrategy[Value] = st.one_of(st.none(), st.integers(0, 3), st.sampled_from(["red", "green", "一"]))


def change(device: str, seq: int, value: Value, over: frozenset[Dot] = frozenset(), stamp: int = 0) -> Change:
    return Change(Dot(device, seq), 1, 1, "u", stamp or seq, "house", "H", {"x": Write(value, over)})


@st.composite
def histories(draw: st.DrawFn) -> list[Change]:
    """Changes of up to three devices; each names any of the dots made before it."""
    made: list[Change] = []
    for n in range(draw(st.integers(0, 8))):
        device = draw(st.sampled_from("ABC"))
        seq = 1 + sum(c.dot.device == device for c in made)
        over = frozenset(draw(st.sets(st.sampled_from([c.dot for c in made])))) if made else frozenset()
        made.append(change(device, seq, draw(values), over, stamp=draw(st.integers(1, 5)) * 10 + n))
    return made


def folded(changes: list[Change]) -> RecordState:
    return merge.fold(RecordState(), [(c, c.stamp) for c in changes])


@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(changes: list[Change], chance: object) -> None:
    shuffled = list(changes)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert merge.dump(folded(shuffled)) == merge.dump(folded(changes))


@given(histories())
def test_a_change_applied_twice_is_applied_once(changes: list[Change]) -> None:
    assert merge.dump(folded(changes + changes)) == merge.dump(folded(changes))


@given(histories())
def test_a_value_that_nobody_named_is_never_gone(changes: list[Change]) -> None:
    named = frozenset[Dot]().union(*(c.writes["x"].over for c in changes))
    assert {head.dot for head in folded(changes).heads("x")} == {c.dot for c in changes} - named


@given(histories())
def test_naming_all_heads_closes_a_conflict(changes: list[Change]) -> None:
    state = folded(changes)
    heads = frozenset(head.dot for head in state.heads("x"))
    state.apply(change("Z", 1, "settled", heads))
    assert [side.value for side in state.sides("x")] == ["settled"]


@given(histories())
def test_naming_what_the_screen_showed_leaves_hidden_values_in_place(changes: list[Change]) -> None:
    state = folded(changes)
    hidden = [side.value for side in state.sides("x")][1:]
    state.apply(change("Z", 1, "edited", state.over("x"), stamp=10_000))
    assert [side.value for side in state.sides("x")] == ["edited", *hidden]


@given(histories())
def test_a_state_reads_back_as_it_was_written(changes: list[Change]) -> None:
    text = merge.dump(folded(changes))
    assert merge.dump(merge.load(text)) == text


@given(histories())
def test_every_replica_shows_the_same_value(changes: list[Change]) -> None:
    for policy in (latest, safest({"green": 1, "red": 4})):
        assert folded(changes).shown("x", policy) == folded(changes[::-1]).shown("x", policy)


@given(histories())
def test_the_safest_policy_shows_red_as_long_as_one_head_is_red(changes: list[Change]) -> None:
    state = folded(changes)
    head = state.shown("x", safest({"green": 1, "red": 4}))
    if any(h.value == "red" for h in state.heads("x")):
        assert head is not None and head.value == "red"


def test_equal_concurrent_values_are_no_conflict() -> None:
    state = folded([change("A", 1, 7), change("B", 1, 7)])
    assert list(state.conflicts()) == []
    assert len(state.sides("x")[0].heads) == 2


def test_a_screen_on_equal_heads_has_seen_both() -> None:
    state = folded([change("A", 1, 7), change("B", 1, 7)])
    assert state.over("x") == {Dot("A", 1), Dot("B", 1)}
