"""Plain records evaluated where they are: the cells that a scan makes bits of are the facts of a batch of LEAs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Final, Protocol, TypeVar

from attrs import field, frozen

from rulelang.core.vocabulary import Vocabulary
from rulelang.data.record_words import NOT_RATED_NOTE
from rulelang.data.scan import Connection, NotUnderstoodError, connection_error, is_lack_of_memory
from rulelang.data.scan_bits import CellBatch, CellScan, UnforeseenError, cell_scans
from rulelang.engine.columns import SMALL, Column, Names, Shape, rows_where, shape_of
from rulelang.engine.evaluate import BatchEvaluation, evaluate_batch
from rulelang.engine.facts import Facts, FieldPlace
from rulelang.engine.steps import Prepared


def facts_of_cells(vocabulary: Vocabulary, cells: CellBatch) -> Facts:
    """Return the facts; a column of levels is made of the cells when it is asked for."""
    shape = shape_of(len(cells.codes), len(vocabulary.groups))
    return Facts(
        shape, _kinds(vocabulary, cells), _Fields(cells, shape), _silences(vocabulary, cells), note=NOT_RATED_NOTE
    )


def _kinds(vocabulary: Vocabulary, cells: CellBatch) -> dict[str, int]:
    """Return the LEAs of each kind."""
    found: dict[str, int] = {}
    for at, kind in enumerate(vocabulary.kinds):
        is_it = bytes(one == at for one in range(256))
        found[kind.name] = found.get(kind.name, 0) | rows_where(cells.kinds.translate(is_it))
    return found


def _silences(vocabulary: Vocabulary, cells: CellBatch) -> dict[tuple[int, str], int]:
    """Return the LEAs for which a missing cell is not rated: those that have a row on any indicator of the kind.

    That holds for the indicators that any row of the year names, and for those not reported in the year.
    """
    with_rows = cache(cells.with_rows)
    return {
        (year, one.name): with_rows(year, one.kind)
        for year in cells.layout.years
        for one in vocabulary.indicators
        if (year, one.name) in cells.layout.said or not one.reported_in(year)
    }


@frozen(eq=False)
class _Fields(Mapping[FieldPlace, Column]):
    """The columns of all fields that the rows are about, made when they are asked for."""

    cells: CellBatch
    shape: Shape
    _made: dict[FieldPlace, Names] = field(factory=dict)

    def __getitem__(self, place: FieldPlace) -> Names:
        """Return the column of a field; KeyError where no row is about it."""
        if place not in self._made:
            self._made[place] = self._column(place)
        return self._made[place]

    def __iter__(self) -> Iterator[FieldPlace]:
        """Yield the fields."""
        return iter(self.cells.layout.places)

    def __len__(self) -> int:
        """Return how many fields there are."""
        return len(self.cells.layout.places)

    def _column(self, place: FieldPlace) -> Names:
        levels = [level for level in self.cells.layout.places[place] if level is not None]
        absent = self._rows(place, self.cells.having(place, None))
        present = self._rows(place, self.cells.having_any(place)) & ~absent
        by_level = _Levels(levels, lambda level: self._rows(place, self.cells.having(place, level)))
        return Names(by_level, present, absent)

    def _rows(self, place: FieldPlace, lanes: list[bytes]) -> int:
        *groups, lea = lanes[: self.shape.groups + 1]
        if not place[2]:
            return int.from_bytes(lea, "little")
        if self.shape.size < SMALL:
            return self.shape.joined(int.from_bytes(leas, "little") for leas in groups)
        return int.from_bytes(b"".join(groups), "little")


@frozen(eq=False)
class _Levels(Mapping[str, int]):
    """The rows that have each level, made when they are asked for: rules ask for few."""

    levels: Sequence[str]
    make: Callable[[str], int]
    _made: dict[str, int] = field(factory=dict)

    def __getitem__(self, level: str) -> int:
        """Return the rows that have a level; KeyError for one that there is no word for."""
        if level not in self._made:
            if level not in self.levels:
                raise KeyError(level)
            self._made[level] = self.make(level)
        return self._made[level]

    def __iter__(self) -> Iterator[str]:
        """Yield the levels."""
        return iter(self.levels)

    def __len__(self) -> int:
        """Return how many levels there are."""
        return len(self.levels)


MORE_PARTS: Final = 4
MOST_PARTS: Final = 64
"""Into how many parts the LEAs are divided, at the most, that one part of them fits into memory."""


class Collector(Protocol):
    """Takes the results of one batch of LEAs after another."""

    def add(self, cells: CellBatch, batch: BatchEvaluation) -> None:
        """Take the results of a batch."""
        ...


Collecting = TypeVar("Collecting", bound=Collector)


def over_cells(prepared: Prepared, connection: Connection, begin: Callable[[], Collecting]) -> Collecting:
    """Evaluate the plain records of a connection, and return what has collected the results of all batches.

    Raises NotUnderstoodError where a record is wrong, there twice, or worded so that only the reader makes it out.
    """
    vocabulary = prepared.ruleset.vocabulary
    scans, parts = cell_scans(vocabulary, connection), 1
    scan: CellScan | None = next(scans)
    while scan is not None:
        collecting = begin()
        try:
            for cells in scan.batches(parts):
                collecting.add(cells, evaluate_batch(prepared, facts_of_cells(vocabulary, cells)))
        except UnforeseenError:
            scan = next(scans, None)  # which knows the words of all rows
        except connection_error() as error:
            if parts == MOST_PARTS or not is_lack_of_memory(error):
                raise
            parts *= MORE_PARTS
        else:
            return collecting
    raise NotUnderstoodError
