"""The tables that Python programs ask for: those that the commands write, of whatever the interface returns."""

from __future__ import annotations

from rulelang.analysis.comparison import Moves
from rulelang.analysis.comparison_tables import count_table, move_table
from rulelang.analysis.embedding import asked_in, held_of, records_in, results_in
from rulelang.analysis.reconcile import COLUMNS, Reconciliation, cell_row
from rulelang.analysis.result_tables import ResultTable, with_rules
from rulelang.analysis.sensitivity import SIZES, Sensitivity, sensitivity_tables
from rulelang.analysis.statewide import tables_from
from rulelang.analysis.way_out import CountedWay, way_tables
from rulelang.analysis.wide_rows import wide_of, wide_table
from rulelang.engine.determination import check_own
from rulelang.engine.steps import Prepared
from rulelang.reasoning.ways import WayOut


def tables_of(prepared: Prepared, given: object) -> tuple[ResultTable, ...]:
    """Return the tables of results that a ruleset gave, or gives of LEAs in any form that `records_in` takes.

    Of LEAs, determinations and levels these are the tables of a run, with the reasons. Raises ValueError for
    determinations and levels of another ruleset, and for an iterator that has nothing left.
    """
    held = held_of(given)
    if isinstance(held, Moves):
        return with_rules((move_table(held), count_table(held, "county"), count_table(held, "kind")), held.rules)
    if isinstance(held, Reconciliation):
        return with_rules([ResultTable("cells", COLUMNS, list(map(cell_row, held.cells)))], prepared.ruleset)
    several = held if isinstance(held, tuple | list) else ()
    ways = [one for one in several if isinstance(one, CountedWay | WayOut)]
    sensitive = [one for one in several if isinstance(one, Sensitivity)]
    if ways and len(ways) == len(several):
        counted = [one if isinstance(one, CountedWay) else CountedWay.without_numbers(one) for one in ways]
        return with_rules(way_tables(counted), prepared.ruleset)
    if sensitive and len(sensitive) == len(several):
        return with_rules(sensitivity_tables(sensitive, sensitive[0].tried or SIZES), prepared.ruleset)
    check_own(prepared.ruleset, (one.evaluation for one in results_in(held)))
    records, asked = asked_in(prepared.ruleset, held, None)
    return with_rules(tables_from(prepared, records, asked=asked), prepared.ruleset)


def wide_table_of(prepared: Prepared, given: object) -> ResultTable:
    """Return the wide table of determinations or levels, or of LEAs in any form that `records_in` takes."""
    held = held_of(given)
    results = results_in(held)
    check_own(prepared.ruleset, (one.evaluation for one in results))
    if results:
        table = wide_of(prepared, results)
    else:
        table = wide_table(prepared, records_in(prepared.ruleset.vocabulary, held))
    [with_its_rules] = with_rules([table], prepared.ruleset)
    return with_its_rules
