"""Messages about measures, bands, grids and the other statements by which levels are worked out."""

from __future__ import annotations

from collections.abc import Sequence

from rulelang.diagnostics.catalogue.quote import listing, quoted, which_was_meant
from rulelang.diagnostics.diagnostic import Diagnostic, Edit, Label, Severity, at
from rulelang.diagnostics.sentences import in_sentence
from rulelang.diagnostics.source import Span
from rulelang.diagnostics.suggest import nearest

# ---- statements, and what a later year changes ----


def which_indicator(span: Span) -> Diagnostic:
    message = "this does not say which indicator it is about"
    help_text = "put it under a heading such as `for Suspension Rate`"
    return at("which-indicator", Label(span, "of which indicator?"), message, help_text)


def statement_twice(span: Span, title: str, first: Span) -> Diagnostic:
    message = f"{quoted(title)} has already been stated"
    help_text = (
        "delete one of the two, or join their conditions with `or`; to change what an earlier year says, write"
        " `replace`"
    )
    return at("statement-twice", (Label(span), Label(first, "stated here")), message, help_text)


def no_such_statement(span: Span, title: str, known: Sequence[str]) -> Diagnostic:
    message = f"there is no {quoted(title)} in force to replace or remove"
    help_text = which_was_meant(title, known, has="those in force are") if known else "there is nothing in force"
    return at("no-such-statement", span, message, help_text)


def changes_nothing(span: Span, title: str, before: Span) -> Diagnostic:
    message = f"this means the same as the {quoted(title)} it replaces"
    help_text = "delete it: what the base says stays in force"
    where = (Label(span), Label(before, "what the base says"))
    return at("statement-unchanged", where, message, help_text, severity=Severity.WARNING)


def inherited_statement(first: Diagnostic, title: str, source_year: int, year: int) -> Diagnostic:
    message = f"{quoted(title)} of {source_year} does not work in {year}: {first.message}"
    help_text = f"in {year}, `replace` or `remove` it, with the reason"
    return at("inherited-statement", first.labels, message, help_text, notes=(first.help,) if first.help else ())


def unclear_confidence(span: Span, text: str) -> Diagnostic:
    message = f"{quoted(text)} is not a mark of confidence"
    help_text = "write `A`, `B`, `C`, or `D`, alone or with years: `C in 2017, A from 2018 on`"
    return at("unclear-confidence", span, message, help_text)


def not_established_without_reason(span: Span) -> Diagnostic:
    message = "nothing says why this is not established"
    help_text = 'add a line such as `because "no source states it"` below it'
    return at("not-established-without-reason", span, message, help_text)


# ---- numbers ----


def unknown_number(span: Span, name: str, indicator: str, known: Sequence[str] | None) -> Diagnostic:
    where = f"of {quoted(indicator)}" if indicator else "of the vocabulary"
    message = f"{quoted(name)} is not a number {where} or a measure"
    help_text = (which_was_meant(name, known) if known else _NO_NUMBERS) if known is not None else None
    near = nearest(name, known) if known and span.words == name else None
    return at("unknown-number", span, message, help_text, edits=(Edit(span, near),) if near else ())


_NO_NUMBERS = (
    "there are no numbers or facts to ask for here, only levels: write a level, such as `Red on ELA`, or add the fact"
    " to a vocabulary"
)


def not_given_for_last_year(span: Span, name: str) -> Diagnostic:
    message = f"the files do not give last year's {quoted(name)}"
    help_text = "the tables of numbers in the vocabulary say which numbers the files give for the year before"
    return at("no-last-year", span, message, help_text)


def measure_not_given_for_last_year(span: Span, name: str, numbers: Sequence[str]) -> Diagnostic:
    message = f"{quoted(span.words)} needs last year's {listing(numbers)}, which the files of a year do not give"
    help_text = f"from the files of last year itself: write `sum of {name} over the last 2 years − {name}`"
    return at("no-last-year", span, message, help_text)


def past_of_past(span: Span) -> Diagnostic:
    message = "this asks for an earlier year of something that is already about an earlier year"
    return at("past-of-past", span, message, "name the numbers themselves, each with its year")


def condition_of_this_year(span: Span) -> Diagnostic:
    message = "this is about the current year, but the measure it is in is used for an earlier year"
    help_text = "remove the condition from the measure that is used for earlier years"
    return at("condition-of-this-year", span, message, help_text)


def measure_named_like_number(span: Span, name: str) -> Diagnostic:
    message = f"{quoted(name)} is already a number in the data"
    return at("measure-named-like-number", span, message, "give the measure another name")


def of_which_number(span: Span, name: str, indicators: Sequence[str]) -> Diagnostic:
    message = f"several indicators have {quoted(name)}"
    help_text = f"say which one: `{name} of {indicators[0]}`, `{name} of {indicators[-1]}`"
    return at("of-which-indicator", span, message, help_text)


def of_which_indicator(span: Span, name: str) -> Diagnostic:
    message = f"several indicators have {quoted(name)}"
    help_text = f"say which one: `{name} 100 on Suspension Rate` in a fact, `expect Suspension Rate {name} …`"
    return at("of-which-indicator", Label(span, "of which indicator?"), message, help_text)


