"""Messages about measures, bands, grids and the other statements by which levels are worked out."""

from __future__ import annotations

from collections.abc import Sequence

from rulelang.diagnostics.catalogue.quote import listing, quoted, which_was_meant
from rulelang.diagnostics.diagnostic import Diagnostic, Label
from rulelang.diagnostics.sentences import in_sentence
from rulelang.diagnostics.source import Span

# ---- statements, and what a later year changes ----


def which_indicator(span: Span) -> Diagnostic:
    """Return the message for a statement that is about no indicator."""
    return Diagnostic(
        "which-indicator",
        "this does not say which indicator it is about",
        (Label(span, "of which indicator?"),),
        help="put it under a heading such as `for Suspension Rate`",
    )


def statement_twice(span: Span, title: str, first: Span) -> Diagnostic:
    """Return the message for a second statement of the same."""
    return Diagnostic(
        "statement-twice",
        f"{quoted(title)} has already been stated",
        (Label(span), Label(first, "stated here")),
        help="delete one of the two, or join their conditions with `or`; to change what an earlier year says, write"
        " `replace`",
    )


def no_such_statement(span: Span, title: str, known: Sequence[str]) -> Diagnostic:
    """Return the message for a replacement or removal of a statement that is not in force."""
    return Diagnostic(
        "no-such-statement",
        f"there is no {quoted(title)} in force to replace or remove",
        (Label(span),),
        help=which_was_meant(title, known, has="those in force are") if known else "there is nothing in force",
    )


def changes_nothing(span: Span, title: str, before: Span) -> Diagnostic:
    """Return the message for a replacement that means the same as what it replaces."""
    return Diagnostic(
        "statement-unchanged",
        f"this means the same as the {quoted(title)} it replaces",
        (Label(span), Label(before, "what the base says")),
        help="delete it: what the base says stays in force",
    )


def inherited_statement(first: Diagnostic, title: str, source_year: int, year: int) -> Diagnostic:
    """Return the message for a statement of an earlier year that makes no sense in a year based on it."""
    return Diagnostic(
        "inherited-statement",
        f"{quoted(title)} of {source_year} does not work in {year}: {first.message}",
        first.labels,
        help=f"in {year}, `replace` or `remove` it, with the reason",
        notes=(first.help,) if first.help else (),
    )


def unclear_confidence(span: Span, text: str) -> Diagnostic:
    """Return the message for an unknown mark of confidence."""
    return Diagnostic(
        "unclear-confidence",
        f"{quoted(text)} is not a mark of confidence",
        (Label(span),),
        help="write `A`, `B`, `C`, or `D`, alone or with years: `C in 2017, A from 2018 on`",
    )


def not_established_without_reason(span: Span) -> Diagnostic:
    """Return the message for a value that is not established and has no reason."""
    return Diagnostic(
        "not-established-without-reason",
        "nothing says why this is not established",
        (Label(span),),
        help='add a line such as `because "no source states it"` below it',
    )


# ---- numbers ----


def unknown_number(span: Span, name: str, indicator: str, known: Sequence[str] | None) -> Diagnostic:
    """Return the message for words that are neither a number nor a measure of the indicator, with those there are."""
    where = f"of {quoted(indicator)}" if indicator else "of the LEA"
    return Diagnostic(
        "unknown-number",
        f"{quoted(name)} is not a number {where} or a measure",
        (Label(span),),
        help=(which_was_meant(name, known) if known else _NO_NUMBERS) if known is not None else None,
    )


_NO_NUMBERS = "there are no numbers to compare here, only levels: write a level, such as `Red on ELA`"


def not_given_for_last_year(span: Span, name: str) -> Diagnostic:
    """Return the message for last year's value of a number that the files do not give for last year."""
    return Diagnostic(
        "no-last-year",
        f"the files do not give last year's {quoted(name)}",
        (Label(span),),
        help="the tables of numbers in the vocabulary say which numbers the files give for the year before",
    )


def past_of_past(span: Span) -> Diagnostic:
    """Return the message for an earlier year of something that is of an earlier year itself."""
    return Diagnostic(
        "past-of-past",
        "this asks for an earlier year of something that is already about an earlier year",
        (Label(span),),
        help="name the numbers themselves, each with its year",
    )


def condition_of_this_year(span: Span) -> Diagnostic:
    """Return the message for a condition, in a measure asked for an earlier year, that is of the year at hand."""
    return Diagnostic(
        "condition-of-this-year",
        "this is about the current year, but the measure it is in is used for an earlier year",
        (Label(span),),
        help="remove the condition from the measure that is used for earlier years",
    )


def measure_named_like_number(span: Span, name: str) -> Diagnostic:
    """Return the message for a measure that is called like a number of the data."""
    return Diagnostic(
        "measure-named-like-number",
        f"{quoted(name)} is already a number in the data",
        (Label(span),),
        help="give the measure another name",
    )


