"""From a word to where it is defined and every place that uses it, in every year that has it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from rulelang.compiler.extend import read_vocabulary
from rulelang.compiler.locations import SUFFIX, VOCABULARY_FILE
from rulelang.compiler.standing import bases_of, find_vocabulary, ground_of, installed_vocabulary, rulesets_called
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.diagnostics.source import Span
from rulelang.services.hover import versions
from rulelang.services.places import Place, Position, Range
from rulelang.services.words import Said, own_rules, word_at, words_of_statement, words_of_text
from rulelang.services.workspace import Reading, Workspace
from rulelang.syntax import tree as syn
from rulelang.syntax.plain_text import vocabulary_title

OWN_TO_RULESETS: Final = frozenset(("LABEL", "MEASURE_NAME", "EXAMPLE_TITLE"))
"""What rule files define and no vocabulary, so that other rulesets may use the same name for something else."""

_TOP: Final = Range(Position(0, 0), Position(0, 0))


def definitions(workspace: Workspace, path: Path, position: Position) -> list[Place]:
    """Return where the word at a position is defined: the rule of the base for a label, the row of a vocabulary."""
    reading = workspace.reading(path)
    said = word_at(reading, reading.text.offset(position)) if reading is not None else None
    if reading is None or said is None:
        return []
    return list(_definitions(workspace, reading, said))


def references(workspace: Workspace, path: Path, position: Position) -> list[Place]:
    """Return every place that uses what the word at a position stands for, also in other years."""
    reading = workspace.reading(path)
    said = word_at(reading, reading.text.offset(position)) if reading is not None else None
    if reading is None or said is None or said.terminal == "TITLE":
        return []
    found = [place for one, place in occurrences(workspace, reading.text.path, said)]
    return [*found, *_rows(workspace, reading, said)]


def occurrences(workspace: Workspace, path: Path, said: Said) -> Iterator[tuple[Said, Place]]:
    """Yield the uses of a word of a file, in each file that knows it, with their places."""
    own = said.terminal in OWN_TO_RULESETS
    for file in related_files(workspace, path) if own else files_in_words_of(workspace, path):
        reading = workspace.reading(file)
        for one in words_of_text(reading) if reading is not None else ():
            if one.key == said.key and reading is not None:
                yield one, reading.text.place(one.span)


def related_files(workspace: Workspace, path: Path) -> list[Path]:
    """Return a file, its bases, and the files beside them that build on one of them, in order of path."""
    held = workspace.held
    mine = {path, *bases_of(path, held)}
    folders = ground_of(path, held).folders
    beside = {file for folder in folders for file in folder.glob(f"*{SUFFIX}") if file.name != VOCABULARY_FILE}
    found = {one for one in {*beside, *(one for one in held if one.parent in folders)} if one.suffix == SUFFIX}
    return sorted(mine | {one for one in found if mine & {one, *bases_of(one, held)}})


def files_in_words_of(workspace: Workspace, path: Path) -> list[Path]:
    """Return the files below the folder of a file's vocabulary that are written in its words, in order of path."""
    held = workspace.held
    words = find_vocabulary(path, held)
    below = {file for file in words.parent.rglob(f"*{SUFFIX}") if file.name != VOCABULARY_FILE}
    every = below | {path} | {one for one in held if one.name != VOCABULARY_FILE}
    return sorted(one for one in every if find_vocabulary(one, held) == words)


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
            yield from _rows(workspace, reading, said)


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
            return [words if words is not None else find_vocabulary(path, workspace.held)]
        case _:
            return []


def _rows(workspace: Workspace, reading: Reading, said: Said) -> list[Place]:
    """Return where the vocabulary of a text, or one that it extends, has a name: its row, or its heading."""
    if said.terminal in OWN_TO_RULESETS or reading.is_vocabulary:
        return []
    words = find_vocabulary(reading.text.path, workspace.held)
    found = read_vocabulary(words, Reporter(), held=workspace.held)
    tables = [one for one in found[0].statements if isinstance(one, syn.Table)] if found is not None else []
    name = said.name
    if name.startswith("Priority "):
        name = name.removeprefix("Priority ")
        tables = [one for one in tables if one.heading.text == "priorities"]
    cells = [cell for table in tables for row in table.rows[1:] for cell in row[:2]]
    exact = [cell.span for cell in cells if cell.text == name]
    listed = [cell.span for cell in cells if name in (one.strip() for one in cell.text.split(","))]
    headings = [table.heading.span for table in tables if table.heading.text.startswith(f"{name} ")]
    spans = listed or exact if said.terminal == "LEVEL" else exact or listed
    return list(_places(workspace, (spans or headings)[:1]))
