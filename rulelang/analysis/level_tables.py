"""The tables of a run that works out performance levels: a row for each LEA, student group and indicator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from rulelang.analysis.result_tables import JOINT, Cell, ResultTable
from rulelang.core.decimals import exact_text
from rulelang.core.ruleset import Ruleset
from rulelang.core.tree import NOT_RATED, Value
from rulelang.engine.levels import LevelResult, results_of, worked_out
from rulelang.engine.record import Evaluation
from rulelang.engine.wording import answer_text

LEVELS = "levels"
"""The name of the table of levels."""

PLACE_COLUMNS = ("cds", "lea", "county", "kind", "year", "student_group", "indicator")


def level_columns(ruleset: Ruleset) -> tuple[str, ...]:
    """Return the columns of the table of levels: for each scale its number, where it has one, and its level.

    A ruleset whose measures belong to no indicator has a column for each measure instead.
    """
    return (*PLACE_COLUMNS, *(_slug(name) for name, _ in _worth_a_column(ruleset)), "reasons")


def level_table(ruleset: Ruleset, evaluations: Iterable[Evaluation]) -> ResultTable:
    """Return a row for each LEA, student group and indicator, in the order given."""
    columns = _worth_a_column(ruleset)
    rows = tuple(_row(result, columns) for evaluation in evaluations for result in results_of(evaluation))
    return ResultTable(LEVELS, level_columns(ruleset), rows)


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


def number_cell(value: Value, decimals: int = 0) -> str:
    """Return a number exactly, with the decimals it is rounded to: `1.9`, `2.0`; as a fraction where it goes on."""
    return exact_text(value, decimals) if isinstance(value, Fraction) else answer_text(value)


def _worth_a_column(ruleset: Ruleset) -> Sequence[tuple[str, str]]:
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


def _row(result: LevelResult, columns: Sequence[tuple[str, str]]) -> tuple[Cell, ...]:
    record, ruleset = result.evaluation.record, result.evaluation.prepared.ruleset
    return (
        record.code,
        record.name,
        record.county,
        record.kind,
        ruleset.year,
        result.group.code if result.group is not None else "",
        result.indicator,
        *(_cell(result, title, measure) for title, measure in columns),
        JOINT.join(_reasons(result)),
    )


def _cell(result: LevelResult, title: str, measure: str) -> str:
    if measure:
        known = measure in result.numbers
        return number_cell(result.numbers[measure], result.decimals(measure)) if known else ""
    return answer_text(result.levels[title]) if title in result.levels else ""


def _reasons(result: LevelResult) -> Iterator[str]:
    for scale, reason in result.reasons.items():
        yield f"{scale}: {reason.text}"


def _slug(title: str) -> str:
    return "_".join(title.casefold().replace("-", " ").split())
