"""How a table writes not rated, and the error for rules that cannot be written as one."""

from __future__ import annotations

from typing import Final, NoReturn

NOT_RATED_TEXT: Final = "not rated"
"""Not rated, among the levels of a table of text."""


class UnsupportedRulesError(ValueError):
    """Rules that cannot be written in SQL."""


def unsupported(what: str) -> NoReturn:
    """Raise that something cannot be written in SQL."""
    message = f"{what} cannot be written as SQL"
    raise UnsupportedRulesError(message)
