"""Every message about plain records, and about writing tables and made-up states."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import evolve

from rulelang.diagnostics.catalogue.quote import MOST_LISTED, listing, quoted, which_was_meant
from rulelang.diagnostics.diagnostic import Diagnostic, Severity, at
from rulelang.diagnostics.source import DataPlace
from rulelang.diagnostics.suggest import nearest

# ---- Plain records ----


def unknown_record_format(file: str, known: Sequence[str]) -> Diagnostic:
    message = f"{quoted(file)} does not have the extension of a file of records; expected {listing(known, 'or')}"
    return at("unknown-record-format", DataPlace(file), message)


def no_record_files(folder: str) -> Diagnostic:
    message = f"the folder {quoted(folder)} has no file of records"
    help_text = "expected files that end in `.csv`, `.tsv`, or `.parquet`, directly in the folder"
    return at("no-record-files", DataPlace(folder), message, help_text)


def several_plugins(what: str, name: str, packages: Sequence[str]) -> Diagnostic:
    message = f"several installed packages have a {what} of {quoted(name)}: {listing(packages)}"
    return Diagnostic("plugin-failed", message, help="uninstall all of them but one")


def plugin_failed(what: str, name: str, package: str, error: str) -> Diagnostic:
    message = f"the {what} of {quoted(name)} that the package {quoted(package)} adds has failed: {error}"
    help_text = f"tell those who make {quoted(package)}; it is no part of rulelang"
    return Diagnostic("plugin-failed", message, help=help_text)


def broken_records(file: str, kind: str, row: int | None = None) -> Diagnostic:
    message = f"the file cannot be read as {kind}"
    return at("broken-records", DataPlace(file, row), message, "write it again with the program it comes from")


def not_a_table(found: str) -> Diagnostic:
    message = (
        f"{quoted(found)} is not a table of records; expected a DuckDB relation, an Arrow table, or a DataFrame of"
        " pandas or Polars"
    )
    help_text = (
        "a list of LEAs or rows works too, even of only one; collect anything lazy, such as a `LazyFrame`, first"
    )
    return Diagnostic("not-a-table", message, help=help_text)


def unreadable_table(kind: str, column: str | None = None) -> Diagnostic:
    what = f"the column {quoted(column)} of the {kind} table cannot be read" if column is not None else ""
    message = what or f"the {kind} table cannot be read to its end"
    help_text = (
        "turn it into text, or leave it out if nothing reads it"
        if what
        else "check that every column has values of one type, and that the source of the table still exists"
    )
    return Diagnostic("unreadable-table", message, help=help_text)


def missing_record_columns(source: str, missing: Sequence[str], unread: Sequence[str]) -> Diagnostic:
    message = f"the records have no column {listing(missing)}"
    help_text = "plain records have the columns lea_code, year, student_group, indicator and level" + (
        f"; nothing reads {listing(unread)}: is one of them meant?" if unread else ""
    )
    return at("missing-record-columns", DataPlace(source), message, help_text)


def no_room_to_judge() -> Diagnostic:
    message = "there is not enough memory or disk space to evaluate the records"
    help_text = "free some disk space, allow more memory with `--memory`, or evaluate fewer records at a time"
    return Diagnostic("no-room-to-judge", message, help=help_text)


def record_is_no_row(place: DataPlace) -> Diagnostic:
    message = "the record is not a row of named values"
    help_text = (
        'a dictionary in Python, or an object in JSON: {"lea_code": "...", "year": 2023, "indicator": "...",'
        ' "level": "..."}'
    )
    return at("record-is-no-row", place, message, help_text)


def missing_record_value(place: DataPlace, expected: Sequence[str]) -> Diagnostic:
    left_out = {"level": "says that there is none", "value": "leaves the number unknown"}.get(expected[0])
    message = f"the row has no value for {listing(expected, 'or')}"
    help_text = (
        f"write `unknown` if it is not known, and `not rated` if there is none; a row that is left out {left_out}"
        if left_out
        else "every record needs one"
    )
    return at("missing-record-value", place, message, help_text)


def unknown_record_word(place: DataPlace, what: str, found: str, known: Sequence[str]) -> Diagnostic:
    says_more = nearest(found, known) or len(known) > MOST_LISTED
    message = f"{quoted(found)} is not {what}; expected {listing(known, 'or')}"
    help_text = which_was_meant(found, known, lists="rulelang words") if says_more else None
    return at("unknown-record-word", place, message, help_text)


def not_a_date(place: DataPlace, name: str, found: str) -> Diagnostic:
    message = f"{quoted(found)} is not a date, but `{name}` is"
    return at("not-a-date", place, message, "write it as `2023-07-01` or `July 1, 2023`")


def not_yes_or_no(place: DataPlace, name: str, found: str) -> Diagnostic:
    message = f"{quoted(found)} is no answer, and `{name}` is yes or no"
    return at("not-yes-or-no", place, message, "write `yes` or `no`, `Y` or `N`, `true` or `false`")


def two_values(place: DataPlace, name: str, column: str) -> Diagnostic:
    message = f"the row gives two values of `{name}`, one in {quoted(column)} and another in a column before it"
    return at("two-values", place, message, "delete the value that is wrong; neither counts")


def ambiguous_record_level(place: DataPlace, level: str, scales: Sequence[str]) -> Diagnostic:
    message = f"the level {quoted(level)} belongs to more than one scale: {listing(scales)}"
    return at("ambiguous-record-level", place, message, "add a column `scale`")


def record_of_level_and_number(place: DataPlace) -> Diagnostic:
    message = "the row has both a level and a number; expected one of them"
    help_text = "give the level in one row, with `level`, and the number in another, with `number` and `value`"
    return at("record-of-level-and-number", place, message, help_text)


def record_needs_group(place: DataPlace, indicator: str) -> Diagnostic:
    return at("record-needs-group", place, f"{quoted(indicator)} is reported by student group, but the row names none")


def without_column(wrong: Diagnostic, column: str, unread: Sequence[str]) -> Diagnostic:
    """Return a message about a value whose column a row lacks, with the columns that it has and nothing reads."""
    nothing = "is not used" if len(unread) == 1 else "are not used"
    help_text = f"there is no column {quoted(column)}, and {listing(unread)} {nothing}: is it one of them?"
    code = "missing-record-columns" if wrong.code == "missing-record-value" else wrong.code
    return evolve(wrong, code=code, help=help_text if unread else wrong.help)


def column_meant(near: str) -> str:
    """Return what to write for a column that may be misspelled."""
    return f"did you mean {quoted(near)}?"


def number_needs_row(number: str) -> str:
    """Return what to write for a column that is called as a number of an indicator."""
    return f"write a row for each number, with {quoted(number)} in the column `number` and how much it is in `value`"


def unread_column(place: DataPlace, column: str, help_text: str) -> Diagnostic:
    message = f"nothing reads the column {quoted(column)}"
    return at("unread-record-column", place, message, help_text, severity=Severity.WARNING)


def record_needs_no_group(place: DataPlace, indicator: str, group: str) -> Diagnostic:
    message = f"{quoted(indicator)} is reported for the LEA as a whole, but the row names {quoted(group)}"
    return at("record-needs-no-group", place, message, "leave the student group blank")


# ---- Writing ----


def unknown_table_format(found: str, known: Sequence[str]) -> Diagnostic:
    message = f"{quoted(found)} is not a format of tables; expected {listing(known, 'or')}"
    return Diagnostic("unknown-table-format", message)


def unwritable_file(file: str, *, is_full: bool = False) -> Diagnostic:
    message = f"the file {quoted(file)} cannot be written" + (": the disk is full" if is_full else "")
    help_text = (
        "free some disk space, or write to another disk"
        if is_full
        else "close it in other programs, and check that you can write to the folder and that the disk is not full"
    )
    return at("unwritable-file", DataPlace(file), message, help_text)


def unreadable_outlines(file: str) -> Diagnostic:
    message = f"the file {quoted(file)} is no GeoJSON with an outline for each county"
    return at("unreadable-outlines", DataPlace(file), message, "write it again, or delete it: reports then have no map")


def too_big_for_spreadsheet(file: str) -> Diagnostic:
    message = "the table does not fit in an Excel sheet"
    help_text = "write the table as csv, json, or parquet, or ask for fewer LEAs"
    return at("too-big-for-spreadsheet", DataPlace(file), message, help_text)


def sample_would_overwrite(file: str) -> Diagnostic:
    message = f"the file {quoted(file)} already exists, and a made-up state would replace it"
    help_text = "give an empty folder, or replace the files there with `--force`"
    return at("sample-would-overwrite", DataPlace(file), message, help_text)


def no_sample_for_year(year: int, known: Iterable[int], suspended: str | None) -> Diagnostic:
    """Return the message for a year without files to imitate; `suspended` says why, empty for a year without reason."""
    why = "is not a year of the vocabulary" if suspended is None else f"is suspended: {suspended}".removesuffix(": ")
    message = f"the year {year} {why}; expected {listing([str(one) for one in known], 'or')}"
    help_text = "make up one of these years, and apply the rules to it with `--as-year`"
    return Diagnostic("no-sample-for-year", message, help=help_text)


def no_files_to_sample(vocabulary: str, year: int, header: Iterable[str]) -> Diagnostic:
    message = f"{vocabulary} describes no files of {year}, so there is nothing to write"
    help_text = f"write plain records, with a row for each: `{','.join(header)}`; give them with `--records`"
    return Diagnostic("no-files-to-sample", message, help=help_text)


def no_sample_of_size(leas: int, most: int) -> Diagnostic:
    message = f"a made-up state of {leas:,} LEAs cannot be written; expected 0 to {most:,}"
    return Diagnostic("no-sample-of-size", message)
