"""A map of counties as SVG paths, drawn from the outlines beside a vocabulary."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import cos, radians
from pathlib import Path
from typing import Any, Final

from rulelang.data.report import DataError
from rulelang.diagnostics.catalogue import records as say
from rulelang.diagnostics.plain_data import frozen
from rulelang.report.glance import Glance

WIDTH: Final = 400
"""The width of a map, in the units of its paths."""

SHADES: Final = 5
"""How many shades a map has."""


@frozen
class Shape:
    """A county on a map: its outline, how many of its LEAs are counted, of how many, and its shade from 0, none."""

    county: str
    path: str
    counted: int
    total: int
    shade: int


@frozen
class CountyMap:
    """A map of how many LEAs of each county get a determination; `legend` has each shade with the shares it is for."""

    outcome: str
    width: int
    height: int
    shapes: tuple[Shape, ...]
    legend: tuple[tuple[int, str], ...]


def county_map(outlines: Path | None, seen: Glance) -> CountyMap | None:
    """Return a map of the first determination of the page; None without outlines.

    There is no map if all LEAs are in one county, or one of their counties has no outline. Outlines are a GeoJSON file
    in which each feature has the name of its county. Raises DataError if it is not one.
    """
    counties = {county: counts for county, counts in seen.counties if county}
    if outlines is None or len(counties) <= 1:
        return None
    try:
        features = json.loads(outlines.read_text(encoding="utf-8"))["features"]
        rings = {one["properties"]["county"]: list(_rings(one["geometry"])) for one in features}
    except (OSError, ValueError, KeyError, TypeError):
        raise DataError(say.unreadable_outlines(str(outlines))) from None
    if not counties.keys() <= rings.keys():
        return None
    place = _Frame.around([point for some in rings.values() for ring in some for point in ring])
    shares = {county: (counts[0], sum(counts)) for county, counts in counties.items()}
    limits = [100 * at // SHADES for at in range(SHADES + 1)]
    legend = [(0, "0%"), *((at + 1, f"{low}–{high}%") for at, (low, high) in enumerate(pairwise(limits)))]
    shapes = (
        Shape(county, "".join(map(place.path, some)), *shares.get(county, (0, 0)), _shade(*shares.get(county, (0, 0))))
        for county, some in rings.items()
    )
    return CountyMap(seen.counts[0][0], WIDTH, place.height, tuple(shapes), tuple(legend))


def _shade(counted: int, total: int) -> int:
    """Return the shade of a share: 0 for none of them, then one for each fifth of all, its upper limit included."""
    return -(-SHADES * counted // total) if total else 0


def _rings(geometry: Mapping[str, Any]) -> Iterator[Sequence[Sequence[float]]]:
    """Yield the outer rings of a shape; a county in a hole of another is drawn over it."""
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    yield from (polygon[0] for polygon in polygons)


@frozen
class _Frame:
    """Converts places in degrees to those of a map: as wide as long in the middle of the map, north at the top."""

    west: float
    north: float
    across: float
    up: float
    height: int

    @classmethod
    def around(cls, points: Sequence[Sequence[float]]) -> _Frame:
        """Return the frame that some places just fit in."""
        (west, east), (south, north) = ((min(some), max(some)) for some in zip(*points, strict=True))
        across = WIDTH / (east - west)
        up = across / cos(radians((south + north) / 2))
        return cls(west, north, across, up, round(up * (north - south)))

    def path(self, ring: Sequence[Sequence[float]]) -> str:
        """Return a ring as an SVG path."""
        points = (f"{(x - self.west) * self.across:.1f} {(self.north - y) * self.up:.1f}" for x, y in ring[:-1])
        return f"M{'L'.join(points)}Z"
