"""Who can open a laptop's data, and what the file of wraps tells to whoever finds it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from fieldapp.errors import Invalid, NotAllowed, Unavailable, WrongPassphrase
from fieldapp.laptop import keys
from fieldapp.laptop.keys import Account, Keyring
from tests.support.laptop import CHEAP, PASSPHRASE, WORKER, Chance

KEY = bytes(range(32))
OTHER = Account("U2", "罗建国", "caseworker")


class Clock:
    """The test's time."""

    ms = 1_763_436_000_000

    def __call__(self) -> int:
        return self.ms


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ring(tmp_path: Path, clock: Clock) -> Keyring:
    ring = Keyring(tmp_path, now_ms=clock, entropy=Chance("keys"), cost=CHEAP)
    ring.create(KEY, WORKER, PASSPHRASE, label="万盛-017")
    return ring


def test_the_right_passphrase_gives_the_data_key(ring: Keyring) -> None:
    assert ring.unlock(WORKER.id, PASSPHRASE) == KEY


def test_a_wrong_passphrase_is_said_in_plain_words(ring: Keyring) -> None:
    with pytest.raises(WrongPassphrase, match="口令不对"):
        ring.unlock(WORKER.id, "qingshui-cun-8")


def test_somebody_who_is_not_registered_here_gets_nothing(ring: Keyring) -> None:
    with pytest.raises(NotAllowed, match="没有登记您"):
        ring.unlock("U9", PASSPHRASE)


def test_two_people_open_the_same_data_each_by_her_own_passphrase(ring: Keyring) -> None:
    ring.add_user(KEY, OTHER, "shiqiao-zhen-3")
    assert ring.unlock(OTHER.id, "shiqiao-zhen-3") == ring.unlock(WORKER.id, PASSPHRASE) == KEY
    assert ring.accounts() == (WORKER, OTHER)
    with pytest.raises(WrongPassphrase):
        ring.unlock(OTHER.id, PASSPHRASE)


def test_a_changed_passphrase_replaces_the_old_one(ring: Keyring) -> None:
    ring.change_passphrase(WORKER.id, PASSPHRASE, "xin de kouling")
    assert ring.unlock(WORKER.id, "xin de kouling") == KEY
    with pytest.raises(WrongPassphrase):
        ring.unlock(WORKER.id, PASSPHRASE)


def test_only_who_knows_the_old_passphrase_changes_it(ring: Keyring) -> None:
    with pytest.raises(WrongPassphrase):
        ring.change_passphrase(WORKER.id, "guess-guess", "xin de kouling")
    assert ring.unlock(WORKER.id, PASSPHRASE) == KEY


def test_a_short_passphrase_is_refused_at_its_field_and_changes_nothing(ring: Keyring) -> None:
    before = ring.path.read_bytes()
    with pytest.raises(Invalid) as refused:
        ring.add_user(KEY, OTHER, "1234567")
    assert set(refused.value.fields) == {"passphrase"}
    assert ring.path.read_bytes() == before


def test_after_three_slips_a_wait_begins_that_doubles(ring: Keyring, clock: Clock) -> None:
    for _ in range(keys.FREE_SLIPS):
        with pytest.raises(WrongPassphrase):
            ring.unlock(WORKER.id, "wrong-wrong")
    with pytest.raises(Unavailable) as wait:
        ring.unlock(WORKER.id, PASSPHRASE)
    assert wait.value.values == {"seconds": 1}
    clock.ms += 1000
    with pytest.raises(WrongPassphrase):
        ring.unlock(WORKER.id, "wrong-wrong")
    with pytest.raises(Unavailable) as longer:
        ring.unlock(WORKER.id, PASSPHRASE)
    assert longer.value.values == {"seconds": 2}


