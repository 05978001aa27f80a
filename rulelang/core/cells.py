"""The cells of many LEAs in columns, as files are kept in memory, and the readings of one LEA, made when looked at.

A reading takes a hundred bytes, its cell four. So a record of an LEA from files has no readings until somebody asks for
one, and an evaluation takes the columns as they are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

from attrs import define, field

from rulelang.core.record import FieldKey, Reading

K = TypeVar("K")
V = TypeVar("V")

ByGroup = Mapping[str | None, Mapping[FieldKey, Reading]]
"""The readings of an LEA: for each student group, and for None those of the LEA as a whole."""


class CellColumn(NamedTuple):
    """A field of a student group, or of the LEA for None: for each of some LEAs the place of what is said in `values`.

    At the place 0 nothing is said. The values are without their origin.
    """

    group: str | None
    key: FieldKey
    values: Sequence[Reading | None]
    places: Sequence[int]


class Cells(Protocol):
    """What the files of a year say of many LEAs."""

    def of_lea(self, code: str) -> ByGroup:
        """Return the readings of an LEA with their origins."""
        ...

    def columns(
        self, codes: Sequence[str | None], keys: Collection[FieldKey], *, of_groups: bool
    ) -> Iterator[CellColumn]:
        """Yield the columns of some fields of student groups, or of the LEA, for some LEAs by code.

        For None nothing is said, and no two columns are about the same.
        """
        ...


@define(eq=False, repr=False)
class OfCells(Mapping[K, V]):
    """The readings of an LEA in a year, of its student groups by name or of the LEA as a whole.

    They are made of the cells when somebody looks at them, and kept.
    """

    cells: Cells
    code: str
    of_groups: bool
    _made: Mapping[Any, Any] | None = field(default=None, init=False)

    @property
    def _readings(self) -> Mapping[Any, Any]:
        if self._made is None:
            found = self.cells.of_lea(self.code)
            groups = {group: readings for group, readings in found.items() if group is not None}
            self._made = groups if self.of_groups else found.get(None, {})
        return self._made

    def __getitem__(self, key: K) -> V:
        """Return the readings of a student group, or a reading of the LEA; KeyError if there is none."""
        found: V = self._readings[key]
        return found

    def __iter__(self) -> Iterator[K]:
        """Yield the student groups, or the fields of the LEA."""
        return iter(self._readings)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._readings)

    def __repr__(self) -> str:
        """Return them as those of a dictionary are written."""
        return repr(dict(self._readings))

    def __reduce__(self) -> tuple[type[dict[K, V]], tuple[Mapping[Any, Any]]]:
        """Return how they are copied or sent elsewhere: without the cells of the other LEAs."""
        return dict, (self._readings,)
