"""The rows of a state's results, kept small: what many rows have in common stands there once."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Any, overload

from attrs import define, field

from rulelang.analysis.result_tables import Cell

Row = tuple[Cell, ...]


@define(eq=False)
class SharedRows(Sequence[Row]):
    """Rows that are put together when they are asked for, each from the cells of its LEA and those behind them.

    `heads` are the first cells of the rows of each LEA, and those of the one at a place go on with the `tails` that
    `which[starts[place]]` and the following name, up to `starts[place + 1]`.
    """

    heads: Sequence[Row] = field(repr=False)
    tails: Sequence[Row] = field(repr=False)
    which: array[int] = field(repr=False)
    starts: Sequence[int] = field(repr=False)

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self.which)

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows."""
        tails, which = self.tails, self.which
        for place, head in enumerate(self.heads):
            for at in range(self.starts[place], self.starts[place + 1]):
                yield head + tails[which[at]]

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Row, ...]: ...
    def __getitem__(self, at: int | slice) -> Row | tuple[Row, ...]:
        """Return a row, or some of them."""
        if isinstance(at, slice):
            return tuple(self[one] for one in range(*at.indices(len(self))))
        place = range(len(self))[at]
        return self.heads[bisect_right(self.starts, place) - 1] + self.tails[self.which[place]]

    def __eq__(self, other: object) -> bool:
        """Return whether there are the same rows, in whatever they are kept."""
        if not isinstance(other, SharedRows | tuple | list):
            return NotImplemented
        return len(self) == len(other) and all(mine == theirs for mine, theirs in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]


@define(eq=False)
class Tails:
    """Cells that several rows have in common, each kept once, with a place to know it by."""

    kept: list[Row] = field(factory=list)
    _places: dict[Any, int] = field(factory=dict)

    def place(self, row: Row) -> int:
        """Return the place of some cells, put there if they are new."""
        found = self._places.setdefault(row, len(self.kept))
        if found == len(self.kept):
            self.kept.append(row)
        return found
