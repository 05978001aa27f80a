"""The parts of a vocabulary as they are read, table by table and row by row."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from attrs import define, field, fields

from rulelang.compiler.vocabulary_tables import TableForm, form_of
from rulelang.core import vocabulary as core
from rulelang.core.file_layouts import IN_ONE_TABLE, Column, FileFormat, FileName, LevelCodes, RowKind
from rulelang.core.years import Years
from rulelang.diagnostics.catalogue import vocabulary as messages
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn

BLANK = "(blank)"
"""How a cell says that it means an empty value, rather than nothing."""

MOST_DIGITS: Final = 12
"""A year, a priority or a number of students with more digits than this is a typing error."""


class Row(NamedTuple):
    """One row of a table of some form: its cells by the header's words, case folded."""

    cells: dict[str, syn.Text]
    span: Span
    form: TableForm
    reporter: Reporter
    draft: Draft

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

    def must_say_words(self) -> None:
        """Report each cell that says none of the words of its column, if these are all that the column may hold."""
        for column in (one for one in self.form.columns if one.words and not one.kinds):
            said = self.text(column.name).casefold()
            if said not in column.words and (said or column.needed):
                quoted = [f"`{word}`" for word in column.words]
                wanted = {1: f"{quoted[0]} or nothing", 2: " or ".join(quoted)}
                self.unclear(column.name, wanted.get(len(quoted), f"one of {', '.join(column.words)}"))

    def known(self, column: str, names: Sequence[str] | None = None) -> tuple[str, ...]:
        """Return the names of a cell as the vocabulary writes them; undeclared ones are reported and left out.

        `names` are those asked for if they are not the parts of the cell.
        """
        said = self.items(column) if names is None else names
        form = self.form.column(column)
        return self.among(column, *self.draft.declared(form.kinds[0]), said) if said and form is not None else ()

    def among(self, column: str, what: str, known: Iterable[str], said: Sequence[str]) -> tuple[str, ...]:
        """Return which of some known names are said in a cell; others are reported and left out."""
        by_fold = {name.casefold(): name for name in known} if said else {}
        for name in said:
            if name.casefold() not in by_fold:
                self.unknown(column, name, what, by_fold.values())
        return tuple(by_fold[name.casefold()] for name in said if name.casefold() in by_fold)

    def unknown(self, column: str, name: str, what: str, known: Collection[str]) -> None:
        """Report an undeclared name, unless one of its kind may be declared where an error has been reported."""
        form = self.form.column(column)
        if form is None or not self.draft.unsure.intersection(form.kinds):
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


@define
class Layout:
    """The parts of a `FileFormat` as they are read, table by table."""

    files: list[FileName] = field(factory=list)
    columns: list[Column] = field(factory=list)
    keep: list[RowKind] = field(factory=list)
    others: list[RowKind] = field(factory=list)
    left_out: dict[str, str] = field(factory=dict)
    left_out_in: dict[str, tuple[Years, ...]] = field(factory=dict)
    level_codes: list[LevelCodes] = field(factory=list)
    blanks: list[str] = field(factory=list)


