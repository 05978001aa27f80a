"""What may come next in an unfinished rule file: the terminals that the grammar accepts there."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from rulelang.diagnostics.source import Source
from rulelang.syntax.disambiguate import may_follow, normalized
from rulelang.syntax.hearing import heard, without_articles_of_kinds
from rulelang.syntax.lalr import END
from rulelang.syntax.lexicon import Lexicon
from rulelang.syntax.parse import parser_of_statements
from rulelang.syntax.statements import Gathered, is_of_example
from rulelang.syntax.tokens import RawStatement, Token


@frozen
class Next:
    """The terminals that may come next: those that begin a statement, and those that continue the one above.

    `written` are the words of the statement that these continue, none if there is none.
    """

    begin: frozenset[str]
    go_on: frozenset[str] = frozenset()
    written: tuple[Token, ...] = ()


def last_statement(text: str, lexicon: Lexicon) -> tuple[int, bool]:
    """Return where the last statement of a text begins, and whether what follows may belong to an example."""
    statements = Gathered.of(Source("", text), lexicon).statements
    in_example = False
    for statement in statements:
        in_example = is_of_example(statement, in_example=in_example)
    start = statements[-1].tokens[0].start if statements else len(text)
    return text.rfind("\n", 0, start) + 1, in_example


def next_terminals(text: str, lexicon: Lexicon, *, in_example: bool = False) -> Next:
    """Return what may follow a text of a statement or two; if a line is begun, only what continues it."""
    statements = Gathered.of(Source("", text), lexicon).statements
    is_begun = bool(text[text.rfind("\n") + 1 :].strip())
    last = statements[-1] if statements else None
    of_example = in_example if last is None else is_of_example(last, in_example=in_example)
    begin = frozenset() if is_begun else _beginnings(in_example=of_example)
    if last is None:
        return Next(begin)
    return Next(begin, _after(last, lexicon, in_example=of_example), tuple(last.tokens))


def _beginnings(*, in_example: bool) -> frozenset[str]:
    starts = ("statement", "example_statement") if in_example else ("statement",)
    nothing: frozenset[str] = frozenset()
    return nothing.union(*(may_follow(parser_of_statements(), one, ()) for one in starts))


def _after(statement: RawStatement, lexicon: Lexicon, *, in_example: bool) -> frozenset[str]:
    """Return what may follow a statement, normalized, or else as it is written."""
    start = "example_statement" if in_example else "statement"
    for tokens in _ways_to_read(statement, lexicon):
        found = may_follow(parser_of_statements(), start, tokens)
        if found:
            return found - {END}
    return frozenset()


def _ways_to_read(statement: RawStatement, lexicon: Lexicon) -> list[Sequence[Token]]:
    tokens, of_levels = statement.tokens, statement.of_levels
    spoken = without_articles_of_kinds(tokens) if of_levels else heard(tokens, lexicon)
    return [normalized(one, of_levels=of_levels) for one in (spoken, tokens)]
