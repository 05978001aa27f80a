"""A function of the cells of a row, remembered by the cells it asked for.

What is said of a row rests on few of its cells, most of them answers and levels, so that most rows are told alike. The
cells asked for first are the same for every row, and each that follows depends on those before: they make a tree, at
whose leaves stands what was said. A row is told by going down the tree, and only where there is no way on by the
function itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, Final, Generic, TypeVar

from attrs import define, field

T = TypeVar("T")
Cells = Sequence[Any]
Ask = Callable[[int], Any]
"""Returns the cell of a row in a column."""

MOST: Final = 100_000
"""So many rows are remembered, before all is forgotten and learned anew."""


@define(eq=False)
class _Branch:
    column: int
    ways: dict[Any, Any] = field(factory=dict)


@define(eq=False)
class _Leaf(Generic[T]):
    said: T


@define(eq=False)
class Remembered(Generic[T]):
    """What a function says of rows; the function must ask for the cells it needs, and say the same of equal cells."""

    tell: Callable[[Ask], T]
    _first: _Branch | _Leaf[T] | None = None
    _count: int = 0

    def of(self, row: Cells) -> T:
        """Return what the function says of a row."""
        part = self._first
        while type(part) is _Branch:
            part = part.ways.get(row[part.column])
        return part.said if isinstance(part, _Leaf) else self._learned(row)

    def _learned(self, row: Cells) -> T:
        asked: dict[int, Any] = {}

        def ask(column: int) -> Any:  # noqa: ANN401 - a cell of a database
            return asked.setdefault(column, row[column])

        said = self.tell(ask)
        if self._count == MOST:
            self._first, self._count = None, 0
        self._count += 1
        self._keep(list(asked.items()), _Leaf(said))
        return said

    def _keep(self, asked: list[tuple[int, Any]], leaf: _Leaf[T]) -> None:
        """Put a leaf at the end of the way of the cells asked for."""
        if not asked:
            self._first = leaf
            return
        if not isinstance(self._first, _Branch):
            self._first = _Branch(asked[0][0])
        part = self._first
        for (_, cell), (following, _) in pairwise(asked):
            part = part.ways.setdefault(cell, _Branch(following))
        part.ways[asked[-1][1]] = leaf
