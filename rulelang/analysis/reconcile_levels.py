"""The cells of levels: those worked out from the counts, beside those in the same files."""

from __future__ import annotations

from collections.abc import Iterator

from rulelang.analysis.reconcile import Cell, Verdict
from rulelang.core.record import Reading
from rulelang.core.tree import NOT_RATED, Value
from rulelang.engine.evaluate import Evaluation
from rulelang.engine.levels import LevelResult, results_of
from rulelang.engine.wording import answer_text

NOT_STATED = "the files do not state the level"


def cells_of(evaluation: Evaluation) -> Iterator[Cell]:
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


def _cell(result: LevelResult, scale: str, ours: Value, stated: Reading | None) -> Cell:
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
    return Cell(
        record.code,
        record.name,
        record.county,
        scale,
        result.group.name if result.group is not None else "",
        result.indicator,
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
