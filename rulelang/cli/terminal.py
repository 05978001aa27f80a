"""Shows diagnostics, counts and tables on the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from rulelang.cli.streams import is_terminal, wants_color, width
from rulelang.cli.wrapping import wrapped
from rulelang.core.truth import CANNOT_TELL
from rulelang.diagnostics.diagnostic import Diagnostic, Severity, in_order

if TYPE_CHECKING:
    from rulelang.core.ruleset import Ruleset

WRITTEN: Final = "Written: "
"""The beginning of the last line of a command that wrote files."""

OF_USAGE = (
    "unknown-ruleset",
    "file-exists",
    "rules-exist",
    "sample-would-overwrite",
    "no-run-record",
    "no-page-record",
    "settings-unreadable",
    "unknown-setting",
    "wrong-setting",
    "setting-leads-nowhere",
)
"""The codes of messages about how a command was given, and not about rules or data."""


def show(diagnostics: Iterable[Diagnostic], *, err: bool = False) -> None:
    """Print diagnostics by file and place.

    On standard error each is printed once, as rulesets that are compared read the same data; how many there are, if
    several, is printed when the command ends.
    """
    listed = in_order(diagnostics)
    if err:
        _show_new(listed)
    elif listed:
        from rulelang.diagnostics.render import render_all

        click.echo(render_all(listed, width=width(), color=wants_color()))


def _show_new(listed: Sequence[Diagnostic]) -> None:
    """Print on standard error what a command has not printed before."""
    context = click.get_current_context().find_root()
    said: dict[Diagnostic, None] = context.meta.setdefault(__name__, {})
    new = [diagnostic for diagnostic in listed if diagnostic not in said]
    if new:
        from rulelang.diagnostics.render import count_line, render_some

        if not said:
            context.call_on_close(lambda: click.echo(count_line(said), err=True) if len(said) > 1 else None)
        said.update(dict.fromkeys(new))
        click.echo(render_some(new, width=width(), color=wants_color(err=True)) + "\n", err=True)


def exit_code(diagnostics: Iterable[Diagnostic]) -> int:
    """Return the exit code for what was found: 2 if a file is missing or already exists, otherwise 1 for errors."""
    listed = list(diagnostics)
    if any(diagnostic.code in OF_USAGE for diagnostic in listed):
        return 2
    return int(any(diagnostic.severity is Severity.ERROR for diagnostic in listed))


def show_line(line: str) -> None:
    """Print a line, wrapped to the width of a terminal; for a file or another program it stays one line."""
    line = _plain(line)
    click.echo(wrapped(line, width()) if is_terminal() else line)


def show_what_ifs(rulesets: Mapping[str, Ruleset]) -> None:
    """Print of rulesets, by what they are called in the tables, which of them are not the rules in force."""
    for name, ruleset in rulesets.items():
        if not ruleset.is_enacted:
            show_line(f"{name}: {ruleset.name}")


def show_written(paths: Sequence[Path]) -> None:
    """Print which files were written, or how to have them."""
    if paths:
        click.echo(_plain(f"{WRITTEN}{', '.join(str(path) for path in paths)}"))
    else:
        show_line("Nothing was written. To write the tables, add --out DIR; for Excel, add --format xlsx.")


def show_table(title: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table, or nothing if it has no rows; columns without any text are left out. Numbers are aligned right."""
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table

    listed = [[f"{cell:,}" if isinstance(cell, int) else _cell(cell) for cell in row] for row in rows]
    if not listed:
        return
    filled = [(name, cells) for name, *cells in zip(head, *listed, strict=True) if any(cells)]
    lengths = (max(map(len, (name, *cells))) for name, cells in filled)
    words = (max((len(word) for text in (name, *cells) for word in text.split()), default=0) for name, cells in filled)
    is_wide, is_tight = (sum(some) + GAP * (len(filled) - 1) > width() for some in (lengths, words))
    table = Table(box=SIMPLE, pad_edge=False, show_edge=False, padding=(0, 0) if is_tight else (0, 1))
    columns = []
    for name, cells in filled:
        numbers = _are_numbers(cells)
        is_word = all(" " not in cell for cell in cells)  # such as a code, which people copy
        heading, *aligned = _by_point(name, cells) if numbers and "." in "".join(cells) else (name, *cells)
        is_right = numbers and aligned == cells
        if is_wide and is_word:  # or the end of the heading is cut off
            heading = heading.strip().replace(" ", "\n")
        table.add_column(heading, justify="right" if is_right else "left", overflow="fold", no_wrap=is_word)
        columns.append(aligned)
    for row in zip(*columns, strict=True):
        table.add_row(*row)
    console = Console(width=width(), no_color=not wants_color(), highlight=False, markup=False)
    with console.capture() as capture:
        console.print(title, style="bold")  # as a title of the table it would be as narrow as the table
        console.print(table)
        console.print()
    click.echo(capture.get(), nl=False)


GAP: Final = 3
"""How many characters are between two columns of a table; one if words would be cut off otherwise."""


def _are_numbers(cells: Sequence[str]) -> bool:
    """Return whether cells are numbers or amounts, which may be cut off; some may say `cannot tell`."""
    said = [cell for cell in cells if cell != CANNOT_TELL]
    return bool(said) and all(cell.translate(_AROUND_DIGITS).isdigit() for cell in said)


def _by_point(heading: str, cells: Sequence[str]) -> list[str]:
    """Return a heading and numbers to the right of a column, with the points of the numbers one below the other."""
    behind = [len(cell) - len(cell.partition(".")[0]) for cell in cells]
    padded = [
        cell if cell == CANNOT_TELL else cell + " " * (max(behind) - own)
        for cell, own in zip(cells, behind, strict=True)
    ]
    width = max(map(len, (heading, *padded)))
    return [cell.rjust(width) for cell in (heading, *padded)]


_AROUND_DIGITS: Final = str.maketrans("", "", "$,.…")


def _cell(cell: object) -> str:
    """Return a cell with nothing in it that could move a terminal's cursor but the ends of its lines."""
    return "\n".join(map(_plain, str(cell).split("\n")))


def _plain(text: str) -> str:
    """Return a text with nothing in it that could move the cursor; what only checks rules does not load the drawing."""
    from rulelang.diagnostics.drawing import plain

    return plain(text)
