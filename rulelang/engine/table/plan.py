"""Which steps of a ruleset the results of LEAs and of student groups are read from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Final

from attrs import field, frozen

from rulelang.core.ruleset import DETERMINATION, LABEL, PUBLISHED, Rule, Ruleset, priority_outcome
from rulelang.core.vocabulary import Scope, StudentGroup
from rulelang.engine.steps import Prepared
from rulelang.engine.table.bits import WIDTH, Exact
from rulelang.engine.table.names import UnsupportedRulesError

if TYPE_CHECKING:
    from rulelang.engine.table.evidence import Evidence

OUTCOMES: Final = {DETERMINATION: "determination", PUBLISHED: "published", LABEL: "label"}
"""The definitions that name what an LEA gets, each with its column."""

ENOUGH: Final = 2
"""From how many priorities on a student group is named."""

OF_LEA: Final = "lea_answers"
OF_GROUP: Final = "group_answers"
OVER_GROUPS: Final = "answers_of_groups"
"""What the columns are called in which the answers stand that evidence is read from."""


def groups_in_a_word(groups: Sequence[StudentGroup]) -> int:
    """Return of how many steps the answers of all student groups stand in one whole number."""
    if len(groups) > WIDTH:
        message = "more student groups than a number has bits"
        raise UnsupportedRulesError(message)
    return WIDTH // len(groups) if groups else 1


@frozen
class ResultPlan:
    """Which steps the results of a ruleset are read from, by the position of each.

    `whole` are the priorities by number, `by_kind` those by one kind of indicator; `group_rules` and `lea_rules` the
    rules in order. `evidence` says what their evidence is read from, where it is wanted.
    """

    ruleset: Ruleset
    outcomes: Mapping[str, int]
    answers: Mapping[str, int]
    lea_rules: tuple[tuple[Rule, int], ...] = field(repr=False)
    group_rules: tuple[tuple[Rule, int], ...] = field(repr=False)
    whole: Mapping[int, int] = field(repr=False)
    by_kind: Mapping[str, Mapping[int, int]] = field(repr=False)
    evidence: Evidence | None = field(default=None, repr=False)

    @property
    def of_leas(self) -> frozenset[int]:
        """Return the steps whose values are wanted of the LEA."""
        rules = (position for _, position in self.lea_rules)
        shown = self.evidence.of_lea if self.evidence else ()
        return frozenset({*self.outcomes.values(), *self.answers.values(), *rules, *shown})

    @property
    def exact(self) -> Exact:
        """Return the fields of which every level must be told from every other."""
        return self.evidence.exact if self.evidence else ()

    @property
    def listed(self) -> Mapping[int, tuple[int, ...]]:
        """Return the steps of each priority on indicators reported by student group."""
        kinds = [kind.name for kind in self.ruleset.vocabulary.indicator_kinds if kind.scope is Scope.GROUP]
        found = {
            number: tuple(self.by_kind[kind][number] for kind in kinds if number in self.by_kind.get(kind, {}))
            for number in self.ruleset.priorities
        }
        return {number: steps for number, steps in found.items() if steps}

    @property
    def in_summary(self) -> frozenset[int]:
        """Return the steps of student groups that the row of an LEA tells of."""
        return frozenset({*self.whole.values(), *(step for steps in self.listed.values() for step in steps)})

    @property
    def in_groups(self) -> frozenset[int]:
        """Return the steps whose values are wanted of each student group."""
        kinds = (step for steps in self.by_kind.values() for step in steps.values())
        return frozenset({*self.in_summary, *kinds, *(position for _, position in self.group_rules)})

    @property
    def in_reasons(self) -> frozenset[int]:
        """Return the same with those that evidence is read from."""
        shown = (*self.evidence.of_group, *self.evidence.over_groups) if self.evidence else ()
        return self.in_groups.union(shown)


def plan_of(prepared: Prepared, *, evidence: bool = False) -> ResultPlan:
    """Return where the results of a ruleset are read from, with the evidence of its rules if it is asked for."""
    ruleset = prepared.ruleset
    at = {name: position for (year, name), position in prepared.positions.items() if year == ruleset.year}
    kinds = [kind.name for kind in ruleset.vocabulary.indicator_kinds]

    def priorities(kind: str | None) -> dict[int, int]:
        names = {number: priority_outcome(number, kind) for number in ruleset.priorities}
        return {number: at[name] for number, name in names.items() if name in at}

    def rules(scope: Scope) -> tuple[tuple[Rule, int], ...]:
        definitions = ruleset.definitions
        mine = (rule for rule in ruleset.rules if definitions[ruleset.year, rule.name].scope is scope)
        return tuple((rule, at[rule.name]) for rule in mine)

    return ResultPlan(
        ruleset,
        {name: at[name] for name in OUTCOMES if name in at},
        {name: at[name] for name in (*ruleset.methods, *ruleset.referrals) if name in at},
        rules(Scope.LEA),
        rules(Scope.GROUP),
        priorities(None),
        {kind: found for kind in kinds if (found := priorities(kind))},
        import_module("rulelang.engine.table.evidence").evidence_of(prepared) if evidence else None,
    )
