"""Lines of statements about levels: which begin one, which carry one on, and which are rows of a table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from rulelang.diagnostics.source import Source, Span
from rulelang.syntax.tokens import RawStatement, Token
from rulelang.syntax.tree import Comment
from rulelang.syntax.words import ATOM, Words, fold

_CARRY_ON: Final = frozenset(
    [
        "EQUALS",
        "PLUS",
        "MINUS",
        "TIMES",
        "DIVIDED_BY",
        "AS_A_PERCENT",
        "ROUNDED_TO",
        "DECIMALS",
        "COMMA",
        "COLON",
        "SEMICOLON",
        "RPAR",
        "IF",
        "OTHERWISE",
        "AND",
        "OR",
        "OR_MORE",
        "OR_LESS",
        "IS",
        "READ",
        "READ_AS",
        "AT",
        "TO",
        "PERCENT_OF",
        "OVER_THE",
        "IN_BOTH_YEARS",
        "IN_THIS_YEAR_WHEN",
        "FOR_THE_COLOR_ONLY",
        "WHEN",
    ]
)
"""A line that begins with one of these carries on the statement about levels above it."""

_LEAVE_OPEN: Final = frozenset(
    [
        "EQUALS",
        "PLUS",
        "MINUS",
        "TIMES",
        "DIVIDED_BY",
        "ROUNDED_TO",
        "COMMA",
        "COLON",
        "SEMICOLON",
        "IF",
        "OTHERWISE",
        "AND",
        "OR",
        "NOT",
        "IS",
        "ABOVE",
        "BELOW",
        "AT_LEAST",
        "AT_MOST",
        "READ",
        "READ_AS",
        "FOR",
        "AT",
        "A",
        "HIGHEST_OF",
        "LOWEST_OF",
        "AVERAGE_OF",
        "SMALLEST",
        "TO",
        "PERCENT_OF",
        "LAST_YEARS",
        "OVER_THE",
        "WHEN",
        "FEWER_THAN",
        "IN_THIS_YEAR_WHEN",
    ]
)
"""A line that ends with one of these is carried on by the next."""

_CHANGES: Final = ("add", "replace", "remove")
_OPENERS: Final = frozenset({"MEASURE", "BANDS", "GRID", "NEEDS", "NO_BETTER_THAN"})
_REMOVABLE: Final = frozenset({"MEASURE", "BANDS", "GRID", "NEEDS", "SMALL_POPULATIONS", "OVERRIDE", "EVERYTHING"})
_CLAUSES: Final = frozenset({"CITES", "BECAUSE", "CONFIDENCE"})

_LONGEST_HEAD: Final = 6
"""How many words may stand before `when` or `needs` where they are no name of the vocabulary."""


def begins_level_statement(line: str, words: Words) -> bool:
    """Return whether a line begins a statement about levels, after `add`, `replace` or `remove` too."""
    atoms = [match.group() for match in ATOM.finditer(line) if match.lastgroup != "COMMENT"]
    parts = [fold(atom) for atom in atoms]
    change = parts[0] if parts[:1] and parts[0] in _CHANGES else None
    start = 1 if change else 0
    if len(parts) <= start or parts[start + 1 : start + 2] == [":"]:
        return False
    first, after = _terminal(parts, start, words)
    second, _ = _terminal(parts, after, words)
    if change == "remove":
        return first in _REMOVABLE or (first, second) == ("SCALE", "NEEDS")
    if first in _OPENERS or (first, second) == ("WHEN", "FEWER_THAN"):
        return True
    if first == "CONFIDENCE":
        return change is None
    is_override = first in ("LEVEL", "NOT_ESTABLISHED", "AS_PUBLISHED") and second == "WHEN"
    return is_override or (first, second) == ("SCALE", "NEEDS") or _seems(parts, start, words)


def _terminal(parts: Sequence[str], start: int, words: Words) -> tuple[str | None, int]:
    """Return what the words at a place are, and where the next begin."""
    found = words.names.longest(parts, start) or words.keywords.longest(parts, start)
    return (found[0].terminal, found[1]) if found is not None else (None, start + 1)


def _seems(parts: Sequence[str], start: int, words: Words) -> bool:
    """Return whether words that are no name stand before `when` or `needs`, as a misspelt level or scale would."""
    if _terminal(parts, start, words)[0] not in (None, "LEVEL", "SCALE") or "→" in parts:
        return False
    head = parts[start + 1 : start + _LONGEST_HEAD]
    needs = next((at for at, part in enumerate(head[:-1]) if part in ("needs", "need")), None)
    is_size = needs is not None and head[needs + 1].isdigit()
    return is_size or ("when" in head and "on" not in head)


def carries_on(statement: RawStatement, tokens: Sequence[Token]) -> bool:
    """Return whether a line carries on the statement about levels above it."""
    first, last = tokens[0].terminal, statement.tokens[-1].terminal
    if last == "TABLE_ROW" or statement.tokens[0].terminal == "CONFIDENCE":
        return False
    if first == "OTHERWISE":
        before = [token.terminal for token in statement.tokens]
        is_rule = any(token.terminal == "ARROW" for token in tokens)
        return not is_rule and before.count("IF") > before.count("OTHERWISE")
    if statement.depth > 0 or last in _LEAVE_OPEN:
        return True
    narrows = first == "FOR" and len(tokens) > 1 and tokens[1].terminal in ("GROUP", "LEVEL")
    return first in _CARRY_ON or narrows


# ---- tables ----

_COMMENT: Final = re.compile(r"\s*#.*")


def open_table(statements: Sequence[RawStatement]) -> RawStatement | None:
    """Return the bands or the grid to which a row belongs that comes next; clauses may stand between."""
    for statement in reversed(statements):
        terminals = [token.terminal for token in statement.tokens[:2]]
        if terminals[0] in _CLAUSES:
            continue
        opener = terminals[1] if terminals[0] in ("ADD", "REPLACE") and len(terminals) > 1 else terminals[0]
        return statement if statement.of_levels and opener in ("BANDS", "GRID") else None
    return None


def is_row(line: str, *, is_table: bool) -> bool:
    """Return whether a line is a row: with pipes, or, below bands or a grid, with tabs as Excel and Word paste it."""
    text = line.strip()
    return text.startswith("|") or (is_table and not text.startswith("#") and ("\t" in text or "|" in text))


def table_row(line: str, offset: int, source: Source) -> tuple[Token, Comment | None]:
    """Return the row that a line is, and the comment behind it."""
    text, comment = line, None
    found = _COMMENT.search(line)
    if found is not None:
        text = line[: found.start()]
        start = offset + found.start() + len(found.group()) - len(found.group().lstrip())
        comment = Comment(found.group().strip(), alone=False, span=Span(source, start, offset + len(line)))
    trimmed = None if "|" in text else " \u00a0"
    inset = len(text) - len(text.lstrip(trimmed))
    value = text.strip(trimmed)
    return Token("TABLE_ROW", value, offset + inset, offset + inset + len(value)), comment
