"""The results of a simulation as tables: who comes out lower, the same and higher, and percentiles of measures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import groupby

from attrs import frozen

from rulelang.analysis.result_tables import ResultTable
from rulelang.analysis.simulation import (
    DIRECTIONS,
    NEWLY,
    NO_LONGER,
    Key,
    Pair,
    Result,
    Simulated,
    breakdowns,
    pairs,
    percentile,
)
from rulelang.core.operators import rounded
from rulelang.data.shared_rows import Row
from rulelang.diagnostics.arguments import named
from rulelang.diagnostics.decimals import exact_text

EVERYTHING = ""
"""What results are broken down by where nothing is named: one row for all."""


@frozen
class Breakdown:
    """What results are broken down by, such as `kind` or `size`, at which sizes, and the student groups in order."""

    by: Sequence[str] = (EVERYTHING,)
    limits: Sequence[int] = ()
    groups: Sequence[str] = ()

    def value(self, result: Result, by: str) -> str:
        """Return what a result counts as."""
        return "all" if by == EVERYTHING else result.unit.value(by, self.limits) or "(not stated)"

    def order(self, results: Sequence[Result], by: str) -> list[str]:
        """Return the values that results count as: sizes from small to large, student groups as in the vocabulary."""
        found = {self.value(one, by): one for one in results}
        if by == "size":
            return sorted(found, key=lambda value: found[value].unit.size or Fraction(0))
        return [one for one in self.groups if one in found] if by == "student group" else sorted(found)


def simulation_tables(
    every: Sequence[Simulated],
    measures: Sequence[str] = (),
    by: Sequence[str] = (),
    sizes: Sequence[int] = (),
    step: int = 5,
) -> list[ResultTable]:
    """Return percentiles of measures where some are named, or else whose result differs from that of the first ruleset.

    `by` says what results are broken down by, `sizes` at which numbers of students, `step` how far apart percentiles
    are. Raises UnknownNameError for a measure that no ruleset works out, and as `breakdowns` does.
    """
    base, *others = every
    by, groups = breakdowns(base.vocabulary, by, sizes), [group.name for group in base.vocabulary.groups]
    if measures:
        known = [what for one in every for what in sorted(one.measures())]
        measures = [named("a measure that a ruleset works out from the data", name, known) for name in measures]
        apart = Breakdown(by or (EVERYTHING,), sizes, groups)
        return [percentile_table(measured(every, measures), apart, step)]
    apart = Breakdown((EVERYTHING, *by), sizes, groups)
    return [direction_table(base, others, apart), move_table(base, others), unit_table(base, others)]


def direction_table(base: Simulated, others: Sequence[Simulated], apart: Breakdown) -> ResultTable:
    """Return how many units come out lower, the same and higher by each proposal, broken down in each way asked for."""
    rows: list[Row] = []
    for other, what, found in _compared(base, others):
        for by in apart.by:
            for value in apart.order([pair.before for pair in found], by):
                some = Counter(one.direction for one in found if apart.value(one.before, by) == value)
                rated = sum(some[one] for one in DIRECTIONS)
                shares = [share_text(some[one], rated) for one in DIRECTIONS]
                cells = [cell for one, share in zip(DIRECTIONS, shares, strict=True) for cell in (some[one], share)]
                if some.keys() - {""}:
                    rows.append(
                        (other.name, what, by or "all", value, *cells, rated, some[NO_LONGER], some[NEWLY], some[""])
                    )
    named = [name for one in DIRECTIONS for name in (one, f"{one}_percent")]
    columns = ("proposal", "what", "by", "value", *named, "total", "no_longer_rated", "newly_rated", "left_out")
    return ResultTable("directions", columns, rows)


def share_text(number: int, total: int) -> str:
    """Return a share in percent with one decimal; blank of nothing."""
    return exact_text(rounded(Fraction(100 * number, total), Fraction(1)), 1) if total else ""


def move_table(base: Simulated, others: Sequence[Simulated]) -> ResultTable:
    """Return how many units go from which level or determination to which."""
    rows: list[Row] = []
    for other, what, found in _compared(base, others):
        counts = Counter((one.before.word, one.after.word) for one in found)
        rank = {name: at for at, name in enumerate(found[0].before.order)}
        for before, after in sorted(counts, key=lambda pair: [(rank.get(one, len(rank)), one) for one in pair]):
            rows.append((other.name, what, before, after, counts[before, after]))
    return ResultTable("moves", ("proposal", "what", "before", "after", "number"), rows)


def unit_table(base: Simulated, others: Sequence[Simulated]) -> ResultTable:
    """Return a row for each unit whose result differs."""
    rows = [
        (
            other.name,
            what,
            one.before.unit.code,
            one.before.unit.lea,
            one.before.unit.county,
            one.before.unit.kind,
            one.before.unit.group.code if one.before.unit.group is not None else None,
            one.before.word,
            one.after.word,
            one.direction,
        )
        for other, what, found in _compared(base, others)
        for one in found
        if one.before.word != one.after.word
    ]
    columns = ("proposal", "what", "cds", "lea", "county", "kind", "student_group", "before", "after", "direction")
    return ResultTable("units", columns, rows)


def _compared(base: Simulated, others: Sequence[Simulated]) -> Iterator[tuple[Simulated, str, list[Pair]]]:
    """Yield each proposal with each thing it decides as one of several names, and the results of the units."""
    for other in others:
        for what in base.levels():
            found = pairs(base, other, what)
            if found:
                yield other, what, found


Measured = Sequence[tuple[str, Mapping[Key, Result]]]
"""Measures by the name they are shown under, each with its value by unit and indicator."""


def measured(every: Sequence[Simulated], names: Sequence[str]) -> Measured:
    """Return the measures asked for by name, of each ruleset that has them, in the order asked for."""
    found = []
    for name in names:
        for one in every:
            results = {
                key: value
                for key, value in one.results.items()
                if value.what.casefold() == name.casefold() and not value.order
            }
            if results:
                found.append((f"{name} ({one.name})" if len(every) > 1 else name, results))
    return found


def percentile_table(measures: Measured, apart: Breakdown, step: int) -> ResultTable:
    """Return percentiles of measures, each with its difference from the first, broken down in each way asked for.

    Only units that have every measure are counted. Numbers are rounded to one decimal after all is worked out.
    """
    units = [{key[:2]: result for key, result in of.items()} for _, of in measures]
    common = [key for key in units[0] if all(key in of for of in units)] if units else []
    first = [units[0][key] for key in common]
    rows: list[Row] = []
    for by in apart.by:
        for value in apart.order(first, by):
            keys = [key for key, result in zip(common, first, strict=True) if apart.value(result, by) == value]
            columns = [sorted(_number(of[key]) for key in keys) for of in units]
            for percent in range(step, 100, step):
                found = [percentile(numbers, percent) for numbers in columns]
                cells = [_tenths(one) for one in found]
                more = [_tenths(found[0] - one) for one in found[1:]]
                rows.append((by or "all", value, len(keys), percent, *cells, *more))
    names = [name for name, _ in measures]
    differences = [f"{names[0]} less {name}" for name in names[1:]]
    return ResultTable("percentiles", ("by", "value", "units", "percentile", *names, *differences), rows)


def _number(result: Result) -> Fraction:
    if not isinstance(result.value, Fraction):
        raise TypeError(f"{result.what} is no measure")
    return result.value


def _tenths(number: Fraction) -> str:
    return exact_text(rounded(number, Fraction(1)), 1)


def blocks(table: ResultTable, columns: int) -> Iterator[tuple[Row, list[Row]]]:
    """Yield the rows of a table that have their first cells in common, without these."""
    for key, rows in groupby(table.rows, key=lambda row: row[:columns]):
        yield key, [row[columns:] for row in rows]
