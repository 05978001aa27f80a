"""The evaluation tree: rules as understood.

A node says what is computed, never how; no node evaluates itself. Every node carries the span of the author's words it
came from, outside equality, so that comparing two trees compares meaning and never layout.

A node has one value for the LEA, or one for each student group (`scope_of`). A node of the LEA may be below one of a
group, because a group belongs to an LEA; a node of a group may be below one of the LEA only inside a `Fold` over
`StudentGroups`, which is what binds the subject of "any student group meets 2 or more priorities".

Every `Get` names its Dashboard year, and a `Ref` that of its ruleset, so that one tree can be about several years.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from fractions import Fraction
from typing import Final, TypeGuard

from attrs import field, frozen

from rulelang.core.aggregates import Aggregate, Ranked
from rulelang.core.fact_types import FactType
from rulelang.core.record import FieldKey
from rulelang.core.truth import Quantity
from rulelang.core.vocabulary import Scope
from rulelang.diagnostics.source import Span


@frozen
class NotRated:
    """The value of a field that is known to have no level. It is a fact, and it is not Red."""

    def __reduce__(self) -> str:
        """Return the name of the one object of this class, so that copies are the same object."""
        return "NOT_RATED"

    def __str__(self) -> str:
        return "not rated"


NOT_RATED: Final = NotRated()

Value = bool | str | Fraction | tuple[str, ...] | NotRated | None
"""The value of a node: an answer, a name, an exact number, or names to choose among; None if unknown."""


@frozen
class Const:
    """A value in the rule: `General Assistance`, or the levels of `Red or Orange`.

    It is None if it is unknown whatever the data say; `reason` is why: `not established: no source gives it`.
    """

    value: Value
    reason: str = ""
    type: FactType = field(default=FactType.NUMBER, repr=False, kw_only=True)
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
    """The name of the entity itself: the LEA's kind (of the LEA) or the student group (of a group)."""

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
class OneOf:
    """A pattern that some names fit: levels, kinds of LEA, student groups."""

    names: tuple[str, ...]


@frozen
class Bound:
    """An end of an interval: a number, and whether it belongs to the interval."""

    number: Fraction
    included: bool


@frozen
class Interval:
    """A pattern that the numbers from `lower` to `upper` fit, None for an open end."""

    lower: Bound | None
    upper: Bound | None

    def holds(self, number: Fraction) -> bool:
        """Return whether a number is in the interval."""
        low, high = self.lower, self.upper
        above = low is None or number > low.number or (low.included and number == low.number)
        below = high is None or number < high.number or (high.included and number == high.number)
        return above and below


NOT_POSSIBLE: Final = "not possible"
"""Why there is no value where a row is not possible."""

Pattern = OneOf | Interval | bool | None
"""What a row asks of a value: one of some names, a number in an interval, an answer; None asks nothing."""


@frozen
class Row:
    """A row of a match: a pattern for each value that is matched, and the row's own value if they all fit.

    A row that is not possible is not considered among the ways an unknown could turn out.
    """

    patterns: tuple[Pattern, ...]
    value: Node
    possible: bool = True


@frozen
class Match:
    """The value of the first row whose patterns fit, or `otherwise`: choices, bands, grids, and look-up tables.

    `otherwise` is None if the rows are whole, so that some row fits whatever the values are. Where it is unknown
    which row fits, the value is what every row agrees on that may still fit, taken in order up to one that surely does:
    Very Low Status can be Red whatever the Change. A value that is absent fits whatever is asked of it, and the value
    of that row is then absent too.
    """

    on: tuple[Node, ...]
    rows: tuple[Row, ...]
    otherwise: Node | None
    span: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


@frozen
class Arm:
    """One arm of a choice: the value if the guard is yes."""

    guard: Node
    value: Node


@frozen
class Item:
    """One of the things a `Fold` goes over: the value that is folded, and whether it is a member (`where`)."""

    of: Node
    where: Node = Const(True)
    name: str = ""


@frozen
class Listed:
    """A list in the rule that a fold goes over, an item for each: the `priorities` of `2 or more priorities`."""

    what: str


@frozen
class StudentGroups:
    """The student groups that exist in a year, all with the same item."""

    year: int


@frozen
class Belonging:
    """The entities of a kind that belong to the entity at hand in a year, directly or not: the schools of an LEA.

    What closed before the year of the rules is among those of the years that have it, and of no other.
    """

    kind: str
    year: int = field(repr=False)  # no part of what a rule of a year says: that is always of its own year


@frozen
class Owner:
    """The entity of a kind that the entity at hand belongs to: the LEA of a school; the only thing of its fold."""

    kind: str


Over = Listed | StudentGroups | Belonging | Owner
"""What a fold may go over."""


Combination = Quantity | Aggregate | Ranked
"""How a fold combines its members."""


@frozen
class Fold:
    """Many values reduced to one: `2 or more priorities`, `in 3 of the last 4 years`, `any student group meets …`.

    `how` is the quantity of the members that has to meet the condition of its item, or what is made of their
    values.
    """

    how: Combination
    over: Over
    items: tuple[Item, ...]
    span: Span | None = field(default=None, eq=False, repr=False, kw_only=True)


@frozen
class PriorityCount:
    """A quantity of priorities that a student group met through one kind of indicator."""

    kind: str
    quantity: Quantity


@frozen
class Published:
    """What the state's published list of a year says: whether the LEA had an outcome, or how many a group met.

    The lists say nothing of student groups that met fewer than two priorities.
    """

    year: int
    of: str | PriorityCount
    span: Span | None = field(default=None, eq=False, repr=False, kw_only=True)

    @property
    def scope(self) -> Scope:
        """Return whether it is about the LEA or about each student group."""
        return Scope.GROUP if isinstance(self.of, PriorityCount) else Scope.LEA


