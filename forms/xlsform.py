"""XLSForms (Markdown tables, .xlsx, .csv) become XForms by pyxform. Slow (0.1 s to 20 s): never inside a request."""

from __future__ import annotations

from dataclasses import fields
from hashlib import sha256
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile

from forms.errors import FormError

SUFFIXES = frozenset({".md", ".xlsx", ".xls", ".csv"})

# pyxform makes typewriter quotes of all curly ones, because Excel curls those in formulas. In sentences they are meant.
QUOTES = str.maketrans("‘’“”", "\ue000\ue001\ue002\ue003")
QUOTES_BACK = str.maketrans("\ue000\ue001\ue002\ue003", "‘’“”")
SENTENCES = (
    "label",
    "hint",
    "guidance_hint",
    "constraint_message",
    "required_message",
    "constraint message",
    "required message",
    "bind::",
)


def to_xform(path: Path, cache: Path | None = None) -> str:
    """The XForm XML of an XLSForm file; kept by content hash in the folder `cache` when one is given.

    FormError("xlsform") carries the converter's own words, which name sheet and row.
    """
    content = path.read_bytes()
    if cache is None:
        return convert(content, path.suffix)
    kept = cache / f"{_key(content, path.suffix)}.xml"
    if not kept.exists():
        _keep(kept, convert(content, path.suffix))
    return kept.read_text(encoding="utf-8")


def convert(content: bytes, suffix: str) -> str:
    """The XForm XML of an XLSForm's bytes; `suffix` says what they are (".md", ".xlsx", ...)."""
    # imported here, because it takes 0.4 s that a running form never needs
    from pyxform.errors import PyXFormError
    from pyxform.xls2json_backends import get_xlsform
    from pyxform.xls2xform import convert as to_xml

    try:
        workbook = get_xlsform(BytesIO(content), file_type=suffix)
        for sheet in (workbook.survey, workbook.choices):
            _protect_quotes(sheet or [])
        sheets = {each.name: getattr(workbook, each.name) for each in fields(workbook)}
        return str(to_xml(sheets).xform).translate(QUOTES_BACK)
    except PyXFormError as error:
        raise FormError("xlsform", reason=str(error)) from error


def _protect_quotes(rows: list[dict[str, str]]) -> None:
    for row in rows:
        for column, cell in row.items():
            if column.startswith(SENTENCES) and isinstance(cell, str):
                row[column] = cell.translate(QUOTES)


def _key(content: bytes, suffix: str) -> str:
    """What the result depends on: the bytes, how they are read, and the converter."""
    return sha256(b"\0".join((version("pyxform").encode(), suffix.encode(), content))).hexdigest()


def _keep(kept: Path, xform: str) -> None:
    """Write in one step, so that a reader never sees half a file."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", encoding="utf-8", dir=kept.parent, suffix=".part", delete=False) as part:
        part.write(xform)
    Path(part.name).replace(kept)
