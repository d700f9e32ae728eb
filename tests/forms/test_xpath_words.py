"""What the engine says is complete in English too, with the same values filled in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from forms.xpath.errors import MESSAGES

ENGLISH = Path(__file__).parents[2] / "fieldapp/translations/en/expressions.po"


@pytest.mark.parametrize("text", MESSAGES.values())
def test_every_sentence_has_an_english_one_with_the_same_values(text: str) -> None:
    with ENGLISH.open(encoding="utf-8") as file:
        message = read_po(file, locale="en").get(text)
    assert message is not None
    english = str(message.string)
    assert english
    assert sorted(re.findall(r"%\(\w+\)s", english)) == sorted(re.findall(r"%\(\w+\)s", text))
