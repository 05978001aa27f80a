"""Who is affected: the LEAs whose results differ between edited rules and the rules in force."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import asdict, frozen

from rulelang.analysis.comparison import ANSWERS, REASONS, Comparison
from rulelang.analysis.comparison_tables import clauses_text
from rulelang.analysis.result_tables import ResultTable
from rulelang.analysis.statewide import tables_from
from rulelang.core.record import LeaRecord
from rulelang.data.shared_rows import Cell
from rulelang.engine.steps import Prepared


@frozen(eq=False)
class Judged:
    """The results of some rules for all LEAs."""

    prepared: Prepared
    records: Sequence[LeaRecord]
    determinations: ResultTable

    def cells(self, columns: Sequence[str]) -> Mapping[str, tuple[Cell, ...]]:
        """Return some cells of each LEA, by code."""
        codes = self.determinations.column("cds")
        rows = zip(*(self.determinations.column(name) for name in columns), strict=True)
        return {str(code): row for code, row in zip(codes, rows, strict=True)}


def judged(prepared: Prepared, records: Sequence[LeaRecord]) -> Judged:
    """Return the results of some rules for some LEAs."""
    return Judged(prepared, records, tables_from(prepared, records, reasons=False)[0])


def impact(before: Judged, after: Judged) -> dict[str, Any]:
    """Return what the page shows about a change: the counts, what each LEA gets, and each LEA whose results differ.

    LEAs that get the same for other student groups or other priorities are among them.
    """
    was, now = before.cells((*ANSWERS, *REASONS)), after.cells((*ANSWERS, *REASONS))
    other = [record for record in after.records if was[record.code] != now[record.code]]
    both = Comparison(before.prepared.ruleset, after.prepared.ruleset, (before.prepared, after.prepared))
    moves = both.moves(other, other, reasons=True).moves
    sides = [outcomes(side) for side in (before, after)]
    return {
        "counts": [side["counts"] for side in sides],
        "outcomes": [side["outcomes"] for side in sides],
        "moves": [{**asdict(move), "text": clauses_text(move.clauses)} for move in moves],
    }


def outcomes(side: Judged) -> dict[str, Any]:
    """Return what each LEA gets, and how many get each determination, in the vocabulary's order."""
    each = [str(one) for one in side.determinations.column("determination")]
    found = Counter(each)
    ordered = [one.name for one in side.prepared.ruleset.vocabulary.outcomes if one.name in found]
    counts = {name: found[name] for name in (*ordered, *sorted(found.keys() - set(ordered)))}
    return {"counts": counts, "outcomes": each}
