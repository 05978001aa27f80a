"""Messages about statements about performance levels that can be read but make no sense."""

from __future__ import annotations

from collections.abc import Sequence

from rulelang.diagnostics.catalogue.quote import listing, quoted
from rulelang.diagnostics.diagnostic import Diagnostic, Label, Severity
from rulelang.diagnostics.source import Span


def unclear_measure_name(span: Span) -> Diagnostic:
    """Return the message for a measure whose name would be read as something else."""
    return Diagnostic(
        "unclear-measure-name",
        f"a measure cannot be called {quoted(span.text)}",
        (Label(span),),
        help="a name is made of words: not a number alone, no signs, and no words such as `last year's` or `rounded"
        " to`",
    )


def division_by_zero(span: Span) -> Diagnostic:
    """Return the message for a number that is divided by zero, whatever the data say."""
    return Diagnostic(
        "division-by-zero",
        "this divides by zero",
        (Label(span),),
        help="nothing can be divided by zero: did you mean another number?",
    )


def without_effect(span: Span, reason: str) -> Diagnostic:
    """Return the message for words that change nothing, whatever the data say; `reason` says why."""
    return Diagnostic(
        "without-effect",
        f"`{' '.join(span.text.split())}` has no effect: {reason}",
        (Label(span),),
        help="did you mean another name or number? otherwise, delete it",
    )


def count_below_zero(span: Span, name: str) -> Diagnostic:
    """Return the message for an example that gives less than none of what is counted."""
    return Diagnostic(
        "count-below-zero",
        f"{quoted(name)} cannot be below zero",
        (Label(span),),
        help="the vocabulary says which numbers can be negative: points can, counts cannot",
    )


def percent_of_percent(span: Span, name: str) -> Diagnostic:
    """Return the message for a number that is made a percent twice."""
    return Diagnostic(
        "percent-of-percent",
        f"{quoted(name)} is already a percent",
        (Label(span),),
        help="leave out `as a percent` here: 95 percent would become 9500",
    )


def read_further(span: Span, level: str) -> Diagnostic:
    """Return the message for small populations of which a level is read as one that is read as another itself."""
    return Diagnostic(
        "read-further",
        f"{quoted(level)} is a level that another is read as, but is itself read as another level",
        (Label(span),),
        help="for each level, give the level it is finally read as",
    )


def levels_out_of_order(span: Span, level: str, other: str) -> Diagnostic:
    """Return the message for bands by which a larger number has the level that comes earlier in its scale."""
    return Diagnostic(
        "levels-out-of-order",
        f"{quoted(level)} stands for larger numbers than {quoted(other)} in this row",
        (Label(span),),
        help="levels must follow the numbers in the order of the vocabulary: are two columns mixed up?",
    )


def finer_than_rounded(span: Span, text: str, decimals: int) -> Diagnostic:
    """Return the message for a band that ends at a number with more decimals than the measure keeps."""
    places = f"{decimals} decimal{'s' if decimals != 1 else ''}" if decimals else "a whole number"
    return Diagnostic(
        "finer-than-rounded",
        f"{quoted(text)} has more decimals than its measure, which is rounded to {places}",
        (Label(span),),
        help="round the measure to as many decimals, or write the number with as few",
        severity=Severity.WARNING,
    )


def type_worked_out(span: Span, scale: str) -> Diagnostic:
    """Return the message for rows or grids that are for levels which the ruleset itself works out."""
    return Diagnostic(
        "type-worked-out",
        f"{quoted(scale)} is worked out here, so it cannot decide which row or grid applies",
        (Label(span),),
        help="rows and grids are for what the data say about an LEA or school, such as its type",
    )


def recollection_only(span: Span) -> Diagnostic:
    """Return the message for a number or level that no one has seen in a source."""
    return Diagnostic(
        "recollection-only",
        "`confidence D` means recollection only, and nothing can rest on that",
        (Label(span),),
        help='write `not established`, with the reason: `because "…"`; or find a source, and mark it `C` or better',
    )


def confidence_twice(span: Span, first: Span) -> Diagnostic:
    """Return the message for a second mark of confidence on one statement."""
    return Diagnostic(
        "confidence-twice",
        "this statement already has a mark of confidence",
        (Label(span), Label(first, "the first")),
        help="delete one of the two; in a table, mark single rows in a last column `confidence`",
    )


def better_comes_out_worse(
    span: Span, other: Span, fixed: str, scale: str, levels: tuple[str, str], cells: tuple[str, str]
) -> Diagnostic:
    """Return the warning for a grid by which a better level comes out worse than the one beside it.

    `fixed` is the level of the row or column both are in, `levels` the worse and the better level of `scale`, and
    `cells` their levels.
    """
    worse, better = levels
    return Diagnostic(
        "better-comes-out-worse",
        f"with {quoted(fixed)}, the better {scale} {quoted(better)} gives {quoted(cells[1])}, but the worse"
        f" {quoted(worse)} gives {quoted(cells[0])}",
        (Label(span), Label(other, "the worse one comes out better")),
        help="are two cells, rows, or columns mixed up? if the state's table is like this, leave it",
        severity=Severity.WARNING,
    )


def types_dropped(span: Span, before: Span, scale: str, types: Sequence[str]) -> Diagnostic:
    """Return the warning for bands with one row, where those they replace had rows by type."""
    return Diagnostic(
        "types-dropped",
        f"these bands have one row for all, but those they replace have rows by {quoted(scale)}",
        (Label(span), Label(before, f"had rows for {listing(types)}")),
        help=f"keep the column {quoted(scale)}; if all should have the same cut scores, write one row `every other`",
        severity=Severity.WARNING,
    )
