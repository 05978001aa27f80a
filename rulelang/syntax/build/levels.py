"""Builds statements about performance levels, and tables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from rulelang.syntax import tree as syn
from rulelang.syntax.build.children import (
    Builders,
    Child,
    Listed,
    Part,
    every,
    has,
    names,
    need,
    no_words,
    numbers,
    one,
    part,
    span_of,
    value_of,
    words,
)
from rulelang.syntax.confidence import read_marks
from rulelang.syntax.tokens import Word, cells

_REMOVED: Final = ("BANDS", "GRID", "MEASURE", "TABLE", "SMALL_POPULATIONS", "NEEDS", "OVERRIDE", "EVERYTHING")


def _bands(children: list[Child]) -> syn.BandsTable:
    head = [child for child in children if not has([child], "TABLE_ROW")]
    return syn.BandsTable(need(children, syn.Subject), table_below(children), span=span_of(head))


def _look_up_table(children: list[Child]) -> syn.LookUpTable:
    head = [child for child in children if not has([child], "TABLE_ROW")]
    return syn.LookUpTable(need(children, syn.Subject), table_below(children), span=span_of(head))


def _grid(children: list[Child]) -> syn.GridTable:
    head = [child for child in children if not has([child], "TABLE_ROW")]
    return syn.GridTable(need(children, syn.Subject), names(children), table_below(children), span=span_of(head))


def _small_populations(children: list[Child]) -> syn.SmallPopulations:
    return syn.SmallPopulations(
        fewer_than=numbers(children)[0],
        number=need(children, syn.Name),
        readings=value_of(children, "readings") or (),
        groups=names(children),
        color_only=has(children, "FOR_THE_COLOR_ONLY"),
        span=span_of(children),
    )


def _needs(children: list[Child]) -> syn.Needs:
    *scale, number = every(children, syn.Name)
    years = value_of(children, "years needed")
    return syn.Needs(
        scale=scale[0] if scale else None,
        students=numbers(children)[0],
        number=number,
        both_years=years is not None,
        exceptions=every(children, syn.SizeException),
        this_year_when=next(iter(years or ()), None),
        span=span_of(children),
    )


def _size_exception(children: list[Child]) -> syn.SizeException:
    at = next((index for index, child in enumerate(children) if has([child], "AT")), len(children))
    return syn.SizeException(
        students=numbers(children)[0],
        groups=names(children[:at]),
        kinds=names(children[at:]),
        number=one(children, syn.Name),
        span=span_of(children),
    )


def _override(children: list[Child]) -> syn.Override:
    at_best = has(children, "NO_BETTER_THAN")
    return syn.Override(need(children, syn.Name), children[-1], at_best, span=span_of(children))


def _remove_levels(children: list[Child]) -> syn.RemoveLevels:
    what = words(children, *_REMOVED)[0].type.replace("TABLE", "MEASURE")
    subject, found = one(children, syn.Subject), one(children, Listed)
    types = found.names if found is not None and subject is not None else ()
    if subject is None and found is not None:
        subject = syn.Subject(found.names, "", span=found.span)
    return syn.RemoveLevels(what.replace("_", " ").casefold(), subject, types, span=span_of(children))


def _confidence(children: list[Child]) -> syn.Confidence:
    text = str(children[1])
    said = "".join(str(word) for word in words(children, "STRING"))
    return syn.Confidence(read_marks(text), said, text, span=span_of(children))


def _subject(children: list[Child]) -> syn.Subject:
    return syn.Subject(names(children), children[-1].text, span=span_of(children))


# ---- tables ----

_SEPARATOR: Final = re.compile(r":?-+:?")
_Row = tuple[syn.Text, ...]


def table_below(children: list[Child]) -> syn.TableBelow:
    """Return the table of the rows among the children, without the line that Markdown draws below the header."""
    rows = words(children, "TABLE_ROW")
    written = [table_row(row) for row in rows]
    said = [row for row in written if not all(_SEPARATOR.fullmatch(one.text) or not one.text for one in row)]
    read = _without_blank_columns(said or written[:1])
    return syn.TableBelow(tuple(_fitted(row, read[0]) for row in read), span=span_of(rows))


def table_row(word: Word) -> _Row:
    """Return the cells of a row, each with its place."""
    found = cells(str(word), word.span.start)
    return tuple(syn.Text(cell.value, span=cell.span(word.span.source)) for cell in found)


def _without_blank_columns(rows: Sequence[_Row]) -> Sequence[_Row]:
    """Return rows without the blank cells at the head or the end of each, which a tab around a pasted table makes."""
    while all(len(row) > 1 and not row[0].text for row in rows):
        rows = [row[1:] for row in rows]
    while all(len(row) > 1 and not row[-1].text for row in rows):
        rows = [row[:-1] for row in rows]
    return rows


def _fitted(row: _Row, header: _Row) -> _Row:
    """Return a row as wide as the header where only blank cells are too many or, pasted with tabs, at an end."""
    while len(row) > len(header) and not row[0].text:
        row = row[1:]
    while len(row) > len(header) and not row[-1].text:
        row = row[:-1]
    return row


BUILDERS: Final[Builders] = {
    "measure": lambda children: syn.Measure(children[1], children[-1], span=span_of(children)),
    "look_up_table": _look_up_table,
    "bands": _bands,
    "grid": _grid,
    "small_populations": _small_populations,
    "readings": part("readings", lambda children: tuple(pair.value for pair in every(children, Part))),
    "reading": part("reading", lambda children: every(children, syn.Name)),
    "needs": _needs,
    "years_needed": part("years needed", no_words),
    "size_exception": _size_exception,
    "override": _override,
    "remove_levels": _remove_levels,
    "confidence": _confidence,
    "stray_row": table_below,
    "subject": _subject,
    "scale_subject": _subject,
    "override_subject": _subject,
}
