"""A text as the formatter would have it, as the edit that makes it so."""

from __future__ import annotations

from pathlib import Path

from rulelang.services.places import Place, Range, TextEdit
from rulelang.services.workspace import Workspace
from rulelang.syntax.format import format_file


def formatting(workspace: Workspace, path: Path) -> list[TextEdit] | None:
    """Return the edit that makes a text canonical, of the changed lines alone; an empty list if nothing changes.

    None if a sentence of it cannot be parsed: a formatter must not lose what it does not understand.
    """
    reading = workspace.reading(path)
    if reading is None or not reading.is_read:
        return None
    before, after = reading.source.text, format_file(reading.file)
    if before == after:
        return []
    head = _alike(before, after)
    tail = _alike(before[head:][::-1], after[head:][::-1])
    place = Range(reading.text.position(head), reading.text.position(len(before) - tail))
    return [TextEdit(Place(reading.text.path, place), after[head : len(after) - tail])]


def _alike(one: str, other: str) -> int:
    """Return the length of the common beginning of two texts."""
    length = min(len(one), len(other))
    return next((at for at in range(length) if one[at] != other[at]), length)
