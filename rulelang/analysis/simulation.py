"""Proposals on data: the results of several rulesets for the same LEAs and schools, and who comes out differently."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from math import ceil
from typing import Final

from attrs import evolve, field, frozen

from rulelang.core.fact_types import ANSWERS, FactType
from rulelang.core.record import LeaRecord, YearFacts
from rulelang.core.ruleset import DETERMINATION, Ruleset
from rulelang.core.tree import Value
from rulelang.core.vocabulary import StudentGroup, Vocabulary
from rulelang.diagnostics.arguments import named
from rulelang.engine.determination import determine_all
from rulelang.engine.evaluate import Evaluation, evaluate_all
from rulelang.engine.levels import measure_of, results_of
from rulelang.engine.steps import Prepared
from rulelang.engine.wording import answer_text

KIND: Final = "kind"
GROUP: Final = "student group"
COUNTY: Final = "county"
SIZE: Final = "size"

LOWER, SAME, HIGHER = "lower", "same", "higher"
NO_LONGER, NEWLY = "no longer rated", "newly rated"
DIRECTIONS: Final = (LOWER, SAME, HIGHER)


@frozen
class Unit:
    """What a result is about: an LEA or school, and a student group of it or none.

    `said` are the levels and texts in its data, by the name of their scale; `size` is how many students it has.
    """

    code: str
    lea: str
    county: str
    kind: str
    group: StudentGroup | None
    said: Mapping[str, str] = field(factory=dict, repr=False)
    size: Fraction | None = None

    def value(self, by: str, limits: Sequence[int] = ()) -> str:
        """Return the value of a unit by which results are broken down; blank if its data do not say."""
        match by:
            case "kind":
                return self.kind
            case "county":
                return self.county
            case "student group":
                return self.group.name if self.group is not None else ""
            case "size":
                return "" if self.size is None else size_text(self.size, limits)
            case _:
                return self.said.get(by, "")


def size_text(size: Fraction, limits: Sequence[int]) -> str:
    """Return between which limits a size lies: `below 30`, `30 to 149`, `150 or more`."""
    at = bisect_right(limits, size)
    if at == 0:
        return f"below {limits[0]}" if limits else ""
    return f"{limits[at - 1]} or more" if at == len(limits) else f"{limits[at - 1]} to {limits[at] - 1}"


@frozen
class Asked:
    """Which units are looked at, and what says how large they are.

    `size` is the name of a number or a measure; `at_least` the fewest students of a unit, None for any. `only` has for
    a kind, a student group, a county, a scale or a text the values that count.
    """

    size: str = "students"
    at_least: int | None = None
    only: Mapping[str, Sequence[str]] = field(factory=dict)

    def takes(self, unit: Unit) -> bool:
        """Return whether a unit is looked at."""
        if self.at_least is not None and (unit.size is None or unit.size < self.at_least):
            return False
        return all(unit.value(what) in values for what, values in self.only.items())


Key = tuple[str, str, str, bool]
"""The code of an LEA or school, the name of a student group or nothing, what it is of, and if that is a measure.