@define
class Draft:
    """The parts of a vocabulary as they are read, table by table.

    `unsure` are the kinds of names that a table or row may declare of which an error has been reported.
    """

    reporter: Reporter
    unsure: set[str] = field(factory=set)
    name: str = ""
    entity: str = "LEA"
    extends: list[str] = field(factory=list)
    years: tuple[int, ...] = ()
    suspended: dict[int, str] = field(factory=dict)
    scales: list[core.Scale] = field(factory=list)
    indicator_kinds: list[core.IndicatorKind] = field(factory=list)
    indicators: list[core.Indicator] = field(factory=list)
    groups: list[core.StudentGroup] = field(factory=list)
    kinds: list[core.LeaKind] = field(factory=list)
    priorities: list[core.Priority] = field(factory=list)
    outcomes: list[core.Outcome] = field(factory=list)
    minimum_sizes: dict[str, list[core.MinimumSize]] = field(factory=dict)
    derived_levels: list[core.DerivedLevel] = field(factory=list)
    numbers: list[core.Number] = field(factory=list)
    layouts: dict[str, Layout] = field(factory=dict)
    priority_codes: dict[str, frozenset[int]] = field(factory=dict)
    determination_codes: dict[str, str] = field(factory=dict)
    comes_with: dict[str, frozenset[str]] = field(factory=dict)
    counties: dict[str, str] = field(factory=dict)
    other_words: list[tuple[str, str]] = field(factory=list)
    meanings: dict[str, str] = field(factory=dict)

    def layout(self, of: str) -> Layout:
        """Return the layout of the family of files that a heading names: `state indicators`, `published lists`."""
        kind = of.removesuffix(IN_ONE_TABLE)
        return self.layouts.setdefault(kind.removesuffix(" indicators") + of[len(kind) :], Layout())

    def declare(self, row: Row, column: str, names: Iterable[str], what: str) -> None:
        """Record that words name something, and report the first that names something already: that, or another."""
        given = {" ".join(name.casefold().split()): name for name in names}
        taken = next((folded for folded in given if folded in self.meanings), None)
        if taken is not None:
            row.reporter.report(messages.two_meanings(row.span_of(column), given[taken], self.meanings[taken]))
        for folded in given:
            self.meanings.setdefault(folded, what)

    def rows(self, table: syn.Table) -> Iterator[Row]:
        """Yield the rows of a table of which there is a form; what does not fit is reported.

        A table without a needed column has no rows. A row with too many or too few cells is read as far as it goes, so
        that what it names is known; nothing else is said of it. Either way, names of the kinds that the table declares
        are `unsure`.
        """
        form = form_of(table.heading.text)
        assert form is not None  # noqa: S101  # other tables are reported, and not read
        header, *body = table.rows
        heads = [cell.text.casefold() for cell in header]
        scales = [scale.name for scale in self.scales]
        known = [name for column in form.columns for name in column.spelled(scales)]
        for cell in header:
            if "*" not in known and cell.text.casefold() not in map(str.casefold, known):
                column = form.column(cell.text)
                if column is None or "SCALE" not in self.unsure:
                    self.reporter.report(messages.unknown_table_column(cell.span, known))
        missing = [one.name for one in form.columns if one.needed and one.name.casefold() not in heads]
        for name in missing:
            self.reporter.report(messages.missing_table_column(table.heading.span, name))
        if missing or any(len(row) != len(header) for row in body):
            self.unsure.update(form.declared)
        for row in body if not missing else ():
            span = row[0].span.to(row[-1].span)
            is_whole = len(row) == len(header)
            if not is_whole:
                self.reporter.report(messages.table_shape(span, len(row), len(header)))
            reporter = self.reporter if is_whole else Reporter()
            found = Row(dict(zip(heads, row, strict=False)), span, form, reporter, self)
            found.must_say_words()
            yield found

    def must_be(self, table: syn.Table, kind: str, what: str, name: str, known: Sequence[str]) -> None:
        """Report a heading that names something undeclared, unless an error of such declarations has been reported."""
        if name not in known and kind not in self.unsure:
            self.reporter.report(messages.unknown_cell_name(table.heading.span, name, what, known))

    def known_scale(self, span: Span, name: str) -> str | None:
        """Return the name of a scale as the vocabulary writes it; None, after a report, if there is no such scale."""
        scales = [one.name for one in self.scales]
        found = next((one for one in scales if one.casefold() == name.casefold()), None)
        if found is None and "SCALE" not in self.unsure:
            self.reporter.report(messages.unknown_cell_name(span, name, "scale", scales))
        return found

    def declared(self, kind: str) -> tuple[str, list[str]]:
        """Return what names of a kind are called, and those that have been declared so far."""
        things: Mapping[str, tuple[str, Iterable[str]]] = {
            "LEVEL": ("level", (level for scale in self.scales for level in scale.levels)),
            "GROUP": ("student group", (one.name for one in self.groups)),
            "INDICATOR": ("indicator", (one.name for one in self.indicators)),
            "KIND": (f"kind of {self.entity}", (one.name for one in self.kinds)),
            "OUTCOME": ("outcome", (one.name for one in self.outcomes)),
        }
        what, names = things[kind]
        return what, list(names)

    def finished(self, fingerprint: str) -> core.Vocabulary:
        """Return the vocabulary; `fingerprint` is that of its text."""
        parts = _parts(core.Vocabulary, self)
        parts["formats"] = tuple(FileFormat(of, **_parts(FileFormat, one)) for of, one in self.layouts.items())
        parts["minimum_sizes"] = {scale: tuple(sizes) for scale, sizes in self.minimum_sizes.items()}
        return core.Vocabulary(**parts, fingerprint=fingerprint)


def _parts(kind: type[core.Vocabulary | FileFormat], draft: Draft | Layout) -> dict[str, Any]:
    """Return the fields of a class that a draft has too; lists are kept as tuples."""
    found = {one.name: getattr(draft, one.name) for one in fields(kind) if hasattr(draft, one.name)}
    return {name: tuple(part) if isinstance(part, list) else part for name, part in found.items()}
