"""Words of statements about levels by their place: exact numbers, names that are unknown, commas that say nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from attrs import evolve

from rulelang.syntax.tokens import Token
from rulelang.syntax.words import LONGEST_NUMBER

_DECIMAL: Final = re.compile(rf"[0-9]{{1,{LONGEST_NUMBER}}}\.[0-9]{{1,{LONGEST_NUMBER}}}")

_OPERANDS: Final = frozenset(
    ["NUMBER", "DECIMAL", "NUMBER_NAME", "MEASURE_NAME", "SCALE", "INDICATOR", "WORD", "RPAR", "YEARS_BEFORE"]
)
"""What a sign behind subtracts from; behind anything else it says that the number is below zero."""

_SIGNS: Final = frozenset("-\u2010\u2011\u2012\u2013\u2014\u2212")


def told_apart(tokens: list[Token]) -> list[Token]:
    """Return the tokens of a statement about levels with each word told apart by its place."""
    if tokens[0].terminal == "CONFIDENCE":
        return [tokens[0], *(_mark(token) for token in tokens[1:])]
    if tokens[0].terminal == "TABLE_ROW":
        return tokens
    tokens = _without_idle_commas(_without_full_stop(numerals(tokens)))
    return _indicators(_unknown_names(tokens))


def heading_of_levels(tokens: Sequence[Token]) -> list[Token]:
    """Return the tokens of a heading over statements of levels: a word that is no name is a misspelt indicator."""
    as_heading = {"UNKNOWN_KIND": "UNKNOWN_INDICATOR", "UNKNOWN_GROUP": "UNKNOWN_INDICATOR"}
    as_heading.update({joint: f"LIST_{joint}" for joint in ("AND", "OR", "COMMA")})
    return [evolve(token, terminal=as_heading.get(token.terminal, token.terminal)) for token in tokens]


def _mark(token: Token) -> Token:
    """Return what stands behind `confidence` as a mark; words in quotation marks stay as they are."""
    is_mark = token.terminal not in ("STRING", "OPEN_STRING")
    return evolve(token, terminal="CONFIDENCE_LETTER") if is_mark else token


# ---- exact numbers ----


def numerals(tokens: Sequence[Token], *, signs_subtract: bool = True) -> list[Token]:
    """Return tokens in which `45.0`, `2/3` and `-70` are one each.

    A sign behind a name or a number subtracts, unless `signs_subtract` is no.
    """
    result: list[Token] = []
    for token in tokens:
        if token.terminal == "WORD" and _DECIMAL.fullmatch(token.value):
            token = evolve(token, terminal="DECIMAL")  # noqa: PLW2901  # the same word, seen as a number
        if _ends_fraction(result, token):
            first = result[-2]
            result[-2:] = [Token("DECIMAL", f"{first.value}/{token.value}", first.start, token.end)]
        else:
            result.append(token)
    return _with_signs(result, signs_subtract=signs_subtract)


def _ends_fraction(before: Sequence[Token], token: Token) -> bool:
    """Return whether `2/3` ends here, written without spaces."""
    return (
        len(before) > 1
        and token.terminal == before[-2].terminal == "NUMBER"
        and before[-1].value == "/"
        and before[-2].end == before[-1].start
        and before[-1].end == token.start
        and int(token.value) > 0
    )


def _with_signs(tokens: Sequence[Token], *, signs_subtract: bool) -> list[Token]:
    result: list[Token] = []
    for token in tokens:
        is_negative = (
            bool(result)
            and token.terminal in ("NUMBER", "DECIMAL")
            and result[-1].value in _SIGNS
            and result[-1].end == token.start
            and not (signs_subtract and len(result) > 1 and result[-2].terminal in _OPERANDS)
        )
        if is_negative:
            result[-1] = Token("DECIMAL", f"-{token.value}", result[-1].start, token.end)
        else:
            result.append(token)
    return result


# ---- idle words ----

_AFTER_IDLE_COMMA: Final = frozenset(
    [
        "ROUNDED_TO",
        "AS_A_PERCENT",
        "IF",
        "OTHERWISE",
        "AND",
        "OR",
        "FOR",
        "FOR_THE_COLOR_ONLY",
        "IN_THIS_YEAR_WHEN",
        "IN_BOTH_YEARS",
        "WHEN",
    ]
)


def _without_full_stop(tokens: list[Token]) -> list[Token]:
    return tokens[:-1] if len(tokens) > 1 and tokens[-1].value == "." else tokens


def _without_idle_commas(tokens: list[Token]) -> list[Token]:
    followers = [*tokens[1:], None]
    return [
        token
        for token, after in zip(tokens, followers, strict=True)
        if not (token.terminal == "COMMA" and after is not None and after.terminal in _AFTER_IDLE_COMMA)
    ]


# ---- unknown names ----


def _unknown_names(tokens: list[Token]) -> list[Token]:
    """Join runs of words that are no names, hyphens in them too, and take each for what its place asks for."""
    result: list[Token] = []
    index = 0
    while index < len(tokens):
        end = _run_end(tokens, index)
        if end == index:
            result.append(tokens[index])
            index += 1
        else:
            run = tokens[index:end]
            role = _role(result, tokens[end:])
            value = _joined(run)
            result.append(Token(f"UNKNOWN_{role}", value, run[0].start, run[-1].end))
            index = end
    return result


def _run_end(tokens: Sequence[Token], start: int) -> int:
    """Return the index after a run of words such as `four-year graduates` in which none is a name."""
    end, has_word = start, False
    while end < len(tokens):
        token = tokens[end]
        touches = end > start and tokens[end - 1].end == token.start
        hyphen_follows = end + 2 < len(tokens) and tokens[end + 1].value in _SIGNS and _touch(tokens[end : end + 3])
        if token.terminal == "WORD":
            has_word = True
        elif not (token.value in _SIGNS and touches and end + 1 < len(tokens) and _touch(tokens[end : end + 2])):
            is_part = (token.terminal == "NUMBER" and hyphen_follows) or (touches and tokens[end - 1].value in _SIGNS)
            if not is_part or token.terminal not in ("NUMBER", "A", "TO", "AT", "IS", "IF"):
                break
        end += 1
    return end if has_word else start


def _touch(tokens: Sequence[Token]) -> bool:
    return all(one.end == other.start for one, other in pairwise(tokens))


def _joined(run: Sequence[Token]) -> str:
    text = run[0].value
    for before, token in pairwise(run):
        text += token.value if before.end == token.start else f" {token.value}"
    return text


_ZONES: Final = {
    "FOR": "GROUP",
    "AT": "KIND",
    "READ": "LEVEL",
    "READ_AS": "LEVEL",
    "WHEN": "CIRCUMSTANCE",
    "IN_THIS_YEAR_WHEN": "CIRCUMSTANCE",
    "IF": "CIRCUMSTANCE",
    "OTHERWISE": "NAME",
    "EQUALS": "NAME",
    "FEWER_THAN": "NAME",
    "NEEDS": "NAME",
    "SEMICOLON": "NAME",
    "IS": "NAME",
    "NO_BETTER_THAN": "LEVEL",
    "OVERRIDE": "LEVEL",
}
"""Which names are asked for behind a keyword, until the next of these."""

_BEGIN_CIRCUMSTANCE: Final = frozenset({"WHEN", "IN_THIS_YEAR_WHEN", "IF", "AND", "OR", "NOT", "LPAR"})
_END_CIRCUMSTANCE: Final = frozenset({"AND", "OR", "RPAR", "OTHERWISE", "SEMICOLON"})
_STARTS: Final = ("ADD", "REPLACE", "REMOVE")


def _role(before: Sequence[Token], after: Sequence[Token]) -> str:
    left = before[-1].terminal if before else None
    right = after[0].terminal if after else None
    opener = next((token.terminal for token in before if token.terminal not in _STARTS), None)
    if opener is None:
        return "LEVEL" if right == "WHEN" else "NAME"
    zone = next((_ZONES[token.terminal] for token in reversed(before) if token.terminal in _ZONES), None)
    if zone is None and opener in ("BANDS", "GRID", "MEASURE") and right in ("SCALE", "AND", "COMMA"):
        return "INDICATOR"
    if zone == "GROUP" and opener == "GRID":
        return "LEVEL"
    if zone == "CIRCUMSTANCE":
        flag = left in _BEGIN_CIRCUMSTANCE and (right is None or right in _END_CIRCUMSTANCE)
        return "LEVEL" if flag else "NAME"
    return zone or "NAME"


# ---- indicators and measures of the same name ----


def measured(tokens: Sequence[Token]) -> list[Token]:
    """Return the tokens of an example in which `graduation rate 95.2` is of a measure, not of an indicator."""
    followers = [*tokens[1:], None]
    return [
        evolve(token, terminal="MEASURE_NAME")
        if token.terminal == "INDICATOR" and after is not None and after.terminal in ("NUMBER", "DECIMAL")
        else token
        for token, after in zip(tokens, followers, strict=False)
    ]


def _indicators(tokens: list[Token]) -> list[Token]:
    """Take the name of an indicator for that of a measure where no name follows it: `measure suspension rate = …`."""
    declares = next((token.terminal for token in tokens if token.terminal not in _STARTS), None) == "MEASURE"
    assigned = next((at for at, token in enumerate(tokens) if token.terminal == "EQUALS"), len(tokens))
    result = []
    for index, token in enumerate(tokens):
        follower = tokens[index + 1].terminal if index + 1 < len(tokens) else None
        is_measure = index > assigned or (declares and follower in ("EQUALS", None)) or _in_circumstance(tokens, index)
        if token.terminal == "INDICATOR" and is_measure:
            result.append(evolve(token, terminal="MEASURE_NAME"))
        else:
            result.append(token)
    return result


def _in_circumstance(tokens: Sequence[Token], index: int) -> bool:
    return any(token.terminal in ("WHEN", "IF", "IN_THIS_YEAR_WHEN") for token in tokens[:index])
