"""The tables of a run that works out performance levels: a row for each LEA, student group and indicator.

Rules without levels, which only work out measures, have a table of measures in their place, a row for each of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final

from rulelang.analysis.result_tables import JOINT, ResultTable
from rulelang.core.fact_types import FactType
from rulelang.core.operators import rounded
from rulelang.core.record import LeaRecord
from rulelang.core.ruleset import Ruleset, measure_name
from rulelang.core.tree import NOT_RATED, Value
from rulelang.core.types import type_of
from rulelang.core.walk import fields_in
from rulelang.data.shared_rows import Cell, Row
from rulelang.diagnostics.decimals import exact_text
from rulelang.diagnostics.sentences import in_sentence
from rulelang.engine.levels import measure_of, worked_out
from rulelang.engine.wording import answer_text, dollars_text

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

    The mark is the weakest of those that the level rests on. The numbers of the files that the rules read come behind.
    Rules that work out no level have the columns of measures.
    """
    if not has_levels(ruleset):
        return MEASURE_COLUMNS
    titles = (name for title, of in worth_a_column(ruleset) for name in _names(title, of))
    return (*PLACE_COLUMNS, *titles, *map(column_of, numbers_read(ruleset)), "reasons")


def numbers_read(ruleset: Ruleset) -> Mapping[str, frozenset[str]]:
    """Return the numbers that rules read of the year, as the vocabulary lists them, each with its indicators."""
    keys = {asked.key for asked in fields_in(*ruleset.nodes) if asked.year == ruleset.year}
    names = (name for number in ruleset.vocabulary.numbers if number.indicators for name in number.names)
    found = {name: frozenset(indicator for indicator, what in keys if what == name) for name in names}
    return {name: indicators for name, indicators in found.items() if indicators}


def table_name(ruleset: Ruleset) -> str:
    """Return the name of the table that rules give which work out levels or measures."""
    return LEVELS if has_levels(ruleset) else MEASURES


def has_table(ruleset: Ruleset) -> bool:
    """Return whether rules give such a table: they work out what no other rule of theirs is made of."""
    return bool(worked_out(ruleset))


def rows_about(ruleset: Ruleset, table: ResultTable) -> Sequence[Row]:
    """Return the rows of a table of measures that are about the kinds of entity that the measures are about."""
    about = {measure_of(rule): rule.kinds for rule in ruleset.levels if rule.kinds}
    if table.name != MEASURES or not about:
        return table.rows
    kind, measure = table.columns.index("kind"), table.columns.index("measure")
    return tuple(row for row in table.rows if row[kind] in about.get(str(row[measure]), (row[kind],)))


def has_levels(ruleset: Ruleset) -> bool:
    """Return whether rules work out levels, and not measures alone."""
    return any(one.scales for one in worked_out(ruleset))


Counts = tuple[str, tuple[str, ...], tuple[tuple[str, int], ...]]
"""An indicator and scale, the heads of a table about it, and each level with how many student groups have it."""


def levels_counted(ruleset: Ruleset, table: ResultTable) -> Iterator[Counts]:
    """Yield for each indicator and scale how many rows of the table of levels have each level, worst first."""
    scales = {name for worked in worked_out(ruleset) for name in worked.scales}
    counted = {
        name: Counter(zip(table.column("indicator"), table.column(column_of(name)), strict=True)) for name in scales
    }
    for worked in worked_out(ruleset):
        for name in worked.scales:
            indicator, scale = ruleset.vocabulary.indicator(worked.indicator), ruleset.vocabulary.scale(name)
            of, found = worked.indicator, counted[name]
            levels = (*scale.worst_first(indicator), answer_text(NOT_RATED), answer_text(None))
            rows = tuple((level, found[of, level]) for level in levels if found[of, level])
            yield f"{worked.indicator} {name}", (name, "student groups"), rows


def measures_counted(ruleset: Ruleset, table: ResultTable) -> Iterator[tuple[str, int, int]]:
    """Yield each measure with how many rows of the table of measures have a number, and how many have none."""
    rows = Counter(zip(table.column("measure"), (number != "" for number in table.column("number")), strict=True))
    for name in dict.fromkeys(name for worked in worked_out(ruleset) for name in worked.measures):
        yield name, rows[name, True], rows[name, False]


