"""From the lines of a file to statements: which line begins one, continues one, or is a row of a table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice, pairwise
from typing import Final

from attrs import define, field

from rulelang.diagnostics.source import Source, Span
from rulelang.syntax.from_habit import begins_note
from rulelang.syntax.hearing import priority_heading
from rulelang.syntax.keywords import CLAUSES, FILE_LINES, LEVEL_LINES, OF_MANY, REMOVED_LEVELS, terminals
from rulelang.syntax.lex import lex_line
from rulelang.syntax.lexicon import SIGNS, Lexicon, folded
from rulelang.syntax.tokens import RawStatement, Token
from rulelang.syntax.tree import Comment

CARRIES_ON: Final = terminals("""
    AND OR IN ARROW UNLESS ON ON_THE_OTHER OR_WORSE OR_BETTER EXCEPT_FOR COMMA RPAR BUT WITH_AT_LEAST LAST_YEAR
    THIS_YEAR BY OR_MORE OR_FEWER OF_THE_LAST DIVIDED_BY
""")
"""A line that begins with one of these continues the sentence above it, if that has no outcome yet."""

_WITHOUT_YEARS: Final = (*FILE_LINES, *CLAUSES, "PRIORITY", "FOR", "REMOVE", "EXAMPLE")
"""Begins a line that years cannot follow, so that years on the next line begin a rule."""

_CARRIES_NUMBERS_ON: Final = CARRIES_ON | terminals("""
    EQUALS PLUS MINUS TIMES AS_A_PERCENT ROUNDED_TO DECIMALS COLON SEMICOLON IF ARE READ READ_AS AT TO PERCENT_OF
    OVER_THE IN_BOTH_YEARS IN_THIS_YEAR_WHEN FOR_THE_COLOR_ONLY WHEN
""")
"""The same of a statement with numbers; any other rule, or a bullet before one, may begin with some of these."""

_OF_NUMBERS: Final = terminals("""
    NUMBER_NAME MEASURE_NAME DECIMAL DOLLARS DATE ABOVE BELOW IS_GIVEN IF LAST_YEARS SMALLEST PLUS TIMES DIVIDED_BY
    NOT_ESTABLISHED
""").union(OF_MANY)
"""What a rule that compares numbers contains."""

_LEAVES_OPEN: Final = terminals("""
    COMMA AND OR ON UNLESS LPAR NOT BOTH EITHER ANY_OF ALL_OF OF FOR PRIORITY IN EXCEPT_FOR EACH OF_THE_LAST ARROW
    EQUALS PLUS MINUS TIMES DIVIDED_BY ROUNDED_TO COLON SEMICOLON IF OTHERWISE ARE ABOVE BELOW AT_LEAST AT_MOST READ
    READ_AS AT A SMALLEST TO PERCENT_OF LAST_YEARS OVER_THE WHEN FEWER_THAN IN_THIS_YEAR_WHEN
""").union(OF_MANY)
"""A line that ends with one of these is continued by the next."""

_BEGINS: Final = terminals("""
    CITES BECAUSE ADD REPLACE REMOVE EXAMPLE GIVEN EXPECT LABEL VOCABULARY SUSPENDED_YEAR TABLE_ROW
""").union(FILE_LINES)
"""What begins a statement wherever it is first on a line."""

_ENDS_EXAMPLE: Final = (*FILE_LINES, "ADD", "REPLACE", "REMOVE", "OTHERWISE", "FOR", "PRIORITY", "IF", "OUTCOME")

_LONGEST_HEAD: Final = 6
"""The most words before `when` or `needs` if they are not a name of the vocabulary."""


MOST_WORDS: Final = 2000
"""How many words and signs a sentence may have: the longest of the state's policies has some 300."""

MOST_SENTENCES: Final = 10_000
"""How many sentences a file may have: the longest of the state's policies has some 200."""

_MOST_DIVIDED: Final = 3
"""Of how many words on either side of a line break a name or a keyword may be, where they are read one by one."""

_MOST_CLAUSES: Final = 20
"""Between how many clauses and its table the rows of a table may stand."""


