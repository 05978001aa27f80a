"""Where the rules that a text names come from: the year of each label of a rule of a base."""

from __future__ import annotations

from pathlib import Path

from rulelang.compiler.effective_text import statement_text
from rulelang.diagnostics.plain_data import frozen
from rulelang.services.hover import versions
from rulelang.services.places import Position
from rulelang.services.words import own_rules, words_of_text
from rulelang.services.workspace import Workspace


@frozen
class Origin:
    """A remark to be shown after a label: the year its rule comes from, and the rule as it was there."""

    position: Position
    text: str
    rule: str


def origins(workspace: Workspace, path: Path) -> list[Origin]:
    """Return the year that each rule of a base comes from whose label a file mentions.

    A label before a rule stands for the one that it replaces.
    """
    reading = workspace.reading(path)
    base = workspace.base(path) if reading is not None else None
    if reading is None or base is None:
        return []
    labels = [one.label for one in own_rules(reading)]
    own, heads = {one.name for one in labels}, {one.span.start for one in labels}
    found = []
    for said in words_of_text(reading):
        is_head = said.span.start in heads
        if said.terminal != "LABEL" or (said.name in own and not is_head):
            continue
        for rule in [*versions(base, said.name)][:1]:
            text = f"replaces {rule.year}" if is_head else str(rule.year)
            found.append(Origin(reading.text.position(said.span.end), text, statement_text(rule)))
    return found
