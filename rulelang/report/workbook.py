"""Writes a workbook in the layout of the published lists: all LEAs, a sheet for each county, and a legend.

Its columns and their cells are laid out as the vocabulary says of published lists.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from attrs import field, frozen

from rulelang.core.file_layouts import PUBLISHED_LISTS, Column
from rulelang.core.ruleset import Ruleset
from rulelang.core.truth import CANNOT_TELL, Truth
from rulelang.core.vocabulary import StudentGroup, Vocabulary
from rulelang.data import layout as lay
from rulelang.data.published import DETERMINATION, GROUP_PRIORITIES, YES_AND_NO
from rulelang.data.write import LONGEST_NAME, excel_workbook, whole_file
from rulelang.engine.determination import Determination
from rulelang.engine.listed_priorities import listed_priorities
from rulelang.report.history import earlier_results


def blank_cell(vocabulary: Vocabulary) -> str:
    """Return what lists of the vocabulary have in a cell that is meant to be empty."""
    layout = vocabulary.format_of(PUBLISHED_LISTS)
    return next(iter(layout.blanks), "") if layout is not None else ""


@frozen
class ListColumn:
    """A column of a list: its header, its meaning in words, and its value for an LEA.

    `nothing` is the text of a cell without a finding; None if the column is not about findings.
    """

    header: str
    holds: str
    text: Callable[[Determination], str] = field(repr=False)
    nothing: str | None = None


def list_columns(ruleset: Ruleset) -> tuple[ListColumn, ...]:
    """Return the columns that lists of the ruleset's year have, in the order of the vocabulary; none if it has none.

    `rulelang reconcile` reads a table with these columns as the published list, but for cells that say "cannot tell".
    """
    layout = ruleset.vocabulary.format_of(PUBLISHED_LISTS)
    return tuple(one for column in layout.columns for one in _columns(ruleset, column)) if layout is not None else ()


def _columns(ruleset: Ruleset, column: Column) -> Iterator[ListColumn]:
    year, vocabulary, holds = ruleset.year, ruleset.vocabulary, column.holds
    header = lay.names_of(column, year)[0]
    if not column.fits(year, None):
        return
    match holds:
        case lay.LEA_CODE:
            yield ListColumn(header, holds, lambda one: one.record.code)
        case lay.LEA_NAME:
            yield ListColumn(header, holds, lambda one: one.record.name)
        case lay.COUNTY:
            yield ListColumn(header, holds, lambda one: one.record.county)
        case lay.DASHBOARD_YEAR:
            yield ListColumn(header, holds, lambda one: str(one.year))
        case _ if holds == GROUP_PRIORITIES:
            for group in vocabulary.groups_counted_in(year) if ruleset.priorities else ():
                name = lay.names_of(column, year, group.code)[0]
                yield ListColumn(
                    name, f"priorities of {group.name}", _letters_of(vocabulary, group), blank_cell(vocabulary)
                )
        case _ if holds == DETERMINATION:
            yield from _determinations(vocabulary, column, year)
        case _ if holds in vocabulary.listed_group_outcomes:
            for group in vocabulary.groups_counted_in(year):
                name = lay.names_of(column, year, group.code)[0]
                yield ListColumn(name, f"{holds} of {group.name}", _criterion_of(column, group), _yes_and_no(column)[1])
        case _ if holds in (*ruleset.methods, *ruleset.referrals):
            yield ListColumn(header, holds, _answer_to(column), _yes_and_no(column)[1])
        case _:
            return


def _determinations(vocabulary: Vocabulary, column: Column, year: int) -> Iterator[ListColumn]:
    """Yield the columns of determinations: those of earlier years, if headers name a year, then the year's own."""
    dated = next((name for name in column.names if lay.filled(name, 1) != lay.filled(name, 2)), None)
    for earlier in sorted(one for one in vocabulary.years if one < year) if dated is not None else ():
        name = lay.filled(dated or "", earlier)
        yield ListColumn(name, f"determination of {earlier}", _earlier_in(vocabulary, earlier))
    own = lay.names_of(column, year)[0]
    yield ListColumn(own, f"determination of {year}", lambda one: _as_listed(vocabulary, one.label))


def _earlier_in(vocabulary: Vocabulary, year: int) -> Callable[[Determination], str]:
    def text(one: Determination) -> str:
        found = next((result.text for result in earlier_results(one) if result.year == year), "")
        return _as_listed(vocabulary, found) if found else blank_cell(vocabulary)

    return text


def _as_listed(vocabulary: Vocabulary, determination: str) -> str:
    """Return how lists write a determination: by its own words, if they are a code, or by the first code for it."""
    codes = vocabulary.determination_codes
    if determination in codes:
        return determination
    return next((code for code, meant in codes.items() if meant == determination), determination)


def _letters_of(vocabulary: Vocabulary, group: StudentGroup) -> Callable[[Determination], str]:
    letters = {priorities: code for code, priorities in vocabulary.priority_codes.items()}

    def text(one: Determination) -> str:
        met = listed_priorities(one, one.group(group.name))
        if met is None:
            return CANNOT_TELL
        return letters.get(met) or ", ".join(map(str, sorted(met))) or blank_cell(vocabulary)

    return text