@define
class Gathered:
    """The statements and comments of a rule file so far, up to one more than a file may have."""

    source: Source
    lexicon: Lexicon
    statements: list[RawStatement] = field(factory=list)
    comments: list[Comment] = field(factory=list)

    @classmethod
    def of(cls, source: Source, lexicon: Lexicon) -> Gathered:
        """Return the statements and comments of a source."""
        gathered, offset = cls(source, lexicon), 0
        for line in source.text.split("\n"):
            gathered._read(line, offset)
            offset += len(line) + 1
            if len(gathered.statements) > MOST_SENTENCES:
                break
        return gathered

    def _read(self, line: str, offset: int) -> None:
        """Read one line: a statement, a part of the one above it, or the row of a table."""
        if not line or line.isspace():
            return
        table = _open_table(self.statements)
        if table is None and line.lstrip().startswith("|") and self._read_rule(without_pipes(line), offset):
            return
        tokens, comments = lex_line(line, offset, self.lexicon, self.source)
        of_levels = _begins_levels(tokens)
        begins = of_levels or _begins(tokens) or begins_note(line)
        if _is_row(line, is_table=table is not None and not begins):
            self._row(line, offset, table)
            return
        self.comments.extend(comments)
        self._add(self._pasted(tokens, line, offset), of_levels=of_levels, begins=begins)

    def _read_rule(self, line: str, offset: int) -> bool:
        """Read a row with pipes as a rule, and return whether it is one, or the head or a line of a table of rules."""
        tokens, comments = lex_line(line, offset, self.lexicon, self.source)
        found = rule_of_row(tokens, line, offset, self.lexicon) if tokens else []
        is_rule = len(found) > len(tokens) or any(token.terminal == "ARROW" for token in tokens)
        is_of_table = not line or is_header(line)
        if is_rule:
            self.comments.extend(comments)
            self._add(found, of_levels=False, begins=True)
        return is_rule or (is_of_table and bool(self._rows_follow(offset)))

    def _rows_follow(self, offset: int) -> bool:
        """Return whether the next rows of a table, except lines and heads, hold a rule."""
        rest = self.source.text[offset:].split("\n", 3)[1:3]
        rows = [without_pipes(row) for row in rest if row.lstrip().startswith("|")]
        return any(rows) or not rest

    def _pasted(self, tokens: list[Token], line: str, offset: int) -> list[Token]:
        """Return the tokens of a line; of the row of a table of rules those of the rule, of its head none."""
        if "\t" not in line.strip():
            return tokens
        if is_header(line):
            return []
        return rule_of_row(tokens, line, offset, self.lexicon)

    def _add(self, tokens: list[Token], *, of_levels: bool, begins: bool) -> None:
        above = self.statements[-1] if self.statements else None
        is_item = tokens[:1] != [] and tokens[0].terminal == "BULLET"
        while tokens[:1] != [] and tokens[0].terminal == "BULLET":
            tokens = tokens[1:]
        heading = priority_heading(tokens, self.lexicon)
        if heading is not None:
            tokens, begins = heading, True
        if [token.terminal for token in tokens[:2]] == ["FOR", "KIND"] and tokens[-1].terminal == "COLON":
            tokens = tokens[:-1]  # `for school districts:` over rules
        begins = begins or (is_item and _ends_item(above)) or _begins(tokens)
        if tokens and tokens[0].value in {*SIGNS, "*"} and not (above is not None and _carries_on(above, tokens)):
            tokens = tokens[1:]
        if above is not None and not begins and tokens and self._across(above, tokens):
            return
        if above is not None and not begins and tokens and _carries_on(above, tokens):
            above.tokens.extend(_more_labels(above, tokens))
        elif tokens:
            self.statements.append(RawStatement(tokens, of_levels))

    def _across(self, above: RawStatement, tokens: Sequence[Token]) -> bool:
        """Read on behind a name or a keyword that a line break divides, `Suspension ⏎ Rate`; return whether one is."""
        if len(above.tokens) > MOST_WORDS or above.has("ARROW"):
            return False  # the sentence is refused, or has ended
        text, upper, lower = self.source.text, above.tokens[-_MOST_DIVIDED:], tokens[:_MOST_DIVIDED]
        atoms_below = folded(text[lower[0].start : lower[-1].end])
        for at, token in enumerate(upper, -len(upper)):
            atoms_above = folded(text[token.start : upper[-1].end])
            if self.lexicon.longest([*atoms_above, *atoms_below], 0)[1] <= len(atoms_above):
                continue  # no phrase goes on below
            for last in range(len(lower), 0, -1):
                start, end = token.start, lower[last - 1].end
                atoms = folded(text[start:end])
                phrases, after = self.lexicon.longest(atoms, 0)
                if phrases and after == len(atoms):
                    one, *others = phrases
                    above.tokens[at:] = [Token(one.terminal, one.name, start, end, self.source, others), *tokens[last:]]
                    return True
        return False

    def _row(self, line: str, offset: int, table: RawStatement | None) -> None:
        row, comments = _table_row(line, offset, self.source)
        self.comments.extend(comments)
        last = self.statements[-1] if self.statements else None
        if table is None and last is not None and last.tokens[0].terminal == "TABLE_ROW":
            table = last
        if table is not None:
            table.tokens.append(row)
        else:
            self.statements.append(RawStatement([row], of_levels=True))


