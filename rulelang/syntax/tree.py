"""The syntax tree: rules as written, one frozen node for each construct of the grammar.

A node holds the words as they stand; whether they make sense is the compiler's business. Every node carries its span,
outside equality, so that two files that differ only in layout have equal trees.
"""

from __future__ import annotations

from attrs import field, frozen

from rulelang.diagnostics.source import Source, Span


def _span() -> Span:
    return field(eq=False, repr=False, kw_only=True)  # type: ignore[no-any-return]


# ---- names and numbers ----


@frozen
class Name:
    """A name of the vocabulary as the vocabulary writes it, or, not `known`, the words in the place of one."""

    text: str
    known: bool = True
    span: Span = _span()


@frozen
class Number:
    """A whole number: `3`, `two`."""

    value: int
    span: Span = _span()


@frozen
class Text:
    """Words in quotation marks, without the marks."""

    text: str
    span: Span = _span()


@frozen
class Quantity:
    """`any`, `no`, `every`, `all`, `N or more`, `N or fewer`, `exactly N`, `a majority of at least N`."""

    kind: str
    number: int = 0
    span: Span = _span()


# ---- conditions ----


@frozen
class Levels:
    """`Red`, `Red or Orange`, `Orange or worse`, `rated`, `not rated`; `reach` is worse, better, rated or not rated."""

    names: tuple[Name, ...]
    reach: str | None = None
    span: Span = _span()


@frozen
class Targets:
    """The indicators of a level test; `how` is both, either, any of, all of, a conjunction, or a quantity."""

    indicators: tuple[Name, ...]
    how: str | Quantity | None = None
    span: Span = _span()


@frozen
class LevelTest:
    """`Red on both ELA and Math`; with `other`, `Red on ELA or Math and Orange on the other`."""

    levels: Levels
    targets: Targets
    other: Levels | None = None
    span: Span = _span()


@frozen
class OutcomeTest:
    """`Method 1`, `Priority 4`, `Differentiated Assistance criteria are met`."""

    outcome: Name
    span: Span = _span()


@frozen
class MeetsPriorities:
    """The `meets 2 or more priorities on state indicators` of a student group."""

    quantity: Quantity
    kind: Name | None = None
    span: Span = _span()


@frozen
class MeetsOutcome:
    """The `meets Priority 4` of a student group."""

    outcome: Name
    span: Span = _span()


Predicate = MeetsPriorities | MeetsOutcome | LevelTest


@frozen
class GroupTest:
    """`3 or more student groups (or all, if fewer than 3) each meet 2 or more priorities`."""

    quantity: Quantity
    predicate: Predicate
    or_all: Number | None = None
    each: bool = False
    span: Span = _span()


@frozen
class PrioritiesMet:
    """`2 or more priorities are met on local indicators`."""

    quantity: Quantity
    kind: Name | None = None
    span: Span = _span()


@frozen
class IndicatorTest:
    """`all indicators are Red or Orange with at least one Red`, `all indicators but one are Red`."""

    quantity: Quantity
    levels: Levels
    kind: Name | None = None
    but: Number | None = None
    at_least: Number | None = None
    at_least_levels: Levels | None = None
    span: Span = _span()


@frozen
class Window:
    """`in 3 of the last 4 Dashboard years`; `count` is None for each of them, `years` None for last year."""

    count: int | None
    years: int | None
    span: Span = _span()


@frozen
class InYears:
    """A condition over a window; `years_first` where the window stands before it and so binds the year first."""

    condition: Condition
    window: Window
    years_first: bool = False
    span: Span = _span()


@frozen
class Not:
    """`not (Red on ELA)`."""

    condition: Condition
    span: Span = _span()


@frozen
class Parenthesis:
    """A condition in parentheses, kept for the formatter."""

    condition: Condition
    span: Span = _span()


@frozen
class Chain:
    """Conditions joined by `and` and `or`; `joints` holds the words between the parts, which may be mixed here."""

    parts: tuple[Condition, ...]
    joints: tuple[Name, ...]
    span: Span = _span()


@frozen
class Unless:
    """`any student group meets 2 or more priorities, unless Method 1 or Method 2`."""

    condition: Condition
    exception: Condition
    span: Span = _span()


Condition = (
    LevelTest
    | OutcomeTest
    | GroupTest
    | PrioritiesMet
    | IndicatorTest
    | InYears
    | Not
    | Parenthesis
    | Chain
    | Unless
)


# ---- statements of a ruleset ----


@frozen
class Narrowing:
    """`for English Learners only`, `except for Long-Term English Learners`."""

    groups: tuple[Name, ...]
    excluding: bool
    span: Span = _span()


@frozen
class Rule:
    """`4a: Red on both ELA and Math → Priority 4`. `arrow` and `outcome` are missing only in a faulty rule."""

    label: Name | None
    condition: Condition
    narrowings: tuple[Narrowing, ...]
    arrow: Span | None = field(eq=False)
    outcome: Name | None
    span: Span = _span()


