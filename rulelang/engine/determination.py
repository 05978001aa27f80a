"""What the rules make of one LEA: its determination, and what it rests on, read off an evaluation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, cast

from attrs import field, frozen

from rulelang.core.record import LeaRecord
from rulelang.core.ruleset import DETERMINATION, LABEL, NOT_COVERED, PUBLISHED, Rule, Ruleset, priority_outcome
from rulelang.core.tree import Value
from rulelang.core.truth import Truth
from rulelang.core.vocabulary import Scope, StudentGroup
from rulelang.engine.record import Evaluation, Prepared, evaluate
from rulelang.engine.trace import occurrence_of, unknown_fields

CANNOT_TELL: Final = "cannot tell"
SUSPENDED: Final = "suspended"


@frozen
class MissingFact:
    """A value that is missing from the data and could still decide. `group` is None for a fact of the LEA."""

    year: int
    group: str | None
    indicator: str
    scale: str


@frozen
class GroupResult:
    """What a student group meets.

    `priorities` are the numbers it meets, `by_kind` those it meets by one kind of indicator alone, `uncertain` those
    that cannot be told, each in order. `rules` names the rules of student groups that hold for it.
    """

    group: StudentGroup
    priorities: tuple[int, ...] = ()
    by_kind: Mapping[str, tuple[int, ...]] = field(factory=dict)
    uncertain: tuple[int, ...] = ()
    rules: tuple[str, ...] = ()


@frozen(eq=False)
class Determination:
    """What the rules of a year make of one LEA.

    `outcome` is the determination's name, or "cannot tell", "suspended" or "not covered"; `published` is the same with
    cannot tell taken as the ruleset says it is published; `label` is the text of the published lists. `methods` and
    `referrals` give the answer of each, `groups` every student group of the year, `lea_rules` the names of the rules of
    the LEA that hold, local indicators included; a suspended year has none of these. `settle` names the missing values
    that could still change a determination that cannot be told.
    """

    record: LeaRecord
    outcome: str
    published: str
    methods: Mapping[str, Truth]
    referrals: Mapping[str, Truth]
    groups: tuple[GroupResult, ...]
    lea_rules: tuple[str, ...]
    settle: tuple[MissingFact, ...]
    label: str
    evaluation: Evaluation = field(repr=False)

    @property
    def ruleset(self) -> Ruleset:
        """Return the rules it was determined by."""
        return self.evaluation.prepared.ruleset

    @property
    def year(self) -> int:
        """Return the year it is about."""
        return self.ruleset.year

    def group(self, name: str) -> GroupResult:
        """Return what the student group of that name meets; KeyError where the year has no such group."""
        for result in self.groups:
            if result.group.name == name:
                return result
        raise KeyError(name)


def determine(prepared: Prepared, record: LeaRecord) -> Determination:
    """Return what the rules make of one LEA. Whatever the data hold, this does not raise."""
    evaluation = evaluate(prepared, record)
    ruleset = prepared.ruleset
    if ruleset.suspended is not None:
        groups = tuple(GroupResult(group) for group in ruleset.vocabulary.groups_in(ruleset.year))
        return Determination(record, SUSPENDED, SUSPENDED, {}, {}, groups, (), (), SUSPENDED, evaluation)
    outcome = _outcome(evaluation, DETERMINATION)
    return Determination(
        record=record,
        outcome=outcome,
        published=_outcome(evaluation, PUBLISHED) if (ruleset.year, PUBLISHED) in ruleset.definitions else outcome,
        methods=_answers(evaluation, ruleset.methods),
        referrals=_answers(evaluation, ruleset.referrals),
        groups=tuple(_group_results(evaluation)),
        lea_rules=_lea_rules(evaluation, outcome),
        settle=missing_facts(evaluation, DETERMINATION) if outcome == CANNOT_TELL else (),
        label=_outcome(evaluation, LABEL) if (ruleset.year, LABEL) in ruleset.definitions else outcome,
        evaluation=evaluation,
    )


def _outcome(evaluation: Evaluation, name: str) -> str:
    ruleset = evaluation.prepared.ruleset
    position = evaluation.prepared.positions.get((ruleset.year, name))
    if position is None:
        return NOT_COVERED
    value = evaluation.at(position, None)
    return value if isinstance(value, str) else CANNOT_TELL


def _answers(evaluation: Evaluation, names: tuple[str, ...]) -> dict[str, Truth]:
    prepared = evaluation.prepared
    found = ((name, prepared.positions.get((prepared.ruleset.year, name))) for name in names)
    return {name: cast("Truth", evaluation.at(at, None)) for name, at in found if at is not None}


def _group_results(evaluation: Evaluation) -> Iterator[GroupResult]:
    ruleset = evaluation.prepared.ruleset
    kinds = [kind.name for kind in ruleset.vocabulary.indicator_kinds]
    whole = _priority_columns(evaluation, None)
    by_kind = {kind: columns for kind in kinds if (columns := _priority_columns(evaluation, kind))}
    rules = [
        (rule.name, _column(evaluation, rule.name))
        for rule in ruleset.rules
        if ruleset.definitions[ruleset.year, rule.name].scope is Scope.GROUP
    ]
    for index, group in enumerate(evaluation.prepared.groups):
        if ruleset.year in group.years:
            yield GroupResult(
                group,
                _numbers(whole, index, answer=True),
                {kind: _numbers(columns, index, answer=True) for kind, columns in by_kind.items()},
                _numbers(whole, index, answer=None),
                tuple([name for name, column in rules if column[index] is True]),
            )


def _priority_columns(evaluation: Evaluation, kind: str | None) -> list[tuple[int, tuple[Value, ...]]]:
    ruleset = evaluation.prepared.ruleset
    names = ((number, priority_outcome(number, kind)) for number in ruleset.priorities)
    return [
        (number, _column(evaluation, name)) for number, name in names if (ruleset.year, name) in ruleset.definitions
    ]


def _column(evaluation: Evaluation, name: str) -> tuple[Value, ...]:
    """Return the values of one of the year's definitions for every student group of the vocabulary."""
    prepared = evaluation.prepared
    position = prepared.positions[prepared.ruleset.year, name]
    of_lea = prepared.steps[position].scope is Scope.LEA
    return evaluation.column(position) * (len(prepared.groups) if of_lea else 1)


