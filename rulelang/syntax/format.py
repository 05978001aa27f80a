"""The formatter: a syntax tree as canonical text.

One statement a line, indented by what it is under, a blank line before every heading; blank lines elsewhere are the
author's, never two together. Comments keep their place. Formatting formatted text changes nothing, and it parses to the
same tree.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from attrs import define, field

from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn
from rulelang.syntax.keywords import KEYWORDS
from rulelang.syntax.lex import QUOTES
from rulelang.syntax.unparse import sentence
from rulelang.syntax.unparse.words import BREAK, aligned

WIDTH: Final = 120
"""The width of a line in columns, if the words allow it; tables are as wide as necessary."""

_RULE_INDENT: Final = 2
_FACT_INDENT: Final = 4
"""How far rules are indented under their heading, and facts under a line that is indented itself."""

_HEADINGS: Final = (syn.PriorityLine, syn.ForLine, syn.ExampleLine, syn.RemoveExamples, syn.Table)
_SECTIONS: Final = (syn.PriorityLine, syn.ForLine)
_RULES: Final = (syn.Rule, syn.Change, syn.Remove, syn.RemoveLevels, syn.LevelStatement)
_EXAMPLE_LINES: Final = (syn.GivenLine, syn.GivenYearLine, syn.FactLine, syn.ExpectLine, syn.ExpectValue)


def format_file(file: syn.File) -> str:
    """Return a file as canonical text, ending with a line end; a tree not made from a text is laid out the same way."""
    items = _items(file)
    lines: list[str] = []
    for index, item in enumerate(items):
        if index and _has_gap(items, index):
            lines.append("")
        lines.extend(item.lines())
    return "".join(f"{line}\n" for line in lines)


@define
class _Item:
    """A statement with the comments on and inside it, or (`statement` None) a comment on a line of its own.

    The table below bands or a grid is an item of its own, after the clauses of its statement.
    """

    indent: int
    start: int
    end: int
    statement: syn.Statement | syn.TableBelow | None
    comments: list[syn.Comment] = field(factory=list)
    gap: bool = False

    def lines(self) -> Iterator[str]:
        """Yield the lines of text."""
        pad = " " * self.indent
        if self.statement is None:
            yield from (f"{pad}{comment.text}" for comment in self.comments)
        elif isinstance(self.statement, syn.Table):
            yield self.statement.heading.text
            yield from _table_lines(self.statement.rows, self.comments, "  ")
        elif isinstance(self.statement, syn.TableBelow):
            yield from _table_lines(self.statement.rows, self.comments, pad)
        else:
            beside = [comment for comment in self.comments if not comment.alone][-1:]
            yield from (f"{pad}{comment.text}" for comment in self.comments if comment not in beside)
            *lines, last = _as_written(self) or _wrapped(sentence(self.statement), self.indent)
            yield from lines
            yield last + "".join(f"  {comment.text}" for comment in beside)


# ---- what stands where ----


def _items(file: syn.File) -> list[_Item]:
    """Return the statements and the comments of a file in order, each with its indentation."""
    items = _of_statements(file)
    for comment in file.comments:
        owner = _owner(items, comment)
        if owner is not None:
            owner.comments.append(comment)
        else:
            alone = _Item(comment.span.column - 1, comment.span.start, comment.span.end, None, [comment])
            after = (at for at, item in enumerate(items) if item.start > alone.start)
            items.insert(next(after, len(items)), alone)
    _mark_gaps(items, file.source.text)
    for item, following in reversed(list(pairwise(items))):
        if item.statement is None:
            item.indent = min(item.indent, _RULE_INDENT) if following.gap else following.indent
    return items


def _of_statements(file: syn.File) -> list[_Item]:
    """Return the statements, and after the clauses of bands or a grid its table."""
    place = _Place()
    items: list[_Item] = []
    table: _Item | None = None
    for statement in file.statements:
        if table is not None and not isinstance(statement, syn.Clause):
            items.append(table)
            table = None
        indent = place.indent(statement)
        items.append(_Item(indent, statement.span.start, statement.span.end, statement))
        found = statement.rule if isinstance(statement, syn.Change) else statement
        below = syn.table_below(found)
        if below is not None:
            table = _Item(indent + _RULE_INDENT, below.span.start, below.span.end, below)
    return items if table is None else [*items, table]


def _mark_gaps(items: Sequence[_Item], text: str) -> None:
    """Mark the items before which the author left a blank line; a table comes directly below its statement."""
    end = None
    for item in sorted(items, key=lambda item: item.start):
        is_table = isinstance(item.statement, syn.TableBelow)
        item.gap = end is not None and not is_table and text.count("\n", end, item.start) > 1
        end = item.end if end is None else max(end, item.end)


def _owner(items: Sequence[_Item], comment: syn.Comment) -> _Item | None:
    """Return the statement that a comment is beside or inside; None if it is by itself."""
    earlier = [item for item in items if item.start <= comment.span.start]
    before = max(earlier, key=lambda item: item.start, default=None)
    if before is None or (comment.alone and comment.span.start >= before.end):
        return None
    return before


@define
class _Place:
    """What the next statement is under: the heading, whether an example is open, and whose clauses follow."""

    heading: syn.Statement | None = None
    in_example: bool = False
    of_clauses: int = 0

    def indent(self, statement: syn.Statement) -> int:
        """Return the indentation of the next statement of a file."""
        if isinstance(self.heading, syn.PriorityLine) and not _fits_priority(statement):
            self.heading = None
        indent = self._indent(statement)
        if isinstance(statement, syn.ExampleLine):
            self.in_example = True
        elif isinstance(statement, (*_HEADINGS, *_RULES)) or _begins_file(statement) or _is_apart(statement):
            self.in_example = False
        if isinstance(statement, _SECTIONS) or _begins_file(statement):
            self.heading = statement
        if not isinstance(statement, syn.Clause):
            self.of_clauses = _RULE_INDENT if self.in_example or _is_below_title(statement) else indent + _RULE_INDENT
        return indent

    def _indent(self, statement: syn.Statement) -> int:
        if isinstance(statement, syn.Clause):
            return self.of_clauses
        if isinstance(statement, syn.FactLine) and not statement.given:
            return _FACT_INDENT
        if _is_below_title(statement) or isinstance(statement, _EXAMPLE_LINES):
            return _RULE_INDENT
        return _RULE_INDENT if isinstance(statement, _RULES) and self.heading is not None else 0


def _is_below_title(statement: syn.Statement) -> bool:
    """Return whether a line about the file is indented below the title with which it begins."""
    return isinstance(statement, syn.FileLine) and not statement.begins and not _is_apart(statement)


def _begins_file(statement: syn.Statement) -> bool:
    return isinstance(statement, syn.FileLine) and statement.begins


def _is_apart(statement: object) -> bool:
    """Return whether a line about the file comes after its rules, by itself: how unknown answers are published."""
    return isinstance(statement, syn.FileLine) and statement.what == KEYWORDS["PUBLISHED_UNKNOWN"][0]


def _fits_priority(statement: syn.Statement) -> bool:
    """Return whether a statement may be under the heading of a priority: all but a rule about something else."""
    rule = statement.rule if isinstance(statement, syn.Change) else statement
    outcome = rule.outcome if isinstance(rule, syn.Rule) else None
    return outcome is None or outcome.text.startswith("Priority ")


def _has_gap(items: Sequence[_Item], index: int) -> bool:
    """Return whether a blank line is before an item: the author's, or one before a heading and its comments."""
    if items[index].gap:
        return True
    return _begins_part(items, index) and not _is_comment(items[index - 1])


