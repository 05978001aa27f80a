"""Edits that people and programs make in a rule file or vocabulary, most of which leave it damaged."""

from __future__ import annotations

import random
from functools import cache

from rulelang.compiler.locations import rulesets_folder

PIECES = (
    *("→", "|", '"', "“", "#", "(", ")", ":", ",", "\n", "\r\n", "\r", "\t", " ", "\0", "\ufeff", "\u00ad", "\u2028"),
    *(
        "😀",
        "𝐑ed",
        "e\u0301",
        "\ud83d",
        "replace ",
        "remove ",
        "add ",
        "example ",
        "given ",
        "expect ",
        "for ",
        "uses ",
    ),
    *("based on ", "extends ", "more ", "Red", " on ", "ELA", "measure x = ", "bands Status\n", "| a | b |\n", "4a: "),
    *("priority 4 ", "levels\n", "student groups\n", "not " * 60, "(" * 60, "9" * 30, "x" * 400, "| " * 50),
)
"""What is typed or pasted: signs, invisible and astral characters, half a pair of them, and beginnings of sentences."""


@cache
def shipped_lines() -> tuple[str, ...]:
    """Return the lines of every file that is shipped, from which pieces are pasted."""
    files = sorted(rulesets_folder().rglob("*.rules"))
    return tuple(line for file in files for line in file.read_text(encoding="utf-8").splitlines(keepends=True))


def damaged(text: str, draw: random.Random) -> str:
    """Return a text after one edit.

    A stretch goes, comes twice or is turned round, a piece comes in or lines of another file do, a sentence breaks off,
    all line ends become those of Windows, or every line is indented.
    """
    start = draw.randrange(len(text) + 1)
    end = min(len(text), start + draw.choice((0, 1, 5, 40, 400)))
    stretch = text[start:end]
    match draw.randrange(9):
        case 0:
            return text[:start] + text[end:]
        case 1:
            return text[:start] + stretch * 2 + text[end:]
        case 2:
            return text[:start] + stretch[::-1] + text[end:]
        case 3 | 4:
            return text[:start] + draw.choice(PIECES) + text[draw.choice((start, end)) :]
        case 5:
            lines, count = shipped_lines(), draw.choice((1, 3, 20))
            first = draw.randrange(len(lines) - count)
            at = text.rfind("\n", 0, start) + 1
            return text[:at] + "".join(lines[first : first + count]) + text[at:]
        case 6:
            stop = text.find("\n", start)
            return text[:start] + (text[stop:] if stop >= 0 else "")
        case 7:
            return (
                text.replace("\r\n", "\n").replace("\n", "\r\n") if draw.random() < 0.3 else text + draw.choice(PIECES)
            )
        case _:
            return text[:start] + draw.choice(PIECES) * draw.choice((1, 2, 30)) + text[start:]
