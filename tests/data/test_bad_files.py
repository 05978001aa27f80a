"""Every bad file or folder gets its own message, and every other file is still read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from attrs import evolve

from rulelang.data.read import read_folders
from tests.data.small import (
    COLUMNS,
    DISTRICT,
    VOCABULARY,
    codes,
    counts,
    is_root,
    lea,
    only,
    read,
    reading,
    row,
    state_file,
)

HEADER = "\t".join(COLUMNS)


@pytest.mark.parametrize(
    "content, code",
    [
        (b"", "empty-data-file"),
        (b"\xef\xbb\xbf \r\n\t\n", "empty-data-file"),
        (HEADER.encode() + b"\n", "header-only"),
        (HEADER.encode() + b"\n\t\t\t\n", "header-only"),
        (HEADER.encode("utf-16"), "file-in-utf-16"),
        (b"\x7fELF\0\0\0\1", "not-a-text-file"),
        (b"PK\x03\x04 a workbook by another name", "not-a-text-file"),
        (b"\n<!DOCTYPE html><html>Not found</html>", "web-page-instead-of-data"),
        (b"one\ttwo\n1\t2\n", "no-header-row"),
        (f"{HEADER.replace('color', 'colour')}\n{row()}\n".encode(), "missing-data-column"),
        (f"{HEADER.replace('statuslevel', 'status')}\n{row()}\n".encode(), "missing-data-column"),
        (f"{HEADER.replace('studentgroup', 'group')}\n{row()}\n".encode(), "missing-data-column"),
        (f"{HEADER.replace('currdenom', 'n')}\n{row()}\n".encode(), "missing-data-column"),
        (f"{HEADER.replace('reportingyear', 'y')}\n{row()}\n".encode(), "missing-data-column"),
        (f"{HEADER.replace('charter_flag', 'charter')}\n{row()}\n".encode(), "missing-data-column"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_once_and_no_other_suffers(
    tmp_path: Path, content: bytes, code: str
) -> None:
    path = tmp_path / "eladownload2023.txt"
    path.write_bytes(content)
    state_file(tmp_path, row(), name="mathdownload2023.txt")
    data = read(tmp_path)
    diagnostic = only(data)
    assert diagnostic.code == code
    assert diagnostic.place is not None
    assert diagnostic.place.file == str(path)
    assert data.has_errors
    assert data.report.used == 1
    assert next(file for file in data.report.files if file.path == path).note
    assert reading(data, "African American", ("Math", "color")) is not None
    assert reading(data, "African American", ("ELA", "color")) is None  # its silence means nothing


def test_a_missing_column_names_what_was_expected_found_and_near(tmp_path: Path) -> None:
    state_file(tmp_path, row(), row(studentgroup="HI"), header=HEADER.replace("color", "colour"))
    data = read(tmp_path)
    diagnostic = only(data)
    assert "expected `color`" in diagnostic.message
    assert "`cds`" in diagnostic.message
    assert diagnostic.help is not None
    assert "`colour`" in diagnostic.help
    assert counts(data) == (2, 0, 0, 2)


def test_a_missing_name_is_told_and_the_levels_are_read(tmp_path: Path) -> None:
    state_file(tmp_path, row(), header=HEADER.replace("countyname", "where"))
    data = read(tmp_path)
    assert only(data).code == "missing-data-column"
    assert counts(data) == (1, 1, 0, 0)
    assert lea(data).name == "Alameda Unified"
    assert lea(data).county == ""


def test_one_of_several_names_of_a_column_is_enough(tmp_path: Path) -> None:
    state_file(tmp_path, row(), header=HEADER.replace("schoolname", "other"))
    data = read(tmp_path)
    assert data.diagnostics == ()
    assert lea(data).name == "Alameda Unified"


def test_headers_and_file_names_are_found_without_regard_to_case(tmp_path: Path) -> None:
    state_file(tmp_path, row(), name="ElaDownload2023.TXT", header=HEADER.upper())
    assert counts(read(tmp_path)) == (1, 1, 0, 0)


@pytest.mark.parametrize("delimiter", ["\t", "|", ","])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_delimiters_line_ends_and_marks_make_no_difference(
    tmp_path: Path, delimiter: str, line_end: str, mark: str
) -> None:
    lines = [HEADER, row(districtname='"Igo Ono"'), row(studentgroup="HI")]
    text = mark + line_end.join(line.replace("\t", delimiter) for line in lines) + line_end
    (tmp_path / "eladownload2023.txt").write_bytes(text.encode())
    data = read(tmp_path)
    assert data.diagnostics == ()
    assert counts(data) == (2, 2, 0, 0)
    assert lea(data).name == "Igo Ono"


def test_commas_and_line_ends_in_quoted_cells_do_not_part_rows(tmp_path: Path) -> None:
    name = '"Igo, Ono,\nPlatina ""Union"""'
    text = "\n".join(line.replace("\t", ",") for line in (HEADER, row(districtname=name), row(studentgroup="HI")))
    (tmp_path / "eladownload2023.txt").write_text(text, encoding="utf-8")
    data = read(tmp_path)
    assert data.diagnostics == ()
    assert counts(data) == (2, 2, 0, 0)
    assert lea(data).name == 'Igo, Ono, Platina "Union"'


