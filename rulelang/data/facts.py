"""Collects readings into the records of LEAs, and settles what silence means.

An LEA with rows in a family of files, and none for some indicator or student group, is *not rated* there. That only
holds if the rows are known to be complete: a refused row, a file that breaks off, or one that was cut down to a few
counties leaves a doubt, and what is in doubt is unknown rather than not rated.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, MutableMapping, Sequence

from attrs import define, evolve, field, frozen

from rulelang.core.cells import Cells, OfCells
from rulelang.core.record import NO_ROW, FieldKey, LeaRecord, Reading, YearFacts
from rulelang.core.record_words import folded
from rulelang.core.vocabulary import Indicator, Scope, Vocabulary
from rulelang.data.cells import name_text
from rulelang.data.lea_codes import codes_above

LeaYear = tuple[str, int]


@frozen
class Doubt:
    """A reading that may be missing because a row was refused; no indicator or group means any."""

    indicator: str | None = None
    group: str | None = None


def _by_group() -> dict[str | None, dict[FieldKey, Reading]]:
    return defaultdict(dict)


@define
class Facts:
    """The readings of many LEAs, as they are read: put in one by one, or as the cells of a year's files.

    `reported` holds the codes of the LEAs about which files of a year have a row on an indicator, whatever it says.
    """

    vocabulary: Vocabulary
    names: dict[str, str] = field(factory=dict)
    counties: dict[str, str] = field(factory=dict)
    reported: dict[tuple[int, str], set[str]] = field(factory=lambda: defaultdict(set))
    kinds: dict[str, str] = field(factory=dict)
    belongs_to: dict[str, str] = field(factory=dict)
    cells: Mapping[int, Cells] = field(factory=dict)
    _read: dict[LeaYear, dict[str | None, dict[FieldKey, Reading]]] = field(factory=lambda: defaultdict(_by_group))
    _present: dict[LeaYear, set[str]] = field(factory=lambda: defaultdict(set))
    _covered: dict[int, set[str]] = field(factory=lambda: defaultdict(set))
    _doubts: dict[LeaYear, set[Doubt]] = field(factory=lambda: defaultdict(set))
    _named_doubts: dict[tuple[str, str, int], set[Doubt]] = field(factory=lambda: defaultdict(set))
    _doubts_of_all: dict[int, set[Doubt]] = field(factory=lambda: defaultdict(set))
    _limits: dict[tuple[int, str], Collection[str]] = field(factory=dict)
    _completed: dict[int, Sequence[Indicator]] = field(factory=dict)

    @property
    def _with_level(self) -> frozenset[str]:
        """Return the indicators that have a level where the data say nothing."""
        return frozenset(indicator.name for indicator in self.vocabulary.indicators if indicator.when_silent)

    def saw(self, code: str, year: int, family: str) -> None:
        """Record that an LEA has a row in a kind of indicator's files of a year."""
        self._present[code, year].add(family)

    def name(self, code: str, name: str, county: str) -> None:
        """Keep an LEA's name and county, unless earlier rows gave them; files are read best source first."""
        for known, text in ((self.names, name), (self.counties, county)):
            if text and code not in known and (said := name_text(text)):
                known[code] = said

    def county(self, code: str) -> str:
        """Return the county of an LEA: the one that rows name, otherwise the one in its code; blank for none."""
        return self.counties.get(code) or self.vocabulary.county_of(code)

    def put(self, code: str, year: int, group: str | None, key: FieldKey, reading: Reading) -> None:
        """Keep a reading of a student group, or of the LEA if `group` is None."""
        self._read[code, year][group][key] = reading

    def take_back(self, code: str, year: int, group: str | None, key: FieldKey) -> None:
        """Remove a reading that was put in."""
        self._read[code, year][group].pop(key, None)

    def leave_out(self, codes: Iterable[str]) -> None:
        """Leave out some LEAs about which nothing is known."""
        for code, year in [one for one in self._present if one[0] in codes]:
            del self._present[code, year]

    def saw_owners(self, given: Iterable[LeaYear]) -> None:
        """Record that what the LEAs seen belong to by their codes exists, in the years of which facts of it are given.

        Lists of schools have no rows of the state, and a file of facts may have one.
        """
        seen = {code for code, _ in self._present}
        owners = {owner for code in seen for owner in codes_above(self.vocabulary, code)}
        for code, year in given:
            if code in owners:
                self._present.setdefault((code, year), set())  # in no family of files

    def cover(self, year: int, indicators: Iterable[str]) -> None:
        """Record that the readings of indicators in a year are complete."""
        self._covered[year].update(indicators)
        self._completed.clear()

    def limit(self, year: int, indicator: str, counties: Collection[str]) -> None:
        """Record that the readings of an indicator in a year are complete only for LEAs of some counties."""
        self._limits[year, indicator] = counties

    def doubt(self, code: str, year: int, doubt: Doubt) -> None:
        """Record that a row of an LEA was refused, so that silence means nothing there."""
        self._doubts[code, year].add(doubt)

    def doubt_all(self, year: int, indicators: Iterable[str]) -> None:
        """Record that a file of some indicators is not all there, so that silence means nothing for any LEA."""
        self._doubts_of_all[year].update(map(Doubt, indicators))

    def doubt_named(self, called: tuple[str, str], year: int, doubt: Doubt) -> None:
        """Record that a row without a readable code was refused, by name and county, blank if it has none."""
        name, county = (folded(name_text(text)) for text in called)
        self._named_doubts[name, county, year].add(doubt)

    def records(self) -> tuple[LeaRecord, ...]:
        """Return the records of every LEA seen, sorted by code, with their years in order."""
        self._look_around()
        self._doubt_whose_row_it_was()
        years: dict[str, list[int]] = defaultdict(list)
        for code, year in sorted(self._present):
            years[code].append(year)
        return tuple(self._record(code, in_years) for code, in_years in years.items())

    def _doubt_whose_row_it_was(self) -> None:
        """Let no LEA be silent if a row was refused that may have been about any.

        A name that no LEA has may be that of a total. Only an indicator with a level by silence is in doubt then.
        """
        named = {(folded(name), folded(self.county(code))) for code, name in self.names.items()}
        named |= {(name, "") for name, _ in named}
        for (name, county, year), doubts in self._named_doubts.items():
            about = {one.indicator for one in doubts if one.indicator and (name, county) not in named}
            self.doubt_all(year, about & self._with_level if name else about)

    def _look_around(self) -> None:
        """Let LEAs be silent in years without rows if their kind is not rated then, and neighbors have rows."""
        first: dict[str, int] = {}
        last: dict[str, int] = {}
        neighbors: dict[tuple[int, str], set[str]] = defaultdict(set)
        for (code, year), families in self._present.items():
            first[code], last[code] = min(year, first.get(code, year)), max(year, last.get(code, year))
            for family in families:
                neighbors[year, family].add(self.county(code))
        kinds = {code: kind for code in last if (kind := self.vocabulary.kind_of_code(code)) is not None}
        for (year, family), counties in neighbors.items():
            for code, kind in kinds.items():
                is_without = (kind.not_there_before and year < last[code]) or (
                    kind.not_there_after and year > first[code]
                )
                if is_without and self.county(code) in counties:
                    self._present[code, year].add(family)

    def _record(self, code: str, years: Iterable[int]) -> LeaRecord:
        kind = self.kinds.get(code)
        if kind is None:
            found = self.vocabulary.kind_of_code(code)
            kind = found.name if found else ""
        facts = {year: self._year(code, year) for year in years}
        belongs_to = self.belongs_to.get(code, "")
        return LeaRecord(code, self.names.get(code, ""), self.county(code), kind, facts, belongs_to)

    def _year(self, code: str, year: int) -> YearFacts:
        groups, lea = self._readings(code, year)
        silent = self._silent(code, year)
        doubts = self._doubts_about(code, year)
        doubts.update(one for one in self._doubts_of_all.get(year, ()) if one.indicator in silent | self._with_level)
        shared = [one for one in self.vocabulary.indicators if one.same_for]
        if shared:
            filled = {group: dict(readings) for group, readings in groups.items()}
            for indicator in shared:
                _share(indicator, filled, doubts)
            groups = filled
        if not doubts:
            return YearFacts(groups, lea, silent)
        return self._with_doubts(YearFacts(groups, lea, silent), doubts, year)

    def _readings(
        self, code: str, year: int
    ) -> tuple[Mapping[str, Mapping[FieldKey, Reading]], Mapping[FieldKey, Reading]]:
        """Return the readings of an LEA's student groups, and those of the LEA as a whole."""
        if year in self.cells:
            return OfCells(self.cells[year], code, True), OfCells(self.cells[year], code, False)
        read = self._read.get((code, year), {})
        return {group: readings for group, readings in read.items() if group is not None}, read.get(None, {})

    def _doubts_about(self, code: str, year: int) -> set[Doubt]:
        found = set(self._doubts.get((code, year), ()))
        if self._named_doubts:
            name = folded(self.names.get(code, ""))
            for county in (folded(self.county(code)), ""):
                found |= self._named_doubts.get((name, county, year), set())
        return found

    def _silent(self, code: str, year: int) -> frozenset[str]:
        """Return the indicators read, and those not reported that year, of the families the LEA is in."""
        county = self.county(code)
        return frozenset(
            indicator.name
            for indicator in self._complete(year)
            if indicator.kind in self._present[code, year]
            and county in self._limits.get((year, indicator.name), (county,))
        )

    def _complete(self, year: int) -> Sequence[Indicator]:
        """Return the indicators whose files are complete in a year: covered, or not reported."""
        if year not in self._completed:
            covered, every = self._covered.get(year, ()), self.vocabulary.indicators
            self._completed[year] = [
                one for one in every if one.name in covered or (one.scales and not one.reported_in(year))
            ]
        return self._completed[year]

    def _with_doubts(self, facts: YearFacts, doubts: Iterable[Doubt], year: int) -> YearFacts:
        """Return the facts with their doubts; what no row of the year can say is not rated there too."""
        doubtful: set[tuple[str, str | None]] = set()
        added: dict[str, dict[FieldKey, Reading]] = defaultdict(dict)
        for doubt in doubts:
            for indicator in self.vocabulary.indicators:
                name, group = indicator.name, doubt.group if indicator.scope is Scope.GROUP else None
                if doubt.indicator not in (name, None):
                    continue
                doubtful.add((name, group))
                if group is not None:
                    never = (scale for scale in indicator.scales if not indicator.reports(scale, year))
                    added[group].update({(name, scale): NO_ROW for scale in never})
        silent = facts.silent.difference(name for name, group in doubtful if group is None)
        groups = facts.groups
        if any(added.values()):
            groups = {**groups, **{group: {**more, **groups.get(group, {})} for group, more in added.items()}}
        return evolve(facts, groups=groups, silent=silent, doubtful=frozenset(doubtful))


def _share(indicator: Indicator, groups: MutableMapping[str, dict[FieldKey, Reading]], doubts: set[Doubt]) -> None:
    """Give student groups without rows of their own on an indicator the readings and doubts of the one with rows."""
    [owner] = indicator.groups_with_rows
    theirs = {key: reading for key, reading in groups.get(owner, {}).items() if key[0] == indicator.name}
    is_doubtful = any(one.group == owner and one.indicator in (indicator.name, None) for one in doubts)
    for group in indicator.same_for:
        if theirs:
            groups.setdefault(group, {}).update(theirs)
        if is_doubtful:
            doubts.add(Doubt(indicator.name, group))
