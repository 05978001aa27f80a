"""The evaluation tree: rules as understood.

A node says what is asked, never how; no node evaluates itself. Every node carries the span of the author's words it
came from, outside equality, so that comparing two trees compares meaning and never layout.

A node has one value for the LEA, or one for each student group (`scope_of`). A node of the LEA may stand below one of a
group, because a group belongs to an LEA; a node of a group may stand below one of the LEA only inside a `Fold` over
`StudentGroups`, which is what binds the subject of "any student group meets 2 or more priorities".

Every `Get` names its Dashboard year, and a `Ref` names the year of the ruleset it belongs to, so that one tree
can speak of several years, each under its own rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from fractions import Fraction
from typing import Final

from attrs import field, frozen

from rulelang.core.record import FieldKey
from rulelang.core.truth import Quantity
from rulelang.core.vocabulary import Scope
from rulelang.diagnostics.source import Span


@frozen
class NotRated:
    """The value of a field that is known to have no level. It is a fact, and it is not Red."""

    def __reduce__(self) -> str:
        """Return the name of the one object of this class, which a copy is as well."""
        return "NOT_RATED"


NOT_RATED: Final = NotRated()

Value = bool | str | Fraction | tuple[str, ...] | NotRated | None
"""What a node evaluates to: an answer, a name, an exact number, or names to choose among; None where unknown."""


@frozen
class Const:
    """A value that stands in the rule: `General Assistance`, or the levels of `Red or Orange`.

    It is None where it cannot be told whatever the data say; `reason` is why: `not established: no source gives it`.
    """

    value: Value
    reason: str = ""
    span: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


@frozen
class Get:
    """The level of an indicator on a scale in a year, the `ELA` of `Red on ELA`, or one of its numbers.

    `key` is the indicator and the scale or number. `default` is the level to take where the data say nothing, None
    where that is unknown.
    """

    year: int
    key: FieldKey
    scope: Scope
    default: str | None = None
    span: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


@frozen
class Self:
    """The name of what is asked about: the LEA's kind (of the LEA) or the student group (of a group)."""

    scope: Scope
    span: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


@frozen
class Ref:
    """The value of a definition: the `Method 1` of `unless Method 1`."""

    year: int
    name: str
    scope: Scope
    span: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


@frozen
class Call:
    """An operator of `core.operators` on arguments: `Red on both ELA and Math` is an `and` of two `is one of`."""

    operator: str
    arguments: tuple[Node, ...]
    span: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


@frozen
class Arm:
    """One way of a choice: the value where the guard is yes."""

    guard: Node
    value: Node


@frozen
class Choose:
    """The value of the first arm whose guard is yes, or `otherwise`.

    A guard that cannot be told makes the choice unknown, unless every way it could turn out gives the same value; it
    never falls through to `otherwise`.
    """

    arms: tuple[Arm, ...]
    otherwise: Node
    span: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


@frozen
class Item:
    """One of the things a `Fold` is over: what is folded of it, and whether it is one of those spoken of (`where`)."""

    of: Node
    where: Node = Const(True)
    name: str = ""


@frozen
class Listed:
    """What a fold is over that stands in the rule, an item for each: the `priorities` of `2 or more priorities`."""

    what: str


@frozen
class StudentGroups:
    """The student groups that exist in a year: one item says the same of each of them."""

    year: int


@frozen
class Belonging:
    """The entities of a kind that belong to the entity at hand, directly or not: the schools of an LEA."""

    kind: str


@frozen
class Owner:
    """The entity of a kind that the entity at hand belongs to: the LEA of a school; the only thing of its fold."""

    kind: str


Over = Listed | StudentGroups | Belonging | Owner
"""What a fold may be over."""


class Aggregate(Enum):
    """What a fold makes of values that are no answers to be counted.

    A value that is known to be absent is left out. Where nothing is left a sum is 0 and any other is absent. A sum is
    unknown where a value is, and where it is unknown whether something is one of those spoken of; so are the others.
    """

    SUM = "sum"
    HIGHEST = "highest"
    LOWEST = "lowest"
    AVERAGE = "average"
    NUMBER = "number"
    """How many meet the condition."""
    SHARE = "share"
    """How many meet the condition, divided by how many there are; absent where there are none."""
    ONLY = "only"
    """The value of the one thing there is; unknown where there is none."""


