"""Text as it is typed and pasted, with one kind of line end, and nothing in its words that nobody sees."""

from __future__ import annotations

import re
from typing import Final

_LINE_ENDS: Final = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")

_JOINERS: Final = re.compile("[\u00ad\u200c\u200d\u2060\ufeff]")
"""Characters that word processors put inside words and nobody sees, such as the soft hyphen."""


def plain(text: str) -> str:
    """Return a text with every kind of line end made one and nothing unseen in its words."""
    return _JOINERS.sub("", _LINE_ENDS.sub("\n", text))


def ruleset_named(text: str) -> str:
    """Return the name of a ruleset as it stands in a sentence: without its ending, and with `/` between folders."""
    return text.strip().rstrip(".").replace("\\", "/").removesuffix(".rules")


def vocabulary_title(text: str) -> str:
    """Return the name of a vocabulary without the word itself: `California Dashboard vocabulary`."""
    words = text.split()
    return " ".join(words[:-1] if len(words) > 1 and words[-1].casefold() == "vocabulary" else words)
