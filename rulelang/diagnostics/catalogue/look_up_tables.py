"""Messages about tables that give a value, about texts, dates and dollars."""

from __future__ import annotations

from collections.abc import Sequence

from rulelang.diagnostics.catalogue.quote import listing, quoted
from rulelang.diagnostics.diagnostic import Diagnostic, Label, at
from rulelang.diagnostics.source import Span


def table_looks_nothing_up(span: Span) -> Diagnostic:
    message = "this table needs something to look up and something to give"
    help_text = "the last column is what it gives, the columns before it are what it looks up, and each case has a row"
    return at("table-looks-nothing-up", span, message, help_text)


def row_of_other_width(span: Span, found: int, expected: int) -> Diagnostic:
    return at("row-of-other-length", span, f"this row has {found} cells, but the first row has {expected}")


def unclear_cell(span: Span, answers: Sequence[str]) -> Diagnostic:
    """Return the message about a cell of a column of some `answers` alone, or without any of numbers or names."""
    message = f"`{span.text}` cannot be read here"
    if answers:
        return at("unclear-case", Label(span, "which answer?"), message, f"write {listing((*answers, 'any'), 'or')}")
    help_text = "write `below 2,500`, `2,500 or more and below 10,000`, `10,000 or more`, a name, `any other` or `any`"
    return at("unclear-case", Label(span, "which numbers, or which names?"), message, help_text)


def unclear_value(span: Span) -> Diagnostic:
    message = f"`{span.text}` is not a value that a table can give"
    help_text = "write a number, `$100,000`, a date, a level, text in quotation marks, or `not established`"
    return at("unclear-value", span, message, help_text)


def case_without_row(span: Span, case: str) -> Diagnostic:
    message = f"no row of this table covers {case}"
    help_text = (
        "leave no gap between rows: `below 2,500` and `2,500 or more`; a number can lie between 9,999 and 10,000"
    )
    return at("case-without-row", span, message, help_text, case=case)


def case_with_two_rows(second: Span, first: Span, case: str) -> Diagnostic:
    message = f"two rows of this table cover {case}"
    help_text = "cover each case with one row"
    return at(
        "case-with-two-rows", (Label(second, "this row"), Label(first, "and this one")), message, help_text, case=case
    )


def row_never_fits(span: Span) -> Diagnostic:
    return at("row-never-fits", span, "this row never applies", "delete it, or fix its cells")


def too_many_cases(span: Span, most: int) -> Diagnostic:
    message = f"the columns of this table distinguish more than {most:,} cases"
    return at("too-many-cases", span, message, "split it: have one table give what another looks up")


def types_differ(span: Span, first: str, second: str, instead: str = "") -> Diagnostic:
    message = f"one of these is {first} and the other is {second}"
    help_text = "write dollars with their sign, `$30,000`, dates as `2023-07-01`, and text in quotation marks"
    if instead:
        help_text = f"put words that a fact has in quotation marks, and leave an answer without them: `{instead}`"
    return at("types-differ", span, message, help_text)


def no_number_to_combine(span: Span, phrase: str) -> Diagnostic:
    message = f"the value of {quoted(span.words)} is {phrase}, which cannot be added up or put in order"
    help_text = "name a number, an amount in dollars, or a date; `number of schools where …` counts those with a value"
    return at("types-differ", span, message, help_text)


def no_such_day(span: Span) -> Diagnostic:
    return at("no-such-day", span, f"`{span.text}` is not a date")


def unclear_date(span: Span, meant: str | None) -> Diagnostic:
    message = f"`{span.words}` is not a date as rules write it"
    help_text = (
        f"write `{meant}`" if meant else "write a date as `2025-03-01`; for subtraction, put spaces around each sign"
    )
    return at("unclear-date", span, message, help_text)
