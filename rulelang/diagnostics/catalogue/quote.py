"""How data are quoted in messages: short, on one line, and never mistakable for our words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rulelang.diagnostics.sentences import in_sentence
from rulelang.diagnostics.suggest import most_alike, nearest

LONGEST_QUOTE = 60
MOST_LISTED = 12
LONGEST_LIST = 400
"""How many letters a list of all names may have in a help: five lines."""

MOST_ALIKE = 3
"""How many names a help lists if the list of all would be too long."""


def quoted(text: str, longest: int = LONGEST_QUOTE) -> str:
    """Return a text between backticks, shortened and on one line; `nothing` where it is blank."""
    flat = " ".join(text.split()).replace("`", "'")
    flat = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in flat)
    if not flat:
        return "nothing"
    return f"`{flat[: longest - 1]}…`" if len(flat) > longest else f"`{flat}`"


def listing(names: Sequence[str], joint: str = "and", most: int = MOST_LISTED) -> str:
    """Return names between backticks in a sentence; of many only the first, and how many more there are."""
    shown = [quoted(name) for name in names[:most]]
    more = [f"{len(names) - most} more"] if len(names) > most else []
    return in_sentence([*shown, *more], joint) if shown else "nothing"


def which_was_meant(
    word: str,
    known: Iterable[str],
    names: Iterable[str] | None = None,
    *,
    has: str = "there are",
    lists: str | None = None,
) -> str:
    """Return the help for a word that is no name: the name it may have meant, or else which names there are.

    `known` are all words for the things in question, and `names` those to list, if these are fewer. Of a list that
    would be too long, only the words most like it are given, with the command that lists all names.
    """
    words = tuple(known)
    near = nearest(word, words)
    if near is not None:
        return f"did you mean {quoted(near, len(near))}?"
    every = tuple(dict.fromkeys(words if names is None else names))
    if not every:
        return "there are none"
    in_full = f"{has} {listing(every, most=len(every))}"
    if len(in_full) <= LONGEST_LIST:
        return in_full
    alike = listing(most_alike(word, words)[:MOST_ALIKE])
    return f"the nearest of {len(every):,} are {alike}{f'; `{lists}` lists them all' if lists else ''}"


def count(number: int, noun: str, nouns: str | None = None) -> str:
    """Return a number of things in words: 1 cell, 2 cells, 1,000 counties."""
    return f"{number:,} {noun if number == 1 else nouns or plural(noun)}"


def plural(noun: str) -> str:
    """Return what several of a thing are called, by the rule of English: cells, counties, keys."""
    return f"{noun[:-1]}ies" if re.search("[^aeiou]y$", noun) else f"{noun}s"
