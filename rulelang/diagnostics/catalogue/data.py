"""Every message about data files: what is wrong, where, what was expected, and how to fix it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from attrs import evolve

from rulelang.diagnostics.catalogue.quote import count, listing, quoted
from rulelang.diagnostics.diagnostic import Diagnostic, Severity, at
from rulelang.diagnostics.sentences import in_sentence
from rulelang.diagnostics.source import DataPlace, Span
from rulelang.diagnostics.suggest import nearest

SAVED_IN_A_SPREADSHEET: Final = (
    "download the file again and do not save it in Excel, or export it with the code column as text"
)
"""The advice if a spreadsheet changed the codes of a file."""

MOST_SHOWN = 4
"""The most rows that a message about several names."""

# ---- Folders and files ----


def no_data_folder(folder: str) -> Diagnostic:
    message = f"the data folder {quoted(folder)} does not exist"
    help_text = "check the spelling, and that the path starts from the folder you are in"
    return at("no-data-folder", DataPlace(folder), message, help_text)


def unreadable_data_folder(folder: str) -> Diagnostic:
    message = f"you do not have permission to open the data folder {quoted(folder)}"
    help_text = "ask its owner for permission, or copy the files to a folder of your own"
    return at("unreadable-data-folder", DataPlace(folder), message, help_text)


def no_data_files(
    folder: str, years: Iterable[int], held: Iterable[int], examples: Sequence[str], like: Sequence[str]
) -> Diagnostic:
    """Complain of a folder without files of some years; `like` are files in it that look like some."""
    other = [str(year) for year in sorted(held)]
    wanted = in_sentence(sorted(years))
    found = f"; it has files of {in_sentence(other)}" if other else ""
    message = f"the data folder {quoted(folder)} has no data file of {wanted}{found}"
    named = f"expected files under the names the state gives them, such as {listing(examples)}"
    more = f"{listing(like)} may be some of them under other names" if like else "rows of your own go to `--records`"
    return at("no-data-files", DataPlace(folder), message, f"{named if examples else _NO_FILES}; {more}")


_NO_FILES: Final = "the vocabulary describes no such files"


def published_list_as_data(file: str) -> Diagnostic:
    message = f"the file {quoted(file)} is a published list of results, not data to determine"
    help_text = "give it with `--published` as the record of its year, or with `--official` to compare with it"
    return at("no-data-files", DataPlace(file), message, help_text)


def unreadable_data_file(file: str) -> Diagnostic:
    message = f"the file {quoted(file)} cannot be opened"
    help_text = "close it in other programs, and check that you have permission to read it"
    return at("unreadable-data-file", DataPlace(file), message, help_text)


def no_such_data_file(file: str) -> Diagnostic:
    message = f"the file {quoted(file)} does not exist"
    help_text = "check the spelling, and that the path starts from the folder you are in"
    return at("no-such-data-file", DataPlace(file), message, help_text)


def empty_data_file(file: str) -> Diagnostic:
    message = "the file is empty; expected a header row and rows of data"
    return at("empty-data-file", DataPlace(file), message, "download the file again")


def header_only(file: str, header_row: int) -> Diagnostic:
    message = "the file has a header row and no row of data"
    help_text = "download the file again; a file without rows says nothing about any LEA, so it does not count as read"
    return at("header-only", DataPlace(file, header_row), message, help_text)


def broken_spreadsheet(file: str) -> Diagnostic:
    message = "the file cannot be opened as an Excel workbook"
    help_text = "open it in Excel to see whether it is damaged or protected by a password, or download it again"
    return at("broken-spreadsheet", DataPlace(file), message, help_text)


def broken_packed_file(file: str) -> Diagnostic:
    message = "the file cannot be unpacked"
    help_text = "download it again, or unpack it and give the file that was in it"
    return at("broken-packed-file", DataPlace(file), message, help_text)


def stray_cell(file: str, cell: str) -> Diagnostic:
    message = f"a sheet of the workbook extends to the cell {quoted(cell)}, too far for a table of data"
    help_text = "in Excel, press Ctrl+End to find it, delete the rows and columns beyond the table, and save"
    return at("stray-cell", DataPlace(file), message, help_text)


def workbook_takes_too_much(file: str, seconds: int, megabytes: int) -> Diagnostic:
    message = (
        f"the workbook takes more than {seconds} seconds or {megabytes} MB of memory to read, too much for a table"
    )
    help_text = "it may be damaged: download it again, or open it in Excel and save the sheet of the table by itself"
    return at("workbook-takes-too-much", DataPlace(file), message, help_text)


def not_a_text_file(file: str) -> Diagnostic:
    message = "the file is not a text file, although its name says so"
    help_text = "an Excel workbook must keep its ending `.xlsx` or `.xls`; otherwise download the file again"
    return at("not-a-text-file", DataPlace(file), message, help_text)


def web_page_instead_of_data(file: str) -> Diagnostic:
    message = "the file is a web page, not data"
    help_text = "the download went wrong; open the page in a browser and save the file it links to"
    return at("web-page-instead-of-data", DataPlace(file), message, help_text)


def file_in_utf_16(file: str) -> Diagnostic:
    message = "the file is written in the encoding UTF-16; expected UTF-8"
    help_text = "save it as text with the encoding UTF-8 (in Excel: `CSV UTF-8`)"
    return at("file-in-utf-16", DataPlace(file), message, help_text)


_RENAMED = "if the state has given it a new name, add that to the table of columns in the vocabulary file"


def no_header_row(file: str, expected: Sequence[str], found: Sequence[str]) -> Diagnostic:
    message = f"no header row has a column for the LEA code; expected {listing(expected)}, found {listing(found)}"
    help_text = f"name the columns in a row above the data; {_RENAMED}"
    return at("no-header-row", DataPlace(file, 1), message, help_text)


def missing_data_column(file: str, row: int, holds: str, expected: Sequence[str], found: Sequence[str]) -> Diagnostic:
    near = nearest(expected[0], found) if expected else None
    hint = f"was it renamed to {quoted(near)}? " if near else "rename it if it is there; "
    message = f"the file has no column for the {holds}; expected {listing(expected)}, found {listing(found)}"
    help_text = hint + _RENAMED
    return at("missing-data-column", DataPlace(file, row), message, help_text)


def repeated_column(file: str, row: int | None, column: str) -> Diagnostic:
    message = f"there is more than one column {quoted(column)}; expected one"
    help_text = "delete or rename all but the right one; nothing says which of them counts"
    return at("repeated-column", DataPlace(file, row, column), message, help_text)


def several_data_sheets(file: str, sheets: Sequence[str]) -> Diagnostic:
    message = f"the workbook has {len(sheets)} sheets with the columns of this file: {listing(sheets)}; expected one"
    help_text = "delete the sheets that are copies, or move their rows to one sheet; some may be hidden"
    return at("several-data-sheets", DataPlace(file), message, help_text)


def file_of_another_year(file: str, column: str, found: Sequence[str], expected: Sequence[str]) -> Diagnostic:
    message = f"every row of the file is for another year; found {listing(found)}, expected {listing(expected, 'or')}"
    help_text = "check which year the file was downloaded for; its name and its rows must be for the same year"
    written = _otherwise_written(found[0], expected)
    return at("file-of-another-year", DataPlace(file, None, column), message, written or help_text)


_SCHOOL_YEAR: Final = re.compile(r"(?:20)?\d\d\s*[-–/]\s*(?:20)?(\d\d)")


def _otherwise_written(found: str, expected: Sequence[str]) -> str | None:
    """Return what to do about a year that may be meant right and is not written as it has to be; None for others."""
    if not found:
        return "write the year in each row; of cells that were merged, only the first has it"
    if found.partition(".")[0] in expected and not found.partition(".")[2].strip("0"):
        return as_whole_number(found)
    school_year = _SCHOOL_YEAR.fullmatch(found)
    if school_year is not None and any(one.endswith(school_year[1]) for one in expected):
        how = "the column `written` in the table `columns of ...` of the vocabulary says how the year is written"
        return f"write {listing(expected, 'or')} for {quoted(found)}; {how}"
    return None


def as_whole_number(found: str) -> str:
    """Return what to do about a whole number that is written as a decimal, such as `3.0`."""
    return (
        f"write {quoted(found.partition('.')[0])}; a program has made decimals of whole numbers, as it does in columns"
        " with blanks: have it read the column as text"
    )


def files_of_few_counties(year: int, indicators: Sequence[str], counties: Sequence[str], of: int) -> Diagnostic:
    rows = f"rows of LEAs in {listing(counties, most=MOST_SHOWN)} only, where other files have {of} counties"
    message = f"the files of {year} about {listing(indicators)} have {rows}"
    help_text = (
        "missing rows for LEAs elsewhere are treated as unknown; to determine those LEAs, use the complete files"
    )
    return Diagnostic("files-of-few-counties", message, help=help_text, severity=Severity.WARNING)


def ignored_here_only(file: str, codes: Sequence[str]) -> Diagnostic:
    leas = f"{'LEA' if len(codes) == 1 else 'LEAs'} {listing(codes, most=MOST_SHOWN)}"
    message = f"rows of {leas} are ignored here, because they say that they are of another kind; elsewhere they do not"
    help_text = "what they would say is treated as unknown; correct the column that says of what kind a row is"
    return at("ignored-here-only", DataPlace(file), message, help_text, severity=Severity.WARNING)


def more_rows(file: str, many: int, first: Diagnostic) -> Diagnostic:
    message = f"and {_more_rows_have(many)} the same error ({first.code})"
    return at("more-rows", DataPlace(file, first.place.row if first.place else None), message, severity=first.severity)


def with_more_rows(first: Diagnostic, more: int) -> Diagnostic:
    """Return a message that also says how many more rows of the file have the same error."""
    return evolve(first, message=f"{first.message}; {_more_rows_have(more)} the same error") if more else first


def _more_rows_have(many: int) -> str:
    return "1 more row has" if many == 1 else f"{many:,} more rows have"


# ---- Rows ----


def unreadable_cell(place: DataPlace, text: str) -> Diagnostic:
    message = f"the cell {quoted(text)} has a character that is not valid UTF-8"
    help_text = "correct the cell, or save the file as text with the encoding UTF-8 (in Excel: `CSV UTF-8`)"
    return at("unreadable-cell", place, message, help_text)


def read_as_windows_1252(place: DataPlace, rows: Sequence[tuple[int, str]]) -> Diagnostic:
    first = [f"row {row} ({quoted(text)})" for row, text in rows[:MOST_SHOWN]]
    more = [f"{len(rows) - MOST_SHOWN:,} more"] if len(rows) > MOST_SHOWN else []
    is_or_are = "1 row is" if len(rows) == 1 else f"{len(rows):,} rows are"
    message = f"{is_or_are} not in UTF-8 and read as Windows-1252: {in_sentence([*first, *more])}"
    help_text = "rules do not need those letters; check that the names are right"
    return at("read-as-windows-1252", place, message, help_text, severity=Severity.WARNING)


def truncated_file(place: DataPlace, found: int, expected: int) -> Diagnostic:
    message = f"the file breaks off in its last row; found {count(found, 'cell')}, expected {expected}"
    help_text = (
        "download the file again or, if the row is a note or a total, delete it;"
        " LEAs whose rows are missing are not treated as having no level"
    )
    return at("truncated-file", place, message, help_text)


def ragged_row(place: DataPlace, found: int, expected: int) -> Diagnostic:
    message = f"the row has {count(found, 'cell')}; expected {expected}, as in the header row"
    help_text = "look for a line break, a column separator or an unclosed quotation mark inside a cell"
    return at("ragged-row", place, message, help_text)


def wrong_dashboard_year(place: DataPlace, found: str, expected: Sequence[str]) -> Diagnostic:
    what = "the row is for another year" if found else "the row has no year"
    shown = f"found {quoted(found)}, " if found else ""
    message = f"{what}; {shown}expected {listing(expected, 'or')}"
    return at("wrong-dashboard-year", place, message, _otherwise_written(found, expected))


def unknown_row_kind(place: DataPlace, found: str, expected: Sequence[str]) -> Diagnostic:
    message = f"the row is of an unknown kind: {found}; expected {'; or '.join(expected)}"
    help_text = "to use or ignore a new kind of row, add a line to the vocabulary file"
    return at("unknown-row-kind", place, message, help_text)


def contradicting_row(
    place: DataPlace, about: str, first: str, what: str = "", here: str = "", there: str = ""
) -> Diagnostic:
    differing = f": {what} is {here} here and {there} there" if what else ""
    message = f"the row contradicts {first} about {about}{differing}; neither row counts"
    return at("contradicting-row", place, message, "remove the row that is wrong")


def part_above_whole(
    place: DataPlace, about: str, part: tuple[str, str], whole: tuple[str, str], first: str = ""
) -> Diagnostic:
    """Return the error for two numbers, each given by its name and its text; the row `first` may have the whole."""
    where = f" in {first}" if first else ""
    message = f"{part[0]} of {about} is {part[1]}, more than the {whole[1]} {whole[0]}{where}, of which it is a part"
    help_text = "correct the number that is wrong; until then neither is known"
    return at("part-above-whole", place, message, help_text)


def row_of_another_code(place: DataPlace, found: str, code: str, expected: Sequence[str]) -> Diagnostic:
    message = f"the row says {found}, but with the LEA code {quoted(code)} it must have {' or '.join(expected)}"
    return at("row-of-another-code", place, message, "correct the cell or the code in the file")


def no_row_used(file: str, reasons: Sequence[tuple[str, int]]) -> Diagnostic:
    ignored = "; ".join(f"{number:,} where {reason}" for reason, number in reasons[:MOST_SHOWN])
    message = f"no row of the file is used; ignored: {ignored}"
    help_text = "check that the file is what its name says, and that its columns have what their headers say"
    return at("no-row-used", DataPlace(file), message, help_text, severity=Severity.WARNING)


def short_lea_code(place: DataPlace, found: str, whole: str) -> Diagnostic:
    message = f"the LEA code {quoted(found)} is incomplete; expected {len(whole)} digits, as in {quoted(whole)}"
    return at("short-lea-code", place, message, "write complete codes, with the zeros at the end")


def lost_leading_zeros(place: DataPlace, found: str, digits: int, restored: str | None) -> Diagnostic:
    expected = f"{digits} digits" + (f", perhaps {quoted(restored)}" if restored else "")
    message = f"the LEA code {quoted(found)} has lost its leading zeros; expected {expected}"
    return at("lost-leading-zeros", place, message, SAVED_IN_A_SPREADSHEET)


def marked_lea_code(place: DataPlace, found: str, meant: str) -> Diagnostic:
    message = f"the LEA code {quoted(found)} has signs that are no part of it; expected {quoted(meant)}"
    return at("marked-lea-code", place, message, "write codes as text, with their digits and nothing else")


def rounded_lea_code(place: DataPlace, found: str) -> Diagnostic:
    message = f"the LEA code {quoted(found)} was rounded by a spreadsheet, and digits were lost"
    return at("rounded-lea-code", place, message, SAVED_IN_A_SPREADSHEET)


def unknown_lea_code(place: DataPlace, found: str, shapes: Sequence[str]) -> Diagnostic:
    what = f"the LEA code {quoted(found)} does not fit any kind of LEA" if found else "the LEA code is blank"
    message = f"{what}; expected {listing(shapes, 'or')}"
    help_text = "if the row is a total or a note, delete it"
    if any(map(str.isdigit, found)):
        help_text = "in the pattern of a code, `?` stands for one digit"
    elif not found:
        help_text += "; if the code is in a cell that was merged with those below, write it in each row"
    return at("unknown-lea-code", place, message, help_text)


def code_of_one_digit(place: DataPlace, code: str) -> Diagnostic:
    message = f"the LEA code {quoted(code)} is one digit again and again, as rows of totals have it"
    help_text = "if the row is a total, delete it: it is used as that of an LEA"
    return at("code-of-one-digit", place, message, help_text, severity=Severity.WARNING)


def unknown_group_code(place: DataPlace, found: str, known: Sequence[str]) -> Diagnostic:
    message = f"{quoted(found)} is not the code of a student group; expected {listing(known, 'or', 30)}"
    help_text = "to add a student group or ignore a code, add a line to the vocabulary file"
    return at("unknown-group-code", place, message, help_text)


def group_not_in_year(place: DataPlace, code: str, name: str, year: int) -> Diagnostic:
    message = f"the student group {quoted(code)} ({name}) does not exist in {year}"
    help_text = "check the year of the file, and the years of the student group in the vocabulary file"
    return at("group-not-in-file-year", place, message, help_text)


def unknown_level_code(place: DataPlace, scale: str, found: str, known: Sequence[str]) -> Diagnostic:
    wrong = f"{quoted(found)} is not a code of {scale}" if found else f"the {scale} is blank"
    message = f"{wrong}; expected {listing(known, 'or')}"
    way_out = "to read another word as a level or as `not rated`, add it to the table of level codes in the vocabulary"
    if found.endswith(".0") and found.removesuffix(".0") in known:
        way_out = as_whole_number(found)
    return at("unknown-level-code", place, message, way_out)


def not_a_number(place: Span | DataPlace | None, what: str, found: str) -> Diagnostic:
    message = (
        f"{quoted(found)} is not a number of {what}; expected a whole number such as `31` or `1,234` and nothing else"
    )
    return at("not-a-number", place, message, how_to_count(found))


_THOUSANDS: Final = re.compile(r"\d{1,3}(?:\.\d{3})+")
_DECIMAL: Final = re.compile(r"\d*\.\d+")


def how_to_count(found: str) -> str | None:
    """Return what to do about a text that is no count: each kind of number is another mistake."""
    if _THOUSANDS.fullmatch(found):
        ways = found.replace(".", ","), found.replace(".", "")
        return f"a point stands before decimals; thousands have a comma or nothing: {listing(ways, 'or')}"
    if found.endswith("%"):
        return "write how many there are, and not what percentage of all they are"
    if _DECIMAL.fullmatch(found):
        return "what is counted is whole: write how many there are, and not a rate, a percentage or an average of them"
    return None


NO_NUMBER_HELP: Final = (
    "leave the cell empty if there is no number; a word or sign that a published file has in empty cells belongs in the"
    " table `blank cells of ...` of the vocabulary"
)
"""The way out for signs such as `*`."""


def not_an_exact_number(
    place: DataPlace, name: str, found: str, help_text: str | None, *, below_zero: bool, counts: bool
) -> Diagnostic:
    least = "" if below_zero else ", not below zero"
    such = "a whole number such as `31` or `1,234`" if counts else "one such as `31`, `1,234` or `46.9`"
    message = f"{quoted(found)} is not a number for the {name}; expected {such}{least}"
    return at("not-an-exact-number", place, message, help_text)


def number_above_highest(place: Span | DataPlace, name: str, found: str, highest: str) -> Diagnostic:
    message = f"{quoted(found)} is more than the {name} can be; it is at most `{highest}`"
    help_text = "correct the number, or the column `at most` of the vocabulary"
    return at("number-above-highest", place, message, help_text)


def percentages_below_one(file: str, column: str) -> Diagnostic:
    message = f"no percentage in the column {quoted(column)} is above 1"
    help_text = "write `67` and not `0.67` for 67 percent; if these are percentages that small, nothing is wrong"
    return at("percentages-below-one", DataPlace(file), message, help_text, severity=Severity.WARNING)


def unknown_number_of_students(place: DataPlace, scale: str) -> Diagnostic:
    message = f"the row has a {scale} level but no number of students; expected a number"
    help_text = f"the {scale} of this row is treated as unknown, because a group with too few students has none"
    return at("unknown-number-of-students", place, message, help_text, severity=Severity.WARNING)


def duplicate_row(place: DataPlace, about: str, first: str) -> Diagnostic:
    message = f"a second row about {about}; the first is {first}"
    return at("duplicate-row", place, message, "keep one of the two; the first is the one that was used")


def unknown_indicator_code(place: DataPlace, found: str, known: Sequence[str]) -> Diagnostic:
    message = f"{quoted(found)} is not an indicator of this kind of file; expected {listing(known, 'or')}"
    help_text = "to accept a new name for an indicator, add it to the vocabulary file"
    return at("unknown-indicator-code", place, message, help_text)


def another_indicator(place: DataPlace, found: str, expected: str) -> Diagnostic:
    message = f"the row is about {quoted(found)}; expected {quoted(expected)}, because of the name of the file"
    return at("another-indicator", place, message, "name the file after its indicator, or download it again")


# ---- Published lists ----


_EMPTY_CELLS: Final = (
    "leave the cell empty if there is nothing to say, or write `cannot tell` if it is not known; a word that the lists"
    " have for empty cells belongs in the table `blank cells of published lists` of the vocabulary"
)
"""The ways out for words such as `N/A`, which could mean either."""


def unknown_priority_code(place: DataPlace, found: str, known: Sequence[str]) -> Diagnostic:
    message = f"{quoted(found)} is not a code of priorities; expected {listing(known, 'or')}"
    return at("unknown-priority-code", place, message, _EMPTY_CELLS)


def unknown_determination_code(place: DataPlace, found: str, known: Sequence[str]) -> Diagnostic:
    message = f"{quoted(found)} is not a determination; expected {listing(known, 'or')}"
    return at("unknown-determination-code", place, message, _EMPTY_CELLS)


def neither_yes_nor_no(place: DataPlace, found: str, written: Sequence[str]) -> Diagnostic:
    message = f"{quoted(found)} is neither {' nor '.join(map(quoted, written))}"
    return at("neither-yes-nor-no", place, message, _EMPTY_CELLS)
