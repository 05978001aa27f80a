"""Compares levels worked out from the counts with the levels in the same files, cell by cell.

A cell is the level of one student group on one indicator and scale. What cannot be compared is counted apart with its
reason and is never agreement. Cells are counted one LEA at a time, so that a whole state fits into memory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import field

from rulelang.analysis.reconcile import Cell, Verdict
from rulelang.core.record import Reading
from rulelang.core.ruleset import Ruleset
from rulelang.core.tree import NOT_RATED, Value
from rulelang.diagnostics.as_data import Data
from rulelang.diagnostics.plain_data import define, frozen
from rulelang.engine.evaluate import Evaluation
from rulelang.engine.levels import LevelResult, results_of
from rulelang.engine.wording import answer_text

NOT_STATED = "the files do not state the level"

CELLS_KEPT = 200_000
"""How many differing cells are kept at most; the rest are only counted."""


@frozen
class LevelCell:
    """One comparison; `group` is the student group's name, empty for the LEA. `reason` says why, in words.

    For a cell that differs it is what ours rests on; for one that was not compared, what prevented it.
    """

    code: str
    lea: str
    county: str
    group: str
    indicator: str
    scale: str
    ours: str
    theirs: str
    verdict: Verdict
    reason: str = ""


@define
class LevelComparison:
    """The counts of a comparison, and the cells that differ in the order they came; with `keeps_all` every cell."""

    keeps_all: bool = False
    cells: list[LevelCell] = field(factory=list)
    counts: Counter[tuple[str, str, Verdict]] = field(factory=Counter)
    not_compared: Counter[tuple[str, str]] = field(factory=Counter)
    differing: list[LevelCell] = field(factory=list)
    compared_leas: int = 0

    def add(self, evaluation: Evaluation) -> list[LevelCell]:
        """Count the cells of an LEA, and return those that differ."""
        cells = list(cells_of(evaluation))
        if self.keeps_all:
            self.cells.extend(cells)
        self.counts.update((cell.indicator, cell.scale, cell.verdict) for cell in cells)
        apart = (cell for cell in cells if cell.verdict is Verdict.NOT_COMPARED)
        self.not_compared.update((cell.scale, cell.reason) for cell in apart)
        self.compared_leas += any(cell.verdict is not Verdict.NOT_COMPARED for cell in cells)
        differing = [cell for cell in cells if cell.verdict is Verdict.DIFFERS]
        self.differing.extend(differing[: CELLS_KEPT - len(self.differing)])
        return differing

    def number(self, verdict: Verdict) -> int:
        """Return how many cells have a verdict."""
        return sum(number for (_, _, one), number in self.counts.items() if one is verdict)

    @property
    def agrees(self) -> bool:
        """Return whether at least one cell was compared and none differs."""
        return self.number(Verdict.AGREES) > 0 and not self.number(Verdict.DIFFERS)

    def by_scale(self) -> Mapping[tuple[str, str], tuple[int, ...]]:
        """Return for each indicator and scale how many cells have each verdict, in the order of `Verdict`."""
        places = dict.fromkeys((indicator, scale) for indicator, scale, _ in self.counts)
        return {place: tuple(self.counts[(*place, verdict)] for verdict in Verdict) for place in places}


def cells_of(evaluation: Evaluation) -> Iterator[LevelCell]:
    """Yield the cells of an LEA: every level that the rules work out for it, or that its files state."""
    for result in results_of(evaluation):
        for scale, level in result.levels.items():
            yield _cell(result, scale, level, _stated(result, scale))


def _stated(result: LevelResult, scale: str) -> Reading | None:
    """Return the level in a row of the files; None if there is no such row or column."""
    evaluation = result.evaluation
    facts = evaluation.record.years.get(evaluation.prepared.ruleset.year)
    if facts is None:
        return None
    readings = facts.lea if result.group is None else facts.groups.get(result.group.name, {})
    return readings.get((result.indicator, scale))


def _cell(result: LevelResult, scale: str, ours: Value, stated: Reading | None) -> LevelCell:
    record = result.evaluation.record
    theirs: Value = None if stated is None else stated.level if stated.level is not None else NOT_RATED
    if stated is None:
        verdict, reason = Verdict.NOT_COMPARED, NOT_STATED
    elif ours is None:
        verdict, reason = Verdict.NOT_COMPARED, f"cannot tell: {result.reasons[scale].text}"
    elif ours == theirs:
        verdict, reason = Verdict.AGREES, ""
    else:
        verdict, reason = Verdict.DIFFERS, rests_on(result, scale)
    return LevelCell(
        record.code,
        record.name,
        record.county,
        result.group.name if result.group is not None else "",
        result.indicator,
        scale,
        answer_text(ours),
        "" if stated is None else answer_text(theirs),
        verdict,
        reason,
    )


def rests_on(result: LevelResult, scale: str) -> str:
    """Return in few words what a level rests on: its number, or the levels before it, or why there is none."""
    if scale in result.reasons:
        return result.reasons[scale].text
    if result.numbers.get(scale) is not None:
        return f"{scale} is {result.number_text(scale)}"
    return ", ".join(f"{other} {answer_text(level)}" for other, level in result.levels.items() if other != scale)


# ---- Cells of either comparison as rows and as data, which `rulelang schema reconcile` describes ----


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
