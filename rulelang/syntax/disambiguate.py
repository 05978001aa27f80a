"""The parser decides what words alone cannot: every meaning of a token is tried, and those that fit are kept.

`and` joins two indicators or two conditions, `suspension rate` is an indicator or a measure, and an unknown word is
taken for the kind of name that fits in its place, so that a misspelled level is reported as a level.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise, product
from typing import Final

from attrs import frozen

from rulelang.syntax.keywords import terminals
from rulelang.syntax.lalr import Parser, Stack, Value
from rulelang.syntax.lexicon import SIGNS
from rulelang.syntax.tokens import Token, Word, touch

_ALSO: Final = {
    "AND": ("LIST_AND", "LIST_OTHER", "AND_OF_ONE"),
    "OR": ("LIST_OR", "OR_OF_ONE"),
    "COMMA": ("LIST_COMMA", "COMMA_BETWEEN"),
    "NOT_ESTABLISHED": ("UNSETTLED",),
}
"""What else a word between two conditions may be: one between two names, before `… on the other`, or between two things
that one and the same student group does."""

_AMBIGUOUS: Final = frozenset({*_ALSO, "WORD", "LEVEL"})
"""Terminals that stand for others too."""

UNKNOWN: Final = ("LEVEL", "KIND", "GROUP", "OUTCOME", "NAME", "INDICATOR")
"""The kinds of name that an unknown word may be meant as, the first that fits before the others."""

UNKNOWN_OF_LEVELS: Final = ("FLAG", *UNKNOWN)
"""The same in a statement about levels, in which a level may be a condition by itself: `Orange when Not Certified`."""

UNKNOWN_INDICATOR: Final = ("INDICATOR", *UNKNOWN)
"""The same in a heading over statements about levels, which names indicators."""

_AFTER_IDLE_COMMA: Final = terminals("""
    UNLESS FOR EXCEPT_FOR AND OR IF OTHERWISE WHEN ROUNDED_TO AS_A_PERCENT FOR_THE_COLOR_ONLY IN_THIS_YEAR_WHEN
    IN_BOTH_YEARS ARROW
""")
"""Words before which a comma means nothing."""


@frozen
class Refused:
    """Where a statement cannot be read on, as a token's index (None: its end), after which ways to read it so far."""

    at: int | None
    parser: Parser
    stacks: Sequence[Stack]

    @cached_property
    def expected(self) -> frozenset[str]:
        """Return the terminals that might have come there."""
        return frozenset().union(*(self.parser.expected(stack) for stack in self.stacks))


def readings(
    parser: Parser, start: str, tokens: Sequence[Token], unknown: Sequence[str] = UNKNOWN
) -> list[Value] | Refused:
    """Return the readings of a statement, the likeliest first, or where the last reading fails.

    `unknown` are the kinds of name that an unknown word may be meant as, the likeliest first.
    """
    stacks = _stacks(parser, start, tokens, unknown)
    if isinstance(stacks, Refused):
        return stacks
    found = [node for stack in stacks if (node := parser.finish(stack)) is not None]
    return found or Refused(None, parser, stacks)


def may_follow(parser: Parser, start: str, tokens: Sequence[Token]) -> frozenset[str]:
    """Return the terminals that may follow the tokens of a statement; none if these cannot be parsed."""
    stacks = _stacks(parser, start, tokens, UNKNOWN)
    return frozenset() if isinstance(stacks, Refused) else Refused(None, parser, stacks).expected


def _stacks(parser: Parser, start: str, tokens: Sequence[Token], unknown: Sequence[str]) -> list[Stack] | Refused:
    """Return the stacks after some tokens, one for each reading, or where the last of them fails."""
    stacks = [parser.start(start)]
    for at, token in enumerate(tokens):
        span = token.span
        if len(stacks) == 1 and not token.others and token.terminal not in _AMBIGUOUS:
            fed = parser.feed(stacks[0], token.terminal, Word.of(token.terminal, token.value, span))
            if fed is None:
                return Refused(at, parser, stacks)
            stacks = [fed]
            continue
        words = [Word.of(terminal, value, span) for terminal, value in _meanings(token, unknown)]
        following: list[Stack] = []
        for stack, word in product(stacks, words):
            fed = parser.feed(stack, word.type, word)
            if fed is not None and not any(fed.is_like(other) for other in following):
                following.append(fed)
        if not following:
            return Refused(at, parser, stacks)
        stacks = following
    return stacks


