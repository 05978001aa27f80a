"""The results of the rules of a year for a batch of LEAs and their student groups, as columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from attrs import frozen

from rulelang.core.ruleset import DETERMINATION, LABEL, NOT_COVERED, Rule
from rulelang.core.vocabulary import Scope
from rulelang.engine.choices import as_answers, as_names, known_rows
from rulelang.engine.columns import Answers, Names, flags, union
from rulelang.engine.counting import at_least, count
from rulelang.engine.determination import SUSPENDED
from rulelang.engine.evaluate import BatchEvaluation
from rulelang.engine.listed_priorities import ENOUGH
from rulelang.engine.result_plan import ResultPlan


@frozen(eq=False, slots=False)
class ResultColumns:
    """The results of a batch of LEAs, read as a plan says."""

    plan: ResultPlan
    batch: BatchEvaluation

    @property
    def size(self) -> int:
        """Return the number of LEAs."""
        return self.batch.shape.size

    @cached_property
    def year_groups(self) -> Sequence[int]:
        """Return the student groups of the year, by their index."""
        year = self.plan.ruleset.year
        return [at for at, group in enumerate(self.batch.prepared.groups) if group.is_counted_in(year)]

    def outcome(self, name: str) -> Names:
        """Return an outcome of LEAs by its name; of one that the rules do not have, the determination."""
        position = self.plan.outcomes.get(name, self.plan.outcomes.get(DETERMINATION))
        if position is None:
            given = NOT_COVERED if self.plan.ruleset.suspended is None else SUSPENDED
            return Names({given: self.batch.shape.leas}, self.batch.shape.leas, 0)
        return as_names(self.batch.columns[position])

    def answers(self, position: int) -> Answers:
        """Return the answers of a step of the LEA."""
        return as_answers(self.batch.columns[position])

    def of_groups(self, position: int) -> Answers:
        """Return the answers of a step for every student group; what holds of an LEA holds of each of its groups."""
        answers, of_lea = self.answers(position), self.batch.prepared.steps[position].scope is Scope.LEA
        return Answers(*map(self.batch.shape.spread, answers)) if of_lea else answers

    def by_group(self, position: int) -> Sequence[int]:
        """Return, for each student group, the LEAs for which the answer of a step is yes."""
        return self.batch.shape.lanes(self.of_groups(position).yes)

    @cached_property
    def priorities_met(self) -> Mapping[int, int]:
        """Return the LEAs in which some student group of the year meets each priority."""
        met = {number: self.by_group(position) for number, position in self.plan.whole.items()}
        return {number: union(lanes[at] for at in self.year_groups) for number, lanes in met.items()}

    @cached_property
    def named(self) -> Sequence[int]:
        """Return, for each student group, the LEAs in which it meets two or more priorities on its own indicators.

        LEAs in which it meets criteria that published lists have a column for are among them.
        """
        met = [union(self.of_groups(step).yes for step in steps) for steps in self.plan.listed.values()]
        listed = self.plan.ruleset.vocabulary.listed_group_outcomes
        criteria = union(self.of_groups(step).yes for name, step in self.plan.criteria.items() if name in listed)
        lanes = self.batch.shape.lanes(at_least(ENOUGH, count(met), self.batch.shape.everyone) | criteria)
        return [leas if at in self.year_groups else 0 for at, leas in enumerate(lanes)]

    def open_steps(self) -> Mapping[int, int]:
        """Return the positions of the steps whose answers are unknown, each with the LEAs for which they are.

        They are the determination and, if that is known, the label and the referrals.
        """
        plan, found = self.plan, dict[int, int]()
        determined = self.batch.shape.leas
        if DETERMINATION in plan.outcomes:
            determined = known_rows(self.batch.columns[plan.outcomes[DETERMINATION]])
            found[plan.outcomes[DETERMINATION]] = self.batch.shape.leas & ~determined
        others = [plan.outcomes[LABEL]] if LABEL in plan.outcomes else []
        others += [plan.answers[name] for name in plan.ruleset.referrals if name in plan.answers]
        for position in others:
            found[position] = found.get(position, 0) | determined & ~known_rows(self.batch.columns[position])
        return found

    def lea_rules(self) -> Iterator[tuple[Rule, int]]:
        """Yield the rules of LEAs with the LEAs for which each holds, except rules that give another determination."""
        vocabulary, determined = self.plan.ruleset.vocabulary, self.outcome(DETERMINATION)
        given = vocabulary.determinations
        for rule, position in self.plan.lea_rules:
            holds = self.answers(position).yes
            yield rule, holds & determined.by_name.get(rule.outcome, 0) if rule.outcome in given else holds

    def group_rules(self) -> Iterator[tuple[Rule, int]]:
        """Yield the rules of student groups, with the rows for which each holds."""
        for rule, position in self.plan.group_rules:
            yield rule, self.of_groups(position).yes


def packed(sets: Sequence[int], size: int) -> Iterator[bytes]:
    """Yield for each row one byte for every eight sets, with a bit for each set that the row is in."""
    for first in range(0, len(sets), 8):
        found = 0
        for at, rows in enumerate(sets[first : first + 8]):
            if rows:
                found |= int.from_bytes(flags(rows, size), "little") << at
        yield found.to_bytes(size, "little")
