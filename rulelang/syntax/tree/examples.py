"""The lines of an example as written."""

from __future__ import annotations

from fractions import Fraction

from attrs import field, frozen

from rulelang.syntax.tree.conditions import NumberName
from rulelang.syntax.tree.statements import Subject
from rulelang.syntax.tree.words import Name, Node, Number, Statement, Text, joints_field


@frozen(eq=False, repr=False)
class ExampleLine(Statement):
    """`example "Red on ELA and Orange on Math"`; with `in 2025 only` later years do not take it over."""

    title: Text
    only_in: Number | None = None


@frozen(eq=False, repr=False)
class GivenLine(Statement):
    """`given a school district`; with a name, as in `given a school "Elm"`, the facts below it are of that entity."""

    kind: Name
    name: Text | None = None


@frozen(eq=False, repr=False)
class GivenYearLine(Statement):
    """`given in 2017 and 2018`, `given this year and 2 Dashboard years ago`: the facts below are of those years.

    `ago` says of years how many Dashboard years ago they are, and `each_of_last` how many of the last years are meant,
    as in `given in each of the last 3 Dashboard years`. Last year alone has none of the three.
    """

    years: tuple[Number, ...]
    ago: tuple[int, ...] = ()
    each_of_last: int = 0


@frozen(eq=False, repr=False)
class Fact(Node):
    """`Red on ELA`, `not rated on Math`, `unknown on state indicators`; `level` is None for not rated and unknown.

    `both` says that the word is before the indicators.
    """

    level: Name | None
    unknown: bool
    indicators: tuple[Name, ...]
    of_kind: Name | None = None
    both: bool = field(default=False, eq=False, repr=False)
    joints: tuple[Name, ...] = joints_field()


@frozen(eq=False, repr=False)
class FactLine(Statement):
    """`African American: Red on ELA, Orange on Math`; without a group, facts of the LEA.

    Facts may be of numbers too: `White: suspended students 4 on Suspension Rate`. Numbers alone may be `given` at the
    head of the line: `given four-year graduates 95, four-year cohort 100`.
    """

    groups: tuple[Name, ...]
    facts: tuple[Fact | NumberFact, ...]
    given: bool = False
    joints: tuple[Name, ...] = joints_field()


@frozen(eq=False, repr=False)
class ExpectLine(Statement):
    """`expect African American meets Priority 4 by 4b`; `answer` is yes, no, cannot tell or suspended."""

    group: Name | None
    outcome: Name | None
    answer: str
    by: tuple[Name, ...] = ()


@frozen(eq=False, repr=False)
class NumberFact(Node):
    """`suspended students 4` in a fact line or a `given` line; `unknown suspended students` has no value.

    `not rated suspended students` has none either: it is known that there is no such number. `indicator` is that of
    `suspended students 4 on Suspension Rate`, None if the fact names none.
    """

    number: NumberName
    value: Fraction | str | None
    indicator: Name | None = None
    not_rated: bool = False


@frozen(eq=False, repr=False)
class ExpectValue(Statement):
    """`expect combined graduation rate 95.2`, `expect White: Suspension Rate Status Medium`, `expect cannot tell …`.

    `answer` is `number` or `level`, or with `value` None `cannot tell` or `not rated`; of a measure that is not a scale
    these are about the number. `decimals` is how many a number is written with.
    """

    subject: Subject
    value: Fraction | Name | None
    answer: str
    group: Name | None = None
    decimals: int = 0
