"""Plain records of numbers and levels as the facts of batches of LEAs, evaluated where a scan of them is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from attrs import define, field

from rulelang.core.record import FieldKey
from rulelang.core.vocabulary import Vocabulary
from rulelang.data.record_words import NOT_RATED_NOTE
from rulelang.data.scan import Connection, NotUnderstoodError
from rulelang.data.scan_cells import ScannedBatch, Worded, number_scan
from rulelang.engine.columns import Column, Numbers, Shape, names_of, rows_where, shape_of
from rulelang.engine.evaluate import BatchEvaluation, evaluate_batch
from rulelang.engine.facts import Facts, FieldPlace
from rulelang.engine.steps import Prepared

LEAS_A_BATCH: Final = 1024
"""So many LEAs have so many numbers that what is said of several of them is said once, and few enough for memory."""


def over_numbers(prepared: Prepared, connection: Connection) -> Iterator[tuple[ScannedBatch, BatchEvaluation]]:
    """Yield the LEAs of the plain records of a connection by their codes, evaluated, some at a time.

    Raises NotUnderstoodError where a record is wrong, there twice, or worded so that only the reader makes it out.
    """
    vocabulary = prepared.ruleset.vocabulary
    for scanned in number_scan(vocabulary, connection).batches(LEAS_A_BATCH):
        yield scanned, evaluate_batch(prepared, facts_of_numbers(vocabulary, scanned))


def facts_of_numbers(vocabulary: Vocabulary, scanned: ScannedBatch) -> Facts:
    """Return the facts; NotUnderstoodError where two rows say the same thing."""
    shape = shape_of(len(scanned.leas), len(vocabulary.groups))
    kinds: dict[str, bytearray] = defaultdict(lambda: bytearray(shape.size))
    for at, lea in enumerate(scanned.leas):
        kinds[lea.kind][at] = 1
    return Facts(
        shape,
        {kind: rows_where(leas) for kind, leas in kinds.items()},
        _fields(shape, scanned),
        _silences(shape, scanned.rows),
        note=NOT_RATED_NOTE,
    )


def _silences(shape: Shape, rows: Iterable[Worded]) -> Mapping[tuple[int, str], int]:
    """Return the LEAs that are silent on each indicator of a year: those of which a row says so."""
    by_family: dict[tuple[int, frozenset[str]], bytearray] = defaultdict(lambda: bytearray(shape.size))
    for worded in rows:
        leas = by_family[worded.meaning.silent]
        for lea in (*worded.rated, *worded.others):
            leas[lea] = 1
    found: dict[tuple[int, str], int] = defaultdict(int)
    for (year, indicators), leas in by_family.items():
        for indicator in indicators:
            found[year, indicator] |= rows_where(leas)
    return found


def _fields(shape: Shape, scanned: ScannedBatch) -> Mapping[FieldPlace, Column]:
    fields: dict[FieldPlace, _Field] = {}
    for worded in scanned.rows:
        for year, group, key, level in worded.meaning.cells:
            place = year, key, group is not None
            if place not in fields:
                fields[place] = _Field(shape.size if group is None else shape.group_rows)
            fields[place].put(worded, (group or 0) * shape.stride, level)
    return {place: one.column(_unit(scanned.decimals, place[1])) for place, one in fields.items()}


def _unit(decimals: Mapping[FieldKey, int], key: FieldKey) -> int:
    return int(10 ** decimals.get(key, 0))


_ABSENT, _NUMBER = 1, 2


@define(eq=False)
class _Field:
    """A field of a year row by row: a number or a mark of what is in a row; 0 where nothing does."""

    length: int
    count: int = 0
    marks: bytearray = field(init=False)
    tops: list[int] = field(factory=list)
    levels: list[str] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        self.marks = bytearray(self.length)

    def put(self, worded: Worded, first: int, level: str | None) -> None:
        """Take the rows of a wording, for a student group whose LEAs begin at `first`."""
        self.count += len(worded.rated) + len(worded.others)
        marks, other = self.marks, self._mark(level)
        for lea in worded.others:
            marks[first + lea] = other
        if worded.rated:
            tops = self.tops = self.tops or [0] * self.length
            for lea, number in zip(worded.rated, worded.numbers, strict=True):
                tops[first + lea] = number
                marks[first + lea] = _NUMBER

    def _mark(self, level: str | None) -> int:
        if level is None:
            return _ABSENT
        if level not in self.levels:
            self.levels.append(level)
        return _NUMBER + 1 + self.levels.index(level)

    def column(self, unit: int) -> Column:
        """Return the column, numbers as so many of a unit; NotUnderstoodError where a row was put twice."""
        if self.length - self.marks.count(0) != self.count:
            raise NotUnderstoodError
        absent = self._rows(_ABSENT)
        if self.tops:
            return Numbers(self._rows(_NUMBER), absent, self.tops, unit)
        return names_of({level: self._rows(_NUMBER + 1 + at) for at, level in enumerate(self.levels)}, absent)

    def _rows(self, mark: int) -> int:
        return rows_where(self.marks.translate(bytes(one == mark for one in range(256))))