def is_of_example(statement: RawStatement, *, in_example: bool) -> bool:
    """Return whether a statement belongs to an example: from `example` to the next rule or heading."""
    first = statement.tokens[0]
    if statement.of_levels:
        return False
    if first.may_be("EXAMPLE", "GIVEN", "EXPECT"):
        return True
    is_rule = statement.has("ARROW") or (first.terminal == "LABEL" and statement.has("IF"))
    return in_example and not first.may_be(*_ENDS_EXAMPLE) and not is_rule


# ---- which line begins a statement ----


def _begins(tokens: Sequence[Token]) -> bool:
    """Return whether a line begins a statement that is not a table, whatever is above it."""
    if not tokens:
        return False
    head = [token.terminal for token in tokens[:3]]
    is_heading = head[:2] in (["FOR", "KIND"], ["FOR", "INDICATOR"], ["OUTCOME", "COLON"]) or head in (
        ["PRIORITY", "NUMBER", "STRING"],
        ["PRIORITY", "NUMBER", "COLON"],
    )
    return is_heading or tokens[0].may_be(*_BEGINS)


def _ends_item(above: RawStatement | None) -> bool:
    """Return whether a list item ends where another begins; `or` at its end belongs to the next rule."""
    if above is None:
        return True
    tokens = above.tokens
    while len(tokens) > 1 and tokens[-1].may_be("OR", "COMMA", "SEMICOLON"):
        tokens.pop()
    return not tokens[-1].may_be("AND")


def _begins_levels(tokens: Sequence[Token]) -> bool:
    """Return whether a line begins a statement about levels, after `add`, `replace` or `remove` too."""
    change = tokens[0].terminal if tokens and tokens[0].may_be("ADD", "REPLACE", "REMOVE") else None
    head = tokens[1 if change else 0 :]
    if not head:
        return False
    first, second = head[0], head[1] if len(head) > 1 else head[0]
    sizes = first.may_be("SCALE") and second.may_be("NEEDS")
    if change == "REMOVE":
        return first.may_be(*REMOVED_LEVELS) or sizes
    if first.may_be(*LEVEL_LINES) or sizes or (first.may_be("WHEN") and second.may_be("FEWER_THAN")):
        return True
    if first.may_be("CONFIDENCE"):
        return change is None
    return (first.may_be("LEVEL", "NOT_ESTABLISHED", "AS_PUBLISHED") and second.may_be("WHEN")) or _has_misspelt_head(
        head
    )


def _has_misspelt_head(tokens: Sequence[Token]) -> bool:
    """Return whether unknown words come before `when` or `needs`, like a misspelled level or scale."""
    if not tokens[0].may_be("WORD", "LEVEL", "SCALE") or any(token.terminal == "ARROW" for token in tokens):
        return False
    head = tokens[1:_LONGEST_HEAD]
    is_size = any(one.may_be("NEEDS") and other.may_be("NUMBER") for one, other in pairwise(head))
    is_override = any(one.may_be("WHEN") for one in head) and not any(one.may_be("ON") for one in head)
    return is_size or is_override


