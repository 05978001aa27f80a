"""The limits of bands at which no example has a number: the last number of each level, on either side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Final

from attrs import frozen

from rulelang.analysis.examples import ExampleRun
from rulelang.core.decimals import exact_text
from rulelang.core.ruleset import LevelRule, Ruleset, measure_name
from rulelang.core.tree import Interval, Match, constant, is_table, reference, walk
from rulelang.core.types import decimals_of
from rulelang.core.vocabulary import of_last_year

MANY: Final = 9000
"""How many students a suggested example has, so that it has no level for want of students."""


@frozen
class Limit:
    """The first or last number of a level, which no example has; `type` is that of the row, where there are types."""

    rule: LevelRule
    number: Fraction
    decimals: int
    level: str
    type: str = ""

    @property
    def words(self) -> str:
        """Return the number with the level it is to have."""
        kind = f" ({self.type})" if self.type else ""
        return f"{exact_text(self.number, self.decimals)} {self.level}{kind}"


def limits_untried(ruleset: Ruleset, runs: Iterable[ExampleRun]) -> list[Limit]:
    """Return the limits of bands at which no example has a number, in the order of the text."""
    listed = list(runs)
    found: list[Limit] = []
    for rule in (one for one in ruleset.levels if one.what == "bands"):
        measure = measure_name(rule.scale, rule.indicator)
        if (ruleset.year, measure) in ruleset.definitions:
            tried = set(_numbers(ruleset, listed, measure))
            found += [one for one in _limits(ruleset, rule, measure) if one.number not in tried]
    return list(dict.fromkeys(found))


def _numbers(ruleset: Ruleset, runs: Iterable[ExampleRun], measure: str) -> Iterator[object]:
    for run in runs:
        evaluation = run.determination.evaluation
        yield from evaluation.column(evaluation.prepared.positions[ruleset.year, measure])


def _limits(ruleset: Ruleset, rule: LevelRule, measure: str) -> Iterator[Limit]:
    decimals = decimals_of(ruleset.definitions[ruleset.year, measure].node, ruleset.referred)
    if decimals is None:
        return
    step = Fraction(1, 10**decimals)
    for table in walk(ruleset.definitions[ruleset.year, rule.definition].node):
        if is_table(table) and [reference(one) for one in table.on] == [(ruleset.year, measure)]:
            for number, level in _ends(table, step):
                yield Limit(rule, number, decimals, level, _type_of(table))


def _ends(table: Match, step: Fraction) -> Iterator[tuple[Fraction, str]]:
    """Yield the lowest and the highest number of each row of bands, with its level."""
    for row in table.rows:
        [pattern], level = row.patterns, constant(row.value)
        if isinstance(pattern, Interval) and isinstance(level, str):
            for bound, inward in ((pattern.lower, step), (pattern.upper, -step)):
                if bound is not None:
                    yield bound.number if bound.included else bound.number + inward, level


def _type_of(table: Match) -> str:
    """Return the type that a row of bands is for: the text of its first cell, unless that is a number."""
    if table.span is None or "|" not in table.span.text:
        return ""
    first = " ".join(table.span.text.partition("|")[0].split())
    cells = {" ".join(row.value.span.text.split()) for row in table.rows if row.value.span is not None}
    return "" if first in cells else first


def _students(ruleset: Ruleset, indicator: str) -> Iterator[str]:
    """Yield what says that there are many students, this year and last, as far as the vocabulary has such numbers."""
    for number in ruleset.vocabulary.numbers_of(indicator):
        if number.name == "students":
            yield f"students {MANY} on {indicator}"
            yield from [f"{of_last_year(number.name)} {MANY} on {indicator}"] if number.last_year else []


def suggested_at(ruleset: Ruleset, limits: Sequence[Limit]) -> Iterator[tuple[Limit, tuple[str, ...]]]:
    """Yield an example for each limit, which states the number and expects its level; it may not come out so."""
    taken = {example.title for example in ruleset.examples}
    kinds = Counter(example.record.kind for example in ruleset.examples if example.record.kind)
    for one in limits:
        indicator, scale = one.rule.indicator, one.rule.scale
        group = ruleset.vocabulary.groups_in(ruleset.year)[0].name
        number = exact_text(one.number, one.decimals)
        title = f"{indicator} {scale} {one.words}"
        kind = next(iter(one.rule.kinds), (kinds.most_common(1) or [(ruleset.vocabulary.kinds[0].name, 0)])[0][0])
        lines = [
            f'example "{title}"',
            f"  given a {kind}",
            *([f"    {group}: {one.type} on {indicator}"] if one.type else []),
            f"    {group}: {', '.join([f'{indicator} {scale} {number}', *_students(ruleset, indicator)])}",
            f"  expect {group}: {indicator} {scale} {one.level}",
        ]
        if title not in taken:
            yield one, tuple(lines)
