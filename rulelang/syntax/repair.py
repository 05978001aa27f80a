"""The nearest valid sentence: small changes near the place where parsing fails, tried one by one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from rulelang.diagnostics.diagnostic import Diagnostic, Edit
from rulelang.diagnostics.source import Span
from rulelang.syntax.keywords import terminals
from rulelang.syntax.lexicon import SIGNS, folded
from rulelang.syntax.tokens import Token, touch

_SUGGESTED: Final = re.compile(r"did you mean `([^`]*)`\?")
_SAYS_LITTLE: Final = terminals("""
    WORD MARK COMMA COLON SEMICOLON LPAR RPAR BULLET LABEL A ON IN AT OF FOR BY TO ARE HAS MET CRITERIA
    INDICATORS YEARS PRIORITY PRIORITIES IF WHEN THIS_YEAR AS_PUBLISHED EQUALS PLUS
""")
"""What may be removed from a sentence to make it valid. Without any other word it would mean something else."""

_NARROWED: Final = terminals("GROUPS INDICATORS INDICATOR_KIND PRIORITIES GROUP KIND INDICATOR")
"""What an unknown word right before it may narrow."""

SAYS_MUCH: Final = terminals("""
    including no nor none never neither nothing without lacks lacking nobody non minus other another same different
    various distinct consecutive own even quarters every must should could would under over beyond within outside
    between through until since during past once twice thrice again still always usually first second third last
    most few fewer several some many half thirds quarter percent previous prior next current ago before after
    instead rather but excluding note notes worst best lowest highest improved declined about approximately almost
    average mean median sum total overall combined fell rose grew dropped increased decreased got gets per
    nearly though although however together each single respectively vice versa couple handful pair dozen - – %
""")
"""Words that are not in the language, and change what a sentence says."""

_JOINED: Final = re.compile(r"\d|[a-z][A-Z]|[A-Z]{2}[a-z]")
"""What shows that a word is several, without the space between them: `orMath`, `on7ELA`."""

_ALONE: Final = re.compile(
    r"(?:the\s+)?(?:(?:rule|criterion|criteria|item|section)\s+)?"
    r"(\d\w{0,2}|\w\d{1,2})([;,.]| with| by|\s?[-–—])?(?=\s)"
)
"""A label without its colon at the head of a line: `4a`, `Criterion 4a –`."""

_NOTED: Final = frozenset("*†‡§")
"""Signs that a footnote has behind a word."""

_COUNTED: Final = ("GROUPS", "INDICATORS", "INDICATOR_KIND", "PRIORITIES", "KIND")
_BETWEEN: Final = ("AND", "TO", "MINUS", "BUT", "AT_MOST", "BELOW", "FEWER_THAN")

LONGEST: Final = 60
"""The most words of a sentence for which a nearest one is looked for."""


def nearest_edit(
    found: Diagnostic, tokens: Sequence[Token], start: int | None, reads: Callable[[str], bool]
) -> Edit | None:
    """Return the first change that makes a sentence valid; None if none of those tried does.

    `start` is the offset at which parsing fails, None if the sentence breaks off; `reads` says of a text whether it is
    a valid sentence.
    """
    if not tokens or len(tokens) > LONGEST:
        return None
    for edit in _candidates(found, tokens, start):
        if reads(changed(tokens, edit)):
            return edit
    return None


def changed(tokens: Sequence[Token], edit: Edit) -> str:
    """Return the text of a sentence with a change made in it."""
    before = edit.span.source.text[tokens[0].start : edit.span.start]
    behind = edit.span.source.text[edit.span.end : tokens[-1].end]
    return f"{before}{edit.replacement}{behind}"


def _candidates(found: Diagnostic, tokens: Sequence[Token], start: int | None) -> Iterator[Edit]:
    """Yield the changes to try, the likeliest first."""
    suggested = _SUGGESTED.fullmatch(found.help or "")
    if suggested is not None and found.span is not None:
        yield Edit(found.span, suggested[1])
    yield from _labels(tokens)
    yield from _ranges(tokens)
    arrow = next((index for index, token in enumerate(tokens) if token.terminal == "ARROW"), 0)
    yield from (Edit(token.span, "and") for token in tokens[1:arrow] if token.may_be("IF", "WHEN"))
    at = next((index for index, token in enumerate(tokens) if start is not None and token.end > start), len(tokens) - 1)
    near = [index for index in (at, at - 1, at + 1, at - 2, at + 2) if 0 <= index < len(tokens)]
    for index in () if arrow else near:
        goes = tokens[index].value in SIGNS or _may_go(tokens[index])
        if index + 1 < len(tokens) and tokens[index + 1].may_be("OUTCOME", "PRIORITY") and goes:
            gap = "" if tokens[index].source.text[tokens[index].start - 1 : tokens[index].start].isspace() else " "
            first = next(at for at in range(index, -1, -1) if not at or tokens[at - 1].value != tokens[index].value)
            yield Edit(tokens[first].to(tokens[index]), f"{gap}→")
    known = found.span if suggested is not None else None
    for edit in _without(tokens, near):
        is_part = known is not None and known.start < edit.span.start < known.end
        if known is None or suggested is None or not is_part:
            yield edit
        elif edit.span.end > known.end:
            yield Edit(known.to(edit.span), f"{suggested[1]}{' ' if edit.span.text[-1:].isspace() else ''}")
    begins = start is not None and at > 0 and tokens[at].may_be("LEVEL", "ANY", "NO", "OUTCOME")
    if begins and tokens[at - 1].may_be("LAST_YEAR", "THIS_YEAR", "YEARS", "YEARS_IN_A_ROW"):
        yield Edit(Span(tokens[at].source, tokens[at - 1].end, tokens[at].start), ", ")
    for index in near[:2]:
        if index and tokens[index].may_be("INDICATOR", "BOTH", "EITHER", "ANY_OF", "ALL_OF"):
            yield Edit(_before(tokens[index]), "on ")
        if (
            index
            and tokens[index].may_be("LEVEL")
            and tokens[index - 1].may_be("OUTCOME", "NUMBER", "INDICATOR", "GROUPS")
        ):
            is_subject = tokens[index - 1].may_be("INDICATOR", "GROUPS")
            yield Edit(_before(tokens[index]), "is " if is_subject else "if ")
        if index and tokens[index].may_be("OUTCOME", "PRIORITY"):
            yield Edit(_before(tokens[index]), "→ ")
    yield from _others(tokens, near)


def _others(tokens: Sequence[Token], near: Sequence[int]) -> Iterator[Edit]:
    """Yield `Priority 4 if …` for another word in place of `if`, and words without a footnote's mark or quotes."""
    if tokens[0].terminal == "STRING":
        yield Edit(tokens[0].span, tokens[0].value)
    for index in filter(None, near):
        if tokens[index].terminal == "WORD" and tokens[index - 1].may_be("OUTCOME", "NUMBER"):
            yield Edit(tokens[index].span, "if")
        if tokens[index].terminal == "STRING" and not touch(*tokens[index - 1 : index + 1]):
            yield Edit(tokens[index].span, tokens[index].value)
        if tokens[index].value in _NOTED and touch(*tokens[index - 1 : index + 1]):
            yield Edit(tokens[index].span, "")


