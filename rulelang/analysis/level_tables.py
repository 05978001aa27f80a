"""The tables of a run that works out performance levels: a row for each LEA, student group and indicator.

Rules without levels, which only work out measures, have a table of measures in their place, a row for each of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from rulelang.analysis.result_tables import JOINT, Cell, ResultTable
from rulelang.core.decimals import exact_text
from rulelang.core.operators import rounded
from rulelang.core.record import LeaRecord
from rulelang.core.ruleset import Ruleset, level_name, measure_name
from rulelang.core.tree import NOT_RATED, Value
from rulelang.engine.evaluate import Evaluation
from rulelang.engine.levels import LevelResult, results_of, worked_out
from rulelang.engine.weakest_mark import weakest_mark
from rulelang.engine.wording import answer_text, listed

LEVELS = "levels"
"""The name of the table of levels."""

MEASURES = "measures"
"""The name of the table of measures, of rules that work out no level."""

DECIMALS = 4
"""With how many decimals a measure is written that is not rounded, beside the exact number."""

PLACE_COLUMNS = ("cds", "lea", "county", "kind", "year", "student_group", "indicator")


MEASURE_COLUMNS = (*PLACE_COLUMNS, "measure", "number", "exact", "confidence", "reasons")


def level_columns(ruleset: Ruleset) -> tuple[str, ...]:
    """Return the columns of the table of levels: for each scale its number, where it has one, its level, and its mark.

    The mark is the weakest of those that the level rests on. Rules that work out no level have those of measures.
    """
    if not has_levels(ruleset):
        return MEASURE_COLUMNS
    return (*PLACE_COLUMNS, *(name for title, of in worth_a_column(ruleset) for name in _names(title, of)), "reasons")


def level_table(ruleset: Ruleset, evaluations: Iterable[Evaluation]) -> ResultTable:
    """Return a row for each LEA, student group and indicator, in the order given; of measures alone one for each."""
    results = (result for evaluation in evaluations for result in results_of(evaluation))
    if not has_levels(ruleset):
        measures = tuple(row for result in results for row in _measure_rows(result))
        return ResultTable(MEASURES, MEASURE_COLUMNS, measures)
    columns = worth_a_column(ruleset)
    rows = tuple((*_place(result), *cells_of_result(result, columns)) for result in results)
    return ResultTable(LEVELS, level_columns(ruleset), rows)


def table_name(ruleset: Ruleset) -> str:
    """Return the name of the table that rules give which work out levels or measures."""
    return LEVELS if has_levels(ruleset) else MEASURES


def has_levels(ruleset: Ruleset) -> bool:
    """Return whether rules work out levels, and not measures alone."""
    return any(one.scales for one in worked_out(ruleset))


Counts = tuple[str, tuple[str, ...], tuple[tuple[str, int], ...]]
"""An indicator and scale, the heads of a table about it, and each level with how many student groups have it."""


def levels_counted(ruleset: Ruleset, table: ResultTable) -> Iterator[Counts]:
    """Yield for each indicator and scale how many rows of the table of levels have each level, worst first."""
    for worked in worked_out(ruleset):
        for name in worked.scales:
            indicator, scale = ruleset.vocabulary.indicator(worked.indicator), ruleset.vocabulary.scale(name)
            at, of = table.columns.index(_slug(name)), table.columns.index("indicator")
            found = Counter(row[at] for row in table.rows if row[of] == worked.indicator)
            levels = (*scale.worst_first(indicator), answer_text(NOT_RATED), answer_text(None))
            rows = tuple((level, found[level]) for level in levels if found[level])
            yield f"{worked.indicator} {name}", (name, "student groups"), rows


def measures_counted(ruleset: Ruleset, table: ResultTable) -> Iterator[tuple[str, int, int]]:
    """Yield each measure with how many rows of the table of measures have a number, and how many have none."""
    at, number = table.columns.index("measure"), table.columns.index("number")
    rows = Counter((row[at], row[number] != "") for row in table.rows)
    for name in dict.fromkeys(name for worked in worked_out(ruleset) for name in worked.measures):
        yield name, rows[name, True], rows[name, False]


def number_cell(value: Value, decimals: int = 0) -> str:
    """Return a number exactly, with the decimals it is rounded to: `1.9`, `2.0`; as a fraction where it goes on.

    What is not rated or cannot be told is blank, so that a column of numbers holds nothing else.
    """
    return exact_text(value, decimals) if isinstance(value, Fraction) else ""


def worth_a_column(ruleset: Ruleset) -> Sequence[tuple[str, str]]:
    """Return the title of each column with what it holds: the name of a measure, or of a scale and then no measure."""
    worked = worked_out(ruleset)
    scales = list(dict.fromkeys(scale for one in worked for scale in one.scales))
    found: list[tuple[str, str]] = []
    for scale in scales:
        if any(scale in one.measures for one in worked):
            found.append((f"{scale} number", scale))
        found.append((scale, ""))
    apart = dict.fromkeys(name for one in worked if not one.indicator or not scales for name in one.measures)
    return [*found, *((name, name) for name in apart if name not in scales)]


def _names(title: str, measure: str) -> Iterator[str]:
    """Yield the names of the columns of a number, or of a level and its mark."""
    yield _slug(title)
    if not measure:
        yield f"{_slug(title)}_confidence"


def cells_of_result(result: LevelResult, columns: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Return the cells of a result behind those that say whose it is, in the columns of `worth_a_column`, and reasons.

    A measure that the result does not have is blank.
    """
    cells = (cell for title, measure in columns for cell in _cells(result, title, measure))
    return (*cells, JOINT.join(_reasons(result)))


