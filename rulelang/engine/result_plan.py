"""Which steps the results of a ruleset are read from: its determination, answers, priorities and rules."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import Final

from attrs import field

from rulelang.core.ruleset import DETERMINATION, LABEL, PUBLISHED, Rule, Ruleset, priority_outcome
from rulelang.core.vocabulary import Scope
from rulelang.diagnostics.plain_data import frozen
from rulelang.engine.steps import Prepared

OUTCOMES: Final = {DETERMINATION: "determination", PUBLISHED: "published", LABEL: "label"}
"""The definitions that name an LEA's outcome, each with its column."""


@frozen(eq=False, slots=False)
class ResultPlan:
    """Which steps the results of a ruleset are read from, by the position of each.

    `outcomes` and `answers` are by name. `whole` are the priorities by number, `by_kind` those by one kind of
    indicator; `group_rules` and `lea_rules` the rules in order, `criteria` the other outcomes of student groups.
    """

    ruleset: Ruleset
    outcomes: Mapping[str, int]
    answers: Mapping[str, int]
    lea_rules: tuple[tuple[Rule, int], ...] = field(repr=False)
    group_rules: tuple[tuple[Rule, int], ...] = field(repr=False)
    whole: Mapping[int, int] = field(repr=False)
    by_kind: Mapping[str, Mapping[int, int]] = field(repr=False)
    criteria: Mapping[str, int] = field(repr=False)

    @cached_property
    def of_groups(self) -> tuple[int, ...]:
        """Return what is asked of a student group: priorities, those by each kind of indicator, rules, and criteria."""
        by_kind = (position for of_kind in self.by_kind.values() for position in of_kind.values())
        rules = (position for _, position in self.group_rules)
        return *self.whole.values(), *by_kind, *rules, *self.criteria.values()

    @cached_property
    def of_lea(self) -> tuple[int, ...]:
        """Return the rules of the LEA."""
        return tuple(position for _, position in self.lea_rules)

    @property
    def listed(self) -> Mapping[int, tuple[int, ...]]:
        """Return the steps of each priority on indicators reported by student group."""
        kinds = [kind.name for kind in self.ruleset.vocabulary.indicator_kinds if kind.scope is Scope.GROUP]
        found = {
            number: tuple(self.by_kind[kind][number] for kind in kinds if number in self.by_kind.get(kind, {}))
            for number in self.ruleset.priorities
        }
        return {number: steps for number, steps in found.items() if steps}


@lru_cache(maxsize=16)
def plan_of(prepared: Prepared) -> ResultPlan:
    """Return where the results of a ruleset are read from; a suspended year has none."""
    ruleset = prepared.ruleset
    positions = prepared.positions.items() if ruleset.suspended is None else ()
    at = {name: position for (year, name), position in positions if year == ruleset.year}
    kinds = [kind.name for kind in ruleset.vocabulary.indicator_kinds]

    def priorities(kind: str | None) -> dict[int, int]:
        names = {number: priority_outcome(number, kind) for number in ruleset.priorities}
        return {number: at[name] for number, name in names.items() if name in at}

    def rules(scope: Scope) -> tuple[tuple[Rule, int], ...]:
        definitions = ruleset.definitions
        known = (rule for rule in ruleset.rules if rule.name in at)
        mine = (rule for rule in known if definitions[ruleset.year, rule.name].scope is scope)
        return tuple((rule, at[rule.name]) for rule in mine)

    return ResultPlan(
        ruleset,
        {name: at[name] for name in OUTCOMES if name in at},
        {name: at[name] for name in (*ruleset.methods, *ruleset.referrals) if name in at},
        rules(Scope.LEA),
        rules(Scope.GROUP),
        priorities(None),
        {kind: found for kind in kinds if (found := priorities(kind))},
        {name: at[name] for name in ruleset.vocabulary.group_outcomes if name in at},
    )
