"""Writes `rulesets/counties.geojson`, the outlines of California's counties that the maps of reports are drawn from.

They are cut from the package `us-atlas` of npm (ISC license), which has them from the Census Bureau's cartographic
boundary files (public domain):

    npm pack us-atlas@3 && tar xzf us-atlas-3*.tgz
    python -m tests.report.county_outlines package/counties-10m.json
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import hypot
from pathlib import Path
from typing import Any

import rulelang

OUTLINES = Path(__file__).parents[2] / "rulesets" / "counties.geojson"
STATE = "06"
"""The state's code in the Census Bureau's files. Its counties are numbered 001, 003, 005 … in alphabetical order."""

FINEST = 0.018
"""How far, in degrees, an outline may be from the one it is cut from: about two kilometers, less than a pixel."""

SMALLEST = 0.01
"""Islands smaller than this, in square degrees, are left out."""

Point = tuple[float, float]


def outlines(atlas: Mapping[str, Any], counties: Mapping[str, str]) -> Mapping[str, Any]:
    """Return the counties as GeoJSON, each with its name; neighbors share the points of their border."""
    arcs = [_coarser(_degrees(arc, atlas["transform"])) for arc in atlas["arcs"]]
    shapes = {one["id"]: one for one in atlas["objects"]["counties"]["geometries"] if one["id"].startswith(STATE)}
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"county": name, "code": code},
                "geometry": {"type": "MultiPolygon", "coordinates": _polygons(shapes[_census_code(code)], arcs)},
            }
            for code, name in counties.items()
        ],
    }


def _census_code(code: str) -> str:
    return f"{STATE}{2 * int(code) - 1:03}"


def _degrees(arc: Sequence[Sequence[int]], transform: Mapping[str, Sequence[float]]) -> list[Point]:
    """Return the points of an arc, which are written as steps from one to the next."""
    (wide, high), (west, south) = transform["scale"], transform["translate"]
    across = up = 0
    found = []
    for right, above in arc:
        across, up = across + right, up + above
        found.append((west + across * wide, south + up * high))
    return found


def _coarser(line: Sequence[Point]) -> list[Point]:
    """Return a line with fewer points, none of the others farther from it than `FINEST` (Douglas and Peucker)."""
    kept, parts = {0, len(line) - 1}, [(0, len(line) - 1)]
    while parts:
        start, end = parts.pop()
        between = ((_distance(line[at], line[start], line[end]), at) for at in range(start + 1, end))
        far, at = max(between, default=(0, 0))
        if far > FINEST:
            kept.add(at)
            parts += [(start, at), (at, end)]
    return [line[at] for at in sorted(kept)]


def _distance(point: Point, start: Point, end: Point) -> float:
    """Return how far a point is from the line between two others."""
    (x, y), (left, low), (right, high) = point, start, end
    length = (right - left) ** 2 + (high - low) ** 2
    share = ((x - left) * (right - left) + (y - low) * (high - low)) / length if length else 0.0
    share = min(1.0, max(0.0, share))
    return hypot(x - left - share * (right - left), y - low - share * (high - low))


def _polygons(shape: Mapping[str, Any], arcs: Sequence[Sequence[Point]]) -> list[list[list[Point]]]:
    of = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
    rings = [_ring(polygon[0], arcs) for polygon in of]
    largest = max(map(_area, rings))
    return [[ring] for ring in rings if _area(ring) >= min(SMALLEST, largest)]


def _ring(numbers: Sequence[int], arcs: Sequence[Sequence[Point]]) -> list[Point]:
    points = list(dict.fromkeys(_joined(numbers, arcs)))
    return [*points, points[0]]


def _joined(numbers: Sequence[int], arcs: Sequence[Sequence[Point]]) -> Iterator[Point]:
    for number in numbers:  # one below zero is an arc walked from its end
        arc = arcs[number] if number >= 0 else reversed(arcs[~number])
        yield from ((round(x, 2), round(y, 2)) for x, y in arc)


def _area(ring: Sequence[Point]) -> float:
    return abs(sum(x * y2 - x2 * y for (x, y), (x2, y2) in pairwise(ring))) / 2


if __name__ == "__main__":
    atlas = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    vocabulary = rulelang.load("assistance/2023").rules.vocabulary
    found = outlines(atlas, dict(vocabulary.counties))
    lines = ",\n".join(json.dumps(one, separators=(",", ":")) for one in found["features"])
    OUTLINES.write_text(f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n', encoding="utf-8", newline="\n")
