"""Outcomes as people name them: a priority by its title, several by their numbers, and lists of them.

Each function is from tokens to tokens, each with the place of the author's words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rulelang.diagnostics.source import Span
from rulelang.syntax.lexicon import Lexicon, folded
from rulelang.syntax.tokens import Token

_JOINTS: Final = ("AND", "OR", "COMMA")
_JOINED: Final = {"ANY_OF": "OR", "NONE_OF": "OR", "ALL_OF": "AND"}
"""Words before a list of outcomes, and what joins the outcomes then."""

_COUNTED: Final = (
    *("OR_MORE", "OR_FEWER", "OF", "OF_THE_LAST", "PERCENT_OF", "PERCENT_OR_MORE_OF"),
    *("GROUPS", "INDICATORS", "INDICATOR_KIND", "PRIORITIES", "PRIORITY", "KIND", "YEARS"),
)
"""What follows a number that counts something, and is not that of an outcome."""

_GLOSS: Final = ["LPAR", "PRIORITY", "NUMBER", "RPAR"]


def with_titles_numbered(tokens: Sequence[Token], head: int, lexicon: Lexicon) -> list[Token]:
    """Return tokens with a priority's number for its title, or for both of them.

    `→ Pupil Achievement`, `→ Priority 4: Pupil Achievement`, `Pupil Achievement (Priority 4): …`.
    """
    found = list(tokens)
    kinds = [token.terminal for token in found]
    start, end = head, len(found)
    if "ARROW" in kinds:
        start = kinds.index("ARROW") + 1
    else:
        end = next((at for at, kind in enumerate(kinds) if kind in ("COLON", "MINUS")), start)
    first, last = start, end
    numbers = set()
    if kinds[start : start + 2] == ["PRIORITY", "NUMBER"] and kinds[start + 2 : start + 3] in (["MINUS"], ["COLON"]):
        first, numbers = start + 3, {found[start + 1].value}
    elif kinds[end - len(_GLOSS) : end] == _GLOSS:
        last, numbers = end - len(_GLOSS), {found[end - 2].value}
    if last <= first:
        return found
    words = folded(found[first].to(found[last - 1]).text)
    number = lexicon.numbers_of_titles.get(tuple(words), "")
    if not number or not numbers <= {number}:
        return found
    return [*found[:start], *numbered(number, found[start].to(found[end - 1])), *found[end:]]


def numbered(number: str, place: Span) -> list[Token]:
    """Return the words of the priority of a number, in the place of what it is called."""
    at = place.start, place.end, place.source
    return [Token("PRIORITY", "priority", *at), Token("NUMBER", number, *at)]


def with_outcomes_named(tokens: Sequence[Token], lexicon: Lexicon) -> list[Token]:
    """Return tokens with the name of each outcome: `Methods 1 and 2`, `any of Method 1, 2 or 3`."""
    found: list[Token] = []
    name = ""  # of the outcome before, without its number
    for at, token in enumerate(tokens):
        before, after = tokens[at - 1] if at else token, tokens[at + 1] if at + 1 < len(tokens) else token
        words = token.span.text
        if token.terminal == "WORD" and words[-1:] == "s" and after.terminal == "NUMBER":
            name = words[:-1]
            if _outcome(f"{name} {after.value}", after, lexicon) is not None:
                continue
        outcome = _outcome(f"{name} {token.value}", token, lexicon) if token.terminal == "NUMBER" and name else None
        is_listed = before.may_be(*_JOINTS) or before.terminal == "WORD"
        if outcome is not None and is_listed and not after.may_be(*_COUNTED):
            found.append(outcome)
            continue
        priority, _, number = token.named("OUTCOME").partition(" ")
        if priority == "Priority":  # by another name, `P4`
            found += numbered(number, token.span)
            continue
        if token.may_be("OUTCOME"):
            name = words.rpartition(" ")[0]
        elif not token.may_be(*_JOINTS):
            name = ""
        found.append(token)
    return _joined(found)


def _outcome(words: str, place: Token, lexicon: Lexicon) -> Token | None:
    """Return the outcome of some name, with no words of its own, so that it is written in full; None if unknown."""
    phrases, after = lexicon.names.longest(folded(words), 0)
    name = next((one.name for one in phrases if one.terminal == "OUTCOME"), None)
    return place.behind("OUTCOME", name) if name and after == len(folded(words)) else None


def _joined(tokens: Sequence[Token]) -> list[Token]:
    """Return tokens with plain conditions for `any of`, `all of` and `none of` before a list of outcomes."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        end = at + 1
        while end < len(tokens) and tokens[end].may_be("OUTCOME" if (end - at) % 2 else "AND", "OR", "COMMA"):
            end += 1
        how = _JOINED.get(tokens[at].terminal)
        if how == "AND" and any(token.may_be("OR") for token in tokens[at:end]):
            how = None  # `all of Method 1 or Method 2` could be either
        listed = [one if one.may_be("OUTCOME") else one._replace(terminal=how or "AND") for one in tokens[at + 1 : end]]
        if how is None or not listed:
            found.append(tokens[at])
            at += 1
            continue
        if tokens[at].terminal == "NONE_OF":
            opening = [tokens[at].before("NOT", "not"), tokens[at].before("LPAR", "(")]
            listed = [*opening, *listed, listed[-1].behind("RPAR", ")")]
        found += listed
        at = end
    return found
