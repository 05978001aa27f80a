"""Mistakes that many make, each told by the words around the place where the grammar gave up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from rulelang.syntax.tokens import Token

_Sign = Callable[[Sequence[str], Sequence[Token], int], bool]
"""Whether a mistake is there: given the terminals of the statement, its tokens, and where the grammar gave up."""


def way_out(tokens: Sequence[Token], at: int) -> str | None:
    """Return what to write instead, where the mistake is a usual one; None for any other."""
    terminals = [token.terminal for token in tokens]
    return next((help_text for sign, help_text in _MISTAKES if sign(terminals, tokens, at)), None)


def _level_behind(terminals: Sequence[str], _: Sequence[Token], at: int) -> bool:
    return list(terminals[at : at + 2]) == ["INDICATOR", "ARE"]


def _narrowed_too_late(terminals: Sequence[str], _: Sequence[Token], at: int) -> bool:
    return terminals[at] in ("FOR", "EXCEPT_FOR") and "ARROW" in terminals[:at]


def _only_is_missing(terminals: Sequence[str], _: Sequence[Token], at: int) -> bool:
    named = [index for index in range(at) if terminals[index] == "FOR"]
    return bool(named) and "GROUP" in terminals[named[-1] : at] and "ONLY" not in terminals


def _clause_on_the_line(terminals: Sequence[str], _: Sequence[Token], at: int) -> bool:
    return terminals[at] in ("BECAUSE", "CITES") and at > 0


def _label_is_a_group(terminals: Sequence[str], _: Sequence[Token], __: int) -> bool:
    return terminals[:2] == ["GROUP", "COLON"] and "ARROW" in terminals


def _sign_for_and(_: Sequence[str], tokens: Sequence[Token], at: int) -> bool:
    return tokens[at].value in ("&", "/", "+", ";")


def _bare_number(terminals: Sequence[str], _: Sequence[Token], at: int) -> bool:
    return terminals[at] in ("PRIORITIES", "PRIORITY", "GROUPS", "INDICATORS") and terminals[at - 1 : at] == ["NUMBER"]


def _article_is_missing(terminals: Sequence[str], _: Sequence[Token], __: int) -> bool:
    return terminals[:2] == ["GIVEN", "KIND"]


_MISTAKES: Final[Sequence[tuple[_Sign, str]]] = (
    (_level_behind, "the level comes first: `Red on ELA`"),
    (_narrowed_too_late, "say for which student groups before the arrow: `Red on ELPI for English Learners only → …`"),
    (_only_is_missing, "end with `only`: `Red on ELPI for English Learners only → …`"),
    (_clause_on_the_line, "put `because` and `cites` on a line of their own, below the sentence they belong to"),
    (_label_is_a_group, "this is the name of a student group, so it cannot be a label; take another, such as `E1:`"),
    (_sign_for_and, "write `and`"),
    (_bare_number, "say whether more would do: `2 or more`, `exactly 2`"),
    (_article_is_missing, "write `a` before the kind of LEA: `given a school district`"),
)
