"""The results of all LEAs in numbers: counts by determination, by priority, by student group and by county."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from attrs import define, field, frozen

from rulelang.core.record import LeaRecord, YearFacts
from rulelang.core.ruleset import DETERMINATION, LABEL, Ruleset
from rulelang.core.truth import CANNOT_TELL, Truth
from rulelang.core.vocabulary import Scope
from rulelang.engine.columns import rows_at, union
from rulelang.engine.counting import at_least, count
from rulelang.engine.evaluate import BatchEvaluation
from rulelang.engine.listed_priorities import ENOUGH
from rulelang.engine.result_columns import ResultColumns
from rulelang.engine.result_plan import ResultPlan


@frozen
class AnswerCount:
    """For how many LEAs a method or referral is met, and for how many that is unknown."""

    name: str
    met: int
    unknown: int


@frozen
class PriorityCount:
    """How many LEAs have a student group that meets a priority, and how many such groups there are in all.

    `groups` are those that meet it on indicators reported by student group; `whole` are the LEAs that meet it on
    indicators of the LEA, and so with every one of their student groups.
    """

    number: int
    name: str
    leas: int
    groups: int
    whole: int


@frozen
class GroupCount:
    """In how many LEAs a student group meets a priority on its own indicators, and in how many two or more."""

    code: str
    name: str
    any_priority: int
    enough: int


@frozen
class Summary:
    """Counts over the LEAs of a run.

    `by_determination` is in the vocabulary's order with other answers after it, without those that no LEA got, and so
    is `by_label`; `by_kind` counts the LEAs of each kind, and `by_county` gives the same counts for each county, by
    name. `without_rows` counts, for each kind of indicator that is reported by student group, the LEAs of which the
    year's files of that kind say nothing.
    """

    leas: int
    without_rows: Mapping[str, int]
    by_determination: Mapping[str, int]
    by_label: Mapping[str, int]
    by_method: tuple[AnswerCount, ...]
    by_referral: tuple[AnswerCount, ...]
    by_priority: tuple[PriorityCount, ...]
    by_group: tuple[GroupCount, ...]
    by_kind: Mapping[str, int]
    by_county: Mapping[str, Mapping[str, int]]


@define(eq=False)
class Summing:
    """Counts one batch of LEAs after another: all of them, or those of the codes asked for."""

    plan: ResultPlan
    asked: Collection[str] | None = None
    _outcomes: Counter[str] = field(factory=Counter)
    _labels: Counter[str] = field(factory=Counter)
    _counties: dict[str, Counter[str]] = field(factory=dict)
    _kinds: Counter[str] = field(factory=Counter)
    _without: Counter[str] = field(factory=Counter)
    _answers: Counter[tuple[str, Truth]] = field(factory=Counter)
    _leas: Counter[int] = field(factory=Counter)
    _groups: Counter[int] = field(factory=Counter)
    _whole: Counter[int] = field(factory=Counter)
    _some: Counter[str] = field(factory=Counter)
    _enough: Counter[str] = field(factory=Counter)

    @property
    def ruleset(self) -> Ruleset:
        """Return the rules."""
        return self.plan.ruleset

    def add(self, batch: BatchEvaluation) -> None:
        """Count the LEAs of a batch of records."""
        asked = self.asked
        places = [at for at, one in enumerate(batch.records) if asked is None or one.code in asked]
        leas, columns = rows_at(places), ResultColumns(self.plan, batch)
        self._count_outcomes(columns, leas, [batch.records[place] for place in places], places)
        for name, position in self.plan.answers.items():
            yes, no = columns.answers(position)
            self._answers[name, True] += (yes & leas).bit_count()
            self._answers[name, None] += (leas & ~(yes | no)).bit_count()
        self._count_priorities(columns, leas)
        self._count_groups(columns, leas)

    def _count_outcomes(
        self, columns: ResultColumns, leas: int, records: Iterable[LeaRecord], places: Iterable[int]
    ) -> None:
        kinds, in_county = _kinds_of_groups(self.ruleset), dict[str, list[int]]()
        owners = self.ruleset.vocabulary.owners  # known by what belongs to them
        for record, place in zip(records, places, strict=True):
            in_county.setdefault(record.county, []).append(place)
            self._kinds[record.kind] += 1
            facts = record.years.get(self.ruleset.year)
            if record.kind not in owners:
                self._without.update(kind for kind, names in kinds if not _says(facts, names))
        outcomes, labels = (self._named(columns, name) for name in (DETERMINATION, LABEL))
        self._outcomes += _counted(outcomes, leas)
        self._labels += _counted(labels, leas)
        for county, of_county in in_county.items():
            self._counties.setdefault(county, Counter()).update(_counted(outcomes, rows_at(of_county)))

    def _named(self, columns: ResultColumns, name: str) -> Mapping[str, int]:
        """Return the LEAs that get each outcome, or of which it is unknown."""
        everyone = columns.batch.shape.leas
        found = columns.outcome(name)
        return {**found.by_name, CANNOT_TELL: everyone & ~union(found.by_name.values())}

    def _count_priorities(self, columns: ResultColumns, leas: int) -> None:
        of_leas = [kind.name for kind in self.ruleset.vocabulary.indicator_kinds if kind.scope is Scope.LEA]
        for number, rows in columns.priorities_met.items():
            self._leas[number] += (rows & leas).bit_count()
        for number, steps in self.plan.listed.items():
            met = columns.batch.shape.lanes(union(columns.of_groups(step).yes for step in steps))
            self._groups[number] += sum((met[at] & leas).bit_count() for at in columns.year_groups)
        for number in self.ruleset.priorities:
            found = [self.plan.by_kind[kind][number] for kind in of_leas if number in self.plan.by_kind.get(kind, {})]
            met = columns.batch.shape.lanes(union(columns.of_groups(step).yes for step in found))
            self._whole[number] += (union(met[at] for at in columns.year_groups) & leas).bit_count()

    def _count_groups(self, columns: ResultColumns, leas: int) -> None:
        shape, groups = columns.batch.shape, columns.batch.prepared.groups
        met = count(union(columns.of_groups(step).yes for step in steps) for steps in self.plan.listed.values())
        for counts, number in ((self._some, 1), (self._enough, ENOUGH)):
            lanes = shape.lanes(at_least(number, met, shape.everyone))
            for at in columns.year_groups:
                counts[groups[at].name] += (lanes[at] & leas).bit_count()

    def summary(self) -> Summary:
        """Return the counts."""
        ruleset, names = self.ruleset, {one.number: one.name for one in self.ruleset.vocabulary.priorities}
        kinds = [kind for kind, _ in _kinds_of_groups(ruleset)]
        return Summary(
            leas=self._outcomes.total(),
            without_rows={kind: self._without[kind] for kind in kinds if self._without[kind]},
            by_determination=_in_order(ruleset, self._outcomes),
            by_label=_in_order(ruleset, self._labels),
            by_method=self._answered(ruleset.methods),
            by_referral=self._answered(ruleset.referrals),
            by_priority=tuple(
                PriorityCount(
                    number, names.get(number, ""), self._leas[number], self._groups[number], self._whole[number]
                )
                for number in sorted(ruleset.priorities)
            ),
            by_group=tuple(
                GroupCount(group.code, group.name, self._some[group.name], self._enough[group.name])
                for group in ruleset.vocabulary.groups_in(ruleset.year)
            ),
            by_kind=self._kinds,
            by_county={county: _in_order(ruleset, self._counties[county]) for county in sorted(self._counties)},
        )

    def _answered(self, names: Iterable[str]) -> tuple[AnswerCount, ...]:
        return tuple(AnswerCount(name, self._answers[name, True], self._answers[name, None]) for name in names)


def _counted(outcomes: Mapping[str, int], leas: int) -> Counter[str]:
    found = {name: (rows & leas).bit_count() for name, rows in outcomes.items()}
    return Counter({name: number for name, number in found.items() if number})


def _in_order(ruleset: Ruleset, outcomes: Mapping[str, int]) -> dict[str, int]:
    known = [outcome.name for outcome in ruleset.vocabulary.outcomes]
    names = [name for name in known if name in outcomes] + sorted(set(outcomes) - set(known))
    return {name: outcomes[name] for name in names}


def _kinds_of_groups(ruleset: Ruleset) -> list[tuple[str, frozenset[str]]]:
    """Return the kinds of indicator that are reported by student group, each with its indicators."""
    words = ruleset.vocabulary
    kinds = [kind.name for kind in words.indicator_kinds if kind.scope is Scope.GROUP]
    return [(kind, frozenset(indicator.name for indicator in words.indicators_of(kind))) for kind in kinds]


def _says(facts: YearFacts | None, indicators: frozenset[str]) -> bool:
    """Return whether a year's files say anything of an LEA on some indicators, if only that it is not rated."""
    if facts is None:
        return False
    read = (key[0] for readings in facts.groups.values() for key in readings)
    return not indicators.isdisjoint(facts.silent) or any(name in indicators for name in read)
