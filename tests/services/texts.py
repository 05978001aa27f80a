"""Texts in memory for the tests of the services, with a broken bar (¦) where the cursor stands."""

from __future__ import annotations

from pathlib import Path

from rulelang.compiler.locations import rulesets_folder
from rulelang.services.places import Position
from rulelang.services.workspace import Workspace

YEAR = rulesets_folder() / "assistance" / "2099.rules"
"""A file that is not there, beside the years of a ruleset that is shipped."""

HEADER = "ruleset Differentiated Assistance 2099\n  based on 2025\n"


def opened(text: str, path: Path = YEAR) -> tuple[Workspace, Position]:
    """Return a workspace with a text, and the position of the bar in it; without a bar, that of its end."""
    before, _, after = text.partition("¦")
    workspace = Workspace()
    workspace.open(path, before + after)
    reading = workspace.reading(path)
    assert reading is not None
    return workspace, reading.text.position(len(before))


def shipped(name: str) -> tuple[Path, str]:
    """Return the path and the text of a ruleset that is shipped."""
    path = rulesets_folder() / f"{name}.rules"
    return path, path.read_text(encoding="utf-8")
