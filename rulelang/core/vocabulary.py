"""The vocabulary: the words of a policy, and where the published files keep the facts they name.

It is the contract between rules and data. The compiler makes it from a vocabulary file; the compiler looks names up
in it, the engine knows from it which groups and indicators there are, and the data layer reads files through it.
Nothing here is about one state: every name, code and column comes from the vocabulary file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import Enum
from fractions import Fraction
from functools import lru_cache
from typing import Protocol, TypeVar

from attrs import field, frozen

from rulelang.core.fact_types import FactType
from rulelang.core.file_layouts import PUBLISHED_LISTS, FileFormat
from rulelang.core.years import EVERY_YEAR, Years
from rulelang.diagnostics.catalogue.quote import plural
from rulelang.diagnostics.source import Span


class Scope(Enum):
    """What a fact or a condition is about."""

    LEA = "LEA"
    GROUP = "student group"


@frozen
class Scale:
    """A set of levels in order, such as color: Red, Orange, Yellow, Green, Blue; worst first.

    `turns` says that the order is the other way round on an indicator for which a lower number is better: Very High is
    the worst Status of Suspension Rate.
    """

    name: str
    levels: tuple[str, ...]
    turns: bool = False

    def worst_first(self, indicator: Indicator) -> tuple[str, ...]:
        """Return the levels in the order they have on an indicator, worst first."""
        return self.levels[::-1] if self.turns and indicator.lower_is_better else self.levels


@frozen
class IndicatorKind:
    """A kind of indicator, such as state or local, and whether it is a fact of a student group or of the LEA."""

    name: str
    scope: Scope


@frozen
class Indicator:
    """An indicator, the scales it is reported on, and the years of each.

    On an indicator for which a lower number is better, the last level of Status is the worst: Very High on Suspension
    Rate. `only_groups` names the only student groups it is reported for; empty means all. `same_for` are those among
    them without rows of their own in the files: they have what the one other has, as a school has the English Learner
    Progress of its English learners. `when_silent` is the level of an LEA of which the data say nothing, where that is
    not unknown.
    """

    name: str
    kind: str
    scope: Scope
    scales: Mapping[str, tuple[Years, ...]]
    lower_is_better: bool = False
    only_groups: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    in_files: tuple[str, ...] = ()
    when_silent: str | None = None
    same_for: tuple[str, ...] = ()
    span: Span | None = field(default=None, eq=False, repr=False)

    @property
    def groups_with_rows(self) -> tuple[str, ...]:
        """Return the only student groups that the files have rows of; empty means all."""
        return tuple(group for group in self.only_groups if group not in self.same_for)

    def reports(self, scale: str, year: int) -> bool:
        """Return whether the indicator is reported on a scale in a year."""
        return any(year in years for years in self.scales.get(scale, ()))

    def reported_in(self, year: int) -> bool:
        """Return whether the indicator is reported on any scale in a year; facts need no scale."""
        return self.kind == FACTS or any(self.reports(scale, year) for scale in self.scales)

    def is_reported_for(self, group: str) -> bool:
        """Return whether the indicator is ever reported for a student group."""
        return not self.only_groups or group in self.only_groups


FACTS = "facts"
"""The family of files that hold facts of the LEA, and the name used for their indicator."""

NO_INDICATOR = Indicator("", FACTS, Scope.LEA, {})
"""What facts of the LEA belong to, which belong to no indicator."""


@frozen
class StudentGroup:
    """A student group: its code in the files, its name, the years it exists, and those in which rules count it.

    A group may exist before rules count it, and has a history then: what it was in the years before.
    """

    code: str
    name: str
    years: Years = EVERY_YEAR
    aliases: tuple[str, ...] = ()
    other_codes: tuple[str, ...] = ()
    counted: Years = EVERY_YEAR

    def is_counted_in(self, year: int) -> bool:
        """Return whether rules of a year count the group."""
        return year in self.years and year in self.counted

    @property
    def codes(self) -> tuple[str, ...]:
        """Return every code the files use for the group, the main one first."""
        return (self.code, *self.other_codes)


@frozen
class Number:
    """A fact that the files give: an exact number such as a count of students or points, an amount, a date, a text.

    `indicators` are those that have it, each its own; where there is none it is a fact of the LEA as a whole, of those
    of `kinds` (empty: all). `last_year` says that the files give the number of the year before as well, `below_zero`
    that it may be negative, as points may and counts may not. `change_of` are the numbers whose change from the year
    before it is, as published: where one of them is moved, it moves by as much. `part_of` are the numbers that it
    counts a part of: it is never above them, nor above `at_most`. What is `fixed` does not change.
    """

    name: str
    indicators: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    last_year: bool = False
    below_zero: bool = False
    change_of: tuple[str, ...] = ()
    part_of: tuple[str, ...] = ()
    type: FactType = FactType.NUMBER
    kinds: tuple[str, ...] = ()
    at_most: Fraction | None = None
    fixed: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Return its name, and that of its value of the year before where the files give it."""
        return (self.name, of_last_year(self.name)) if self.last_year else (self.name,)


