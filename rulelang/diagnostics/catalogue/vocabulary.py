"""Messages about vocabulary files."""

from __future__ import annotations

from collections.abc import Collection

from rulelang.diagnostics.catalogue.quote import which_was_meant
from rulelang.diagnostics.diagnostic import Diagnostic, Label
from rulelang.diagnostics.source import Span


def unknown_table(span: Span, known: list[str]) -> Diagnostic:
    """Return the message for a heading that no table has."""
    return Diagnostic(
        "unknown-table",
        f"there is no table `{span.text}` in a vocabulary",
        (Label(span),),
        help=which_was_meant(span.text, known, has="the tables are", lists="rulelang help vocabulary"),
    )


def missing_table(span: Span, heading: str) -> Diagnostic:
    """Return the message for a table that every vocabulary needs."""
    return Diagnostic(
        "missing-table",
        f"the vocabulary has no table `{heading}`",
        (Label(span),),
        help="`rulelang help vocabulary` lists the tables and their columns",
    )


def table_shape(span: Span, found: int, expected: int) -> Diagnostic:
    """Return the message for a row with more or fewer cells than its header."""
    return Diagnostic("table-shape", f"this row has {found} cells, but its header has {expected}", (Label(span),))


def unknown_table_column(span: Span, known: list[str]) -> Diagnostic:
    """Return the message for a column that the table does not have."""
    return Diagnostic(
        "unknown-table-column",
        f"this table has no column `{span.text}`",
        (Label(span),),
        help=which_was_meant(span.text, known, has="its columns are", lists="rulelang help vocabulary"),
    )


def missing_table_column(span: Span, column: str) -> Diagnostic:
    """Return the message for a column that the table needs."""
    return Diagnostic("missing-table-column", f"this table needs a column `{column}`", (Label(span),))


def unclear_cell(span: Span, expected: str) -> Diagnostic:
    """Return the message for a cell that cannot be read."""
    return Diagnostic("unclear-cell", f"`{span.text}` cannot be read here", (Label(span, f"expected {expected}"),))


def unknown_cell_name(span: Span, name: str, what: str, known: Collection[str]) -> Diagnostic:
    """Return the message for a name in a table that the vocabulary does not declare."""
    return Diagnostic(
        "unknown-name",
        f"the vocabulary declares no {what} `{name}`",
        (Label(span),),
        help=which_was_meant(name, known, has=f"there {'is' if len(known) == 1 else 'are'}") if known else None,
    )


def two_meanings(span: Span, name: str, other: str) -> Diagnostic:
    """Return the message for words that name two things."""
    return Diagnostic(
        "two-meanings", f"`{name}` already names {other}", (Label(span),), help="give one of the two another name"
    )


def reserved_name(span: Span, name: str) -> Diagnostic:
    """Return the message for an outcome called by a word that results use for something else."""
    return Diagnostic(
        "reserved-name",
        f"an outcome cannot be called `{name}`",
        (Label(span),),
        help="results use this word for something else; give the outcome a different name",
    )


def missing_vocabulary_line(span: Span, line: str) -> Diagnostic:
    """Return the message for a vocabulary without its name or its years."""
    return Diagnostic("missing-vocabulary-line", f"the vocabulary has no line `{line}`", (Label(span),))


def cannot_extend(span: Span, path: str) -> Diagnostic:
    """Return the message for a vocabulary that extends a file that is not there, or in the end itself."""
    return Diagnostic(
        "cannot-extend",
        f"there is no vocabulary `{path}` that this one could extend",
        (Label(span),),
        help="write `extends California Dashboard vocabulary` for one that comes with rulelang, or name a file from the"
        ' folder of this one, such as `extends "../vocabulary.rules"`',
    )


def extends_twice(span: Span) -> Diagnostic:
    """Return the message for a second vocabulary that one extends."""
    return Diagnostic(
        "extends-twice",
        "a vocabulary can extend only one other",
        (Label(span),),
        help="have the other one extend the third",
    )
