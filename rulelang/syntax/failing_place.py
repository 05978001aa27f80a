"""The place at which a statement cannot be read on, and what the table of common mistakes asks about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rulelang.diagnostics.plain_data import frozen
from rulelang.syntax.tokens import Token, touch

_BEFORE_SENTENCES: Final = ("ADD", "REPLACE", "LABEL")


@frozen
class Place:
    """Where parsing failed: the tokens of the statement, and the index of the one that does not fit."""

    tokens: Sequence[Token]
    at: int
    of_levels: bool

    def here(self, *terminals: str) -> bool:
        """Return whether the token is of some terminals."""
        return self.tokens[self.at].terminal in terminals

    def is_word(self, *words: str) -> bool:
        """Return whether the token is one of some words or signs."""
        return self.tokens[self.at].value in words

    def says(self, *words: str) -> bool:
        """Return whether one of some words is in the token, with others that are not of the language either."""
        return not {*words}.isdisjoint(self.tokens[self.at].value.casefold().split())

    def behind(self, *terminals: str) -> bool:
        """Return whether the token right before is of some terminals."""
        return self.at > 0 and self.tokens[self.at - 1].terminal in terminals

    def after(self, *terminals: str) -> bool:
        """Return whether some token before is of some terminals."""
        return any(token.terminal in terminals for token in self.tokens[: self.at])

    def said(self, *words: str) -> bool:
        """Return whether one of some words is in the token, or in one before."""
        return any(not {*words}.isdisjoint(token.value.casefold().split()) for token in self.tokens[: self.at + 1])

    def begins(self, *terminals: str) -> bool:
        """Return whether the statement begins with some terminals."""
        return tuple(token.terminal for token in self.tokens[: len(terminals)]) == terminals

    def ahead(self, terminal: str) -> bool:
        """Return whether the next token is of a terminal."""
        return self.at + 1 < len(self.tokens) and self.tokens[self.at + 1].terminal == terminal

    @property
    def in_rule(self) -> bool:
        """Return whether the statement is a rule or a line of an example, and not about levels."""
        return not self.of_levels

    @property
    def counts_ahead(self) -> bool:
        """Return whether what can be counted comes behind the token."""
        return any(token.may_be("GROUPS", "INDICATORS", "PRIORITIES") for token in self.tokens[self.at :])

    def has(self, *terminals: str) -> bool:
        """Return whether some token of the statement is of some terminals."""
        return any(token.may_be(*terminals) for token in self.tokens)

    def has_word(self, *words: str) -> bool:
        """Return whether one of some words is in the statement."""
        return any(not {*words}.isdisjoint(token.value.casefold().split()) for token in self.tokens)

    @property
    def lists_outcomes(self) -> bool:
        """Return whether several outcomes are meant without their names: `Methods 1 to 3`, `any of the 3 methods`."""
        of_priorities = self.behind("NUMBER") and self.at > 1 and self.tokens[self.at - 2].may_be("PRIORITIES")
        is_range = self.here("TO", "MINUS") or self.says("through", "thru")
        is_number = self.here("NUMBER") and self.behind("ANY_OF", "ALL_OF")
        is_counted = self.counts_ahead or self.has("INDICATOR")
        return (is_range and (self.behind("OUTCOME") or of_priorities)) or (is_number and not is_counted)

    @property
    def names_a_kind(self) -> bool:
        """Return whether the sentence begins with a kind of LEA."""
        return any(token.may_be("KIND") for token in self.tokens[self.head : self.head + 2])

    @property
    def head(self) -> int:
        """Return the index of the first token of the sentence, after `add` and the label."""
        return next((at for at, one in enumerate(self.tokens) if one.terminal not in _BEFORE_SENTENCES), 0)

    def digits_after_comma(self, length: int | None = None) -> bool:
        """Return whether the token is a comma between two numbers without a space, the second of some digits."""
        if not (self.here("COMMA") and self.behind("NUMBER") and self.ahead("NUMBER")):
            return False
        number = self.tokens[self.at + 1]
        return touch(self.tokens[self.at], number) and length in (None, len(number.value))
