"""Why a statement cannot be read: from the place where the grammar gave up to words a person can act on."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import islice

from rulelang.diagnostics.catalogue import text as messages
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.diagnostics.source import Source, Span
from rulelang.diagnostics.suggest import edit_distance, nearest
from rulelang.syntax.level_mistakes import diagnose_levels, levels_way_out, unread
from rulelang.syntax.level_words import LEVEL_KEYWORDS
from rulelang.syntax.tokens import RawStatement, Token
from rulelang.syntax.usual_mistakes import way_out
from rulelang.syntax.words import ATOM, KEYWORDS, Words, fold, folded, keyword_words

_Keywords = Mapping[str, Sequence[str]]

_BEGINS_OUTCOME = frozenset({"OUTCOME", "PRIORITY"})

_PLAIN_WORDS = {
    "LEVEL": "a level",
    "INDICATOR": "an indicator",
    "GROUP": "a student group",
    "KIND": "a kind of LEA",
    "OUTCOME": "an outcome",
    "PRIORITY": "a priority",
    "ARROW": "an arrow (→)",
    "NUMBER": "a number",
    "STRING": "words in quotation marks",
    "TITLE": "a name",
    "LABEL_NAME": "a label",
    "ON": "`on`",
    "ONLY": "`only`",
    "COLON": "a colon",
    "RPAR": "a closing parenthesis",
    "MEETS": "`meets`",
    "GROUPS": "`student groups`",
    "TABLE_ROW": "a table row beginning with `|`",
    "EQUALS": "an equals sign (=)",
    "WHEN": "`when`",
    "OR_MORE": "`or more`",
    "OR_LESS": "`or less`",
    "OTHERWISE": "`otherwise`",
    "READ": "`read`",
    "READ_AS": "`as`",
    "TO": "`to`",
    "PERCENT_OF": "`percent of`",
    "DECIMALS": "`decimals`",
    "YEARS_BEFORE": "`years before`",
}


def faults_of_signs(statement: RawStatement, source: Source, deepest: int) -> list[Diagnostic]:
    """Return what is wrong with the quotation marks and parentheses of a statement."""
    faults = []
    opened: list[Token] = []
    for token in statement.tokens:
        if token.terminal == "OPEN_STRING":
            faults.append(messages.unclosed_quote(_span(token, source)))
        elif token.terminal == "LPAR":
            opened.append(token)
            if len(opened) == deepest + 1:
                return [messages.nested_too_deep(_span(token, source), deepest)]
        elif token.terminal == "RPAR":
            if not opened:
                return [*faults, messages.unopened_parenthesis(_span(token, source))]
            opened.pop()
    if opened and not faults:
        faults.append(messages.unclosed_parenthesis(_span(opened[-1], source)))
    return faults


def diagnose(
    statement: RawStatement, at: int | None, expected: frozenset[str], source: Source, words: Words
) -> Diagnostic:
    """Return the message for a statement that the grammar refused at a token (None: at its end)."""
    of_levels = diagnose_levels(statement.tokens, at, source) if statement.of_levels else None
    near = of_levels or _near_name(statement.tokens, source, words)
    if near is not None:
        return near
    stray = next((token for token in statement.tokens if token.terminal == "WORD"), None)
    if stray is not None and _is_label(stray, statement.tokens):
        return messages.missing_colon(_span(stray, source))
    if stray is not None:
        return _stray_word(stray, source, words, LEVEL_KEYWORDS if statement.of_levels else KEYWORDS)
    ahead = 2 if statement.of_levels else 1
    keywords = LEVEL_KEYWORDS if statement.of_levels else KEYWORDS
    misspelt = _misspelt(statement.tokens[: None if at is None else at + ahead], source, keywords)
    if misspelt is None and statement.of_levels:
        misspelt = unread(statement.tokens, at, source, words)
    if misspelt is not None:
        return misspelt
    if at is None:
        last = statement.tokens[-1]
        return messages.unfinished(_span(last, source), _in_plain_words(expected))
    token = statement.tokens[at]
    has_arrow = any(other.terminal == "ARROW" for other in statement.tokens)
    if token.terminal in _BEGINS_OUTCOME and not has_arrow and "ARROW" in expected:
        outcome = Span(source, token.start, statement.tokens[-1].end)
        return messages.missing_arrow(outcome, outcome.text)
    return messages.unexpected(_span(token, source), _in_plain_words(expected), _way_out(statement, at))


def _way_out(statement: RawStatement, at: int) -> str | None:
    return levels_way_out(statement.tokens, at) if statement.of_levels else way_out(statement.tokens, at)


def _near_name(tokens: Sequence[Token], source: Source, words: Words) -> Diagnostic | None:
    """Return the message for a name of several words that is misspelt in one; None where there is none.

    Such a name falls apart into other words (`Not Met`, `for`, `two`, …), which no longer show what was meant.
    """
    whole = Span(source, tokens[0].start, tokens[-1].end)
    found = list(islice(ATOM.finditer(whole.text), LONGEST_SENTENCE))
    atoms = [fold(atom.group()) for atom in found]
    names = [(name, folded(name)) for spellings in words.by_terminal.values() for name in spellings]
    for start in range(len(found)):
        right = words.names.longest(atoms, start)
        for name, parts in names:
            if len(parts) == 1 or (right is not None and right[1] >= start + len(parts)):
                continue
            window = found[start : start + len(parts)]
            if len(window) == len(parts) and _is_near([atom.group() for atom in window], parts):
                place = Span(source, whole.start + window[0].start(), whole.start + window[-1].end())
                return messages.unknown_word(place, name)
    return None


def _is_near(found: Sequence[str], name: Sequence[str]) -> bool:
    """Return whether all words but one are those of the name, and that one is a near miss of two letters at most."""
    other = [(one, word) for one, word in zip(found, name, strict=True) if one.casefold() != word]
    return (
        len(other) == 1
        and len(other[0][1]) > NEAR
        and edit_distance(other[0][0].casefold(), other[0][1], NEAR) is not None
    )


LONGEST_SENTENCE = 200
"""How many words of a sentence are compared with names; policy sentences have a fifth of it."""

NEAR = 2
"""How many letters may be wrong in a word of a longer name."""


def _is_label(word: Token, tokens: Sequence[Token]) -> bool:
    """Return whether a word stands where a label would, and looks like one: it has a digit."""
    at = tokens.index(word)
    is_first = at == 0 or (at == 1 and tokens[0].terminal in ("ADD", "REPLACE"))
    return is_first and any(char.isdigit() for char in word.value)


def _stray_word(word: Token, source: Source, words: Words, keywords: _Keywords) -> Diagnostic:
    span = _span(word, source)
    keyword = _keyword_meant(span, keywords)
    if keyword is not None:
        return messages.misspelt_keyword(span, keyword)
    if keywords is KEYWORDS and word.value.casefold() in _OF_LEVELS:
        return messages.unexpected(span, None, _OF_LEVELS[word.value.casefold()])
    every_name = [name for names in words.by_terminal.values() for name in names]
    return messages.unknown_word(span, nearest(word.value, every_name))


_AT_THE_HEAD = "this word begins a sentence about levels, and nothing stands before it on its line"
_OF_LEVELS: Mapping[str, str] = {
    "measure": _AT_THE_HEAD,
    "bands": _AT_THE_HEAD,
    "grid": _AT_THE_HEAD,
    "when": "it stands in sentences about levels such as `Orange when Not Certified`",
    "if": "it stands in measures: `measure rate = … if …, otherwise …`; of a level say `Orange when …`",
}
"""Words that only sentences about levels have, and what to say of them in any other."""


def _misspelt(tokens: Sequence[Token], source: Source, keywords: _Keywords) -> Diagnostic | None:
    """Return the message for a keyword that was taken for a name because it is misspelt; None where there is none."""
    for token in tokens:
        if not token.terminal.startswith("UNKNOWN_"):
            continue
        for word in re.finditer(r"\S+", _span(token, source).text):
            span = Span(source, token.start + word.start(), token.start + word.end())
            keyword = _keyword_meant(span, keywords)
            if keyword is not None:
                return messages.misspelt_keyword(span, keyword)
    return None


def _keyword_meant(span: Span, keywords: _Keywords) -> str | None:
    """Return the keyword that a word is nearly, None where it is one or is near none."""
    known = keyword_words(keywords)
    return None if span.text.casefold() in known else nearest(span.text, known)


MOST_SAID = 3
"""How many things a message says it expected; more would help nobody."""


def _in_plain_words(expected: frozenset[str]) -> str | None:
    said = [plain for terminal, plain in _PLAIN_WORDS.items() if terminal in expected]
    if not said or len(said) > MOST_SAID:
        return None
    return " or ".join(said)


def _span(token: Token, source: Source) -> Span:
    return Span(source, token.start, token.end)
