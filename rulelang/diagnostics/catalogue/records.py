"""Every message about plain records, and about writing tables and made-up states."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import evolve

from rulelang.diagnostics.catalogue.ambiguity import fact_of_other_group
from rulelang.diagnostics.catalogue.names import level_not_in_year
from rulelang.diagnostics.catalogue.quote import MOST_LISTED, listing, quoted, which_was_meant
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.diagnostics.environment import install_command
from rulelang.diagnostics.source import DataPlace
from rulelang.diagnostics.suggest import nearest

# ---- Plain records ----


def unknown_record_format(file: str, known: Sequence[str]) -> Diagnostic:
    return Diagnostic(
        "unknown-record-format",
        f"{quoted(file)} does not have the extension of a file of records; expected {listing(known, 'or')}",
        place=DataPlace(file),
    )


def no_record_files(folder: str) -> Diagnostic:
    return Diagnostic(
        "no-record-files",
        f"the folder {quoted(folder)} has no file of records",
        place=DataPlace(folder),
        help="expected files that end in `.csv`, `.tsv`, or `.parquet`, directly in the folder",
    )


def several_plugins(what: str, name: str, packages: Sequence[str]) -> Diagnostic:
    return Diagnostic(
        "plugin-failed",
        f"several installed packages have a {what} of {quoted(name)}: {listing(packages)}",
        help="uninstall all of them but one",
    )


def plugin_failed(what: str, name: str, package: str, error: str) -> Diagnostic:
    return Diagnostic(
        "plugin-failed",
        f"the {what} of {quoted(name)} that the package {quoted(package)} adds has failed: {error}",
        help=f"tell those who make {quoted(package)}; it is no part of rulelang",
    )


def broken_records(file: str, kind: str, row: int | None = None) -> Diagnostic:
    return Diagnostic(
        "broken-records",
        f"the file cannot be read as {kind}",
        place=DataPlace(file, row),
        help="write it again with the program it comes from",
    )


def not_a_table(found: str) -> Diagnostic:
    return Diagnostic(
        "not-a-table",
        f"{quoted(found)} is not a table of records; expected a DuckDB relation, an Arrow table, or a DataFrame of"
        " pandas or Polars",
        help="a list of LEAs or rows works too, even of only one; collect anything lazy, such as a `LazyFrame`, first",
    )


def unreadable_table(kind: str) -> Diagnostic:
    return Diagnostic(
        "unreadable-table",
        f"the {kind} table cannot be read to its end",
        help="check that every column has values of one type, and that the source of the table still exists",
    )


def missing_record_columns(source: str, missing: Sequence[str], unread: Sequence[str]) -> Diagnostic:
    return Diagnostic(
        "missing-record-columns",
        f"the records have no column {listing(missing)}",
        place=DataPlace(source),
        help="plain records have the columns lea_code, year, student_group, indicator and level"
        + (f"; nothing reads {listing(unread)}: is one of them meant?" if unread else ""),
    )


def no_room_to_judge() -> Diagnostic:
    return Diagnostic(
        "no-room-to-judge",
        "there is not enough memory or disk space to evaluate the records",
        help="free some disk space, allow more memory with `--memory`, or evaluate fewer records at a time",
    )


def record_is_no_row(place: DataPlace) -> Diagnostic:
    return Diagnostic(
        "record-is-no-row",
        "the record is not a row of named values",
        place=place,
        help='a dictionary in Python, or an object in JSON: {"lea_code": "...", "year": 2023, "indicator": "...",'
        ' "level": "..."}',
    )


def missing_record_value(place: DataPlace, expected: Sequence[str]) -> Diagnostic:
    is_value = expected[0] in ("level", "value")
    return Diagnostic(
        "missing-record-value",
        f"the row has no value for {listing(expected, 'or')}",
        place=place,
        help="write `unknown` if it is not known, and `not rated` if there is none; a row that is left out says that"
        " there is none"
        if is_value
        else "every record needs one",
    )


def unknown_record_word(place: DataPlace, what: str, found: str, known: Sequence[str]) -> Diagnostic:
    says_more = nearest(found, known) or len(known) > MOST_LISTED
    return Diagnostic(
        "unknown-record-word",
        f"{quoted(found)} is not {what}; expected {listing(known, 'or')}",
        place=place,
        help=which_was_meant(found, known, lists="rulelang words") if says_more else None,
    )


def not_a_date(place: DataPlace, name: str, found: str) -> Diagnostic:
    return Diagnostic(
        "not-a-date",
        f"{quoted(found)} is not a date, but `{name}` is",
        place=place,
        help="write it as `2023-07-01` or `July 1, 2023`",
    )


def ambiguous_record_level(place: DataPlace, level: str, scales: Sequence[str]) -> Diagnostic:
    return Diagnostic(
        "ambiguous-record-level",
        f"the level {quoted(level)} belongs to more than one scale: {listing(scales)}",
        place=place,
        help="add a column `scale`",
    )


def record_level_not_in_year(place: DataPlace, level: str, indicator: str, year: int, has: Sequence[str]) -> Diagnostic:
    return evolve(level_not_in_year(None, level, indicator, year, has), place=place)


def record_of_other_group(place: DataPlace, group: str, indicator: str, groups: Sequence[str]) -> Diagnostic:
    return evolve(fact_of_other_group(None, group, indicator, groups), place=place)


def record_of_level_and_number(place: DataPlace) -> Diagnostic:
    return Diagnostic(
        "record-of-level-and-number",
        "the row has both a level and a number; expected one of them",
        place=place,
        help="give the level in one row, with `level`, and the number in another, with `number` and `value`",
    )


def record_needs_group(place: DataPlace, indicator: str) -> Diagnostic:
    return Diagnostic(
        "record-needs-group",
        f"{quoted(indicator)} is reported by student group, but the row names none",
        place=place,
    )


def with_unread_columns(wrong: Diagnostic, column: str, unread: Sequence[str]) -> Diagnostic:
    """Return a message about a value that a row lacks, with the columns that it has and nothing reads."""
    nothing = "is not used" if len(unread) == 1 else "are not used"
    return evolve(
        wrong, help=f"there is no column {quoted(column)}, and {listing(unread)} {nothing}: is it one of them?"
    )


def record_needs_no_group(place: DataPlace, indicator: str, group: str) -> Diagnostic:
    return Diagnostic(
        "record-needs-no-group",
        f"{quoted(indicator)} is reported for the LEA as a whole, but the row names {quoted(group)}",
        place=place,
        help="leave the student group blank",
    )


# ---- Writing ----


def library_missing(library: str, purpose: str) -> Diagnostic:
    return Diagnostic(
        "library-missing",
        f"to {purpose}, the package {quoted(library)} is needed, but it is not installed",
        help=f"install it with `{install_command(library)}`; the formats csv and json need no extra package",
    )


def unknown_table_format(found: str, known: Sequence[str]) -> Diagnostic:
    return Diagnostic(
        "unknown-table-format", f"{quoted(found)} is not a format of tables; expected {listing(known, 'or')}"
    )


def unwritable_file(file: str, *, is_full: bool = False) -> Diagnostic:
    return Diagnostic(
        "unwritable-file",
        f"the file {quoted(file)} cannot be written" + (": the disk is full" if is_full else ""),
        place=DataPlace(file),
        help="free some disk space, or write to another disk"
        if is_full
        else "close it in other programs, and check that you can write to the folder and that the disk is not full",
    )


def unreadable_outlines(file: str) -> Diagnostic:
    return Diagnostic(
        "unreadable-outlines",
        f"the file {quoted(file)} is no GeoJSON with an outline for each county",
        place=DataPlace(file),
        help="write it again, or delete it: reports then have no map",
    )


def too_big_for_spreadsheet(file: str) -> Diagnostic:
    return Diagnostic(
        "too-big-for-spreadsheet",
        "the table does not fit in an Excel sheet",
        place=DataPlace(file),
        help="write it as csv, json, or parquet",
    )


def sample_would_overwrite(file: str) -> Diagnostic:
    return Diagnostic(
        "sample-would-overwrite",
        f"the file {quoted(file)} already exists, and a made-up state would replace it",
        place=DataPlace(file),
        help="give an empty folder, or replace the files there with `--force`",
    )


def no_sample_for_year(year: int, known: Iterable[int]) -> Diagnostic:
    return Diagnostic(
        "no-sample-for-year",
        f"the year {year} is not a Dashboard year; expected {listing([str(one) for one in known], 'or')}",
    )


def no_sample_of_size(leas: int, most: int) -> Diagnostic:
    return Diagnostic(
        "no-sample-of-size", f"a made-up state of {leas:,} LEAs cannot be written; expected 0 to {most:,}"
    )