def of_which_number(span: Span, name: str, indicators: Sequence[str]) -> Diagnostic:
    """Return the message for a number or a measure that a condition names and several indicators have."""
    return Diagnostic(
        "of-which-indicator",
        f"several indicators have {quoted(name)}",
        (Label(span),),
        help=f"say which one: `{name} of {indicators[0]}`, `{name} of {indicators[-1]}`",
    )


def of_which_indicator(span: Span, name: str) -> Diagnostic:
    """Return the message for a number of an example that several indicators have."""
    return Diagnostic(
        "of-which-indicator",
        f"several indicators have {quoted(name)}",
        (Label(span, "of which indicator?"),),
        help=f"say which one: `{name} 100 on Suspension Rate` in a fact, `expect Suspension Rate {name} …`",
    )


def percent_without_rounding(span: Span) -> Diagnostic:
    """Return the message for a search whose percentage is not said to be rounded, or to what."""
    return Diagnostic(
        "percent-without-rounding",
        "this does not say how the percentage is rounded",
        (Label(span),),
        help="end it with `, rounded to a whole percent` or `, rounded to 1 decimal`",
    )


def too_much(span: Span, what: str, most: int) -> Diagnostic:
    """Return the message for more decimals, years or measures inside one another than any policy needs."""
    return Diagnostic(
        "too-much",
        f"this asks for more than {most} {what}",
        (Label(span),),
        help="no policy needs this many; is it a typo?",
    )


def circular_levels(span: Span, names: Sequence[str]) -> Diagnostic:
    """Return the message for a measure or a level that depends on itself."""
    return Diagnostic(
        "circular-levels",
        f"{quoted(names[0])} depends on itself: {' → '.join(names)}",
        (Label(span),),
        help="a measure can use other measures, but not, directly or indirectly, itself",
    )


# ---- scales and levels ----


def unknown_scale(span: Span, name: str, known: Sequence[str]) -> Diagnostic:
    """Return the message for a scale that the vocabulary does not have."""
    return Diagnostic(
        "unknown-scale",
        f"{quoted(name)} is not a scale of levels",
        (Label(span),),
        help=which_was_meant(name, known, has="the scales are"),
    )


def scale_not_in_year(span: Span, indicator: str, scale: str, year: int) -> Diagnostic:
    """Return the message for a scale that an indicator does not have in the year."""
    return Diagnostic(
        "scale-not-in-year",
        f"{quoted(indicator)} has no {quoted(scale)} in {year}",
        (Label(span),),
        help="the tables of indicators in the vocabulary say which scales each indicator has in which years",
    )


def nothing_gives_level(span: Span, indicator: str, scale: str) -> Diagnostic:
    """Return the message for a statement about a level that no bands and no grid give."""
    return Diagnostic(
        "nothing-gives-level",
        f"there are no bands and no grid for the {quoted(scale)} of {quoted(indicator)}",
        (Label(span),),
        help="add bands or a grid for it, or remove this as well",
    )


def level_without_measure(span: Span, indicator: str, scale: str) -> Diagnostic:
    """Return the message for bands of a number that no measure works out."""
    return Diagnostic(
        "level-without-measure",
        f"no measure says which number of {quoted(indicator)} these bands apply to",
        (Label(span),),
        help=f"add a line such as `measure {scale} = …, rounded to 1 decimal`",
    )


def level_not_of_scale(span: Span, text: str, scale: str, levels: Sequence[str]) -> Diagnostic:
    """Return the message for a cell that names no level of the scale its table is about."""
    return Diagnostic(
        "level-not-of-scale",
        f"{quoted(text)} is not a level of {quoted(scale)}",
        (Label(span),),
        help=which_was_meant(text, levels, has="its levels are"),
    )


def readings_of_two_scales(span: Span) -> Diagnostic:
    """Return the message for small populations whose levels are of two scales."""
    return Diagnostic(
        "readings-of-two-scales",
        "a level can be read only as another level of the same scale",
        (Label(span),),
        help="for example: `read Increased Significantly as Increased`",
    )


# ---- tables ----


def row_of_other_width(span: Span, found: int, expected: int) -> Diagnostic:
    """Return the message for a row with more or fewer cells than the first."""
    return Diagnostic(
        "row-of-other-width",
        f"this row has {found} cells, but the first row has {expected}",
        (Label(span),),
        help="give every row as many cells as the first, separated by `|` or a tab",
    )


def table_without_rows(span: Span) -> Diagnostic:
    """Return the message for a table that has a first row only."""
    return Diagnostic(
        "table-without-rows",
        "this table has no row below its first",
        (Label(span),),
        help="the first row names the levels; put the cells below it",
    )


def heading_twice(span: Span, level: str, first: Span) -> Diagnostic:
    """Return the message for a level that two columns, or two rows, are for."""
    return Diagnostic(
        "heading-twice",
        f"{quoted(level)} is in this table twice",
        (Label(span), Label(first, "the first")),
        help="list each level once",
    )


def type_twice(span: Span, name: str, first: Span) -> Diagnostic:
    """Return the message for a type that two rows, or two grids, are for."""
    return Diagnostic(
        "type-twice",
        f"there are two rows or tables for {quoted(name)}",
        (Label(span), Label(first, "the first")),
        help="nothing says which of them applies: list each type once",
    )