def test_a_stray_quotation_mark_swallows_nothing(tmp_path: Path) -> None:
    state_file(tmp_path, row(districtname='"Alameda'), row(studentgroup="HI"), row(studentgroup="WH"))
    assert counts(read(tmp_path)) == (3, 3, 0, 0)


def test_a_file_of_another_year_is_told_once(tmp_path: Path) -> None:
    path = state_file(tmp_path, *(row(reportingyear="2022", rtype=kind) for kind in "DSDS"))
    data = read(tmp_path)
    diagnostic = only(data)
    assert diagnostic.code == "file-of-another-year"
    assert "`2022`" in diagnostic.message
    assert "`2023`" in diagnostic.message
    assert diagnostic.place is not None
    assert (diagnostic.place.file, diagnostic.place.column) == (str(path), "reportingyear")
    assert counts(data) == (4, 0, 0, 4)


@pytest.mark.skipif(is_root(), reason="permissions do not hold for root")
def test_a_file_without_permission_is_told(tmp_path: Path) -> None:
    path = state_file(tmp_path, row())
    path.chmod(0)
    assert only(read(tmp_path)).code == "unreadable-data-file"


def test_a_file_that_may_not_be_opened_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state_file(tmp_path, row())
    state_file(tmp_path, row(), name="mathdownload2023.txt")
    whole = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name.startswith("ela"):
            raise PermissionError(13, "denied", str(path))
        return whole(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    data = read(tmp_path)
    assert only(data).code == "unreadable-data-file"
    assert data.report.used == 1


def test_a_folder_that_does_not_exist_is_told(tmp_path: Path) -> None:
    data = read(tmp_path / "nowhere")
    assert only(data).code == "no-data-folder"
    assert data.records == ()


def test_a_file_in_place_of_a_folder_is_read(tmp_path: Path) -> None:
    data = read(state_file(tmp_path, row()))
    assert data.diagnostics == ()
    assert data.report.used == 1


def test_a_folder_without_files_of_the_year_says_which_years_it_holds(tmp_path: Path) -> None:
    state_file(tmp_path, row(reportingyear="2022"), name="eladownload2022.txt")
    diagnostic = only(read(tmp_path))
    assert diagnostic.code == "no-data-files"
    assert "of 2023; it has files of 2022" in diagnostic.message
    assert diagnostic.help is not None
    assert "`eladownload2023.txt`" in diagnostic.help
    assert "`--records`" in diagnostic.help


def test_a_vocabulary_without_files_says_where_rows_go(tmp_path: Path) -> None:
    only_kinds = evolve(VOCABULARY, formats=())
    [diagnostic] = read_folders(only_kinds, [tmp_path], [2023]).diagnostics
    assert diagnostic.code == "no-data-files"
    assert diagnostic.help == "the vocabulary describes no such files; rows of your own go to `--records`"


def test_an_empty_folder_among_good_ones_is_told(tmp_path: Path) -> None:
    state_file(tmp_path / "good", row())
    (tmp_path / "empty").mkdir()
    data = read_folders(VOCABULARY, [tmp_path / "good", tmp_path / "empty"], [2023])
    assert only(data).code == "no-data-files"
    assert data.report.used == 1


def test_files_are_found_in_folders_one_level_below_and_no_deeper(tmp_path: Path) -> None:
    state_file(tmp_path / "2023", row())
    state_file(tmp_path / "more", row(), name="mathdownload2023.txt")
    state_file(tmp_path / "a" / "b", row(), name="suspdownload2023.txt")
    data = read(tmp_path)
    assert [file.path.name for file in data.report.files] == ["eladownload2023.txt", "mathdownload2023.txt"]
    missing = {missing.indicators for missing in data.report.missing}
    assert ("Suspension Rate",) in missing
    assert ("ELA",) not in missing


def test_a_copy_of_a_file_is_ignored_and_a_file_that_repeats_rows_is_refused(tmp_path: Path) -> None:
    state_file(tmp_path / "a", row(), row(studentgroup="HI"))
    state_file(tmp_path / "b", row(), row(studentgroup="HI"))
    state_file(tmp_path / "c", row(color="2"), row(cds="01611270000000"))
    data = read(tmp_path)
    assert only(data).code == "contradicting-row"
    assert counts(data) == (6, 2, 2, 2)
    assert [file.note.startswith("a copy of") for file in data.report.files] == [False, True, False]


def test_a_folder_given_twice_is_read_once(tmp_path: Path) -> None:
    state_file(tmp_path / "2023", row())
    data = read_folders(VOCABULARY, [tmp_path, tmp_path / "2023", tmp_path], [2023])
    assert counts(data) == (1, 1, 0, 0)
    assert data.diagnostics == ()


def test_only_the_kinds_asked_for_are_read(tmp_path: Path) -> None:
    state_file(tmp_path, row())
    data = read_folders(VOCABULARY, [tmp_path], [2023], kinds={2023: ["local"]})
    assert data.report.read == 0
    assert {missing.kind for missing in data.report.missing} == {"local"}


def test_progress_counts_the_files(tmp_path: Path) -> None:
    state_file(tmp_path, row())
    state_file(tmp_path, row(), name="mathdownload2023.txt")
    told: list[tuple[str, int, int]] = []
    read_folders(VOCABULARY, [tmp_path], [2023], progress=lambda *said: told.append(said))
    assert told == [("eladownload2023.txt", 0, 2), ("mathdownload2023.txt", 1, 2), ("", 2, 2)]


def test_no_message_has_a_line_break_or_a_word_of_python(tmp_path: Path) -> None:
    state_file(tmp_path, row(color="a`b\u2028c" + "x" * 200), row(cds="None"), row(currdenom="{}"))
    data = read(tmp_path)
    three = {"unknown-level-code": 1, "unknown-lea-code": 1, "not-a-number": 1}
    assert codes(data.diagnostics) == {**three, "contradicting-row": 1}  # of the first and the last
    for diagnostic in data.diagnostics:
        assert diagnostic.message == " ".join(diagnostic.message.split())
        assert len(diagnostic.message) < 300
        assert diagnostic.message.count("`") % 2 == 0
    assert json.dumps([diagnostic.message for diagnostic in data.diagnostics])


# ---- Excel ----


def workbook(path: Path, *sheets: list[list[object]]) -> Path:
    """Write a workbook with some sheets."""
    xlsxwriter = pytest.importorskip("xlsxwriter")
    with xlsxwriter.Workbook(path) as book:
        for rows in sheets:
            sheet = book.add_worksheet()
            for number, cells in enumerate(rows):
                sheet.write_row(number, 0, cells)
    return path


LOCAL_HEADER: list[object] = ["cdsCode", "lea", "priorityNumber", "countyPerformance", "year"]


def test_a_workbook_is_read_from_the_sheet_that_has_the_columns(tmp_path: Path) -> None:
    layout: list[list[object]] = [["Field Name", "Description"], ["cdsCode", "The code"], ["lea", "The LEA"]]
    rows: list[list[object]] = [["A title"], [], LOCAL_HEADER, [DISTRICT, "Alameda", 1, "Not Met", 2023]]
    workbook(tmp_path / "Pr12023.xlsx", layout, rows)
    data = read(tmp_path)
    assert data.diagnostics == ()
    found = reading(data, None, ("Basics", "rating"))
    assert found is not None
    assert found.level == "Not Met"
    assert found.origin == "Pr12023.xlsx, row 4"


def test_a_number_in_place_of_a_code_has_lost_its_zeros_and_text_has_not(tmp_path: Path) -> None:
    good = [DISTRICT, "Alameda", 1, "Met", "2023"]
    workbook(tmp_path / "Pr12023.xlsx", [LOCAL_HEADER, [int(DISTRICT), *good[1:]], [], good])
    data = read(tmp_path)
    diagnostic = only(data)
    assert diagnostic.code == "lost-leading-zeros"
    assert diagnostic.place is not None
    assert (diagnostic.place.row, diagnostic.place.column) == (2, "cdsCode")
    assert diagnostic.help is not None
    assert "as text" in diagnostic.help
    assert counts(data) == (2, 1, 0, 1)


@pytest.mark.parametrize("content", [b"not a workbook at all", b"PK\x03\x04broken"])
def test_a_broken_workbook_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "Pr12023.xlsx").write_bytes(content)
    assert only(read(tmp_path)).code == "broken-spreadsheet"


