"""Every message about data files: what is wrong, where, what was expected, and how to fix it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from attrs import evolve

from rulelang.diagnostics.catalogue.quote import count, listing, quoted
from rulelang.diagnostics.diagnostic import Diagnostic, Severity
from rulelang.diagnostics.sentences import in_sentence
from rulelang.diagnostics.source import DataPlace
from rulelang.diagnostics.suggest import nearest

SAVED_IN_A_SPREADSHEET: Final = (
    "download the file again and do not save it in Excel, or export it with the code column as text"
)
"""The advice if a spreadsheet changed the codes of a file."""

MOST_SHOWN = 4
"""The most rows that a message about several names."""

# ---- Folders and files ----


def no_data_folder(folder: str) -> Diagnostic:
    return Diagnostic(
        "no-data-folder",
        f"the data folder {quoted(folder)} does not exist",
        place=DataPlace(folder),
        help="check the spelling, and that the path starts from the folder you are in",
    )


def unreadable_data_folder(folder: str) -> Diagnostic:
    return Diagnostic(
        "unreadable-data-folder",
        f"you do not have permission to open the data folder {quoted(folder)}",
        place=DataPlace(folder),
        help="ask its owner for permission, or copy the files to a folder of your own",
    )


def no_data_files(
    folder: str, years: Iterable[int], held: Iterable[int], examples: Sequence[str], like: Sequence[str]
) -> Diagnostic:
    """Complain of a folder without files of some years; `like` are files in it that look like some."""
    other = [str(year) for year in sorted(held)]
    wanted = in_sentence(sorted(years))
    found = f"; it has files of {in_sentence(other)}" if other else ""
    return Diagnostic(
        "no-data-files",
        f"the data folder {quoted(folder)} has no data file of {wanted}{found}",
        place=DataPlace(folder),
        help=f"expected files under the names the state gives them, such as {listing(examples)}"
        + (f"; {listing(like)} may be some of them under other names" if like else ""),
    )


def published_list_as_data(file: str) -> Diagnostic:
    return Diagnostic(
        "no-data-files",
        f"the file {quoted(file)} is a published list of results, not data to determine",
        place=DataPlace(file),
        help="give it with `--published` as the record of its year, or with `--official` to compare with it",
    )


def unreadable_data_file(file: str) -> Diagnostic:
    return Diagnostic(
        "unreadable-data-file",
        f"the file {quoted(file)} cannot be opened",
        place=DataPlace(file),
        help="close it in other programs, and check that you have permission to read it",
    )


def no_such_data_file(file: str) -> Diagnostic:
    return Diagnostic(
        "no-such-data-file",
        f"the file {quoted(file)} does not exist",
        place=DataPlace(file),
        help="check the spelling, and that the path starts from the folder you are in",
    )


def empty_data_file(file: str) -> Diagnostic:
    return Diagnostic(
        "empty-data-file",
        "the file is empty; expected a header row and rows of data",
        place=DataPlace(file),
        help="download the file again",
    )


def header_only(file: str, header_row: int) -> Diagnostic:
    return Diagnostic(
        "header-only",
        "the file has a header row and no row of data",
        place=DataPlace(file, header_row),
        help="download the file again; a file without rows says nothing about any LEA, so it does not count as read",
    )


def broken_spreadsheet(file: str) -> Diagnostic:
    return Diagnostic(
        "broken-spreadsheet",
        "the file cannot be opened as an Excel workbook",
        place=DataPlace(file),
        help="open it in Excel to see whether it is damaged or protected by a password, or download it again",
    )


def broken_packed_file(file: str) -> Diagnostic:
    return Diagnostic(
        "broken-packed-file",
        "the file cannot be unpacked",
        place=DataPlace(file),
        help="download it again, or unpack it and give the file that was in it",
    )


def stray_cell(file: str, cell: str) -> Diagnostic:
    return Diagnostic(
        "stray-cell",
        f"a sheet of the workbook extends to the cell {quoted(cell)}, too far for a table of data",
        place=DataPlace(file),
        help="in Excel, press Ctrl+End to find it, delete the rows and columns beyond the table, and save",
    )


def workbook_takes_too_much(file: str, seconds: int, megabytes: int) -> Diagnostic:
    return Diagnostic(
        "workbook-takes-too-much",
        f"the workbook takes more than {seconds} seconds or {megabytes} MB of memory to read, too much for a table",
        place=DataPlace(file),
        help="it may be damaged: download it again, or open it in Excel and save the sheet of the table by itself",
    )


def not_a_text_file(file: str) -> Diagnostic:
    return Diagnostic(
        "not-a-text-file",
        "the file is not a text file, although its name says so",
        place=DataPlace(file),
        help="an Excel workbook must keep its ending `.xlsx` or `.xls`; otherwise download the file again",
    )


def web_page_instead_of_data(file: str) -> Diagnostic:
    return Diagnostic(
        "web-page-instead-of-data",
        "the file is a web page, not data",
        place=DataPlace(file),
        help="the download went wrong; open the page in a browser and save the file it links to",
    )


def file_in_utf_16(file: str) -> Diagnostic:
    return Diagnostic(
        "file-in-utf-16",
        "the file is written in the encoding UTF-16; expected UTF-8",
        place=DataPlace(file),
        help="save it as text with the encoding UTF-8 (in Excel: `CSV UTF-8`)",
    )


def no_header_row(file: str, expected: Sequence[str], found: Sequence[str]) -> Diagnostic:
    return Diagnostic(
        "no-header-row",
        f"no header row has a column for the LEA code; expected {listing(expected)}, found {listing(found)}",
        place=DataPlace(file, 1),
        help="if the column has a new name, add the name to the table of columns in the vocabulary file",
    )


def missing_data_column(file: str, row: int, holds: str, expected: Sequence[str], found: Sequence[str]) -> Diagnostic:
    near = nearest(expected[0], found) if expected else None
    hint = f"was it renamed to {quoted(near)}? if so, " if near else "if the column has a new name, "
    return Diagnostic(
        "missing-data-column",
        f"the file has no column for the {holds}; expected {listing(expected)}, found {listing(found)}",
        place=DataPlace(file, row),
        help=f"{hint}add the name to the table of columns in the vocabulary file",
    )


def repeated_column(file: str, row: int, column: str) -> Diagnostic:
    return Diagnostic(
        "repeated-column",
        f"the file has more than one column {quoted(column)}; expected one",
        place=DataPlace(file, row, column),
        help="delete or rename all but the right one; nothing says which of them counts",
    )


def several_data_sheets(file: str, sheets: Sequence[str]) -> Diagnostic:
    return Diagnostic(
        "several-data-sheets",
        f"the workbook has {len(sheets)} sheets with the columns of this file: {listing(sheets)}; expected one",
        place=DataPlace(file),
        help="delete the sheets that are copies, or move their rows to one sheet",
    )


def file_of_another_year(file: str, column: str, found: Sequence[str], expected: Sequence[str]) -> Diagnostic:
    return Diagnostic(
        "file-of-another-year",
        f"every row of the file is for another year; found {listing(found)}, expected {listing(expected, 'or')}",
        place=DataPlace(file, None, column),
        help="check which year the file was downloaded for; its name and its rows must be for the same year",
    )


def files_of_few_counties(year: int, indicators: Sequence[str], counties: Sequence[str], of: int) -> Diagnostic:
    rows = f"rows of LEAs in {listing(counties, most=MOST_SHOWN)} only, where other files have {of} counties"
    return Diagnostic(
        "files-of-few-counties",
        f"the files of {year} about {listing(indicators)} have {rows}",
        help="missing rows for LEAs elsewhere are treated as unknown; to determine those LEAs, use the complete files",
        severity=Severity.WARNING,
    )


def more_rows(file: str, many: int, first: Diagnostic) -> Diagnostic:
    return Diagnostic(
        "more-rows",
        f"and {_more_rows_have(many)} the same error ({first.code})",
        place=DataPlace(file, first.place.row if first.place else None),
        severity=first.severity,
    )


def with_more_rows(first: Diagnostic, more: int) -> Diagnostic:
    """Return a message that also says how many more rows of the file have the same error."""
    return evolve(first, message=f"{first.message}; {_more_rows_have(more)} the same error") if more else first


def _more_rows_have(many: int) -> str:
    return "1 more row has" if many == 1 else f"{many:,} more rows have"


# ---- Rows ----


def unreadable_cell(place: DataPlace, text: str) -> Diagnostic:
    return Diagnostic(
        "unreadable-cell",
        f"the cell {quoted(text)} has a character that is not valid UTF-8",
        place=place,
        help="correct the cell, or save the file as text with the encoding UTF-8 (in Excel: `CSV UTF-8`)",
    )


def read_as_windows_1252(place: DataPlace, rows: Sequence[tuple[int, str]]) -> Diagnostic:
    first = [f"row {row} ({quoted(text)})" for row, text in rows[:MOST_SHOWN]]
    more = [f"{len(rows) - MOST_SHOWN:,} more"] if len(rows) > MOST_SHOWN else []
    is_or_are = "1 row is" if len(rows) == 1 else f"{len(rows):,} rows are"
    return Diagnostic(
        "read-as-windows-1252",
        f"{is_or_are} not in UTF-8 and read as Windows-1252: {in_sentence([*first, *more])}",
        place=place,
        help="rules do not need those letters; check that the names are right",
        severity=Severity.WARNING,
    )


def truncated_file(place: DataPlace, found: int, expected: int) -> Diagnostic:
    return Diagnostic(
        "truncated-file",
        f"the file breaks off in its last row; found {count(found, 'cell')}, expected {expected}",
        place=place,
        help="download the file again; LEAs whose rows are missing are not treated as having no level",
    )


def ragged_row(place: DataPlace, found: int, expected: int) -> Diagnostic:
    return Diagnostic(
        "ragged-row",
        f"the row has {count(found, 'cell')}; expected {expected}, as in the header row",
        place=place,
        help="look for a line break, a column separator or an unclosed quotation mark inside a cell",
    )


def wrong_dashboard_year(place: DataPlace, found: str, expected: Sequence[str]) -> Diagnostic:
    return Diagnostic(
        "wrong-dashboard-year",
        f"the row is for another year; found {quoted(found)}, expected {listing(expected, 'or')}",
        place=place,
    )


def unknown_row_kind(place: DataPlace, found: str, expected: Sequence[str]) -> Diagnostic:
    return Diagnostic(
        "unknown-row-kind",
        f"the row is of an unknown kind: {found}; expected {'; or '.join(expected)}",
        place=place,
        help="to use or ignore a new kind of row, add a line to the vocabulary file",
    )


def contradicting_row(
    place: DataPlace, about: str, first: str, what: str = "", here: str = "", there: str = ""
) -> Diagnostic:
    differing = f": {what} is {here} here and {there} there" if what else ""
    return Diagnostic(
        "contradicting-row",
        f"the row contradicts {first} about {about}{differing}; neither row counts",
        place=place,
        help="remove the row that is wrong",
    )


def row_of_another_code(place: DataPlace, found: str, code: str, expected: Sequence[str]) -> Diagnostic:
    return Diagnostic(
        "row-of-another-code",
        f"the row says {found}, but with the LEA code {quoted(code)} it must have {' or '.join(expected)}",
        place=place,
        help="correct the cell or the code in the file",
    )


def no_row_used(file: str, reasons: Sequence[tuple[str, int]]) -> Diagnostic:
    ignored = "; ".join(f"{number:,} where {reason}" for reason, number in reasons[:MOST_SHOWN])
    return Diagnostic(
        "no-row-used",
        f"no row of the file is used; ignored: {ignored}",
        place=DataPlace(file),
        help="check that the file is what its name says, and that its columns have what their headers say",
        severity=Severity.WARNING,
    )


def short_lea_code(place: DataPlace, found: str, whole: str) -> Diagnostic:
    return Diagnostic(
        "short-lea-code",
        f"the LEA code {quoted(found)} is incomplete; expected {len(whole)} digits, as in {quoted(whole)}",
        place=place,
        help="write complete codes, with the zeros at the end",
    )


def lost_leading_zeros(place: DataPlace, found: str, digits: int, restored: str | None) -> Diagnostic:
    expected = f"{digits} digits" + (f", perhaps {quoted(restored)}" if restored else "")
    return Diagnostic(
        "lost-leading-zeros",
        f"the LEA code {quoted(found)} has lost its leading zeros; expected {expected}",
        place=place,
        help=SAVED_IN_A_SPREADSHEET,
    )


def rounded_lea_code(place: DataPlace, found: str) -> Diagnostic:
    return Diagnostic(
        "rounded-lea-code",
        f"the LEA code {quoted(found)} was rounded by a spreadsheet, and digits were lost",
        place=place,
        help=SAVED_IN_A_SPREADSHEET,
    )


def unknown_lea_code(place: DataPlace, found: str, shapes: Sequence[str]) -> Diagnostic:
    what = f"the LEA code {quoted(found)} does not fit any kind of LEA" if found else "the LEA code is blank"
    return Diagnostic(
        "unknown-lea-code",
        f"{what}; expected {listing(shapes, 'or')}",
        place=place,
        help="in the pattern of a code, `?` stands for one digit",
    )


def unknown_group_code(place: DataPlace, found: str, known: Sequence[str]) -> Diagnostic:
    return Diagnostic(
        "unknown-group-code",
        f"{quoted(found)} is not the code of a student group; expected {listing(known, 'or', 30)}",
        place=place,
        help="to add a student group or ignore a code, add a line to the vocabulary file",
    )


def group_not_in_year(place: DataPlace, code: str, name: str, year: int) -> Diagnostic:
    return Diagnostic(
        "group-not-in-file-year",
        f"the student group {quoted(code)} ({name}) does not exist in {year}",
        place=place,
        help="check the year of the file, and the years of the student group in the vocabulary file",
    )


def unknown_level_code(place: DataPlace, scale: str, found: str, known: Sequence[str]) -> Diagnostic:
    message = f"{quoted(found)} is not a code of {scale}; expected {listing(known, 'or')}"
    way_out = "to read another word as a level or as `not rated`, add it to the table of level codes in the vocabulary"
    return Diagnostic("unknown-level-code", message, place=place, help=way_out)


def not_a_number(place: DataPlace | None, what: str, found: str) -> Diagnostic:
    return Diagnostic(
        "not-a-number",
        f"{quoted(found)} is not a number of {what}; expected a number such as `31` or `1,234` and nothing else",
        place=place,
    )


def not_an_exact_number(place: DataPlace, name: str, found: str, *, below_zero: bool) -> Diagnostic:
    least = "" if below_zero else ", not below zero"
    return Diagnostic(
        "not-an-exact-number",
        f"{quoted(found)} is not a number for the {name}; expected one such as `31`, `1,234` or `46.9`{least}",
        place=place,
    )


def unknown_number_of_students(place: DataPlace, scale: str) -> Diagnostic:
    return Diagnostic(
        "unknown-number-of-students",
        f"the row has a {scale} level but no number of students; expected a number",
        place=place,
        help=f"the {scale} of this row is treated as unknown, because a group with too few students has none",
        severity=Severity.WARNING,
    )


def duplicate_row(place: DataPlace, about: str, first: str) -> Diagnostic:
    return Diagnostic(
        "duplicate-row",
        f"a second row about {about}; the first is {first}",
        place=place,
        help="keep one of the two; the first is the one that was used",
    )


def unknown_indicator_code(place: DataPlace, found: str, known: Sequence[str]) -> Diagnostic:
    return Diagnostic(
        "unknown-indicator-code",
        f"{quoted(found)} is not an indicator of this kind of file; expected {listing(known, 'or')}",
        place=place,
        help="to accept a new name for an indicator, add it to the vocabulary file",
    )


def another_indicator(place: DataPlace, found: str, expected: str) -> Diagnostic:
    return Diagnostic(
        "another-indicator",
        f"the row is about {quoted(found)}; expected {quoted(expected)}, because of the name of the file",
        place=place,
    )
