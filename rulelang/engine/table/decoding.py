"""From the results of a statewide run back to single LEAs: their records, as a reader of the same rows would give them.

What is shown of a few LEAs, or why a rule holds, is told by the record engine from these records.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Final

from attrs import define, field, frozen

from rulelang.core.record import FieldKey, LeaRecord, Reading, YearFacts
from rulelang.core.vocabulary import Indicator, Vocabulary
from rulelang.engine.table.batch import Batch
from rulelang.engine.table.names import LEA_RESULTS, NOT_RATED_TEXT, RECORDS, NotUnderstoodError

CHUNK: Final = 2_000
"""How many LEAs are taken from the records at a time."""


@frozen
class Named:
    """What an LEA is called and where it is."""

    name: str = ""
    county: str = ""


def records_of(
    batch: Batch, codes: Collection[str] | None, named: Mapping[str, Named], note: str
) -> Iterator[LeaRecord]:
    """Yield the records of LEAs, of all where no codes are given, by code; `note` says why a cell is not rated."""
    words = _Words.of(batch.prepared.ruleset.vocabulary, note)
    kinds = dict(batch.rows(f"SELECT lea, kind FROM {LEA_RESULTS}"))
    wanted = sorted(kinds if codes is None else codes)
    for first in range(0, len(wanted), CHUNK):
        chunk = wanted[first : first + CHUNK]
        rows = batch.connection.execute(
            f"SELECT lea_code, year, student_group, indicator, level FROM {RECORDS}"
            " WHERE lea_code BETWEEN ? AND ? AND lea_code IN (SELECT unnest(?)) ORDER BY lea_code",
            [chunk[0], chunk[-1], chunk],
        ).fetchall()
        for code, cells in groupby(rows, itemgetter(0)):
            known = named.get(code, Named())
            facts = _Facts(words, batch.silent)
            for _, year, group, indicator, level in cells:
                facts.add(year, group, indicator, level)
            yield LeaRecord(code, known.name, known.county, kinds[code], facts.years())


@frozen
class _Cell:
    """What a row says of an indicator, the same in every row that says it."""

    kind: str
    readings: Mapping[FieldKey, Reading]


@define
class _Words:
    """What the words of rows mean, each made out once."""

    indicators: Mapping[str, Indicator]
    groups: Mapping[str, str]
    levels: Mapping[str, Mapping[str, str]]  # by indicator: the scale of each level
    note: str
    _cells: dict[tuple[str, str], _Cell] = field(factory=dict)

    @classmethod
    def of(cls, vocabulary: Vocabulary, note: str) -> _Words:
        """Return the words of a vocabulary by what they may be written as."""
        return cls(
            {word: one for one in vocabulary.indicators for word in (one.name, *one.aliases)},
            {word: one.name for one in vocabulary.groups for word in (*one.codes, one.name, *one.aliases)},
            {
                one.name: {level: scale for scale in one.scales for level in vocabulary.scale(scale).levels}
                for one in vocabulary.indicators
            },
            note,
        )

    def cell(self, word: str, level: str) -> _Cell:
        """Return what a row says, given its words for the indicator and the level."""
        found = self._cells.get((word, level))
        if found is None:
            found = self._cells[word, level] = self._made_out(self.indicators[word], level)
        return found

    def _made_out(self, indicator: Indicator, level: str) -> _Cell:
        if level == NOT_RATED_TEXT:
            reading = Reading(None, self.note)
            return _Cell(indicator.kind, {(indicator.name, scale): reading for scale in indicator.scales})
        return _Cell(indicator.kind, {(indicator.name, self.levels[indicator.name][level]): Reading(level)})


@define
class _Facts:
    words: _Words
    silent: Mapping[int, frozenset[str]]
    _groups: dict[int, dict[str, dict[FieldKey, Reading]]] = field(factory=dict)
    _lea: dict[int, dict[FieldKey, Reading]] = field(factory=dict)
    _kinds: dict[int, set[str]] = field(factory=dict)

    def add(self, year: int, group: str | None, word: str, level: str) -> None:
        """Keep what a row says."""
        cell = self.words.cell(word, level)
        if year not in self._kinds:
            self._kinds[year], self._groups[year], self._lea[year] = set(), {}, {}
        self._kinds[year].add(cell.kind)
        if group:
            groups, name = self._groups[year], self.words.groups[group]
            if name not in groups:
                groups[name] = {}
            groups[name].update(cell.readings)
        else:
            self._lea[year].update(cell.readings)

    def years(self) -> dict[int, YearFacts]:
        """Return the facts of each year, in order."""
        return {
            year: YearFacts(self._groups.get(year, {}), self._lea.get(year, {}), self._silent(year))
            for year in sorted(self._kinds)
        }

    def _silent(self, year: int) -> frozenset[str]:
        kinds = self._kinds[year]
        return frozenset(one for one in self.silent[year] if self.words.indicators[one].kind in kinds)


def names_of(batch: Batch) -> dict[str, Named]:
    """Return what the LEAs are called; NotUnderstoodError where the rows of one do not agree on it."""
    columns = ("name", "county")
    parts = ", ".join(f"min(nullif(trim({one}), '')), max(nullif(trim({one}), ''))" for one in columns)
    found = batch.rows(f"SELECT lea_code, {parts} FROM {RECORDS} WHERE coalesce(name, county) IS NOT NULL GROUP BY 1")
    named = {}
    for code, name, last_name, county, last_county in found:
        if (name, county) != (last_name, last_county):
            raise NotUnderstoodError
        named[code] = Named(name or "", county or "")
    return named
