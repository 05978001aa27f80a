"""The kind of each word of a text, for editors that show names in colors of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from attrs import frozen

from rulelang.services.cells import names_in_cell, names_in_row, rows_below
from rulelang.services.places import Range
from rulelang.services.words import meant_terminal
from rulelang.services.workspace import Reading, Workspace
from rulelang.syntax.keywords import KEYWORDS
from rulelang.syntax.tokens import RawStatement

KINDS: Final = (
    *("keyword", "level", "indicator", "group", "kind", "outcome", "scale", "number", "measure"),
    *("label", "literal", "string", "comment", "operator"),
)
"""What a word can be: a kind of name, a `literal` number, amount or date, or a part of the language."""

_OF_TERMINALS: Final = {
    **dict.fromkeys((*KEYWORDS, "HEADING"), "keyword"),
    **dict.fromkeys(("ARROW", "PLUS", "MINUS", "TIMES", "DIVIDED_BY", "EQUALS"), "operator"),
    **{one: one.casefold() for one in ("LEVEL", "INDICATOR", "GROUP", "KIND", "OUTCOME", "SCALE")},
    **dict.fromkeys(("LABEL", "LABEL_NAME"), "label"),
    **dict.fromkeys(("NUMBER", "DECIMAL", "DOLLARS", "DATE"), "literal"),
    **dict.fromkeys(("STRING", "OPEN_STRING"), "string"),
    "INDICATOR_KIND": "indicator",
    "NUMBER_NAME": "number",
    "MEASURE_NAME": "measure",
}


@frozen
class Colored:
    """A stretch of one line, and what is written there: one of `KINDS`."""

    range: Range
    kind: str


def coloring(workspace: Workspace, path: Path) -> list[Colored]:
    """Return the kinds of the words of a file, in order; words that are neither names nor keywords are left out."""
    reading = workspace.reading(path)
    if reading is None:
        return []
    found = [*_of_statements(reading), *((one.span.start, one.span.end, "comment") for one in reading.comments)]
    return [Colored(reading.text.range(start, end), kind) for start, end, kind in sorted(found)]


def _of_statements(reading: Reading) -> Iterator[tuple[int, int, str]]:
    for statement in reading.statements:
        if reading.is_vocabulary:
            yield from _of_table(reading, statement)
        for token in statement.tokens:
            if token.terminal == "TABLE_ROW":
                named = () if reading.is_vocabulary else names_in_row(token, reading.lexicon)
                yield from ((start, end, _OF_TERMINALS[one.terminal]) for one, start, end in named)
            elif (terminal := meant_terminal(reading, token)) in _OF_TERMINALS:
                yield token.start, token.end, _OF_TERMINALS[terminal]


def _of_table(reading: Reading, statement: RawStatement) -> Iterator[tuple[int, int, str]]:
    """Yield what the header of a vocabulary's table and the names below it are."""
    for row in rows_below(statement):
        for cell in row:
            if cell.is_head:
                yield from [(cell.token.start, cell.token.end, "keyword")] if cell.column is not None else []
                continue
            for named, start, end in names_in_cell(cell, reading.source.text, reading.lexicon):
                yield start, end, _OF_TERMINALS[named.terminal]
