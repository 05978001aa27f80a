"""The types of facts, and how a fact that is yes or no is written in data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Final


class FactType(Enum):
    """The type of a fact's value; a level is not a fact but a reading of an indicator."""

    NUMBER = "number"
    DOLLARS = "dollars"
    DATE = "date"
    TEXT = "text"
    YES_NO = "yes or no"

    @property
    def phrase(self) -> str:
        """Return what messages call a value of the type."""
        match self:
            case FactType.NUMBER | FactType.DATE:
                return f"a {self.value}"
            case FactType.DOLLARS:
                return "an amount in dollars"
            case FactType.TEXT:
                return "words"
            case FactType.YES_NO:
                return "yes or no"

    @property
    def is_numeric(self) -> bool:
        """Return whether a value is a number or an amount, and not a day or words."""
        return self in (FactType.NUMBER, FactType.DOLLARS)

    @property
    def is_named(self) -> bool:
        """Return whether a value is one of some words, folded as texts are, and not a number."""
        return self in (FactType.TEXT, FactType.YES_NO)

    def in_rules(self, words: str) -> str:
        """Return how a rule writes some words as a value of the type; empty if it is no type of words."""
        match self:
            case FactType.TEXT:
                return f'"{words}"'
            case FactType.YES_NO:
                return answer_in(words) or "yes"
            case _:
                return ""


ANSWERS: Final[Mapping[str, Sequence[str]]] = {"yes": ("yes", "y", "true"), "no": ("no", "n", "false")}
"""The two values of a fact that is yes or no, each with the words of data that say it, folded."""


def answer_in(text: str) -> str | None:
    """Return yes or no where a text of the data says it, in upper or lower case; None if it says neither."""
    return next((one for one, words in ANSWERS.items() if text.strip().casefold() in words), None)
