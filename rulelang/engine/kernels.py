"""The function on columns for each operator of `core.operators`: the one table in which the evaluator looks them up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from rulelang.core.tree import Call, named_test
from rulelang.engine.arithmetic import COMPARISONS, OF_NUMBERS, as_numbers
from rulelang.engine.choices import as_answers, first_known, known_rows
from rulelang.engine.columns import Answers, Column, Names, Numbers

Kernel = Callable[[Sequence[Column], int, int], Column]
"""Makes the column of a call from the columns of its arguments, the set of all rows, and the number of rows."""


def kernel_of(node: Call) -> Kernel:
    """Return the function that makes the column of a call; KeyError if the operator has none."""
    return KERNELS[node.operator](node)


def _of_numbers(result: Callable[[Sequence[Numbers]], Column]) -> Kernel:
    return lambda parts, _, length: result([as_numbers(part, length) for part in parts])


def _and(parts: Sequence[Column], everyone: int, _: int) -> Answers:
    yes, no = everyone, 0
    for part in parts:
        part_yes, part_no = as_answers(part)
        yes &= part_yes
        no |= part_no
    return Answers(yes, no)


def _or(parts: Sequence[Column], everyone: int, _: int) -> Answers:
    yes, no = 0, everyone
    for part in parts:
        part_yes, part_no = as_answers(part)
        yes |= part_yes
        no &= part_no
    return Answers(yes, no)


def _not(parts: Sequence[Column], _everyone: int, _length: int) -> Answers:
    answers = as_answers(parts[0])
    return Answers(answers.no, answers.yes)


def _known_or_no(parts: Sequence[Column], everyone: int, _: int) -> Answers:
    answers = as_answers(parts[0])
    return Answers(answers.yes, everyone & ~answers.yes)


def _is_rated(parts: Sequence[Column], _everyone: int, _length: int) -> Answers:
    column = parts[0]
    if isinstance(column, Answers):
        return Answers(column.yes | column.no, 0)
    return Answers(column.present if isinstance(column, Names) else column.known, column.absent)


def _is_one_of(node: Call) -> Kernel:
    """Return whether a name is one of those in the rule; a row without a name is not."""
    test = named_test(node)
    if test is None:
        return lambda _parts, _everyone, _length: Answers(0, 0)
    _, names = test

    def kernel(parts: Sequence[Column], _everyone: int, _length: int) -> Answers:
        column = parts[0]
        if not isinstance(column, Names):
            return Answers(0, known_rows(column))
        by_name, yes = column.by_name, 0
        for name in names:
            if name in by_name:
                yes |= by_name[name]
        return Answers(yes, (column.present | column.absent) & ~yes)

    return kernel


_WHATEVER_ITS_ARGUMENTS: Mapping[str, Kernel] = {
    "and": _and,
    "or": _or,
    "not": _not,
    "known or no": _known_or_no,
    "is rated": _is_rated,
    "first known": lambda parts, everyone, length: first_known(parts[0], parts[1], length, everyone),
    **{name: _of_numbers(result) for name, result in OF_NUMBERS.items()},
    **{name: _of_numbers(compared) for name, compared in COMPARISONS.items()},
}


def _always(kernel: Kernel) -> Callable[[Call], Kernel]:
    return lambda _node: kernel


KERNELS: Final[Mapping[str, Callable[[Call], Kernel]]] = MappingProxyType(
    {"is one of": _is_one_of, **{name: _always(kernel) for name, kernel in _WHATEVER_ITS_ARGUMENTS.items()}}
)
"""Makes the function of a call, by the name of its operator."""
