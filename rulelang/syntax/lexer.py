"""From text to statements of tokens, under the words of one vocabulary.

Three steps, each a function: a line becomes tokens (names first, then keywords, longest first); lines are gathered into
statements (a line that cannot stand alone carries on the one before it); and words are told apart by their place, which
is where `and` between two indicators becomes another token than `and` between two conditions, and where a word that is
no name is taken for the kind of name its place asks for, so that a misspelt level is reported as a level.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile
from typing import Final

from attrs import evolve

from rulelang.diagnostics.source import Source, Span
from rulelang.syntax.places import told_apart
from rulelang.syntax.tokens import RawStatement, Token
from rulelang.syntax.tree import Comment
from rulelang.syntax.words import ATOM, PUNCTUATION, STATEMENT_STARTS, Phrase, Words, fold, is_number

_Match = re.Match[str]

CARRIES_ON: Final = frozenset(
    [
        "AND",
        "OR",
        "IN",
        "ARROW",
        "UNLESS",
        "ON",
        "ON_THE_OTHER",
        "OR_WORSE",
        "OR_BETTER",
        "EXCEPT_FOR",
        "COMMA",
        "RPAR",
        "BUT",
        "WITH_AT_LEAST",
        "LAST_YEAR",
        "BY",
        "OR_MORE",
        "OR_FEWER",
        "OF_THE_LAST",
    ]
)
"""A line that begins with one of these carries on the sentence above it, where that has no outcome yet."""

LEAVES_OPEN: Final = frozenset(
    [
        "COMMA",
        "AND",
        "OR",
        "ON",
        "UNLESS",
        "LPAR",
        "NOT",
        "BOTH",
        "EITHER",
        "ANY_OF",
        "ALL_OF",
        "OF",
        "FOR",
        "EXCEPT_FOR",
        "IN",
        "EACH",
        "OF_THE_LAST",
        "ARROW",
    ]
)
"""A line that ends with one of these is carried on by the next."""

TITLED: Final = frozenset({"RULESET", "USES", "VOCABULARY"})
"""Keywords after which the rest of the line is a title."""


def statements(source: Source, words: Words) -> tuple[list[RawStatement], list[Comment]]:
    """Return the statements of a rule file, in order, each at least one token long, and the file's comments."""
    comments: list[Comment] = []
    gathered: list[RawStatement] = []
    offset = 0
    for line in source.text.split("\n"):
        tokens = _line_tokens(line, offset, words, source, comments)
        if tokens:
            if gathered and _continues(gathered[-1], tokens):
                gathered[-1].tokens.extend(_carried_labels(gathered[-1], tokens))
            else:
                gathered.append(RawStatement(tokens))
        offset += len(line) + 1
    for statement in gathered:
        statement.tokens = told_apart(statement.tokens)
    return gathered, comments


# ---- one line ----


def _line_tokens(line: str, offset: int, words: Words, source: Source, comments: list[Comment]) -> list[Token]:
    tokens: list[Token] = []
    atoms: list[_Match] = []
    for match in ATOM.finditer(line):
        if match.lastgroup == "COMMENT":
            span = Span(source, offset + match.start(), offset + len(line))
            comments.append(Comment(match.group().rstrip(), alone=not atoms, span=span))
        elif match.lastgroup == "MARK" and not match.group().isprintable():
            continue
        else:
            atoms.append(match)
    folded = [fold(match.group()) for match in atoms]
    index = _label(atoms, folded, words, offset, tokens)
    while index < len(atoms):
        index = _next_token(atoms, folded, index, words, offset, tokens)
        if len(tokens) == 1 and tokens[0].terminal in TITLED:
            _title(line, offset, atoms, index, tokens)
            break
        if _labels_follow(tokens, folded[index : index + 1]):
            _label_names(atoms, index, offset, tokens)
            break
    return tokens


def _labels_follow(tokens: Sequence[Token], following: Sequence[str]) -> bool:
    """Return whether labels come next: after `by`, and after `remove` unless examples are removed."""
    if tokens[-1].terminal == "BY":
        return True
    return tokens[-1].terminal == "REMOVE" and len(tokens) == 1 and following not in (["example"], ["examples"])


def _label(atoms: Sequence[_Match], folded: Sequence[str], words: Words, offset: int, tokens: list[Token]) -> int:
    """Read a label such as `4a:` at the head of a line, after `add` and `replace` too; return the next index."""
    index = 0
    if folded[:1] in (["add"], ["replace"]) and folded[2:3] == [":"]:
        index = _next_token(atoms, folded, 0, words, offset, tokens)
    is_label = (
        len(atoms) > index + 1
        and atoms[index].lastgroup == "WORD"
        and folded[index + 1] == ":"
        and words.names.longest(folded, index) is None
    )
    if is_label:
        start, end = atoms[index].start(), atoms[index + 1].end()
        tokens.append(Token("LABEL", atoms[index].group(), offset + start, offset + end))
        return index + 2
    return index