A level and the measure it comes of may have one name.
"""


@frozen
class Result:
    """A result of a unit: its determination, a level, or a measure.

    `value` is a name or an exact number, None if there is none or it is unknown, which `word` says; `order` are
    the names there may be, worst first, none for a measure.
    """

    unit: Unit
    what: str
    value: str | Fraction | None
    word: str
    order: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        """Return what the same result has in another ruleset."""
        return self.unit.code, self.unit.value(GROUP), self.what, not self.order


@frozen
class Simulated:
    """What a ruleset makes of the units, by key, and the vocabulary that its rules use."""

    name: str
    results: Mapping[Key, Result] = field(repr=False)
    vocabulary: Vocabulary = field(repr=False)

    def levels(self) -> list[str]:
        """Return what is decided as one of several names."""
        return list(dict.fromkeys(one.what for one in self.results.values() if one.order))

    def measures(self) -> list[str]:
        """Return what is worked out as a number."""
        return list(dict.fromkeys(one.what for one in self.results.values() if not one.order))


def simulated(name: str, prepared: Prepared, records: Iterable[LeaRecord], asked: Asked) -> Simulated:
    """Return what a ruleset makes of LEAs and schools: their determinations, levels and measures.

    `asked` has the vocabulary's own names (`asked_of`).
    """
    found = _determined if (prepared.ruleset.year, DETERMINATION) in prepared.positions else _levels
    results = (one for one in found(prepared, records, asked) if asked.takes(one.unit))
    return Simulated(name, {one.key: one for one in results}, prepared.ruleset.vocabulary)


def _determined(prepared: Prepared, records: Iterable[LeaRecord], asked: Asked) -> Iterator[Result]:
    ruleset = prepared.ruleset
    order = ruleset.vocabulary.determinations
    for one in determine_all(prepared, records):
        unit = _unit(ruleset, one.record, None, "", asked.size, {})
        yield Result(unit, DETERMINATION, one.outcome if one.outcome in order else None, one.outcome, order)
        yield from _worked_out(ruleset, one.evaluation, asked)


def _levels(prepared: Prepared, records: Iterable[LeaRecord], asked: Asked) -> Iterator[Result]:
    for evaluation in evaluate_all(prepared, records):
        yield from _worked_out(prepared.ruleset, evaluation, asked)


def _worked_out(ruleset: Ruleset, evaluation: Evaluation, asked: Asked) -> Iterator[Result]:
    """Yield the levels and measures of an LEA or school."""
    for one in results_of(evaluation):
        unit = _unit(ruleset, evaluation.record, one.group, one.indicator, asked.size, one.numbers)
        for scale, level in one.levels.items():
            order = ruleset.vocabulary.scale(scale).worst_first(ruleset.vocabulary.indicator(one.indicator))
            name = level if isinstance(level, str) else None
            yield Result(unit, f"{one.indicator} {scale}", name, answer_text(level), order)
        for name, number in one.numbers.items():
            if isinstance(number, Fraction):
                yield Result(unit, f"{one.indicator} {name}".strip(), number, "")


def _unit(
    ruleset: Ruleset,
    record: LeaRecord,
    group: StudentGroup | None,
    indicator: str,
    size: str,
    numbers: Mapping[str, Value],
) -> Unit:
    facts = record.years.get(ruleset.year, YearFacts())
    readings = facts.lea if group is None else facts.groups.get(group.name, {})
    of_indicator = {key[1]: reading.level for key, reading in readings.items() if key[0] == indicator}
    said = {name: level for name, level in of_indicator.items() if isinstance(level, str)}
    students = numbers.get(size, of_indicator.get(size))
    known = students if isinstance(students, Fraction) else None
    return Unit(record.code, record.name, record.county, record.kind, group, said, known)


# ---- what units are chosen and broken down by, as the vocabulary calls it ----


def asked_of(ruleset: Ruleset, asked: Asked) -> Asked:
    """Return what is asked for by the names of the vocabulary; UnknownNameError for a name that it does not have."""
    words = ruleset.vocabulary
    known = [name for name in _named_by(words) if name != SIZE]
    only: dict[str, list[str]] = {}
    for what, values in asked.only.items():
        by = named(f"something to choose by in the vocabulary {words.name}", what, known)
        only[by] = [_value(words, by, one) for one in ([values] if isinstance(values, str) else values)]
    size = asked.size
    if asked.at_least is not None or size != Asked().size:
        numbers = [name for one in words.numbers for name in one.names]
        measures = [measure_of(rule) for rule in ruleset.levels if rule.what == "measure"]
        size = named("a number or measure of the rules", size, (*measures, *numbers))
    return evolve(asked, only=only, size=size)


def breakdowns(words: Vocabulary, by: Iterable[str], sizes: Sequence[int]) -> tuple[str, ...]:
    """Return what results are to be broken down by, as the vocabulary has it.

    Raises UnknownNameError for a name that it does not have, and ValueError for sizes without limits between them.
    """
    known = tuple(_named_by(words))
    what = f"something to break results down by in the vocabulary {words.name}"
    found = tuple(named(what, one, known) for one in by)
    if SIZE in found and not sizes:
        raise ValueError("results are broken down by size with the limits between sizes, such as 150")
    return found


def _named_by(words: Vocabulary) -> Iterator[str]:
    yield from (KIND, GROUP, COUNTY, SIZE)
    yield from (scale.name for scale in words.scales)
    yield from (number.name for number in words.numbers if number.type.is_named)


def _value(words: Vocabulary, what: str, value: str) -> str:
    """Return a value that units are chosen by; texts of the data can be anything, a fact that is yes or no cannot."""
    scale = next((one for one in words.scales if one.name == what), None)
    if what == KIND:
        kinds = {name: one.name for one in words.kinds for name in (one.name, one.plural, *one.aliases)}
        return named("a kind", value, kinds)
    if what == GROUP:
        groups = {name: one.name for one in words.groups for name in (one.name, *one.codes, *one.aliases)}
        return named("a student group", value, groups)
    if what == COUNTY and words.counties:
        numbers_and_names = words.counties.items()
        counties = {name: one for number, one in numbers_and_names for name in (one, f"{one} County", number)}
        return named("a county", value, counties)
    if scale is not None:
        return named(f"a level of {what}", value, scale.levels)
    if any(one.name == what and one.type is FactType.YES_NO for one in words.numbers):
        return named(f"an answer to {what}", value, {word: one for one, said in ANSWERS.items() for word in said})
    return value


# ---- whose result changes ----


@frozen
class Pair:
    """The result of a unit by the first ruleset and by another."""

    before: Result
    after: Result

    @property
    def direction(self) -> str:
        """Return whether the unit comes out lower, the same or higher, or is rated by only one of the two.

        Of what neither rates it is blank.
        """
        before, after = self.before, self.after
        if before.value is None or after.value is None:
            return "" if before.value is after.value else NEWLY if before.value is None else NO_LONGER
        ranks = [_rank(one) for one in (before, after)]
        return SAME if ranks[0] == ranks[1] else LOWER if ranks[1] < ranks[0] else HIGHER


def _rank(result: Result) -> Fraction:
    return result.value if isinstance(result.value, Fraction) else Fraction(result.order.index(str(result.value)))


def pairs(base: Simulated, other: Simulated, what: str) -> list[Pair]:
    """Return both results of every unit that both rulesets have, in the order of the first."""
    return [
        Pair(one, other.results[key])
        for key, one in base.results.items()
        if one.what == what and one.order and key in other.results
    ]


# ---- percentiles ----


def percentile(values: Sequence[Fraction], percent: int) -> Fraction:
    """Return a percentile of some numbers in ascending order, of which there must be one.

    It is that of the empirical distribution with averaging: the number at the place n × p rounded up, or the mean of it
    and the next where n × p is whole.
    """
    place = Fraction(len(values) * percent, 100)
    at = min(ceil(place), len(values))
    if place == at and at < len(values):
        return Fraction(1, 2) * (values[at - 1] + values[at])
    return values[max(at, 1) - 1]
