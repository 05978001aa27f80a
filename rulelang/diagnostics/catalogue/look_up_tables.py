"""Messages about tables that give a value, about texts, dates and dollars."""

from __future__ import annotations

from rulelang.diagnostics.diagnostic import Diagnostic, Label
from rulelang.diagnostics.source import Span


def table_looks_nothing_up(span: Span) -> Diagnostic:
    """Return the message for a table without rows, or with one column only."""
    return Diagnostic(
        "table-looks-nothing-up",
        "this table needs something to look up and something to give",
        (Label(span),),
        help="the last column is what it gives, the columns before it are what it looks up, and each case has a row",
    )


def row_of_other_width(span: Span, found: int, expected: int) -> Diagnostic:
    """Return the message for a row with more or fewer cells than the first."""
    return Diagnostic(
        "row-of-other-length", f"this row has {found} cells, but the first row has {expected}", (Label(span),)
    )


def unclear_cell(span: Span) -> Diagnostic:
    """Return the message for a cell that says no stretch of numbers and no name."""
    return Diagnostic(
        "unclear-case",
        f"`{span.text}` cannot be read here",
        (Label(span, "which numbers, or which names?"),),
        help="write `below 2,500`, `2,500 or more and below 10,000`, `10,000 or more`, a name, `any other` or `any`",
    )


def unclear_value(span: Span) -> Diagnostic:
    """Return the message for a cell of the last column that is no value."""
    return Diagnostic(
        "unclear-value",
        f"`{span.text}` is not a value that a table can give",
        (Label(span),),
        help="write a number, `$100,000`, a date, a level, text in quotation marks, or `not established`",
    )


def case_without_row(span: Span, case: str) -> Diagnostic:
    """Return the message for a case that no row of a table is for."""
    return Diagnostic(
        "case-without-row",
        f"no row of this table covers {case}",
        (Label(span),),
        help="leave no gap between rows: `below 2,500` and `2,500 or more`; a number can lie between 9,999 and 10,000",
        case=case,
    )


def case_with_two_rows(second: Span, first: Span, case: str) -> Diagnostic:
    """Return the message for a case that two rows of a table are for."""
    return Diagnostic(
        "case-with-two-rows",
        f"two rows of this table cover {case}",
        (Label(second, "this row"), Label(first, "and this one")),
        help="cover each case with one row",
        case=case,
    )


def row_never_fits(span: Span) -> Diagnostic:
    """Return the message for a row that no case is left for."""
    return Diagnostic("row-never-fits", "this row never applies", (Label(span),), help="delete it, or fix its cells")


def too_many_cases(span: Span, most: int) -> Diagnostic:
    """Return the message for a table with too many cases to be looked through."""
    return Diagnostic(
        "too-many-cases",
        f"the columns of this table distinguish more than {most:,} cases",
        (Label(span),),
        help="split it: have one table give what another looks up",
    )


def types_differ(span: Span, first: str, second: str) -> Diagnostic:
    """Return the message for an operation on values of two types."""
    return Diagnostic(
        "types-differ",
        f"one of these is {first} and the other is {second}",
        (Label(span),),
        help="write dollars with their sign, `$30,000`, dates as `2023-07-01`, and text in quotation marks",
    )


def no_such_day(span: Span) -> Diagnostic:
    """Return the message for a date that no calendar has."""
    return Diagnostic("no-such-day", f"`{span.text}` is not a date", (Label(span),))