def _next_token(
    atoms: Sequence[_Match], folded: Sequence[str], index: int, words: Words, offset: int, tokens: list[Token]
) -> int:
    found = words.names.longest(folded, index) or words.keywords.longest(folded, index)
    if found is not None and found[0].terminal == "ARE_MET" and _asks_for_a_level(tokens):
        found = Phrase("ARE", folded[index]), index + 1
    first = atoms[index]
    if found is not None:
        phrase, following = found
        terminal, value = phrase.terminal, phrase.name
    else:
        following = index + 1
        terminal, value = _plain(first)
    tokens.append(Token(terminal, value, offset + first.start(), offset + atoms[following - 1].end()))
    return following


def _asks_for_a_level(tokens: Sequence[Token]) -> bool:
    """Return whether `are Met` would be about a level, as of indicators, and not `are met`, as of priorities."""
    for token in reversed(tokens):
        if token.terminal in ("GROUPS", "INDICATORS", "INDICATOR_KIND"):
            return True
        if token.terminal in ("PRIORITIES", "PRIORITY", "OUTCOME"):
            return False
    return False


def _plain(match: _Match) -> tuple[str, str]:
    text = match.group()
    if match.lastgroup == "STRING":
        closed = len(text) > 1 and text[-1] in _QUOTES
        return ("STRING", text[1:-1]) if closed else ("OPEN_STRING", text[1:])
    if match.lastgroup == "WORD" and is_number(text):
        return "NUMBER", text
    if match.lastgroup == "MARK":
        return PUNCTUATION.get(text, "MARK"), text
    return match.lastgroup or "MARK", text


_QUOTES: Final = frozenset('"“”„‟«»')


def _title(line: str, offset: int, atoms: Sequence[_Match], index: int, tokens: list[Token]) -> None:
    if index < len(atoms):
        start, end = atoms[index].start(), atoms[-1].end()
        tokens.append(Token("TITLE", " ".join(line[start:end].split()), offset + start, offset + end))


def _label_names(atoms: Sequence[_Match], index: int, offset: int, tokens: list[Token]) -> None:
    """Read labels, or names of outcomes, apart from one another by commas."""
    while index < len(atoms):
        run = list(takewhile(lambda match: match.group() != ",", atoms[index:]))
        if run:
            value = " ".join(match.group() for match in run)
            tokens.append(Token("LABEL_NAME", value, offset + run[0].start(), offset + run[-1].end()))
            index += len(run)
        if index < len(atoms):
            comma = atoms[index]
            tokens.append(Token("COMMA", ",", offset + comma.start(), offset + comma.end()))
            index += 1


# ---- lines into statements ----


def _continues(statement: RawStatement, tokens: Sequence[Token]) -> bool:
    first, last = tokens[0].terminal, statement.tokens[-1].terminal
    if first in STATEMENT_STARTS or _is_heading(tokens):
        return False
    if statement.depth > 0 or last in LEAVES_OPEN:
        return True
    has_outcome = any(token.terminal == "ARROW" for token in statement.tokens)
    narrows = first == "FOR" and len(tokens) > 1 and tokens[1].terminal == "GROUP"
    return (first in CARRIES_ON or narrows) and not has_outcome


def _carried_labels(statement: RawStatement, tokens: list[Token]) -> list[Token]:
    """Read the second line of a `remove` as labels too."""
    if statement.tokens[0].terminal != "REMOVE" or statement.tokens[1].terminal == "EXAMPLE":
        return tokens
    return [token if token.terminal == "COMMA" else evolve(token, terminal="LABEL_NAME") for token in tokens]


def _is_heading(tokens: Sequence[Token]) -> bool:
    terminals = [token.terminal for token in tokens[:3]]
    return terminals[:2] == ["FOR", "KIND"] or terminals == ["PRIORITY", "NUMBER", "STRING"]


# ---- vocabularies ----


def vocabulary_statements(source: Source, words: Words) -> tuple[list[RawStatement], list[Comment]]:
    """Return the statements of a vocabulary file: keyword lines, and headings with the table rows below them."""
    comments: list[Comment] = []
    gathered: list[RawStatement] = []
    offset = 0
    for line in source.text.split("\n"):
        text = line.strip()
        start = offset + len(line) - len(line.lstrip())
        if text.startswith("#"):
            comments.append(Comment(text, alone=True, span=Span(source, start, start + len(text))))
        elif text.startswith("|"):
            row = Token("TABLE_ROW", text, start, start + len(text))
            if gathered and gathered[-1].tokens[0].terminal == "HEADING":
                gathered[-1].tokens.append(row)
            else:
                gathered.append(RawStatement([row]))
        elif text:
            gathered.append(RawStatement(_vocabulary_line(line, text, start, offset, words, source, comments)))
        offset += len(line) + 1
    return gathered, comments


def _vocabulary_line(
    line: str, text: str, start: int, offset: int, words: Words, source: Source, comments: list[Comment]
) -> list[Token]:
    tokens = _line_tokens(line, offset, words, source, comments)
    opener = tokens[0].terminal if tokens else ""
    if opener == "YEARS":
        return [evolve(tokens[0], terminal="DASHBOARD_YEARS"), *tokens[1:]]
    if opener in ("VOCABULARY", "CITES", "BECAUSE", "SUSPENDED_YEAR"):
        return tokens
    return [Token("HEADING", " ".join(text.split()), start, start + len(text))]
