from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from fieldapp.domain import drafts
from fieldapp.domain.drafts import Draft
from fieldapp.errors import NotFound
from sync.store.database import open_sqlite, using
from tests.domain.desk import NOW, WORKER, Desk

KILLED = """
import os, sys
from datetime import datetime
from fieldapp.domain import drafts
from sync.store.database import open_sqlite, using

with using(open_sqlite(sys.argv[1], b"k" * 32)):
    draft = drafts.load(sys.argv[2])
    drafts.save(draft, {"/data/base/name": "周雨桐"}, now=datetime.fromisoformat(sys.argv[3]))
    os.kill(os.getpid(), 9)
"""


def begun(desk: Desk, **fields: str) -> Draft:
    about = {"form": "child_screening", "form_version": "1", "person": "P", "user": WORKER, "screen": "S", **fields}
    return drafts.begin(desk.new_id(), now=NOW, **about)


def test_a_draft_keeps_answers_prefill_and_place(desk: Desk) -> None:
    draft = begun(desk, household="H")
    drafts.save(draft, {"/data/a": "1"}, now=NOW, position="/data/a", answered=1, questions=18)
    read = drafts.load(draft.id)
    assert (read.answers, read.position, read.answered, read.questions) == ({"/data/a": "1"}, "/data/a", 1, 18)
    assert read.updated_at == NOW


def test_an_answer_survives_a_killed_process(desk: Desk, tmp_path: Path) -> None:
    draft = begun(desk)
    arguments = [sys.executable, "-c", KILLED, str(tmp_path / f"{desk.device}.db"), draft.id, NOW.isoformat()]
    assert subprocess.run(arguments, check=False).returncode == -9
    with using(open_sqlite(tmp_path / f"{desk.device}.db", b"k" * 32)):
        assert drafts.load(draft.id).answers == {"/data/base/name": "周雨桐"}


def test_opening_a_form_twice_goes_on_with_the_same_draft(desk: Desk) -> None:
    draft = begun(desk)
    assert drafts.find("child_screening", "P", WORKER) == draft
    assert drafts.find("child_screening", "P", "SOMEBODYELSE0001") is None
    assert drafts.find("another_form", "P", WORKER) is None


def test_the_last_touched_draft_comes_first(desk: Desk) -> None:
    first, second = begun(desk), begun(desk)
    drafts.save(second, {}, now=NOW + timedelta(minutes=1))
    drafts.save(first, {}, now=NOW + timedelta(minutes=2))
    assert drafts.of(WORKER) == [first, second]


def test_a_draft_that_became_a_submission_is_gone(desk: Desk) -> None:
    draft = begun(desk)
    drafts.discard(draft.id)
    with pytest.raises(NotFound):
        drafts.load(draft.id)


def test_drafts_hold_their_records_whatever_their_area(desk: Desk) -> None:
    begun(desk, household="H", visit="")
    assert drafts.kept_records() == {"P", "H"}