def _numbers(columns: list[tuple[int, tuple[Value, ...]]], index: int, *, answer: Truth) -> tuple[int, ...]:
    return tuple([number for number, column in columns if column[index] is answer])


def _lea_rules(evaluation: Evaluation, outcome: str) -> tuple[str, ...]:
    ruleset, positions = evaluation.prepared.ruleset, evaluation.prepared.positions
    return tuple(
        rule.name
        for rule in ruleset.rules
        if ruleset.definitions[ruleset.year, rule.name].scope is Scope.LEA
        and evaluation.at(positions[ruleset.year, rule.name], None) is True
        and not passed_over(ruleset, rule, outcome)
    )


def passed_over(ruleset: Ruleset, rule: Rule, outcome: str) -> bool:
    """Return whether a rule gives another determination than the LEA got: `otherwise`, where an earlier one holds."""
    given = any(known.name == rule.outcome for known in ruleset.vocabulary.outcomes if known.kind == "determination")
    return given and rule.outcome != outcome


def missing_facts(evaluation: Evaluation, *names: str) -> tuple[MissingFact, ...]:
    """Return the facts that could settle those of some of the year's definitions that cannot be told.

    They come by year, latest first, the LEA's before those of student groups, in the vocabulary's order.
    """
    prepared = evaluation.prepared
    order = {indicator.name: place for place, indicator in enumerate(prepared.ruleset.vocabulary.indicators)}
    keys = [(prepared.ruleset.year, name) for name in names]
    roots = [occurrence_of(evaluation, key) for key in keys if key in prepared.positions]
    found = []
    for asked, at in (part for root in roots for part in unknown_fields(root)):
        index = at if asked.scope is Scope.GROUP else None
        group = None if index is None else prepared.groups[index].name
        place = (-asked.year, -1 if index is None else index, order.get(asked.key[0], 0), asked.key)
        found.append((place, MissingFact(asked.year, group, *asked.key)))
    return tuple(dict.fromkeys(fact for _, fact in sorted(found, key=lambda item: item[0])))
