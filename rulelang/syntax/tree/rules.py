"""The statements of a ruleset as written, examples apart."""

from __future__ import annotations

from attrs import field, frozen

from rulelang.diagnostics.source import Span
from rulelang.syntax.tree.conditions import Condition, Narrowing
from rulelang.syntax.tree.levels import LevelStatement
from rulelang.syntax.tree.words import Clause, Name, Number, Statement, Text


@frozen(eq=False, repr=False)
class Rule(Statement):
    """`4a: Red on both ELA and Math → Priority 4`. `arrow` and `outcome` are missing only in a faulty rule."""

    label: Name | None
    condition: Condition
    narrowings: tuple[Narrowing, ...]
    arrow: Span | None = field(eq=False)
    outcome: Name | None


@frozen(eq=False, repr=False)
class OtherwiseRule(Statement):
    """`otherwise → General Assistance`."""

    label: Name | None
    outcome: Name


@frozen(eq=False, repr=False)
class RulesetLine(Statement):
    """`ruleset Differentiated Assistance 2018`."""

    title: str
    year: int | None


@frozen(eq=False, repr=False)
class WhatIfLine(Statement):
    """`what if based on assistance/2023`, or `what if Orange counted too`: changes that are in force nowhere.

    The year is that of the ruleset it is based on; the title is empty if the line gives none.
    """

    title: str
    base: Text | None


@frozen(eq=False, repr=False)
class FileLine(Statement):
    """A line about the rules as a whole: the words it begins with, and what they are about.

    `uses California Dashboard vocabulary`; `based on assistance/2025`, a year beside the file or a ruleset by folder
    and name; `levels from dashboard`, the folder of the rulesets that work out the levels these rules read; `earlier
    years from assistance`, that of the rulesets of years looked back to; `suspended`; `cannot tell counts as not met
    when published`.
    """

    what: str
    text: Text | None = None


@frozen(eq=False, repr=False)
class CitesLine(Clause):
    """`cites "EC 52071(b)"`, which belongs to the statement above it."""

    texts: tuple[Text, ...]


@frozen(eq=False, repr=False)
class BecauseLine(Clause):
    """`because "…"`, which belongs to the statement above it."""

    text: Text


@frozen(eq=False, repr=False)
class PriorityLine(Statement):
    """`priority 4 "Pupil Achievement"`, a heading over the rules below it."""

    number: Number
    title: Text


@frozen(eq=False, repr=False)
class ForLine(Statement):
    """`for school districts and county offices`, a heading: the rules below it are about these kinds of LEA."""

    kinds: tuple[Name, ...]


@frozen(eq=False, repr=False)
class Change(Statement):
    """`add 4c: …`, `replace 4a: …`, `replace bands …`; `how` is the first word."""

    how: str
    rule: Rule | OtherwiseRule | LevelStatement


@frozen(eq=False, repr=False)
class Remove(Statement):
    """`remove 1a, 2a, 3a`."""

    labels: tuple[Name, ...]


@frozen(eq=False, repr=False)
class RemoveExamples(Statement):
    """`remove examples "Red on Graduation Rate"`: they are not in force from this year on."""

    titles: tuple[Text, ...]
