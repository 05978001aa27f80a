"""Messages about sentences about performance levels that cannot be read."""

from __future__ import annotations

from rulelang.diagnostics.diagnostic import Diagnostic, Label
from rulelang.diagnostics.source import Span


def stray_table_row(span: Span) -> Diagnostic:
    """Return the message for rows of a table below no bands and no grid."""
    return Diagnostic(
        "stray-table-row",
        "this row is not in a table",
        (Label(span),),
        help="a table goes directly below its line `bands …` or `grid …`; only `cites`, `because`, and `confidence`"
        " can come between",
    )


def no_table_below(span: Span) -> Diagnostic:
    """Return the message for bands or a grid without a table."""
    return Diagnostic(
        "no-table-below",
        f"`{' '.join(span.text.split())}` has no table below it",
        (Label(span),),
        help="write its rows below it, with `|` between cells, or paste them from Excel or Word",
    )


def unclear_numeral(span: Span) -> Diagnostic:
    """Return the message for digits that are no number as rules write them."""
    return Diagnostic(
        "unclear-numeral",
        f"`{span.text}` is not a number that rules can use",
        (Label(span),),
        help="write digits, with at most 9 before the decimal point and 9 after it: `45.0`, `-70`, `2/3`, `1000`",
    )


def unread_number(span: Span, suggestion: str | None) -> Diagnostic:
    """Return the message for words where a number belongs that are not the name of one."""
    return Diagnostic(
        "unread-number",
        f"`{' '.join(span.text.split())}` is not the name of a number or measure",
        (Label(span),),
        help=f"did you mean `{suggestion}`?"
        if suggestion
        else "between two numbers, write `+`, `−`, `×`, or `÷`; numbers are named in the vocabulary, and measures in"
        " lines `measure … = …`",
    )
