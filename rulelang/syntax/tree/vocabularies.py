"""The statements of a vocabulary as written."""

from __future__ import annotations

from attrs import frozen

from rulelang.diagnostics.source import Span
from rulelang.syntax.tree.words import Number, Text, span_field


@frozen
class VocabularyLine:
    """`vocabulary California Dashboard`."""

    title: str
    span: Span = span_field()


@frozen
class ExtendsLine:
    """`extends "../vocabulary.rules"`: what this vocabulary does not say stands in that one."""

    path: Text
    span: Span = span_field()


@frozen
class YearsLine:
    """`Dashboard years 2017, 2018`."""

    years: tuple[Number, ...]
    span: Span = span_field()


@frozen
class SuspendedYearLine:
    """`suspended year 2020`."""

    year: Number
    span: Span = span_field()


@frozen
class Table:
    """A heading and the rows of a pipe table below it, the header row first."""

    heading: Text
    rows: tuple[tuple[Text, ...], ...]
    span: Span = span_field()
