"""The words of a text, and what each refers to: a name of the vocabulary, a rule, a measure, an example, a keyword."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from attrs import frozen

from rulelang.diagnostics.source import Span
from rulelang.services.cells import names_in_cell, names_in_heading, names_in_row, rows_below, table_of, with_rows
from rulelang.services.places import Position
from rulelang.services.workspace import Reading, Workspace
from rulelang.syntax.keywords import KEYWORDS
from rulelang.syntax.lexicon import SIGNS, Phrase
from rulelang.syntax.tokens import RawStatement, Token

NAMES: Final = frozenset(
    ("LEVEL", "INDICATOR", "GROUP", "KIND", "OUTCOME", "SCALE", "INDICATOR_KIND", "NUMBER_NAME", "MEASURE_NAME")
)
LABELS: Final = frozenset(("LABEL", "LABEL_NAME"))


@frozen
class Said:
    """A word or name in a text: its terminal, the name as the vocabulary writes it, and its range.

    A label of a rule is a `LABEL` wherever it is, the title of an example an `EXAMPLE_TITLE`, and what a line names as
    a ruleset, a folder or a vocabulary a `TITLE` of which `line` is the keyword. In a vocabulary, what can be above
    rows is a `HEADING`, or a `COLUMN` of the table `line`, and a name that `declares` is in the row about it.
    """

    terminal: str
    name: str
    span: Span
    line: str = ""
    declares: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """Return what the word stands for, the same for every use of it."""
        return self.terminal, self.name


def word_at(workspace: Workspace, path: Path, position: Position) -> tuple[Reading, Said] | None:
    """Return the word at a position of a file, or that ends there, with what is read of the file; None without one."""
    reading = workspace.reading(path)
    if reading is None:
        return None
    offset = reading.text.offset(position)
    around = (one for one in reading.statements if one.tokens[0].start <= offset <= one.tokens[-1].end)
    near = (with_rows(one, lambda row: row.start <= offset <= row.end) for one in around)
    said = (one for statement in near for one in words_of_statement(reading, statement))
    touching = [one for one in said if one.span.start <= offset <= one.span.end]
    return (reading, touching[-1]) if touching else None


def words_of_text(reading: Reading) -> Iterator[Said]:
    """Yield every word of a text that means something to the language, in order."""
    for statement in reading.statements:
        yield from words_of_statement(reading, statement)


def uses_of(reading: Reading, key: tuple[str, str]) -> Iterator[Said]:
    """Yield the words of a text that mean one thing, given by its key, in order."""
    terminal, name = key
    is_spelled = terminal in NAMES and terminal != "OUTCOME"  # a priority is also its number, or its title
    known = reading.lexicon.names.atoms_of(Phrase(terminal, name)) if is_spelled and reading.is_vocabulary else ()
    spellings = [[_plain(atom) for atom in atoms if atom not in SIGNS] for atoms in known]

    def may_have(row: Token) -> bool:
        words = _plain(row.value.casefold())
        return any(all(atom in words for atom in atoms) for atoms in spellings)

    for statement in reading.statements:
        tokens = statement.tokens
        if is_spelled and tokens[0].terminal == "HEADING":
            found = words_of_statement(reading, with_rows(statement, may_have))
        elif not is_spelled or any(one.value == name or one.terminal == "TABLE_ROW" for one in tokens):
            found = words_of_statement(reading, statement)
        else:
            continue
        yield from (one for one in found if one.key == key)


def _plain(text: str) -> str:
    return text.replace(".", "")  # as in `E.L.A.`


def words_of_statement(reading: Reading, statement: RawStatement) -> Iterator[Said]:
    """Yield the words of a statement that mean something to the language, in order."""
    tokens, source = statement.tokens, reading.source
    head = tokens[0]
    if head.terminal == "HEADING":
        yield from _words_of_table(reading, statement)
        return
    skipped = -1
    for at, token in enumerate(tokens):
        if at == skipped:
            continue
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        if token.terminal == "PRIORITY" and after is not None and after.terminal == "NUMBER":
            yield Said("OUTCOME", f"Priority {int(after.value)}", Span(source, token.start, after.end))
            skipped = at + 1
        elif token.terminal == "TABLE_ROW":
            for named, start, end in names_in_row(token, reading.lexicon):
                yield Said(named.terminal, named.name, Span(source, start, end))
        elif _is_label(statement, at):
            yield Said("LABEL", token.span.text, token.span)
        elif token.terminal in LABELS:
            yield from _label(reading, token)
        elif token.terminal == "STRING" and _names_an_example(tokens):
            yield Said("EXAMPLE_TITLE", token.value, Span(source, token.start + 1, token.end - 1))
        elif at > 0 and (token.terminal == "TITLE" or tokens[at - 1].terminal == "BASED_ON"):
            yield Said("TITLE", token.value, token.span, tokens[at - 1].terminal)
        elif (terminal := meant_terminal(reading, token)) in NAMES or terminal in KEYWORDS or terminal == "ARROW":
            yield Said(terminal, token.value, token.span, head.terminal)


def _words_of_table(reading: Reading, statement: RawStatement) -> Iterator[Said]:
    """Yield what a heading and its rows have: what kind of table and column, before the names in their words."""
    heading, source, table = statement.tokens[0], reading.source, table_of(statement)
    if table is not None:
        yield Said("HEADING", table.heading, heading.span)
    for named, start, end in names_in_heading(statement, reading.lexicon):
        declares = table is not None and table.heading.startswith("… indicators of ")
        yield Said(named.terminal, named.name, Span(source, start, end), declares=declares)
    for row in rows_below(statement):
        for cell in row:
            if cell.is_head and cell.column is not None and cell.column.name != "*" and table is not None:
                yield Said("COLUMN", cell.column.name, cell.token.span, table.heading)
            declares = not cell.is_head and cell.column is not None and cell.column.declares
            for named, start, end in names_in_cell(cell, source.text, reading.lexicon):
                yield Said(named.terminal, named.name, Span(source, start, end), declares=declares)


def meant_terminal(reading: Reading, token: Token) -> str:
    """Return the terminal that a word is: of a name and a keyword the keyword, unless it is spelled as the name."""
    keyword = next((one.terminal for one in token.others if one.terminal in KEYWORDS), None)
    is_spelled_so = token.terminal not in NAMES or reading.source.text.startswith(token.value, token.start)
    return token.terminal if keyword is None or is_spelled_so else keyword


def _is_label(statement: RawStatement, at: int) -> bool:
    """Return whether a word is the label of a rule although it is a name too: `DA: Method 1 → …`, `before DA:`."""
    tokens = statement.tokens
    if tokens[at].terminal == "LABEL_NAME":
        return tokens[at - 1].terminal in ("BEFORE", "AFTER")
    is_first = at == 0 or (at == 1 and tokens[0].may_be("ADD", "REPLACE"))
    before_colon = at + 1 < len(tokens) and tokens[at + 1].terminal == "COLON"
    return is_first and before_colon and tokens[at].may_be("OUTCOME") and statement.has("ARROW")


def _names_an_example(tokens: Sequence[Token]) -> bool:
    head = tokens[0].terminal
    return head == "EXAMPLE" or (head == "REMOVE" and len(tokens) > 1 and tokens[1].terminal == "EXAMPLE")


def _label(reading: Reading, token: Token) -> Iterator[Said]:
    """Yield the label of a rule; what follows `by` may be the name of an outcome instead."""
    outcome = reading.lexicon.names.longest([one.casefold() for one in token.value.split()], 0)[0]
    named = next((one for one in outcome if one.terminal == "OUTCOME"), None)
    length = len(token.value) if token.terminal == "LABEL" else token.end - token.start
    opened = 1 if reading.source.text[token.start] == "(" else 0
    span = Span(reading.source, token.start + opened, token.start + opened + length)
    if token.terminal == "LABEL_NAME" and named is not None:
        yield Said("OUTCOME", named.name, span)
    else:
        yield Said("LABEL", token.value, span)


@frozen
class OwnRule:
    """A rule in a text: its label, and the range of its sentence with the label."""

    label: Said
    span: Span

    @property
    def text(self) -> str:
        """Return the sentence on one line."""
        return " ".join(self.span.text.split())


def own_rules(reading: Reading) -> Iterator[OwnRule]:
    """Yield the labelled rules in a text, whether or not they can be parsed."""
    for statement in reading.statements:
        words = (one for one in words_of_statement(reading, statement) if one.terminal not in ("ADD", "REPLACE"))
        first = next(words, None)
        if first is not None and first.terminal == "LABEL" and not statement.tokens[0].may_be("REMOVE"):
            yield OwnRule(first, Span(reading.source, first.span.start, statement.tokens[-1].end))