@pytest.mark.parametrize("rating, said", [("Met", "duplicate-row"), ("Not Met", "contradicting-row")])
def test_a_workbook_and_a_text_file_of_one_indicator_are_both_read(tmp_path: Path, rating: str, said: str) -> None:
    workbook(tmp_path / "Pr12023.xlsx", [LOCAL_HEADER, [DISTRICT, "Alameda", 1, "Met", 2023]])
    lines = "\t".join(map(str, LOCAL_HEADER)), f"{DISTRICT}\tAlameda\t1\t{rating}\t2023"
    (tmp_path / "Pr12023.txt").write_text("\n".join(lines), encoding="utf-8")
    data = read(tmp_path)
    assert [file.path.name for file in data.report.files] == ["Pr12023.xlsx", "Pr12023.txt"]
    diagnostic = only(data)
    assert diagnostic.code == said
    assert all(name in str(diagnostic) for name in ("Pr12023.xlsx", "Pr12023.txt"))


@pytest.mark.parametrize(
    "name",
    [
        *("eladownload2023 (1).txt", "eladownload2023(2).txt", "ELAdownload2023 - Copy.txt", "eladownload2023.csv"),
        *("ELA_2023.txt", "ela_2023 (2).txt", "ELA_2023.csv"),
        *("eladownload2023 copy.txt", "eladownload2023 copy 2.txt", "eladownload2023 2.txt"),
        *("eladownload2023.txt.txt", "eladownload2023.csv.txt", "eladownload2023 - Copy (3).tsv"),
    ],
)
def test_a_name_that_a_program_changed_is_found(tmp_path: Path, name: str) -> None:
    state_file(tmp_path, row(), name=name)
    assert counts(read(tmp_path)) == (1, 1, 0, 0)


