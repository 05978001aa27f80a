"""The tables of a vocabulary file, checked against their header and read cell by cell."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from rulelang.compiler.vocabulary_tables import TableForm
from rulelang.core.years import Years
from rulelang.diagnostics.catalogue import vocabulary as messages
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.diagnostics.plain_data import frozen
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn

BLANK = "(blank)"
"""How a cell says that it means an empty value, rather than nothing."""

MOST_DIGITS: Final = 12
"""A year, a priority or a number of students with more digits than this is a typing error."""


@frozen
class Row:
    """One row of a table of some form: its cells by the header's words, case folded.

    `unsure` are the kinds of names of which some are unknown because of an error that has been reported.
    """

    cells: dict[str, syn.Text]
    span: Span
    form: TableForm
    reporter: Reporter
    unsure: set[str]

    def text(self, column: str) -> str:
        """Return the text of a cell, empty if the table has no such column."""
        cell = self.cells.get(column.casefold())
        return cell.text if cell else ""

    def value(self, column: str) -> str | None:
        """Return the value of a cell: None if it is empty, the empty string for `(blank)`."""
        text = self.text(column)
        return None if not text else unblanked(text)

    def items(self, column: str) -> tuple[str, ...]:
        """Return the parts of a cell, separated by commas."""
        text = self.text(column)
        return tuple(part for part in map(str.strip, text.split(",")) if part) if text else ()

    def span_of(self, column: str) -> Span:
        """Return the place of a cell, or of the row if the table has no such column."""
        cell = self.cells.get(column.casefold())
        return cell.span if cell else self.span

    def unclear(self, column: str, wanted: str) -> None:
        """Report a cell that cannot be understood."""
        self.reporter.report(messages.unclear_cell(self.span_of(column), wanted))

    def flag(self, column: str, word: str) -> bool:
        """Return whether a cell says a word; anything else but nothing is reported."""
        said = self.text(column).casefold()
        if said not in ("", word):
            self.unclear(column, f"`{word}` or nothing")
        return said != ""

    def known(
        self, column: str, what: str, known: Iterable[str], names: Sequence[str] | None = None
    ) -> tuple[str, ...]:
        """Return the names of a cell as the vocabulary writes them; undeclared ones are reported and left out.

        `names` are those asked for if they are not the parts of the cell.
        """
        said = self.items(column) if names is None else names
        by_fold = {name.casefold(): name for name in known} if said else {}
        found = []
        for name in said:
            declared = by_fold.get(name.casefold())
            if declared is None:
                self.unknown(column, name, what, by_fold.values())
            else:
                found.append(declared)
        return tuple(found)

    def unknown(self, column: str, name: str, what: str, known: Collection[str]) -> None:
        """Report an undeclared name, unless one of its kind may be declared where an error has been reported."""
        form = self.form.column(column)
        if form is None or not self.unsure.intersection(form.kinds):
            self.reporter.report(messages.unknown_cell_name(self.span_of(column), name, what, known))

    def years(self, column: str) -> tuple[Years, ...]:
        """Return the ranges of years a cell names: `2018`, `2017 to 2019`, `2023 on`, separated by commas."""
        stretches = [_stretch(part.split()) for part in self.items(column)]
        for _ in (one for one in stretches if one is None):
            self.unclear(column, "years such as `2018`, `2017 to 2019`, `2023 on`")
        return tuple(one for one in stretches if one is not None)

    def stretch(self, column: str) -> Years:
        """Return the one range of years a cell names; all years if it is empty."""
        stretches = self.years(column)
        if len(stretches) > 1:
            self.unclear(column, "one stretch of years")
        return stretches[0] if stretches else Years()


def unblanked(text: str) -> str:
    """Return the text, or the empty string for `(blank)`."""
    return "" if text == BLANK else text


def rows_of(
    table: syn.Table, form: TableForm, scales: Sequence[str], reporter: Reporter, unsure: set[str]
) -> Iterator[Row]:
    """Yield the rows of a table of some form, given the names of the scales; what does not fit is reported.

    A table without a needed column has no rows. A row with too many or too few cells is read as far as it goes, so that
    what it names is known; nothing else is said of it. Either way, names of the kinds that the table declares are
    `unsure`.
    """
    header, *body = table.rows
    heads = [cell.text.casefold() for cell in header]
    known = [name for column in form.columns for name in column.spelled(scales)]
    for cell in header:
        if "*" not in known and cell.text.casefold() not in map(str.casefold, known):
            column = form.column(cell.text)
            if column is None or "SCALE" not in unsure:
                reporter.report(messages.unknown_table_column(cell.span, known))
    missing = [one.name for one in form.columns if one.needed and one.name.casefold() not in heads]
    for name in missing:
        reporter.report(messages.missing_table_column(table.heading.span, name))
    if missing or any(len(row) != len(header) for row in body):
        unsure.update(form.declared)
    for row in body if not missing else ():
        span = row[0].span.to(row[-1].span)
        is_whole = len(row) == len(header)
        if not is_whole:
            reporter.report(messages.table_shape(span, len(row), len(header)))
        yield Row(dict(zip(heads, row, strict=False)), span, form, reporter if is_whole else Reporter(), unsure)


def _stretch(words: Sequence[str]) -> Years | None:
    numbers = [whole_number(word) for word in words]
    match words, numbers:
        case [_], [int(year)]:
            return Years(year, year)
        case [_, "to", _], [int(first), _, int(last)]:
            return Years(first, last)
        case [_, "on"], [int(first), _]:
            return Years(first)
        case _:
            return None


def whole_number(text: str) -> int | None:
    """Return the whole number of a cell; None if it is not one, or has more digits than any number of a policy."""
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None
