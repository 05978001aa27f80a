"""Counts over some LEAs at once, which the package makes of one batch after another."""

from __future__ import annotations

from collections.abc import Iterable

from rulelang.analysis.reconcile import Reconciliation, cells_of
from rulelang.analysis.summary import Summary, Summing
from rulelang.core.record import LeaRecord
from rulelang.engine.evaluate import Evaluation, evaluate_batches
from rulelang.engine.result_plan import plan_of
from rulelang.engine.steps import Prepared


def summarize(prepared: Prepared, records: Iterable[LeaRecord]) -> Summary:
    """Return the counts over some LEAs."""
    summing = Summing(plan_of(prepared))
    for batch in evaluate_batches(prepared, records):
        summing.add(batch)
    return summing.summary()


def compare_levels(evaluations: Iterable[Evaluation]) -> Reconciliation:
    """Return the comparison of levels with those that stand in the files of the same year."""
    comparison = Reconciliation()
    for evaluation in evaluations:
        comparison.add(cells_of(evaluation))
    return comparison
