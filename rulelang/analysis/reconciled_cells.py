"""The cells of a comparison as rows of a table and as plain data: what `rulelang schema reconcile` describes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from rulelang.analysis.reconcile import Cell, Verdict
from rulelang.analysis.reconcile_levels import LevelCell
from rulelang.core.ruleset import Ruleset
from rulelang.diagnostics.as_data import Data

COLUMNS = ("cds", "lea", "county", "subject", "about", "indicator", "ours", "theirs", "verdict", "reason")
"""What is said of a cell; of a level, `subject` is the scale and `about` the student group."""


def cell_row(cell: Cell | LevelCell) -> tuple[str, ...]:
    """Return a cell as a row under `COLUMNS`; the indicator is blank if no levels are compared."""
    if isinstance(cell, LevelCell):
        place = (cell.scale, cell.group, cell.indicator)
    else:
        place = (cell.subject.value, cell.about, "")
    said = (cell.ours, cell.theirs, cell.verdict.value, cell.reason)
    return (cell.code, cell.lea, cell.county, *place, *said)


def reconciliation_data(rules: Ruleset, cells: Sequence[Cell | LevelCell], *, agrees: bool) -> Data:
    """Return the outcome of a comparison, with the cells that differ, as data that JSON can hold."""
    verdicts = Counter(cell.verdict for cell in cells)
    apart = Counter(cell.reason for cell in cells if cell.verdict is Verdict.NOT_COMPARED)
    return {
        "ruleset": rules.title,
        "year": rules.year,
        "agrees": agrees,
        "compared": verdicts[Verdict.AGREES] + verdicts[Verdict.DIFFERS],
        "agreeing": verdicts[Verdict.AGREES],
        "differing": verdicts[Verdict.DIFFERS],
        "not_compared": verdicts[Verdict.NOT_COMPARED],
        "leas": len({cell.code for cell in cells if cell.verdict is not Verdict.NOT_COMPARED}),
        "reasons": [{"reason": reason, "cells": number} for reason, number in apart.most_common()],
        "cells": list(_differing(cells)),
    }


def _differing(cells: Iterable[Cell | LevelCell]) -> Iterable[Data]:
    for cell in cells:
        if cell.verdict is Verdict.DIFFERS:
            held = dict(zip(COLUMNS, cell_row(cell), strict=True))
            yield {**held, "indicator": held["indicator"] or None}
