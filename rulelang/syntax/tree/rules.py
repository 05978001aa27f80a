"""The statements of a ruleset as written, examples apart."""

from __future__ import annotations

from attrs import field, frozen

from rulelang.diagnostics.source import Span
from rulelang.syntax.tree.conditions import Condition
from rulelang.syntax.tree.levels import LevelStatement
from rulelang.syntax.tree.words import Name, Number, Text, joints_field, span_field


@frozen
class Narrowing:
    """`for English Learners only`, `except for Long-Term English Learners`."""

    groups: tuple[Name, ...]
    excluding: bool
    joints: tuple[Name, ...] = joints_field()
    span: Span = span_field()


@frozen
class Rule:
    """`4a: Red on both ELA and Math → Priority 4`. `arrow` and `outcome` are missing only in a faulty rule."""

    label: Name | None
    condition: Condition
    narrowings: tuple[Narrowing, ...]
    arrow: Span | None = field(eq=False)
    outcome: Name | None
    span: Span = span_field()


@frozen
class OtherwiseRule:
    """`otherwise → General Assistance`."""

    label: Name | None
    outcome: Name
    span: Span = span_field()


@frozen
class RulesetLine:
    """`ruleset Differentiated Assistance 2018`."""

    title: str
    year: int | None
    span: Span = span_field()


@frozen
class UsesLine:
    """`uses California Dashboard vocabulary`."""

    title: str
    span: Span = span_field()


@frozen
class LevelsFromLine:
    """`levels from dashboard`: the folder of the rulesets that work out the levels these rules read."""

    folder: str
    span: Span = span_field()


@frozen
class CitesLine:
    """`cites "EC 52071(b)"`, which belongs to the statement above it."""

    texts: tuple[Text, ...]
    span: Span = span_field()


@frozen
class BecauseLine:
    """`because "…"`, which belongs to the statement above it."""

    text: Text
    span: Span = span_field()


@frozen
class BasedOnLine:
    """`based on 2019`."""

    year: Number
    span: Span = span_field()


@frozen
class SuspendedLine:
    """`suspended`: the year has no determinations."""

    span: Span = span_field()


@frozen
class PublishedUnknownLine:
    """`cannot tell counts as not met when published`."""

    span: Span = span_field()


@frozen
class PriorityLine:
    """`priority 4 "Pupil Achievement"`, a heading over the rules below it."""

    number: Number
    title: Text
    span: Span = span_field()


@frozen
class ForLine:
    """`for school districts and county offices`, a heading: the rules below it are about these kinds of LEA."""

    kinds: tuple[Name, ...]
    span: Span = span_field()


@frozen
class Add:
    """`add 4c: …`, `add measure …`."""

    rule: Rule | OtherwiseRule | LevelStatement
    span: Span = span_field()


@frozen
class Replace:
    """`replace 4a: …`, `replace bands …`."""

    rule: Rule | OtherwiseRule | LevelStatement
    span: Span = span_field()


@frozen
class Remove:
    """`remove 1a, 2a, 3a`."""

    labels: tuple[Name, ...]
    span: Span = span_field()


@frozen
class RemoveExamples:
    """`remove examples "Red on Graduation Rate"`: they are not in force from this year on."""

    titles: tuple[Text, ...]
    span: Span = span_field()
