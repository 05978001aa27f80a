"""Choices on columns: one value or another by an answer, and the first value that is known.

An unknown answer never falls through: the result is what both ways agree on.
"""

from __future__ import annotations

from rulelang.engine.arithmetic import as_numbers, chosen_numbers, same_numbers
from rulelang.engine.columns import Answers, Column, Names, Numbers, names_of


def as_answers(column: Column) -> Answers:
    """Return a column as a column of answers; a value that is not an answer is unknown."""
    return column if isinstance(column, Answers) else Answers(0, 0)


def chosen(guard: Answers, value: Column, otherwise: Column, length: int) -> Column:
    """Return the value if the guard is yes and `otherwise` if it is no; if it is unknown, what both agree on."""
    first, second = _of_one_kind(value, otherwise, length)
    if isinstance(first, Answers) and isinstance(second, Answers):
        return Answers(_either(guard, first.yes, second.yes), _either(guard, first.no, second.no))
    if isinstance(first, Names) and isinstance(second, Names):
        names = [*first.by_name, *(name for name in second.by_name if name not in first.by_name)]
        by_name = {name: _either(guard, first.by_name.get(name, 0), second.by_name.get(name, 0)) for name in names}
        return names_of(by_name, _either(guard, first.absent, second.absent))
    one, other = as_numbers(first, length), as_numbers(second, length)
    return _chosen_numbers(guard, one, other)


def _either(guard: Answers, first: int, second: int) -> int:
    return (guard.yes & first) | (guard.no & second) | (first & second & ~(guard.yes | guard.no))


def _chosen_numbers(guard: Answers, first: Numbers, second: Numbers) -> Numbers:
    unsure = ~(guard.yes | guard.no)
    known, absent, tops, bottoms, _ = chosen_numbers(guard.yes | unsure, first, second)
    doubtful = known & unsure & ~same_numbers(first, second) if unsure & known else 0
    absent = _either(guard, first.absent, second.absent)
    taken = ((guard.yes, first.ranges), (guard.no, second.ranges))
    ranges = {row: one for rows, of_rows in taken for row, one in of_rows.items() if rows >> row & 1}
    return Numbers(known & ~doubtful, absent, tops, bottoms, ranges)


def _of_one_kind(first: Column, second: Column, length: int) -> tuple[Column, Column]:
    """Return two columns as columns of one kind: the kind of the one that holds more than absent values."""
    if type(first) is type(second):
        return first, second
    if isinstance(first, Names) and not first.by_name:
        return _nameless_as(second, first, length), second
    if isinstance(second, Names) and not second.by_name:
        return first, _nameless_as(first, second, length)
    return as_numbers(first, length), as_numbers(second, length)


def _nameless_as(kind: Column, nameless: Names, length: int) -> Column:
    return as_numbers(nameless, length) if isinstance(kind, Numbers) else Answers(0, 0)


def first_known(first: Column, second: Column, length: int, everyone: int) -> Column:
    """Return the first value if it is known, and otherwise the second."""
    known = known_rows(first)
    return chosen(Answers(known, everyone & ~known), first, second, length)


def known_rows(column: Column) -> int:
    """Return the rows whose value is known; an absent value is known."""
    if isinstance(column, Answers):
        return column.yes | column.no
    return (column.present if isinstance(column, Names) else column.known) | column.absent


def as_names(column: Column) -> Names:
    """Return a column as a column of names; a known value that is not a name counts as absent."""
    return column if isinstance(column, Names) else Names({}, 0, known_rows(column))
