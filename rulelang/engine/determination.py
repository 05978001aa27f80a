"""What the rules make of one LEA: its determination, and what it rests on, read off an evaluation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import repeat
from typing import Final, cast

from attrs import field, frozen

from rulelang.core.record import LeaRecord
from rulelang.core.ruleset import DETERMINATION, LABEL, NOT_COVERED, PUBLISHED, Rule, Ruleset
from rulelang.core.tree import Value
from rulelang.core.truth import Truth
from rulelang.core.vocabulary import Scope, StudentGroup
from rulelang.diagnostics.notebook import titled_table
from rulelang.diagnostics.sentences import in_sentence
from rulelang.engine.evaluate import Evaluation, evaluate_all
from rulelang.engine.result_plan import plan_of
from rulelang.engine.steps import Prepared
from rulelang.engine.wording import answer_text

CANNOT_TELL: Final = "cannot tell"
SUSPENDED: Final = "suspended"
DOES_NOT_APPLY: Final = "does not apply"


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
    that is unknown, each in order. `rules` names the rules of student groups that hold for it, `criteria` gives the
    answer of each other outcome that the rules decide for student groups.
    """

    group: StudentGroup
    priorities: tuple[int, ...] = ()
    by_kind: Mapping[str, tuple[int, ...]] = field(factory=dict)
    uncertain: tuple[int, ...] = ()
    rules: tuple[str, ...] = ()
    criteria: Mapping[str, Truth] = field(factory=dict)