Node = Const | Get | Self | Ref | Call | Match | Fold | Published


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly below a node, in the order of evaluation."""
    match node:
        case Call():
            return node.arguments
        case Match():
            values = tuple(row.value for row in node.rows)
            return (*node.on, *values) if node.otherwise is None else (*node.on, *values, node.otherwise)
        case Fold():
            return tuple(part for item in node.items for part in (item.where, item.of))
        case _:
            return ()


def choice(arms: Iterable[Arm], otherwise: Node, span: Span | None = None) -> Match:
    """Return the value of the first arm whose guard is yes, or another."""
    listed = tuple(arms)
    rows = tuple(Row(_only(at, len(listed)), arm.value) for at, arm in enumerate(listed))
    return Match(tuple(arm.guard for arm in listed), rows, otherwise, span=span)


def is_unknown(node: Node) -> bool:
    """Return whether a node is a value that is unknown, whatever the data say."""
    return isinstance(node, Const) and node.value is None


def is_call(node: Node, *operators: str) -> TypeGuard[Call]:
    """Return whether a node is a call of one of some operators."""
    return isinstance(node, Call) and node.operator in operators


def operator_of(node: Node) -> str:
    """Return the operator of a call; empty for any other node."""
    return node.operator if isinstance(node, Call) else ""


def is_reference(node: Node) -> TypeGuard[Ref]:
    """Return whether a node stands for the definition that it names."""
    return isinstance(node, Ref)


def reference(node: Node) -> tuple[int, str] | None:
    """Return the year and the name of the definition that a reference names; None for any other node."""
    return (node.year, node.name) if isinstance(node, Ref) else None


def field_read(node: Node) -> Get | None:
    """Return a node that reads a field, typed as such; None for any other node."""
    return node if isinstance(node, Get) else None


def list_asked(node: Node) -> Published | None:
    """Return a node that asks a published list, typed as such; None for any other node."""
    return node if isinstance(node, Published) else None


def is_choice(node: Node) -> TypeGuard[Match]:
    """Return whether a node is a match in which each row asks only that one answer of its own is yes."""
    if not isinstance(node, Match) or node.otherwise is None or len(node.on) != len(node.rows):
        return False
    return all(row.possible and row.patterns == _only(at, len(node.on)) for at, row in enumerate(node.rows))


def _only(at: int, length: int) -> tuple[Pattern, ...]:
    """Return the patterns that ask that the answer at an index is yes, and nothing else."""
    return tuple(True if place == at else None for place in range(length))


def is_table(node: Node) -> TypeGuard[Match]:
    """Return whether a node is a match by values, and not a choice: bands, a grid, a look-up table."""
    return isinstance(node, Match) and not is_choice(node)


def is_by_type(node: Node) -> TypeGuard[Match]:
    """Return whether a node is a table of tables: the bands or the grids for each type of LEA."""
    return is_table(node) and any(is_table(row.value) for row in node.rows)


def is_constant(node: Node) -> TypeGuard[Const]:
    """Return whether a node is a value in the rule."""
    return isinstance(node, Const)


def constant(node: Node) -> Value:
    """Return the value in the rule; None if it is unknown, and for any other node."""
    return node.value if isinstance(node, Const) else None


def stated_reason(node: Node) -> str:
    """Return why a value in the rule is unknown; empty for any other node."""
    return node.reason if isinstance(node, Const) else ""


def named_test(node: Node) -> tuple[Node, tuple[str, ...]] | None:
    """Return what a test of names is applied to, and the names: `Red or Orange on ELA`; None for any other node."""
    match node:
        case Call("is one of", (asked, Const(tuple() as names))):
            return asked, names
        case _:
            return None


def aggregate_of(node: Node) -> Aggregate | Ranked | None:
    """Return how a fold combines values; None for one that counts answers, and for any other node."""
    return node.how if isinstance(node, Fold) and not isinstance(node.how, Quantity) else None


def binds_groups(node: Node) -> TypeGuard[Fold]:
    """Return whether a node of the LEA reads what is below it for each of its student groups."""
    return isinstance(node, Fold) and isinstance(node.over, StudentGroups)


def group_read(node: Fold) -> str | None:
    """Return the student group whose value a fold over them takes; None if it is made of several."""
    asked = named_test(node.items[0].where) if node.how is Aggregate.ONLY else None
    return asked[1][0] if asked is not None else None


def relates(node: Node) -> TypeGuard[Fold]:
    """Return whether a node reads what is below it for other entities: those that belong to it, or its owner."""
    return isinstance(node, Fold) and isinstance(node.over, Belonging | Owner)


def scope_of(node: Node) -> Scope:
    """Return whether a node has one value for the LEA or one for each student group."""
    reached = [node]
    for one in reached:
        reached += () if binds_groups(one) else children(one)
    return Scope.GROUP if any(scope_above(one, ()) is Scope.GROUP for one in reached) else Scope.LEA


def scope_above(node: Node, below: Iterable[Scope]) -> Scope:
    """Return the scope of a node, given those of its children."""
    if isinstance(node, Get | Self | Ref | Published):
        return node.scope
    return Scope.GROUP if Scope.GROUP in below and not binds_groups(node) else Scope.LEA


def without_children(node: Node) -> Hashable:
    """Return a node without its children: nodes with equal children are equal exactly if this is."""
    match node:
        case Const():
            return Const, type(node.value), node.value, node.reason
        case Call():
            return Call, node.operator
        case Fold():
            return Fold, node.how, node.over, tuple(item.name for item in node.items)
        case Match():
            return Match, tuple((row.patterns, row.possible) for row in node.rows), node.otherwise is None
        case _:
            return node
