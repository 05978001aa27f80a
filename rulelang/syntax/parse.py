"""Parsing: a source and the words of its vocabulary become a syntax tree, and one message for each faulty statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Final

from attrs import evolve
from lark import Lark
from lark.exceptions import UnexpectedToken
from lark.lexer import Lexer

from rulelang.diagnostics.catalogue import levels_text
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.diagnostics.source import Source
from rulelang.syntax import tree as syn
from rulelang.syntax.build import TreeBuilder, Word
from rulelang.syntax.level_mistakes import fault_of_name, faults_of_numerals
from rulelang.syntax.level_words import level_words, measure_names
from rulelang.syntax.lexer import ENDS_EXAMPLE, statements, vocabulary_statements
from rulelang.syntax.mistakes import diagnose, faults_of_signs
from rulelang.syntax.tokens import RawStatement, Token
from rulelang.syntax.words import Words

DEEPEST: Final = 50
"""How many parentheses may stand inside one another."""


def parse(source: Source, words: Words, reporter: Reporter, measures: Iterable[str] = ()) -> syn.File:
    """Return the syntax tree of a rule file: every statement that could be read; the others are reported.

    `measures` are the names of the measures of its base years; those the file declares are found in it.
    """
    names = tuple(dict.fromkeys([*measures, *measure_names(source, words)]))
    raw, comments = statements(source, words, names)
    spoken = level_words(words, names)
    parsed: list[syn.Statement] = []
    in_example = False
    for statement in raw:
        in_example = _is_example(statement, in_example=in_example)
        if in_example:
            _take_label_for_group(statement)
        start = "level_statement" if statement.of_levels else "example_statement" if in_example else "statement"
        node = _parse_statement(statement, start, source, spoken if statement.of_levels else words, reporter)
        if node is not None:
            parsed.append(node)
    return syn.File(source, tuple(parsed), tuple(comments))


def parse_vocabulary(source: Source, reporter: Reporter) -> syn.File:
    """Return the syntax tree of a vocabulary file: every statement that could be read; the others are reported."""
    words = Words.of(())
    raw, comments = vocabulary_statements(source, words)
    nodes = [_parse_statement(one, "vocabulary_statement", source, words, reporter) for one in raw]
    return syn.File(source, tuple(node for node in nodes if node is not None), tuple(comments))


_OF_EXAMPLE: Final = frozenset({"EXAMPLE", "GIVEN", "EXPECT"})


def _is_example(statement: RawStatement, *, in_example: bool) -> bool:
    """Return whether a statement belongs to an example: from `example` to the next rule or heading."""
    first = statement.tokens[0].terminal
    if statement.of_levels:
        return False
    if first in _OF_EXAMPLE:
        return True
    is_rule = any(token.terminal == "ARROW" for token in statement.tokens)
    return in_example and first not in ENDS_EXAMPLE and not is_rule


def _take_label_for_group(statement: RawStatement) -> None:
    """Take `Whites:` at the head of an example's line for a student group, as its place asks."""
    first = statement.tokens[0]
    if first.terminal == "LABEL":
        name_end = first.start + len(first.value)
        name = evolve(first, terminal="UNKNOWN_GROUP", end=name_end)
        colon = evolve(first, terminal="COLON", value=":", start=first.end - 1)
        statement.tokens[:1] = [name, colon]


def _parse_statement(
    statement: RawStatement, start: str, source: Source, words: Words, reporter: Reporter
) -> syn.Statement | None:
    faults = faults_of_signs(statement, source, DEEPEST)
    if statement.of_levels:
        name = fault_of_name(statement.tokens, source)
        faults = [name] if name is not None else [*faults, *faults_of_numerals(statement.tokens, source)]
    if faults:
        for fault in faults:
            reporter.report(fault)
        return None
    parser = _parser()
    tokens = [Word.of(token, source) for token in statement.tokens]
    try:
        node: syn.Statement | syn.TableBelow = parser.parse(tokens, start=start)  # type: ignore[assignment]
    except UnexpectedToken as error:
        at = next((index for index, word in enumerate(tokens) if word is error.token), None)
        reporter.report(diagnose(statement, at, frozenset(error.accepts or error.expected), source, words))
        return None
    if isinstance(node, syn.TableBelow):
        reporter.report(levels_text.stray_table_row(node.span))
        return None
    return node


class _HandedOver(Lexer):
    """Hands the parser the words it is given; the lexing is done before."""

    def __init__(self, _configuration: object) -> None:
        pass

    def lex(self, words: Sequence[Word]) -> Iterator[Word]:  # type: ignore[override]
        return iter(words)


@lru_cache(maxsize=1)
def _parser() -> Lark:
    """Return the parser of all kinds of statement. It keeps no state between calls."""
    grammar = (files("rulelang.syntax") / "grammar.lark").read_text(encoding="utf-8")
    return Lark(
        grammar,
        parser="lalr",
        lexer=_HandedOver,
        start=["statement", "example_statement", "level_statement", "vocabulary_statement"],
        transformer=TreeBuilder(),
        maybe_placeholders=False,
    )


def grammar_words() -> frozenset[str]:
    """Return the names that the grammar gives to words and signs. No message may show one of them."""
    return frozenset(symbol.name for rule in _parser().rules for symbol in rule.expansion if symbol.is_term)


__all__ = ["Token", "grammar_words", "measure_names", "parse", "parse_vocabulary"]
