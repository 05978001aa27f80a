"""How performance levels come about as plain data, for programs: what `rulelang schema explain` describes."""

from __future__ import annotations

from fractions import Fraction

from rulelang.core.vocabulary import StudentGroup
from rulelang.diagnostics.as_data import Data
from rulelang.engine.evaluate import Evaluation
from rulelang.engine.explain_levels import explain_level, is_asked
from rulelang.engine.levels import LevelResult, results_of
from rulelang.engine.wording import answer_text


def levels_data(evaluation: Evaluation, group: StudentGroup | None = None, indicator: str | None = None) -> Data:
    """Return what the rules make of the numbers of an LEA, of one group or indicator or all, as data for JSON."""
    record, ruleset = evaluation.record, evaluation.prepared.ruleset
    return {
        "kind": "levels",
        "ruleset": ruleset.title,
        "year": ruleset.year,
        "lea": {"cds": record.code, "name": record.name, "county": record.county, "kind": record.kind},
        "levels": [level_data(result) for result in results_of(evaluation) if is_asked(result, group, indicator)],
    }


def level_data(result: LevelResult) -> Data:
    """Return the measures and levels of one indicator and student group as data that JSON can hold."""
    group = result.group
    return {
        "indicator": result.indicator or None,
        "student_group": {"code": group.code, "name": group.name} if group is not None else None,
        "year": result.evaluation.prepared.ruleset.year,
        "numbers": {
            name: {"value": result.number_text(name), "exact": str(number) if isinstance(number, Fraction) else None}
            for name, number in result.numbers.items()
        },
        "levels": {
            scale: {
                "level": answer_text(level),
                "reason": result.reasons[scale].text if scale in result.reasons else None,
            }
            for scale, level in result.levels.items()
        },
        "explanation": explain_level(result.evaluation, result.indicator, group.name if group is not None else None),
    }
