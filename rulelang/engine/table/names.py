"""What stands for not rated in a table, and what is wrong where rules have no form as one."""

from __future__ import annotations

from typing import Final, NoReturn

NOT_RATED_TEXT: Final = "not rated"
"""What stands for not rated among the levels of a table of text."""


class UnsupportedRulesError(ValueError):
    """Rules that have no form in SQL."""


def unsupported(what: str) -> NoReturn:
    """Raise that something has no form in SQL."""
    message = f"{what} cannot be written as SQL"
    raise UnsupportedRulesError(message)