def _carries_on(statement: RawStatement, tokens: Sequence[Token]) -> bool:
    """Return whether a line that begins no statement continues the one above it."""
    first, last = tokens[0], statement.tokens[-1]
    if len(statement.tokens) > MOST_WORDS:
        return True  # it is refused, however it goes on
    if last.terminal == "TABLE_ROW" or statement.tokens[0].may_be("CONFIDENCE"):
        return False
    if first.may_be("OTHERWISE"):
        is_rule = any(token.terminal == "ARROW" for token in tokens[1:2])
        words = [token.terminal for token in statement.tokens]
        return not is_rule and words.count("IF") > words.count("OTHERWISE")
    if last.terminal == "ARROW":
        has_arrow = any(token.terminal == "ARROW" for token in tokens[1:])  # and a rule has one
        return first.may_be("OUTCOME", "PRIORITY", "WORD") and not has_arrow
    if statement.depth > 0 or last.may_be(*_LEAVES_OPEN):
        return True
    of_numbers = statement.of_levels or any(token.terminal in _OF_NUMBERS for token in statement.tokens)
    words_that_do = _CARRIES_NUMBERS_ON if of_numbers else CARRIES_ON
    if first.may_be("IN", "LAST_YEAR", "THIS_YEAR") and statement.tokens[0].may_be(*_WITHOUT_YEARS):
        return False
    narrows = first.may_be("FOR") and tokens[1:2] != [] and tokens[1].may_be("GROUP", "LEVEL")
    return (first.may_be(*words_that_do) or narrows) and not statement.has("ARROW")


def _more_labels(statement: RawStatement, tokens: list[Token]) -> list[Token]:
    """Return the tokens of a line below `remove 4a,` as labels too."""
    first = [token.terminal for token in statement.tokens[:2]]
    if statement.of_levels or first[:1] != ["REMOVE"] or first[1:] == ["EXAMPLE"]:
        return tokens
    found: list[Token] = []
    for token in tokens:
        if token.terminal == "COMMA":
            found.append(token)
        elif found and found[-1].terminal == "LABEL_NAME":
            found[-1] = found[-1]._replace(value=f"{found[-1].value} {token.value}", end=token.end)
        else:
            found.append(token._replace(terminal="LABEL_NAME"))
    return found


# ---- tables ----

_COMMENT: Final = re.compile(r"\s*#.*")


def _open_table(statements: Sequence[RawStatement]) -> RawStatement | None:
    """Return the bands or the grid that a following row belongs to; clauses may come between."""
    for statement in islice(reversed(statements), _MOST_CLAUSES):
        if statement.tokens[0].may_be(*CLAUSES):
            continue
        head = [token for token in statement.tokens[:2] if not token.may_be("ADD", "REPLACE")]
        return statement if head and statement.of_levels and head[0].may_be("TABLE", "BANDS", "GRID") else None
    return None


def _is_row(line: str, *, is_table: bool) -> bool:
    """Return whether a line is a row: with pipes, or, below bands or a grid, with tabs as Excel and Word paste it."""
    text = line.strip()
    return text.startswith("|") or (is_table and not text.startswith("#") and ("\t" in text or "|" in text))


def _table_row(line: str, offset: int, source: Source) -> tuple[Token, list[Comment]]:
    """Return the row of a line, and the comment after it."""
    text, comments = line, []
    found = _COMMENT.search(line)
    if found is not None:
        text = line[: found.start()]
        start = offset + found.start() + len(found.group()) - len(found.group().lstrip())
        comments = [Comment(found.group().strip(), alone=False, span=Span(source, start, offset + len(line)))]
    trimmed = None if "|" in text else " \u00a0"
    inset = len(text) - len(text.lstrip(trimmed))
    value = text.strip(trimmed)
    return Token("TABLE_ROW", value, offset + inset, offset + inset + len(value), source), comments


# ---- vocabularies ----


BEGINS_VOCABULARY_LINE: Final = ("YEARS", "VOCABULARY", "CITES", "BECAUSE", "SUSPENDED_YEAR", "EXTENDS")
"""The keywords that begin the lines of a vocabulary that are no tables."""