def test_the_wait_outlives_a_restart_and_ends_with_the_right_passphrase(ring: Keyring, clock: Clock) -> None:
    for _ in range(keys.FREE_SLIPS):
        with pytest.raises(WrongPassphrase):
            ring.unlock(WORKER.id, "wrong-wrong")
    again = Keyring(ring.path.parent, now_ms=clock, entropy=Chance("again"), cost=CHEAP)
    with pytest.raises(Unavailable):
        again.unlock(WORKER.id, PASSPHRASE)
    clock.ms += 1000
    assert again.unlock(WORKER.id, PASSPHRASE) == KEY
    assert again.read().wrap_of(WORKER.id).slips == 0


def test_a_clock_that_is_set_back_locks_nobody_out_for_longer_than_a_minute(ring: Keyring, clock: Clock) -> None:
    for _ in range(keys.FREE_SLIPS):
        with pytest.raises(WrongPassphrase):
            ring.unlock(WORKER.id, "wrong-wrong")
    clock.ms -= 365 * 24 * 3600 * 1000
    with pytest.raises(Unavailable) as wait:
        ring.unlock(WORKER.id, PASSPHRASE)
    assert wait.value.values == {"seconds": keys.LONGEST_WAIT}


def test_people_keep_their_order_on_the_login_page_whoever_slips(ring: Keyring) -> None:
    ring.add_user(KEY, OTHER, "shiqiao-zhen-3")
    with pytest.raises(WrongPassphrase):
        ring.unlock(WORKER.id, "wrong-wrong")
    assert ring.accounts() == (WORKER, OTHER)


def test_the_slips_of_one_do_not_hold_up_another(ring: Keyring) -> None:
    ring.add_user(KEY, OTHER, "shiqiao-zhen-3")
    for _ in range(keys.FREE_SLIPS):
        with pytest.raises(WrongPassphrase):
            ring.unlock(WORKER.id, "wrong-wrong")
    assert ring.unlock(OTHER.id, "shiqiao-zhen-3") == KEY


def test_the_file_holds_neither_key_nor_passphrase(ring: Keyring) -> None:
    content = ring.path.read_text("utf-8")
    assert PASSPHRASE not in content
    assert KEY.hex() not in content
    wrap = json.loads(content)["users"][0]
    assert wrap["algorithm"] == "argon2id-aesgcm-1"
    assert wrap["cost"] == {"time": 1, "memory": 64, "parallelism": 1}


def test_a_wrap_moved_to_another_name_opens_for_nobody(ring: Keyring) -> None:
    body = json.loads(ring.path.read_text("utf-8"))
    body["users"][0]["id"] = OTHER.id
    ring.path.write_text(json.dumps(body), "utf-8")
    with pytest.raises(WrongPassphrase):
        ring.unlock(OTHER.id, PASSPHRASE)


def test_the_registry_opens_its_recovery_wrap_and_nobody_else_does(tmp_path: Path, clock: Clock) -> None:
    registry = X25519PrivateKey.generate()
    ring = Keyring(tmp_path, now_ms=clock, entropy=Chance("keys"), cost=CHEAP)
    ring.create(KEY, WORKER, PASSPHRASE, recovery=registry.public_key().public_bytes_raw())
    sealed = ring.read().recovery
    assert sealed is not None
    assert keys.open_sealed(sealed, registry) == KEY
    with pytest.raises(InvalidTag):
        keys.open_sealed(sealed, X25519PrivateKey.generate())


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[1]", b'{"version": 1, "label": "", "users": [{}], "recovery": null}']
)
def test_a_damaged_file_is_named_and_left_as_it_is(ring: Keyring, content: bytes) -> None:
    ring.path.write_bytes(content)
    with pytest.raises(Invalid, match="读不懂"):
        ring.unlock(WORKER.id, PASSPHRASE)
    assert ring.path.read_bytes() == content


def test_a_write_that_is_cut_off_leaves_the_old_file(ring: Keyring, monkeypatch: pytest.MonkeyPatch) -> None:
    def power_fails(descriptor: int) -> None:
        raise OSError("power")

    before = ring.path.read_bytes()
    monkeypatch.setattr("fieldapp.laptop.keys.os.fsync", power_fails)
    with pytest.raises(OSError, match="power"):
        ring.add_user(KEY, OTHER, "shiqiao-zhen-3")
    assert ring.path.read_bytes() == before
