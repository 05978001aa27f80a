"""From words of bits back to what they say: the levels of cells, as far as the rules ask for them.

What would settle an LEA that cannot be told is said by the record engine from a record made of its words, and the
evidence of a rule from the few levels that it shows. A level that no rule asks for is only known to be one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from attrs import frozen

from rulelang.core.record import FieldKey, LeaRecord, Reading, YearFacts
from rulelang.engine.table.batch import Batch
from rulelang.engine.table.bits import Layout, word_name
from rulelang.engine.table.names import FOLDED, LEA_RESULTS, RECORDS, NotUnderstoodError

OTHER: Final = "a level that no rule asks for"

Readings = Mapping[int, dict[FieldKey, Reading]]
"""What cells say, by year."""


@frozen
class Named:
    """What an LEA is called and where it is."""

    name: str = ""
    county: str = ""


@frozen
class _Cell:
    """Where the bits of a field are, and what each number in them says."""

    year: int
    key: FieldKey
    kind: str
    mask: int
    readings: Mapping[int, Reading]


@frozen
class Decoder:
    """Makes out the words of a batch; `note` says why a cell is not rated."""

    silent: Mapping[int, Mapping[str, str]]  # by year: the indicators of which silence says something, with their kinds
    cells: Mapping[int, tuple[_Cell, ...]]  # by the number of the word

    @classmethod
    def of(cls, batch: Batch, note: str) -> Decoder:
        """Return the decoder of a batch."""
        kinds = {one.name: one.kind for one in batch.prepared.ruleset.vocabulary.indicators}
        silent = {year: {name: kinds[name] for name in names} for year, names in batch.silent.items()}
        return cls(silent, dict(_cells(batch.layout, Reading(None, note))))

    def readings(self, words: Mapping[int, int]) -> Readings:
        """Return what the cells say that stand in words, by the number of each word."""
        found: dict[int, dict[FieldKey, Reading]] = {}
        for number, word in words.items():
            for cell in self.cells[number]:
                bits = word & cell.mask
                if bits:
                    found.setdefault(cell.year, {})[cell.key] = cell.readings[bits]
        return found

    def kinds(self, words: Mapping[int, int]) -> set[tuple[str, int]]:
        """Return the kinds of indicator with any cell in words, each with the year."""
        return {
            (cell.kind, cell.year) for number, word in words.items() for cell in self.cells[number] if word & cell.mask
        }

    def facts(
        self, groups: Mapping[str, Readings], lea: Readings, kinds: Collection[tuple[str, int]]
    ) -> dict[int, YearFacts]:
        """Return the facts of each year, given the readings and of which kinds the LEA has rows in which years."""
        return {
            year: YearFacts(
                {name: readings[year] for name, readings in groups.items() if year in readings},
                lea.get(year, {}),
                frozenset([one for one, kind in silent.items() if (kind, year) in kinds]),
            )
            for year, silent in self.silent.items()
        }


def _cells(layout: Layout, not_rated: Reading) -> Iterator[tuple[int, tuple[_Cell, ...]]]:
    for fold in layout.folds:
        yield (
            fold.word.number,
            tuple(
                _Cell(
                    slot.year,
                    (slot.indicator.name, scale),
                    slot.indicator.kind,
                    place.mask,
                    {
                        place.other: Reading(OTHER),
                        place.not_rated: not_rated,
                        **{number: Reading(level) for level, number in place.levels.items()},
                    },
                )
                for slot in fold.slots
                for scale, place in slot.places.items()
            ),
        )


def records_of(batch: Batch, codes: Collection[str], named: Mapping[str, Named], note: str) -> Iterator[LeaRecord]:
    """Yield the records of LEAs by code, as far as the rules ask; `note` says why a cell is not rated."""
    decoder = Decoder.of(batch, note)
    kinds = dict(
        batch.connection.execute(
            f"SELECT lea, kind FROM {LEA_RESULTS} WHERE lea IN (SELECT unnest(?))", [sorted(codes)]
        ).fetchall()
    )
    numbers = [fold.word.number for fold in batch.layout.folds]
    columns = ", ".join(word_name(fold) for fold in batch.layout.folds)
    rows = batch.connection.execute(
        f"SELECT lea, student_group, {columns} FROM {FOLDED} WHERE lea IN (SELECT unnest(?)) ORDER BY lea",
        [sorted(codes)],
    ).fetchall()
    for code, of_lea in groupby(rows, itemgetter(0)):
        known = named.get(code, Named())
        yield LeaRecord(code, known.name, known.county, kinds[code], _facts(batch, decoder, numbers, of_lea))


def _facts(batch: Batch, decoder: Decoder, numbers: list[int], rows: Iterator[tuple[Any, ...]]) -> dict[int, YearFacts]:
    groups: dict[str, Readings] = {}
    lea: Readings = {}
    kinds: set[tuple[str, int]] = set()
    for _, place, *values in rows:
        words = dict(zip(numbers, values, strict=True))
        kinds |= decoder.kinds(words)
        if place is None:
            lea = decoder.readings(words)
        else:
            groups[batch.prepared.groups[place].name] = decoder.readings(words)
    return decoder.facts(groups, lea, kinds)


def names_of(batch: Batch) -> dict[str, Named]:
    """Return what the LEAs are called; NotUnderstoodError where the rows of one do not agree on it."""
    columns = ("name", "county")
    parts = ", ".join(f"min(nullif(trim({one}), '')), max(nullif(trim({one}), ''))" for one in columns)
    found = batch.rows(f"SELECT lea_code, {parts} FROM {RECORDS} WHERE coalesce(name, county) IS NOT NULL GROUP BY 1")
    named = {}
    for code, name, last_name, county, last_county in found:
        if (name, county) != (last_name, last_county):
            raise NotUnderstoodError
        named[code] = Named((name or "").strip(), (county or "").strip())  # of blanks that DuckDB does not trim
    return named