def _criterion_of(column: Column, group: StudentGroup) -> Callable[[Determination], str]:
    return lambda one: _answer(column, one.group(group.name).criteria.get(column.holds))


def _answer_to(column: Column) -> Callable[[Determination], str]:
    return lambda one: _answer(column, {**one.methods, **one.referrals}.get(column.holds))


def _answer(column: Column, answer: Truth) -> str:
    yes, no = _yes_and_no(column)
    if answer is None:
        return CANNOT_TELL
    return yes if answer else no


def _yes_and_no(column: Column) -> tuple[str, str]:
    yes, no, *_ = (*column.written, *YES_AND_NO[len(column.written) :])
    return yes, no


# ---- Sheets ----


_NOT_IN_A_NAME: Final = re.compile(r"[\[\]:*?/\\']")
_WIDEST: Final = 45
_FINDING: Final = "#F8D7C4"
_OPEN: Final = "#E7E3F1"


def write_workbook(path: Path, ruleset: Ruleset, determinations: Sequence[Determination]) -> None:
    """Write the workbook; the same results give the same bytes.

    Raises DataError if its library is not installed or the file cannot be written.
    """
    name = ruleset.name
    columns = list_columns(ruleset)
    if not ruleset.is_enacted:
        columns += (ListColumn("rules", "what they are called: they are not the rules in force", lambda _: name),)
    rows = [(one.record.county, [column.text(one) for column in columns]) for one in determinations]
    every = "All" if ruleset.relates else f"All {ruleset.entities}"  # of several kinds
    counties = sorted({county for county, _ in rows} - {""})
    names = dict(_sheet_names([every, "Columns", "Codes"], counties))
    with whole_file(path) as aside, excel_workbook(aside, name) as book:
        _write_list(book, every, columns, [row for _, row in rows])
        _write_columns(book, columns, ruleset)
        _write_codes(book, ruleset)
        for county in counties if len(counties) > 1 else ():
            _write_list(book, names[county], columns, [row for own, row in rows if own == county])


def _write_list(book: Any, name: str, columns: Sequence[ListColumn], rows: Sequence[Sequence[str]]) -> None:  # noqa: ANN401 - a library without types
    sheet = _table(book, name, [column.header for column in columns], rows)
    if not rows:
        return
    sheet.autofilter(0, 0, len(rows), len(columns) - 1)
    finding, is_open = book.add_format({"bg_color": _FINDING}), book.add_format({"bg_color": _OPEN})
    for at, column in enumerate(columns):
        cells = (1, at, len(rows), at)
        sheet.conditional_format(*cells, _where("==", CANNOT_TELL, is_open))
        if column.nothing is not None:
            sheet.conditional_format(*cells, _where("!=", column.nothing, finding))


def _where(criteria: str, text: str, shade: object) -> Mapping[str, object]:
    """Return the rule by which Excel colors the cells with a text, or without; an edited cell keeps up with it."""
    return {"type": "cell", "criteria": criteria, "value": f'"{text}"', "format": shade, "stop_if_true": True}


def _write_columns(book: Any, columns: Sequence[ListColumn], ruleset: Ruleset) -> None:  # noqa: ANN401 - as above
    rows = [[column.header, column.holds] for column in columns]
    blank = blank_cell(ruleset.vocabulary)
    rows += [[blank, "an empty cell, for people who have tables read to them"]] if blank else []
    rows += [[CANNOT_TELL, "a value that is missing from the data could change the answer"]]
    rows += [["", ""], ["rules", f"{ruleset.name}, {ruleset.fingerprint}"]]
    _table(book, "Columns", ["column", "holds"], rows)


def _write_codes(book: Any, ruleset: Ruleset) -> None:  # noqa: ANN401 - as above
    names = {one.number: one.name for one in ruleset.vocabulary.priorities}
    codes = ruleset.vocabulary.priority_codes.items()
    rows = [[code, ", ".join(str(one) for one in sorted(met)), _named(met, names)] for code, met in codes]
    _table(book, "Codes", ["code", "priorities", "their names"], rows)


def _named(numbers: frozenset[int], names: Mapping[int, str]) -> str:
    return "; ".join(names[one] for one in sorted(numbers) if one in names)


def _table(book: Any, name: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Any:  # noqa: ANN401 - as above
    """Write a sheet of texts with its header, which stays in view, and return it."""
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, min(3, len(header) - 1))
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    for number, row in enumerate((header, *rows)):
        for at, text in enumerate(row):
            sheet.write_string(number, at, text, None if number else bold)
    for at, texts in enumerate(zip(header, *rows, strict=True)):
        sheet.set_column(at, at, min(_WIDEST, 2 + max(map(len, texts))))
    return sheet


def _sheet_names(taken: Sequence[str], counties: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield each county with a name for its sheet that Excel takes and no other sheet has."""
    used = {name.casefold() for name in (*taken, "history")}  # Excel keeps that name for itself
    for county in counties:
        plain = _NOT_IN_A_NAME.sub(" ", county).strip() or "county"
        number, name = 1, plain[:LONGEST_NAME]
        while name.casefold() in used:
            number += 1
            name = f"{plain[: LONGEST_NAME - 4]} {number}"
        used.add(name.casefold())
        yield county, name
