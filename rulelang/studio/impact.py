"""Who is answered otherwise by rules as they are being edited than by the rules in force."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from attrs import asdict, frozen

from rulelang.analysis.comparison import Comparison
from rulelang.analysis.comparison_tables import clauses_text
from rulelang.analysis.result_tables import ResultTable
from rulelang.analysis.statewide import tables_from
from rulelang.core.record import LeaRecord
from rulelang.data.shared_rows import Cell
from rulelang.engine.steps import Prepared

ANSWERS: Final = ("determination", "label", "methods", "referrals")
"""What an LEA moves by, the most important first."""

REASONS: Final = ("student_groups", "priorities")
"""What it may get the same for another reason by."""


@frozen(eq=False)
class Judged:
    """What rules make of all LEAs."""

    prepared: Prepared
    records: Sequence[LeaRecord]
    determinations: ResultTable

    def cells(self, columns: Sequence[str]) -> Mapping[str, tuple[Cell, ...]]:
        """Return some cells of each LEA, by code."""
        codes = self.determinations.column("cds")
        rows = zip(*(self.determinations.column(name) for name in columns), strict=True)
        return {str(code): row for code, row in zip(codes, rows, strict=True)}


def judged(prepared: Prepared, records: Sequence[LeaRecord]) -> Judged:
    """Return what rules make of some LEAs."""
    return Judged(prepared, records, tables_from(prepared, records, reasons=False)[0])


def impact(before: Judged, after: Judged) -> dict[str, Any]:
    """Return what the page shows of a change: the counts, what each LEA gets, and each LEA that is answered otherwise.

    LEAs that get the same for other student groups or other priorities are among them, as those whose reason changes.
    """
    columns = (*ANSWERS, *REASONS)
    was, now = before.cells(columns), after.cells(columns)
    other = [record for record in after.records if was[record.code] != now[record.code]]
    moves = Comparison(before.prepared.ruleset, after.prepared.ruleset, (before.prepared, after.prepared)).moves(
        other, other
    )
    known = {move.code: {**asdict(move), "text": clauses_text(move.clauses)} for move in moves.moves}
    same = (_reason(record, was[record.code], now[record.code]) for record in other if record.code not in known)
    return {
        "counts": [_counts(side) for side in (before, after)],
        "outcomes": [[str(one) for one in side.determinations.column("determination")] for side in (before, after)],
        "moves": [*known.values(), *same],
    }


def _counts(side: Judged) -> dict[str, int]:
    """Return how many LEAs get each determination, in the vocabulary's order."""
    found = Counter(str(one) for one in side.determinations.column("determination"))
    ordered = [one.name for one in side.prepared.ruleset.vocabulary.outcomes if one.name in found]
    return {name: found[name] for name in (*ordered, *sorted(found.keys() - set(ordered)))}


def _reason(record: LeaRecord, was: tuple[Cell, ...], now: tuple[Cell, ...]) -> dict[str, Any]:
    return {
        "code": record.code,
        "lea": record.name,
        "county": record.county,
        "kind": record.kind,
        "what": "reason",
        "before": _in_words(was),
        "after": _in_words(now),
        "because": "rules",
        "clauses": [],
        "text": "",
    }


def _in_words(cells: tuple[Cell, ...]) -> str:
    groups, priorities = cells[len(ANSWERS) :]
    return f"priorities {priorities or 'none'}, for {groups or 'no student group'}"
