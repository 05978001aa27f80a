"""The tables of a ruleset as decision tables of DMN 1.3: bands, grids and tables, under the names of the rules.

The input of a table is a decision if another table gives it. Rows are taken in order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Final
from xml.etree import ElementTree as ET

from attrs import frozen

from rulelang.core.fact_types import FactType
from rulelang.core.ruleset import Ruleset
from rulelang.core.tree import (
    NOT_RATED,
    Bound,
    Const,
    Interval,
    Match,
    Node,
    OneOf,
    Pattern,
    Row,
    Self,
    constant,
    field_read,
    is_by_type,
    is_call,
    is_choice,
    is_constant,
    is_table,
    named_test,
    reference,
)
from rulelang.core.types import fact_type
from rulelang.core.vocabulary import Scope, Vocabulary
from rulelang.core.walk import walk
from rulelang.diagnostics.decimals import exact_text
from rulelang.dmn.feel import ANYTHING, BOOLEAN, NoneOf, answers_text, pattern_text, quoted_text

MODEL: Final = "https://www.omg.org/spec/DMN/20191111/MODEL/"
NAMESPACE: Final = "urn:rulelang"


@frozen
class DecisionTable:
    """A table of a ruleset, with the name of its decision; `text` is the author's."""

    name: str
    match: Match
    text: str

    @property
    def inputs(self) -> tuple[str, ...]:
        """Return the names of its inputs."""
        return tuple(map(_subject, self.match.on))


def decision_tables(ruleset: Ruleset) -> tuple[list[DecisionTable], int]:
    """Return the tables of a ruleset's year that DMN can express, and how many others there are."""
    found, others = [], 0
    for (year, name), definition in ruleset.definitions.items():
        if year != ruleset.year:
            continue
        parts = (node for node in walk(definition.node) if not is_by_type(node))
        nodes = (node if is_table(node) else by_values(node) for node in parts)
        tables = [node for node in nodes if node is not None]
        for number, table in enumerate(tables, 1):
            if not _can_be_said(table):
                others += 1
                continue
            called = name if len(tables) == 1 else f"{name} {number}"
            span = table.span
            found.append(DecisionTable(called, table, span.source.text[span.start : span.end] if span else ""))
    return found, others


def _can_be_said(table: Match) -> bool:
    values = [*(row.value for row in table.rows), *([table.otherwise] if table.otherwise is not None else [])]
    return all(map(_subject, table.on)) and all(is_constant(one) and one.type is not FactType.DATE for one in values)


def dmn_text(ruleset: Ruleset, tables: Sequence[DecisionTable]) -> str:
    """Return tables of a ruleset as a file of DMN."""
    title = ruleset.name
    root = ET.Element("definitions", {"xmlns": MODEL, "namespace": NAMESPACE, "name": title, "id": "ruleset"})
    decided = {table.name: f"decision_{number}" for number, table in enumerate(tables, 1)}
    words = ruleset.vocabulary
    kinds = {
        name: kind for table in tables for name, kind in zip(table.inputs, _kinds(table.match, words), strict=True)
    }
    given = {name: f"input_{number}" for number, name in enumerate((one for one in kinds if one not in decided), 1)}
    for name, identity in given.items():
        _named(ET.SubElement(root, "inputData", {"id": identity, "name": name}), name, kinds[name])
    for table in tables:
        decision = ET.SubElement(root, "decision", {"id": decided[table.name], "name": table.name})
        if table.text:
            ET.SubElement(decision, "description").text = table.text
        _named(decision, table.name, _kind_of(row.value for row in table.match.rows))
        for name in dict.fromkeys(table.inputs):
            required = ET.SubElement(decision, "informationRequirement")
            role, of = ("requiredDecision", decided) if name in decided else ("requiredInput", given)
            ET.SubElement(required, role, {"href": f"#{of[name]}"})
        _write_table(decision, table, words)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _named(of: ET.Element, name: str, kind: str) -> None:
    ET.SubElement(of, "variable", {"name": name, "typeRef": kind})


def _write_table(decision: ET.Element, table: DecisionTable, words: Vocabulary) -> None:
    written = ET.SubElement(decision, "decisionTable", {"hitPolicy": "FIRST"})
    kinds = _kinds(table.match, words)
    for name, kind in zip(table.inputs, kinds, strict=True):
        asked = ET.SubElement(ET.SubElement(written, "input", {"label": name}), "inputExpression", {"typeRef": kind})
        ET.SubElement(asked, "text").text = name
    ET.SubElement(written, "output", {"name": table.name})
    for cells, value in _rows(table.match, kinds):
        rule = ET.SubElement(written, "rule")
        for role, text in (*(("inputEntry", cell) for cell in cells), ("outputEntry", value)):
            ET.SubElement(ET.SubElement(rule, role), "text").text = text


