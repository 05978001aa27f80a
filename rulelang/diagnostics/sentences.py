"""Lists in sentences, as every message, explanation and formatted rule writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final


def in_sentence(words: Iterable[object], joint: str = "and") -> str:
    """Return words in a list with `joint` before the last: `a, b and c`; the empty text if there are none."""
    *first, last = [str(word) for word in words] or [""]
    return f"{', '.join(first)} {joint} {last}" if first else last


_AN: Final = re.compile(r"(?!uni|use|eu|one\b)[aeiou]|(?:[AEFHILMNORSX][A-Z]+|[AEFHILMNORSX])\b")


def with_article(words: object) -> str:
    """Return words with `a` or `an` before them, as they are said: an applicant, an LEA, a unified district."""
    text = str(words)
    return f"{'an' if _AN.match(text) or _AN.match(text[:1].lower() + text[1:]) else 'a'} {text}"
