"""Changes on the wire, and the clock that orders them."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import clock
from sync.change import Change, Dot, Write, decode, digest, encode, first_seq, is_group
from sync.errors import Malformed, NewerVersion, NotEnrolled
from sync.ids import ALPHABET, new_id
from sync.wire import Answer, Request, Verdict, pack, unpack_answer, unpack_request

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
some_dots = st.builds(Dot, st.sampled_from(["A", "B1", "registry/500110/1"]), st.integers(1, 10**6))
writes = st.builds(Write, json_values, st.frozensets(some_dots, max_size=3))
changes = st.builds(
    Change,
    some_dots, st.just(1), st.just(1), st.text(max_size=8), st.integers(0, 2**61), st.text(max_size=8),
    st.text(max_size=16), st.dictionaries(st.text(max_size=8), writes, max_size=4), st.text(max_size=12),
    st.text(max_size=8), st.text(max_size=8), st.text(max_size=64), st.text(max_size=16),
)  # fmt: skip


@given(changes)
def test_a_change_reads_back_as_it_was_written(change: Change) -> None:
    assert decode(encode(change)) == change


@given(changes)
def test_equal_changes_have_equal_bytes(change: Change) -> None:
    assert digest(encode(decode(encode(change)))) == digest(encode(change))


@given(st.text() | st.binary().map(lambda b: b.decode("latin-1")))
def test_anything_else_is_malformed_and_nothing_worse(text: str) -> None:
    with pytest.raises(Malformed):
        decode(text)


@given(json_values)
def test_json_that_is_no_change_is_malformed(value: object) -> None:
    import orjson

    with pytest.raises(Malformed):
        decode(orjson.dumps(value).decode())


@given(st.integers(0, 2**47), st.integers(0, 2**47))
def test_the_clock_never_goes_back(last_ms: int, now_ms: int) -> None:
    last = clock.stamp_at(last_ms)
    assert clock.tick(last, now_ms) > last
    assert clock.ms_of(clock.tick(last, now_ms)) >= now_ms


@given(st.lists(st.integers(0, 2**40), min_size=2), st.integers(-(2**40), 2**40), st.integers(0, 2**41))
def test_a_measured_offset_keeps_the_order_of_stamps(moments: list[int], offset: int, now: int) -> None:
    stamps = sorted(clock.stamp_at(ms) for ms in moments)
    settled = [clock.settle(stamp, offset, now) for stamp in stamps]
    assert settled == sorted(settled)
    assert all(0 <= clock.ms_of(stamp) <= now for stamp in settled)


def test_a_small_difference_between_clocks_is_left_alone() -> None:
    assert clock.offset(theirs_ms=1_000, ours_ms=5_999) == 0
    assert clock.offset(theirs_ms=1_000, ours_ms=6_001) == 5_001


@given(st.integers(1, 20), st.integers(0, 2**32))
def test_ids_use_the_alphabet_without_lookalikes(length: int, seed: int) -> None:
    made = new_id(random.Random(seed).randbytes, length)
    assert len(made) == length and set(made) <= set(ALPHABET)


def group_of(n: int) -> list[Change]:
    return [Change(Dot("A", 5 + k), k, n, "u", k, "house", "H") for k in range(1, n + 1)]


def test_a_group_is_whole_contiguous_and_of_one_author() -> None:
    group = group_of(3)
    assert is_group(group) and {first_seq(change) for change in group} == {6}
    assert not is_group(group[:2])
    assert not is_group([group[0], group[2], group[1]])


def test_messages_read_back_as_they_were_written() -> None:
    request = Request(epoch=0, seq=3, now=1, cursor={"read": {"500110102": 7}}, groups=[["p"]], want=["R"])
    answer = Answer(epoch=1, now=2, cursor={}, scope=["500110102"], verdicts=[Verdict(1, "refused", {"code": "x"})],
                    rows=[["R", "house", "500110102201", "", "ordinary", 1, "{}"]], more=True)  # fmt: skip
    assert unpack_request(pack(request)) == request
    assert unpack_answer(pack(answer)) == answer


@given(st.binary(max_size=200))
def test_bytes_that_are_no_message_are_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        unpack_request(body)


def test_a_message_of_a_newer_version_says_so() -> None:
    with pytest.raises(NewerVersion):
        unpack_request(pack(Request(epoch=0, seq=0, now=0, cursor={}, v=99)))


def test_a_device_that_signs_with_another_key_is_not_let_in() -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from sync import signing

    key, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    header = signing.sign(key, "DEV1", b"body")
    signing.verify(key.public_key().public_bytes_raw(), header, b"body")
    for public, said, body in (
        (other.public_key(), header, b"body"),
        (key.public_key(), header, b"other body"),
        (key.public_key(), header.replace("DEV1", "DEV2"), b"body"),
        (key.public_key(), "Basic abc", b"body"),
    ):
        with pytest.raises(NotEnrolled):
            signing.verify(public.public_bytes_raw(), said, body)


def test_the_example_in_the_document_is_a_change_to_the_byte() -> None:
    text = (Path(__file__).parents[2] / "docs" / "sync.md").read_text("utf-8")
    payload = text.split("```json\n")[1].split("\n```")[0]
    assert encode(decode(payload)) == payload
    assert f"Its SHA-256 is `{digest(payload)}`" in text
