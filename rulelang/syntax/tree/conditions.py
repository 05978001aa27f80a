"""Conditions as written."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from rulelang.syntax.tree.words import Name, Node, Number, Quantity


@frozen(eq=False, repr=False)
class Levels(Node):
    """`Red`, `Red or Orange`, `Orange or worse`, `rated`, `not rated`; `reach` is worse, better, rated or not rated."""

    names: tuple[Name, ...]
    reach: str | None = None


@frozen(eq=False, repr=False)
class Targets(Node):
    """The indicators of a level test; `how` is both, either, any of, all of, a conjunction, or a quantity.

    `joint` is the word between them where it is the wrong one for `how`: the `or` of `both ELA or Math`.
    """

    indicators: tuple[Name, ...]
    how: str | Quantity | None = None
    joint: str | None = None


@frozen(eq=False, repr=False)
class LevelTest(Node):
    """`Red on both ELA and Math`; with `other`, `Red on ELA or Math and Orange on the other`."""

    levels: Levels
    targets: Targets
    other: Levels | None = None


@frozen(eq=False, repr=False)
class OutcomeTest(Node):
    """`Method 1`, `Priority 4`, `Differentiated Assistance criteria are met`."""

    outcome: Name


@frozen(eq=False, repr=False)
class MeetsPriorities(Node):
    """The `meets 2 or more priorities on state indicators` of a student group."""

    quantity: Quantity
    kind: Name | None = None


@frozen(eq=False, repr=False)
class MeetsOutcome(Node):
    """The `meets Priority 4` of a student group."""

    outcome: Name


Predicate = MeetsPriorities | MeetsOutcome | LevelTest


@frozen(eq=False, repr=False)
class GroupTest(Node):
    """`3 or more student groups (or all, if fewer than 3) each meet 2 or more priorities`."""

    quantity: Quantity
    predicate: Predicate
    or_all: Number | None = None
    each: bool = False


@frozen(eq=False, repr=False)
class PrioritiesMet(Node):
    """`2 or more priorities are met on local indicators`."""

    quantity: Quantity
    kind: Name | None = None


@frozen(eq=False, repr=False)
class IndicatorTest(Node):
    """`all indicators are Red or Orange with at least one Red`, `all indicators but one are Red`."""

    quantity: Quantity
    levels: Levels
    kind: Name | None = None
    but: Number | None = None
    at_least: Number | None = None
    at_least_levels: Levels | None = None


@frozen(eq=False, repr=False)
class Window(Node):
    """`in 3 of the last 4 Dashboard years`; `count` is None for each of them, `years` None for last year."""

    count: int | None
    years: int | None


@frozen(eq=False, repr=False)
class InYears(Node):
    """A condition over a window; `years_first` where the window stands before it and so binds the year first."""

    condition: Condition
    window: Window
    years_first: bool = False


@frozen(eq=False, repr=False)
class Not(Node):
    """`not (Red on ELA)`."""

    condition: Condition


@frozen(eq=False, repr=False)
class Parenthesis(Node):
    """A condition in parentheses, kept for the formatter."""

    condition: Condition


@frozen(eq=False, repr=False)
class Chain(Node):
    """Conditions joined by `and` and `or`; `joints` holds the words between the parts, which may be mixed here."""

    parts: tuple[Condition, ...]
    joints: tuple[Name, ...]


@frozen(eq=False, repr=False)
class Unless(Node):
    """`any student group meets 2 or more priorities, unless Method 1 or Method 2`."""

    condition: Condition
    exception: Condition


Condition = (
    LevelTest | OutcomeTest | GroupTest | PrioritiesMet | IndicatorTest | InYears | Not | Parenthesis | Chain | Unless
)


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
