"""Parsing: a source and the words of its vocabulary become a syntax tree, and one message for each faulty statement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final, NamedTuple

from attrs import field, frozen

from rulelang.diagnostics.catalogue import levels, names
from rulelang.diagnostics.catalogue import text as messages
from rulelang.diagnostics.diagnostic import Diagnostic, Reporter
from rulelang.diagnostics.source import Source
from rulelang.diagnostics.suggest import nearest
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
from rulelang.syntax.errors import diagnose, fault_of_name, faults_of_numerals, faults_of_signs, unquoted
from rulelang.syntax.from_habit import has_a_level, line_from_habit, note_from_habit
from rulelang.syntax.hearing import heard, without_articles_of_kinds
from rulelang.syntax.keywords import FILE_LINES
from rulelang.syntax.lalr import Parser, tables
from rulelang.syntax.lexicon import Lexicon, measure_names
from rulelang.syntax.repair import changed, like, nearest_edit
from rulelang.syntax.statements import MOST_SENTENCES, MOST_WORDS, Gathered, is_of_example, vocabulary_statements
from rulelang.syntax.tokens import RawStatement, Token

MOST_REPAIRS: Final = 50
"""The most sentences of a file for which a nearest valid sentence is looked for."""


def parse(source: Source, lexicon: Lexicon, reporter: Reporter, measures: Iterable[str] = ()) -> syn.File:
    """Return the syntax tree of a rule file: every statement that could be read; the others are reported.

    `measures` are the names of the measures of its base years; those the file declares are found in it.
    """
    lexicon = lexicon.with_measures(list(dict.fromkeys([*measures, *measure_names(source, lexicon)])))
    return parse_gathered(Gathered.of(source, lexicon), reporter)


def parse_gathered(gathered: Gathered, reporter: Reporter) -> syn.File:
    """Return the syntax tree of a rule file, given the words of its statements, which stay as they are."""
    source, statements = gathered.source, [RawStatement([*one.tokens], one.of_levels) for one in gathered.statements]
    reader = _Reader(gathered.lexicon)
    parsed: list[syn.Statement] = []
    in_example = False
    if len(statements) > MOST_SENTENCES:
        last = statements.pop().tokens[0]
        reporter.report(messages.too_many_sentences(last.span, MOST_SENTENCES))
    for statement, below in zip(statements, [*statements[1:], None], strict=False):
        in_example = is_of_example(statement, in_example=in_example)
        if in_example:
            _take_label_for_group(statement)
        start = "example_statement" if in_example else "statement"
        is_heading = below is not None and below.of_levels and statement.tokens[0].terminal == "FOR"
        unknown = UNKNOWN_OF_LEVELS if statement.of_levels else UNKNOWN_INDICATOR if is_heading else UNKNOWN
        node = reader.parsed(statement, start, reporter, unknown)
        if node is not None:
            parsed.append(node)
    return syn.File(source, tuple(parsed), tuple(gathered.comments))


def parse_vocabulary(source: Source, reporter: Reporter) -> syn.File:
    """Return the syntax tree of a vocabulary file: every statement that could be read; the others are reported."""
    reader = _Reader(Lexicon.of(()))
    raw, comments = vocabulary_statements(source)
    nodes = [reader.parsed(one, "vocabulary_statement", reporter) for one in raw]
    return syn.File(source, tuple(node for node in nodes if node is not None), tuple(comments))


def _take_label_for_group(statement: RawStatement) -> None:
    """Read `Whites:` at the head of an example's line as a student group, as its place asks."""
    first = statement.tokens[0]
    if first.terminal == "LABEL":
        name = first._replace(terminal="WORD", end=first.start + len(first.value))
        colon = first._replace(terminal="COLON", value=":", start=first.end - 1)
        statement.tokens[:1] = [name, colon]


class _Unread(NamedTuple):
    """Why a statement cannot be parsed, and the offset of the word at which parsing fails, None if it breaks off.

    `is_sentence` says that the fault is in its words, and not in its signs or numbers.
    """

    faults: Sequence[Diagnostic]
    at: int | None = None
    is_sentence: bool = False


