"""Normalizes other ways to write a sentence: from staff's sentences to the words of the grammar.

Policy staff paste sentences from the state's own pages. What can mean only one thing is translated here to the tokens
that the grammar knows, each with the place of the author's words; what could mean two things is left alone. Each step
is a function from tokens to tokens, and they are applied in the order of `_STEPS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from typing import Final

from rulelang.diagnostics.source import Span
from rulelang.syntax.failing_place import BEFORE_SENTENCES
from rulelang.syntax.joint_words import (
    with_narrowed_parts,
    with_plain_denials,
    with_verbs_said,
    without_not_in_names,
)
from rulelang.syntax.keywords import CLAUSES, FILE_LINES, terminals
from rulelang.syntax.lexicon import SIGNS, Lexicon, Phrase, folded, is_number
from rulelang.syntax.named_outcomes import numbered, with_outcomes_named, with_titles_numbered
from rulelang.syntax.rewordings import JOINTS, WHOLE, reworded
from rulelang.syntax.tokens import Token, in_parentheses, touch

_NAMES: Final = ("INDICATOR", "GROUP", "LEVEL", "OUTCOME", "KIND")
_AS_WRITTEN: Final = frozenset((*(*FILE_LINES, *CLAUSES, "EXAMPLE", "REMOVE", "VOCABULARY", "TABLE_ROW"),))
"""Begins a statement in which every word is meant literally."""


def heard(tokens: Sequence[Token], lexicon: Lexicon) -> list[Token]:
    """Return the tokens of a rule, or of a line of an example, in the words of the grammar."""
    is_heading = [token.terminal for token in tokens[:3]] == ["PRIORITY", "NUMBER", "STRING"]
    if is_heading or not tokens or tokens[0].may_be(*_AS_WRITTEN):
        return list(tokens)
    found, there = list(tokens), _keys(tokens)
    for needed, step in _STEPS:
        if needed is None or not needed.isdisjoint(there):
            before, found = found, step(found, lexicon)
            there = there if found == before else _keys(found)
    return found or list(tokens)


def _keys(tokens: Sequence[Token]) -> frozenset[str]:
    """Return what any of some tokens may be, and their words."""
    return frozenset().union(*(token.keys for token in tokens))


def without_articles_of_kinds(tokens: Sequence[Token]) -> list[Token]:
    """Return the tokens of a statement about numbers without `the` before an entity: `enrollment of the county`."""
    return [
        token
        for token, after in _with_next(tokens)
        if not (token.value.casefold() == "the" and after is not None and after.may_be("KIND"))
    ]


# ---- single words ----


def _without_articles(tokens: Sequence[Token], _: Lexicon) -> list[Token]:
    """Leave out `the`, and `a` before a level or an indicator: `Red on the ELA indicator`."""
    return [
        token
        for token, after in _with_next(tokens)
        if not (token.terminal == "WORD" and token.value.casefold() == "the")
        and not (token.may_be("A") and after is not None and after.may_be("LEVEL", "INDICATOR"))
    ]


def _quoted_names(tokens: Sequence[Token], lexicon: Lexicon) -> list[Token]:
    """Take a name in quotation marks for the name: `Red on “ELA”`."""
    found = []
    for token in tokens:
        atoms = folded(token.value) if token.terminal == "STRING" else []
        inner = Span(token.source, token.start + 1, token.end - 1)
        if len(atoms) == 2 and atoms[0] == "priority" and is_number(atoms[1]):  # noqa: PLR2004  # a word and a number
            found += numbered(atoms[1], inner)
            continue
        phrases, after = lexicon.names.longest(atoms, 0)
        if phrases and after == len(atoms):
            first, *others = phrases
            found.append(Token(first.terminal, first.name, inner.start, inner.end, inner.source, others))
        else:
            found.append(token)
    return found


def _plus(tokens: Sequence[Token], _: Lexicon) -> list[Token]:
    """Read `2+` as `2 or more`."""
    found: list[Token] = []
    for token in tokens:
        is_more = (
            token.may_be("PLUS") and found[-1:] != [] and found[-1].terminal == "NUMBER" and touch(found[-1], token)
        )
        found.append(token._replace(terminal="OR_MORE", others=()) if is_more else token)
    return found


def _on(tokens: Sequence[Token], _: Lexicon) -> list[Token]:
    """Accept `in` and `for` as `on` too, if the parser finds that nothing else fits: `Red in ELA`."""
    on = Phrase("ON", "on")
    return [
        token._replace(others=(*token.others, on)) if token.may_be("IN", "FOR") and at > 0 else token
        for at, token in enumerate(tokens)
    ]


# ---- what is said in parentheses ----


def _without_glosses(tokens: Sequence[Token], lexicon: Lexicon) -> list[Token]:
    """Leave out a gloss that names the same thing, and open a parenthesis that narrows or continues.

    `English Language Arts (ELA)`, `Priority 4 (Pupil Achievement)`, `(English learner student group only)`, `Red (or
    Orange)`.
    """
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        close = _closing(tokens, at)
        inner = tokens[at + 1 : close] if close is not None else ()
        if close is None or not inner or not found:
            found.append(tokens[at])
            at += 1
        elif _is_gloss(found, inner, lexicon) or _is_title(tokens, inner, lexicon):
            at = close + 1
        elif inner[-1].may_be("ONLY") and inner[0].may_be("GROUP", "FOR"):
            opener = () if inner[0].may_be("FOR") else (tokens[at]._replace(terminal="FOR", value="for"),)
            found += [*opener, *inner]
            at = close + 1
        elif inner[0].may_be("EXCEPT_FOR") or (inner[0].may_be("OR") and found[-1].may_be("LEVEL")):
            found += inner
            at = close + 1
        else:
            found.append(tokens[at])
            at += 1
    return found


def _closing(tokens: Sequence[Token], at: int) -> int | None:
    """Return the index of the parenthesis that closes the one at an index, with none inside; None for other tokens."""
    if tokens[at].terminal != "LPAR":
        return None
    for index in range(at + 1, len(tokens)):
        if tokens[index].terminal in ("LPAR", "RPAR"):
            return index if tokens[index].terminal == "RPAR" else None
    return None


def _is_gloss(found: Sequence[Token], inner: Sequence[Token], lexicon: Lexicon) -> bool:
    """Return whether words in parentheses are another name of what is before them."""
    before = found[-1]
    title = _title_of(lexicon, found)
    if title is not None and folded(inner[0].to(inner[-1]).text) == folded(title):
        return True
    if before.terminal == "NUMBER" and [(one.terminal, one.value) for one in inner] == [("NUMBER", before.value)]:
        return True  # `two (2)`
    other = [token for token in inner if not token.may_be("INDICATORS", "GROUPS")]
    mine = {(one.terminal, one.name) for one in _meanings(before)} & {*_named(before)}
    return len(other) == 1 and bool(mine & {*_named(other[0])})


def _is_title(tokens: Sequence[Token], inner: Sequence[Token], lexicon: Lexicon) -> bool:
    """Return whether words in parentheses name the priority that the rule decides: `Red on ELA (Pupil Achievement)`."""
    at = next((at for at, token in enumerate(tokens) if token.terminal == "ARROW"), None)
    title = _title_of(lexicon, tokens[at + 1 : at + 3]) if at is not None and at + 1 < len(tokens) else None
    return title is not None and folded(inner[0].to(inner[-1]).text) == folded(title)


def _meanings(token: Token) -> Iterator[Phrase]:
    yield Phrase(token.terminal, token.value)
    yield from token.others


def _named(token: Token) -> Iterator[tuple[str, str]]:
    """Yield the names that a token may be."""
    return ((one.terminal, one.name) for one in _meanings(token) if one.terminal in _NAMES)


def _title_of(lexicon: Lexicon, found: Sequence[Token]) -> str | None:
    """Return the name of the priority at the end of some tokens; None if there is none."""
    if found[-1].terminal == "NUMBER" and len(found) > 1 and found[-2].may_be("PRIORITY"):
        return lexicon.titles.get(int(found[-1].value))
    word, _, number = found[-1].named("OUTCOME").partition(" ")
    return lexicon.titles.get(int(number)) if word == "Priority" and number.isdecimal() else None


# ---- if and then ----


def _conditions_first(tokens: Sequence[Token], _: Lexicon) -> list[Token]:
    """Read `If Red on ELA, Priority 4`, and `A student group meets Priority 4 if …`, without the extra words."""
    tokens = list(tokens)
    head, comma = _head(tokens), _last_comma(tokens)
    has_arrow = any(token.terminal == "ARROW" for token in tokens)
    if comma is not None and not has_arrow and tokens[head].may_be("IF", "WHEN", "WHERE"):
        tokens[comma] = tokens[comma]._replace(terminal="ARROW")
    return reworded(tokens, head, WHOLE)


def _last_comma(tokens: Sequence[Token]) -> int | None:
    """Return the index of the comma before the outcome at the end of a sentence; None if there is none."""
    for at in reversed(range(len(tokens))):
        if tokens[at].terminal == "COMMA":
            rest = tokens[at + 1 :]
            return at if rest and rest[0].may_be("OUTCOME", "PRIORITY") else None
    return None


def _head(tokens: Sequence[Token]) -> int:
    """Return how many tokens precede a sentence: `add`, `replace`, its label and its place."""
    head = 0
    while head < len(tokens) and tokens[head].may_be(*BEFORE_SENTENCES):
        head += 1
    return head


def _labels(tokens: Sequence[Token], _: Lexicon) -> list[Token]:
    """Read a name before a colon as a label if an arrow follows: `DA: Method 1 → Differentiated Assistance`."""
    tokens = list(tokens)
    head = _head(tokens)
    if (
        [token.terminal for token in tokens[head + 1 : head + 2]] == ["COLON"]
        and tokens[head].may_be("OUTCOME")
        and any(token.terminal == "ARROW" for token in tokens)
    ):
        name, colon = tokens[head : head + 2]
        tokens[head : head + 2] = [Token("LABEL", name.span.text, name.start, colon.end, name.source)]
    return tokens


# ---- alternatives ----


def _alternatives(tokens: Sequence[Token], _: Lexicon) -> list[Token]:
    """Read `…, or; …`, which separates whole conditions, as parentheses around each of them."""
    tokens = list(tokens)
    parts = _parted(tokens)
    if len(parts) == 1:
        return tokens
    found: list[Token] = []
    for part, separator in parts:
        arrow = next((at for at, token in enumerate(part) if token.terminal == "ARROW"), len(part))
        head = _condition_at(part) if not found else 0
        condition = part[head:arrow]
        is_joined = any(token.may_be("AND", "OR", "UNLESS", "FOR", "EXCEPT_FOR", "ONLY") for token in condition)
        if condition and is_joined:
            condition = in_parentheses(condition)
        found += [*part[:head], *condition, *part[arrow:], *separator]
    return found


def _condition_at(tokens: Sequence[Token]) -> int:
    """Return how many tokens precede the condition of a sentence: its label, and `Priority 4:`."""
    head = _head(tokens)
    signs = [token.terminal for token in tokens[head : head + 3]]
    return head + (len(signs) if signs == ["PRIORITY", "NUMBER", "COLON"] else 0)


def _parted(tokens: Sequence[Token]) -> list[tuple[list[Token], list[Token]]]:
    """Return the parts of a sentence separated by `, or;`, `; or` or `; and`, each with the word after it."""
    parts: list[tuple[list[Token], list[Token]]] = []
    rest: list[Token] = []
    at = depth = 0  # in parentheses a separator is none
    while at < len(tokens):
        signs = [token.terminal for token in tokens[at : at + 3]]
        depth += (signs[0] == "LPAR") - (signs[0] == "RPAR")
        length = next((len(one) for one in _SEPARATORS if signs[: len(one)] == [*one]), 0)
        if length and rest and not depth:
            separator = tokens[at : at + length]
            word = next(token for token in separator if token.terminal in ("AND", "OR"))
            parts.append((rest, [word]))
            rest = []
        else:
            rest.append(tokens[at])
        at += length or 1
    return [*parts, (rest, [])]


_SEPARATORS: Final = (("COMMA", "OR", "SEMICOLON"), ("OR", "SEMICOLON"), ("SEMICOLON", "OR"), ("SEMICOLON", "AND"))


# ---- headings ----


def priority_heading(tokens: Sequence[Token], lexicon: Lexicon) -> list[Token] | None:
    """Return `priority 4 "Pupil Achievement"` for a line that has it without quotation marks; None for any other.

    `LCFF Priority 4 – Pupil Achievement`, `Priority 4: Pupil Achievement`, `Pupil Achievement (LCFF Priority 4)`.
    """
    kinds = [token.terminal for token in tokens]
    if "PRIORITY" not in kinds or "ARROW" in kinds or "STRING" in kinds:
        return None
    at = kinds.index("PRIORITY")
    if kinds[at + 1 : at + 2] != ["NUMBER"]:
        return None
    number = tokens[at + 1]
    title = lexicon.titles.get(int(number.value))
    others = [
        token for token in (*tokens[:at], *tokens[at + 2 :]) if token.terminal not in ("COLON", "LPAR", "RPAR", "COMMA")
    ]
    others = [token for token in others if token.value not in SIGNS and token.value not in "‘’'"]
    if title is None or not others or at not in (0, len(tokens) - 3):
        return None
    words = folded(others[0].to(others[-1]).text)
    if words != folded(title):
        return None
    return [tokens[at], number, Token("STRING", title, others[0].start, others[-1].end, number.source)]


def _with_next(tokens: Sequence[Token]) -> Iterator[tuple[Token, Token | None]]:
    return zip_longest(tokens, tokens[1:])


_STEPS: Final[Sequence[tuple[frozenset[str] | None, Callable[[Sequence[Token], Lexicon], list[Token]]]]] = (
    (terminals("STRING"), _quoted_names),
    (terminals("WORD A"), _without_articles),
    (
        terminals("ARROW COLON MINUS"),
        lambda tokens, lexicon: with_titles_numbered(tokens, _head(tokens), lexicon),
    ),
    (terminals("COLON"), _labels),
    (terminals("OUTCOME WORD ANY_OF ALL_OF NONE_OF"), with_outcomes_named),
    (terminals("LPAR"), _without_glosses),
    (terminals("PLUS"), _plus),
    (None, lambda tokens, _: reworded(tokens, _head(tokens))),
    (terminals("SEMICOLON"), _alternatives),
    (terminals("NEITHER"), lambda tokens, _: with_plain_denials(tokens)),
    (None, lambda tokens, _: reworded(tokens, _head(tokens), JOINTS)),
    (terminals("ARE HAS"), lambda tokens, _: with_verbs_said(tokens)),
    (terminals("FOR EXCEPT_FOR"), lambda tokens, _: with_narrowed_parts(tokens, _head(tokens))),
    (terminals("IF WHEN WHERE ARROW"), _conditions_first),
    (terminals("IN FOR"), _on),
    (terminals("NOT"), without_not_in_names),
)
"""The steps in order, each with the keys without one of which it changes nothing; None if it looks at any word."""
