"""A rule file as written."""

from __future__ import annotations

from attrs import field, frozen

from rulelang.diagnostics.source import Source, Span
from rulelang.syntax.tree.examples import ExampleLine, ExpectLine, FactLine, GivenLine, GivenYearLine
from rulelang.syntax.tree.levels import (
    Confidence,
    ExpectLevel,
    ExpectNumber,
    GivenNumbersLine,
    IndicatorsLine,
    LevelStatement,
    RemoveLevels,
)
from rulelang.syntax.tree.rules import (
    Add,
    BasedOnLine,
    BecauseLine,
    CitesLine,
    ForLine,
    LevelsFromLine,
    OtherwiseRule,
    PriorityLine,
    PublishedUnknownLine,
    Remove,
    RemoveExamples,
    Replace,
    Rule,
    RulesetLine,
    SuspendedLine,
    UsesLine,
)
from rulelang.syntax.tree.vocabularies import ExtendsLine, SuspendedYearLine, Table, VocabularyLine, YearsLine
from rulelang.syntax.tree.words import span_field

Statement = (
    Rule
    | OtherwiseRule
    | RulesetLine
    | UsesLine
    | CitesLine
    | BecauseLine
    | BasedOnLine
    | LevelsFromLine
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
    | IndicatorsLine
    | LevelStatement
    | RemoveLevels
    | Confidence
    | GivenNumbersLine
    | ExpectNumber
    | ExpectLevel
    | VocabularyLine
    | ExtendsLine
    | YearsLine
    | SuspendedYearLine
    | Table
)


@frozen
class Comment:
    """`# a remark`, kept for the formatter; `alone` where nothing else stands on its line."""

    text: str
    alone: bool
    span: Span = span_field()


@frozen
class File:
    """A rule file as written: its statements in order, those that could be read, and its comments."""

    source: Source = field(eq=False, repr=False)
    statements: tuple[Statement, ...]
    comments: tuple[Comment, ...] = field(default=(), eq=False)
