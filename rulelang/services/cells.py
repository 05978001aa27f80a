"""The cells of a vocabulary's tables, each with its column, and the names of the vocabulary in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from attrs import frozen

from rulelang.compiler.vocabulary_tables import ANY_NAME, Column, TableForm, form_of
from rulelang.syntax.lexicon import ATOM, Lexicon, Phrase, fold, folded
from rulelang.syntax.tokens import RawStatement, Token, cells

IN_HEADINGS: Final = ("INDICATOR_KIND", "SCALE")
"""What a heading can name: `files of state indicators`, `minimum sizes for Status`."""

_PART: Final = re.compile(r"[^,]+")
_NAME: Final = re.compile(r"\s*(?:last year['’]s\s+)?(.*?)(?:\s+in(?:\s+\d+)?)?\s*")
_MORE: Final = re.compile(r"more\s+", re.IGNORECASE)


@frozen
class Cell:
    """A cell of a table of a vocabulary: its words, its column if there is one, and whether it is in the header."""

    column: Column | None
    token: Token
    is_head: bool


def table_of(statement: RawStatement) -> TableForm | None:
    """Return the table that a statement is, also one that adds rows to another; None if it is no known table."""
    heading = statement.tokens[0]
    if heading.terminal != "HEADING":
        return None
    return form_of(heading.value) or form_of(_MORE.sub("", heading.value, count=1))


def with_rows(statement: RawStatement, keep: Callable[[Token], bool]) -> RawStatement:
    """Return a table of a vocabulary with its header and some of its rows alone; any other statement as it is."""
    heading, header, rows = statement.tokens[:1], statement.tokens[1:2], statement.tokens[2:]
    is_table = heading[0].terminal == "HEADING"
    return RawStatement([*heading, *header, *filter(keep, rows)]) if is_table else statement


def rows_below(statement: RawStatement) -> Iterator[list[Cell]]:
    """Yield the rows of a table, the header first; a cell without a header has no column."""
    form = table_of(statement)
    columns: list[Column | None] = []
    for row in (one for one in statement.tokens if one.terminal == "TABLE_ROW"):
        found = list(cells(row.value, row.start, row.source))
        is_head = not columns
        columns = columns or [form.column(one.value) if form is not None else None for one in found]
        there = [*columns, *[None] * len(found)]
        yield [Cell(column, one, is_head) for one, column in zip(found, there, strict=False)]


def names_in_cell(cell: Cell, text: str, lexicon: Lexicon) -> Iterator[tuple[Phrase, int, int]]:
    """Yield the names in a cell of a text with their places: what it is as a whole, or else those between commas."""
    kinds = ("SCALE",) if cell.is_head else cell.column.kinds if cell.column is not None else ()
    start, end = cell.token.start, cell.token.end
    whole = _name(text[start:end], kinds, lexicon)
    if whole is not None or not kinds:
        yield from [(whole, start, end)] if whole is not None else []
        return
    for part in _PART.finditer(text, start, end):
        core = _NAME.fullmatch(part.group())
        for first, last in (_trimmed(part), core.span(1) if core is not None else (0, 0)):
            begin, close = part.start() + first, part.start() + last
            found = _name(text[begin:close], kinds, lexicon) if (begin, close) != (start, end) else None
            if found is not None:
                yield found, begin, close
                break


def names_in_row(row: Token, lexicon: Lexicon) -> Iterator[tuple[Phrase, int, int]]:
    """Yield the names that cells of a table of a rule file are as a whole, with their places."""
    for cell in cells(row.value, row.start, row.source):
        found = _name(cell.value, ANY_NAME, lexicon)
        if found is not None:
            yield found, cell.start, cell.end


def names_in_heading(statement: RawStatement, lexicon: Lexicon) -> Iterator[tuple[Phrase, int, int]]:
    """Yield the kinds of indicators and the scales that a heading names, with their places."""
    heading = statement.tokens[0]
    atoms = list(ATOM.finditer(heading.value))
    words = [fold(one.group()) for one in atoms]
    for at, atom in enumerate(atoms):
        meanings, after = lexicon.names.longest(words, at)
        named = next((one for one in meanings if one.terminal in IN_HEADINGS), None)
        if named is not None:
            yield named, heading.start + atom.start(), heading.start + atoms[after - 1].end()


def _trimmed(part: re.Match[str]) -> tuple[int, int]:
    text = part.group()
    return len(text) - len(text.lstrip()), len(text.rstrip())


def _name(text: str, kinds: tuple[str, ...], lexicon: Lexicon) -> Phrase | None:
    """Return what a text is as a name of one of some kinds, the number or the title of a priority too."""
    if "PRIORITY" in kinds:
        title = next((number for number, one in lexicon.titles.items() if one.casefold() == text.casefold()), None)
        number = int(text) if text.isdecimal() and int(text) in lexicon.titles else title
        return Phrase("OUTCOME", f"Priority {number}") if number is not None else None
    atoms = folded(text)
    meanings, after = lexicon.names.longest(atoms, 0)
    return next((one for one in meanings if atoms and after == len(atoms) and one.terminal in kinds), None)