def vocabulary_statements(source: Source) -> tuple[list[RawStatement], list[Comment]]:
    """Return the statements of a vocabulary file: keyword lines, and headings with the table rows below them.

    Last are lines that begin as notes do in other languages: they belong to no table, and part none.
    """
    lexicon = Lexicon.of(())
    comments: list[Comment] = []
    found: list[RawStatement] = []
    notes: list[RawStatement] = []
    offset = 0
    for line in source.text.split("\n"):
        text = line.strip()
        start = offset + len(line) - len(line.lstrip())
        if text.startswith("#"):
            comments.append(Comment(text, alone=True, span=Span(source, start, start + len(text))))
        elif text.startswith("|"):
            row = Token("TABLE_ROW", text, start, start + len(text), source)
            if found and found[-1].tokens[0].terminal == "HEADING":
                found[-1].tokens.append(row)
            else:
                found.append(RawStatement([row]))
        elif begins_note(text):
            notes.append(RawStatement([Token("WORD", text, start, start + len(text), source)]))
        elif text:
            tokens, beside = lex_line(line, offset, lexicon, source)
            comments.extend(beside)
            if not tokens or not tokens[0].may_be(*BEGINS_VOCABULARY_LINE):
                tokens = [Token("HEADING", " ".join(text.split()), start, start + len(text), source)]
            found.append(RawStatement(tokens))
        offset += len(line) + 1
    return [*found, *notes], comments


# ---- rows of tables of rules, as Word, Excel and Markdown hand them over ----


_HEADERS: Final = frozenset(
    {"label", "rule", "rules", "no", "number", "condition", "conditions", "criteria", "criterion", "outcome"}
    | {"outcomes", "result", "results", "name", "description", "priority", "then", "if"}
)
_LABEL: Final = re.compile(r"\w{1,6}")
_LINE: Final = re.compile(r"[|\s:–—-]+")


def without_pipes(line: str) -> str:
    """Return a row with pipes as one with tabs, every letter in its place; empty if it only draws a line."""
    inner = line.strip().strip("|")
    if _LINE.fullmatch(line):
        return ""
    start = line.index(inner) if inner else 0
    return " " * start + inner.replace("|", "\t")


def is_header(line: str) -> bool:
    """Return whether a row only says what is in its columns: `Label`, `Condition`, `Outcome`."""
    cells = [cell for cell in line.split("\t") if cell.strip()]
    return len(cells) > 1 and all(folded(cell)[-1].strip(".") in _HEADERS for cell in cells)


def rule_of_row(tokens: Sequence[Token], line: str, offset: int, lexicon: Lexicon) -> list[Token]:
    """Return the tokens of a row of a table of rules, with the colon and the arrow that the tabs stand for."""
    found = list(tokens)
    firsts = _firsts(found, line, offset)
    if not firsts:
        return found
    last = firsts[-1]
    has_arrow = any(token.terminal == "ARROW" for token in found)
    if not has_arrow and _is_outcome(found[last:]):
        found.insert(last, found[last].before("ARROW", "→"))
    if _is_outcome(found[: firsts[0]]) and not has_arrow:
        return _outcome_first(found, firsts, lexicon)
    head = found[: firsts[0]]
    if len(head) == 1 and head[0].terminal in ("WORD", "NUMBER", "OUTCOME") and _LABEL.fullmatch(head[0].value):
        words = head[0].span.text
        found[0] = head[0]._replace(terminal="LABEL", value=words, others=())
    return found


def _outcome_first(found: list[Token], firsts: Sequence[int], lexicon: Lexicon) -> list[Token]:
    """Return `Priority 4: …` for a row whose first cell is the priority, and the next possibly its name."""
    outcome, rest = found[: firsts[0]], found[firsts[0] :]
    numbers = [int(token.value) for token in outcome if token.terminal == "NUMBER"]
    title = lexicon.titles.get(numbers[-1], "") if numbers else ""
    if len(firsts) > 1:
        cell = found[firsts[0] : firsts[1]]
        if folded(cell[0].to(cell[-1]).text) == folded(title):
            rest = found[firsts[1] :]
    return [*outcome, rest[0].before("COLON", ":"), *rest]


def _firsts(tokens: Sequence[Token], line: str, offset: int) -> list[int]:
    """Return the indexes of the tokens that follow a tab."""
    between = [
        (at + 1, line[one.end - offset : other.start - offset]) for at, (one, other) in enumerate(pairwise(tokens))
    ]
    return [at for at, gap in between if "\t" in gap]


def _is_outcome(tokens: Sequence[Token]) -> bool:
    """Return whether a cell holds an outcome and nothing else but a gloss of it."""
    kinds = [token.terminal for token in tokens]
    if not tokens:
        return False
    if tokens[0].may_be("OUTCOME"):
        return len(kinds) == 1 or kinds[1] == "LPAR"
    return kinds[:2] == ["PRIORITY", "NUMBER"] and (len(kinds) == 2 or kinds[2] == "LPAR")  # noqa: PLR2004  # a word and a number
