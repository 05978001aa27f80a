"""Reasons as rows: each rule that holds, for whom, and the values it rests on."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from rulelang.core.ruleset import Rule
from rulelang.core.vocabulary import StudentGroup
from rulelang.engine.determination import Determination
from rulelang.engine.evaluate import Evaluation
from rulelang.engine.trace import occurrence_of
from rulelang.engine.wording import evidence_text


@frozen
class Reason:
    """A rule that holds for a student group, or for the LEA if `group` is None.

    `evidence` is text such as `ELA: Red; Math: Orange`.
    """

    group: StudentGroup | None
    rule: Rule
    evidence: str


def reasons(determination: Determination) -> Iterator[Reason]:
    """Yield a row for every rule that holds: those of the LEA first, then those of each student group."""
    rules = {rule.name: rule for rule in determination.ruleset.rules}
    for name in determination.lea_rules:
        yield Reason(None, rules[name], evidence_of(rules[name], determination.evaluation, None))
    index = determination.evaluation.prepared.group_index
    for result in determination.groups:
        for name in result.rules:
            evidence = evidence_of(rules[name], determination.evaluation, index[result.group.name])
            yield Reason(result.group, rules[name], evidence)


def evidence_of(rule: Rule, evaluation: Evaluation, index: int | None) -> str:
    """Return the values that a rule rests on, for the student group at an index or for the LEA."""
    return evidence_text(occurrence_of(evaluation, (evaluation.prepared.ruleset.year, rule.name), index))
