"""What a student group meets on the indicators that are reported by student group.

Published lists name only these: a local rating holds for the LEA and so for every group of it, and would drown the
groups' own results.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, cast

from rulelang.core.truth import Truth, any_of
from rulelang.core.vocabulary import Scope
from rulelang.engine.determination import Determination, GroupResult
from rulelang.engine.result_plan import plan_of

ENOUGH: Final = 2
"""The fewest priorities for which a student group is named: the lists leave out a single one."""


def kinds_of_groups(determination: Determination) -> tuple[str, ...]:
    """Return the kinds of indicator that are reported by student group."""
    kinds = determination.ruleset.vocabulary.indicator_kinds
    return tuple(kind.name for kind in kinds if kind.scope is Scope.GROUP)


def priorities_met(determination: Determination, group: GroupResult) -> tuple[int, ...]:
    """Return the numbers of the priorities a group meets on indicators reported by student group, in order."""
    return _met(group, kinds_of_groups(determination))


def _met(group: GroupResult, kinds: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(sorted({number for kind in kinds for number in group.by_kind.get(kind, ())}))


def named_groups(determination: Determination) -> Iterator[GroupResult]:
    """Yield the groups that meet two or more priorities on indicators reported by student group, or listed criteria."""
    listed, kinds = determination.ruleset.vocabulary.listed_group_outcomes, kinds_of_groups(determination)
    for group in determination.groups:
        meets_criteria = any(group.criteria.get(name) is True for name in listed)
        if meets_criteria or len(_met(group, kinds)) >= ENOUGH:
            yield group


def listed_priorities(determination: Determination, group: GroupResult) -> frozenset[int] | None:
    """Return what a published list should say of a group: its priorities if there are two or more, otherwise none.

    None if it is unknown: a value that is missing from the data could change the answer.
    """
    evaluation = determination.evaluation
    index = evaluation.prepared.group_index[group.group.name]
    answers = {
        number: any_of(cast("Truth", evaluation.at(step, index)) for step in steps)
        for number, steps in plan_of(evaluation.prepared).listed.items()
    }
    met = frozenset(number for number, answer in answers.items() if answer is True)
    possible = frozenset(number for number, answer in answers.items() if answer is not False)
    if len(possible) < ENOUGH:
        return frozenset()
    return met if met == possible else None
