"""Somebody who fills a form over HTTP as the browser does: one answer, one request."""

from __future__ import annotations

import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.family import CHILD, FORM
from tests.support.laptop import token

NC = "__nc__"
LOWEST = {  # the choices with the lowest score: 2 + 2 + 0 + 0 + 0 + 0 + 0 + 2 + 0 + 0 + 3 + 0 = 9 points
    "a_age": "80_up", "a_education": "none", "a_health": "dependent", "a_mind": "disordered", "a_awareness": "none",
    "a_law": "now", "a_income": "none", "a_couple": "apart", "a_bond": "broken", "a_kin": "none",
    "a_neighbours": "poor", "a_home": "danger",
}  # fmt: skip
HIGHEST = {  # all 100 points
    "a_age": "under_60", "a_education": "senior", "a_health": "healthy", "a_mind": "steady", "a_awareness": "active",
    "a_law": "lawful", "a_income": "enough", "a_couple": "good", "a_bond": "close", "a_kin": "strong",
    "a_neighbours": "good", "a_home": "safe",
}  # fmt: skip


class Filler:
    """One browser with one draft."""

    def __init__(self, client: FlaskClient, begin: str = f"/people/{CHILD}/forms/{FORM}") -> None:
        self.client = client
        self.token = token(client)
        opened = self.post(begin)
        assert opened.status_code == 303, opened.text
        self.draft = opened.location.rpartition("/")[2]

    @property
    def address(self) -> str:
        """Where the draft stands."""
        return f"/forms/{self.draft}"

    def post(self, path: str, **data: str) -> TestResponse:
        """Post a form, as a button does."""
        return self.client.post(path, data={"csrf_token": self.token, **data})

    def page(self, section: str) -> str:
        """The page of a section."""
        shown = self.client.get(f"{self.address}?section={section}")
        assert shown.status_code == 200, shown.text
        return shown.text

    def answer(self, path: str, *values: str, typing: bool = False) -> str:
        """Give an answer; what came back."""
        taken = self.try_answer(path, *values, typing=typing)
        assert taken.status_code == 200, taken.text
        return taken.text

    def try_answer(self, path: str, *values: str, typing: bool = False) -> TestResponse:
        """The same, when it may be refused."""
        full = path if path.startswith("/") else f"/data/{path}"
        return self.client.post(
            f"{self.address}/answer",
            query_string={"path": full, **({"typing": "1"} if typing else {})},
            data={full: list(values)},
            headers={"HX-Request": "true", "X-CSRF-Token": self.token},
        )

    def answer_all(self, risks: dict[str, str], mandatory: str = "none") -> None:
        """What the form insists on."""
        self.answer("carer/has_carer", "no")
        for name, choice in risks.items():
            self.answer(f"risk/{name}", choice)
        self.answer("report/mandatory", mandatory)

    def finish(self) -> TestResponse:
        """Press 完成."""
        return self.post(f"{self.address}/finish")


def part(html: str, mark: str) -> str:
    """The element with this id as it was sent, up to the next element with an id; fails when it was not sent."""
    found = re.search(rf'<[a-z]+[^>]*\bid="{re.escape(mark)}".*?(?=<[a-z]+[^>]*\b(?:id|hx-swap-oob)="|\Z)', html, re.S)
    assert found, f"no {mark} in {html}"
    return found[0]


def has_part(html: str, mark: str) -> bool:
    """Whether an element with this id was sent."""
    return f'id="{mark}"' in html
