"""A comparison with what the state published, for programs: of results with its list, of levels with its files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rulelang.analysis.chaining import data_from
from rulelang.analysis.embedding import records_in
from rulelang.analysis.gather import Request, Sources
from rulelang.analysis.reconcile import Reconciliation
from rulelang.analysis.reconcile_levels import cells_of
from rulelang.analysis.reconcile_lists import reconcile
from rulelang.core.record import LeaRecord
from rulelang.core.ruleset import Ruleset
from rulelang.data.published import PublishedList, read_published
from rulelang.data.report import DataError
from rulelang.diagnostics.arguments import paths
from rulelang.engine.determination import determine_all
from rulelang.engine.evaluate import evaluate_all
from rulelang.engine.steps import Prepared


def reconciled(prepared: Prepared, given: object, official: Path | None) -> Reconciliation:
    """Return what the rules make of LEAs beside what the state published, cell by cell.

    The LEAs are those in folders of files, or in any form that `records_in` takes. Raises DataError if nothing of
    the list can be used, and TypeError if there is none, or one for rules that report levels and need none.
    """
    ruleset = prepared.ruleset
    if ruleset.reports_levels is not (official is None):
        needed = "the levels are compared with those that the files state: leave out `official`"
        message = needed if official is not None else "give the list that the state published as `official`"
        raise TypeError(message)
    if official is None:
        comparison = Reconciliation()
        for evaluation in evaluate_all(prepared, _records(ruleset, given, None)):
            comparison.add(cells_of(evaluation))
        return comparison
    listed = read_published(ruleset.vocabulary, official, ruleset.year)
    if listed.has_errors and not listed.leas:
        raise DataError(*listed.diagnostics)
    return reconcile(determine_all(prepared, _records(ruleset, given, listed)), listed)


def _records(ruleset: Ruleset, given: object, official: PublishedList | None) -> Sequence[LeaRecord]:
    several = given if isinstance(given, list | tuple) else [given]
    if not several or not all(isinstance(one, str | Path) for one in several):
        return records_in(ruleset.vocabulary, given)
    request = Request(Sources(paths([Path(str(one)) for one in several])))
    return data_from(ruleset, request, official=official, levels_stated=ruleset.reports_levels).records
