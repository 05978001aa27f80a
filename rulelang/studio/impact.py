"""Who is affected: the LEAs whose results differ between edited rules and the rules in force."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from attrs import asdict

from rulelang.analysis.batch_tables import tables_of_batches
from rulelang.analysis.comparison import ANSWERS, REASONS, Move, moves_on_same_data
from rulelang.analysis.comparison_tables import clauses_text
from rulelang.analysis.result_tables import ResultTable
from rulelang.core.record import LeaRecord
from rulelang.data.shared_rows import Cell
from rulelang.diagnostics.plain_data import frozen
from rulelang.engine.determination import Determination, determination_of
from rulelang.engine.evaluate import BatchEvaluation, evaluate_again, evaluate_batches
from rulelang.engine.steps import Prepared

_WORD: Final = re.compile(r"\w+")


@frozen(eq=False)
class Judged:
    """The results of some rules for all LEAs, and how these were evaluated."""

    prepared: Prepared
    batches: Sequence[BatchEvaluation]
    determinations: ResultTable

    def cells(self, columns: Sequence[str]) -> Mapping[str, tuple[Cell, ...]]:
        """Return some cells of each LEA, by code."""
        codes = self.determinations.column("cds")
        rows = zip(*(self.determinations.column(name) for name in columns), strict=True)
        return {str(code): row for code, row in zip(codes, rows, strict=True)}

    def determined(self, codes: Collection[str]) -> list[Determination]:
        """Return what some LEAs get, by code."""
        every = (one.of(lea) for one in self.batches for lea in range(len(one.records)))
        found = [determination_of(one) for one in every if one.record.code in codes]
        return sorted(found, key=lambda one: one.record.code)


def judged(prepared: Prepared, records: Sequence[LeaRecord], before: Judged | None = None) -> Judged:
    """Return the results of some rules for some LEAs; `before` has those of other rules of the vocabulary, if known."""
    if before is None or _vocabulary(before.prepared) != _vocabulary(prepared):
        batches = [*evaluate_batches(prepared, records)]
    else:
        batches = [evaluate_again(prepared, one) for one in before.batches]
    return Judged(prepared, batches, tables_of_batches(prepared, batches, reasons=False)[0])


def _vocabulary(prepared: Prepared) -> tuple[str, bool]:
    """Return the vocabulary of some rules, and whether they relate its entities to one another."""
    return prepared.ruleset.vocabulary.fingerprint, prepared.relates


def impact(before: Judged, after: Judged) -> dict[str, Any]:
    """Return what the page shows about a change: the counts, what each LEA gets, and each LEA whose results differ.

    LEAs that get the same for other student groups or other priorities are among them. The names of the student groups
    whose codes are in the moves go with them.
    """
    was, now = before.cells((*ANSWERS, *REASONS)), after.cells((*ANSWERS, *REASONS))
    other = {code for code in now if was[code] != now[code]}
    moves = [
        _shown(move) for move in moves_on_same_data(zip(before.determined(other), after.determined(other), strict=True))
    ]
    said = {word for move in moves for text in ("before", "after", "text") for word in _WORD.findall(move[text])}
    groups = after.prepared.ruleset.vocabulary.groups
    sides = [outcomes(side) for side in (before, after)]
    return {
        "counts": [side["counts"] for side in sides],
        "outcomes": [side["outcomes"] for side in sides],
        "moves": moves,
        "groups": {one.code: one.name for one in groups if one.code in said},
    }


def _shown(move: Move) -> dict[str, Any]:
    shown = asdict(move, filter=lambda one, _: one.name != "clauses")
    return {**shown, "text": clauses_text(move.clauses)}


def outcomes(side: Judged) -> dict[str, Any]:
    """Return what each LEA gets, and how many get each determination, in the vocabulary's order."""
    each = [str(one) for one in side.determinations.column("determination")]
    found = Counter(each)
    ordered = [one.name for one in side.prepared.ruleset.vocabulary.outcomes if one.name in found]
    counts = {name: found[name] for name in (*ordered, *sorted(found.keys() - set(ordered)))}
    return {"counts": counts, "outcomes": each}
