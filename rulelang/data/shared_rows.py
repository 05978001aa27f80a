"""The rows of a state's results, kept compactly: what many rows share is stored once."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any, Final, overload

from attrs import define, field

Cell = str | int | None
Row = tuple[Cell, ...]

PLACES: Final = "I"
"""The type of an array of places."""


@define(eq=False)
class Block:
    """Some neighboring columns of a table: the different cells there together, and for each row their place.

    All cells of a block are of one length.
    """

    values: list[Row] = field(factory=list, repr=False)
    which: array[int] = field(factory=lambda: array(PLACES), repr=False)
    _places: dict[Row, int] = field(factory=dict, repr=False)

    def place(self, cells: Row) -> int:
        """Return the place of some cells, put there if they are new."""
        found = self._places.setdefault(cells, len(self.values))
        if found == len(self.values):
            self.values.append(cells)
        return found

    def rows(self) -> Iterator[Row]:
        """Yield the cells of each row."""
        return map(self.values.__getitem__, self.which)


@define(eq=False)
class SharedRows(Sequence[Row]):
    """Rows that are assembled when they are asked for, from the blocks of their columns, from left to right."""

    blocks: Sequence[Block] = field(repr=False)

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self.blocks[0].which)

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows."""
        return map(tuple, map(chain.from_iterable, zip(*(block.rows() for block in self.blocks), strict=True)))

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Row, ...]: ...
    def __getitem__(self, at: int | slice) -> Row | tuple[Row, ...]:
        """Return a row, or some of them."""
        if isinstance(at, slice):
            return tuple(self[one] for one in range(*at.indices(len(self))))
        return tuple(chain.from_iterable(block.values[block.which[at]] for block in self.blocks))

    def column(self, at: int) -> Iterator[Cell]:
        """Yield the cells of a column; IndexError if there are fewer."""
        for block in self.blocks:
            width = len(block.values[0]) if block.values else 0
            if at < width:
                return map([cells[at] for cells in block.values].__getitem__, block.which)
            at -= width
        if any(block.values for block in self.blocks):
            raise IndexError
        return iter(())

    def __eq__(self, other: object) -> bool:
        """Return whether the rows are the same, however they are kept."""
        if not isinstance(other, SharedRows | tuple | list):
            return NotImplemented
        return len(self) == len(other) and all(mine == theirs for mine, theirs in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]


def column_of(rows: Iterable[Row], at: int) -> Iterator[Any]:
    """Yield the cells of a column of rows, whatever they are kept in."""
    return rows.column(at) if isinstance(rows, SharedRows) else map(itemgetter(at), rows)
