"""Parsing: a source and the words of its vocabulary become a syntax tree, and one message for each faulty statement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

from attrs import evolve

from rulelang.diagnostics.catalogue import levels_text
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.diagnostics.source import Source
from rulelang.syntax import tree as syn
from rulelang.syntax.build import BUILDERS
from rulelang.syntax.disambiguate import (
    UNKNOWN,
    UNKNOWN_INDICATOR,
    UNKNOWN_OF_LEVELS,
    Refused,
    normalized,
    readings,
    with_plain_words,
)
from rulelang.syntax.errors import diagnose, fault_of_name, faults_of_numerals, faults_of_signs
from rulelang.syntax.hearing import heard, without_articles_of_kinds
from rulelang.syntax.lalr import Parser, tables
from rulelang.syntax.lexicon import Lexicon
from rulelang.syntax.measure_names import measure_names
from rulelang.syntax.statements import Gathered, is_of_example, vocabulary_statements
from rulelang.syntax.tokens import RawStatement, Token

DEEPEST: Final = 50
"""How many parentheses may stand inside one another."""


def parse(source: Source, lexicon: Lexicon, reporter: Reporter, measures: Iterable[str] = ()) -> syn.File:
    """Return the syntax tree of a rule file: every statement that could be read; the others are reported.

    `measures` are the names of the measures of its base years; those the file declares are found in it.
    """
    lexicon = lexicon.with_measures(list(dict.fromkeys([*measures, *measure_names(source, lexicon)])))
    gathered = Gathered(source, lexicon)
    gathered.read()
    parsed: list[syn.Statement] = []
    in_example = False
    following = [*gathered.statements[1:], None]
    for statement, below in zip(gathered.statements, following, strict=False):
        in_example = is_of_example(statement, in_example=in_example)
        if in_example:
            _take_label_for_group(statement)
        start = "example_statement" if in_example else "statement"
        is_heading = below is not None and below.of_levels and statement.tokens[0].terminal == "FOR"
        unknown = UNKNOWN_OF_LEVELS if statement.of_levels else UNKNOWN_INDICATOR if is_heading else UNKNOWN
        node = _parse_statement(statement, start, source, lexicon, reporter, unknown)
        if node is not None:
            parsed.append(node)
    return syn.File(source, tuple(parsed), tuple(gathered.comments))


def parse_vocabulary(source: Source, reporter: Reporter) -> syn.File:
    """Return the syntax tree of a vocabulary file: every statement that could be read; the others are reported."""
    lexicon = Lexicon.of(())
    raw, comments = vocabulary_statements(source)
    nodes = [_parse_statement(one, "vocabulary_statement", source, lexicon, reporter) for one in raw]
    return syn.File(source, tuple(node for node in nodes if node is not None), tuple(comments))


def _take_label_for_group(statement: RawStatement) -> None:
    """Take `Whites:` at the head of an example's line for a student group, as its place asks."""
    first = statement.tokens[0]
    if first.terminal == "LABEL":
        name = evolve(first, terminal="WORD", end=first.start + len(first.value))
        colon = evolve(first, terminal="COLON", value=":", start=first.end - 1)
        statement.tokens[:1] = [name, colon]


def _parse_statement(
    statement: RawStatement,
    start: str,
    source: Source,
    lexicon: Lexicon,
    reporter: Reporter,
    unknown: Sequence[str] = UNKNOWN,
) -> syn.Statement | None:
    written = statement.tokens
    if statement.of_levels:
        written = without_articles_of_kinds(written)
    elif start != "vocabulary_statement":
        written = heard(written, source, lexicon)
    statement.tokens = normalized(written, of_levels=statement.of_levels)
    faults = faults_of_signs(statement, source, DEEPEST)
    if statement.of_levels:
        name = fault_of_name(statement.tokens, source)
        faults = [name] if name is not None else [*faults, *faults_of_numerals(statement.tokens, source)]
    for fault in faults:
        reporter.report(fault)
    if faults:
        return None
    found = readings(_parser(), start, statement.tokens, source, unknown)
    if isinstance(found, Refused) and statement.of_levels:
        plain = normalized(with_plain_words(written), of_levels=True)
        again = readings(_parser(), start, plain, source, unknown)
        if _goes_further(again, plain, found, statement.tokens):
            found, statement.tokens = again, plain
    if isinstance(found, Refused):
        reporter.report(diagnose(statement, found, source, lexicon))
        return None
    node: syn.Statement | syn.TableBelow = found[0]
    if isinstance(node, syn.TableBelow):
        reporter.report(levels_text.stray_table_row(node.span))
        return None
    return node


def _goes_further(
    again: Sequence[object] | Refused, plain: Sequence[Token], found: Refused, tokens: Sequence[Token]
) -> bool:
    """Return whether a statement can be read further where keywords are taken for words of unknown names."""
    if not isinstance(again, Refused) or again.at is None:
        return True
    return found.at is not None and plain[again.at].end >= tokens[found.at].end


@cache
def _parser() -> Parser:
    """Return the parser of all kinds of statement. It keeps no state between calls."""
    return Parser(tables(), BUILDERS)


def grammar_words() -> frozenset[str]:
    """Return the names that the grammar gives to words and signs. No message may show one of them."""
    return frozenset(symbol for state in tables().states for symbol in state if symbol.isupper())


__all__ = ["grammar_words", "measure_names", "parse", "parse_vocabulary"]