@frozen
class OtherwiseRule:
    """`otherwise → General Assistance`."""

    label: Name | None
    outcome: Name
    span: Span = _span()


@frozen
class RulesetLine:
    """`ruleset Differentiated Assistance 2018`."""

    title: str
    year: int | None
    span: Span = _span()


@frozen
class UsesLine:
    """`uses California Dashboard vocabulary`."""

    title: str
    span: Span = _span()


@frozen
class CitesLine:
    """`cites "EC 52071(b)"`, which belongs to the statement above it."""

    texts: tuple[Text, ...]
    span: Span = _span()


@frozen
class BecauseLine:
    """`because "…"`, which belongs to the statement above it."""

    text: Text
    span: Span = _span()


@frozen
class BasedOnLine:
    """`based on 2019`."""

    year: Number
    span: Span = _span()


@frozen
class SuspendedLine:
    """`suspended`: the year has no determinations."""

    span: Span = _span()


@frozen
class PublishedUnknownLine:
    """`cannot tell counts as not met when published`."""

    span: Span = _span()


@frozen
class PriorityLine:
    """`priority 4 "Pupil Achievement"`, a heading over the rules below it."""

    number: Number
    title: Text
    span: Span = _span()


@frozen
class ForLine:
    """`for school districts and county offices`, a heading: the rules below it are about these kinds of LEA."""

    kinds: tuple[Name, ...]
    span: Span = _span()


@frozen
class Add:
    """`add 4c: …`."""

    rule: Rule | OtherwiseRule
    span: Span = _span()


@frozen
class Replace:
    """`replace 4a: …`."""

    rule: Rule | OtherwiseRule
    span: Span = _span()


@frozen
class Remove:
    """`remove 1a, 2a, 3a`."""

    labels: tuple[Name, ...]
    span: Span = _span()


@frozen
class RemoveExamples:
    """`remove examples "Red on Graduation Rate"`: they are not in force from this year on."""

    titles: tuple[Text, ...]
    span: Span = _span()


# ---- examples ----


@frozen
class ExampleLine:
    """`example "Red on ELA and Orange on Math"`."""

    title: Text
    span: Span = _span()


@frozen
class GivenLine:
    """`given a school district`."""

    kind: Name
    span: Span = _span()


@frozen
class GivenYearLine:
    """`given in 2017`: the facts below are of that year."""

    year: Number
    span: Span = _span()


@frozen
class Fact:
    """`Red on ELA`, `not rated on Math`, `unknown on state indicators`; `level` is None for not rated and unknown."""

    level: Name | None
    unknown: bool
    indicators: tuple[Name, ...]
    of_kind: Name | None = None
    span: Span = _span()


@frozen
class FactLine:
    """`African American: Red on ELA, Orange on Math`; without a group, facts of the LEA."""

    group: Name | None
    facts: tuple[Fact, ...]
    span: Span = _span()


@frozen
class ExpectLine:
    """`expect African American meets Priority 4 by 4b`; `answer` is yes, no, cannot tell or suspended."""

    group: Name | None
    outcome: Name | None
    answer: str
    by: tuple[Name, ...] = ()
    span: Span = _span()


# ---- statements of a vocabulary ----


@frozen
class VocabularyLine:
    """`vocabulary California Dashboard`."""

    title: str
    span: Span = _span()


@frozen
class YearsLine:
    """`Dashboard years 2017, 2018`."""

    years: tuple[Number, ...]
    span: Span = _span()


@frozen
class SuspendedYearLine:
    """`suspended year 2020`."""

    year: Number
    span: Span = _span()


@frozen
class Table:
    """A heading and the rows of a pipe table below it, the header row first."""

    heading: Text
    rows: tuple[tuple[Text, ...], ...]
    span: Span = _span()


Statement = (
    Rule
    | OtherwiseRule
    | RulesetLine
    | UsesLine
    | CitesLine
    | BecauseLine
    | BasedOnLine
    | SuspendedLine
    | PublishedUnknownLine
    | PriorityLine
    | ForLine
    | Add
    | Replace
    | Remove
    | RemoveExamples
    | ExampleLine
    | GivenLine
    | GivenYearLine
    | FactLine
    | ExpectLine
    | VocabularyLine
    | YearsLine
    | SuspendedYearLine
    | Table
)


@frozen
class Comment:
    """`# a remark`, kept for the formatter; `alone` where nothing else stands on its line."""

    text: str
    alone: bool
    span: Span = _span()


@frozen
class File:
    """A rule file as written: its statements in order, those that could be read, and its comments."""

    source: Source = field(eq=False, repr=False)
    statements: tuple[Statement, ...]
    comments: tuple[Comment, ...] = field(default=(), eq=False)
