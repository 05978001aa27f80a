"""Builds statements about performance levels, and tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from rulelang.syntax import tree as syn
from rulelang.syntax.build.children import (
    Builder,
    Builders,
    Child,
    Listed,
    Part,
    every,
    held,
    last,
    maybe,
    names,
    no_words,
    node,
    number,
    part,
    says,
    second,
    span_of,
    the,
    title,
    words,
)
from rulelang.syntax.confidence import read_marks
from rulelang.syntax.keywords import REMOVED_LEVELS
from rulelang.syntax.tokens import Word, cells


def _tabled(kind: Callable[..., syn.LevelStatement], *finders: Builder) -> Builder:
    """Return the builder of a statement with a table below it, whose span is that of the line above the table."""

    def build(children: list[Child]) -> syn.LevelStatement:
        head = [child for child in children if not says("TABLE_ROW")([child])]
        found = [find(children) for find in finders]
        return kind(the(syn.Subject)(head), *found, table_below(children), span=span_of(head))

    return build


def _needs(children: list[Child]) -> syn.Needs:
    *scale, counted = every(syn.Name)(children)
    years = held("years needed")(children)
    return syn.Needs(
        scale=scale[0] if scale else None,
        students=number(children),
        number=counted,
        both_years=years is not None,
        exceptions=every(syn.SizeException)(children),
        this_year_when=next(iter(years or ()), None),
        span=span_of(children),
    )


def _size_exception(children: list[Child]) -> syn.SizeException:
    at = next((index for index, child in enumerate(children) if says("AT")([child])), len(children))
    return syn.SizeException(
        students=number(children),
        groups=names(children[:at]),
        kinds=names(children[at:]),
        number=maybe(syn.Name)(children),
        span=span_of(children),
    )


def _remove_levels(children: list[Child]) -> syn.RemoveLevels:
    what = words(children, *REMOVED_LEVELS)[0].type.replace("TABLE", "MEASURE")
    subject, found = maybe(syn.Subject)(children), maybe(Listed)(children)
    types = found.names if found is not None and subject is not None else ()
    if subject is None and found is not None:
        subject = syn.Subject(found.names, "", span=found.span)
    return syn.RemoveLevels(what.replace("_", " ").casefold(), subject, types, span=span_of(children))


_SUBJECT: Final = node(syn.Subject, names, lambda children: children[-1].text)


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
    """Return rows without the blank cells at the head or the end of each, which tabs around a pasted table make."""
    while all(len(row) > 1 and not row[0].text for row in rows):
        rows = [row[1:] for row in rows]
    while all(len(row) > 1 and not row[-1].text for row in rows):
        rows = [row[:-1] for row in rows]
    return rows


def _fitted(row: _Row, header: _Row) -> _Row:
    """Return a row as wide as the header, if only blank cells are too many or, pasted with tabs, missing at an end."""
    while len(row) > len(header) and not row[0].text:
        row = row[1:]
    while len(row) > len(header) and not row[-1].text:
        row = row[:-1]
    return row


BUILDERS: Final[Builders] = {
    "measure": node(syn.Measure, second, last),
    "look_up_table": _tabled(syn.LookUpTable),
    "bands": _tabled(syn.BandsTable),
    "grid": _tabled(syn.GridTable, names),
    "small_populations": node(
        syn.SmallPopulations,
        number,
        the(syn.Name),
        held("readings"),
        names,
        says("FOR_THE_COLOR_ONLY"),
    ),
    "readings": part("readings", lambda children: tuple(pair.value for pair in every(Part)(children))),
    "reading": part("reading", every(syn.Name)),
    "needs": _needs,
    "years_needed": part("years needed", no_words),
    "size_exception": _size_exception,
    "override": node(syn.Override, the(syn.Name), last, says("NO_BETTER_THAN")),
    "remove_levels": _remove_levels,
    "confidence": node(
        syn.Confidence,
        lambda children: read_marks(title(children)),
        lambda children: "".join(words(children, "STRING")),
        title,
    ),
    "stray_row": table_below,
    "subject": _SUBJECT,
    "scale_subject": _SUBJECT,
    "override_subject": _SUBJECT,
}
