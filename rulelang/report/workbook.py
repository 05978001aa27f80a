"""Writes a workbook in the layout of the published lists: all LEAs, a sheet for each county, and a legend."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from rulelang.core.ruleset import Ruleset
from rulelang.core.truth import CANNOT_TELL
from rulelang.data.formatted_workbook import LONGEST_NAME
from rulelang.data.write import excel_workbook, whole_file
from rulelang.engine.determination import Determination
from rulelang.report.list_columns import ListColumn, blank_cell, list_columns

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
    names = _sheet_names([every, "Columns", "Codes"], counties)
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
    sheet.write_row(0, 0, header, book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}))
    for number, row in enumerate(rows, 1):
        for at, text in enumerate(row):
            sheet.write_string(number, at, text)
    for at, texts in enumerate(zip(header, *rows, strict=True)):
        sheet.set_column(at, at, min(_WIDEST, 2 + max(map(len, texts))))
    return sheet


def _sheet_names(taken: Sequence[str], counties: Sequence[str]) -> Mapping[str, str]:
    """Return a name for the sheet of each county that Excel takes and no other sheet has."""
    return dict(_names(taken, counties))


def _names(taken: Sequence[str], counties: Sequence[str]) -> Iterator[tuple[str, str]]:
    used = {name.casefold() for name in (*taken, "history")}  # Excel keeps that name for itself
    for county in counties:
        plain = _NOT_IN_A_NAME.sub(" ", county).strip() or "county"
        number, name = 1, plain[:LONGEST_NAME]
        while name.casefold() in used:
            number += 1
            name = f"{plain[: LONGEST_NAME - 4]} {number}"
        used.add(name.casefold())
        yield county, name
