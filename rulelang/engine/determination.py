"""The results of the rules for one LEA: its determination, and what it rests on, read off an evaluation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final, cast

from attrs import field, frozen

from rulelang.core.how_many import how_many, kinds_of
from rulelang.core.record import LeaRecord
from rulelang.core.ruleset import DETERMINATION, LABEL, NOT_COVERED, PUBLISHED, Rule, Ruleset
from rulelang.core.truth import CANNOT_TELL, Truth
from rulelang.core.vocabulary import Scope, StudentGroup
from rulelang.diagnostics.arguments import UnknownNameError
from rulelang.diagnostics.catalogue.quote import count
from rulelang.diagnostics.notebook import Displayed
from rulelang.engine.evaluate import ANSWERS, Evaluation, evaluate_all
from rulelang.engine.meaning import FieldAsked
from rulelang.engine.missing import MissingFact
from rulelang.engine.result_plan import plan_of
from rulelang.engine.steps import Prepared
from rulelang.engine.trace import occurrence_of
from rulelang.engine.wording import answer_text, evidence_text

SUSPENDED: Final = "suspended"
DOES_NOT_APPLY: Final = "does not apply"


@frozen(repr=False)
class GroupResult(Displayed):
    """What a student group meets.

    `priorities` are the numbers it meets, `by_kind` those it meets through one kind of indicator alone, `uncertain`
    those whose answer is unknown, each in order. `rules` names the rules of student groups that hold for it, `criteria`
    gives the answer of each other outcome that the rules decide for student groups.
    """

    group: StudentGroup
    priorities: tuple[int, ...] = ()
    by_kind: Mapping[str, tuple[int, ...]] = field(factory=dict, hash=False)
    uncertain: tuple[int, ...] = ()
    rules: tuple[str, ...] = ()
    criteria: Mapping[str, Truth] = field(factory=dict, hash=False)

    def _title(self) -> str:
        met = ", ".join(map(str, self.priorities)) or "none"
        unsure = f", cannot tell {', '.join(map(str, self.uncertain))}" if self.uncertain else ""
        return f"GroupResult of {self.group.name}: priorities {met}{unsure}"

    def _rows(self) -> Iterator[tuple[str, ...]]:
        yield "priorities", ", ".join(map(str, self.priorities))
        yield CANNOT_TELL, ", ".join(map(str, self.uncertain))
        yield from ((f"on {kind} indicators", ", ".join(map(str, met))) for kind, met in self.by_kind.items())
        yield "rules", ", ".join(self.rules)
        yield from ((name, answer_text(answer)) for name, answer in self.criteria.items())


@frozen(eq=False, repr=False)
class Determination(Displayed):
    """The result for one LEA under the rules of a year.

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

    def __eq__(self, other: object) -> bool:
        """Return whether it is what rules of the same name and meaning make of an LEA with the same facts."""
        return isinstance(other, Determination) and self._compared() == other._compared()

    def __hash__(self) -> int:
        return hash((self.record.code, self.year, self.outcome))

    def _compared(self) -> tuple[object, ...]:
        said = (self.outcome, self.published, self.label, self.methods, self.referrals)
        return (self.ruleset.key, self.record, *said, self.groups, self.lea_rules, self.settle)

    def _title(self) -> str:
        of = self.year if self.ruleset.is_enacted else f"by {self.ruleset.name}"
        return f"Determination of {self.record.name or self.record.code} {of}: {self.outcome}"

    def _rows(self) -> Iterator[tuple[str, ...]]:
        yield from (("code", self.record.code), ("rules", self.ruleset.name), ("determination", self.outcome))
        yield from self.answers.items()
        yield from ((f"priorities of {one.group.name}", ", ".join(map(str, one.priorities))) for one in self.groups)

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
        """Return the answer of each method and referral in words: `does not apply` if it is about other LEAs."""
        return {name: self._answer(name, answer) for name, answer in {**self.methods, **self.referrals}.items()}

    def _answer(self, name: str, answer: Truth) -> str:
        kinds = [rule.kinds for rule in self.ruleset.rules if rule.outcome == name]
        is_of_others = bool(kinds) and all(some and self.record.kind not in some for some in kinds)
        return DOES_NOT_APPLY if answer is False and is_of_others else answer_text(answer)

    def group(self, name: str) -> GroupResult:
        """Return what a student group meets, by its name, code or alias in any case.

        UnknownNameError if the year has no such group.
        """
        known = student_group(self.ruleset, name)
        for result in self.groups:
            if result.group == known:
                return result
        raise _no_group(self.ruleset, name)


class Determinations(Displayed, tuple[Determination, ...]):
    """The determinations of several LEAs, in order: a tuple that is shown as a table of them."""

    __slots__ = ()

    def _title(self) -> str:
        counts = Counter(one.outcome for one in self).most_common()
        of = how_many(self[0].ruleset, kinds_of(one.record for one in self)) if self else count(0, "LEA")
        return f"Determinations of {of}: {', '.join(f'{number:,} {name}' for name, number in counts)}"

    def _rows(self) -> Iterator[tuple[str, ...]]:
        yield from ((f"{one.record.code} {one.record.name}".strip(), one.outcome) for one in self)


