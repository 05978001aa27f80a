"""Renames a label, a measure, an example or a name of a vocabulary in every file that knows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from attrs import frozen

from rulelang.compiler.files import shown_name
from rulelang.compiler.lock import read_lock
from rulelang.compiler.vocabulary_tables import ANY_NAME
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.services.navigation import occurrences
from rulelang.services.places import Place, Position, Range, Text, TextEdit
from rulelang.services.words import Said, uses_of, word_at
from rulelang.services.workspace import Reading, Workspace
from rulelang.syntax.lexicon import folded, is_measure_name

_WHAT: Final = {
    **dict.fromkeys(ANY_NAME, "name in the vocabulary"),
    "LABEL": "label",
    "MEASURE_NAME": "name of a measure",
    "EXAMPLE_TITLE": "title of an example",
}


@frozen
class Renamable:
    """A name that can be changed: its place, and its current form."""

    range: Range
    name: str


class RenameRefusedError(Exception):
    """Raised if a name cannot be changed; its text is the reason, in a sentence."""


def renamable(workspace: Workspace, path: Path, position: Position) -> Renamable:
    """Return the name at a position that can be changed, as spelled there; RenameRefusedError if there is none."""
    reading, said = _said(workspace, path, position)
    return Renamable(reading.text.range_of(said.span), said.span.words if said.terminal in ANY_NAME else said.name)


def renamed(workspace: Workspace, path: Path, position: Position, name: str) -> list[TextEdit]:
    """Return the edits that give what is at a position another name, in every file that has it.

    Of a name of a vocabulary, one spelling is changed, and others that the vocabulary has for it stay.
    RenameRefusedError if nothing there has a name, the new one would not be read as one or is taken, or a file whose
    year is closed would mean something else.
    """
    _, said = _said(workspace, path, position)
    new = " ".join(name.split())
    found = list(occurrences(workspace, path.resolve(), said))
    if said.terminal in ANY_NAME:
        return _in_vocabularies(workspace, said, found, new)
    files = list(dict.fromkeys(place.path for _, place in found))
    if said.terminal != "EXAMPLE_TITLE":
        _refuse_closed_years(files)
    _refuse_taken(workspace, files, said, new)
    edits = [TextEdit(place, new) for _, place in found]
    _refuse_unread(workspace, edits, said, new)
    return edits


def _said(workspace: Workspace, path: Path, position: Position) -> tuple[Reading, Said]:
    found = word_at(workspace, path, position)
    if found is None:
        raise RenameRefusedError("there is no name here")
    reading, said = found
    if said.terminal not in _WHAT:
        raise RenameRefusedError(
            f"`{said.span.words}` is not a name that anybody chose: it is a word of the language, or of a heading"
        )
    if said.terminal == "OUTCOME" and said.name.startswith("Priority "):
        raise RenameRefusedError(f"`{said.name}` is called by its number: change its title in the vocabulary by hand")
    if said.terminal == "GROUP" and _is_code(reading, said):
        raise RenameRefusedError(
            f"`{said.span.words}` is how the data files code {said.name}: rename {said.name} itself"
        )
    return found


def _is_code(reading: Reading, said: Said) -> bool:
    groups = reading.vocabulary.groups if reading.vocabulary is not None else ()
    return any(said.span.words.casefold() in map(str.casefold, one.codes) for one in groups if one.name == said.name)


# ---- names of vocabularies ----


def _in_vocabularies(workspace: Workspace, said: Said, uses: Sequence[tuple[Said, Place]], new: str) -> list[TextEdit]:
    """Return the edits that spell a name of a vocabulary otherwise wherever it is spelled so, given all its uses."""
    spelling = folded(said.span.text)
    edits = [TextEdit(place, new) for one, place in uses if folded(one.span.text) == spelling]
    is_alias = spelling != folded(said.name)
    files = list(dict.fromkeys(edit.place.path for edit in edits))
    if not is_alias:
        _refuse_closed_years(files, "; new rules can use another name once it is under `also called` in the vocabulary")
    reading = workspace.reading(Path(said.span.source.name))
    known, after = reading.lexicon.longest(folded(new), 0) if reading is not None else ((), 0)
    if known and after == len(folded(new)):
        raise RenameRefusedError(f"`{new}` already means something in the vocabulary or the language")
    key = (said.terminal, said.name if is_alias else new)
    trial = workspace.edited(edits)
    wanted = Counter(place.path for _, place in uses)
    for file, number in wanted.items():
        found = trial.reading(file)
        if found is None or len(list(uses_of(found, key))) != number:
            raise RenameRefusedError(
                f"`{new}` cannot be the {_WHAT[said.terminal]}: {shown_name(file)} would mean something else"
            )
    return edits


# ---- when a name cannot be changed ----


def _refuse_closed_years(files: Sequence[Path], way_out: str = "") -> None:
    for file in files:
        if file.stem.isdecimal() and int(file.stem) in read_lock(file.parent, Reporter()).years:
            raise RenameRefusedError(
                f"it is in {shown_name(file)}, and the meaning of a closed year cannot change{way_out}"
            )


def _refuse_taken(workspace: Workspace, files: Sequence[Path], said: Said, new: str) -> None:
    for file in files:
        reading = workspace.reading(file)
        if reading is not None and any(uses_of(reading, (said.terminal, new))):
            raise RenameRefusedError(f"`{new}` is the {_WHAT[said.terminal]} of something else in {shown_name(file)}")


def _refuse_unread(workspace: Workspace, edits: Sequence[TextEdit], said: Said, new: str) -> None:
    """Refuse a name that would not be read as one: each edited file must have it wherever it is written."""
    message = f"`{new}` cannot be the {_WHAT[said.terminal]}"
    if said.terminal == "MEASURE_NAME" and not is_measure_name(new):
        raise RenameRefusedError(message)
    for file in dict.fromkeys(edit.place.path for edit in edits):
        own = [one for one in edits if one.place.path == file]
        reading = workspace.reading(file)
        if reading is None or _number_read(reading, own, (said.terminal, new)) != len(own):
            raise RenameRefusedError(message)


def _number_read(reading: Reading, edits: Sequence[TextEdit], key: tuple[str, str]) -> int:
    """Return how often a word is read in the edited lines of a text, if its statements are parsed alone."""
    edited = Text(reading.text.path, reading.text.edited(edits), reading.text.name)
    lines = {edit.place.range.start.line for edit in edits}
    starts = [reading.text.position(one.tokens[0].start).line for one in reading.statements]
    ends = [*starts[1:], reading.text.whole.end.line + 1]
    touched = [(start, end) for start, end in zip(starts, ends, strict=True) if lines & set(range(start, end))]
    text = "\n".join(edited.line(line) for start, end in touched for line in range(start, end))
    trial = Reading(
        Text(edited.path, text, edited.name), reading.vocabulary, reading.words, (*reading.measures, key[1])
    )
    return len(list(uses_of(trial, key)))
