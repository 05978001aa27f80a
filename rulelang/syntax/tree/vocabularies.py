"""The statements of a vocabulary as written."""

from __future__ import annotations

from attrs import frozen

from rulelang.syntax.tree.words import Number, Statement, Text


@frozen(eq=False, repr=False)
class VocabularyLine(Statement):
    """`vocabulary California Dashboard`."""

    title: str


@frozen(eq=False, repr=False)
class ExtendsLine(Statement):
    """`extends "../vocabulary.rules"`: what this vocabulary does not say is in that one.

    Instead of the path of a file it may give the name of a vocabulary that is shipped, without quotation marks.
    """

    path: Text
    by_name: bool = False


@frozen(eq=False, repr=False)
class YearsLine(Statement):
    """`Dashboard years 2017, 2018`."""

    years: tuple[Number, ...]


@frozen(eq=False, repr=False)
class SuspendedYearLine(Statement):
    """`suspended year 2020`."""

    year: Number


@frozen(eq=False, repr=False)
class Table(Statement):
    """A heading and the rows of a pipe table below it, the header row first."""

    heading: Text
    rows: tuple[tuple[Text, ...], ...]
