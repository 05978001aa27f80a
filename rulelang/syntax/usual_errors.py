"""Mistakes that many make, each known by the words around the place where the grammar gave up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from attrs import frozen

from rulelang.syntax.tokens import Token, touch

_BEFORE_SENTENCES: Final = ("ADD", "REPLACE", "LABEL")


@frozen
class _Place:
    """Where the grammar gave up: the tokens of the statement, and the index of the one that does not fit."""

    tokens: Sequence[Token]
    at: int
    of_levels: bool

    def here(self, *terminals: str) -> bool:
        """Return whether the token is of some terminals."""
        return self.tokens[self.at].terminal in terminals

    def is_word(self, *words: str) -> bool:
        """Return whether the token is one of some words or signs."""
        return self.tokens[self.at].value in words

    def behind(self, *terminals: str) -> bool:
        """Return whether the token right before is of some terminals."""
        return self.at > 0 and self.tokens[self.at - 1].terminal in terminals

    def after(self, *terminals: str) -> bool:
        """Return whether some token before is of some terminals."""
        return any(token.terminal in terminals for token in self.tokens[: self.at])

    def begins(self, *terminals: str) -> bool:
        """Return whether the statement begins with some terminals."""
        return tuple(token.terminal for token in self.tokens[: len(terminals)]) == terminals

    def ahead(self, terminal: str) -> bool:
        """Return whether the next token is of a terminal."""
        return self.at + 1 < len(self.tokens) and self.tokens[self.at + 1].terminal == terminal

    @property
    def head(self) -> int:
        """Return the index of the first token of the sentence, behind `add` and the label."""
        return next((at for at, one in enumerate(self.tokens) if one.terminal not in _BEFORE_SENTENCES), 0)

    def digits_after_comma(self, length: int | None = None) -> bool:
        """Return whether the token is a comma between two numbers without a space, the second of some digits."""
        if not (self.here("COMMA") and self.behind("NUMBER") and self.ahead("NUMBER")):
            return False
        number = self.tokens[self.at + 1]
        return touch(self.tokens[self.at], number) and length in (None, len(number.value))


def way_out(tokens: Sequence[Token], at: int, *, of_levels: bool) -> str | None:
    """Return what to write instead, where the mistake is a usual one; None for any other."""
    place = _Place(tokens, at, of_levels)
    return next((help_text for is_there, help_text in _MISTAKES if is_there(place)), None)


_LISTS: Final = ("HIGHEST_OF", "LOWEST_OF", "AVERAGE_OF")
_BOUNDS: Final = "say `95 or more`, `95 or less`, `above 95` or `below 95`"
_FIRST_ON_LINE: Final = "this word begins a sentence about levels, and nothing stands before it on its line"

_MISTAKES: Final[Sequence[tuple[Callable[[_Place], bool], str]]] = (
    (lambda on: on.here("INDICATOR") and on.ahead("ARE"), "the level comes first: `Red on ELA`"),
    (
        lambda on: on.here("FOR", "EXCEPT_FOR") and on.after("ARROW"),
        "say for which student groups before the arrow: `Red on ELPI for English Learners only → …`",
    ),
    (
        lambda on: on.after("FOR") and on.after("GROUP") and all(token.terminal != "ONLY" for token in on.tokens),
        "end with `only`: `Red on ELPI for English Learners only → …`",
    ),
    (
        lambda on: on.at > 0 and on.here("BECAUSE", "CITES", "CONFIDENCE"),
        "put `cites`, `because` and `confidence` on a line of their own, below the sentence",
    ),
    (
        lambda on: on.begins("GROUP", "COLON") and any(token.terminal == "ARROW" for token in on.tokens),
        "this is the name of a student group, so it cannot be a label; take another, such as `E1:`",
    ),
    (lambda on: not on.of_levels and on.is_word(";", "/", "+"), "say how the two are joined: `and` or `or`"),
    (
        lambda on: on.here("AND", "COMMA") and on.after("ARROW") and on.behind("OUTCOME", "NUMBER"),
        "a rule decides one thing: write the condition again for the other outcome, in a rule of its own",
    ),
    (
        lambda on: (on.here("INDICATOR") and on.behind("INDICATOR")) or (on.here("LEVEL") and on.behind("LEVEL")),
        "say how the two are joined: `and` or `or`",
    ),
    (
        lambda on: on.here("ARROW") and on.at == on.head,
        "write the condition before the arrow: `Red on ELA → …`",
    ),
    (
        lambda on: (
            on.here("ARROW") and on.behind("AND", "OR", "UNLESS", "NOT", "ON", "MEETS", "ARE", "GROUPS", "COMMA")
        ),
        "the sentence breaks off before the arrow: write what is missing there",
    ),
    (
        lambda on: on.here("ARROW") and on.behind("LEVEL", "OR_WORSE", "OR_BETTER"),
        "say on which indicator: `Red on ELA → …`",
    ),
    (
        lambda on: on.here("GROUPS") and on.at == on.head,
        "say how many: `any student group meets …`, `3 or more student groups meet …`",
    ),
    (
        lambda on: on.here("IF") and on.at == on.head,
        "say what follows from it: `If Red on ELA then Priority 4`",
    ),
    (
        lambda on: on.here("ARROW") and on.after("IF", "ARROW", "WHEN"),
        "a rule decides one thing: write a rule for each outcome",
    ),
    (
        lambda on: on.here("LPAR") and on.behind("INDICATOR", "GROUP", "OUTCOME", "NUMBER"),
        "this is no other name of what stands before it: leave it out, or join it with `and` or `or`",
    ),
    (
        lambda on: on.here("PRIORITIES", "PRIORITY", "GROUPS", "INDICATORS") and on.behind("NUMBER"),
        "say whether more would do: `2 or more`, `exactly 2`",
    ),
    (lambda on: on.begins("GIVEN", "KIND"), "write `a` before the kind of LEA: `given a school district`"),
    (
        lambda on: on.here("PLUS", "MINUS") and on.after(*_LISTS),
        "put `highest of …` or what is added in parentheses: `(highest of a and b) + 1`",
    ),
    (
        lambda on: on.of_levels and on.here("SMALLEST"),
        "put it in parentheses: `1 + (smallest whole number that brings …)`",
    ),
    (
        lambda on: on.here("COMMA", "AND") and on.after(*_LISTS) and on.of_levels,
        "put `highest of …` in parentheses: `1 + (highest of a and b)`",
    ),
    (
        lambda on: on.here("IF") and on.after("ROUNDED_TO", "AS_A_PERCENT"),
        "put what is scaled or rounded before `if` in parentheses: `(a, rounded to 1 decimal) if …`",
    ),
    (
        lambda on: on.here("AS_A_PERCENT") and on.after("ROUNDED_TO"),
        "the percent comes first: `as a percent, rounded to 1 decimal`",
    ),
    (lambda on: on.is_word("%"), "leave the sign out; a measure `as a percent` is compared with `95`"),
    (lambda on: on.is_word(".") and on.ahead("NUMBER"), "write a figure before the point: `0.5`"),
    (lambda on: on.digits_after_comma(3), "write figures without commas: `1000`"),
    (lambda on: on.digits_after_comma(), "write a point before the decimals: `5.0`"),
    (lambda on: on.here("NUMBER") and on.behind("NUMBER"), "write figures without spaces: `1000`"),
    (
        lambda on: on.here("NUMBER_NAME", "MEASURE_NAME", "LPAR") and on.behind("MINUS"),
        "write what it is taken from: `0 − …`",
    ),
    (
        lambda on: on.after("WHEN", "IF") and (on.here("EQUALS") or on.is_word("equal", "exactly")),
        _BOUNDS,
    ),
    (lambda on: on.here("OTHERWISE") and on.tokens[on.at - 2].terminal == "ARE", _BOUNDS),
    (lambda on: on.here("READ_AS") and on.after("EQUALS"), "write `as a percent`"),
    (
        lambda on: on.is_word("<", ">", "≤", "≥"),
        "write it in words: `is above`, `is below`, `95 or more`, `95 or less`",
    ),
    (lambda on: on.at > 0 and on.here("MEASURE", "BANDS", "GRID"), _FIRST_ON_LINE),
    (
        lambda on: not on.of_levels and (on.here("WHEN") or on.behind("WHEN")),
        "`when` stands in sentences about levels such as `Orange when Not Certified`",
    ),
    (
        lambda on: not on.of_levels and on.here("IF"),
        "`if` stands in measures: `measure rate = … if …, otherwise …`; of a level say `Orange when …`",
    ),
)