def percent_without_rounding(span: Span) -> Diagnostic:
    message = "this does not say how the percentage is rounded"
    help_text = "end it with `, rounded to a whole percent` or `, rounded to 1 decimal`"
    return at("percent-without-rounding", span, message, help_text)


def too_much(span: Span, what: str, most: int) -> Diagnostic:
    return at("too-much", span, f"this asks for more than {most} {what}", "no policy needs this many; is it a typo?")


def circular_levels(span: Span, names: Sequence[str]) -> Diagnostic:
    message = f"{quoted(names[0])} depends on itself: {' → '.join(names)}"
    help_text = "a measure can use other measures, but not, directly or indirectly, itself"
    return at("circular-levels", span, message, help_text)


# ---- scales and levels ----


def unknown_scale(span: Span, name: str, known: Sequence[str]) -> Diagnostic:
    message = f"{quoted(name)} is not a scale of levels"
    return at("unknown-scale", span, message, which_was_meant(name, known, has="the scales are"))


def scale_not_in_year(span: Span, indicator: str, scale: str, year: int) -> Diagnostic:
    message = f"{quoted(indicator)} has no {quoted(scale)} in {year}"
    help_text = "the tables of indicators in the vocabulary say which scales each indicator has in which years"
    return at("scale-not-in-year", span, message, help_text)


def nothing_gives_level(span: Span, indicator: str, scale: str) -> Diagnostic:
    message = f"there are no bands and no grid for the {quoted(scale)} of {quoted(indicator)}"
    return at("nothing-gives-level", span, message, "add bands or a grid for it, or remove this as well")


def level_without_measure(span: Span, indicator: str, scale: str) -> Diagnostic:
    message = f"no measure says which number of {quoted(indicator)} these bands apply to"
    return at("level-without-measure", span, message, f"add a line such as `measure {scale} = …, rounded to 1 decimal`")


def level_not_of_scale(span: Span, text: str, scale: str, levels: Sequence[str]) -> Diagnostic:
    message = f"{quoted(text)} is not a level of {quoted(scale)}"
    return at("level-not-of-scale", span, message, which_was_meant(text, levels, has="its levels are"))


def readings_of_two_scales(span: Span) -> Diagnostic:
    message = "a level can be read only as another level of the same scale"
    return at("readings-of-two-scales", span, message, "for example: `read Increased Significantly as Increased`")


# ---- tables ----


def row_of_other_width(span: Span, found: int, expected: int) -> Diagnostic:
    message = f"this row has {found} cells, but the first row has {expected}"
    help_text = "give every row as many cells as the first, separated by `|` or a tab"
    return at("row-of-other-width", span, message, help_text)


def table_without_rows(span: Span) -> Diagnostic:
    message = "this table has no row below its first"
    return at("table-without-rows", span, message, "the first row names the levels; put the cells below it")


def heading_twice(span: Span, level: str, first: Span) -> Diagnostic:
    message = f"{quoted(level)} is in this table twice"
    return at("heading-twice", (Label(span), Label(first, "the first")), message, "list each level once")


def type_twice(span: Span, name: str, first: Span) -> Diagnostic:
    message = f"there are two rows or tables for {quoted(name)}"
    help_text = "nothing says which of them applies: list each type once"
    return at("type-twice", (Label(span), Label(first, "the first")), message, help_text)


def types_without_row(span: Span, scale: str, missing: Sequence[str]) -> Diagnostic:
    message = f"there is nothing for the {scale} {listing(missing)}"
    help_text = "add a row for it, or one for `every other`; for a grid, add one without a type"
    return at("type-without-row", span, message, help_text)


def unknown_type(span: Span, name: str, given: Sequence[str]) -> Diagnostic:
    """Return the message for what is no level of a scale; `given` are the scales whose levels the data give."""
    message = f"a grid cannot be for {quoted(name)}, which is not a level of any scale"
    scales = f": those of {listing(given)}" if given else ""
    return at("unknown-type", span, message, f"a grid is for levels that the data give{scales}")


def types_of_two_scales(span: Span) -> Diagnostic:
    message = "the grids of one indicator are for types from two scales"
    help_text = "use types from one scale only, so that it is clear which grid applies"
    return at("types-of-two-scales", span, message, help_text)


# ---- bands ----


def level_without_band(span: Span, missing: Sequence[str]) -> Diagnostic:
    message = f"no number can be {listing(missing, 'or')} in this table"
    return at("level-without-band", span, message, "add a column for each level of the scale")


def unclear_band(span: Span, text: str) -> Diagnostic:
    message = f"{quoted(text)} does not say which numbers have this level"
    help_text = "write `45.0 or more`, `above 6.0`, `below 68.0`, `0.5 or less`, `0.5 to 1.4` or `not established`"
    return at("unclear-band", span, message, help_text)


def gap(span: Span, example: str, where: str, closing: str) -> Diagnostic:
    """Return the message for numbers that no cell of a row covers; `closing` is what would close the gap."""
    message = f"no cell of this row covers {quoted(example)}"
    return at("gap-in-bands", Label(span, f"there is nothing for numbers {where}"), message, closing, case=example)