def student_group(ruleset: Ruleset, name: str) -> StudentGroup:
    """Return the student group of a name, code or alias in any case; UnknownNameError if there is none."""
    found = ruleset.vocabulary.group_called(name)
    if found is None:
        raise _no_group(ruleset, name)
    return found


def _no_group(ruleset: Ruleset, name: str) -> UnknownNameError:
    groups = ruleset.vocabulary.groups_counted_in(ruleset.year)
    names = [name for one in groups for name in (one.name, *one.codes, *one.aliases)]
    return UnknownNameError(f"a student group of {ruleset.year}", name, [one.code for one in groups], names)


def check_own(ruleset: Ruleset, evaluations: Iterable[Evaluation]) -> None:
    """Raise ValueError if an evaluation is by other rules than those of a ruleset: its words would not be theirs."""
    for one in evaluations:
        other = one.prepared.ruleset
        if other is not ruleset and other.key != ruleset.key:
            raise ValueError(f"the results are by {other.name}, and this ruleset is {ruleset.name}; ask the other one")


def determine_all(prepared: Prepared, records: Iterable[LeaRecord]) -> Iterator[Determination]:
    """Return the determination of each LEA, in the order given. Whatever the data hold, this does not raise."""
    return map(determination_of, evaluate_all(prepared, records))


def determination_of(evaluation: Evaluation) -> Determination:
    """Return the determination of an LEA that has been evaluated."""
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
    """Return an LEA's outcome: its determination, or one of `OUTCOMES`, which no rule gives."""
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
    prepared, batch = evaluation.prepared, evaluation.batch
    answers, rows = batch.answers(plan_of(prepared).of_groups, Scope.GROUP), batch.shape.group_rows
    for index, group in enumerate(prepared.groups):
        if group.is_counted_in(prepared.ruleset.year):
            row = index * batch.shape.size + evaluation.lea
            yield _group_result(prepared, index, answers[row::rows])


@lru_cache(maxsize=1 << 14)
def _group_result(prepared: Prepared, index: int, codes: bytes) -> GroupResult:
    """Return what a student group meets; computed once for all LEAs in which it has the same answers to `of_groups`."""
    plan, given = plan_of(prepared), (ANSWERS[code] for code in codes)
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


def _lea_rules(evaluation: Evaluation, outcome: str) -> tuple[str, ...]:
    plan, batch = plan_of(evaluation.prepared), evaluation.batch
    codes = batch.answers(plan.of_lea, Scope.LEA)[evaluation.lea :: batch.shape.size]
    held = (rule for (rule, _), code in zip(plan.lea_rules, codes, strict=True) if ANSWERS[code])
    return tuple(rule.name for rule in held if not passed_over(plan.ruleset, rule, outcome))


def passed_over(ruleset: Ruleset, rule: Rule, outcome: str) -> bool:
    """Return whether a rule gives another determination than the LEA got: `otherwise`, if an earlier rule holds."""
    return rule.outcome in ruleset.vocabulary.determinations and rule.outcome != outcome


# ---- reasons: each rule that holds, for whom, and the values it rests on ----


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


# ---- what is missing ----


def missing_facts(evaluation: Evaluation, *names: str) -> tuple[MissingFact, ...]:
    """Return the facts that could settle those of some of the year's definitions that are unknown.

    They are ordered by year, latest first, then the LEA's before those of student groups, then as in the vocabulary.
    """
    prepared = evaluation.prepared
    positions = [prepared.positions.get((prepared.ruleset.year, name)) for name in names]
    found: set[FactAsked] = set()
    for position in positions:
        if position is not None:
            needed = evaluation.batch.fields_needed(position)
            for asked, rows in needed.items():
                found.update((asked, index) for index in evaluation.indexes(asked[0], rows))
    return tuple(facts_in_order(prepared, found))


FactAsked = tuple[FieldAsked, int]
"""A field that is needed, and the student group at an index whose it is; -1 for the LEA's."""


def facts_in_order(prepared: Prepared, asked: Iterable[FactAsked]) -> list[MissingFact]:
    """Return the facts that are asked for, ordered as in `missing_facts`, each once."""
    order = _order_of_indicators(prepared)
    fields = [(prepared.fields[at], of, index) for (at, of), index in asked]
    places = {(-one.year, of, index, order.get(one.key[0], 0), one.key) for one, of, index in fields}
    groups = prepared.groups
    return [
        MissingFact(-year, groups[index].name if index >= 0 else None, *key, of)
        for year, of, index, _, key in sorted(places)
    ]


@lru_cache(maxsize=16)
def _order_of_indicators(prepared: Prepared) -> Mapping[str, int]:
    return {indicator.name: place for place, indicator in enumerate(prepared.ruleset.vocabulary.indicators)}
