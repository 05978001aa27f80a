"""Lines and tables of rule text that fit into the width of a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, zip_longest

import click

from rulelang.cli.streams import wants_color


def wrapped(line: str, width: int) -> str:
    """Return a line in as many as the width needs, those that follow indented further."""
    text = line.removeprefix("#").lstrip()
    start = line[: len(line) - len(text)]
    further = f"{start}    "
    parts = textwrap.wrap(text, width, initial_indent=start, subsequent_indent=further, break_on_hyphens=False)
    return "\n".join(parts)


def all_wrapped(lines: Iterable[str], width: int) -> Iterator[str]:
    """Yield lines in as many as the width needs; of a table the cells are wrapped, not its lines."""
    for is_row, group in groupby(lines, key=is_table_row):
        some = list(group)
        yield from narrowed(some, width) if is_row else (wrapped(line, width) for line in some)


def is_table_row(line: str) -> bool:
    """Return whether a line is a row of a table."""
    return line.lstrip().startswith("|")


def narrowed(rows: Sequence[str], width: int) -> list[str]:
    """Return the rows of a table with their cells in several lines, as far as the width asks for it."""
    if max(map(len, rows)) <= width:
        return list(rows)
    indent = rows[0][: len(rows[0]) - len(rows[0].lstrip())]
    cells = [[cell.strip() for cell in row.strip()[1:-1].split("|")] for row in rows]
    least = sum(_longest_words(cells)) + len(_longest_words(cells))
    room = width - len(indent) - 1
    margin = next((one for one in (2, 1) if least + one * len(cells[0]) <= room), 0)
    widths = _widths(cells, room - (1 + margin) * len(cells[0]))
    return [f"{indent}{line}" for row in cells for line in _row(row, widths, margin)]


def _longest_words(rows: Sequence[Sequence[str]]) -> list[int]:
    columns = zip_longest(*rows, fillvalue="")
    return [max((len(word) for cell in column for word in cell.split()), default=1) for column in columns]


def _widths(rows: Sequence[Sequence[str]], room: int) -> list[int]:
    """Return how wide each column is: the widest give way first, and none gets narrower than its longest word."""
    least = _longest_words(rows)
    widths = [max(1, *map(len, column)) for column in zip_longest(*rows, fillvalue="")]
    while sum(widths) > room:
        spare = [at for at, one in enumerate(widths) if one > least[at]]
        if not spare:
            break
        widths[max(spare, key=lambda at: widths[at])] -= 1
    return widths


def _row(cells: Sequence[str], widths: Sequence[int], margin: int) -> Iterator[str]:
    """Yield the lines of a row; of `margin` spaces, one comes before each cell and the other after it."""
    parts = [textwrap.wrap(cell, room, break_long_words=False) for cell, room in zip(cells, widths, strict=False)]
    for lines in zip_longest(*parts, fillvalue=""):
        padded = (f"{line:{room}}" for line, room in zip(lines, widths, strict=False))
        shown = [f"{' ' if margin else ''}{cell}{' ' if margin > 1 else ''}" for cell in padded]
        yield f"|{'|'.join(shown)}|"


def beside(text: str, origin: str, width: int) -> str:
    """Return a text with where it comes from beside its last line, or below it where there is no room."""
    if not origin:
        return text
    last = text.rpartition("\n")[2]
    comment = click.style(f"# {origin}", dim=True) if wants_color() else f"# {origin}"
    if len(last) + 4 + len(origin) <= width:
        return f"{text}  {comment}"
    return f"{text}\n{' ' * (len(last) - len(last.lstrip()) + 4)}{comment}"
