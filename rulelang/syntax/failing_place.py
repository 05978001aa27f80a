"""The place at which a statement cannot be read on, and what the table of common mistakes asks about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from rulelang.syntax.tokens import Token, touch

BEFORE_SENTENCES: Final = ("ADD", "REPLACE", "LABEL", "BEFORE", "AFTER", "LABEL_NAME")
"""What can come before the sentence of a rule: a change, its label, and its place."""

_DIGITS_OF_A_YEAR: Final = 4


class Place(NamedTuple):
    """Where parsing failed: the tokens of the statement, and the index of the one that does not fit."""

    tokens: Sequence[Token]
    at: int
    of_levels: bool

    def _terminal(self, at: int) -> str:
        """Return the terminal of the token at an index; empty if there is none."""
        return self.tokens[at].terminal if 0 <= at < len(self.tokens) else ""

    # ---- the statement ----

    def rule(self) -> bool:
        """Return whether the statement is a rule or a line of an example, and not about levels."""
        return not self.of_levels

    def begins(self, *terminals: str) -> bool:
        """Return whether the statement begins with some terminals."""
        return tuple(token.terminal for token in self.tokens[: len(terminals)]) == terminals

    def led_by(self, *terminals: str) -> bool:
        """Return whether the first token may be of some terminals."""
        return self.tokens[0].may_be(*terminals)

    def headed_by(self, *terminals: str) -> bool:
        """Return whether the first token behind `add` and the label may be of some terminals."""
        return self.tokens[self._head].may_be(*terminals)

    def opens_with(self, *words: str) -> bool:
        """Return whether the first token is one of some words and others behind it."""
        return self.tokens[0].value.casefold().startswith(tuple(f"{word} " for word in words))

    def names_a_kind(self) -> bool:
        """Return whether the sentence begins with a kind of LEA."""
        return any(token.may_be("KIND") for token in self.tokens[self._head : self._head + 2])

    def has(self, *terminals: str) -> bool:
        """Return whether some token of the statement is of some terminals."""
        return any(token.may_be(*terminals) for token in self.tokens)

    def anywhere(self, *words: str) -> bool:
        """Return whether one of some words is in the statement."""
        return _any_says(self.tokens, words)

    @property
    def _head(self) -> int:
        """Return the index of the first token of the sentence, after `add` and the label."""
        return next((at for at, one in enumerate(self.tokens) if one.terminal not in BEFORE_SENTENCES), 0)

    # ---- the token ----

    def first(self) -> bool:
        """Return whether the token is the first."""
        return self.at == 0

    def last(self) -> bool:
        """Return whether the token is the last."""
        return self.at + 1 == len(self.tokens)

    def at_head(self) -> bool:
        """Return whether the token is the first of the sentence."""
        return self.at == self._head

    def behind_head(self) -> bool:
        """Return whether the token is the second of the sentence."""
        return self.at == self._head + 1

    def here(self, *terminals: str) -> bool:
        """Return whether the token is of some terminals."""
        return self._terminal(self.at) in terminals

    def word(self, *words: str) -> bool:
        """Return whether the token is one of some words or signs."""
        return self.tokens[self.at].value in words

    def says(self, *words: str) -> bool:
        """Return whether one of some words is in the token, with others that are not of the language either."""
        return _any_says(self.tokens[self.at : self.at + 1], words)

    def has_digits(self) -> bool:
        """Return whether a digit is in the token."""
        return any(char.isdigit() for char in self.tokens[self.at].value)

    def digits_after_comma(self, *lengths: str) -> bool:
        """Return whether the token is a comma between two numbers without a space, the second of some digits."""
        if not (self.here("COMMA") and self.behind("NUMBER") and self.ahead("NUMBER")):
            return False
        number = self.tokens[self.at + 1]
        return touch(self.tokens[self.at], number) and (not lengths or str(len(number.value)) in lengths)

    # ---- before it and behind it ----

    def behind(self, *terminals: str) -> bool:
        """Return whether the token right before is of some terminals."""
        return self._terminal(self.at - 1) in terminals

    def perhaps_behind(self, *terminals: str) -> bool:
        """Return whether the token right before may be of some terminals, among others."""
        return self.at > 0 and self.tokens[self.at - 1].may_be(*terminals)

    def two_behind(self, *terminals: str) -> bool:
        """Return whether the token before the one right before is of some terminals."""
        return self._terminal(self.at - 2) in terminals

    def after(self, *terminals: str) -> bool:
        """Return whether some token before is of some terminals."""
        return any(token.terminal in terminals for token in self.tokens[: self.at])

    def said(self, *words: str) -> bool:
        """Return whether one of some words is in the token, or in one before."""
        return _any_says(self.tokens[: self.at + 1], words)

    def ahead(self, *terminals: str) -> bool:
        """Return whether the next token is of some terminals."""
        return self._terminal(self.at + 1) in terminals

    def coming(self, *terminals: str) -> bool:
        """Return whether the token or one behind it may be of some terminals."""
        return any(token.may_be(*terminals) for token in self.tokens[self.at :])

    def counts(self) -> bool:
        """Return whether what can be counted comes behind the token."""
        return self.coming("GROUPS", "INDICATORS", "PRIORITIES")

    # ---- what is meant ----

    def lists_outcomes(self) -> bool:
        """Return whether several outcomes are meant without their names: `Methods 1 to 3`, `any of the 3 methods`."""
        of_priorities = self.behind("NUMBER") and self.two_behind("PRIORITIES")
        is_range = self.here("TO", "MINUS") or self.says("through", "thru")
        is_number = self.here("NUMBER") and self.behind("ANY_OF", "ALL_OF")
        is_counted = self.counts() or self.has("INDICATOR")
        return (is_range and (self.behind("OUTCOME") or of_priorities)) or (is_number and not is_counted)

    def of_a_year(self) -> bool:
        """Return whether `in 2023` is before the token, or `every year` at it."""
        is_number = self.behind("NUMBER") and len(self.tokens[self.at - 1].value) == _DIGITS_OF_A_YEAR
        is_every = self.tokens[self.at + 1].value in ("year", "years") if not self.last() else False
        return (is_number and self.after("IN")) or is_every


def _any_says(tokens: Sequence[Token], words: Sequence[str]) -> bool:
    """Return whether one of some words is in the words of some tokens."""
    return any(not {*words}.isdisjoint(token.value.casefold().split()) for token in tokens)
