"""The tables of a ruleset as decision tables of DMN 1.3: bands, grids and tables, under the names of the rules.

The input of a table is a decision if another table gives it. Rows are taken in order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final
from xml.etree import ElementTree as ET

from attrs import frozen

from rulelang.core.decimals import exact_text
from rulelang.core.ruleset import Ruleset
from rulelang.core.tree import Interval, Match, Node, Self, constant, field_read, is_constant, is_table, reference, walk
from rulelang.core.vocabulary import FactType, Scope
from rulelang.dmn.feel import ANYTHING, pattern_text, quoted_text
from rulelang.dmn.looked_up import by_values

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
        nodes = (node if is_table(node) else by_values(node) for node in walk(definition.node))
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
    kinds = {name: kind for table in tables for name, kind in zip(table.inputs, _kinds(table.match), strict=True)}
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
        _write_table(decision, table)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _named(of: ET.Element, name: str, kind: str) -> None:
    ET.SubElement(of, "variable", {"name": name, "typeRef": kind})


def _write_table(decision: ET.Element, table: DecisionTable) -> None:
    written = ET.SubElement(decision, "decisionTable", {"hitPolicy": "FIRST"})
    for name, kind in zip(table.inputs, _kinds(table.match), strict=True):
        asked = ET.SubElement(ET.SubElement(written, "input", {"label": name}), "inputExpression", {"typeRef": kind})
        ET.SubElement(asked, "text").text = name
    ET.SubElement(written, "output", {"name": table.name})
    for cells, value in _rows(table.match):
        rule = ET.SubElement(written, "rule")
        for role, text in (*(("inputEntry", cell) for cell in cells), ("outputEntry", value)):
            ET.SubElement(ET.SubElement(rule, role), "text").text = text


def _rows(match: Match) -> Iterator[tuple[list[str], str]]:
    for row in match.rows:
        yield list(map(pattern_text, row.patterns)), _value_text(row.value) if row.possible else "null"
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


def _kinds(match: Match) -> list[str]:
    """Return of each column whether it has numbers or names."""
    return [
        "number" if any(isinstance(row.patterns[at], Interval) for row in match.rows) else "string"
        for at in range(len(match.on))
    ]


def _kind_of(values: Iterator[Node]) -> str:
    return "number" if any(isinstance(constant(one), Fraction) for one in values) else "string"
