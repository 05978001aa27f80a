"""Rows of a file that say the same about different LEAs: only the first of them is read cell by cell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from operator import itemgetter
from typing import Any, Final, NamedTuple

from attrs import define, field

from rulelang.core.vocabulary import Vocabulary
from rulelang.data.cells import exact
from rulelang.data.coded import CodedRows
from rulelang.data.plan import FilePlan
from rulelang.data.report import FileTally
from rulelang.data.text_rows import LineRows, Row

ENOUGH: Final = True
"""Stands for every number of students that is enough for every level."""

Pick = Callable[[Sequence[object]], Any]
"""Returns some cells of a row."""


class Said(NamedTuple):
    """What a row says about an LEA: why it is not used, or its readings, for a student group by its place in a table.

    `reported` are the LEAs that have a row on the indicator.
    """

    reported: set[int]
    reason: str
    table: CodedRows | None = None
    group: int = 0
    readings: tuple[int, ...] = ()


@define(eq=False)
class AlikeRows:
    """What rows of a file say, by the kind of the LEA and the cells that it depends on.

    Of the number of students it matters only whether it is `most` or more, which is enough for every level. The first
    three functions return the place and the kind of the LEA of a row, the cells of its code, and those that matter
    beside the number of students, which is at the position `students`.
    """

    lea_of: Callable[[Row], tuple[int, str]]
    whose: Pick
    about: Pick
    students: int
    most: Fraction
    _leas: dict[object, tuple[int, str]] = field(factory=dict)
    _numbers: dict[object, object] = field(factory=dict)
    _said: dict[tuple[object, ...], Said] = field(factory=dict)

    def read(self, row: Row, tally: FileTally) -> bool:
        """Read a row that says about an LEA what an earlier row said about another; return whether it does."""
        number, cells = row
        whose = self.whose(cells)
        lea, kind = self._leas.get(whose) or self._leas.setdefault(whose, self.lea_of(row))
        said = self._said.get((kind, self._number(cells[self.students]), self.about(cells)))
        if said is None:
            return False
        reported, reason, table, group, readings = said
        if table is None:
            tally.ignored[reason] += 1
        elif table.add((lea, group), number, readings):
            tally.used += 1
        else:
            return False
        reported.add(lea)
        return True

    def keep(self, cells: Sequence[object], kind: str, said: Said) -> None:
        """Keep what a row says about an LEA of a kind."""
        self._said[kind, self._number(cells[self.students]), self.about(cells)] = said

    def _number(self, cell: object) -> object:
        """Return the part of a number of students that makes a difference."""
        if cell not in self._numbers:
            number = exact(str(cell).strip())
            is_enough = number is not None and number >= self.most and number.denominator == 1
            self._numbers[cell] = ENOUGH if is_enough else cell
        return self._numbers[cell]


def alike_rows(vocabulary: Vocabulary, plan: FilePlan, lea_of: Callable[[Row], tuple[int, str]]) -> AlikeRows | None:
    """Return a collection for what the rows of a file say.

    None if nearly every row says something else, as where there are numbers, or something of several indicators.
    `lea_of` returns the place of the LEA of a row, and its kind; it may raise RefusedRowError.
    """
    levels = [level for levels in plan.levels.values() for level in levels]
    about = {at for placed in (plan.group, plan.indicator, *(one.placed for one in levels)) for at in placed.positions}
    students = plan.students.positions
    is_of_use = about and isinstance(plan.table.rows, LineRows) and not plan.file.layout.is_one_table
    if not is_of_use or any(plan.numbers.values()):
        return None
    picks = itemgetter(*plan.code.positions), itemgetter(*about.union(students[1:]))
    needed = (size.students for level in levels for size in vocabulary.minimum_sizes.get(level.scale, ()))
    return AlikeRows(lea_of, *picks, students[0] if students else min(about), max(needed, default=Fraction(0)))
