"""Conditions and expressions as written: one kind of each, for rules and for statements about levels."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from attrs import field, frozen

from rulelang.syntax.tree.words import Name, Node, Number, Quantity, Text, joints_field


@frozen(eq=False, repr=False)
class Levels(Node):
    """`Red`, `Red or Orange`, `Orange or worse`, `worse than Yellow`, `rated`, `not rated`.

    `reach` is worse, better, worse than, better than, rated or not rated. `said` is the author's word where it was
    `lower` or `higher`, which could mean the opposite where a lower number is better.
    """

    names: tuple[Name, ...]
    reach: str | None = None
    joints: tuple[Name, ...] = joints_field()
    said: str | None = field(default=None, eq=False, repr=False, kw_only=True)


@frozen(eq=False, repr=False)
class Targets(Node):
    """The indicators of a level test, or the priorities of a list; `how` many of them are meant.

    `how` is both, either, any of, all of, a conjunction, or a quantity.
    """

    names: tuple[Name, ...]
    how: str | Quantity | None = None
    joints: tuple[Name, ...] = joints_field()


@frozen(eq=False, repr=False)
class LevelTest(Node):
    """`Red on both ELA and Math`; with `other`, `Red on ELA or Math and Orange on the other`."""

    levels: Levels
    targets: Targets
    other: Levels | None = None


@frozen(eq=False, repr=False)
class OutcomeTest(Node):
    """`Method 1`, `Differentiated Assistance criteria are met`, and the `meets Priority 4` of a student group."""

    outcome: Name


@frozen(eq=False, repr=False)
class PriorityListTest(Node):
    """The `meets both Priority 4 and Priority 6` of a student group."""

    targets: Targets


@frozen(eq=False, repr=False)
class IndicatorTest(Node):
    """`all indicators are Red or Orange with at least one Red`, `all indicators but one are Red`.

    `each` says that they are the same indicators in every year of a window.
    """

    quantity: Quantity
    levels: Levels
    kind: Name | None = None
    but: Number | None = None
    at_least: Number | None = None
    at_least_levels: Levels | None = None
    each: bool = False


@frozen(eq=False, repr=False)
class GroupTest(Node):
    """`3 or more student groups (or all, if fewer than 3) each meet 2 or more priorities`.

    `condition` is what a student group meets or is: all parts of a chain are asked of one and the same group. `named`
    are the student groups of `English Learners and Foster Youth meet Priority 4`, to which the quantity applies; none
    if all of them are counted. `same` says that `each` was written as `the same`.
    """

    quantity: Quantity
    condition: Condition
    or_all: Number | None = None
    each: bool = False
    same: bool = field(default=False, eq=False, repr=False, kw_only=True)
    named: tuple[Name, ...] = ()
    joints: tuple[Name, ...] = joints_field()


@frozen(eq=False, repr=False)
class PrioritiesMet(Node):
    """`2 or more priorities are met on local indicators`, and the `meets 2 or more priorities` of a student group."""

    quantity: Quantity
    kind: Name | None = None


@frozen(eq=False, repr=False)
class RelatedTest(Node):
    """`any school of the district meets CSI`, `2 or more schools where graduation rate is below 67`.

    `kind` is the kind of entity that is counted, `owner` what it is said to belong to. If `quantity` is None it is the
    one that the entity at hand belongs to: `the county meets …`. `verb` is the author's.
    """

    quantity: Quantity | None
    kind: Name
    condition: Condition
    owner: Name | None = None
    each: bool = False
    verb: str = field(default="", eq=False)


@frozen(eq=False, repr=False)
class Window(Node):
    """`in 3 of the last 4 Dashboard years`; `count` is None for each of them, `years` None for last year.

    `called` is what the author calls years, as `build.children.called` has it.
    """

    count: int | None
    years: int | None
    called: str = "years"


@frozen(eq=False, repr=False)
class InYears(Node):
    """A condition over a window; `years_first` where the window is before it and so binds the year first."""

    condition: Condition
    window: Window
    years_first: bool = False


@frozen(eq=False, repr=False)
class NumberTest(Node):
    """`participation is below 95`, `five-year rate is above four-year rate`, `prepared students is given`.

    The operator is one of `at least`, `above`, `at most`, `below`, and `is rated` where a number only has to be given.
    `of_dates` says that the author wrote it in the words for dates: `born is before received`.
    """

    operator: str
    parts: tuple[Expression, ...]
    of_dates: bool = field(default=False, eq=False)


@frozen(eq=False, repr=False)
class RankedTest(Node):
    """`index is in the lowest 5 percent of schools of the state where …`, or, if `highest`, from the other end."""

    value: Expression
    percent: Numeral
    members: Members
    highest: bool = False


@frozen(eq=False, repr=False)
class TextTest(Node):
    """`program is "nursing" or "medicine"`, and of a fact that is yes or no, as `type` says, `Title I is yes`."""

    value: Expression
    texts: tuple[Text, ...]
    type: str = "text"


@frozen(eq=False, repr=False)
class FlagTest(Node):
    """A level that stands alone: `Not Certified`; the indicator is that of the statement."""

    level: Name


@frozen(eq=False, repr=False)
class Otherwise(Node):
    """The condition of a rule that holds where none of the others in its section does."""


@frozen(eq=False, repr=False)
class Not(Node):
    """`not (Red on ELA)`."""

    condition: Condition


@frozen(eq=False, repr=False)
class Narrowing(Node):
    """`for English Learners only`, `except for Long-Term English Learners`."""

    groups: tuple[Name, ...]
    excluding: bool
    joints: tuple[Name, ...] = joints_field()


@frozen(eq=False, repr=False)
class Parenthesis(Node):
    """A condition in parentheses, kept for the formatter, and the student groups to which it is narrowed there."""

    condition: Condition
    narrowings: tuple[Narrowing, ...] = ()


@frozen(eq=False, repr=False)
class Chain(Node):
    """Conditions joined by `and` and `or`; `joints` holds the words between the parts, which may be mixed here.

    `of_one` says that all of them are asked of one and the same student group.
    """

    parts: tuple[Condition, ...]
    joints: tuple[Name, ...]
    of_one: bool = field(default=False, kw_only=True)


@frozen(eq=False, repr=False)
class Unless(Node):
    """`any student group meets 2 or more priorities, unless Method 1 or Method 2`."""

    condition: Condition
    exception: Condition


# ---- expressions ----


@frozen(eq=False, repr=False)
class Numeral(Node):
    """An exact number: `45.0`, `-70`, `2/3`; an amount in dollars, or the day of a date, as `type` says."""

    value: Fraction
    type: str = "number"


@frozen(eq=False, repr=False)
class NumberName(Node):
    """A number of the data or a measure: `graduates`, `last year's graduates`, `graduates over the 3 years before`.

    `name` is the vocabulary's number, or, not `known`, the words as they are, which may be those of a measure. `of`
    is the indicator of `students of Suspension Rate`, None if none is named.
    """

    name: Name
    last_year: bool = False
    years_before: int = 0
    of: Name | None = None


@frozen(eq=False, repr=False)
class Operation(Node):
    """`a + b`, `a − b`, `a × b`, `a ÷ b`, `highest of a, b and c`, `lowest of …`, `average of …`.

    The operator is one of `plus`, `minus`, `times`, `divided by`, or the words before the list.
    """

    operator: str
    parts: tuple[Expression, ...]


@frozen(eq=False, repr=False)
class SmallestAddition(Node):
    """`smallest whole number that brings PART to 95 percent of WHOLE, rounded to a whole percent`."""

    part: Expression
    percent: Fraction
    whole: Expression
    decimals: int | None


@frozen(eq=False, repr=False)
class Scaled(Node):
    """`… as a percent`, `…, rounded to 1 decimal`; `decimals` None if it is not rounded."""

    value: Expression
    percent: bool
    decimals: int | None


@frozen(eq=False, repr=False)
class IfOtherwise(Node):
    """`a if CONDITION, otherwise b`."""

    value: Expression
    condition: Condition
    otherwise: Expression


@frozen(eq=False, repr=False)
class Members(Node):
    """Whose values are combined: `schools of the district where enrollment is …`; `kind` None for student groups.

    `filter` says which of them are meant: those `in Differentiated Assistance`, those `where enrollment is …`.
    """

    kind: Name | None
    owner: Name | None = None
    filter: Condition | None = None


@frozen(eq=False, repr=False)
class RelatedValue(Node):
    """`number of schools`, `share of student groups where …`, `sum of rate over districts`, `rate of the county`.

    `how` is `number of`, `share of`, `sum of`, `highest of`, `lowest of`, `average of` or `percentile of`, the last
    with its `percent`, and empty where it is the value of what the entity belongs to; `value` is None for the first
    two.
    """

    how: str
    value: Expression | None
    members: Members
    percent: Number | None = None


@frozen(eq=False, repr=False)
class GroupNumber(Node):
    """A number or a measure of a student group: `graduation rate of All Students`."""

    value: NumberName
    group: Name


@frozen(eq=False, repr=False)
class OverYears(Node):
    """`average of districts' part over the last 3 years`, each year by its own rules; `how` as in `RelatedValue`."""

    how: str
    value: Expression
    years: Number


@frozen(eq=False, repr=False)
class TableBelow(Node):
    """The rows of a table below a statement, the header row first."""

    rows: tuple[tuple[Text, ...], ...]


@frozen(eq=False, repr=False)
class LookUp(Node):
    """What a table says in its last column where all others fit; its span is that of the line above the table."""

    table: TableBelow


@frozen(eq=False, repr=False)
class NotEstablished(Node):
    """`not established`, of a number or a condition: no source says it; the reason is the `because` below."""


Expression = (
    Numeral
    | NumberName
    | Operation
    | SmallestAddition
    | Scaled
    | IfOtherwise
    | RelatedValue
    | GroupNumber
    | OverYears
    | NotEstablished
)


Condition = (
    LevelTest
    | OutcomeTest
    | GroupTest
    | RelatedTest
    | PrioritiesMet
    | PriorityListTest
    | IndicatorTest
    | NumberTest
    | FlagTest
    | RankedTest
    | NotEstablished
    | Otherwise
    | TextTest
    | InYears
    | Not
    | Parenthesis
    | Chain
    | Unless
)
Joined = Not | Parenthesis | Chain | Unless
"""A condition made of others."""


def simple_conditions(written: Condition) -> Iterator[Condition]:
    """Yield the conditions that `and`, `or`, `not`, `unless` and parentheses join; one over years is one of them."""
    match written:
        case Chain():
            for part in written.parts:
                yield from simple_conditions(part)
        case Unless():
            yield from simple_conditions(written.condition)
            yield from simple_conditions(written.exception)
        case Not() | Parenthesis():
            yield from simple_conditions(written.condition)
        case _:
            yield written