def fits(code: str, pattern: str) -> bool:
    """Return whether a code has a shape: `?` stands for one digit, any other character for itself."""
    return _shape(pattern).fullmatch(code) is not None


@lru_cache(maxsize=256)
def _shape(pattern: str) -> re.Pattern[str]:
    return re.compile("".join("[0-9]" if char == "?" else re.escape(char) for char in pattern))


@frozen
class LeaKind:
    """A kind of LEA, or of school where levels are worked out for schools too, known by the shape of its code.

    In the pattern, `?` stands for one digit, any other character for itself; without one the data name the kind.
    `belongs_to` is the kind of entity that each of this kind belongs to, empty if it belongs to none. One that was
    `not_there_before` its first rows is not rated in the years before, where others of its county are; one that is
    `not_there_after` its last rows, in the years after.
    """

    name: str
    plural: str
    code_pattern: str
    aliases: tuple[str, ...] = ()
    belongs_to: str = ""
    not_there_before: bool = False
    not_there_after: bool = False

    def fits(self, code: str) -> bool:
        """Return whether a code has this kind's shape."""
        return bool(self.code_pattern) and fits(code, self.code_pattern)

    def code_above(self, code: str) -> str:
        """Return the code of this kind that a code begins with, apart from zeros at its end; blank if there is none."""
        shape = zip(self.code_pattern, code, strict=False)
        found = "".join(char if sign == "?" else sign for sign, char in shape)
        return found if self.fits(found) and code.startswith(found.rstrip("0") or found) else ""


def kinds_above(kind: str, kinds: Iterable[LeaKind]) -> tuple[str, ...]:
    """Return which of some kinds of entity one of a kind belongs to, the nearest first."""
    by_name = {one.name: one.belongs_to for one in kinds}
    found: list[str] = []
    while (kind := by_name.get(kind, "")) and kind not in found:
        found.append(kind)
    return tuple(found)


@frozen
class Priority:
    """A policy priority, by number."""

    number: int
    name: str
    aliases: tuple[str, ...] = ()


@frozen
class Outcome:
    """Something a rule can decide, of the LEA or of one student group.

    `kind` is "determination", "method", "referral", "label", "criteria" for what other rules refer to and no result
    shows, or "student group criteria" for what a student group meets. `column` is the name of its column in results.
    """

    name: str
    kind: str
    aliases: tuple[str, ...] = ()
    column: str = ""

    @property
    def is_of_group(self) -> bool:
        """Return whether it is decided for each student group, and not for the LEA."""
        return self.kind == "student group criteria"


@frozen
class MinimumSize:
    """The fewest students for whom a level counts. Empty groups or kinds mean all; the first line that fits holds."""

    students: Fraction
    groups: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    years: Years = EVERY_YEAR

    def fits(self, group: str | None, kind: str, year: int) -> bool:
        """Return whether the line is about a student group (None for the LEA), kind of LEA and year."""
        of_group = not self.groups or group in self.groups
        return of_group and (not self.kinds or kind in self.kinds) and year in self.years


@frozen
class DerivedLevel:
    """A level that a year's data does not state, and that follows from other readings.

    In 2018, Not Met for Two or More Years means Not Met in 2017 and in 2018; `means` is those levels, each with its
    year. They may be of another scale: Very Low Status that stands in for Red. Empty `indicators` mean all that are
    reported on the scale.
    """

    scale: str
    level: str
    years: Years
    means: tuple[tuple[str, int], ...]
    indicators: tuple[str, ...] = ()

    def fits(self, indicator: Indicator, year: int) -> bool:
        """Return whether the level of an indicator is derived so in a year."""
        named = indicator.name in self.indicators if self.indicators else self.scale in indicator.scales
        return named and year in self.years


