"""Files that a form draws choices and look-ups from, as secondary instances: CSV, GeoJSON and XML.

Each row or feature becomes an item: <root><item><name>…</name><label>…</label>…</item></root>.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from io import StringIO
from pathlib import Path

from forms import xml
from forms.errors import FormError
from forms.xpath import Node


def from_csv(content: bytes) -> Node:
    """The rows below a head line, in UTF-8 (a byte order mark is dropped); separated by comma, semicolon or tab."""
    text = content.decode("utf-8-sig")
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    return _root(csv.DictReader(StringIO(text), delimiter=delimiter, restkey="", restval=""))


def from_geojson(content: bytes) -> Node:
    """Features with points, lines or polygons: their properties, `id` and `geometry` ("lat lon 0 0; …")."""
    features = json.loads(content).get("features", [])
    return _root(
        {
            "id": str(feature.get("id", "")),
            **{key: str(value) for key, value in feature.get("properties", {}).items()},
            "geometry": "; ".join(_points(feature.get("geometry") or {})),
        }
        for feature in features
    )


def _points(geometry: Mapping[str, object]) -> Iterator[str]:
    def visit(part: object) -> Iterator[str]:
        if isinstance(part, list) and part and isinstance(part[0], (int, float)):
            yield f"{part[1]} {part[0]} 0 0"
        elif isinstance(part, list):
            for each in part:
                yield from visit(each)

    return visit(geometry.get("coordinates"))


def from_xml_file(content: bytes) -> Node:
    """An XML file as it stands."""
    return xml.to_node(xml.read_xml(content))


READERS: dict[str, Callable[[bytes], Node]] = {".csv": from_csv, ".geojson": from_geojson, ".xml": from_xml_file}


def beside(folder: Path) -> Callable[[str], Node | None]:
    """Finds the files of a form by their uris ("jr://file-csv/places.csv") in a folder, or in `media` in it."""

    def find(uri: str) -> Node | None:
        name = uri.rpartition("/")[2]
        for path in (folder / name, folder / "media" / name):
            if name and path.is_file():
                return _read(path)
        return None

    return find


def _read(path: Path) -> Node | None:
    reader = READERS.get(path.suffix.lower())
    try:
        return reader(path.read_bytes()) if reader else None
    except (ValueError, csv.Error, AttributeError, TypeError) as error:
        raise FormError("unreadable", reason=f"{path.name}: {error}") from error


def _root(rows: Iterator[dict[str, str]] | csv.DictReader[str]) -> Node:
    return Node(
        "root",
        children=(
            Node("item", children=(Node(column, value) for column, value in row.items() if column)) for row in rows
        ),
    )
