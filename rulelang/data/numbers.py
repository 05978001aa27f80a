"""Reads numbers exactly as they are written: never a binary fraction, and nothing that only looks like a number."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from typing import Final

WRITTEN: Final = re.compile(
    r"-?(?:(?:\d{1,3}(?:,\d{3}){1,3}|\d{1,12})(?:\.\d{1,12})?|\.\d{1,12})",
    re.ASCII,
)
"""A number as people and files write it: 31, 46.9, -3.25, 1,234. No exponent, no percent sign, no word."""


@lru_cache(maxsize=65_536)
def exact(text: str) -> Fraction | None:
    """Return the number of a text, exactly; None if the text is not a number."""
    return Fraction(text.replace(",", "")) if WRITTEN.fullmatch(text) else None
