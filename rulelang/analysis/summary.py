"""What came out over all LEAs: counts by determination, by priority, by student group and by county."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from attrs import frozen

from rulelang.analysis.state_priorities import ENOUGH, priorities_met
from rulelang.core.record import YearFacts
from rulelang.core.ruleset import Ruleset
from rulelang.core.truth import Truth
from rulelang.core.vocabulary import Scope
from rulelang.engine.determination import Determination


@frozen
class AnswerCount:
    """For how many LEAs a method or referral is met, and for how many that cannot be told."""

    name: str
    met: int
    untold: int


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
    is `by_label`; `by_county` gives the same counts for each county, by name. `without_rows` counts, for each kind of
    indicator that is reported by student group, the LEAs of which the year's files of that kind say nothing.
    """

    leas: int
    without_rows: Mapping[str, int]
    by_determination: Mapping[str, int]
    by_label: Mapping[str, int]
    by_method: tuple[AnswerCount, ...]
    by_referral: tuple[AnswerCount, ...]
    by_priority: tuple[PriorityCount, ...]
    by_group: tuple[GroupCount, ...]
    by_county: Mapping[str, Mapping[str, int]]


def summarize(ruleset: Ruleset, determinations: Iterable[Determination]) -> Summary:
    """Return the counts over the determinations of one ruleset."""
    listed = list(determinations)
    outcomes = Counter(determination.outcome for determination in listed)
    return Summary(
        leas=len(listed),
        without_rows=_without_rows(ruleset, listed),
        by_determination=_in_order(ruleset, outcomes),
        by_label=_in_order(ruleset, Counter(determination.label for determination in listed)),
        by_method=_answers(ruleset.methods, [one.methods for one in listed]),
        by_referral=_answers(ruleset.referrals, [one.referrals for one in listed]),
        by_priority=_by_priority(ruleset, listed),
        by_group=_by_group(ruleset, listed),
        by_county=_by_county(ruleset, listed),
    )


def _in_order(ruleset: Ruleset, outcomes: Mapping[str, int]) -> dict[str, int]:
    known = [outcome.name for outcome in ruleset.vocabulary.outcomes]
    names = [name for name in known if name in outcomes] + sorted(set(outcomes) - set(known))
    return {name: outcomes[name] for name in names}


def _answers(names: Iterable[str], answers: list[Mapping[str, Truth]]) -> tuple[AnswerCount, ...]:
    found = ((name, Counter(one[name] for one in answers if name in one)) for name in names)
    return tuple(AnswerCount(name, counts[True], counts[None]) for name, counts in found)


def _without_rows(ruleset: Ruleset, listed: list[Determination]) -> dict[str, int]:
    kinds = [kind.name for kind in ruleset.vocabulary.indicator_kinds if kind.scope is Scope.GROUP]
    counts = {}
    for kind in kinds:
        names = frozenset(indicator.name for indicator in ruleset.vocabulary.indicators_of(kind))
        counts[kind] = sum(not _says(one.record.years.get(ruleset.year), names) for one in listed)
    return {kind: number for kind, number in counts.items() if number}


def _says(facts: YearFacts | None, indicators: frozenset[str]) -> bool:
    """Return whether a year's files say anything of an LEA on some indicators, if only that it is not rated."""
    if facts is None:
        return False
    read = (key[0] for readings in facts.groups.values() for key in readings)
    return not indicators.isdisjoint(facts.silent) or any(name in indicators for name in read)


def _by_priority(ruleset: Ruleset, listed: list[Determination]) -> tuple[PriorityCount, ...]:
    groups: Counter[int] = Counter()
    leas: Counter[int] = Counter()
    whole: Counter[int] = Counter()
    of_leas = [kind.name for kind in ruleset.vocabulary.indicator_kinds if kind.scope is Scope.LEA]
    for determination in listed:
        results = determination.groups
        groups.update(number for group in results for number in priorities_met(determination, group))
        leas.update({number for group in results for number in group.priorities})
        whole.update({number for group in results for kind in of_leas for number in group.by_kind.get(kind, ())})
    names = {priority.number: priority.name for priority in ruleset.vocabulary.priorities}
    return tuple(
        PriorityCount(number, names.get(number, ""), leas[number], groups[number], whole[number])
        for number in sorted(ruleset.priorities)
    )


def _by_group(ruleset: Ruleset, listed: list[Determination]) -> tuple[GroupCount, ...]:
    some: Counter[str] = Counter()
    enough: Counter[str] = Counter()
    for determination in listed:
        for result in determination.groups:
            number = len(priorities_met(determination, result))
            some[result.group.name] += number > 0
            enough[result.group.name] += number >= ENOUGH
    groups = ruleset.vocabulary.groups_counted_in(ruleset.year)
    return tuple(GroupCount(group.code, group.name, some[group.name], enough[group.name]) for group in groups)


def _by_county(ruleset: Ruleset, listed: list[Determination]) -> dict[str, Mapping[str, int]]:
    counties: dict[str, Counter[str]] = {}
    for determination in listed:
        counties.setdefault(determination.record.county, Counter())[determination.outcome] += 1
    return {county: _in_order(ruleset, counties[county]) for county in sorted(counties)}
