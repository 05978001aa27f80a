"""What a node makes of the values below it, and of what a published list says: the meaning of the tree, quickly."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cache, lru_cache
from typing import Final, cast

from rulelang.core.operators import OPERATORS, UnknownPolicy
from rulelang.core.record import PublishedFacts
from rulelang.core.tree import (
    NOT_RATED,
    All,
    Any,
    Apply,
    Band,
    Bands,
    Cell,
    Choose,
    Constant,
    Grid,
    Node,
    NotRated,
    PublishedOutcome,
    PublishedTally,
    Tally,
    Value,
)
from rulelang.core.truth import Quantity, Truth, all_of, any_of

Column = tuple[Value, ...]
"""The value of a step: a single one for the LEA, or one for each student group of the vocabulary, in its order."""

REMEMBERED: Final = 4096
"""How many rows of answers a count remembers its verdict on: student groups and LEAs are much alike."""

Rows = Iterable[tuple[Value, ...]]
"""The values of the nodes below a node, for the LEA or for one student group after another."""


def of_rows(node: Node, arguments: Sequence[Node]) -> Callable[[Rows], Column]:
    """Return what gives the values of a node, row by row, from the values of the nodes below it."""
    match node:
        case All():
            return lambda rows: tuple([False if False in row else all_of(_answers(row)) for row in rows])
        case Any():
            return lambda rows: tuple([True if True in row else any_of(_answers(row)) for row in rows])
        case Choose():
            return lambda rows: tuple([chosen(row) for row in rows])
        case Tally():
            quantity = node.quantity
            judged_row = lru_cache(REMEMBERED)(lambda row: judged(quantity, row[::2], row[1::2]))
            return lambda rows: tuple([judged_row(row) for row in rows])
        case Apply():
            return _of_operator(node, arguments)
        case Bands():
            bands = node.bands
            return lambda rows: tuple([banded(bands, number) for (number,) in rows])
        case Grid():
            met = grid_levels(node.cells)
            return lambda rows: tuple([crossed(met, row, column) for row, column in rows])
        case _:
            message = f"a {type(node).__name__} has no values below it"
            raise TypeError(message)


def _of_operator(node: Apply, arguments: Sequence[Node]) -> Callable[[Rows], Column]:
    operator = OPERATORS[node.operator]
    if operator.unknown is UnknownPolicy.OWN or not arguments:
        return lambda rows: tuple([operator(*row) for row in rows])
    meaning, rest = operator.meaning, arguments[1:]
    if all(isinstance(argument, Constant) and argument.value is not None for argument in rest):
        return lambda rows: tuple([None if row[0] is None else meaning(*row) for row in rows])
    return lambda rows: tuple([None if None in row else meaning(*row) for row in rows])


def chosen(row: Sequence[Value]) -> Value:
    """Return the value of a choice, given guard and value of each arm in turn, and last the value otherwise.

    Where a guard cannot be told, that is the value only if both ways, taking the arm and going on, give it.
    """
    result = row[-1]
    for position in range(len(row) - 3, -1, -2):
        guard, value = row[position], row[position + 1]
        if guard is True or (guard is None and value == result):
            result = value
        elif guard is None:
            result = None
    return result


def judged(quantity: Quantity, members: Sequence[Value], mets: Sequence[Value], total: int | None = None) -> Truth:
    """Return the answer of `Quantity.judge` for things given by their columns."""
    return quantity.judge(zip(_answers(members), _answers(mets), strict=True), total)


def banded(bands: Sequence[Band], number: Value) -> Value:
    """Return the level of the band that holds a number, None where it is not established.

    What has no number has no level; of what is unknown the level is unknown too, even where all bands agree.
    """
    if number is None:
        return None
    if not isinstance(number, Fraction):
        return NOT_RATED
    return next((band.level for band in bands if band.holds(number)), None)


GridLevels = Mapping[tuple[str | None, str | None], str | None]
"""The level of each cell by its row and column, and by None for either what all cells of the other agree on."""


def grid_levels(cells: Sequence[Cell]) -> GridLevels:
    """Return what a grid gives for each row and column, known or not; None where that cannot be told."""
    levels: dict[tuple[str | None, str | None], set[str | None]] = {}
    for cell in cells:
        if cell.possible:
            for row, column in ((cell.row, None), (None, cell.column), (None, None)):
                levels.setdefault((row, column), set()).add(cell.level)
    agreed = {key: found.pop() if len(found) == 1 else None for key, found in levels.items()}
    return agreed | {(cell.row, cell.column): cell.level for cell in cells}


def crossed(levels: GridLevels, row: Value, column: Value) -> Value:
    """Return the level where a row and a column meet; not rated on either is not rated."""
    if isinstance(row, NotRated) or isinstance(column, NotRated):
        return NOT_RATED
    return levels.get((cast("str | None", row), cast("str | None", column)))


def _answers(values: Sequence[Value]) -> Sequence[Truth]:
    return cast("Sequence[Truth]", values)


def listed_counts(node: PublishedTally, most: int) -> Callable[[PublishedFacts | None, str], Truth]:
    """Return what says whether, by a published list, a student group met so many priorities, of `most` there are.

    Of a group that is not in the list it is known only that it met fewer than the list speaks of. Nothing is known
    where there is no list, or it does not say which priorities the groups met.
    """

    @cache
    def of_counts(counts: range) -> Truth:
        verdicts = {
            node.quantity.holds(count, total) for count in counts for total in range(count, max(most, count) + 1)
        }
        return verdicts.pop() if len(verdicts) == 1 else None

    def listed(facts: PublishedFacts | None, group: str) -> Truth:
        if facts is None or facts.priorities is None:
            return None
        met = facts.priorities.get(group)
        return of_counts(range(min(facts.fewest, most + 1)) if met is None else range(len(met), len(met) + 1))

    return listed


def listed_outcome(node: PublishedOutcome, facts: PublishedFacts | None) -> Truth:
    """Return whether the LEA had an outcome according to a published list, if the list speaks of it."""
    if facts is None or node.outcome not in facts.stated | facts.held:
        return None
    return node.outcome in facts.held