def _labels(tokens: Sequence[Token]) -> Iterator[Edit]:
    """Yield a label in one word for `4-a:`, `4 a:` and `4.a:`, and one with a colon for `4a` and `4a;`."""
    head = tokens[1 if tokens[0].may_be("ADD", "REPLACE") and len(tokens) > 1 else 0].to(tokens[-1])
    apart = re.match(r"(\w{1,3})\W{1,2}(\w{1,3})\s?:", head.text)
    if apart is not None:
        yield Edit(Span(head.source, head.start, head.start + apart.end()), f"{apart[1]}{apart[2]}:")
    alone = _ALONE.match(head.text)
    if alone is not None:
        yield Edit(Span(head.source, head.start, head.start + alone.end()), f"{alone[1]}:")


def _ranges(tokens: Sequence[Token]) -> Iterator[Edit]:
    """Yield both ends of `between 2 and 4 student groups meet Priority 4`, each with the whole of what is counted."""
    numbers = [at for at, token in enumerate(tokens) if token.terminal == "NUMBER"]
    for low, high in pairwise(numbers):
        joints = tokens[low + 1 : high]
        is_counted = high + 1 < len(tokens) and tokens[high + 1].may_be(*_COUNTED)
        if not joints or not is_counted or not all(token.may_be(*_BETWEEN) for token in joints):
            continue
        is_opened = low and (
            tokens[low - 1].may_be("AT_LEAST", "ABOVE") or tokens[low - 1].value.casefold() in ("between", "from")
        )
        first = tokens[low - 1 if is_opened else low]
        end = next(
            (at for at in range(high, len(tokens)) if tokens[at].may_be("ARROW", "UNLESS", "COMMA")), len(tokens)
        )
        counted = tokens[high + 1].to(tokens[end - 1]).text
        beyond = int(tokens[high].value) + (not joints[-1].may_be("BELOW", "FEWER_THAN"))
        least = int(tokens[low].value) + bool(is_opened and first.may_be("ABOVE"))
        both = f"{least} or more {counted} and not ({beyond} or more {counted})"
        yield Edit(first.to(tokens[end - 1]), both)