def types_without_row(span: Span, scale: str, missing: Sequence[str]) -> Diagnostic:
    """Return the message for types that no row, or no grid, is for."""
    return Diagnostic(
        "type-without-row",
        f"there is nothing for the {scale} {listing(missing)}",
        (Label(span),),
        help="add a row for it, or one for `every other`; for a grid, add one without a type",
    )


def unknown_type(span: Span, name: str, known: Sequence[str]) -> Diagnostic:
    """Return the message for a grid that is for something that is no level of any scale."""
    return Diagnostic(
        "unknown-type",
        f"a grid cannot be for {quoted(name)}, which is not a level of any scale",
        (Label(span),),
        help=which_was_meant(name, known, has="it is for levels that the data give:", lists="rulelang words"),
    )


def types_of_two_scales(span: Span) -> Diagnostic:
    """Return the message for grids some of which are for types of one scale, some for another."""
    return Diagnostic(
        "types-of-two-scales",
        "the grids of one indicator are for types from two scales",
        (Label(span),),
        help="use types from one scale only, so that it is clear which grid applies",
    )


# ---- bands ----


def level_without_band(span: Span, missing: Sequence[str]) -> Diagnostic:
    """Return the message for levels of the scale that no column of a band table is for."""
    return Diagnostic(
        "level-without-band",
        f"no number can be {listing(missing, 'or')} in this table",
        (Label(span),),
        help="add a column for each level of the scale",
    )


def unclear_band(span: Span, text: str) -> Diagnostic:
    """Return the message for a cell of a band table that names no numbers."""
    return Diagnostic(
        "unclear-band",
        f"{quoted(text)} does not say which numbers have this level",
        (Label(span),),
        help="write `45.0 or more`, `above 6.0`, `below 68.0`, `0.5 or less`, `0.5 to 1.4` or `not established`",
    )


def gap(span: Span, example: str, where: str, closing: str) -> Diagnostic:
    """Return the message for numbers that no cell of a row covers; `closing` is what would close the gap."""
    return Diagnostic(
        "gap-in-bands",
        f"no cell of this row covers {quoted(example)}",
        (Label(span, f"there is nothing for numbers {where}"),),
        help=closing,
        case=example,
    )


def overlap(span: Span, first: Span, example: str, earlier: str, later: str) -> Diagnostic:
    """Return the message for two cells that both hold for a number."""
    return Diagnostic(
        "overlapping-bands",
        f"{quoted(example)} is both {quoted(earlier)} and {quoted(later)} in this row",
        (Label(span, f"{example} is {later} here"), Label(first, f"{example} is {earlier} here")),
        help="exclude the number from one of the two: `below` and `above` exclude it, `or less` and `or more` include"
        " it",
        case=example,
    )


def never_holds(span: Span, level: str, example: str | None) -> Diagnostic:
    """Return the message for a cell that can never hold, because cells to its left hold for all its numbers."""
    reason = f"{quoted(example)} already has another level" if example is not None else "no number fits it"
    return Diagnostic(
        "band-never-holds",
        f"no number can be {quoted(level)} in this row: {reason}",
        (Label(span, "can never hold"),),
        help="a row is read from left to right, and the first cell that fits counts: put the narrower one first",
    )


def band_in_two_parts(span: Span, level: str, first: str, second: str) -> Diagnostic:
    """Return the message for a cell that earlier cells cut in two."""
    return Diagnostic(
        "band-in-two-parts",
        f"{quoted(level)} covers {quoted(first)} and {quoted(second)} in this row, but not everything between them",
        (Label(span),),
        help="put the cells in order, from low to high or from high to low",
    )


# ---- grids ----


def unclear_corner(span: Span, text: str) -> Diagnostic:
    """Return the message for a grid whose first cell does not name the scales of its rows and columns."""
    return Diagnostic(
        "unclear-corner",
        f"{quoted(text)} does not name the scale of the rows and the scale of the columns",
        (Label(span),),
        help="begin the first row with a cell such as `Status \\ Change`",
    )


def missing_in_grid(span: Span, what: str, missing: Sequence[str]) -> Diagnostic:
    """Return the message for levels that no row, or no column, of a grid is for."""
    return Diagnostic(
        "missing-in-grid",
        f"this grid has no {what} for {in_sentence(quoted(one) for one in missing)}",
        (Label(span),),
        help=f"add a {what} for each level; where nothing can fall in a cell, write `not possible`",
    )


def unclear_grid_cell(span: Span, text: str, row: str, column: str, levels: Sequence[str]) -> Diagnostic:
    """Return the message for a cell of a grid that names no level."""
    return Diagnostic(
        "unclear-grid-cell",
        f"{quoted(text)} is not a level for {quoted(row)} and {quoted(column)}",
        (Label(span),),
        help=which_was_meant(text, levels, [*levels, "not possible", "not established"], has="a cell has one of"),
    )
