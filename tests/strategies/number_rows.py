"""Plain records of numbers and levels that lie on the edges of what rules ask for, and anything between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from random import Random

from rulelang.core.record import FieldKey
from rulelang.core.record_words import parts_of
from rulelang.core.ruleset import Ruleset
from rulelang.core.tree import Const, Get, Interval, Match, Node
from rulelang.core.vocabulary import Number, Scope
from rulelang.core.walk import walk
from rulelang.diagnostics.decimals import places_of

COLUMNS = ("lea_code", "year", "student_group", "indicator", "number", "value", "scale", "level", "name", "county")
Row = tuple[str, ...]

CODES = ("00000000000000", "01100170000000", "01611190000000", "01611190130229", "01611270000000", "01611270139568")
"""Codes of the State, a county office, school districts and schools."""

SIZES = (0, 1, 10, 11, 14, 15, 29, 30, 31, 149, 150, 151, 200, 1000, 2000)
"""Numbers of students about which rules that ask for a least number change their mind."""


def number_rows(seed: str, ruleset: Ruleset, leas: int, *, codes: Sequence[str] = ()) -> list[Row]:
    """Return rows of what a ruleset asks for, of so many LEAs with the codes given, or with those of `CODES`."""
    making = _Making(Random(seed), ruleset)  # noqa: S311 - no secret
    return [row for code in (codes or CODES)[:leas] for row in making.of_lea(code)]


class _Making:
    def __init__(self, random: Random, ruleset: Ruleset) -> None:
        self.random, self.ruleset = random, ruleset
        nodes = [node for one in ruleset.definitions.values() for node in walk(one.node)]
        self.fields = {(one.year, one.key): one.scope for one in nodes if isinstance(one, Get)}
        self.edges = sorted({edge for node in nodes for edge in _edges(node)})
        self.with_levels = random.random() < 0.7

    def of_lea(self, code: str) -> Iterator[Row]:
        """Yield the rows of an LEA, of which some student groups and some numbers are missing."""
        name, county = self.random.choice([("", ""), (f"District {code}", "Monterey")])
        there = self.random.choice([0.5, 0.9, 1])
        for year in sorted({year for year, _ in self.fields}):
            asked = {key: scope for (of, key), scope in self.fields.items() if of == year}
            groups = [one for one in self.ruleset.vocabulary.groups if year in one.years]
            for group in ["", *(one.code for one in groups)]:
                size = self.random.choice(SIZES)
                silent = self.random.choice([*(indicator for indicator, _ in asked), ""])
                rows: list[Row | None] = []
                for key, scope in asked.items():
                    said = not silent or key[0] != silent
                    if said and (scope is Scope.LEA) == (not group) and self.random.random() < there:
                        rows.append(self._row(code, year, group, key, size))
                yield from ((*row, name, county) for row in self._possible([row for row in rows if row]))

    def _row(self, code: str, year: int, group: str, key: FieldKey, size: int) -> Row | None:
        indicator, name = key
        if not self._is_reported(indicator, name, year, group):
            return None
        if any(scale.name == name for scale in self.ruleset.vocabulary.scales):
            level = self.random.choice([*self.ruleset.vocabulary.scale(name).levels, "not rated"])
            return (code, str(year), group, indicator, "", "", name, level) if self.with_levels else None
        value = self._value(indicator, name, size)
        return code, str(year), group, indicator, name, value, "", ""

    def _possible(self, rows: Sequence[Row]) -> Iterator[Row]:
        """Yield the rows of a student group with no count above that of which it is a part."""
        counts = {(row[3], row[4]): int(row[5]) for row in rows if row[5].isdecimal()}
        for row in rows:
            wholes = [whole for part, whole in parts_of(self.ruleset.vocabulary, row[3]) if part == row[4]]
            most = min((counts[row[3], one] for one in wholes if (row[3], one) in counts), default=None)
            too_many = most is not None and row[5].isdecimal() and int(row[5]) > most
            yield (*row[:5], str(most), *row[6:]) if too_many else row

    def _is_reported(self, name: str, scale: str, year: int, group: str) -> bool:
        """Return whether the data may have a number, or a level on a scale, of an indicator in a year."""
        vocabulary = self.ruleset.vocabulary
        indicator = vocabulary.indicator(name)
        found = vocabulary.group_called(group)
        of_group = found is None or not indicator.only_groups or found.name in indicator.only_groups
        return of_group and (scale not in indicator.scales or indicator.reports(scale, year))

    def _value(self, indicator: str, name: str, size: int) -> str:
        number = next(one for one in self.ruleset.vocabulary.numbers_of(indicator) if name in one.names)
        if self.random.random() < 0.05:
            return "not rated"
        if number.below_zero or "rate" in name:
            return _written(self._near_an_edge(number))
        if "students" in number.name and len(number.name.split()) == 1:
            return str(self.random.choice([size, size, self.random.choice(SIZES), self.random.randint(0, 400)]))
        return str(self._part_of(size))

    def _near_an_edge(self, number: Number) -> Fraction:
        near = Fraction(self.random.choice([-10, -5, -1, 0, 0, 0, 1, 4, 5, 6]), self.random.choice([10, 100]))
        found = self.random.choice(self.edges) + near
        return found if number.below_zero else abs(found)

    def _part_of(self, size: int) -> int:
        """Return a part of a number, often so many percent of it as a rule asks for."""
        percent = abs(self.random.choice(self.edges))
        return self.random.choice([int(size * percent / 100), self.random.randint(0, size + 1), 0, size])


def _edges(node: Node) -> Iterator[Fraction]:
    if isinstance(node, Match):
        patterns = (one for row in node.rows for one in row.patterns if isinstance(one, Interval))
        ends = (end for one in patterns for end in (one.lower, one.upper))
        yield from (end.number for end in ends if end is not None)
    elif isinstance(node, Const) and isinstance(node.value, Fraction) and places_of(node.value) is not None:
        yield node.value


def _written(number: Fraction) -> str:
    places = places_of(number) or 0
    digits = f"{abs(number.numerator) * 10**places // number.denominator:0{places + 1}}"
    sign = "-" if number < 0 else ""
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)
