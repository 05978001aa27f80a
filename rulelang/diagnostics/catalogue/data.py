"""Every message about data files: what is wrong, where, what was expected, and how to get out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rulelang.diagnostics.diagnostic import Diagnostic, Severity
from rulelang.diagnostics.source import DataPlace
from rulelang.diagnostics.suggest import nearest

LONGEST_QUOTE = 60
MOST_LISTED = 12

# ---- Folders and files ----


def no_data_folder(folder: str) -> Diagnostic:
    return Diagnostic(
        "no-data-folder",
        f"the data folder {_quoted(folder)} does not exist",
        place=DataPlace(folder),
        help="check the spelling of the folder, and that it is given from where the command is run",
    )


def unreadable_data_folder(folder: str) -> Diagnostic:
    return Diagnostic(
        "unreadable-data-folder",
        f"the data folder {_quoted(folder)} may not be opened",
        place=DataPlace(folder),
        help="ask its owner for permission to read it, or copy the files to a folder of your own",
    )


def no_data_files(folder: str, years: Iterable[int], held: Iterable[int], examples: Sequence[str]) -> Diagnostic:
    other = [str(year) for year in sorted(held)]
    found = f"; it holds files of {_listed(other)}" if other else ""
    return Diagnostic(
        "no-data-files",
        f"the data folder {_quoted(folder)} holds no data file of {_listed([str(year) for year in sorted(years)])}{found}",
        place=DataPlace(folder),
        help=f"expected files with the names the state publishes them under, such as {_names(examples)}",
    )


def unreadable_data_file(file: str) -> Diagnostic:
    return Diagnostic(
        "unreadable-data-file",
        f"the file {_quoted(file)} may not be opened",
        place=DataPlace(file),
        help="close it in other programs, and check that you have permission to read it",
    )


def no_such_data_file(file: str) -> Diagnostic:
    return Diagnostic(
        "no-such-data-file",
        f"the file {_quoted(file)} does not exist",
        place=DataPlace(file),
        help="check the spelling of the file, and that it is given from where the command is run",
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
        help="download the file again; a file without rows says nothing of any LEA, so it is not counted as read",
    )


def broken_spreadsheet(file: str) -> Diagnostic:
    return Diagnostic(
        "broken-spreadsheet",
        "the file cannot be opened as an Excel workbook",
        place=DataPlace(file),
        help="open it in Excel to see whether it is damaged or protected by a password, or download it again",
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
        "the file holds a web page, not data",
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
        f"no header row has a column for the LEA code; expected {_names(expected)}, found {_names(found)}",
        place=DataPlace(file, 1),
        help="if the column has a new name, add the name to the table of columns in the vocabulary file",
    )


def missing_data_column(file: str, row: int, holds: str, expected: Sequence[str], found: Sequence[str]) -> Diagnostic:
    near = nearest(expected[0], found) if expected else None
    hint = f"did the column {_quoted(near)} take its place? if so, " if near else "if the column has a new name, "
    return Diagnostic(
        "missing-data-column",
        f"the file has no column for the {holds}; expected {_names(expected)}, found {_names(found)}",
        place=DataPlace(file, row),
        help=f"{hint}add the name to the table of columns in the vocabulary file",
    )


def file_of_another_year(file: str, column: str, found: Sequence[str], expected: Sequence[str]) -> Diagnostic:
    return Diagnostic(
        "file-of-another-year",
        f"every row of the file is of another year; found {_names(found)}, expected {_names(expected)}",
        place=DataPlace(file, None, column),
        help="check which year the file was downloaded for; its name and its rows must be of the same year",
    )


def more_rows(file: str, count: int, first: Diagnostic) -> Diagnostic:
    many = "1 more row has" if count == 1 else f"{count:,} more rows have"
    return Diagnostic(
        "more-rows",
        f"and {many} the same mistake ({first.code})",
        place=DataPlace(file),
        severity=first.severity,
    )


# ---- Rows ----


def not_utf_8(place: DataPlace, text: str) -> Diagnostic:
    return Diagnostic(
        "not-utf-8",
        f"the row holds a character that is not written in UTF-8: {_quoted(text)}",
        place=place,
        help="save the file as text with the encoding UTF-8 (in Excel: `CSV UTF-8`), or correct this row",
    )


def truncated_file(place: DataPlace, found: int, expected: int) -> Diagnostic:
    return Diagnostic(
        "truncated-file",
        f"the file breaks off in its last row; found {_count(found, 'cell')}, expected {expected}",
        place=place,
        help="download the file again; LEAs whose rows are missing are not taken to be without a level",
    )


def ragged_row(place: DataPlace, found: int, expected: int) -> Diagnostic:
    return Diagnostic(
        "ragged-row",
        f"the row has {_count(found, 'cell')}; expected {expected}, as in the header row",
        place=place,
        help="look for a line break or a column separator inside a cell",
    )


def wrong_dashboard_year(place: DataPlace, found: str, expected: Sequence[str]) -> Diagnostic:
    return Diagnostic(
        "wrong-dashboard-year",
        f"the row is of another year; found {_quoted(found)}, expected {_names(expected)}",
        place=place,
    )


def lost_leading_zeros(place: DataPlace, found: str, restored: str) -> Diagnostic:
    return Diagnostic(
        "lost-leading-zeros",
        f"the LEA code {_quoted(found)} has lost its leading zeros; expected {len(restored)} digits, perhaps {_quoted(restored)}",
        place=place,
        help="export the file again with the code column as text, or set the column to text in Excel before pasting",
    )


def rounded_lea_code(place: DataPlace, found: str) -> Diagnostic:
    return Diagnostic(
        "rounded-lea-code",
        f"the LEA code {_quoted(found)} was rounded by a spreadsheet, and its digits are lost",
        place=place,
        help="export the file again with the code column as text",
    )


def unknown_lea_code(place: DataPlace, found: str, shapes: Sequence[str]) -> Diagnostic:
    what = f"the LEA code {_quoted(found)} is that of no kind of LEA" if found else "the LEA code is blank"
    return Diagnostic(
        "unknown-lea-code",
        f"{what}; expected {_names(shapes, 'or')}",
        place=place,
        help="in the shape of a code, `?` stands for one digit",
    )


def unknown_group_code(place: DataPlace, found: str, known: Sequence[str]) -> Diagnostic:
    return Diagnostic(
        "unknown-group-code",
        f"{_quoted(found)} is the code of no student group; expected {_names(known, 'or', 30)}",
        place=place,
        help="a new student group, or a code to leave out, is one line in the vocabulary file",
    )


def group_not_in_year(place: DataPlace, code: str, name: str, year: int) -> Diagnostic:
    return Diagnostic(
        "group-not-in-year",
        f"the student group {_quoted(code)} ({name}) does not exist in {year}",
        place=place,
        help="check the year of the file, and the years of the student group in the vocabulary file",
    )


def unknown_level_code(place: DataPlace, scale: str, found: str, known: Sequence[str]) -> Diagnostic:
    return Diagnostic(
        "unknown-level-code",
        f"{_quoted(found)} is not a code of {scale}; expected {_names(known, 'or')}",
        place=place,
    )


def not_a_number(place: DataPlace, what: str, found: str) -> Diagnostic:
    return Diagnostic(
        "not-a-number",
        f"{_quoted(found)} is not a number of {what}; expected digits only",
        place=place,
    )


def unknown_number_of_students(place: DataPlace, scale: str) -> Diagnostic:
    return Diagnostic(
        "unknown-number-of-students",
        f"the row has a level of {scale} and no number of students; expected a number, since small groups have no level",
        place=place,
        help=f"the {scale} of this row is taken as unknown, neither as its level nor as not rated",
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
        f"{_quoted(found)} is no indicator of this kind of file; expected {_names(known, 'or')}",
        place=place,
        help="a new way to write an indicator is one word in the vocabulary file",
    )


def another_indicator(place: DataPlace, found: str, expected: str) -> Diagnostic:
    return Diagnostic(
        "another-indicator",
        f"the row is about {_quoted(found)}; expected {_quoted(expected)}, which the file is about by its name",
        place=place,
    )


# ---- Published lists ----


def unknown_priority_code(place: DataPlace, found: str, known: Sequence[str]) -> Diagnostic:
    return Diagnostic(
        "unknown-priority-code",
        f"{_quoted(found)} is not a code of priorities; expected {_names(known, 'or')}",
        place=place,
    )


def unknown_determination_code(place: DataPlace, found: str, known: Sequence[str]) -> Diagnostic:
    return Diagnostic(
        "unknown-determination-code",
        f"{_quoted(found)} is not a determination; expected {_names(known, 'or')}",
        place=place,
    )


def neither_yes_nor_no(place: DataPlace, found: str, yes: str, no: str) -> Diagnostic:
    return Diagnostic(
        "neither-yes-nor-no",
        f"{_quoted(found)} is neither {_quoted(yes)} nor {_quoted(no)}",
        place=place,
    )


# ---- Plain records ----


def unknown_record_format(file: str, known: Sequence[str]) -> Diagnostic:
    return Diagnostic(
        "unknown-record-format",
        f"the ending of {_quoted(file)} is not that of a file of records; expected {_names(known, 'or')}",
        place=DataPlace(file),
    )


def broken_records(file: str, kind: str, row: int | None = None) -> Diagnostic:
    return Diagnostic(
        "broken-records",
        f"the file cannot be read as {kind}",
        place=DataPlace(file, row),
        help="write it again with the program it comes from",
    )


def record_is_no_row(place: DataPlace) -> Diagnostic:
    return Diagnostic(
        "record-is-no-row",
        "the record is not a row of named values",
        place=place,
        help='in JSON a record looks like {"lea_code": "...", "year": 2023, "indicator": "...", "level": "..."}',
    )


def missing_record_value(place: DataPlace, expected: Sequence[str]) -> Diagnostic:
    return Diagnostic(
        "missing-record-value",
        f"the row has no value for {_names(expected, 'or')}",
        place=place,
    )


def unknown_record_word(place: DataPlace, what: str, found: str, known: Sequence[str]) -> Diagnostic:
    near = nearest(found, known)
    return Diagnostic(
        "unknown-record-word",
        f"{_quoted(found)} is not {what}; expected {_names(known, 'or')}",
        place=place,
        help=f"did you mean {_quoted(near)}?" if near else None,
    )


def ambiguous_record_level(place: DataPlace, level: str, scales: Sequence[str]) -> Diagnostic:
    return Diagnostic(
        "ambiguous-record-level",
        f"the level {_quoted(level)} belongs to more than one scale: {_names(scales)}",
        place=place,
        help="add a column `scale`",
    )


def record_needs_group(place: DataPlace, indicator: str) -> Diagnostic:
    return Diagnostic(
        "record-needs-group",
        f"{_quoted(indicator)} is reported by student group, and the row names none",
        place=place,
    )


def record_needs_no_group(place: DataPlace, indicator: str, group: str) -> Diagnostic:
    return Diagnostic(
        "record-needs-no-group",
        f"{_quoted(indicator)} is reported for the LEA as a whole, and the row names the student group {_quoted(group)}",
        place=place,
        help="leave the student group blank",
    )


# ---- Writing ----


def library_missing(library: str, purpose: str) -> Diagnostic:
    return Diagnostic(
        "library-missing",
        f"to {purpose}, the extra program {_quoted(library)} is needed, and it is not installed",
        help=f"install it with `pip install {library}`, or use the format csv or json",
    )


def unknown_table_format(found: str, known: Sequence[str]) -> Diagnostic:
    return Diagnostic("unknown-table-format", f"{_quoted(found)} is not a format of tables; expected {_names(known, 'or')}")


def unwritable_file(file: str) -> Diagnostic:
    return Diagnostic(
        "unwritable-file",
        f"the file {_quoted(file)} cannot be written",
        place=DataPlace(file),
        help="close it in other programs, and check that you have permission to write to the folder and room on the disk",
    )


def too_big_for_spreadsheet(file: str, row: int) -> Diagnostic:
    return Diagnostic(
        "too-big-for-spreadsheet",
        "the table does not fit in an Excel sheet",
        place=DataPlace(file, row),
        help="write it as csv, json or parquet",
    )


def sample_would_overwrite(file: str) -> Diagnostic:
    return Diagnostic(
        "sample-would-overwrite",
        f"the file {_quoted(file)} exists already, and a made-up state would replace it",
        place=DataPlace(file),
        help="give an empty folder",
    )


def no_sample_for_year(year: int, known: Iterable[int]) -> Diagnostic:
    return Diagnostic(
        "no-sample-for-year",
        f"the year {year} is not a Dashboard year; expected {_names([str(one) for one in known], 'or')}",
    )


def no_sample_of_size(leas: int, most: int) -> Diagnostic:
    return Diagnostic("no-sample-of-size", f"a made-up state of {leas:,} LEAs cannot be written; expected 1 to {most:,}")


# ---- Words ----


def _quoted(text: str) -> str:
    flat = " ".join(text.split()).replace("`", "'")
    flat = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in flat)
    if not flat:
        return "nothing"
    return f"`{flat[: LONGEST_QUOTE - 1]}…`" if len(flat) > LONGEST_QUOTE else f"`{flat}`"


def _names(names: Sequence[str], joint: str = "and", most: int = MOST_LISTED) -> str:
    shown = [_quoted(name) for name in names[:most]]
    if len(names) > most:
        return f"{', '.join(shown)} {joint} {len(names) - most} more"
    return _listed(shown, joint) if shown else "nothing"


def _listed(words: Sequence[str], joint: str = "and") -> str:
    return f"{', '.join(words[:-1])} {joint} {words[-1]}" if len(words) > 1 else "".join(words)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
