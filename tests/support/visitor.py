"""A browser without script: opens a page, types into its form, presses a button."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse


@dataclass
class OpenPage:
    """A page as it was served; it stays as it is, whatever happens to the records meanwhile."""

    client: FlaskClient
    path: str
    text: str = field(repr=False)

    def fields(self, form: str) -> dict[str, str]:
        """What the form with this id would send as it stands."""
        return {name: value or "" for name, value in self._form(form).form_values()}

    def submit(self, form: str, to: str = "", **typed: str) -> TestResponse:
        """Type over some fields and press the form's button, or another one that leads elsewhere."""
        there = to or self._form(form).get("action") or self.path
        names = {name.replace("__", "."): text for name, text in typed.items()}
        return self.client.post(there, data={**self.fields(form), **names})

    def says(self, *words: str) -> bool:
        """Whether all of these stand on the page."""
        shown = " ".join(html.fromstring(self.text).text_content().split())
        return all(each in shown for each in words)

    def _form(self, form: str) -> html.FormElement:
        return next(each for each in html.fromstring(self.text).forms if each.get("id") == form)


def visit(client: FlaskClient, path: str) -> OpenPage:
    """Open a page; it must be there."""
    answer = client.get(path)
    assert answer.status_code == 200, f"{path}: {answer.status_code}\n{answer.text}"
    return OpenPage(client, path, answer.text)


def shown(answer: TestResponse, client: FlaskClient) -> OpenPage:
    """The page that came back instead of a redirect."""
    return OpenPage(client, answer.request.path, answer.text)
