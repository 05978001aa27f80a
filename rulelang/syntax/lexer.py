"""From text to statements of tokens, under the words of one vocabulary.

Three steps, each a function: a line becomes tokens (names first, then keywords, longest first); lines are gathered into
statements (a line that cannot stand alone carries on the one before it); and words are told apart by their place, which
is where `and` between two indicators becomes another token than `and` between two conditions, and where a word that is
no name is taken for the kind of name its place asks for, so that a misspelt level is reported as a level.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise, takewhile
from typing import Final

from attrs import define, evolve, field

from rulelang.diagnostics.source import Source, Span
from rulelang.syntax import level_places
from rulelang.syntax.level_lines import begins_level_statement, carries_on, is_row, open_table, table_row
from rulelang.syntax.level_places import measured, numerals
from rulelang.syntax.level_words import example_words, level_words
from rulelang.syntax.places import told_apart
from rulelang.syntax.tokens import RawStatement, Token
from rulelang.syntax.tree import Comment
from rulelang.syntax.words import ATOM, PUNCTUATION, STATEMENT_STARTS, Phrase, Words, fold, folded, is_number

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

TITLED: Final = frozenset({"RULESET", "USES", "LEVELS_FROM", "VOCABULARY"})
"""Keywords after which the rest of the line is a title."""


def statements(source: Source, words: Words, measures: Sequence[str] = ()) -> tuple[list[RawStatement], list[Comment]]:
    """Return the statements of a rule file, in order, each at least one token long, and the file's comments.

    `measures` are the names of measures that the file may use beside the vocabulary's names.
    """
    reading = _Reading(source, words, level_words(words, measures), example_words(words, measures), bool(measures))
    offset = 0
    for line in source.text.split("\n"):
        reading.read(line, offset)
        offset += len(line) + 1
    declared = {tuple(folded(name)): name for name in measures}
    for statement in reading.gathered:
        told = level_places.told_apart if statement.of_levels else told_apart
        statement.tokens = [_as_declared(token, source, declared) for token in told(statement.tokens)]
    for heading, below in pairwise(reading.gathered):
        if below.of_levels and _may_be_of_indicators(heading):
            heading.tokens = level_places.heading_of_levels(heading.tokens)
    return reading.gathered, reading.comments


def _may_be_of_indicators(statement: RawStatement) -> bool:
    """Return whether a statement is a heading that names something unknown, and nothing but what is in a list."""
    first, *others = (token.terminal for token in statement.tokens)
    unknown = ("UNKNOWN_KIND", "UNKNOWN_GROUP")
    return first == "FOR" and any(one in unknown for one in others) and not {*others} & {"ARROW", "ONLY", "KIND"}


def _as_declared(token: Token, source: Source, declared: Mapping[tuple[str, ...], str]) -> Token:
    """Return a token with the name of a measure as its own line writes it, also where an indicator is called so."""
    if token.terminal != "MEASURE_NAME":
        return token
    words = source.text[token.start : token.end]
    return evolve(token, value=declared.get(tuple(folded(words)), " ".join(words.split())))


@define
class _Reading:
    """The statements of a file so far, and the words by which its lines are read."""

    source: Source
    words: Words
    levels: Words
    examples: Words
    has_measures: bool
    gathered: list[RawStatement] = field(factory=list)
    comments: list[Comment] = field(factory=list)
    in_example: bool = False

    def read(self, line: str, offset: int) -> None:
        """Read one line: a statement, a part of the one above it, or the row of a table."""
        table = open_table(self.gathered)
        comments: list[Comment] = []
        tokens = self._tokens(line, offset, comments)
        begins = begins_level_statement(line, self.levels)
        if is_row(line, is_table=table is not None and not begins and not _begins(tokens)):
            self._row(line, offset, table)
        elif begins:
            self.in_example = False
            self.gathered.append(RawStatement(self._level_tokens(line, offset), of_levels=True))
        elif self.gathered and self.gathered[-1].of_levels and not _begins(tokens):
            self._carried_on(line, offset, tokens, comments)
        else:
            self._gather(tokens, comments)

    def _tokens(self, line: str, offset: int, comments: list[Comment]) -> list[Token]:
        of_numbers = (self.words.have_numbers or self.has_measures) and (
            self.in_example or line.split()[:1] in _EXAMPLE_HEADS
        )
        words = self.examples if of_numbers else self.words
        tokens = _line_tokens(line, offset, words, self.source, comments)
        return measured(numerals(tokens, signs_subtract=False)) if of_numbers else tokens

    def _level_tokens(self, line: str, offset: int) -> list[Token]:
        return _line_tokens(line, offset, self.levels, self.source, self.comments, has_labels=False)

    def _row(self, line: str, offset: int, table: RawStatement | None) -> None:
        row, comment = table_row(line, offset, self.source)
        if comment is not None:
            self.comments.append(comment)
        last = self.gathered[-1] if self.gathered else None
        if table is None and last is not None and last.tokens[0].terminal == "TABLE_ROW":
            table = last
        if table is not None:
            table.tokens.append(row)
        else:
            self.gathered.append(RawStatement([row], of_levels=True))

    def _carried_on(self, line: str, offset: int, tokens: list[Token], comments: list[Comment]) -> None:
        """Read a line below a statement about levels, which may carry it on."""
        found: list[Comment] = []
        of_levels = _line_tokens(line, offset, self.levels, self.source, found, has_labels=False)
        if of_levels and carries_on(self.gathered[-1], of_levels):
            self.gathered[-1].tokens.extend(of_levels)
            self.comments.extend(found)
        else:
            self._gather(tokens, comments)

    def _gather(self, tokens: list[Token], comments: list[Comment]) -> None:
        self.comments.extend(comments)
        if not tokens:
            return
        self.in_example = _stays_example(tokens, in_example=self.in_example)
        above = self.gathered[-1] if self.gathered else None
        if above is not None and not above.of_levels and _continues(above, tokens):
            above.tokens.extend(_carried_labels(above, tokens))
        else:
            self.gathered.append(RawStatement(tokens))


_EXAMPLE_HEADS: Final = (["given"], ["expect"])


def _begins(tokens: Sequence[Token]) -> bool:
    """Return whether a line begins a statement of rules, whatever stands above it; `otherwise` may be of a measure."""
    return bool(tokens) and (
        (tokens[0].terminal in STATEMENT_STARTS and tokens[0].terminal != "OTHERWISE") or _is_heading(tokens)
    )


def _stays_example(tokens: Sequence[Token], *, in_example: bool) -> bool:
    """Return whether the line after this one may be of an example."""
    first = tokens[0].terminal
    if first in ("EXAMPLE", "GIVEN", "EXPECT"):
        return True
    return in_example and first not in ENDS_EXAMPLE and all(token.terminal != "ARROW" for token in tokens)


ENDS_EXAMPLE: Final = frozenset(
    [
        "RULESET",
        "USES",
        "BASED_ON",
        "LEVELS_FROM",
        "ADD",
        "REPLACE",
        "REMOVE",
        "OTHERWISE",
        "FOR",
        "PRIORITY",
        "PUBLISHED_UNKNOWN",
        "SUSPENDED",
    ]
)
"""What begins a statement that is of no example."""


# ---- one line ----


def _line_tokens(
    line: str, offset: int, words: Words, source: Source, comments: list[Comment], *, has_labels: bool = True
) -> list[Token]:
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
    index = _label(atoms, folded, words, offset, tokens) if has_labels else 0
    while index < len(atoms):
        index = _next_token(atoms, folded, index, words, offset, tokens)
        if len(tokens) == 1 and tokens[0].terminal in TITLED:
            _title(line, offset, atoms, index, tokens)
            break
        if has_labels and _labels_follow(tokens, folded[index : index + 1]):
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
    return terminals[:2] in (["FOR", "KIND"], ["FOR", "INDICATOR"]) or terminals == ["PRIORITY", "NUMBER", "STRING"]


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
    if tokens and tokens[0].value.casefold() == "extends":
        return [evolve(tokens[0], terminal="EXTENDS"), *tokens[1:]]
    return [Token("HEADING", " ".join(text.split()), start, start + len(text))]