@frozen
class Fold:
    """Many values made one: `2 or more priorities`, `in 3 of the last 4 Dashboard years`, `any student group meets …`.

    `how` is the quantity of the things spoken of that has to meet the condition of its item, or what is made of their
    values.
    """

    how: Quantity | Aggregate
    over: Over
    items: tuple[Item, ...]
    span: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


@frozen
class PublishedTally:
    """What the published list of a year says of the number of priorities a student group met.

    The lists speak of the priorities met through one kind of indicator (`kind`) and of nothing below two.
    """

    year: int
    kind: str
    quantity: Quantity
    span: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


@frozen
class PublishedOutcome:
    """Whether the LEA had an outcome according to the published list of a year."""

    year: int
    outcome: str
    span: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


@frozen
class Bound:
    """An end of a band: a number, and whether it belongs to the band."""

    number: Fraction
    included: bool


@frozen
class Band:
    """The level of the numbers from `lower` to `upper`, None where it is open; `level` None where not established."""

    level: str | None
    lower: Bound | None
    upper: Bound | None
    span: Span | None = field(default=None, eq=False, repr=False, kw_only=True)

    def holds(self, number: Fraction) -> bool:
        """Return whether a number is in the band."""
        above = (
            self.lower is None or number > self.lower.number or (self.lower.included and number == self.lower.number)
        )
        below = (
            self.upper is None or number < self.upper.number or (self.upper.included and number == self.upper.number)
        )
        return above and below


@frozen
class Bands:
    """The level a number falls in. Exactly one band holds any number, and they stand in ascending order."""

    number: Node
    bands: tuple[Band, ...]
    span: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


@frozen
class Cell:
    """A cell of a grid: where a row and a column meet; `level` None for `not possible` and `not established`."""

    row: str
    column: str
    level: str | None
    possible: bool = True
    span: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


@frozen
class Grid:
    """The level where two levels meet, such as the color for a Status and a Change.

    Not rated on either is not rated. Where one is unknown, the value is what every possible cell of the other agrees
    on: Very Low Status can be Red whatever the Change. A cell that is not possible cannot be told.
    """

    row: Node
    column: Node
    cells: tuple[Cell, ...]
    span: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


Node = Const | Get | Self | Ref | Call | Choose | Fold | PublishedTally | PublishedOutcome | Bands | Grid


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly below a node, in the order of evaluation."""
    match node:
        case Call():
            return node.arguments
        case Choose():
            return (*(part for arm in node.arms for part in (arm.guard, arm.value)), node.otherwise)
        case Fold():
            return tuple(part for item in node.items for part in (item.where, item.of))
        case Bands():
            return (node.number,)
        case Grid():
            return node.row, node.column
        case _:
            return ()


def is_unknown(node: Node) -> bool:
    """Return whether a node is a value that cannot be told, whatever the data say."""
    return isinstance(node, Const) and node.value is None


def is_call(node: Node, *operators: str) -> bool:
    """Return whether a node is a call of one of some operators."""
    return isinstance(node, Call) and node.operator in operators


def binds_groups(node: Node) -> bool:
    """Return whether a node of the LEA reads what stands below it for each of its student groups."""
    return isinstance(node, Fold) and isinstance(node.over, StudentGroups)


def relates(node: Node) -> bool:
    """Return whether a node reads what stands below it for other entities: those that belong to it, or its owner."""
    return isinstance(node, Fold) and isinstance(node.over, Belonging | Owner)


def scope_of(node: Node) -> Scope:
    """Return whether a node has one value for the LEA or one for each student group."""
    waiting = [node]
    while waiting:
        match waiting.pop():
            case Get(scope=Scope.GROUP) | Self(Scope.GROUP) | Ref(scope=Scope.GROUP) | PublishedTally():
                return Scope.GROUP
            case Fold(over=StudentGroups()):
                continue  # it binds the student groups below it
            case other:
                waiting.extend(children(other))
    return Scope.LEA


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and every node below it, parents first."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(reversed(children(one)))
