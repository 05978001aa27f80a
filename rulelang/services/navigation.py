"""From a word to where it is defined and every place that uses it, in every year that has it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache, partial
from itertools import islice
from pathlib import Path
from typing import Final

from rulelang.compiler.locations import SUFFIX, VOCABULARY_FILE
from rulelang.compiler.standing import (
    bases_of,
    find_vocabulary,
    ground_of,
    installed_vocabulary,
    rulesets_called,
    vocabulary_files,
)
from rulelang.diagnostics.source import Span
from rulelang.services.cells import with_rows
from rulelang.services.hover import versions
from rulelang.services.places import Place, Position, Range
from rulelang.services.words import Said, own_rules, uses_of, word_at, words_of_statement
from rulelang.services.workspace import Reading, Workspace
from rulelang.syntax.plain_text import vocabulary_title
from rulelang.syntax.tokens import Token

OWN_TO_RULESETS: Final = frozenset(("LABEL", "MEASURE_NAME", "EXAMPLE_TITLE"))
"""What rule files define and no vocabulary, so that other rulesets may use the same name for something else."""

_TOP: Final = Range(Position(0, 0), Position(0, 0))


def definitions(workspace: Workspace, path: Path, position: Position) -> list[Place]:
    """Return where the word at a position is defined: the rule of the base for a label, the row of a vocabulary."""
    found = word_at(workspace, path, position)
    return list(_definitions(workspace, *found)) if found is not None else []


def references(workspace: Workspace, path: Path, position: Position) -> list[Place]:
    """Return every place that uses what the word at a position stands for, also in other years."""
    found = word_at(workspace, path, position)
    if found is None or found[1].terminal in ("TITLE", "HEADING", "COLUMN"):
        return []
    return [place for _, place in occurrences(workspace, path.resolve(), found[1])]


def occurrences(workspace: Workspace, path: Path, said: Said) -> Iterator[tuple[Said, Place]]:
    """Yield the uses of a word of a file, in each file that knows it, with their places."""
    own = said.terminal in OWN_TO_RULESETS
    for file in related_files(workspace, path) if own else _files_that_mean(workspace, path, said):
        reading = workspace.reading(file)
        if reading is not None:
            yield from ((one, reading.text.place(one.span)) for one in uses_of(reading, said.key))


def related_files(workspace: Workspace, path: Path) -> list[Path]:
    """Return a file, its bases, and the files beside them that build on one of them, in order of path."""
    held = workspace.held
    mine = {path, *bases_of(path, held)}
    folders = ground_of(path, held).folders
    beside = {file for folder in folders for file in folder.glob(f"*{SUFFIX}") if file.name != VOCABULARY_FILE}
    found = {one for one in {*beside, *(one for one in held if one.parent in folders)} if one.suffix == SUFFIX}
    return sorted(mine | {one for one in found if mine & {one, *bases_of(one, held)}})


def _files_that_mean(workspace: Workspace, path: Path, said: Said) -> list[Path]:
    """Return the files in which a name of a vocabulary means the same as in a file, vocabularies too, in order of path.

    They are those below the folder of the vocabulary that declares it, and those that are open.
    """
    held = workspace.held
    row = cache(partial(_row, workspace, said))
    declaration = cache(lambda own: next(filter(None, map(row, vocabulary_files(own, held))), None))
    home = declaration(find_vocabulary(path, held))
    words = home.path if home is not None else find_vocabulary(path, held)
    found = []
    for file in {*words.parent.rglob(f"*{SUFFIX}"), path, *held}:
        own = find_vocabulary(file, held)
        if declaration(own) == home and (home is not None or own == words):
            found.append(file)
    return sorted(found)


# ---- definitions ----


def _definitions(workspace: Workspace, reading: Reading, said: Said) -> Iterator[Place]:
    base = workspace.base(reading.text.path)
    match said.terminal:
        case "LABEL":
            labels = [one.label for one in own_rules(reading) if one.label.name == said.name]
            spans = [one.span for one in labels if one.span != said.span] or [
                one.span for one in versions(base, said.name)
            ][:1]
            yield from _places(workspace, spans)
        case "MEASURE_NAME":
            own_lines = [one.span for one in _own_measures(reading, said.name)]
            levels = base.levels if base is not None else ()
            inherited = [one.span for one in levels if one.what == "measure" and one.name == said.name]
            yield from _places(workspace, own_lines or inherited)
        case "EXAMPLE_TITLE":
            titles = [one.title for one in base.examples] if base is not None else []
            yield from _places(workspace, [one.span for one in titles if one.text == said.name])
        case "TITLE":
            yield from (Place(file, _TOP) for file in _files_named(workspace, reading, said))
        case _:
            rows = (_row(workspace, said, file) for file in vocabulary_files(reading.text.path, workspace.held))
            yield from islice(filter(None, rows), 1)


def _places(workspace: Workspace, spans: Iterable[Span]) -> Iterator[Place]:
    yield from (place for span in spans if (place := workspace.place(span)) is not None)


def _own_measures(reading: Reading, name: str) -> Iterator[Said]:
    for statement in reading.statements:
        words = list(words_of_statement(reading, statement))
        begins = [one.terminal for one in words[:2] if one.terminal in ("MEASURE", "TABLE")]
        named = next((one for one in words if one.terminal == "MEASURE_NAME"), None)
        if begins and named is not None and named.name == name and not statement.tokens[0].may_be("REMOVE"):
            yield named


def _files_named(workspace: Workspace, reading: Reading, said: Said) -> list[Path]:
    path = reading.text.path
    match said.line:
        case "BASED_ON":
            return list(bases_of(path, workspace.held))[:1]
        case "LEVELS_FROM" | "EARLIER_YEARS_FROM":
            return list(rulesets_called(said.name, path))
        case "USES" | "EXTENDS":
            words = installed_vocabulary(vocabulary_title(said.name))
            standing = vocabulary_files(path, workspace.held)
            own = standing[1:] if said.line == "EXTENDS" else standing
            return [words] if words is not None else [*own[:1]]
        case _:
            return []


def _row(workspace: Workspace, said: Said, vocabulary: Path) -> Place | None:
    """Return where a vocabulary itself declares a name: where it is spelled as it is called, or else an alias of it."""
    reading = workspace.reading(vocabulary)
    if reading is None:
        return None
    tables = (with_rows(one, partial(_may_declare, said)) for one in reading.statements)
    words = (one for table in tables for one in words_of_statement(reading, table))
    rows = [one for one in words if one.declares and one.key == said.key]
    exact = (one for one in rows if one.span.text == one.name)
    return reading.text.place(next(exact, rows[0]).span) if rows else None


def _may_declare(said: Said, row: Token) -> bool:
    """Return whether a row of a vocabulary may declare a name: it has the name, or a priority its number or title."""
    return said.terminal == "OUTCOME" or said.name in " ".join(row.value.split())
