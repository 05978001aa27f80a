"""What may be written at a place of a vocabulary: a line, the heading of a table, a column, or what its cells hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from attrs import evolve

from rulelang.compiler.standing import installed_vocabularies
from rulelang.compiler.vocabulary_tables import FORMS, LISTS, Column, TableForm
from rulelang.core.vocabulary import Vocabulary
from rulelang.services.cells import Cell, rows_below, table_of
from rulelang.services.meaning import Candidate, Meaning, candidates_of
from rulelang.services.workspace import Reading
from rulelang.syntax.keywords import KEYWORDS, MEANINGS
from rulelang.syntax.statements import BEGINS_VOCABULARY_LINE

_EXTENDS: Final = re.compile(r"\s*extends\s+(?=[^\s\"]|$)", re.IGNORECASE)
_OPEN: Final = re.compile(r"[^|,]*$")


def candidates_of_vocabulary(reading: Reading, line: int, offset: int) -> tuple[int, list[Candidate]]:
    """Return what may be written at an offset of a vocabulary, whose line begins at `line`, and where it begins."""
    text = reading.source.text[line:offset]
    if "|" in text:
        begun = _OPEN.search(text)
        start = line + begun.start() if begun is not None else offset
        start += len(reading.source.text[start:offset]) - len(reading.source.text[start:offset].lstrip())
        return start, list(_in_row(reading, line, text.count("|") - 1))
    extends = _EXTENDS.match(text)
    if extends is not None:
        named = (f"{one} vocabulary" for one in installed_vocabularies())
        return line + extends.end(), [Candidate(one, "ruleset", Meaning("is installed")) for one in named]
    return line + len(text) - len(text.lstrip()), list(_lines(reading))


def _lines(reading: Reading) -> Iterator[Candidate]:
    """Yield what may begin a line: the keywords, and the headings of tables that are not there yet."""
    for terminal in BEGINS_VOCABULARY_LINE:
        yield Candidate(KEYWORDS[terminal][0], "keyword", Meaning(MEANINGS[terminal]))
    there = {one.tokens[0].value.casefold() for one in reading.statements}
    extends = any(one.tokens[0].terminal == "EXTENDS" for one in reading.statements)
    for form in FORMS:
        for heading in _spelled(form, reading.vocabulary):
            for one in (heading, f"more {heading}") if extends else (heading,):
                if one.casefold() not in there:
                    yield Candidate(one, "keyword", Meaning("table", (f"It has {form.said}.",)))


def _spelled(form: TableForm, vocabulary: Vocabulary | None) -> list[str]:
    """Return the headings of a table, with the names that stand for `…` as far as the vocabulary has them."""
    if vocabulary is None or not form.of:
        return [form.heading]
    kinds = [one.name for one in vocabulary.indicator_kinds]
    names = {
        "entity": [vocabulary.entity],
        "scale": [one.name for one in vocabulary.scales],
        "kind": kinds,
        "files": [*(f"{one} indicators" for one in kinds), LISTS],
    }
    return [form.heading.replace("…", one) for one in names[form.of]]


def _in_row(reading: Reading, line: int, number: int) -> Iterator[Candidate]:
    """Yield what a cell of the row on a line may hold: in the header a column, below it what its column asks for."""
    table = next((one for one in reversed(reading.statements) if one.tokens[0].start < line), None)
    form = table_of(table) if table is not None else None
    if table is None or form is None:
        return
    head = next(rows_below(table), [])
    if not head or head[0].token.start >= line:
        yield from _columns(reading, form, head)
    elif number < len(head) and head[number].column is not None:
        yield from _held(reading, head[number])


def _columns(reading: Reading, form: TableForm, head: list[Cell]) -> Iterator[Candidate]:
    there = {one.token.value.casefold() for one in head}
    scales = [one.name for one in reading.vocabulary.scales] if reading.vocabulary is not None else []
    for column in form.columns:
        for name in scales if column.name == "*" else column.spelled(scales):
            if name.casefold() not in there:
                yield Candidate(name, "keyword", Meaning("column", (column.says,)))


def _held(reading: Reading, head: Cell) -> Iterator[Candidate]:
    column, vocabulary = head.column or Column(""), reading.vocabulary
    yield from (Candidate(one, "keyword", Meaning(f"in the column {column.name}")) for one in column.words)
    if vocabulary is None or column.declares:
        return
    of_scale = [level for one in vocabulary.scales if head.token.value.startswith(one.name) for level in one.levels]
    for terminal in column.kinds:
        for one in candidates_of(terminal, vocabulary):
            if column.name != "*" or one.label in of_scale:
                is_number = terminal == "PRIORITY"
                yield evolve(one, label=one.label.removeprefix("Priority ")) if is_number else one