@frozen
class _Reader:
    """Parses statements of one file, each a construct of the grammar."""

    lexicon: Lexicon
    repairs: list[int] = field(factory=list)

    def parsed(
        self, statement: RawStatement, start: str, reporter: Reporter, unknown: Sequence[str] = UNKNOWN
    ) -> syn.Statement | None:
        """Return the node of a statement; None, after a report, if it cannot be parsed."""
        meant = unquoted(statement.tokens)
        if meant is not None:
            reporter.report(meant[0])
            statement.tokens[1:] = [meant[1]]
        written = statement.tokens
        found = self.read(statement, start, unknown)
        if _decides_nothing(found):
            if start == "vocabulary_statement":
                line = note_from_habit(written[0].to(written[-1]))
            else:
                line = line_from_habit(written, self.lexicon) or self._no_rule(found, written)
            if line is not None:
                reporter.report(line)
                return None
        if not isinstance(found, _Unread):
            return found
        faults = found.faults
        if (
            found.is_sentence
            and start != "vocabulary_statement"
            and not statement.of_levels
            and not faults[0].edits
            and len(self.repairs) < MOST_REPAIRS
        ):
            self.repairs.append(written[0].start)
            faults = [self._with_way_out(faults[0], written, found.at, start, unknown)]
        for fault in [*faults, *self._unknown_outcome(statement, faults)]:
            reporter.report(fault)
        return None

    def _no_rule(self, found: syn.Statement | _Unread, tokens: Sequence[Token]) -> Diagnostic | None:
        """Return the message for words that decide nothing, none of them a name, nor nearly one of an outcome."""
        test = found.condition if isinstance(found, syn.Rule) else None
        tests = test.parts if isinstance(test, syn.Chain) else (test,)
        said = [one.outcome for one in tests if isinstance(one, syn.OutcomeTest) and not one.outcome.known]
        known = self.lexicon.spellings.get("OUTCOME", ())
        if len(said) < len(tests) or any(nearest(one.text, known) is not None for one in said):
            return None
        return messages.not_a_rule(tokens[0].to(tokens[-1]))

    def _unknown_outcome(self, statement: RawStatement, faults: Sequence[Diagnostic]) -> list[Diagnostic]:
        """Return the message for an unknown outcome, in a sentence whose condition cannot be parsed either."""
        arrow = next((at for at, token in enumerate(statement.tokens) if token.terminal == "ARROW"), None)
        rest = statement.tokens[arrow + 1 :] if arrow is not None else []
        if len(rest) != 1 or rest[0].terminal != "WORD":
            return []
        span = rest[0].span
        has_place = any(one.span is not None and one.span.end > span.start for one in faults)
        if has_place:
            return []
        known = self.lexicon.spellings.get("OUTCOME", ())
        return [names.unknown_outcome(span, known, self.lexicon.named("OUTCOME"), tuple(self.lexicon.titles))]

    def _with_way_out(
        self, fault: Diagnostic, tokens: Sequence[Token], at: int | None, start: str, unknown: Sequence[str]
    ) -> Diagnostic:
        """Return a message with the nearest valid sentence, if one is near."""
        is_rule = any(token.terminal == "ARROW" for token in tokens) or has_a_level(tokens)

        def reads(text: str) -> bool:
            return _is_sentence(text, start, self.lexicon, unknown, is_rule=is_rule)

        edit = nearest_edit(fault, tokens, at, reads)
        if edit is None:
            return messages.with_sample(fault, like(tokens))
        return messages.with_nearest(fault, edit, changed(tokens, edit))

    def read(
        self, statement: RawStatement, start: str, unknown: Sequence[str], *, explain: bool = True
    ) -> syn.Statement | _Unread:
        """Return the node of a statement, or why it cannot be parsed: without `explain`, only that it cannot."""
        written, of_levels = statement.tokens, statement.of_levels
        if len(written) > MOST_WORDS and start != "vocabulary_statement":
            span = written[0].to(written[-1])
            return _Unread(faults_of_signs(statement) or [messages.sentence_too_long(span, MOST_WORDS)])
        if of_levels:
            written = without_articles_of_kinds(written)
        elif start != "vocabulary_statement":
            written = heard(written, self.lexicon)
        statement.tokens = normalized(written, of_levels=of_levels)
        faults = faults_of_signs(statement)
        if of_levels:
            name = fault_of_name(statement.tokens)
            faults = [name] if name is not None else [*faults, *faults_of_numerals(statement.tokens)]
        if faults:
            return _Unread(faults)
        found = readings(parser_of_statements(), start, statement.tokens, unknown)
        if isinstance(found, Refused) and of_levels:
            plain = normalized(with_plain_words(written), of_levels=True)
            again = readings(parser_of_statements(), start, plain, unknown)
            if _goes_further(again, plain, found, statement.tokens):
                found, statement.tokens = again, plain
        if isinstance(found, Refused):
            at = None if found.at is None else statement.tokens[found.at].start
            why = [diagnose(statement, found, self.lexicon)] if explain else []
            return _Unread(why, at, is_sentence=True)
        node: syn.Statement | syn.TableBelow = found[0]
        return _Unread([levels.stray_table_row(node.span)]) if isinstance(node, syn.TableBelow) else node


def _is_sentence(text: str, start: str, lexicon: Lexicon, unknown: Sequence[str], *, is_rule: bool) -> bool:
    """Return whether a text is one valid statement with known names only; of a rule, no line about a file is one."""
    source = Source("", text)
    gathered = Gathered.of(source, lexicon)
    if len(gathered.statements) != 1 or gathered.statements[0].of_levels:
        return False
    if is_rule and gathered.statements[0].tokens[0].may_be(*FILE_LINES):
        return False
    if start == "example_statement":
        _take_label_for_group(gathered.statements[0])
    node = _Reader(lexicon).read(gathered.statements[0], start, unknown, explain=False)
    if isinstance(node, _Unread) or (isinstance(node, syn.Rule) and node.outcome is None):
        return False
    return all(one.known for one in syn.walk(node) if isinstance(one, syn.Name))


def _decides_nothing(found: syn.Statement | _Unread) -> bool:
    """Return whether a statement cannot be parsed, or is a condition alone."""
    return isinstance(found, _Unread) or (isinstance(found, syn.Rule) and found.arrow is None)


def _goes_further(
    again: Sequence[object] | Refused, plain: Sequence[Token], found: Refused, tokens: Sequence[Token]
) -> bool:
    """Return whether a statement can be parsed further if keywords are read as words of unknown names."""
    if not isinstance(again, Refused) or again.at is None:
        return True
    return found.at is not None and plain[again.at].end >= tokens[found.at].end


@cache
def parser_of_statements() -> Parser:
    """Return the parser of all kinds of statement. It keeps no state between calls."""
    return Parser(tables(), BUILDERS)


def grammar_words() -> frozenset[str]:
    """Return the names that the grammar gives to words and signs. No message may show one of them."""
    return frozenset(symbol for state in tables().states for symbol in state if symbol.isupper())
