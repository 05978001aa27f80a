"""Words by their place: what the vocabulary alone does not tell.

`and` between two indicators becomes another token than `and` between two conditions, and a word that is no name is
taken for the kind of name its place asks for, so that a misspelt level is reported as a level.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import Final

from attrs import evolve

from rulelang.syntax.tokens import Token

LISTED: Final = {
    "INDICATOR": "INDICATOR",
    "UNKNOWN_INDICATOR": "INDICATOR",
    "LEVEL": "LEVEL",
    "UNKNOWN_LEVEL": "LEVEL",
    "GROUP": "GROUP",
    "UNKNOWN_GROUP": "GROUP",
    "KIND": "KIND",
    "UNKNOWN_KIND": "KIND",
}
"""Names that come in lists, by their terminal, whether known or not."""


def told_apart(tokens: list[Token]) -> list[Token]:
    """Return the tokens of a statement with each word told apart by its place."""
    if tokens[0].terminal in ("EXAMPLE", "CITES", "BECAUSE", "RULESET", "USES", "LEVELS_FROM", "REMOVE"):
        return tokens
    tokens = _list_words(_unknown_names(_without_full_stop(tokens)))
    return _the_other(_without_idle_commas(tokens))


def _without_full_stop(tokens: list[Token]) -> list[Token]:
    """Drop a full stop at the end of a sentence, which says nothing."""
    return tokens[:-1] if len(tokens) > 1 and tokens[-1].value == "." else tokens


def _without_idle_commas(tokens: list[Token]) -> list[Token]:
    """Drop a comma before `unless`, `for` and `except for`, where it says nothing."""
    followers = [*tokens[1:], None]
    return [
        token
        for token, after in zip(tokens, followers, strict=True)
        if not (token.terminal == "COMMA" and after is not None and after.terminal in _AFTER_IDLE_COMMA)
    ]


_AFTER_IDLE_COMMA: Final = frozenset({"UNLESS", "FOR", "EXCEPT_FOR"})


def _unknown_names(tokens: list[Token]) -> list[Token]:
    """Join runs of words that are no names, and take each for the kind of name its place asks for."""
    result: list[Token] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if token.terminal != "WORD":
            result.append(token)
            index += 1
            continue
        run = list(takewhile(lambda following: following.terminal in ("WORD", "MARK", "NUMBER"), tokens[index:]))
        index += len(run)
        role = _role(result, tokens[index:])
        if role is None:
            result.extend(run)
        else:
            value = " ".join(word.value for word in run)
            result.append(Token(f"UNKNOWN_{role}", value, run[0].start, run[-1].end))
    return result


def _role(before: Sequence[Token], after: Sequence[Token]) -> str | None:
    left = before[-1].terminal if before else None
    right = after[0].terminal if after else None
    if right in ("ON", "OR_WORSE", "OR_BETTER"):
        return "LEVEL"
    if left == "ARROW":
        return "OUTCOME"
    begins = left in (None, "LABEL", "UNLESS", "AND", "OR", "NOT", "LPAR")
    if begins and right in ("OR", "AND", "COMMA") and [token.terminal for token in after[1:3]] == ["LEVEL", "ON"]:
        return "LEVEL"
    if left in ("ON", "BOTH", "EITHER", "ANY_OF", "ALL_OF", "OF") or _in_list(before, "INDICATOR"):
        return "INDICATOR"
    if left in ("FOR", "EXCEPT_FOR") or _in_list(before, "GROUP"):
        heading = len(before) == 1 and not any(token.terminal == "ONLY" for token in after)
        return "KIND" if heading else "GROUP"
    if left == "A" or _in_list(before, "KIND"):
        return "KIND"
    if right in ("MEETS", "DOES_NOT_MEET") or (right == "COLON" and not before):
        return "GROUP"
    if _in_list(before, "LEVEL") and right in ("ON", "OR", "AND"):
        return "LEVEL"
    alone = left in (None, "LABEL", "UNLESS", "AND", "OR", "NOT", "LPAR", "MEETS", "EXPECT", "WHETHER")
    return "OUTCOME" if alone and right in (None, "ARROW", "AND", "OR", "RPAR", "CRITERIA_MET", "ARE_MET") else None


def _in_list(before: Sequence[Token], sort: str) -> bool:
    """Return whether the words before are a name of a sort and a word that joins lists."""
    joined = len(before) > 1 and before[-1].terminal in ("AND", "OR", "COMMA")
    return joined and LISTED.get(before[-2].terminal) == sort


def _list_words(tokens: list[Token]) -> list[Token]:
    """Tell `and`, `or` and `,` between two names of one sort from the same between two conditions."""
    result = []
    for index, token in enumerate(tokens):
        if token.terminal in ("AND", "OR", "COMMA") and _joins_names(tokens, index):
            result.append(evolve(token, terminal=f"LIST_{token.terminal}"))
        else:
            result.append(token)
    return _without_oxford_commas(result)


def _joins_names(tokens: Sequence[Token], index: int) -> bool:
    left = LISTED.get(tokens[index - 1].terminal) if index else None
    right = index + 1
    if tokens[index].terminal == "COMMA" and right < len(tokens) and tokens[right].terminal in ("AND", "OR"):
        right += 1
    elif tokens[index].terminal != "COMMA" and index > 1 and tokens[index - 1].terminal == "COMMA":
        left = LISTED.get(tokens[index - 2].terminal)
    if left is None or right >= len(tokens) or LISTED.get(tokens[right].terminal) != left:
        return False
    return right + 1 == len(tokens) or tokens[right + 1].terminal not in _MEASURED


_MEASURED: Final = frozenset({"MEASURE_NAME", "NUMBER_NAME", "SCALE", "LAST_YEARS"})
"""What an indicator has behind it where a fact of its own begins: `Red on ELA, Suspension Rate Status 4.0`."""


def _without_oxford_commas(tokens: list[Token]) -> list[Token]:
    followers = [*tokens[1:], None]
    return [
        token
        for token, after in zip(tokens, followers, strict=True)
        if not (token.terminal == "LIST_COMMA" and after is not None and after.terminal in ("LIST_AND", "LIST_OR"))
    ]


def _the_other(tokens: list[Token]) -> list[Token]:
    """Mark the `and` of `Red on ELA or Math and Orange on the other`, which joins no two conditions."""
    for index, token in enumerate(tokens):
        if token.terminal == "ON_THE_OTHER":
            joint = next((at for at in range(index - 1, -1, -1) if tokens[at].terminal in ("AND", "OR", "COMMA")), None)
            if joint is not None and tokens[joint].terminal == "AND":
                tokens[joint] = evolve(tokens[joint], terminal="LIST_OTHER")
    return tokens
