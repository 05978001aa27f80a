"""Messages about statements about performance levels that can be read but make no sense."""

from __future__ import annotations

from collections.abc import Sequence

from rulelang.diagnostics.catalogue.quote import listing, quoted
from rulelang.diagnostics.diagnostic import Diagnostic, Label, Severity, at
from rulelang.diagnostics.source import Span


def unclear_measure_name(span: Span) -> Diagnostic:
    message = f"a measure cannot be called {quoted(span.text)}"
    help_text = (
        "a name is made of words: not a number alone, no signs, and no words such as `last year's` or `rounded to`"
    )
    return at("unclear-measure-name", span, message, help_text)


def division_by_zero(span: Span) -> Diagnostic:
    message = "this divides by zero"
    return at("division-by-zero", span, message, "nothing can be divided by zero: did you mean another number?")


def without_effect(span: Span, reason: str) -> Diagnostic:
    """Return the message for words that change nothing, whatever the data say; `reason` says why."""
    message = f"`{' '.join(span.text.split())}` has no effect: {reason}"
    return at("without-effect", span, message, "did you mean another name or number? otherwise, delete it")


def count_below_zero(span: Span, name: str) -> Diagnostic:
    message = f"{quoted(name)} cannot be below zero"
    help_text = "the vocabulary says which numbers can be negative: points can, counts cannot"
    return at("count-below-zero", span, message, help_text)


def percent_of_percent(span: Span, name: str) -> Diagnostic:
    message = f"{quoted(name)} is already a percent"
    return at("percent-of-percent", span, message, "leave out `as a percent` here: 95 percent would become 9500")


def read_further(span: Span, level: str) -> Diagnostic:
    message = f"{quoted(level)} is a level that another is read as, but is itself read as another level"
    return at("read-further", span, message, "for each level, give the level it is finally read as")


def levels_out_of_order(span: Span, level: str, other: str) -> Diagnostic:
    message = f"{quoted(level)} stands for larger numbers than {quoted(other)} in this row"
    help_text = "levels must follow the numbers in the order of the vocabulary: are two columns mixed up?"
    return at("levels-out-of-order", span, message, help_text)


def finer_than_rounded(span: Span, text: str, decimals: int) -> Diagnostic:
    places = f"{decimals} decimal{'s' if decimals != 1 else ''}" if decimals else "a whole number"
    message = f"{quoted(text)} has more decimals than its measure, which is rounded to {places}"
    help_text = "round the measure to as many decimals, or write the number with as few"
    return at("finer-than-rounded", span, message, help_text, severity=Severity.WARNING)


def type_worked_out(span: Span, scale: str) -> Diagnostic:
    message = f"{quoted(scale)} is worked out here, so it cannot decide which row or grid applies"
    help_text = "rows and grids are for what the data say about an LEA or school, such as its type"
    return at("type-worked-out", span, message, help_text)


def recollection_only(span: Span) -> Diagnostic:
    message = "`confidence D` means recollection only, and nothing can rest on that"
    help_text = 'write `not established`, with the reason: `because "…"`; or find a source, and mark it `C` or better'
    return at("recollection-only", span, message, help_text)


def confidence_twice(span: Span, first: Span) -> Diagnostic:
    message = "this statement already has a mark of confidence"
    help_text = "delete one of the two; in a table, mark single rows in a last column `confidence`"
    return at("confidence-twice", (Label(span), Label(first, "the first")), message, help_text)


def better_comes_out_worse(
    span: Span, other: Span, fixed: str, scale: str, levels: tuple[str, str], cells: tuple[str, str]
) -> Diagnostic:
    """Return the warning for a grid by which a better level comes out worse than the one beside it.

    `fixed` is the level of the row or column both are in, `levels` the worse and the better level of `scale`, and
    `cells` their levels.
    """
    worse, better = levels
    message = (
        f"with {quoted(fixed)}, the better {scale} {quoted(better)} gives {quoted(cells[1])}, but the worse"
        f" {quoted(worse)} gives {quoted(cells[0])}"
    )
    help_text = "are two cells, rows, or columns mixed up? if the state's table is like this, leave it"
    return at(
        "better-comes-out-worse",
        (Label(span), Label(other, "the worse one comes out better")),
        message,
        help_text,
        severity=Severity.WARNING,
    )


def types_dropped(span: Span, before: Span, scale: str, types: Sequence[str]) -> Diagnostic:
    message = f"these bands have one row for all, but those they replace have rows by {quoted(scale)}"
    help_text = f"keep the column {quoted(scale)}; if all should have the same cut scores, write one row `every other`"
    return at(
        "types-dropped",
        (Label(span), Label(before, f"had rows for {listing(types)}")),
        message,
        help_text,
        severity=Severity.WARNING,
    )