NO_AMOUNT: Final = "no amount"
"""What stands for an amount that is unknown or not rated; the table of measures says why it is not there."""


def dollars_by_entity(ruleset: Ruleset, table: ResultTable) -> Iterator[tuple[str, tuple[str, ...], list[Row]]]:
    """Yield for each kind of entity to which others belong its amounts in dollars, as the table of measures has them.

    These are the kind, the measures, and a row for each entity, with a last one for what all amount to together. An
    amount that is unknown or not rated is `NO_AMOUNT`, and then the total is too.
    """
    columns = ("kind", "cds", "lea", "measure", "exact")
    rows = list(zip(*(map(str, table.column(name)) for name in columns), strict=True))
    dollars = {name for name in {measure for *_, measure, _ in rows} if is_in_dollars(ruleset, name)}
    for kind in ruleset.vocabulary.owners:
        found: dict[str, dict[str, Fraction | None]] = {}
        for of_kind, code, lea, measure, exact in rows:
            if of_kind == kind and measure in dollars:
                found.setdefault(lea or code, {})[measure] = Fraction(exact) if exact else None
        names = tuple(dict.fromkeys(name for amounts in found.values() for name in amounts))
        if names:
            listed = [(entity, *(amounts.get(name) for name in names)) for entity, amounts in found.items()]
            together = [_sum_of([amounts.get(name) for amounts in found.values()]) for name in names]
            yield kind, names, [tuple(map(_amount, row)) for row in (*listed, ("together", *together))]


def is_in_dollars(ruleset: Ruleset, measure: str) -> bool:
    """Return whether a measure of no indicator is an amount in dollars."""
    found = ruleset.definitions.get((ruleset.year, measure_name(measure)))
    return found is not None and type_of(found.node, ruleset.vocabulary, ruleset.referred) is FactType.DOLLARS


def _sum_of(amounts: Sequence[Fraction | None]) -> Fraction | None:
    known = [one for one in amounts if one is not None]
    return sum(known, Fraction(0)) if len(known) == len(amounts) else None


def _amount(cell: str | Fraction | None) -> str:
    return dollars_text(cell) if isinstance(cell, Fraction) else cell or NO_AMOUNT


def number_cell(value: Value, decimals: int = 0) -> str:
    """Return a number exactly, with the decimals it is rounded to: `1.9`, `2.0`; as a fraction where it goes on.

    What is not rated or is unknown is blank, so that a column of numbers holds nothing else.
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
    yield column_of(title)
    if not measure:
        yield f"{column_of(title)}_confidence"


def place_of_lea(ruleset: Ruleset, lea: LeaRecord) -> tuple[Cell, ...]:
    """Return the cells of an LEA in a year; one of which there is only one, as its code says, is called by its kind."""
    kinds = ruleset.vocabulary.kinds
    is_one = not lea.name and any(kind.name == lea.kind and kind.code_pattern == lea.code for kind in kinds)
    return lea.code, lea.kind if is_one else lea.name, lea.county, lea.kind, ruleset.year


def decimal_cell(value: Value, decimals: int) -> str:
    """Return a number as a decimal, with the decimals it is rounded to or else with `DECIMALS`."""
    if not isinstance(value, Fraction):
        return ""
    return exact_text(rounded(value, Fraction(decimals or DECIMALS)), decimals)


def reasons_cell(reasons: Mapping[str, str]) -> str:
    """Return each reason once, for all the scales it is the reason of: `Status and Change: students 5, below 11`."""
    scales: dict[str, list[str]] = {}
    for scale, text in reasons.items():
        scales.setdefault(text, []).append(scale)
    return JOINT.join(f"{in_sentence(names)}: {text}" for text, names in scales.items())


def column_of(title: str) -> str:
    """Return the name of the column of what is called so."""
    return "_".join(title.casefold().replace("-", " ").replace("'", "").split())
