"""How a table writes not rated, and the error for rules that cannot be written as one."""

from __future__ import annotations

from typing import Final, NoReturn

NOT_RATED_TEXT: Final = "not rated"
"""Not rated, among the levels of a table of text."""


class UnsupportedRulesError(ValueError):
    """Rules that cannot be written in SQL; its text is what they have that cannot."""


def unsupported(what: str) -> NoReturn:
    """Raise that something that rules have cannot be written in SQL."""
    raise UnsupportedRulesError(what)
