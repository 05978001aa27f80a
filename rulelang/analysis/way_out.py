"""What it would take to end an outcome of LEAs or to bring it about: in words, and as tables."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rulelang.analysis.chaining import LevelYear, numbers_behind
from rulelang.analysis.gather import Sources
from rulelang.analysis.in_students import CountedWay
from rulelang.analysis.move_words import levels_of, move_cells, way_text
from rulelang.analysis.result_tables import ResultTable
from rulelang.core.ruleset import Ruleset
from rulelang.data.shared_rows import Cell
from rulelang.diagnostics.arguments import OUTCOME, Paths, checked, named, paths
from rulelang.engine.steps import Prepared
from rulelang.reasoning.answers import Asked
from rulelang.reasoning.least import COUNTED
from rulelang.reasoning.trials import Change
from rulelang.reasoning.ways import FIXED, MISSING_DATA, NOT_CHANGED, WayOut

OBSTACLES = {
    MISSING_DATA: "cannot tell, because missing data could decide",
    FIXED: "no change to this year's levels and numbers would do it: it rests on earlier years, its kind, or what has"
    " no level or number",
    NOT_CHANGED: "no change that was tried would do it; not all numbers that it rests on were changed",
}
"""Why there is no way, in words."""

OF_LEA_KINDS = ("determination", "label", "method", "referral", "criteria")
"""The kinds of outcome of the LEA that can be asked about."""


def outcome_asked(ruleset: Ruleset) -> str:
    """Return the outcome that is asked about by default: the first determination of the vocabulary.

    It is one that some rule of the ruleset gives; an empty text where there is none.
    """
    given = {rule.outcome for rule in ruleset.rules}
    return next((name for name in ruleset.vocabulary.determinations if name in given), "")


def asked_about(prepared: Prepared, outcome: str) -> Asked:
    """Return what is asked about, by its name or another; TypeError for what is not a name, and as `outcome_called`."""
    return Asked(prepared, outcome_called(prepared.ruleset, checked(outcome, str, OUTCOME)))


def asked_with_numbers(
    prepared: Prepared, outcome: str, folders: Paths, codes: Collection[str] | None
) -> tuple[Asked, LevelYear | None]:
    """Return what is asked about, and the numbers behind the levels in folders of published files, if there are any."""
    asked = asked_about(prepared, outcome)
    return asked, numbers_behind(prepared.ruleset, Sources(paths(folders)), codes=codes)


def outcome_called(ruleset: Ruleset, outcome: str) -> str:
    """Return the outcome of a name or alias in any case; UnknownNameError if the rules decide none of that name."""
    given = {rule.outcome for rule in ruleset.rules}
    asked = [one for one in ruleset.vocabulary.outcomes if one.kind in OF_LEA_KINDS and one.name in given]
    known = {name: one.name for one in asked for name in (one.name, *one.aliases)}
    return named("an outcome that the rules decide", outcome, known)


def distance_order(one: CountedWay) -> tuple[bool, bool, int, bool, int, str]:
    """Return the sort key of LEAs: those that have the outcome first, by distance, then those without a way.

    Of those equally far, those come first that are the fewest students away.
    """
    way, fewest = one.way, one.fewest
    return not way.ends, way.distance is None, way.distance or 0, fewest is None, fewest or 0, way.record.code


OF_LEA = ("cds", "lea", "county", "kind", "outcome", "now", "to", "cells", "ways", "first_way", "obstacle", "students")
OF_CHANGE = ("cds", "outcome", "way", "other_cds", "other", "student_group", "indicator", "scale", "before", "after")
OF_MOVE = ("number", "number_before", "number_after", "students", "level_reached", "not_in_numbers")
"""The columns of the tables: of the LEAs, of the changes, and of the numbers behind the changes."""


def way_tables(ways: Sequence[CountedWay]) -> tuple[ResultTable, ResultTable]:
    """Return a row for each LEA with its distance, and a row for each change of each smallest way."""
    leas = [
        (
            *(one.record.code, one.record.name, one.record.county, one.record.kind, one.outcome, one.value),
            "end" if one.ends else "bring about",
            *(
                one.distance,
                one.count if one.ways else None,
                way_text(one.ways[0], counted.moves[0]) if one.ways else None,
            ),
            *(one.obstacle or None, counted.fewest),
        )
        for counted in ways
        for one in (counted.way,)
    ]
    changes = [
        (one.way.record.code, one.way.outcome, number, *_change_cells(change), *move_cells(move, "level"))
        for one in ways
        for number, (way, moves) in enumerate(zip(one.way.ways, one.moves, strict=True), 1)
        for change, move in zip(way, moves, strict=True)
    ]
    return ResultTable("ways", OF_LEA, leas), ResultTable("changes", (*OF_CHANGE, *OF_MOVE), changes)


def _change_cells(change: Change) -> tuple[Cell, ...]:
    other = change.of or (None, None)
    return *other, change.group, change.indicator, change.scale, *levels_of(change)


def count_text(way: WayOut) -> str:
    """Return how many smallest ways there are: `3`, or `500 or more`."""
    return f"{way.count:,}{' or more' if way.count >= COUNTED else ''}"
