"""Decision tables of DMN as tables of rules.

A table of rules has exactly one row for each case, so the rows are written anew: all cases that the cells distinguish,
with adjoining cases of the same result merged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise, product
from math import prod
from typing import Final
from xml.etree import ElementTree as ET

from attrs import frozen

from rulelang.core.tree import Bound, Interval
from rulelang.diagnostics.decimals import exact_text
from rulelang.dmn.feel import BOOLEAN, WORDS, Asked, UnsupportedDmnError, asked_in, literal_in, literals_in

LARGEST: Final = 5_000_000
"""The most characters of a file."""

MOST_CASES: Final = 5_000
"""How many cases a table of rules may have."""

SINGLE: Final = ("UNIQUE", "ANY", "FIRST", "PRIORITY")
"""The hit policies by which one row counts."""

COLLECTED: Final = ("SUM", "MIN", "MAX", "COUNT")
"""How the rows that fit give one number, if the hit policy is COLLECT."""

Value = Fraction | str | None


@frozen
class Column:
    """An input of a table: its name, and whether it is a number, or an answer."""

    name: str
    is_number: bool
    is_answer: bool


@frozen
class ReadTable:
    """A decision table: the rows with their cells and results, a result for each output, and which row counts.

    The policy is one of `SINGLE`, or one of `COLLECTED` where several rows make one number.
    """

    name: str
    columns: tuple[Column, ...]
    outputs: tuple[str, ...]
    rows: tuple[tuple[tuple[Asked, ...], tuple[Value, ...]], ...]
    policy: str
    otherwise: tuple[Value, ...]
    ranks: tuple[tuple[Value, ...], ...] = ()

    def result(self, case: Sequence[Fraction | str | None]) -> tuple[Value, ...]:
        """Return the results of a case; UnsupportedDmnError if its policy leaves them open."""
        hits = [values for tests, values in self.rows if all(map(Asked.fits, tests, case))]
        if not hits:
            return self.otherwise
        if self.policy in COLLECTED:
            return (self._collected([value for (value,) in hits]),)
        if self.policy == "PRIORITY":
            ranks = list(map(self._rank, hits))
            hits = [values for values, rank in zip(hits, ranks, strict=True) if rank == min(ranks)]
        if self.policy != "FIRST" and len(hits) > 1 and (self.policy == "UNIQUE" or len(set(hits)) > 1):
            raise UnsupportedDmnError(f"the table `{self.name}`: several rows fit the same case")
        return hits[0]

    def _collected(self, values: Sequence[Value]) -> Fraction:
        numbers = [value for value in values if isinstance(value, Fraction)]
        if self.policy == "COUNT":
            return Fraction(len(values))
        if len(numbers) < len(values):
            raise UnsupportedDmnError(f"the table `{self.name}`: it makes one number of results that are not numbers")
        if self.policy == "SUM":
            return sum(numbers, Fraction(0))
        return min(numbers) if self.policy == "MIN" else max(numbers)

    def _rank(self, values: Sequence[Value]) -> list[int]:
        """Return how early results come, by the outputs that list their values in order: the smaller, the earlier."""
        listed = [(ranks, one) for ranks, one in zip(self.ranks, values, strict=True) if ranks]
        if not listed or any(one not in ranks for ranks, one in listed):
            raise UnsupportedDmnError(f"the table `{self.name}`: it does not say which of its results goes first")
        return [ranks.index(one) for ranks, one in listed]


def read_tables(text: str) -> tuple[list[ReadTable], dict[str, str]]:
    """Return the decision tables of a file, and why each other decision could not be read, by name.

    Raises UnsupportedDmnError if it is no file of DMN.
    """
    if len(text) > LARGEST or "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise UnsupportedDmnError("the file: it is too large, or declares entities")
    try:
        root = ET.fromstring(text)  # noqa: S314  # without entities nothing in it can grow
    except ET.ParseError:
        raise UnsupportedDmnError("the file: it is no XML") from None
    tables, refused = [], {}
    for decision in _all(root, "decision"):
        name = decision.get("name", "")
        try:
            tables.append(_table(name, decision))
        except UnsupportedDmnError as error:
            refused[name] = str(error)
    if not tables and not refused:
        raise UnsupportedDmnError("the file: it has no decision")
    return tables, refused


def _all(of: ET.Element, name: str) -> list[ET.Element]:
    return [one for one in of if one.tag.rpartition("}")[2] == name]


def _text(of: ET.Element, *path: str) -> str | None:
    """Return the text of an element below another; None if there is none."""
    for name in path:
        found = _all(of, name)
        if not found:
            return None
        of = found[0]
    return of.text or ""


def _table(name: str, decision: ET.Element) -> ReadTable:
    found = _all(decision, "decisionTable")
    if not found:
        raise UnsupportedDmnError(f"the decision `{name}`: it is no decision table")
    table, outputs = found[0], _all(found[0], "output")
    policy = table.get("hitPolicy", "UNIQUE")
    if policy == "COLLECT" and len(outputs) == 1:
        policy = table.get("aggregation", policy)
    if policy not in (*SINGLE, *COLLECTED):
        raise UnsupportedDmnError(f"the table `{name}`: by its hit policy {policy} several rows count at once")
    asked = [(one, (_text(one, "inputExpression", "text") or "").strip()) for one in _all(table, "input")]
    rows = []
    for rule in _all(table, "rule"):
        cells = [_text(cell, "text") or "" for cell in _all(rule, "inputEntry")]
        results = [_text(cell, "text") or "" for cell in _all(rule, "outputEntry")]
        rows.append((tuple(map(asked_in, cells)), tuple(map(literal_in, results))))
    return ReadTable(
        name,
        tuple(
            _column(name, element, text, [tests[at] for tests, _ in rows]) for at, (element, text) in enumerate(asked)
        ),
        tuple(one.get("name", "") for one in outputs) if len(outputs) > 1 else ("",),
        tuple(rows),
        policy,
        tuple(literal_in(_text(one, "defaultOutputEntry", "text") or "") for one in outputs),
        tuple(literals_in(_text(one, "outputValues", "text") or "") for one in outputs if policy == "PRIORITY"),
    )


def _column(table: str, element: ET.Element, text: str, tests: Sequence[Asked]) -> Column:
    if not text or not text.replace(" ", "").replace("_", "").isalnum():
        raise UnsupportedDmnError(f"the table `{table}`: it looks at `{text}`, which is more than a name")
    kinds = {isinstance(one, Interval) for test in tests for one in test.entries}
    if len(kinds) > 1:
        raise UnsupportedDmnError(f"the table `{table}`: the column `{text}` has both names and numbers")
    expression = _all(element, "inputExpression")[0]
    said = expression.get("typeRef", "").rpartition(":")[2]
    return Column(text, kinds.pop() if kinds else said == "number", is_answer=said == BOOLEAN)


# ---- as tables of rules ----


def rule_text(table: ReadTable) -> str:
    """Return a decision table as tables of rules, one for each output; UnsupportedDmnError if none can be."""
    return "\n".join(_one_table(table, at) for at in range(len(table.outputs)))


def table_name(table: ReadTable, output: str) -> str:
    """Return what the table of rules for an output is called."""
    return f"{table.name} {output}".strip()


def _one_table(table: ReadTable, output: int) -> str:
    parts = [_parts(column, [tests[at] for tests, _ in table.rows]) for at, column in enumerate(table.columns)]
    if prod(map(len, parts)) > MOST_CASES:
        raise UnsupportedDmnError(f"the table `{table.name}`: it has more than {MOST_CASES:,} cases")
    found: dict[tuple[tuple[int, ...], ...], Value] = {
        tuple((at,) for at in case): table.result([part[at][0] for part, at in zip(parts, case, strict=True)])[output]
        for case in product(*(range(len(part)) for part in parts))
    }
    for at in reversed(range(len(parts))):
        has_other = not (table.columns[at].is_number or table.columns[at].is_answer)
        found = _joined(found, at, len(parts[at]) - 1 if has_other else 0)
    heads = [column.name for column in table.columns]
    rows = [
        [*(_cell(part, which) for part, which in zip(parts, case, strict=True)), _shown(value)]
        for case, value in sorted(found.items(), key=lambda one: one[0])
    ]
    lines = [f"table {table_name(table, table.outputs[output])}"]
    if any(value is None for value in found.values()):
        lines.append('  because "no row of the decision table fits"')
    return "\n".join([*lines, *_laid_out([[*heads, "value"], *rows])]) + "\n"


def _laid_out(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return [
        "  | " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]


Part = tuple[Fraction | str | None, str]
"""A part of a column: a value that stands for it, and how a cell writes it (for an interval, its two ends)."""


def _parts(column: Column, tests: Sequence[Asked]) -> list[Part]:
    entries = [one for test in tests for one in test.entries]
    if not column.is_number:
        if column.is_answer:
            return [(word, answer) for answer, word in WORDS.items()]
        names = dict.fromkeys(one for one in entries if isinstance(one, str))
        for name in names:
            if "," in name or " or " in name or "|" in name:
                raise UnsupportedDmnError(f"the name `{name}`, which has a comma, a bar or an `or`")
        return [*((name, name) for name in names), (None, "any other")]
    ends = sorted({end.number for one in entries if isinstance(one, Interval) for end in (one.lower, one.upper) if end})
    if not ends:
        return [(Fraction(0), "")]
    between = [(low + high) / 2 for low, high in pairwise(ends)]
    inside = [one for pair in zip(ends, [*between, ends[-1] + 1], strict=True) for one in pair]
    return [(one, "") for one in (ends[0] - 1, *inside)]


def _joined(
    found: Mapping[tuple[tuple[int, ...], ...], Value], at: int, other: int
) -> dict[tuple[tuple[int, ...], ...], Value]:
    """Return cases with those merged that differ in one column only and adjoin there.

    The part `other` than all names is merged with all of them, or none.
    """
    joined: dict[tuple[tuple[int, ...], ...], Value] = {}
    last: dict[tuple[object, ...], tuple[tuple[int, ...], ...]] = {}
    for case, value in sorted(found.items(), key=lambda one: one[0][at]):
        others = (*case[:at], *case[at + 1 :], value)
        before = last.get(others)
        whole = case
        adjoins = before is not None and before[at][-1] + 1 == case[at][0]
        if before is not None and adjoins and (case[at][0] != other or len(before[at]) == other):
            del joined[before]
            whole = (*case[:at], before[at] + case[at], *case[at + 1 :])
        joined[whole] = value
        last[others] = whole
    return joined


def _cell(parts: Sequence[Part], which: Sequence[int]) -> str:
    if len(which) == len(parts):
        return "any"
    if not isinstance(parts[0][0], Fraction):
        return " or ".join(parts[at][1] for at in which)
    low, high = _lower(parts, which[0]), _upper(parts, which[-1])
    if low is not None and high is not None and low == high:
        return exact_text(low.number)
    said = []
    if low is not None:
        said.append(f"{exact_text(low.number)} or more" if low.included else f"above {exact_text(low.number)}")
    if high is not None:
        said.append(f"{exact_text(high.number)} or less" if high.included else f"below {exact_text(high.number)}")
    return " and ".join(said)


def _lower(parts: Sequence[Part], at: int) -> Bound | None:
    """Return where a part of a column of numbers begins: every second part is a single number."""
    value = parts[at if at % 2 else at - 1][0] if at else None
    return Bound(value, included=bool(at % 2)) if isinstance(value, Fraction) else None


def _upper(parts: Sequence[Part], at: int) -> Bound | None:
    value = parts[at if at % 2 else at + 1][0] if at < len(parts) - 1 else None
    return Bound(value, included=bool(at % 2)) if isinstance(value, Fraction) else None


def _shown(value: Value) -> str:
    if value is None:
        return "not established"
    return exact_text(value) if isinstance(value, Fraction) else f'"{value}"'
