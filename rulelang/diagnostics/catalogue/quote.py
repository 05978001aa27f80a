"""How data are quoted in messages: short, on one line, and never mistakable for our words."""

from __future__ import annotations

from collections.abc import Sequence

from rulelang.diagnostics.sentences import in_sentence

LONGEST_QUOTE = 60
MOST_LISTED = 12


def quoted(text: str) -> str:
    """Return a text between backticks, shortened and on one line; `nothing` where it is blank."""
    flat = " ".join(text.split()).replace("`", "'")
    flat = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in flat)
    if not flat:
        return "nothing"
    return f"`{flat[: LONGEST_QUOTE - 1]}…`" if len(flat) > LONGEST_QUOTE else f"`{flat}`"


def listing(names: Sequence[str], joint: str = "and", most: int = MOST_LISTED) -> str:
    """Return names between backticks in a sentence; of many only the first, and how many more there are."""
    shown = [quoted(name) for name in names[:most]]
    more = [f"{len(names) - most} more"] if len(names) > most else []
    return in_sentence([*shown, *more], joint) if shown else "nothing"


def count(number: int, noun: str) -> str:
    """Return a number of things in words: 1 cell, 2 cells."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