def _begins_part(items: Sequence[_Item], index: int) -> bool:
    """Return whether an item is a heading, or a comment right above one."""
    while _is_comment(items[index]):
        index += 1
        if index == len(items) or items[index].gap:
            return False
    statement = items[index].statement
    again = isinstance(statement, syn.RemoveExamples) and _changes_examples(items[:index])
    return (isinstance(statement, _HEADINGS) and not again) or _is_apart(statement)


def _changes_examples(items: Sequence[_Item]) -> bool:
    """Return whether the last statement, not counting clauses, removes examples."""
    statements = (item.statement for item in reversed(items) if not isinstance(item.statement, syn.Clause))
    return isinstance(next(statements, None), syn.RemoveExamples)


def _is_comment(item: _Item) -> bool:
    return item.statement is None


# ---- lines ----


def _wrapped(words: str, indent: int) -> list[str]:
    """Return a sentence in lines of at most `WIDTH` columns, broken only where it can be continued."""
    if indent + len(words) > WIDTH:
        words = words.replace(f"{BREAK}= ", f"{BREAK}{_ALWAYS}= ", 1)
    first, *rest = words.split(BREAK)
    lines = [" " * indent + first]
    for piece in rest:
        if len(lines[-1]) + 1 + len(piece) <= WIDTH and not piece.startswith(_ALWAYS):
            lines[-1] += f" {piece}"
        else:
            lines.append(" " * (indent + 4) + piece.removeprefix(_ALWAYS))
    return lines


