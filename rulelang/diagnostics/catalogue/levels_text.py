"""Messages about sentences about performance levels that cannot be read."""

from __future__ import annotations

from rulelang.diagnostics.diagnostic import Diagnostic, at
from rulelang.diagnostics.source import Span


def stray_table_row(span: Span) -> Diagnostic:
    message = "this row is not in a table"
    help_text = (
        "a table goes directly below its line `bands …` or `grid …`; only `cites`, `because`, and `confidence`"
        " can come between"
    )
    return at("stray-table-row", span, message, help_text)


def no_table_below(span: Span) -> Diagnostic:
    message = f"`{' '.join(span.text.split())}` has no table below it"
    help_text = "write its rows below it, with `|` between cells, or paste them from Excel or Word"
    return at("no-table-below", span, message, help_text)


def unclear_numeral(span: Span) -> Diagnostic:
    message = f"`{span.text}` is not a number that rules can use"
    help_text = "write digits, with at most 9 before the decimal point and 9 after it: `45.0`, `-70`, `2/3`, `1000`"
    return at("unclear-numeral", span, message, help_text)


def unread_number(span: Span, suggestion: str | None) -> Diagnostic:
    message = f"`{' '.join(span.text.split())}` is not the name of a number or measure"
    help_text = (
        f"did you mean `{suggestion}`?"
        if suggestion
        else "between two numbers, write `+`, `−`, `×`, or `÷`; numbers are named in the vocabulary, and measures in"
        " lines `measure … = …`"
    )
    return at("unread-number", span, message, help_text)
