"""Why, as rows: each rule that holds, for whom, and the values it rests on."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from rulelang.core.ruleset import Rule
from rulelang.core.vocabulary import StudentGroup
from rulelang.engine.determination import Determination
from rulelang.engine.trace import occurrence_of
from rulelang.engine.wording import evidence_text


@frozen
class Reason:
    """A rule that holds for a student group, or for the LEA where `group` is None.

    `rule` is the rule's name, `priority` the number where the rule's outcome is a priority. `evidence` is text such as
    `ELA: Red; Math: Orange`.
    """

    group: StudentGroup | None
    priority: int | None
    rule: str
    outcome: str
    evidence: str


def reasons(determination: Determination) -> Iterator[Reason]:
    """Yield a row for every rule that holds: those of the LEA first, then those of each student group."""
    rules = {rule.name: rule for rule in determination.ruleset.rules}
    for name in determination.lea_rules:
        yield _reason(determination, rules[name], None)
    for result in determination.groups:
        for name in result.rules:
            yield _reason(determination, rules[name], result.group)


def _reason(determination: Determination, rule: Rule, group: StudentGroup | None) -> Reason:
    evaluation = determination.evaluation
    index = None if group is None else evaluation.prepared.group_index[group.name]
    part = occurrence_of(evaluation, (determination.year, rule.name), index)
    return Reason(group, rule.priority, rule.name, rule.outcome, evidence_text(part))