def overlap(span: Span, first: Span, example: str, earlier: str, later: str) -> Diagnostic:
    message = f"{quoted(example)} is both {quoted(earlier)} and {quoted(later)} in this row"
    help_text = (
        "exclude the number from one of the two: `below` and `above` exclude it, `or less` and `or more` include it"
    )
    return at(
        "overlapping-bands",
        (Label(span, f"{example} is {later} here"), Label(first, f"{example} is {earlier} here")),
        message,
        help_text,
        case=example,
    )


def never_holds(span: Span, level: str, example: str | None) -> Diagnostic:
    reason = f"{quoted(example)} already has another level" if example is not None else "no number fits it"
    message = f"no number can be {quoted(level)} in this row: {reason}"
    help_text = "a row is read from left to right, and the first cell that fits counts: put the narrower one first"
    return at("band-never-holds", Label(span, "can never hold"), message, help_text)


def band_in_two_parts(span: Span, level: str, first: str, second: str) -> Diagnostic:
    message = (
        f"{quoted(level)} covers {quoted(first)} and {quoted(second)} in this row, but not everything between them"
    )
    return at("band-in-two-parts", span, message, "put the cells in order, from low to high or from high to low")


# ---- grids ----


def unclear_corner(span: Span, text: str) -> Diagnostic:
    message = f"{quoted(text)} does not name the scale of the rows and the scale of the columns"
    return at("unclear-corner", span, message, "begin the first row with a cell such as `Status \\ Change`")


def missing_in_grid(span: Span, what: str, missing: Sequence[str]) -> Diagnostic:
    message = f"this grid has no {what} for {in_sentence(quoted(one) for one in missing)}"
    help_text = f"add a {what} for each level; where nothing can fall in a cell, write `not possible`"
    return at("missing-in-grid", span, message, help_text)


def unclear_grid_cell(span: Span, text: str, row: str, column: str, levels: Sequence[str]) -> Diagnostic:
    message = f"{quoted(text)} is not a level for {quoted(row)} and {quoted(column)}"
    help_text = which_was_meant(text, levels, [*levels, "not possible", "not established"], has="a cell has one of")
    return at("unclear-grid-cell", span, message, help_text)


# ---- sentences that cannot be parsed ----


def stray_table_row(span: Span) -> Diagnostic:
    message = "this row is not in a table"
    help_text = (
        "a table goes directly below its line `bands …` or `grid …`; only `cites`, `because`, and `confidence`"
        " can come between"
    )
    return at("stray-table-row", span, message, help_text)


def no_table_below(span: Span) -> Diagnostic:
    message = f"`{span.words}` has no table below it"
    help_text = "write its rows below it, with `|` between cells, or paste them from Excel or Word"
    return at("no-table-below", span, message, help_text)


def unclear_numeral(span: Span, meant: Sequence[str] = ()) -> Diagnostic:
    message = f"`{span.text}` is not a number that rules can use"
    if meant:
        help_text = f"write {in_sentence((f'`{one}`' for one in meant), 'or')}, if that is meant"
    elif span.text.startswith("$"):
        help_text = "write dollars in digits: `$60,000`, `$0.50`"
    else:
        help_text = "write digits, with at most 9 before the decimal point and 9 after it: `45.0`, `-70`, `2/3`, `1000`"
    return at("unclear-numeral", span, message, help_text)


def unread_number(span: Span, suggestion: str | None) -> Diagnostic:
    message = f"`{span.words}` is not the name of a number or measure"
    help_text = (
        f"did you mean `{suggestion}`?"
        if suggestion
        else "between two numbers, write `+`, `−`, `×`, or `÷`; numbers are named in the vocabulary, and measures in"
        " lines `measure … = …`"
    )
    return at("unread-number", span, message, help_text)


# ---- statements that make no sense ----


def unclear_measure_name(span: Span) -> Diagnostic:
    message = f"a measure cannot be called {quoted(span.text)}"
    help_text = (
        "a name is made of words: not a number alone, no signs, and no words such as `last year's` or `rounded to`"
    )
    return at("unclear-measure-name", span, message, help_text)


def division_by_zero(span: Span) -> Diagnostic:
    message = "this divides by zero"
    return at("division-by-zero", span, message, "nothing can be divided by zero: did you mean another number?")


def without_effect(span: Span, reason: str, meant: str = "another name or number") -> Diagnostic:
    """Return the message for words that change nothing, whatever the data say; `reason` says why."""
    message = f"`{span.words}` has no effect: {reason}"
    return at("without-effect", span, message, f"did you mean {meant}? otherwise, delete it")


def share_without_effect(span: Span, holds: str, percent: str, share: str) -> Diagnostic:
    """Return the message for a share compared with a number that no share can be, perhaps meant as a percentage."""
    message = f"`{span.words}` has no effect: it {holds} holds, because a share is from 0 to 1"
    return at("without-effect", span, message, f"{percent} percent is the share `{share}`")


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
