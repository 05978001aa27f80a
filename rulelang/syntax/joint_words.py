"""Words that join or negate conditions as people write them, as `and`, `or` and `not`, if that means one thing.

Each function is from tokens to tokens, each with the place of the author's words.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Final

from rulelang.syntax.keywords import KEYWORDS
from rulelang.syntax.lexicon import Lexicon, folded
from rulelang.syntax.tokens import Token, in_parentheses

_JOINTS: Final = ("AND", "OR", "COMMA")
_ENDS: Final = ("ARROW", "UNLESS", "AND", "COMMA", "RPAR", "LAST_YEAR", "IN")
"""What cannot be inside a condition about student groups."""


def with_plain_denials(tokens: Sequence[Token]) -> list[Token]:
    """Return tokens with `and`, `or` and `not` for `neither … nor`."""
    found = list(tokens)
    at = 0
    while at < len(found):  # which `neither` makes longer
        if found[at].terminal == "NEITHER" and not (at and found[at - 1].terminal == "NOT"):
            _neither(found, at)
        at += 1
    return found


def with_verbs_said(tokens: Sequence[Token]) -> list[Token]:
    """Repeat `is` before each further level of the same student group.

    `any student group is Red on ELA and Orange on Math` is about one student group.
    """
    found: list[Token] = []
    verb: Token | None = None
    on_indicator = False
    for at, token in enumerate(tokens):
        if token.terminal in ("ARE", "HAS") and found and found[-1].may_be("GROUPS", "GROUP", "EACH", "RPAR"):
            verb, on_indicator = token, False
        elif token.may_be("ARROW", "UNLESS", "LPAR", "RPAR", "COMMA", "MEETS"):
            verb = None
        on_indicator = on_indicator or token.terminal == "ON"
        found.append(token)
        if verb is not None and on_indicator and token.may_be("AND", "OR") and _has_a_level(tokens, at + 1):
            found.append(verb._replace(start=tokens[at + 1].start, end=tokens[at + 1].start))
    return found


def _has_a_level(tokens: Sequence[Token], at: int) -> bool:
    """Return whether levels begin here that are not those of `… on the other`."""
    if not _may_be(tokens, at, "LEVEL", "RATED", "NOT_RATED"):
        return False
    while _may_be(tokens, at, "LEVEL", "RATED", "NOT_RATED", *_JOINTS):
        at += 1
    return not _may_be(tokens, at, "ON_THE_OTHER")


def with_narrowed_parts(tokens: Sequence[Token], head: int) -> list[Token]:
    """Return tokens with parentheses around a first condition that is narrowed: `Red on ELA for White only or …`.

    `head` is the index at which the condition begins. After several conditions the narrowing could belong to each.
    """
    start = next((at for at, one in enumerate(tokens) if one.may_be("FOR", "EXCEPT_FOR") and at > head), None)
    if start is None or not _may_be(tokens, start + 1, "GROUP"):
        return list(tokens)
    head = _innermost(tokens, head, start)
    joints = [at for at in range(head, start) if tokens[at].may_be("AND", "OR")]
    if not all(_may_be(tokens, at + 1, "INDICATOR") for at in joints):  # another condition, not a list's next name
        return list(tokens)
    at = start + 1
    while _may_be(tokens, at, "GROUP") or (_may_be(tokens, at, *_JOINTS) and _names_a_group(tokens, at + 1)):
        at += 1
    at += _may_be(tokens, at, "ONLY")
    at_joint = at + _may_be(tokens, at, "COMMA")
    if not _may_be(tokens, at_joint, "AND", "OR"):
        return list(tokens)
    return [*tokens[:head], *in_parentheses(tokens[head:at]), *tokens[at_joint:]]


def _innermost(tokens: Sequence[Token], head: int, end: int) -> int:
    """Return where the condition around an index begins: behind the last parenthesis that is open there."""
    opened = [head]
    for at in range(head, end):
        if tokens[at].terminal == "LPAR":
            opened.append(at + 1)
        elif tokens[at].terminal == "RPAR" and len(opened) > 1:
            opened.pop()
    return opened[-1]


def _names_a_group(tokens: Sequence[Token], at: int) -> bool:
    """Return whether the next name of a list is here, after a comma behind `and` too."""
    return _may_be(tokens, at + _may_be(tokens, at, "AND", "OR"), "GROUP")


def _neither(tokens: list[Token], at: int) -> None:
    """Read `neither ELA nor Math` as none of the two, and `neither Green nor Blue` and two conditions as negated."""
    nors = [index for index in range(at, len(tokens)) if tokens[index].terminal == "NOR"]
    if not nors:
        return
    between = [token for token in tokens[at + 1 : nors[-1]] if not token.may_be("NOR", "COMMA")]
    end = next((index for index in range(nors[-1], len(tokens)) if tokens[index].may_be(*_ENDS)), len(tokens))
    if all(token.may_be("INDICATOR", *_JOINTS) for token in between):
        _joined(tokens, at, nors, ["NONE_OF"], ["AND"])
    elif all(token.may_be("LEVEL", *_JOINTS) for token in between):
        _joined(tokens, at, nors, ["NOT"], ["OR"])
    elif not all(token.may_be("GROUP") for token in between):
        commas = [index for index in range(at, nors[-1]) if tokens[index].terminal == "COMMA"]
        _joined(tokens, at, sorted(nors + [one for one in commas if one + 1 not in nors]), ["NOT"], ["AND", "NOT"])
    elif not any(token.may_be("OR") for token in tokens[at:end]):
        tokens.insert(end, tokens[end - 1].behind("RPAR", ")"))
        _joined(tokens, at, nors, ["NOT", "LPAR"], ["OR"])


def _joined(tokens: list[Token], at: int, joints: Sequence[int], first: Sequence[str], others: Sequence[str]) -> None:
    """Replace `neither`, and each word or comma that joins what is denied, by other words."""
    for index in reversed(joints):
        tokens[index : index + 1] = [tokens[index]._replace(terminal=one, others=()) for one in others]
    tokens[at : at + 1] = [tokens[at]._replace(terminal=one, others=()) for one in first]


def _may_be(tokens: Sequence[Token], at: int, *terminals: str) -> bool:
    return at < len(tokens) and tokens[at].may_be(*terminals)


def without_not_in_names(tokens: Sequence[Token], lexicon: Lexicon) -> list[Token]:
    """Refuse `not` before words with which it would be read as something else once the sentence is formatted.

    `not most student groups` would begin with `not more than`, and `anything but Met` would become the level `Not Met`.
    """
    return [
        token._replace(terminal="UNCLEAR_NOT", others=())
        if token.terminal == "NOT" and after is not None and _begins_with_not(after, lexicon)
        else token
        for token, after in zip_longest(tokens, tokens[1:])
    ]


def _begins_with_not(token: Token, lexicon: Lexicon) -> bool:
    words = folded(KEYWORDS[token.terminal][0] if token.terminal in KEYWORDS else token.value)
    return lexicon.longest(["not", *words], 0)[1] > 1