@frozen
class Vocabulary:
    """All the words of a policy and how the published files map onto them.

    `entity` is what rules are about; `extends` are the names of the vocabularies that it extends. `comes_with` names
    for determinations the outcomes that whoever has one has too, by the published lists.
    """

    name: str
    years: tuple[int, ...]
    suspended: Mapping[int, str]
    scales: tuple[Scale, ...]
    indicator_kinds: tuple[IndicatorKind, ...]
    indicators: tuple[Indicator, ...]
    groups: tuple[StudentGroup, ...]
    kinds: tuple[LeaKind, ...]
    priorities: tuple[Priority, ...]
    outcomes: tuple[Outcome, ...]
    minimum_sizes: Mapping[str, tuple[MinimumSize, ...]] = field(factory=dict)  # by scale
    derived_levels: tuple[DerivedLevel, ...] = ()
    formats: tuple[FileFormat, ...] = ()
    numbers: tuple[Number, ...] = ()
    priority_codes: Mapping[str, frozenset[int]] = field(factory=dict)
    determination_codes: Mapping[str, str] = field(factory=dict)
    comes_with: Mapping[str, frozenset[str]] = field(factory=dict)
    counties: Mapping[str, str] = field(factory=dict)  # by how the codes of their LEAs begin
    entity: str = "LEA"
    other_words: tuple[tuple[str, str], ...] = ()  # a word of rules or a name, and what is said for it too
    fingerprint: str = ""
    extends: tuple[str, ...] = ()

    def scale(self, name: str) -> Scale:
        """Return the scale of that name; KeyError if there is none."""
        return _named(self.scales, name)

    def indicator(self, name: str) -> Indicator:
        """Return the indicator of that name (empty: what facts belong to); KeyError if there is none."""
        return _named(self.indicators, name) if name else NO_INDICATOR

    def number(self, name: str, indicator: str = "") -> Number:
        """Return the number of that name that an indicator (empty: the LEA) has; KeyError if there is none."""
        return _named(self.numbers_of(indicator), name)

    def numbers_of(self, indicator: str = "") -> tuple[Number, ...]:
        """Return the numbers that an indicator (empty: the LEA) has, in the vocabulary's order."""
        return tuple(one for one in self.numbers if indicator in (one.indicators or ("",)))

    def group_called(self, text: str) -> StudentGroup | None:
        """Return the student group of a name, code or alias, without regard to case; None if there is none."""
        wanted = text.casefold().strip()
        named = ((one, (one.name, *one.codes, *one.aliases)) for one in self.groups)
        return next((one for one, names in named if wanted in map(str.casefold, names)), None)

    def kind(self, name: str) -> LeaKind:
        """Return the kind of LEA of that name; KeyError if there is none."""
        return _named(self.kinds, name)

    def above(self, kind: str) -> tuple[str, ...]:
        """Return the kinds of entity that one of a kind belongs to, the nearest first."""
        return kinds_above(kind, self.kinds)

    @property
    def entities(self) -> str:
        """Return what several entities are called."""
        return next((kind.plural for kind in self.kinds if kind.name == self.entity), plural(self.entity))

    @property
    def owners(self) -> tuple[str, ...]:
        """Return the kinds of entity to which others belong, each once."""
        return tuple(dict.fromkeys(kind.belongs_to for kind in self.kinds if kind.belongs_to))

    def group(self, name: str) -> StudentGroup:
        """Return the student group of that name; KeyError if there is none."""
        return _named(self.groups, name)

    @property
    def levels(self) -> tuple[str, ...]:
        """Return the levels of every scale, in their order."""
        return tuple(level for scale in self.scales for level in scale.levels)

    @property
    def determinations(self) -> tuple[str, ...]:
        """Return the names of the outcomes of which each LEA gets one, in their order."""
        return tuple(outcome.name for outcome in self.outcomes if outcome.kind == "determination")

    @property
    def group_outcomes(self) -> tuple[str, ...]:
        """Return the names of the outcomes that are decided for each student group, priorities apart."""
        return tuple(outcome.name for outcome in self.outcomes if outcome.is_of_group)

    @property
    def listed_group_outcomes(self) -> tuple[str, ...]:
        """Return those of them that published lists have a column for, one for each student group."""
        layout = self.format_of(PUBLISHED_LISTS)
        held = {column.holds for column in layout.columns} if layout is not None else set()
        return tuple(name for name in self.group_outcomes if name in held)

    def kind_of_code(self, code: str) -> LeaKind | None:
        """Return the first kind of LEA whose code pattern the code fits, or None."""
        return next((kind for kind in self.kinds if kind.fits(code)), None)

    def county_of(self, code: str) -> str:
        """Return the county of an LEA by its code; blank if the code has no kind's shape or names no county."""
        county = self.county_by_code(code)
        return county if county and self.kind_of_code(code) is not None else ""

    def county_by_code(self, code: str) -> str:
        """Return the county that a code of the shape of some kind begins with, blank if it names none."""
        starts = (code[:end] for end in range(1, len(code)))
        return next((self.counties[start] for start in starts if start in self.counties), "")

    def groups_in(self, year: int) -> tuple[StudentGroup, ...]:
        """Return the student groups that exist in a year, in the vocabulary's order."""
        return tuple(group for group in self.groups if year in group.years)

    def groups_counted_in(self, year: int) -> tuple[StudentGroup, ...]:
        """Return the student groups that rules of a year count, in the vocabulary's order."""
        return tuple(group for group in self.groups if group.is_counted_in(year))

    def indicators_of(self, kind: str) -> tuple[Indicator, ...]:
        """Return the indicators of a kind, in the vocabulary's order; those of facts are what facts belong to."""
        if kind == FACTS:
            return (NO_INDICATOR,)
        return tuple(indicator for indicator in self.indicators if indicator.kind == kind)

    def format_of(self, name: str) -> FileFormat | None:
        """Return the layout of a family of files, or None if the vocabulary has none."""
        return next((layout for layout in self.formats if layout.of == name), None)

    def is_listed(self, kind: str, year: int) -> bool:
        """Return whether the published list of a year is about LEAs of a kind, so that absence means something."""
        layout = self.format_of(PUBLISHED_LISTS)
        files = [file for file in layout.files if year in file.years] if layout is not None else []
        return not files or any(not file.kinds or kind in file.kinds for file in files)

    def last_years(self, year: int, count: int) -> tuple[int, ...]:
        """Return the last `count` Dashboard years up to and including `year`, oldest first.

        Suspended years are not Dashboard years and so are skipped. Near the beginning there may be fewer.
        """
        return tuple(known for known in self.years if known <= year)[-count:] if count else ()

    def derivations(self, scale: str, indicator: Indicator, year: int) -> tuple[DerivedLevel, ...]:
        """Return the levels of an indicator on a scale that a year's data do not state but amount to."""
        return tuple(one for one in self.derived_levels if one.scale == scale and one.fits(indicator, year))

    def is_in_no_file(self, scale: str, indicator: Indicator, year: int) -> bool:
        """Return whether the files of a year have no column of an indicator's level, and none from which it follows."""
        layouts = [one for one in self.formats if one.kind == indicator.kind]
        if self.derivations(scale, indicator, year) or any(one.is_one_table for one in layouts):
            return False
        columns = (column for layout in layouts for column in layout.columns if column.fits(year, indicator.name))
        return all(column.holds != scale for column in columns)

    def minimum_size(self, scale: str, group: str | None, kind: str, year: int) -> Fraction | None:
        """Return the fewest students for whom a level on the scale counts; None if any number will do."""
        sizes = self.minimum_sizes.get(scale, ())
        return next((size.students for size in sizes if size.fits(group, kind, year)), None)


class _Named(Protocol):
    @property
    def name(self) -> str: ...


_Item = TypeVar("_Item", bound=_Named)


def _named(items: tuple[_Item, ...], name: str) -> _Item:
    for item in items:
        if item.name == name:
            return item
    raise KeyError(name)


def of_last_year(number: str) -> str:
    """Return the name of a number's value of the year before, as it is given with the year's own."""
    return f"last year's {number}"