def like(tokens: Sequence[Token]) -> str | None:
    """Return a sentence of the rule language with names of another sentence; None if it has none that make one."""

    def name(*terminals: str) -> str | None:
        found = (token.span.words for token in tokens if token.may_be(*terminals) and not token.may_be("MET"))
        return next(found, None)

    level, indicator, group = name("LEVEL"), name("INDICATOR"), name("GROUPS")
    arrow = next((at for at, token in enumerate(tokens) if token.terminal == "ARROW"), len(tokens))
    is_decided = [token.terminal for token in tokens[arrow + 1 :]] in (["OUTCOME"], ["PRIORITY", "NUMBER"])
    outcome = tokens[arrow + 1].to(tokens[-1]).text if is_decided else "…"
    test = f"{level} on {indicator}" if level and indicator else None
    if group is not None:
        test = f"any student group is {test}" if test else "any student group meets 2 or more priorities"
    return f"{test} → {outcome}" if test else None


def _without(tokens: Sequence[Token], near: Sequence[int]) -> Iterator[Edit]:
    """Yield the sentence without one word, without two, and without what is in parentheses."""
    for index in near:
        close = next((at for at in range(index, len(tokens)) if tokens[at].terminal == "RPAR"), None)
        inner = tokens[index + 1 : close]
        is_apart = index == 0 or not tokens[index - 1].may_be("DOLLARS", "DECIMAL", "DATE")
        if tokens[index].terminal == "LPAR" and is_apart and close is not None and all(map(_may_go, inner)):
            yield Edit(_with_space(tokens, index, close), "")
    for length in (1, 2, 3):
        for index in near:
            run = tokens[index : index + length]
            may_go = all(_may_go(token) for token in run) and not _of_number(tokens, index, index + length)
            may_go &= not _has_subject(tokens, index)
            if len(run) == length and may_go and not _narrows(tokens, index + length):
                span = _with_space(tokens, index, index + length - 1)
                apart = not span.source.text[span.start - 1 : span.start].strip() or span.end == run[-1].end
                yield Edit(span, "" if apart else " ")


def _narrows(tokens: Sequence[Token], at: int) -> bool:
    """Return whether an unknown word is before what is named or counted: `academic indicators` are not all of them."""
    if at >= len(tokens) or tokens[at - 1].terminal != "WORD":
        return False
    is_counted = tokens[at].may_be("PRIORITY") and not (at + 1 < len(tokens) and tokens[at + 1].may_be("NUMBER"))
    return is_counted or tokens[at].may_be(*_NARROWED)


def _has_subject(tokens: Sequence[Token], at: int) -> bool:
    """Return whether a verb after `and` or `or` has what was counted before as its subject, and not the LEA."""
    is_joined = at > 0 and tokens[at - 1].may_be("AND", "OR", "BUT")
    return is_joined and tokens[at].may_be("ARE", "HAS", "MEETS") and any(one.may_be("KIND") for one in tokens[:at])


_AMOUNTS: Final = ("NUMBER", "DECIMAL", "DOLLARS", "DATE")


def _of_number(tokens: Sequence[Token], first: int, after: int) -> bool:
    """Return whether tokens say more of a number: a sign that touches it, or a word behind it, `5 grand`, `5 a year`.

    The comma of `1,000` says nothing, and neither does what is behind `Priority 4`.
    """
    before, run, behind = tokens[max(first - 1, 0) : first], tokens[first:after], tokens[after : after + 1]
    is_amount = any(one.may_be(*_AMOUNTS) for one in before) and not (
        first > 1 and tokens[first - 2].may_be("PRIORITY")
    )
    if run[0].terminal == "COMMA" and is_amount and behind and touch(*before, *run, *behind):
        return re.fullmatch("[0-9]{3}", behind[0].value) is None
    is_sign = run[-1].terminal in ("MARK", "PLUS", "MINUS") and run[-1].value not in _NOTED
    opens = any(one.may_be(*_AMOUNTS) and is_sign and touch(run[-1], one) for one in behind)
    return opens or (is_amount and run[0].terminal in ("WORD", "MARK", "A", "PLUS"))


def _may_go(token: Token) -> bool:
    """Return whether a sentence means the same without a word, as far as can be known."""
    meanings = (token.terminal, *(other.terminal for other in token.others))
    is_joined = token.terminal == "WORD" and _JOINED.search(token.value)
    return set(meanings) <= _SAYS_LITTLE and not is_joined and not {*folded(token.value)} & SAYS_MUCH


def _with_space(tokens: Sequence[Token], first: int, last: int) -> Span:
    """Return the span of some tokens with the space after them, or before them at the end of the sentence."""
    if last + 1 < len(tokens):
        return Span(tokens[first].source, tokens[first].start, tokens[last + 1].start)
    return Span(tokens[last].source, tokens[first - 1].end if first else tokens[first].start, tokens[last].end)


def _before(token: Token) -> Span:
    return Span(token.source, token.start, token.start)
