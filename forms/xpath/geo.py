"""Areas and distances on the Earth, as ODK counts them: a sphere, without altitude."""

from __future__ import annotations

import math
from itertools import pairwise

from forms.xpath.errors import ExpressionError
from forms.xpath.values import number_of

RADIUS = 6_378_100.0
"""Metres; the radius that JavaRosa uses (GeoUtils)."""

Point = tuple[float, float]
"""Latitude and longitude in degrees."""


def points(text: str) -> list[Point]:
    """The points of a geopoint, geotrace or geoshape: "lat lon alt accuracy; ..." (ExpressionError when it is none)."""
    return [point(part) for part in text.split(";") if part.strip()]


def point(text: str) -> Point:
    """The point of a geopoint: latitude and longitude, then perhaps altitude and accuracy."""
    parts = [number_of(part) for part in text.split()]
    if not 2 <= len(parts) <= 4 or any(part != part for part in parts):
        raise ExpressionError("geo", value=text)
    latitude, longitude = parts[:2]
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise ExpressionError("geo", value=text)
    return latitude, longitude


def area(shape: list[Point]) -> float:
    """Square metres inside a shape, closed or not; 0 for less than three points.

    Formula: Chamberlain and Duquette, Some Algorithms for Polygons on a Sphere, JPL 2007.
    """
    corners = [(math.radians(latitude), math.radians(longitude)) for latitude, longitude in shape]
    doubled = math.fsum(
        (lon2 - lon1) * (2 + math.sin(lat1) + math.sin(lat2))
        for (lat1, lon1), (lat2, lon2) in pairwise([*corners, *corners[:1]])
    )
    return round(abs(doubled) * RADIUS**2 / 2, 2)


def length(line: list[Point]) -> float:
    """Metres along a line, from point to point."""
    return round(math.fsum(distance(here, there) for here, there in pairwise(line)), 2)


def distance(here: Point, there: Point) -> float:
    """Metres between two points, by the spherical law of cosines."""
    latitude, other = math.radians(here[0]), math.radians(there[0])
    turn = math.radians(here[1] - there[1])
    cosine = math.sin(latitude) * math.sin(other) + math.cos(latitude) * math.cos(other) * math.cos(turn)
    return math.acos(max(-1.0, min(1.0, cosine))) * RADIUS


def inside(place: Point, shape: list[Point]) -> bool:
    """Whether a point lies in a closed shape (none lies in an open one): whether a line from it crosses it an odd
    number of times.
    """
    latitude, longitude = place
    odd = False
    if shape[:1] != shape[-1:]:
        return False
    for (lat1, lon1), (lat2, lon2) in pairwise(shape):
        if (lat1 > latitude) != (lat2 > latitude):
            crossing = (lon1 - lon2) * (latitude - lat2) / (lat1 - lat2) + lon2
            odd ^= longitude < crossing
    return odd
