"""Files that people have handled: saved again from Excel, put together, copied. No row is lost without a word."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rulelang.data.published import read_published
from tests.data.small import (
    COLUMNS,
    COUNTY_OFFICE,
    DISTRICT,
    VOCABULARY,
    codes,
    counts,
    lea,
    only,
    read,
    reading,
    row,
    state_file,
)
from tests.data.test_bad_files import LOCAL_HEADER, workbook

HEADER = "\t".join(COLUMNS)
GROUPS = ("AA", "HI", "WH", "AS", "FI")
RATING: list[object] = [DISTRICT, "Alameda", 1, "Not Met", 2023]


def csv_file(folder: Path, *lines: str, delimiter: str = ",") -> Path:
    """Write a state indicator file with another delimiter and return where."""
    path = folder / "eladownload2023.txt"
    path.write_text("\n".join(line.replace("\t", delimiter) for line in (HEADER, *lines)) + "\n", encoding="utf-8")
    return path


def groups_read(folder: Path) -> set[str]:
    found = lea(read(folder)).years[2023].groups.items()
    return {group for group, readings in found if any(one.level for one in readings.values())}


# ---- Text ----


def test_semicolons_part_cells_as_commas_do(tmp_path: Path) -> None:
    csv_file(tmp_path, row(districtname='"Igo; Ono"'), row(studentgroup="HI"), delimiter=";")
    data = read(tmp_path)
    assert data.diagnostics == ()
    assert counts(data) == (2, 2, 0, 0)
    assert lea(data).name == "Igo; Ono"


@pytest.mark.parametrize("closed_at", [None, 2, 3, 4])
def test_an_unclosed_quotation_mark_in_a_spreadsheets_text_swallows_nothing(
    tmp_path: Path, closed_at: int | None
) -> None:
    lines = [row(studentgroup=group) for group in GROUPS]
    lines[1] = row(studentgroup="HI", schoolname='"Igo')
    if closed_at is not None:
        lines[closed_at] = row(studentgroup=GROUPS[closed_at], schoolname='Ono"')
    csv_file(tmp_path, *lines)
    data = read(tmp_path)
    if closed_at == 2:  # two rows with one mark each look like one row with a line break in a quoted cell
        assert counts(data)[0] == 4
        return
    diagnostic = only(data)
    assert diagnostic.code == "ragged-row"
    assert diagnostic.place is not None
    assert diagnostic.place.row == 3
    assert diagnostic.help is not None
    assert "quotation mark" in diagnostic.help
    assert counts(data) == (5, 4, 0, 1)
    assert reading(data, "Hispanic", ("ELA", "color")) is None


def test_a_title_with_a_line_break_does_not_hide_the_header(tmp_path: Path) -> None:
    path = csv_file(tmp_path, row(), row(studentgroup="HI", schoolname='"a\nb"'))
    path.write_text('"ELA\n2023"\n' + path.read_text(encoding="utf-8"), encoding="utf-8")
    data = read(tmp_path)
    assert data.diagnostics == ()
    assert counts(data) == (2, 2, 0, 0)


def test_a_header_that_is_repeated_is_ignored_and_counted(tmp_path: Path) -> None:
    whole = f"\ufeff{HEADER}\n{row()}\n\ufeff{HEADER}\r\n{row(studentgroup='HI')}\n"
    (tmp_path / "eladownload2023.txt").write_text(whole, encoding="utf-8")
    data = read(tmp_path)
    assert data.diagnostics == ()
    assert counts(data) == (3, 2, 1, 0)
    assert dict(data.report.ignored) == {"the header row once more": 1}


@pytest.mark.parametrize("marks", ["\ufeff", "\ufeff\ufeff"])
def test_a_mark_before_the_header_or_a_code_is_no_part_of_it(tmp_path: Path, marks: str) -> None:
    (tmp_path / "eladownload2023.txt").write_text(f"{marks}{HEADER}\n{marks}{row()}\n", encoding="utf-8")
    data = read(tmp_path)
    assert data.diagnostics == ()
    assert counts(data) == (1, 1, 0, 0)


@pytest.mark.parametrize("column, is_needed", [("color", True), ("cds", True), ("rtype", True), ("schoolname", False)])
def test_a_needed_column_that_is_there_twice_is_refused(tmp_path: Path, column: str, *, is_needed: bool) -> None:
    state_file(tmp_path, f"{row()}\tX", header=f"{HEADER}\t{column.upper()}")
    data = read(tmp_path)
    assert codes(data.diagnostics) == ({"repeated-column": 1} if is_needed else {})
    assert counts(data) == ((1, 0, 0, 1) if is_needed else (1, 1, 0, 0))


def test_a_needed_column_that_is_there_twice_in_a_list_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    header = "CDS,LEAname,Countyname,AApriorities,AssistanceStatus2018,AssistanceStatus2018"
    line = f"{DISTRICT},A,B,D,General Assistance,Differentiated Assistance"
    path.write_text(f"{header}\n{line}\n", encoding="utf-8")
    found = read_published(VOCABULARY, path, 2018)
    assert codes(found.diagnostics) == {"repeated-column": 1}
    assert (found.leas, found.report.refused) == ((), 1)


@pytest.mark.parametrize("column", ["currdenom", "color", "cds", "studentgroup", "reportingyear"])
def test_a_number_too_long_to_be_one_is_refused(tmp_path: Path, column: str) -> None:
    state_file(tmp_path, row(**{column: "9" * 100_000}), row(studentgroup="HI"))
    data = read(tmp_path)
    assert len(only(data).message) < 400
    is_value = column in ("currdenom", "color")
    assert counts(data) == ((2, 2, 0, 0) if is_value else (2, 1, 0, 1))
    needs = ("ELA", "Status" if column == "currdenom" else "color")
    assert lea(data).years[2023].reading("African American", needs) is None


def test_a_huge_cell_that_no_rule_needs_is_no_fault(tmp_path: Path) -> None:
    state_file(tmp_path, row(schoolname="x" * 5_000_000), row(studentgroup="HI"))
    assert counts(read(tmp_path)) == (2, 2, 0, 0)


QUOTED = st.lists(
    st.sampled_from(['"', '""', "x", ",", "\n", '"Igo\nOno"', "AA", DISTRICT, row().replace("\t", ","), ",,"]),
    max_size=14,
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=QUOTED, after=QUOTED)
def test_however_text_is_quoted_a_whole_row_on_a_line_of_its_own_is_read_or_told(
    tmp_path: Path, before: list[str], after: list[str]
) -> None:
    known = row(cds="10621660000000").replace("\t", ",")
    text = f"{HEADER.replace(chr(9), ',')}\n{''.join(before)}\n{known}\n{''.join(after)}\n"
    (tmp_path / "eladownload2023.txt").write_text(text, encoding="utf-8")
    data = read(tmp_path)
    held, used, ignored, refused = counts(data)
    assert held == used + ignored + refused
    assert data.has_errors or any(record.code == "10621660000000" for record in data.records)


# ---- Folders ----


def test_files_whose_names_differ_in_case_only_are_both_read(tmp_path: Path) -> None:
    state_file(tmp_path, row())
    state_file(tmp_path, row(studentgroup="HI"), name="ELADOWNLOAD2023.TXT")
    if len(list(tmp_path.iterdir())) == 1:
        pytest.skip("the file system does not tell names apart by case")
    data = read(tmp_path)
    assert data.diagnostics == ()
    assert groups_read(tmp_path) == {"African American", "Hispanic"}


def test_a_folder_named_like_a_file_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "eladownload2023.txt").mkdir()
    state_file(tmp_path, row(), name="mathdownload2023.txt")
    data = read(tmp_path)
    assert data.diagnostics == ()
    assert ("ELA",) in {missing.indicators for missing in data.report.missing}


def test_links_that_lead_in_circles_are_passed_by(tmp_path: Path) -> None:
    state_file(tmp_path, row())
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    (tmp_path / "mathdownload2023.txt").symlink_to(tmp_path / "mathdownload2023.txt")
    (tmp_path / "again").symlink_to(tmp_path)
    data = read(tmp_path)
    assert data.diagnostics == ()
    assert counts(data) == (1, 1, 0, 0)
    assert only(read(tmp_path / "a")).code == "no-data-folder"


# ---- Excel ----


def test_two_sheets_of_data_are_refused_by_name(tmp_path: Path) -> None:
    other = [COUNTY_OFFICE, *RATING[1:]]
    workbook(tmp_path / "Pr12023.xlsx", [LOCAL_HEADER, RATING], [["x"]], [LOCAL_HEADER, other])
    data = read(tmp_path)
    diagnostic = only(data)
    assert diagnostic.code == "several-data-sheets"
    assert "`Sheet1` and `Sheet3`" in diagnostic.message
    assert data.records == ()


def test_of_several_sheets_of_data_the_one_with_the_rows_of_all_is_read(tmp_path: Path) -> None:
    other = [COUNTY_OFFICE, *RATING[1:]]
    parts = [[LOCAL_HEADER, RATING], [LOCAL_HEADER, other]]
    workbook(tmp_path / "Pr12023.xlsx", parts[0], [["x"]], [["A title"], LOCAL_HEADER, RATING, other], parts[1])
    data = read(tmp_path)
    assert data.diagnostics == ()
    assert counts(data) == (2, 2, 0, 0)


def test_of_two_sheets_one_may_be_without_rows_or_with_fewer_columns(tmp_path: Path) -> None:
    layout: list[list[object]] = [["cdsCode", "what it is"], ["lea", "the LEA"]]
    workbook(tmp_path / "Pr12023.xlsx", [LOCAL_HEADER], layout, *([[["x", 1]]] * 40), [LOCAL_HEADER, RATING])
    data = read(tmp_path)
    assert data.diagnostics == ()
    assert counts(data) == (1, 1, 0, 0)


def test_a_workbook_with_a_header_only_is_told(tmp_path: Path) -> None:
    workbook(tmp_path / "Pr12023.xlsx", [["A title"], LOCAL_HEADER])
    diagnostic = only(read(tmp_path))
    assert diagnostic.code == "header-only"
    assert diagnostic.place is not None
    assert diagnostic.place.row == 2


@pytest.mark.parametrize("at, code", [((1_048_575, 16_383), "stray-cell"), ((3_000, 30), "unknown-lea-code")])
def test_a_cell_far_from_the_table_is_told_and_breaks_nothing(tmp_path: Path, at: tuple[int, int], code: str) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    with xlsxwriter.Workbook(tmp_path / "Pr12023.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, LOCAL_HEADER)
        sheet.write_row(1, 0, RATING)
        sheet.write(*at, "x")
    diagnostic = only(read(tmp_path))
    assert diagnostic.code == code
    assert code != "stray-cell" or "`XFD1048576`" in diagnostic.message


def test_a_cell_that_is_only_colored_is_not_far_from_the_table(tmp_path: Path) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    with xlsxwriter.Workbook(tmp_path / "Pr12023.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, LOCAL_HEADER)
        sheet.write_row(1, 0, RATING)
        sheet.write_blank(1_048_575, 16_383, None, book.add_format({"bg_color": "red"}))
    assert counts(read(tmp_path)) == (1, 1, 0, 0)


def test_cells_that_are_dates_numbers_and_answers_are_read_or_refused(tmp_path: Path) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    with xlsxwriter.Workbook(tmp_path / "Pr12023.xlsx") as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        cells = [DISTRICT, 45000, 1.61e12, "1.61E+12", "01611270000000", "01611430000000"]
        for number, rows in enumerate([LOCAL_HEADER, *([code, *RATING[1:]] for code in cells)]):
            sheet.write_row(number, 0, rows)
        sheet.write_number(2, 0, 45000, day)
        sheet.write_boolean(5, 3, True)
        sheet.write_number(6, 4, 2023.0)
    data = read(tmp_path)
    assert codes(data.diagnostics) == {
        "unknown-lea-code": 1,
        "lost-leading-zeros": 1,
        "rounded-lea-code": 1,
        "unknown-level-code": 1,
    }
    assert counts(data) == (6, 2, 0, 4)


def test_a_web_page_with_the_name_of_a_workbook_is_told(tmp_path: Path) -> None:
    (tmp_path / "Pr12023.xlsx").write_text("<html><table><tr><td>cdsCode</td></tr></table></html>", encoding="utf-8")
    assert only(read(tmp_path)).code == "web-page-instead-of-data"
