"""Reasons as rows: each rule that holds, for whom, and the values it rests on."""

from __future__ import annotations

from collections.abc import Iterator

from rulelang.core.ruleset import Rule
from rulelang.core.vocabulary import StudentGroup
from rulelang.diagnostics.plain_data import frozen
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


def held_rules(determination: Determination) -> Iterator[tuple[StudentGroup | None, Rule]]:
    """Yield every rule that holds, and for whom: those of the LEA first, then those of each student group."""
    rules = {rule.name: rule for rule in determination.ruleset.rules}
    yield from ((None, rules[name]) for name in determination.lea_rules)
    yield from ((result.group, rules[name]) for result in determination.groups for name in result.rules)


def reasons(determination: Determination) -> Iterator[Reason]:
    """Yield a row for every rule that holds, in the order of `held_rules`."""
    evaluation = determination.evaluation
    for group, rule in held_rules(determination):
        index = None if group is None else evaluation.prepared.group_index[group.name]
        yield Reason(group, rule, evidence_of(rule, evaluation, index))


def evidence_of(rule: Rule, evaluation: Evaluation, index: int | None) -> str:
    """Return the values that a rule rests on, for the student group at an index or for the LEA."""
    return evidence_text(occurrence_of(evaluation, (evaluation.prepared.ruleset.year, rule.name), index))
