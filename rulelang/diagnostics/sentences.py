"""Lists in sentences, as every message, explanation and formatted rule writes them."""

from __future__ import annotations

from collections.abc import Iterable


def in_sentence(words: Iterable[object], joint: str = "and") -> str:
    """Return words in a list with `joint` before the last: `a, b and c`; the empty text if there are none."""
    *first, last = [str(word) for word in words] or [""]
    return f"{', '.join(first)} {joint} {last}" if first else last
