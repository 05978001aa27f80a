"""Every bad row gets its own message with file, row and column, and every other row is still read."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import rulelang
from rulelang.core.record import NO_ROW
from rulelang.data.group_counts import read_group_counts
from rulelang.data.read import read_folders
from rulelang.diagnostics.diagnostic import Severity
from rulelang.diagnostics.source import DataPlace
from tests.data.small import (
    COLUMNS,
    COUNTY_OFFICE,
    DISTRICT,
    VOCABULARY,
    codes,
    counts,
    lea,
    local_file,
    only,
    read,
    reading,
    row,
    state_file,
)

GOOD_ROW = row(studentgroup="WH")


@pytest.mark.parametrize(
    "cells, code, column, words",
    [
        ({"studentgroup": "ZZ"}, "unknown-group-code", "studentgroup", ["`ZZ`", "`AA`"]),
        ({"studentgroup": "LTEL"}, "group-not-in-file-year", "studentgroup", ["`LTEL`", "2023"]),
        ({"cds": DISTRICT[1:]}, "lost-leading-zeros", "cds", [f"`{DISTRICT[1:]}`", f"`{DISTRICT}`"]),
        ({"cds": "1.61119E+12"}, "rounded-lea-code", "cds", ["`1.61119E+12`"]),
        ({"cds": "0161119000000X"}, "unknown-lea-code", "cds", ["`0161119000000X`", "`??10???0000000`"]),
        ({"cds": DISTRICT + "0"}, "unknown-lea-code", "cds", [DISTRICT + "0"]),
        ({"cds": ""}, "unknown-lea-code", "cds", ["blank"]),
        ({"reportingyear": "2022"}, "wrong-dashboard-year", "reportingyear", ["`2022`", "`2023` or `2023f`"]),
        ({"reportingyear": ""}, "wrong-dashboard-year", "reportingyear", ["the row has no year"]),
    ],
)
def test_a_row_about_nobody_knows_what_is_refused(
    tmp_path: Path, cells: dict[str, str], code: str, column: str, words: list[str]
) -> None:
    path = state_file(tmp_path, row(studentgroup="HI"), row(**cells), GOOD_ROW)
    data = read(tmp_path)
    diagnostic = only(data)
    assert diagnostic.code == code
    assert diagnostic.place is not None
    assert (diagnostic.place.file, diagnostic.place.row, diagnostic.place.column) == (str(path), 3, column)
    assert all(word in diagnostic.message for word in words)
    assert counts(data) == (3, 2, 0, 1)
    assert data.has_errors
    assert set(lea(data).years[2023].groups) >= {"Hispanic", "White"}


@pytest.mark.parametrize(
    "cells, code, column, words, unknown",
    [
        ({"color": "3.0"}, "unknown-level-code", "color", ["`3.0`", "`0`", "`5`"], {"color"}),
        ({"color": "7"}, "unknown-level-code", "color", ["`7`", "`0`", "`5`"], {"color"}),
        ({"color": ""}, "unknown-level-code", "color", ["the color is blank"], {"color"}),
        ({"statuslevel": "Low"}, "unknown-level-code", "statuslevel", ["`Low`", "Status"], {"Status"}),
        ({"currdenom": "many"}, "not-a-number", "currdenom", ["`many`"], {"Status"}),
        ({"currdenom": "-3"}, "not-a-number", "currdenom", ["`-3`"], {"Status"}),
        ({"currdenom": "2.819"}, "not-a-number", "currdenom", ["`2.819`"], {"Status"}),
        ({"currdenom": "1e3"}, "not-a-number", "currdenom", ["`1e3`"], {"Status"}),
    ],
)
def test_a_value_that_cannot_be_read_is_unknown_and_the_rest_of_its_row_counts(
    tmp_path: Path, cells: dict[str, str], code: str, column: str, words: list[str], unknown: set[str]
) -> None:
    path = state_file(tmp_path, row(studentgroup="HI"), row(**cells), GOOD_ROW)
    data = read(tmp_path)
    diagnostic = only(data)
    assert diagnostic.code == code
    assert diagnostic.place is not None
    assert (diagnostic.place.file, diagnostic.place.row, diagnostic.place.column) == (str(path), 3, column)
    assert all(word in diagnostic.message for word in words)
    assert counts(data) == (3, 3, 0, 0)
    assert data.has_errors
    facts = lea(data).years[2023]
    for scale in ("color", "Status"):
        assert (facts.reading("African American", ("ELA", scale)) is None) == (scale in unknown)
        assert facts.reading("White", ("ELA", scale)) is not None


def test_a_row_of_which_no_value_can_be_read_is_refused(tmp_path: Path) -> None:
    state_file(tmp_path, row(statuslevel="Low", color="7"), GOOD_ROW)
    data = read(tmp_path)
    assert counts(data) == (2, 1, 0, 1)
    assert [lea(data).years[2023].reading("African American", ("ELA", one)) for one in ("color", "Status")] == [
        None
    ] * 2


def test_a_good_file_says_nothing(tmp_path: Path) -> None:
    state_file(tmp_path, row(), GOOD_ROW)
    data = read(tmp_path)
    assert data.diagnostics == ()
    assert not data.has_errors
    assert counts(data) == (2, 2, 0, 0)


def test_what_a_refused_row_would_have_said_is_unknown_and_the_rest_is_known(tmp_path: Path) -> None:
    state_file(tmp_path, row(color="7"), GOOD_ROW)
    data = read(tmp_path)
    assert reading(data, "African American", ("ELA", "color")) is None
    hispanic = reading(data, "Hispanic", ("ELA", "color"))
    assert hispanic is not None
    assert hispanic.level is None


@pytest.mark.parametrize("cells", [{"cds": DISTRICT[1:]}, {"studentgroup": "ZZ"}, {"reportingyear": "2022"}])
def test_a_row_refused_without_its_group_leaves_the_indicator_unknown(tmp_path: Path, cells: dict[str, str]) -> None:
    state_file(tmp_path, row(**cells), GOOD_ROW, row(cds=COUNTY_OFFICE))
    data = read(tmp_path)
    white = reading(data, "White", ("ELA", "color"))
    assert white is not None
    assert white.level == "Red"
    assert reading(data, "Hispanic", ("ELA", "color")) is None
    assert reading(data, "Hispanic", ("ELA", "color"), code=COUNTY_OFFICE) is not None


def test_of_rows_that_say_the_same_the_first_is_used(tmp_path: Path) -> None:
    state_file(tmp_path, row(color="1"), GOOD_ROW, row(color=" 1"), row(color="1"))
    data = read(tmp_path)
    assert [(one.code, one.place.row if one.place else 0) for one in data.diagnostics] == [
        ("duplicate-row", 4),
        ("duplicate-row", 5),
    ]
    assert "row 2" in data.diagnostics[0].message
    first = reading(data, "African American", ("ELA", "color"))
    assert first is not None
    assert first.level == "Red"
    assert first.origin == "eladownload2023.txt, row 2"


@pytest.mark.parametrize("colors", [("1", "2"), ("1", "1", "2"), ("1", "2", "3"), ("0", "1")])
@pytest.mark.parametrize("files", [1, 2, 3])
def test_of_rows_that_contradict_each_other_none_counts_in_any_order(
    tmp_path: Path, colors: tuple[str, ...], files: int
) -> None:
    for number, order in enumerate(sorted(set(permutations(colors)))):
        folder = tmp_path / str(number)
        for at in range(files):
            rows = [row(color=color) for color in order[at::files]]
            state_file(folder / str(at), *rows, *([GOOD_ROW] if at == 0 else [row(cds=f"02{at:05}0000000")]))
        data = read(folder)
        assert counts(data) == (len(colors) + files, files, 0, len(colors)), order
        assert "contradicting-row" in codes(data.diagnostics)
        assert reading(data, "African American", ("ELA", "color")) is None
        assert reading(data, "African American", ("ELA", "Status")) is None
        white = reading(data, "White", ("ELA", "color"))
        assert white is not None
        assert white.level == "Red"
        told = next(one for one in data.diagnostics if one.code == "contradicting-row").message
        assert "color is `" in told
        assert "`ELA` for `African American` at LEA" in told


def test_two_codes_of_one_group_are_duplicates(tmp_path: Path) -> None:
    state_file(tmp_path, row(studentgroup="MR"), row(studentgroup="TOM"))
    assert only(read(tmp_path)).code == "duplicate-row"


def test_an_unknown_local_indicator_and_rating_are_refused(tmp_path: Path) -> None:
    local_file(
        tmp_path,
        (DISTRICT, "Basic-Priority Area 1", "Met"),
        (DISTRICT, "Basik", "Met"),
        (DISTRICT, "Climate-Priority Area 6", "Perhaps"),
        (DISTRICT, "Basic-Priority Area 1", "Not Met"),
    )
    data = read(tmp_path, 2018)
    assert codes(data.diagnostics) == {"unknown-indicator-code": 1, "unknown-level-code": 1, "contradicting-row": 1}
    assert counts(data) == (4, 0, 0, 4)


def test_a_local_indicator_not_reported_that_year_is_ignored(tmp_path: Path) -> None:
    local_file(
        tmp_path, (DISTRICT, "Access-Priority Area 7", "Met"), (DISTRICT, "Basic-Priority Area 1", "Met"), year=2017
    )
    data = read(tmp_path, 2017)
    assert counts(data) == (2, 1, 1, 0)
    assert list(data.report.ignored) == ["`Access to a Broad Course of Study` is not reported in 2017"]


def test_a_row_about_another_indicator_than_its_file_is_refused(tmp_path: Path) -> None:
    lines = [
        "cdsCode|lea|priorityNumber|countyPerformance|year",
        f"{DISTRICT}|A|1|Met|2023",
        f"{COUNTY_OFFICE}|B|2|Met|2023",
    ]
    (tmp_path / "Pr12023.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    data = read(tmp_path)
    assert only(data).code == "another-indicator"
    assert counts(data) == (2, 1, 0, 1)


@pytest.mark.parametrize(
    "word, is_used", [("ELA", True), ("", True), ("ELA-2", True), ("SUSP", False), ("MATH", False)]
)
def test_a_state_file_says_which_indicator_it_is_about(tmp_path: Path, word: str, *, is_used: bool) -> None:
    header = "\t".join((*COLUMNS, "indicator"))
    state_file(tmp_path, f"{row()}\t{word}", header=header)
    state_file(tmp_path, f"{row()}\tMATH", header=header, name="mathdownload2023.txt")
    data = read_folders(rulelang.load("assistance/2023").rules.vocabulary, [tmp_path], (2023,))
    assert codes(data.diagnostics) == ({} if is_used else {"another-indicator": 1})
    found = reading(data, "African American", ("ELA", "color"))
    assert (found is not None and found.level == "Red") is is_used


def test_a_row_with_too_few_or_too_many_cells_is_refused(tmp_path: Path) -> None:
    state_file(tmp_path, row().rsplit("\t", 2)[0], row(studentgroup="HI") + "\tmore", GOOD_ROW)
    data = read(tmp_path)
    assert [one.code for one in data.diagnostics] == ["ragged-row", "ragged-row"]
    assert "9 cells" in data.diagnostics[0].message
    assert f"expected {len(COLUMNS)}" in data.diagnostics[0].message
    assert counts(data) == (3, 1, 0, 2)


def test_blank_cells_and_lines_at_the_end_are_no_fault(tmp_path: Path) -> None:
    state_file(tmp_path, row(studentgroup="HI ") + "\t\t", GOOD_ROW + "\t", "", "\t\t", "")
    data = read(tmp_path)
    assert data.diagnostics == ()
    assert counts(data) == (2, 2, 0, 0)


def test_a_truncated_file_says_so_and_its_silence_means_nothing(tmp_path: Path) -> None:
    path = state_file(tmp_path, row(studentgroup="HI"), GOOD_ROW)
    path.write_bytes(path.read_bytes()[:-30])
    state_file(tmp_path, row(), name="mathdownload2023.txt")
    data = read(tmp_path)
    diagnostic = only(data)
    assert diagnostic.code == "truncated-file"
    assert diagnostic.place is not None
    assert diagnostic.place.row == 3
    assert counts(data) == (3, 2, 0, 1)
    assert reading(data, "Hispanic", ("ELA", "color")) is not None
    assert reading(data, "Filipino", ("ELA", "color")) is None
    assert reading(data, "Filipino", ("Math", "color")) is not None


def test_a_last_line_without_an_end_is_no_truncation(tmp_path: Path) -> None:
    path = state_file(tmp_path, GOOD_ROW)
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    data = read(tmp_path)
    assert data.diagnostics == ()
    assert data.report.used == 1


def windows_file(folder: Path, *rows: str) -> Path:
    """Write a state indicator file as Windows-1252."""
    path = state_file(folder, *rows)
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp1252"))
    return path


def test_a_name_that_is_not_utf_8_is_read_as_windows_1252_and_told_once(tmp_path: Path) -> None:
    path = windows_file(
        tmp_path, GOOD_ROW, *(row(studentgroup=code, districtname="Los Niños") for code in ("AA", "HI"))
    )
    data = read(tmp_path)
    diagnostic = only(data)
    assert (diagnostic.code, diagnostic.severity) == ("read-as-windows-1252", Severity.WARNING)
    assert diagnostic.message.startswith("2 rows are ")
    assert "row 3 (`Los Niños`) and row 4 (`Los Niños`)" in diagnostic.message
    assert diagnostic.place is not None
    assert (diagnostic.place.file, diagnostic.place.row) == (str(path), 3)
    assert counts(data) == (3, 3, 0, 0)
    assert not data.has_errors
    assert reading(data, "Hispanic", ("ELA", "color")) is not None


def test_a_name_is_right_and_many_rows_are_one_warning(tmp_path: Path) -> None:
    windows_file(tmp_path, *(row(cds=f"01{number:05}0000000", districtname="Peña “B”") for number in range(40)))
    data = read(tmp_path)
    assert "40 rows" in only(data).message
    assert "and 36 more" in only(data).message
    assert {record.name for record in data.records} == {"Peña “B”"}


def test_a_name_in_both_encodings_is_read_letter_by_letter(tmp_path: Path) -> None:
    path = state_file(tmp_path, row(districtname="Peña XX"))
    path.write_bytes(path.read_bytes().replace(b"XX", b"Ni\xf1os\x81"))
    data = read(tmp_path)
    assert only(data).code == "read-as-windows-1252"
    assert lea(data).name == "Peña Niños\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize(
    "column", ["cds", "rtype", "charter_flag", "studentgroup", "currdenom", "statuslevel", "color", "reportingyear"]
)
def test_a_cell_that_is_needed_and_not_utf_8_refuses_its_row_only(tmp_path: Path, column: str) -> None:
    windows_file(tmp_path, row(districtname="Peña"), row(studentgroup="HI") + "\t", row(**{column: "ñ"}), GOOD_ROW)
    data = read(tmp_path)
    assert codes(data.diagnostics) == {"unreadable-cell": 1, "read-as-windows-1252": 1}
    refused = next(one for one in data.diagnostics if one.code == "unreadable-cell")
    assert refused.severity is Severity.ERROR
    assert refused.place is not None
    assert (refused.place.row, refused.place.column) == (4, column)
    assert counts(data) == (4, 3, 0, 1)
    assert lea(data).name == "Peña"


def test_what_a_row_with_an_unreadable_cell_would_have_said_is_unknown(tmp_path: Path) -> None:
    windows_file(tmp_path, row(studentgroup="ñ"), GOOD_ROW, row(cds=COUNTY_OFFICE))
    data = read(tmp_path)
    assert reading(data, "Hispanic", ("ELA", "color")) is None
    assert reading(data, "Hispanic", ("ELA", "color"), code=COUNTY_OFFICE) is not None


def test_a_level_without_a_number_of_students_is_unknown_where_the_number_matters(tmp_path: Path) -> None:
    state_file(tmp_path, row(currdenom="", statuslevel="1"), row(studentgroup="HI", currdenom="", statuslevel="0"))
    data = read(tmp_path)
    diagnostic = only(data)
    assert diagnostic.code == "unknown-number-of-students"
    assert diagnostic.severity is Severity.WARNING
    assert not data.has_errors
    assert counts(data) == (2, 2, 0, 0)
    assert reading(data, "African American", ("ELA", "Status")) is None
    color = reading(data, "African American", ("ELA", "color"))
    assert color is not None
    assert color.level == "Red"
    hispanic = reading(data, "Hispanic", ("ELA", "Status"))
    assert hispanic is not None
    assert hispanic.level is None


def test_many_equal_mistakes_are_told_five_times_and_then_counted(tmp_path: Path) -> None:
    rows = [row(cds=f"01{number:05}0000000", color="9") for number in range(40)]
    state_file(tmp_path, *rows, row(studentgroup="ZZ"))
    data = read(tmp_path)
    assert codes(data.diagnostics) == {"unknown-level-code": 5, "more-rows": 1, "unknown-group-code": 1}
    last = next(one for one in data.diagnostics if one.code == "more-rows")
    assert "35 more rows" in last.message
    assert "unknown-level-code" in last.message
    assert last.place is not None
    assert last.place.row == 7  # the first of those not shown, so that it comes after those shown
    assert data.report.used == 40
    assert data.report.refused == 1


CELLS = st.sampled_from(["", "0", "1", "5", "9", "D", "S", "Y", "AA", "HI", "ALL", "ZZ", "2023", "2022", DISTRICT, "x"])
LINES = st.one_of(
    st.lists(CELLS, min_size=9, max_size=13).map("\t".join),
    st.fixed_dictionaries({"cds": CELLS, "color": CELLS, "studentgroup": CELLS, "reportingyear": CELLS}).map(
        lambda cells: row(**cells)
    ),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(LINES, min_size=1, max_size=12))
def test_every_row_is_used_ignored_or_refused(tmp_path: Path, lines: list[str]) -> None:
    state_file(tmp_path, *lines)
    data = read(tmp_path)
    rows = sum(bool(line.strip()) for line in lines)
    held, used, ignored, refused = counts(data)
    assert held == used + ignored + refused
    assert held == rows
    assert bool(refused) <= data.has_errors


# What begins like a workbook is read by a process of its own, which takes its time to start.
@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300), after_header=st.booleans())
def test_no_bytes_make_it_raise(tmp_path: Path, content: bytes, *, after_header: bool) -> None:
    header = ("\t".join(COLUMNS) + "\n").encode()
    (tmp_path / "eladownload2023.txt").write_bytes(header + content if after_header else content)
    (tmp_path / "Pr12023.xlsx").write_bytes(content)
    data = read(tmp_path)
    assert data.report.files[0].path.name == "eladownload2023.txt"
    assert data.report.used == 0
    assert data.has_errors


def test_what_a_spreadsheet_did_to_a_column_is_said_once(tmp_path: Path) -> None:
    groups = ("AA", "HI", "WH", "EL", "SWD", "SED", "AS")
    path = state_file(tmp_path, *(row(cds=DISTRICT[1:], studentgroup=group) for group in groups))
    data = read(tmp_path)
    said = only(data)
    assert (said.code, said.place) == ("lost-leading-zeros", DataPlace(str(path), 2, "cds"))
    assert said.message.endswith("; 6 more rows have the same error")
    assert data.report.refused == len(groups)


@pytest.mark.parametrize("written", ["'{}", '="{}"', "{}.0", "{:.2} {:.12}", "{:.2}-{:.12}"])
def test_a_row_with_signs_in_its_code_leaves_its_lea_unknown(tmp_path: Path, written: str) -> None:
    code = written.replace("{:.12}", DISTRICT[2:]).format(DISTRICT)
    state_file(tmp_path, row(cds=code), row(cds=COUNTY_OFFICE))
    state_file(tmp_path, row(), name="mathdownload2023.txt")
    data = read(tmp_path)
    assert only(data).code == "marked-lea-code"
    assert reading(data, "Hispanic", ("ELA", "color")) is None


@pytest.mark.parametrize("code", ["", "1.61119E+12", "a code"])
def test_a_row_without_a_readable_code_leaves_the_lea_of_its_name_unknown(tmp_path: Path, code: str) -> None:
    rows = (
        row(cds=code),
        row(studentgroup="HI"),
        row(cds=COUNTY_OFFICE, districtname="Alameda County", studentgroup="HI"),
    )
    state_file(tmp_path, *rows)
    data = read(tmp_path)
    assert reading(data, "African American", ("ELA", "color")) is None
    assert reading(data, "African American", ("ELA", "color"), code=COUNTY_OFFICE) == NO_ROW
    elsewhere = row(cds=code, districtname="ALAMEDA  unified", countyname="Alpine")
    state_file(tmp_path, elsewhere, *rows[1:])
    assert reading(read(tmp_path), "African American", ("ELA", "color")) == NO_ROW


def test_rows_that_were_all_rounded_leave_their_indicator_unknown(tmp_path: Path) -> None:
    state_file(tmp_path, row(cds="1.61119E+12", districtname=""), row(cds="1.10017E+12", districtname=""))
    state_file(tmp_path, row(), name="mathdownload2023.txt")
    assert reading(read(tmp_path), "Hispanic", ("ELA", "color")) is None


def test_a_file_whose_rows_are_all_refused_says_of_no_lea_that_it_is_not_in_it(tmp_path: Path) -> None:
    state_file(tmp_path, row(cds="a code"), row(cds="another", studentgroup="HI"))
    state_file(tmp_path, row(), name="mathdownload2023.txt")
    data = read(tmp_path)
    assert counts(data) == (3, 1, 0, 2)
    assert reading(data, "Hispanic", ("ELA", "color")) is None


@pytest.mark.parametrize(
    "code, said, whole",
    [
        ("0110017", "short-lea-code", "01100170000000"),
        ("2765961", "short-lea-code", "27659610000000"),
        ("1611190000000", "lost-leading-zeros", "01611190000000"),
        ("611190000000", "lost-leading-zeros", None),
        ("0", "lost-leading-zeros", None),
    ],
)
def test_a_short_code_is_completed_only_where_its_digits_are_sure(
    tmp_path: Path, code: str, said: str, whole: str | None
) -> None:
    state_file(tmp_path, row(cds=code), row())
    diagnostic = only(read(tmp_path))
    assert diagnostic.code == said
    if whole is not None:
        assert f"`{whole}`" in diagnostic.message
    else:
        assert diagnostic.message.count("`") == 2


@pytest.mark.parametrize("students, is_read", [("1,234", True), ("0,012", True), ("1,23", False), ("-31", False)])
def test_a_number_of_students_is_written_as_any_number(tmp_path: Path, students: str, *, is_read: bool) -> None:
    state_file(tmp_path, row(currdenom=students))
    assert (codes(read(tmp_path).diagnostics) == {}) is is_read


@pytest.mark.parametrize("groups, is_read", [("1,234", True), ("1" * 16, False), ("3.5", False), ("-3", False)])
def test_a_number_of_student_groups_is_written_as_any_number(tmp_path: Path, groups: str, *, is_read: bool) -> None:
    path = tmp_path / "counts.txt"
    path.write_text(f"lea_code\tstudent_groups\n{DISTRICT}\t{groups}\n", encoding="utf-8")
    assert (read_group_counts(VOCABULARY, path, 2023).diagnostics == ()) is is_read
