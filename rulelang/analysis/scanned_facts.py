"""Plain records evaluated in place: a scan of them as the facts of batches of LEAs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, Protocol, TypeVar

from attrs import define, field

from rulelang.core.record import LeaRecord
from rulelang.core.record_words import NOT_RATED_NOTE
from rulelang.core.vocabulary import Vocabulary
from rulelang.data.scan import Connection, NotUnderstoodError, connection_error, is_lack_of_memory
from rulelang.data.scanned_records import LEAS_AT_A_TIME, ScannedBatch, Worded, record_scan
from rulelang.engine.columns import Column, Names, Numbers, Shape, names_of, rows_at, shape_of, union
from rulelang.engine.evaluate import BatchEvaluation, evaluate_batch
from rulelang.engine.facts import Facts, FieldPlace
from rulelang.engine.steps import Prepared

LEAS_A_SCAN: Final = 1 << 14
"""How many LEAs of plain records are determined at once."""

FEWEST_LEAS: Final = 1 << 12
"""If this many LEAs do not fit into memory, nothing does."""


class Collector(Protocol):
    """Takes the results of one batch of LEAs after another."""

    def add(self, leas: Sequence[LeaRecord], batch: BatchEvaluation) -> None:
        """Take the results of a batch."""
        ...


Collecting = TypeVar("Collecting", bound=Collector)


def over_records(prepared: Prepared, connection: Connection, size: int, begin: Callable[[], Collecting]) -> Collecting:
    """Evaluate the plain records of a connection, and return what has collected the results of all batches.

    The LEAs come by their codes, a batch of some `size` at a time. Raises NotUnderstoodError if a record is wrong,
    there twice, or worded so that only the reader makes it out.
    """
    vocabulary, at_a_time = prepared.ruleset.vocabulary, LEAS_AT_A_TIME
    scan = record_scan(vocabulary, connection)
    while True:
        collecting = begin()
        try:
            for scanned in scan.batches(size, at_a_time):
                collecting.add(scanned.leas, evaluate_batch(prepared, facts_of_scan(vocabulary, scanned)))
        except connection_error() as error:
            if at_a_time <= max(size, FEWEST_LEAS) or not is_lack_of_memory(error):
                raise
            at_a_time //= 4
        else:
            return collecting


def facts_of_scan(vocabulary: Vocabulary, scanned: ScannedBatch) -> Facts:
    """Return the facts of a batch; NotUnderstoodError if two rows say the same thing."""
    shape = shape_of(len(scanned.leas), len(vocabulary.groups))
    kinds: dict[str, list[int]] = defaultdict(list)
    for at, lea in enumerate(scanned.leas):
        kinds[lea.kind].append(at)
    fields = _fields(shape, scanned)
    absent = {place: column.absent for place, column in fields.items() if isinstance(column, Names | Numbers)}
    return Facts(
        shape,
        {kind: rows_at(leas) for kind, leas in kinds.items()},
        fields,
        _silences(scanned.rows),
        notes={place: {NOT_RATED_NOTE: rows} for place, rows in absent.items()},
    )


def _silences(rows: Iterable[Worded]) -> Mapping[tuple[int, str], int]:
    """Return the LEAs that are silent on each indicator of a year: those of which a row says so."""
    by_family: dict[tuple[int, frozenset[str]], int] = defaultdict(int)
    for worded in rows:
        by_family[worded.meaning.silent] |= worded.leas
    found: dict[tuple[int, str], int] = defaultdict(int)
    for (year, indicators), leas in by_family.items():
        for indicator in indicators:
            found[year, indicator] |= leas
    return found


def _fields(shape: Shape, scanned: ScannedBatch) -> Mapping[FieldPlace, Column]:
    fields: dict[FieldPlace, _Field] = {}
    for worded in scanned.rows:
        for year, group, key, level in worded.meaning.cells:
            place = year, key, group is not None
            if place not in fields:
                fields[place] = _Field(shape, of_groups=group is not None)
            fields[place].put(worded, group or 0, level)
    return {place: one.column(scanned.unit) for place, one in fields.items()}


@define(eq=False)
class _Field:
    """What rows say of a field of a year: the LEAs that have each level or none, by student group, and the numbers."""

    shape: Shape
    of_groups: bool = field(kw_only=True)
    levels: dict[str | None, list[int]] = field(factory=dict)
    rated: list[int] = field(init=False)
    tops: list[int] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        self.rated = self._lanes()

    def put(self, worded: Worded, lane: int, level: str | None) -> None:
        """Take the rows of a wording, for a student group; NotUnderstoodError if one says something again."""
        if worded.leas & union(leas[lane] for leas in (self.rated, *self.levels.values())):
            raise NotUnderstoodError
        rated = rows_at(worded.rated)
        self.rated[lane] |= rated
        self.levels.setdefault(level, self._lanes())[lane] |= worded.leas & ~rated
        if worded.rated:
            self.tops = self.tops or [0] * (self.shape.group_rows if self.of_groups else self.shape.size)
            first = lane * self.shape.size
            for lea, number in zip(worded.rated, worded.numbers, strict=True):
                self.tops[first + lea] = number

    def column(self, unit: int) -> Column:
        """Return the column, numbers as so many of a unit."""
        absent = self._rows(self.levels.pop(None, self._lanes()))
        if self.tops:
            return Numbers(self._rows(self.rated), absent, self.tops, unit)
        return names_of({level: self._rows(leas) for level, leas in self.levels.items() if level is not None}, absent)

    def _lanes(self) -> list[int]:
        return [0] * (self.shape.groups if self.of_groups else 1)

    def _rows(self, lanes: list[int]) -> int:
        return self.shape.joined(lanes) if self.of_groups else lanes[0]