def _meanings(token: Token, unknown: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the terminals that a token may be, each with its value."""
    if token.terminal == "WORD":
        yield from ((f"UNKNOWN_{kind}", token.value) for kind in unknown)
        return
    yield from ((terminal, token.value) for terminal in _ALSO.get(token.terminal, ()))
    yield token.terminal, token.value
    yield from ((other.terminal, other.name) for other in token.others)
    if token.terminal == "LEVEL" and "FLAG" in unknown:
        yield "FLAG", token.value


# ---- before the parser ----


def normalized(tokens: Sequence[Token], *, of_levels: bool) -> list[Token]:
    """Return the tokens of a statement without meaningless ones, and with unknown words joined to one name."""
    if len(tokens) > 1 and tokens[-1].value in (".", ";"):
        tokens = tokens[:-1]
    followers = [*tokens[1:], None]
    kept = [
        token for token, after in zip(tokens, followers, strict=True) if after is None or not _is_idle(token, after)
    ]
    return _with_runs_joined(kept, of_levels=of_levels)


def _is_idle(token: Token, after: Token) -> bool:
    """Return whether a sign means nothing before a word: `Red on ELA, or …`, `Red on ELA. → …`."""
    if token.terminal == "COMMA":
        return after.may_be(*_AFTER_IDLE_COMMA)
    return token.value in (".", ";") and after.may_be("ARROW")


_IN_NAMES: Final = terminals("""
    OF ON IN EACH BY HAS MET MEETS CRITERIA SUSPENDED GIVEN EXPECT EXAMPLE UNKNOWN RATED ANY NO EVERY ALL BOTH EITHER
    BUT YEARS LAST_YEAR INDICATORS GROUPS PRIORITY PRIORITIES
""")
"""Keywords that may also be part of an unknown name of a number: `students of the class`."""


def with_plain_words(tokens: Sequence[Token]) -> list[Token]:
    """Return tokens with each keyword that may be part of a name as a plain word."""
    return [
        token._replace(terminal="WORD") if token.terminal in _IN_NAMES and not token.others else token
        for token in tokens
    ]


def _with_runs_joined(tokens: Sequence[Token], *, of_levels: bool) -> list[Token]:
    result: list[Token] = []
    index = 0
    while index < len(tokens):
        end = _run_end(tokens, index, of_levels=of_levels)
        if end > index + 1:
            value = _joined(tokens[index:end], of_levels=of_levels)
            result.append(tokens[index]._replace(terminal="WORD", value=value, end=tokens[end - 1].end, others=()))
        else:
            result.append(tokens[index])
        index = max(end, index + 1)
    return result


_OF_RUN: Final = terminals("WORD NUMBER MARK PLUS MINUS TIMES DIVIDED_BY EQUALS SEMICOLON DECIMAL")
"""What may follow an unknown word and belong to it in a rule, which has no arithmetic: `Priorty-5`."""


def _run_end(tokens: Sequence[Token], start: int, *, of_levels: bool) -> int:
    """Return the index after a run of words such as `four-year graduates` without a name; `start` if there is none."""
    if tokens[start].terminal not in ("WORD", "NUMBER"):
        return start
    end, has_word = start, False
    while end < len(tokens):
        token = tokens[end]
        if token.terminal == "WORD":
            has_word = True
        elif not (has_word and not of_levels and token.terminal in _OF_RUN) and not _is_inside(tokens, start, end):
            break
        end += 1
    return end if has_word else start


def _is_inside(tokens: Sequence[Token], start: int, at: int) -> bool:
    """Return whether a token is part of a word with hyphens: `four` and `-` in `four-year`, `to` in `up-to-date`."""
    if tokens[at].value in SIGNS:
        return at > start and touch(*tokens[at - 1 : at + 2]) and at + 1 < len(tokens)
    behind = at > start and tokens[at - 1].value in SIGNS and touch(*tokens[at - 1 : at + 1])
    before = at + 2 < len(tokens) and tokens[at + 1].value in SIGNS and touch(*tokens[at : at + 3])
    if tokens[at].terminal == "NUMBER":
        return behind or before
    return behind and tokens[at].terminal in ("A", "TO", "AT", "ARE", "IF")


def _joined(run: Sequence[Token], *, of_levels: bool) -> str:
    """Return the words of a run, with spaces between them as the author wrote them, and in rules always."""
    text = run[0].value
    for before, token in pairwise(run):
        text += token.value if of_levels and touch(before, token) else f" {token.value}"
    return text
