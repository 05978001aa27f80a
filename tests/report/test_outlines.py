"""The outlines of counties that lie with the vocabulary: every county has one, closed, and small enough for a page."""

from __future__ import annotations

import json

import rulelang
from tests.report.county_outlines import OUTLINES


def test_every_county_of_the_vocabulary_has_an_outline_that_closes() -> None:
    features = json.loads(OUTLINES.read_text(encoding="utf-8"))["features"]
    counties = rulelang.load("assistance/2023").rules.vocabulary.counties
    assert [(one["properties"]["code"], one["properties"]["county"]) for one in features] == list(counties.items())
    rings = [ring for one in features for polygon in one["geometry"]["coordinates"] for ring in polygon]
    assert all(ring[0] == ring[-1] and len(ring) > 3 for ring in rings)


def test_neighbors_share_the_points_of_their_border() -> None:
    features = json.loads(OUTLINES.read_text(encoding="utf-8"))["features"]
    points = {
        one["properties"]["county"]: {tuple(point) for [ring] in one["geometry"]["coordinates"] for point in ring}
        for one in features
    }
    assert len(points["Monterey"] & points["San Benito"]) > 5
    assert not points["Monterey"] & points["Solano"]


def test_they_are_small_enough_to_go_into_pages() -> None:
    assert OUTLINES.stat().st_size <= 60_000