@frozen(eq=False)
class Determination:
    """What the rules of a year make of one LEA.

    `outcome` is the determination's name, or "cannot tell", "suspended" or "not covered"; `published` is the same with
    cannot tell taken as the ruleset says it is published; `label` is the text of the published lists. `methods` and
    `referrals` give the answer of each, `groups` every student group of the year, `lea_rules` the names of the rules of
    the LEA that hold, local indicators included; a suspended year has none of these. `settle` names the missing values
    that could still change a determination that is unknown.
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

    def __repr__(self) -> str:
        return f"<Determination of {self.record.name or self.record.code} {self.year}: {self.outcome}>"

    def _repr_html_(self) -> str:
        met = [(one.group.name, ", ".join(map(str, one.priorities))) for one in self.groups]
        title = f"{self.record.name} {self.record.code}, {self.ruleset.title} {self.year}".strip()
        rows = [("determination", self.outcome), *self.answers.items()]
        return titled_table(title, [*rows, *((f"priorities of {name}", numbers) for name, numbers in met)])

    @property
    def ruleset(self) -> Ruleset:
        """Return the rules it was determined by."""
        return self.evaluation.prepared.ruleset

    @property
    def year(self) -> int:
        """Return the year it is about."""
        return self.ruleset.year

    @property
    def answers(self) -> Mapping[str, str]:
        """Return the answer of each method and referral in words, `does not apply` if it is for other LEAs."""
        return {name: self._answer(name, answer) for name, answer in {**self.methods, **self.referrals}.items()}

    def _answer(self, name: str, answer: Truth) -> str:
        kinds = [rule.kinds for rule in self.ruleset.rules if rule.outcome == name]
        is_of_others = bool(kinds) and all(some and self.record.kind not in some for some in kinds)
        return DOES_NOT_APPLY if answer is False and is_of_others else answer_text(answer)

    def group(self, name: str) -> GroupResult:
        """Return what a student group meets, by its name, code or alias; KeyError where the year has no such group."""
        known = self.ruleset.vocabulary.group_called(name)
        for result in self.groups:
            if result.group == known:
                return result
        codes = in_sentence(result.group.code for result in self.groups)
        message = f"`{name}` is not a student group of {self.year}; there are {codes}"
        raise KeyError(message)


def determine(prepared: Prepared, record: LeaRecord) -> Determination:
    """Return what the rules make of one LEA. Whatever the data hold, this does not raise."""
    return next(determine_all(prepared, (record,)))


def determine_all(prepared: Prepared, records: Iterable[LeaRecord]) -> Iterator[Determination]:
    """Return what the rules make of each LEA, in the order given. Whatever the data hold, this does not raise."""
    return map(_determination, evaluate_all(prepared, records))


def _determination(evaluation: Evaluation) -> Determination:
    plan = plan_of(evaluation.prepared)
    outcome = _outcome(evaluation, DETERMINATION)
    return Determination(
        record=evaluation.record,
        outcome=outcome,
        published=_outcome(evaluation, PUBLISHED),
        methods=_answers(evaluation, plan.ruleset.methods),
        referrals=_answers(evaluation, plan.ruleset.referrals),
        groups=tuple(_group_results(evaluation)),
        lea_rules=_lea_rules(evaluation, outcome),
        settle=missing_facts(evaluation, DETERMINATION) if outcome == CANNOT_TELL else (),
        label=_outcome(evaluation, LABEL),
        evaluation=evaluation,
    )


def _outcome(evaluation: Evaluation, name: str) -> str:
    """Return what an LEA gets: the determination, or as one of `OUTCOMES` that the rules do not have."""
    plan = plan_of(evaluation.prepared)
    position = plan.outcomes.get(name, plan.outcomes.get(DETERMINATION))
    if position is None:
        return NOT_COVERED if plan.ruleset.suspended is None else SUSPENDED
    value = evaluation.at(position, None)
    return value if isinstance(value, str) else CANNOT_TELL


def _answers(evaluation: Evaluation, names: tuple[str, ...]) -> dict[str, Truth]:
    answers = plan_of(evaluation.prepared).answers
    return {name: cast("Truth", evaluation.at(answers[name], None)) for name in names if name in answers}


def _group_results(evaluation: Evaluation) -> Iterator[GroupResult]:
    prepared = evaluation.prepared
    columns = [_column(evaluation, position) for position in plan_of(prepared).of_groups]
    answers = zip(*columns, strict=True) if columns else repeat(())
    for index, (group, of_group) in enumerate(zip(prepared.groups, answers, strict=False)):
        if group.is_counted_in(prepared.ruleset.year):
            yield _group_result(prepared, index, of_group)


@lru_cache(maxsize=1 << 14)
def _group_result(prepared: Prepared, index: int, answers: tuple[Value, ...]) -> GroupResult:
    """Return what a student group meets, once for all LEAs in which it has the same answers to `of_groups`."""
    plan, given = plan_of(prepared), iter(cast("tuple[Truth, ...]", answers))
    whole = list(zip(plan.whole, given, strict=False))
    return GroupResult(
        group=prepared.groups[index],
        priorities=tuple(number for number, answer in whole if answer is True),
        uncertain=tuple(number for number, answer in whole if answer is None),
        by_kind={
            kind: tuple(number for number, answer in zip(numbers, given, strict=False) if answer is True)
            for kind, numbers in plan.by_kind.items()
        },
        rules=tuple(rule.name for (rule, _), answer in zip(plan.group_rules, given, strict=False) if answer is True),
        criteria=dict(zip(plan.criteria, given, strict=True)),
    )


def _column(evaluation: Evaluation, position: int) -> Sequence[Value]:
    """Return the values of a step for every student group of the vocabulary."""
    prepared = evaluation.prepared
    of_lea = prepared.steps[position].scope is Scope.LEA
    return evaluation.column(position) * (len(prepared.groups) if of_lea else 1)


def _lea_rules(evaluation: Evaluation, outcome: str) -> tuple[str, ...]:
    plan = plan_of(evaluation.prepared)
    held = (rule for rule, position in plan.lea_rules if evaluation.at(position, None) is True)
    return tuple(rule.name for rule in held if not passed_over(plan.ruleset, rule, outcome))


def passed_over(ruleset: Ruleset, rule: Rule, outcome: str) -> bool:
    """Return whether a rule gives another determination than the LEA got: `otherwise`, where an earlier one holds."""
    return rule.outcome in ruleset.vocabulary.determinations and rule.outcome != outcome


def missing_facts(evaluation: Evaluation, *names: str) -> tuple[MissingFact, ...]:
    """Return the facts that could settle those of some of the year's definitions that are unknown.

    They come by year, latest first, the LEA's before those of student groups, in the vocabulary's order.
    """
    prepared = evaluation.prepared
    facts, ranks = facts_asked_for(prepared)
    positions = [prepared.positions.get((prepared.ruleset.year, name)) for name in names]
    found: set[int] = set()
    for position in positions:
        if position is not None:
            needed = evaluation.batch.fields_needed(position)
            found.update(ranks[at][index] for at, rows in needed.items() for index in evaluation.indexes(at, rows))
    return tuple([facts[rank] for rank in sorted(found)])


@lru_cache(maxsize=16)
def facts_asked_for(prepared: Prepared) -> tuple[list[MissingFact], Mapping[int, list[int]]]:
    """Return the facts that steps read, in order, and for each field their ranks by student group, last the LEA's."""
    order = {indicator.name: place for place, indicator in enumerate(prepared.ruleset.vocabulary.indicators)}
    places = {
        at: [
            (-asked.year, index if asked.scope is Scope.GROUP else -1, order.get(asked.key[0], 0), asked.key)
            for index in (*range(len(prepared.groups)), -1)
        ]
        for at, asked in prepared.fields.items()
    }
    ordered = sorted({place for of_field in places.values() for place in of_field})
    rank = {place: at for at, place in enumerate(ordered)}
    names = [*(group.name for group in prepared.groups), None]
    facts = [MissingFact(-year, names[index], *key) for year, index, _, key in ordered]
    return facts, {at: [rank[place] for place in of_field] for at, of_field in places.items()}