def _rows(match: Match, kinds: Sequence[str]) -> Iterator[tuple[list[str], str]]:
    for row in match.rows:
        columns = zip(row.patterns, kinds, strict=True)
        cells = [answers_text(one) if kind == BOOLEAN else pattern_text(one) for one, kind in columns]
        yield cells, _value_text(row.value) if row.possible else "null"
    if match.otherwise is not None:
        yield [ANYTHING] * len(match.on), _value_text(match.otherwise)


def _value_text(node: Node) -> str:
    value = constant(node)
    if isinstance(value, Fraction):
        return exact_text(value)
    return quoted_text(value) if isinstance(value, str) else "null"


def _subject(node: Node) -> str:
    """Return the name of a table's input; empty if it is worked out in the table itself."""
    if node == Self(Scope.LEA):
        return "kind"
    referred, read = reference(node), field_read(node)
    if referred is not None:
        return referred[1]
    return " ".join(part for part in read.key if part) if read is not None else ""


def _kinds(match: Match, words: Vocabulary) -> list[str]:
    """Return of each column whether it has numbers, names, or yes and no."""
    return [
        _kind_of_column(asked, [row.patterns[at] for row in match.rows], words) for at, asked in enumerate(match.on)
    ]


def _kind_of_column(asked: Node, column: Iterable[Pattern], words: Vocabulary) -> str:
    if any(isinstance(one, Interval) for one in column):
        return "number"
    read = field_read(asked)
    return BOOLEAN if read is not None and fact_type(words, read.key) is FactType.YES_NO else "string"


def _kind_of(values: Iterator[Node]) -> str:
    return "number" if any(isinstance(constant(one), Fraction) for one in values) else "string"


# ---- Tables of values, which the rules have as a choice by one condition for each row ----


_LOWER, _UPPER = {"at least": True, "above": False}, {"at most": True, "below": False}
"""The comparisons that bound a number, each with whether the bound is included."""


def by_values(node: Node) -> Match | None:
    """Return a table of values as a match of its columns; None for any other node.

    A column of dates becomes a value without a name, with which no decision table is written: its cells have no dates.
    """
    if not is_choice(node) or constant(node.otherwise or Const(None)) is not NOT_RATED:
        return None
    guards = [guard.arguments for guard in node.on if is_call(guard, "and")]
    columns = [part.arguments[0] for part in guards[0] if is_call(part, "is rated")] if guards else []
    rows = []
    for guard, row in zip(guards, node.rows, strict=False):
        patterns = _patterns(columns, guard)
        if patterns is None:
            return None
        rows.append(Row(patterns, row.value))
    if not columns or len(rows) < len(node.rows):
        return None
    parts = [part for guard in guards for part in guard]
    named = tuple(Const(None) if _is_of_dates(column, parts) else column for column in columns)
    return Match(named, tuple(rows), node.otherwise, span=node.span)


def _patterns(columns: list[Node], guard: Iterable[Node]) -> tuple[Pattern, ...] | None:
    """Return what a row asks of each column; None if its condition asks anything else."""
    found: list[Pattern] = [None] * len(columns)
    given = 0
    for part in guard:
        if not is_call(part, "is rated", "is one of", "not", *_LOWER, *_UPPER):
            return None
        is_not = part.operator == "not"
        asked = named_test(part.arguments[0] if is_not else part)
        of = asked[0] if asked is not None else part.arguments[0]
        if of not in columns:
            return None
        at, limit = columns.index(of), constant(part.arguments[-1])
        if part.operator == "is rated":
            given += 1
        elif asked is not None:
            names = asked[1]
            found[at] = (NoneOf(names) if names else None) if is_not else OneOf(names)
        elif isinstance(limit, Fraction):
            found[at] = _narrowed(found[at], part.operator, limit)
        else:
            return None
    return tuple(found) if given == len(columns) else None


def _narrowed(before: Pattern, operator: str, limit: Fraction) -> Interval:
    lower, upper = (before.lower, before.upper) if isinstance(before, Interval) else (None, None)
    if operator in _LOWER:
        return Interval(Bound(limit, _LOWER[operator]), upper)
    return Interval(lower, Bound(limit, _UPPER[operator]))


def _is_of_dates(column: Node, parts: Iterable[Node]) -> bool:
    limits = (part.arguments[-1] for part in parts if is_call(part, *_LOWER, *_UPPER) and part.arguments[0] == column)
    return any(is_constant(limit) and limit.type is FactType.DATE for limit in limits)
