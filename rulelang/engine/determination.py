"""What the rules make of one LEA: its determination, and what it rests on, read off an evaluation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import repeat
from typing import Final, cast

from attrs import field, frozen

from rulelang.core.record import LeaRecord
from rulelang.core.ruleset import DETERMINATION, LABEL, NOT_COVERED, PUBLISHED, Rule, Ruleset, priority_outcome
from rulelang.core.tree import Value
from rulelang.core.truth import Truth
from rulelang.core.vocabulary import Scope, StudentGroup
from rulelang.diagnostics.notebook import titled_table
from rulelang.diagnostics.sentences import in_sentence
from rulelang.engine.evaluate import Evaluation, evaluate_all
from rulelang.engine.steps import Prepared
from rulelang.engine.wording import answer_text

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
        answers = {**self.methods, **self.referrals}.items()
        met = [(one.group.name, ", ".join(map(str, one.priorities))) for one in self.groups]
        title = f"{self.record.name} {self.record.code}, {self.ruleset.title} {self.year}".strip()
        rows = [("determination", self.outcome), *((name, answer_text(answer)) for name, answer in answers)]
        return titled_table(title, [*rows, *((f"priorities of {name}", numbers) for name, numbers in met)])

    @property
    def ruleset(self) -> Ruleset:
        """Return the rules it was determined by."""
        return self.evaluation.prepared.ruleset

    @property
    def year(self) -> int:
        """Return the year it is about."""
        return self.ruleset.year

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
    ruleset, record = evaluation.prepared.ruleset, evaluation.record
    if ruleset.suspended is not None:
        groups = tuple(GroupResult(group) for group in ruleset.vocabulary.groups_counted_in(ruleset.year))
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
    prepared = evaluation.prepared
    asked = _asked_of_groups(prepared)
    columns = [_column(evaluation, position) for position in asked.positions]
    answers = zip(*columns, strict=True) if columns else repeat(())
    for index, (group, of_group) in enumerate(zip(prepared.groups, answers, strict=False)):
        if group.is_counted_in(prepared.ruleset.year):
            yield _group_result(prepared, index, of_group)


@frozen
class _AskedOfGroups:
    """What is asked of a student group: whether it meets each priority, by which kind of indicator, and the rest.

    `kinds` are the kinds of indicator with the priorities that can be met by one alone, first None for all together.
    `positions` are the steps that answer, of the priorities kind by kind, then of the rules and of the criteria.
    """

    kinds: tuple[tuple[str | None, tuple[int, ...]], ...]
    rules: tuple[str, ...]
    criteria: tuple[str, ...]
    positions: tuple[int, ...]


@lru_cache(maxsize=16)
def _asked_of_groups(prepared: Prepared) -> _AskedOfGroups:
    ruleset, of_year = prepared.ruleset, prepared.ruleset.year
    definitions = ruleset.definitions
    kinds: list[tuple[str | None, tuple[int, ...]]] = []
    for kind in (None, *(kind.name for kind in ruleset.vocabulary.indicator_kinds)):
        named = [number for number in ruleset.priorities if (of_year, priority_outcome(number, kind)) in definitions]
        if named or kind is None:
            kinds.append((kind, tuple(named)))
    rules = [rule.name for rule in ruleset.rules if definitions[of_year, rule.name].scope is Scope.GROUP]
    criteria = [name for name in ruleset.vocabulary.group_outcomes if (of_year, name) in definitions]
    names = [*(priority_outcome(number, kind) for kind, numbers in kinds for number in numbers), *rules, *criteria]
    positions = tuple(prepared.positions[of_year, name] for name in names)
    return _AskedOfGroups(tuple(kinds), tuple(rules), tuple(criteria), positions)


@lru_cache(maxsize=1 << 14)
def _group_result(prepared: Prepared, index: int, answers: tuple[Value, ...]) -> GroupResult:
    """Return what a student group meets, once for all LEAs in which it has the same answers."""
    asked, met, at = _asked_of_groups(prepared), dict[str | None, tuple[int, ...]](), 0
    uncertain: tuple[int, ...] = ()
    for kind, numbers in asked.kinds:
        of_kind = list(zip(numbers, answers[at : at + len(numbers)], strict=True))
        met[kind] = tuple(number for number, answer in of_kind if answer is True)
        if kind is None:
            uncertain = tuple(number for number, answer in of_kind if answer is None)
        at += len(numbers)
    by_kind = {kind: numbers for kind, numbers in met.items() if kind is not None}
    rules = tuple(name for name, answer in zip(asked.rules, answers[at:], strict=False) if answer is True)
    criteria = dict(zip(asked.criteria, cast("tuple[Truth, ...]", answers[at + len(asked.rules) :]), strict=True))
    return GroupResult(prepared.groups[index], met[None], by_kind, uncertain, rules, criteria)


def _column(evaluation: Evaluation, position: int) -> Sequence[Value]:
    """Return the values of a step for every student group of the vocabulary."""
    prepared = evaluation.prepared
    of_lea = prepared.steps[position].scope is Scope.LEA
    return evaluation.column(position) * (len(prepared.groups) if of_lea else 1)


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
