"""The tables of a vocabulary that say how the published files are laid out."""

from __future__ import annotations

from rulelang.compiler.vocabulary_draft import Draft, Row, unblanked, whole_number
from rulelang.compiler.vocabulary_tables import NOT_RATED
from rulelang.core import vocabulary as core
from rulelang.core.fact_types import FactType
from rulelang.core.file_layouts import (
    COLUMN_MEANINGS,
    IN_ONE_TABLE,
    PUBLISHED_LISTS,
    Column,
    FileName,
    LevelCodes,
    RowKind,
)
from rulelang.syntax import tree as syn

CODES = "LEA code"
"""The column of row kinds that is not one of the file's: the shapes of the codes in such rows."""


def must_be_files(draft: Draft, table: syn.Table, of: str) -> None:
    """Report a heading that names no kind of file: those of a kind of indicator, of lists or of facts."""
    families = [*(f"{kind.name} indicators" for kind in draft.indicator_kinds), PUBLISHED_LISTS, core.FACTS]
    if of.removesuffix(IN_ONE_TABLE) not in families:
        draft.must_be(table, "INDICATOR", "kind of file", of, families)


def files_table(draft: Draft, table: syn.Table, of: str) -> None:
    """Read which files there are, their names and years."""
    for row in draft.rows(table):
        known, about = row.known("indicator"), row.known("kinds of LEA")
        years = row.stretch("years")
        draft.layout(of).files.append(FileName(row.items("file"), years, known[0] if known else None, about))


def columns_table(draft: Draft, table: syn.Table, of: str) -> None:
    """Read what the columns of files hold."""
    scales, outcomes = [scale.name for scale in draft.scales], [outcome.name for outcome in draft.outcomes]
    last_years = [core.of_last_year(number.name) for number in draft.numbers if number.last_year]
    numbers = [*(number.name for number in draft.numbers), *last_years]
    known = dict.fromkeys([*COLUMN_MEANINGS, *scales, *outcomes, *numbers])
    for row in draft.rows(table):
        holds = row.among("holds", "meaning of a column", known, [row.text("holds")])
        if holds:
            column = Column(
                holds=holds[0],
                names=row.items("column"),
                otherwise=row.value("where there is none"),
                written=tuple(map(unblanked, row.items("written"))),
                indicators=row.known("indicators"),
                years=row.years("years"),
            )
            types = {number.type for number in draft.numbers if number.name == holds[0] and not number.indicators}
            if of == core.FACTS and types - {FactType.NUMBER}:
                wanted = "a fact that is a number; other facts are read from plain records"
                row.unclear("holds", wanted)
            if holds[0] in outcomes and len(column.written) == 1:
                wanted = "how yes is written, and then how no is, such as `Y, N`"
                row.unclear("written", wanted)
            draft.layout(of).columns.append(column)


def kept_table(draft: Draft, table: syn.Table, of: str) -> None:
    """Read which rows of a file are used, or known and not used; an empty cell allows anything.

    All columns are the file's own, except the one for the shapes of the LEA codes.
    """
    is_kept = table.heading.text.casefold().startswith("rows kept")
    rows = draft.layout(of).keep if is_kept else draft.layout(of).others
    headers = [cell.text for cell in table.rows[0] if cell.text.casefold() != CODES.casefold()]
    for row in draft.rows(table):
        cells = {header: unblanked(row.text(header)) for header in headers if row.text(header)}
        rows.append(RowKind(cells, row.items(CODES)))


def left_out_table(draft: Draft, table: syn.Table, of: str) -> None:
    """Read which student groups' rows are not used by the rules, and why."""
    for row in draft.rows(table):
        code, years = unblanked(row.text("student group")), row.years("years")
        draft.layout(of).left_out[code] = row.text("why")
        draft.layout(of).left_out_in |= {code: years} if years else {}


def codes_table(draft: Draft, table: syn.Table, of: str) -> None:
    """Read how files write the levels of scales."""
    rows = list(draft.rows(table))
    for header in (cell for cell in table.rows[0] if cell.text.casefold() != "code"):
        named, lower, _ = header.text.partition(", lower is better")
        scale = draft.known_scale(header.span, named)
        if scale is None:
            continue
        levels = {unblanked(row.text("code")): _coded_level(draft, row, header.text, scale) for row in rows}
        draft.layout(of).level_codes.append(LevelCodes(scale, levels, bool(lower)))


def _coded_level(draft: Draft, row: Row, column: str, scale: str) -> str | None:
    text = row.text(column)
    if text.casefold() == NOT_RATED:
        return None
    levels = next(known.levels for known in draft.scales if known.name == scale)
    found = row.among(column, f"level of {scale}", levels, [text])
    return found[0] if found else None


def blanks_table(draft: Draft, table: syn.Table, of: str) -> None:
    """Read what files write in cells that are meant to be empty."""
    draft.layout(of).blanks.extend(row.text("written") for row in draft.rows(table))


def priority_codes_table(draft: Draft, table: syn.Table, _: str) -> None:
    """Read the letters by which lists write what student groups met."""
    for row in draft.rows(table):
        numbers = [whole_number(part) for part in row.items("priorities")]
        if None in numbers:
            row.unclear("priorities", "numbers of priorities")
        draft.priority_codes[row.text("code")] = frozenset(number for number in numbers if number is not None)


def determination_codes_table(draft: Draft, table: syn.Table, _: str) -> None:
    """Read how lists write determinations."""
    for row in draft.rows(table):
        known, others = row.known("determination", [row.text("determination")]), row.known("comes with")
        if known:
            draft.determination_codes[row.text("code")] = known[0]
            draft.comes_with |= {known[0]: frozenset(others)} if others else {}
