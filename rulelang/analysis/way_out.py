"""What it would take for LEAs to leave an outcome or to come to it: in words, and as tables."""

from __future__ import annotations

from collections.abc import Sequence

from rulelang.analysis.result_tables import ResultTable
from rulelang.core.ruleset import Ruleset
from rulelang.reasoning.least import COUNTED
from rulelang.reasoning.trials import LevelChange
from rulelang.reasoning.ways import FIXED, MISSING_DATA, WayOut

OBSTACLES = {
    MISSING_DATA: "this cannot be told, because data that are missing could decide",
    FIXED: "no level of the year can change it: it rests on earlier years, the kind of LEA, or what has no level",
}
"""Why there is no way, in words."""


def outcome_asked(ruleset: Ruleset) -> str:
    """Return the outcome that is asked about where nobody names one: the first determination of the vocabulary.

    It is one that some rule of the ruleset gives; an empty text where there is none.
    """
    given = {rule.outcome for rule in ruleset.rules}
    known = [one.name for one in ruleset.vocabulary.outcomes if one.kind == "determination" and one.name in given]
    return known[0] if known else ""


def outcomes_to_ask(ruleset: Ruleset) -> tuple[str, ...]:
    """Return the outcomes of the LEA that can be asked about, in the vocabulary's order."""
    given = {rule.outcome for rule in ruleset.rules}
    kinds = ("determination", "label", "method", "referral", "criteria")
    return tuple(one.name for one in ruleset.vocabulary.outcomes if one.kind in kinds and one.name in given)


def change_text(change: LevelChange) -> str:
    """Return a change in words: `Suspension Rate of Foster Youth from Red to Orange`."""
    of = f" of {change.group}" if change.group is not None else ""
    return f"{change.indicator}{of} from {change.before} to {change.after}"


def way_text(way: Sequence[LevelChange]) -> str:
    """Return all changes of a way on one line."""
    return "; ".join(map(change_text, way))


def distance_order(way: WayOut) -> tuple[bool, bool, int, str]:
    """Return what LEAs are sorted by: those that have the outcome first, by distance, then those without a way."""
    return not way.ends, way.distance is None, way.distance or 0, way.record.code


def way_tables(ways: Sequence[WayOut]) -> tuple[ResultTable, ResultTable]:
    """Return a row for each LEA with its distance, and a row for each change of each smallest way."""
    leas = [
        (
            *(one.record.code, one.record.name, one.record.county, one.record.kind, one.outcome, one.value),
            "end" if one.ends else "bring about",
            *(one.distance, one.count if one.ways else None, way_text(one.ways[0]) if one.ways else None),
            one.obstacle or None,
        )
        for one in ways
    ]
    columns = ("cds", "lea", "county", "kind", "outcome", "now", "to", "cells", "ways", "first_way", "obstacle")
    changes = [
        (
            one.record.code,
            one.outcome,
            number,
            change.group,
            change.indicator,
            change.scale,
            change.before,
            change.after,
        )
        for one in ways
        for number, way in enumerate(one.ways, 1)
        for change in way
    ]
    of_change = ("cds", "outcome", "way", "student_group", "indicator", "scale", "before", "after")
    return ResultTable("ways", columns, leas), ResultTable("changes", of_change, changes)


def count_text(way: WayOut) -> str:
    """Return how many smallest ways there are: `3`, or `500 or more`."""
    return f"{way.count:,}{' or more' if way.count >= COUNTED else ''}"