def _place(result: LevelResult) -> tuple[Cell, ...]:
    record, ruleset = result.evaluation.record, result.evaluation.prepared.ruleset
    return (*place_of_lea(ruleset, record), result.group.code if result.group is not None else "", result.indicator)


def place_of_lea(ruleset: Ruleset, lea: LeaRecord) -> tuple[Cell, ...]:
    """Return the cells of an LEA in a year; one of which there is only one, as its code says, is called by its kind."""
    kinds = ruleset.vocabulary.kinds
    is_one = not lea.name and any(kind.name == lea.kind and kind.code_pattern == lea.code for kind in kinds)
    return lea.code, lea.kind if is_one else lea.name, lea.county, lea.kind, ruleset.year


def _cells(result: LevelResult, title: str, measure: str) -> Iterator[str]:
    """Yield the cells of a number, or of a level and its mark, blank where the rules work out no such one."""
    if measure:
        known = measure in result.numbers
        yield number_cell(result.numbers[measure], result.decimals(measure)) if known else ""
    elif title in result.levels:
        yield answer_text(result.levels[title])
        yield weakest_mark(result, level_name(result.indicator, title))
    else:
        yield from ("", "")


def _measure_rows(result: LevelResult) -> Iterator[tuple[Cell, ...]]:
    for name, value in result.numbers.items():
        decimals = result.decimals(name)
        numbers = decimal_cell(value, decimals), number_cell(value, decimals)
        yield (*_place(result), name, *numbers, *cells_of_measure(result, name))


def cells_of_measure(result: LevelResult, name: str) -> tuple[str, str]:
    """Return the weakest mark of a measure, and why there is no number where there is none."""
    reason = result.reasons.get(name)
    return weakest_mark(result, measure_name(name, result.indicator)), reason.text if reason is not None else ""


def decimal_cell(value: Value, decimals: int) -> str:
    """Return a number as a decimal: with the decimals it is rounded to, or else with a few."""
    if not isinstance(value, Fraction):
        return ""
    return exact_text(rounded(value, Fraction(decimals or DECIMALS)), decimals)


def _reasons(result: LevelResult) -> Iterator[str]:
    """Yield each reason once, for all the scales it is the reason of: `Status and Change: students 5, below 11`."""
    scales: dict[str, list[str]] = {}
    for scale, reason in result.reasons.items():
        scales.setdefault(reason.text, []).append(scale)
    yield from (f"{listed(names)}: {text}" for text, names in scales.items())


def _slug(title: str) -> str:
    return "_".join(title.casefold().replace("-", " ").split())