def test_an_indicator_file_may_be_a_workbook(tmp_path: Path) -> None:
    layout: list[list[object]] = [["Field Name", "Description"], ["cds", "The code"]]
    rows: list[list[object]] = [list(COLUMNS), list(row().split("\t")), list(row(studentgroup="HI").split("\t"))]
    workbook(tmp_path / "eladownload2023.xlsx", layout, rows)
    data = read(tmp_path)
    assert (data.diagnostics, counts(data)) == ((), (2, 2, 0, 0))
    found = reading(data, "Hispanic", ("ELA", "color"))
    assert found is not None
    assert (found.level, found.origin) == ("Red", "eladownload2023.xlsx, row 3")


@pytest.mark.parametrize(
    "name",
    [
        *("eladownload2023.txt.crdownload", "eladownload2023.zip", "eladownload2023"),
        *("my eladownload2023.txt", "eladownload23.txt", "eladwonload2023.txt"),
    ],
)
def test_what_only_looks_like_a_file_is_not_read_and_named(tmp_path: Path, name: str) -> None:
    state_file(tmp_path, row(), name=name)
    alone = read(tmp_path)
    assert alone.report.files == ()
    assert f"`{name}`" in str(only(alone).help)
    state_file(tmp_path, row(), name="mathdownload2023.txt")
    beside = read(tmp_path)
    assert [file.path.name for file in beside.report.files] == ["mathdownload2023.txt"]
    assert [file.like for file in beside.report.missing if "ELA" in file.indicators] == [(name,)]
    assert all(file.like == () for file in beside.report.missing if "ELA" not in file.indicators)


@pytest.mark.parametrize("name", ["eladownload2022.txt", "notes2023.txt", "suspdownload2023.txt", "eladownload.txt"])
def test_files_of_other_years_and_other_things_do_not_look_like_one(tmp_path: Path, name: str) -> None:
    state_file(tmp_path, row(), name=name)
    state_file(tmp_path, row(), name="mathdownload2023.txt")
    assert all(file.like == () for file in read(tmp_path).report.missing)


def test_a_download_beside_another_of_its_name_is_not_passed_over(tmp_path: Path) -> None:
    state_file(tmp_path, row(color="2"), name="eladownload2023 (1).txt")
    state_file(tmp_path, row())
    data = read(tmp_path)
    assert [file.path.name for file in data.report.files] == ["eladownload2023.txt", "eladownload2023 (1).txt"]
    said = only(data)
    assert said.code == "contradicting-row"
    assert all(name in str(said) for name in ("eladownload2023.txt", "eladownload2023 (1).txt"))
    assert counts(data) == (2, 0, 0, 2)


def test_a_copy_beside_its_file_says_the_same_and_is_counted_as_ignored(tmp_path: Path) -> None:
    state_file(tmp_path, row(), name="eladownload2023 - Copy.txt")
    state_file(tmp_path, row())
    data = read(tmp_path)
    assert (data.diagnostics, counts(data)) == ((), (2, 1, 1, 0))
    assert [file.note.startswith("a copy of") for file in data.report.files] == [False, True]
