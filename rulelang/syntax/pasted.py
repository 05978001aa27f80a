"""Lines pasted from Word and Excel: the row of a table of rules, with tabs between label, condition and outcome."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from rulelang.diagnostics.source import Source
from rulelang.syntax.lexicon import Lexicon, folded
from rulelang.syntax.tokens import Token

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


def rule_of_row(tokens: Sequence[Token], line: str, offset: int, lexicon: Lexicon, source: Source) -> list[Token]:
    """Return the tokens of a row of a table of rules, with the colon and the arrow that the tabs stand for."""
    found = list(tokens)
    firsts = _firsts(found, line, offset)
    if not firsts:
        return found
    last = firsts[-1]
    has_arrow = any(token.terminal == "ARROW" for token in found)
    if not has_arrow and _is_outcome(found[last:]):
        found.insert(last, _sign("ARROW", "→", found[last]))
    if _is_outcome(found[: firsts[0]]) and not has_arrow:
        return _outcome_first(found, firsts, lexicon, source)
    head = found[: firsts[0]]
    if len(head) == 1 and head[0].terminal in ("WORD", "NUMBER", "OUTCOME") and _LABEL.fullmatch(head[0].value):
        words = source.text[head[0].start : head[0].end]
        found[0] = head[0]._replace(terminal="LABEL", value=words, others=())
    return found


def _outcome_first(found: list[Token], firsts: Sequence[int], lexicon: Lexicon, source: Source) -> list[Token]:
    """Return `Priority 4: …` for a row whose first cell is the priority, and the next possibly its name."""
    outcome, rest = found[: firsts[0]], found[firsts[0] :]
    numbers = [int(token.value) for token in outcome if token.terminal == "NUMBER"]
    title = lexicon.titles.get(numbers[-1], "") if numbers else ""
    if len(firsts) > 1:
        cell = found[firsts[0] : firsts[1]]
        if folded(source.text[cell[0].start : cell[-1].end]) == folded(title):
            rest = found[firsts[1] :]
    return [*outcome, _sign("COLON", ":", rest[0]), *rest]


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


def _sign(terminal: str, value: str, before: Token) -> Token:
    return Token(terminal, value, before.start, before.start)
