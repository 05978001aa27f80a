"""The outline of a text: its headings, and the rules, statements and examples under them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from attrs import evolve, frozen

from rulelang.services.cells import rows_below
from rulelang.services.places import Position, Range
from rulelang.services.words import words_of_statement
from rulelang.services.workspace import Reading, Workspace
from rulelang.syntax.tokens import RawStatement

LONGEST: Final = 120
"""How many characters of a sentence the outline has."""

_KINDS: Final = {
    "RULESET": "ruleset",
    "WHAT_IF": "ruleset",
    "VOCABULARY": "ruleset",
    "FOR": "heading",
    "EXAMPLE": "example",
    "MEASURE": "measure",
    "HEADING": "table",
    "BANDS": "levels",
    "GRID": "levels",
}
"""The kind of a statement by its first word, `add` and `replace` apart."""

_ENDS_HEADING: Final = frozenset(("ruleset", "heading", "example", "table"))


@frozen
class Symbol:
    """A part of a text with a name.

    `kind` is `ruleset`, `heading`, `rule`, `measure`, `levels`, `change`, `example`, `table` or `row`; `range` is all
    of it, with the `children` below it, `selection` the place of its first line.
    """

    name: str
    kind: str
    range: Range
    selection: Range
    detail: str = ""
    children: tuple[Symbol, ...] = ()


def symbols(workspace: Workspace, path: Path) -> list[Symbol]:
    """Return the outline of a file, whatever is wrong with it: what is under a heading is a child of it."""
    reading = workspace.reading(path)
    if reading is None:
        return []
    found: list[Symbol] = []
    open_heading = False
    for statement in reading.statements:
        one = _symbol(statement, reading)
        if one is None:
            end = reading.text.position(statement.tokens[-1].end)
            found[-1:] = [_until(last, end) for last in found[-1:]]
            continue
        if open_heading and one.kind not in _ENDS_HEADING:
            found[-1] = _until(evolve(found[-1], children=(*found[-1].children, one)), one.range.end)
        else:
            found.append(one)
            open_heading = one.kind == "heading"
    return found


def _until(one: Symbol, end: Position) -> Symbol:
    """Return a symbol that ends at a place further below, and so does its last child."""
    children = tuple(_until(last, end) for last in one.children[-1:])
    return evolve(one, range=Range(one.range.start, end), children=(*one.children[:-1], *children))


def _symbol(statement: RawStatement, reading: Reading) -> Symbol | None:
    """Return the symbol of a statement; None for a line that belongs to the statement above it."""
    kind = _kind(statement)
    if kind is None:
        return None
    first, last = statement.tokens[0], statement.tokens[-1]
    words = reading.source.text[first.start : last.end]
    place = reading.text.range(first.start, last.end)
    if kind == "table":
        rows = (Symbol(*named) for named in _rows(statement, reading))
        return Symbol(first.value, kind, place, reading.text.range(first.start, first.end), children=tuple(rows))
    line = reading.text.range(first.start, first.start + len(words.partition("\n")[0]))
    first_line = " ".join(words.partition("\n")[0].split())
    if kind == "rule":
        words_said = (one for one in words_of_statement(reading, statement) if one.terminal not in ("ADD", "REPLACE"))
        label = next(words_said, None)
        name = label.name if label is not None and label.terminal == "LABEL" else "rule"
        return Symbol(name, kind, place, line, " ".join(words[:LONGEST].split()))
    titled = kind in ("ruleset", "example") and len(statement.tokens) > 1
    return Symbol(statement.tokens[1].value if titled else first_line, kind, place, line)


def _rows(statement: RawStatement, reading: Reading) -> Iterator[tuple[str, str, Range, Range]]:
    """Yield the rows of a vocabulary's table, each by its first cell that is not empty."""
    for row in rows_below(statement):
        cell = next((one for one in row if one.token.value and not one.is_head), None)
        if cell is not None:
            place = reading.text.range(row[0].token.start, row[-1].token.end)
            yield cell.token.value, "row", place, reading.text.range(cell.token.start, cell.token.end)


def _kind(statement: RawStatement) -> str | None:
    change = statement.tokens[0].terminal
    at = 1 if change in ("ADD", "REPLACE") and len(statement.tokens) > 1 else 0
    head = statement.tokens[at]
    if head.terminal in _KINDS:
        return _KINDS[head.terminal]
    if head.terminal == "PRIORITY" and len(statement.tokens) > at + 2 and not statement.has("ARROW"):
        return "heading"  # before a rule it is the beginning of a condition
    if change == "REMOVE":
        return "change"
    if statement.of_levels:
        return "levels"
    return "rule" if head.terminal == "LABEL" or statement.has("ARROW") else None
