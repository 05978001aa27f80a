"""The numbers in the rows of one published file: how they are written, what they are, and what is wrong with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction
from typing import Final

from attrs import define, field

from rulelang.core.record_words import parts_of
from rulelang.core.vocabulary import Vocabulary
from rulelang.data.cells import exact
from rulelang.data.numbers import ALL_PERCENT, PercentagesSeen, can_be, wrong_value
from rulelang.data.plan import FilePlan, NumberColumn
from rulelang.data.text_rows import Row
from rulelang.diagnostics.catalogue import data as say
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.diagnostics.source import DataPlace

Written = tuple[str, Fraction | None]
"""A number as a file writes it, and what it is; None for a blank cell."""

_NO_NUMBER: Final[Written] = "", None


@define
class RowNumbers:
    """Reads the numbers of rows by a plan. `percentages` are those of each column so far."""

    vocabulary: Vocabulary
    plan: FilePlan
    percentages: dict[str, PercentagesSeen] = field(factory=lambda: defaultdict(PercentagesSeen))
    _parts: dict[str, Sequence[tuple[int, int]]] = field(factory=dict)

    def read(self, row: Row, indicator: str, code: str, wrong: list[Diagnostic]) -> list[Written | None]:
        """Return the numbers of an LEA on an indicator; None for each that cannot be so, with a message in `wrong`."""
        columns = self.plan.numbers[indicator]
        numbers = [self._number(row, column, wrong) for column in columns]
        above = list(self._above(numbers, indicator))
        for part, whole in above:
            about = f"`{indicator}` for LEA {code} in {self.plan.file.year}"
            of_part, of_whole = ((columns[at].name, f"`{(numbers[at] or _NO_NUMBER)[0]}`") for at in (part, whole))
            wrong.append(say.part_above_whole(self._place(row, columns[part]), about, of_part, of_whole))
        return [None if any(at in pair for pair in above) else number for at, number in enumerate(numbers)]

    def _number(self, row: Row, column: NumberColumn, wrong: list[Diagnostic]) -> Written | None:
        text = self.plan.text(column.placed, row[1])
        number = exact(text) if text else None
        if text and not can_be(column.number, number, counts=column.counts):
            place, counts = self._place(row, column), column.counts
            wrong.append(wrong_value(place, column.name, text, number, column.number, counts=counts))
            return None
        if number is not None and column.number.at_most == ALL_PERCENT:
            self.percentages[self.plan.header(column.placed)].add(number)
        return text, number

    def _above(self, numbers: Sequence[Written | None], indicator: str) -> Iterator[tuple[int, int]]:
        """Yield the places of each number that is more than what it is a part of, and of that."""
        for part, whole in self._parts_among(indicator):
            (_, number), (_, most) = numbers[part] or _NO_NUMBER, numbers[whole] or _NO_NUMBER
            if number is not None and most is not None and number > most:
                yield part, whole

    def _parts_among(self, indicator: str) -> Collection[tuple[int, int]]:
        """Return the numbers that count a part of another, by their places among those of an indicator."""
        if indicator not in self._parts:
            names = [column.name for column in self.plan.numbers[indicator]]
            pairs = (pair for pair in parts_of(self.vocabulary, indicator) if {*pair} <= {*names})
            self._parts[indicator] = [(names.index(part), names.index(whole)) for part, whole in pairs]
        return self._parts[indicator]

    def _place(self, row: Row, column: NumberColumn) -> DataPlace:
        return DataPlace(str(self.plan.file.path), row[0], self.plan.header(column.placed))
