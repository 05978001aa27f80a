"""The counts that a run prints of the levels or measures it worked out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from rulelang.cli.terminal import count, show_table

if TYPE_CHECKING:
    from rulelang.analysis.result_tables import ResultTable
    from rulelang.core.ruleset import Ruleset


def show_levels(rules: Ruleset, table: ResultTable) -> None:
    """Print how many student groups have each level, by indicator, or how many LEAs have each measure."""
    from rulelang.analysis.level_tables import MEASURES, levels_counted, measures_counted

    leas = len(set(table.column("cds")))
    words = rules.vocabulary
    of_leas = words.entity == "LEA"
    told = count(leas, "LEA or school", "LEAs and schools") if of_leas else count(leas, words.entity)
    click.echo(f"{rules.name}: {told}\n")
    if table.name == MEASURES:
        show_table("By measure", ("measure", "worked out", "without a number"), list(measures_counted(rules, table)))
    for indicator, columns, rows in levels_counted(rules, table):
        show_table(indicator, columns, rows)
