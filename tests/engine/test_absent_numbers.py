"""What is made of a number that is not rated is not rated, also where another number of it is unknown."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import duckdb
import pytest

from rulelang.core.operators import OPERATORS
from rulelang.core.tree import NOT_RATED, Value
from rulelang.engine.arithmetic import OF_NUMBERS
from rulelang.engine.columns import Numbers
from rulelang.engine.table.numbers import OPERATIONS, absent, constant, unknown

COUNTED = {"divided by": 2, "minus": 2, "times": 2, "rounded": 2, "smallest addition": 4}


def column(value: Value) -> Numbers:
    known, absent = isinstance(value, Fraction), value is NOT_RATED
    return Numbers(int(known), int(absent), [int(value) if isinstance(value, Fraction) else 0], 1)


@pytest.mark.parametrize("name", sorted(OF_NUMBERS))
def test_not_rated_comes_before_unknown(name: str) -> None:
    width, operator = COUNTED.get(name, 3), OPERATORS[name]
    rest = [Fraction(2)] * (width - 2)
    for values in permutations([NOT_RATED, None, *rest]):
        assert operator(*values) is NOT_RATED
        if name not in ("rounded", "smallest addition"):  # the decimals of these are in the rule
            found = OF_NUMBERS[name]([column(one) for one in values])
            assert (found.known, found.absent) == (0, 1)
    for values in permutations([None, *rest, Fraction(2)]):
        assert operator(*values) is None
    known = operator(*[Fraction(2)] * width)
    assert isinstance(known, Fraction)


@pytest.mark.parametrize("name", sorted({*OPERATIONS} - {"rounded"}))
def test_not_rated_comes_before_unknown_in_a_database(name: str) -> None:
    width = 2 if name in COUNTED else 3
    known = constant(Fraction(2))
    of_rule = [known] * (COUNTED.get(name, width) - width)
    for numbers, rated in (([absent(), unknown(), known], 0), ([unknown(), known, known], None), ([known] * 3, 1)):
        for some in permutations(numbers[:width]):
            found = OPERATIONS[name](*some, *of_rule).rated_sql()
            [(value,)] = duckdb.connect().execute(f"SELECT {found.sql(dialect='duckdb')}").fetchall()
            assert value == rated