def _as_written(item: _Item) -> list[str]:
    """Return the author's lines of a sentence with an unknown name; none of any other, of tables, or around comments.

    What such a sentence means is not known, and so not how it would be said in one way.
    """
    statement = item.statement
    if statement is None or syn.table_below(statement) is not None or not _has_unknown_name(statement):
        return []
    text = _from_its_line(statement.span)
    if (
        not text.strip()
        or "\t" in text
        or "|" in text
        or any(comment.span.start < item.end for comment in item.comments)
    ):
        return []
    first, *rest = [" ".join(line.split()) for line in text.split("\n")]
    return [" " * item.indent + first, *(" " * (item.indent + 4) + line for line in rest if line)]


def _from_its_line(span: Span) -> str:
    """Return the text up to the end of a span, with what the statement was heard without: a bullet, quotation marks."""
    text = span.source.text
    is_quoted = text[span.end : span.end + 1] in QUOTES
    return text[text.rfind("\n", 0, span.start) + 1 : span.end + is_quoted]


def _has_unknown_name(statement: syn.Node) -> bool:
    """Return whether a name is no word of the vocabulary; those of numbers may be declared elsewhere."""
    if all(node.known for node in syn.walk(statement) if isinstance(node, syn.Name)):
        return False
    parts = ((node, part) for node in syn.walk(statement) for part in syn.parts(node) if isinstance(part, syn.Name))
    return any(not name.known and not (isinstance(node, syn.NumberName) and name is node.name) for node, name in parts)


_ALWAYS: Final = "\1"
"""Begins the part that is put on a line of its own if the sentence needs several: the expression of a measure."""


def _table_lines(rows: Sequence[Sequence[syn.Text]], comments: Sequence[syn.Comment], pad: str) -> Iterator[str]:
    """Yield the rows of a table, its cells aligned, with the comments between and beside them."""
    waiting = list(comments)
    for number, (row, line) in enumerate(zip(rows, aligned(rows), strict=True)):
        while waiting and waiting[0].span.start < row[0].span.start:
            yield f"{pad}{waiting.pop(0).text}"
        end = rows[number + 1][0].span.start if number + 1 < len(rows) else None
        beside = [one for one in waiting if not one.alone and (end is None or one.span.start < end)][:1]
        waiting = [one for one in waiting if one not in beside]
        yield f"{pad}{line}" + "".join(f"  {comment.text}" for comment in beside)
    yield from (f"{pad}{comment.text}" for comment in waiting)
