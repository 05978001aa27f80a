"""A statewide run over plain records where they lie: folded once, judged in DuckDB, and read back as results.

Nearly all LEAs have rows on every kind of indicator in every year, so that nothing of them is unknown: a missing cell
is not rated. They are judged by rules in which nothing can be unknown, over the student groups that have rows. The
others are judged by the rules as they are, over every student group. Both are the same rules; the first is only what is
left of them where the answer to "is it known?" is yes.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from functools import cached_property
from importlib.metadata import version
from typing import Any, Final

from attrs import field, frozen

from rulelang.engine.steps import Prepared
from rulelang.engine.table.bits import Layout, layout_of
from rulelang.engine.table.names import RECORDS, Connection, NotUnderstoodError
from rulelang.engine.table.plan import ResultPlan, plan_of
from rulelang.engine.table.script import Memory, Script, script_of

READ: Final = frozenset(("lea_code", "year", "student_group", "indicator", "level", "name", "county", "students"))
"""The columns that records may have; the number of students is one that no reader reads."""


@frozen(eq=False)
class Batch:
    """The results of a run, in tables of a database.

    `lea_results` has a row for each LEA, with the columns of `results.lea_columns` and `gathered_columns`;
    `group_results`, where it was asked for, one for each student group that some rule holds for.
    """

    prepared: Prepared
    plan: ResultPlan
    connection: Connection = field(repr=False)
    script: Script = field(repr=False)

    @property
    def silent(self) -> Mapping[int, frozenset[str]]:
        """Return by year the indicators of which a missing cell is not rated for LEAs with rows of their kind."""
        return self.script.covered

    @cached_property
    def layout(self) -> Layout:
        """Return where the levels stand in the words."""
        levels = {(year, indicator): found for year, indicator, found in self.script.levels}
        return layout_of(self.prepared, levels, self.plan.exact)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query of the results."""
        found: list[tuple[Any, ...]] = self.connection.execute(query).fetchall()
        return found


def judge_records(
    prepared: Prepared,
    connection: Connection,
    *,
    reasons: bool = False,
    evidence: bool = False,
    kept: Memory | None = None,
) -> Batch:
    """Judge the plain records in the table or view `records` of a connection to DuckDB, and return the results.

    With `reasons` they have the student groups that some rule holds for; with `evidence`, which wants reasons, also
    what the evidence of each rule is read from. The queries of an earlier run of the same rules are taken from the
    memory, where there is one, and kept there.

    Raises NotUnderstoodError where a record is not in the vocabulary's own words or there twice, or where there is a
    column that nothing would read; and UnsupportedRulesError where the rules have no form over bits. Whoever asks then
    reads the records and uses the record engine.
    """
    columns = {name for name, *_ in connection.execute(f"DESCRIBE {RECORDS}").fetchall()}
    if not columns <= READ:
        message = f"records with columns that nothing reads: {', '.join(sorted(columns - READ))}"
        raise NotUnderstoodError(message)
    plan = plan_of(prepared, evidence=evidence)
    about = f"reasons: {reasons}, evidence: {evidence}, written by sqlglot {version('sqlglot')}"
    text = kept.recalled(about) if kept is not None else None
    script = script_of(text) if text is not None else None
    if script is None or not script.fits(connection):
        script = _writer().written(prepared, plan, connection, reasons=reasons)
        if kept is not None:
            kept.remember(about, script.text())
    script.judge(connection)
    return Batch(prepared, plan, connection, script)


def _writer() -> Any:  # noqa: ANN401  # a module
    """Return the module that writes scripts; whoever has one already need not wait for sqlglot."""
    return importlib.import_module("rulelang.engine.table.scripting")
