"""Tables are written whole or not at all, and text stays text."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from rulelang.data.cells import exact
from rulelang.data.report import DataError
from rulelang.data.shared_rows import Cell
from rulelang.data.write import TABLE_FORMATS, write_table, write_workbook

COLUMNS = ("cds", "lea", "count")
ROWS: list[tuple[Cell, ...]] = [
    ("01611190000000", 'Peña, "Union"\nElementary', 3),
    ("00000000000001", "=1+1", None),
    ("+5", "@sum", 0),
    ("-2", "", -7),
]


def needs(format_: str) -> None:
    if format_ in ("xlsx", "parquet"):
        pytest.importorskip({"xlsx": "xlsxwriter", "parquet": "pyarrow"}[format_])


@pytest.mark.skipif(sys.platform == "win32", reason="links and rights are those of Unix")
@pytest.mark.parametrize("there", [True, False])
def test_link_stays_one_and_rights_stay(tmp_path: Path, there: bool) -> None:
    (tmp_path / "shared").mkdir()
    kept, link = tmp_path / "shared" / "kept.csv", tmp_path / "out.csv"
    link.symlink_to(kept)
    if there:
        kept.write_text("old", encoding="utf-8")
        kept.chmod(0o640)
    assert write_table(link, COLUMNS, ROWS, "csv") == link
    assert link.is_symlink()
    assert kept.read_text(encoding="utf-8").startswith(",".join(COLUMNS))
    assert [one.name for one in kept.parent.iterdir()] == ["kept.csv"]
    assert not there or kept.stat().st_mode & 0o777 == 0o640


def test_csv_keeps_every_cell(tmp_path: Path) -> None:
    path = write_table(tmp_path / "out", COLUMNS, ROWS, "csv")
    assert path == tmp_path / "out.csv"
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    expected = [list(COLUMNS), *(["" if cell is None else str(cell) for cell in row] for row in ROWS)]
    expected[2][1], expected[3][:2] = "'=1+1", ["'+5", "'@sum"]  # which a spreadsheet would work out
    assert lines == expected


def test_json_keeps_every_cell(tmp_path: Path) -> None:
    path = write_table(tmp_path / "out.json", COLUMNS, iter(ROWS), "json")
    assert json.loads(path.read_text(encoding="utf-8")) == [dict(zip(COLUMNS, row, strict=True)) for row in ROWS]


def test_json_without_rows_is_an_empty_list(tmp_path: Path) -> None:
    assert json.loads(write_table(tmp_path / "out", COLUMNS, [], "json").read_text(encoding="utf-8")) == []


def test_parquet_keeps_every_cell(tmp_path: Path) -> None:
    needs("parquet")
    parquet = pytest.importorskip("pyarrow.parquet")
    path = write_table(tmp_path / "out", COLUMNS, ROWS, "parquet")
    table = parquet.read_table(path)
    assert table.to_pylist() == [dict(zip(COLUMNS, row, strict=True)) for row in ROWS]
    assert [str(kind) for kind in table.schema.types] == ["string", "string", "int64"]


def test_xlsx_keeps_every_cell_and_makes_no_formula(tmp_path: Path) -> None:
    needs("xlsx")
    path = write_table(tmp_path / "out", COLUMNS, ROWS, "xlsx")
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    assert rows == [list(COLUMNS), *(["" if cell is None else cell for cell in row] for row in ROWS)]
    assert b"<f>" not in path.read_bytes()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20))
@pytest.mark.parametrize("format_", TABLE_FORMATS)
def test_a_text_comes_back_as_it_was(tmp_path: Path, format_: str, text: str) -> None:
    needs(format_)
    path = write_table(tmp_path / "out", ["text"], [[text]], format_)
    match format_:
        case "csv":
            with path.open(encoding="utf-8", newline="") as file:
                found = list(csv.reader(file))[1][0]
            assert not found.lstrip().startswith(("=", "+", "-", "@")) or exact(found.strip()) is not None
            found = found if found == text else found.removeprefix("'")
        case "json":
            found = json.loads(path.read_text(encoding="utf-8"))[0]["text"]
        case "xlsx":
            found = str(CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)[1][0])
        case _:
            found = pytest.importorskip("pyarrow.parquet").read_table(path).to_pylist()[0]["text"]
    assert found == text


def broken_rows() -> Iterator[tuple[Cell, ...]]:
    yield ROWS[0]
    raise OSError(28, "no space left")


@pytest.mark.parametrize("format_", TABLE_FORMATS)
def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path, format_: str) -> None:
    needs(format_)
    path = tmp_path / f"out.{format_}"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        write_table(path, COLUMNS, broken_rows(), format_)
    assert caught.value.diagnostics[0].code == "unwritable-file"
    assert path.read_text(encoding="utf-8") == "old"
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_a_folder_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "out.csv").mkdir()
    with pytest.raises(DataError, match="cannot be written"):
        write_table(tmp_path / "out", COLUMNS, ROWS)


def test_an_unknown_format_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        write_table(tmp_path / "out", COLUMNS, ROWS, "pdf")
    assert caught.value.diagnostics[0].code == "unknown-table-format"
    assert "`csv`" in str(caught.value)


@pytest.mark.parametrize("format_, library", [("xlsx", "xlsxwriter"), ("parquet", "pyarrow")])
def test_a_missing_library_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format_: str, library: str) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(DataError) as caught:
        write_table(tmp_path / "out", COLUMNS, ROWS, format_)
    assert caught.value.diagnostics[0].code == "extra-missing"
    assert list(tmp_path.iterdir()) == []


def test_a_cell_too_long_for_excel_is_told_and_not_cut(tmp_path: Path) -> None:
    needs("xlsx")
    with pytest.raises(DataError) as caught:
        write_table(tmp_path / "out", ["text"], [["x" * 40_000]], "xlsx")
    assert caught.value.diagnostics[0].code == "too-big-for-spreadsheet"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("as_numbers", [False, True])
@pytest.mark.parametrize(
    "columns, row",
    [(["text"], ["x" * 40_000]), (["n"] * 16_385, [1] * 16_385), (["n_percent"] * 16_385, [None] * 16_385)],
)
def test_what_does_not_fit_a_sheet_of_a_workbook_is_told_and_not_lost(
    columns: list[str], row: list[Cell], tmp_path: Path, *, as_numbers: bool
) -> None:
    needs("xlsx")
    path = tmp_path / "out.xlsx"
    write_workbook(path, {"fits": (COLUMNS, ROWS)}, as_numbers=as_numbers)
    whole = path.read_bytes()
    with pytest.raises(DataError) as caught:
        write_workbook(path, {"fits": (COLUMNS, ROWS), "does not": (columns, [row])}, as_numbers=as_numbers)
    assert caught.value.diagnostics[0].code == "too-big-for-spreadsheet"
    assert path.read_bytes() == whole


def test_a_workbook_to_calculate_with_has_numbers_and_keeps_codes_as_text(tmp_path: Path) -> None:
    needs("xlsx")
    columns = ("code", "rate_percent", "points", "mixed", "students")
    rows = [("0101", "12.5", "7.5", "1.5", 1200), ("0102", None, "", "n/a", None)]
    path = write_workbook(tmp_path / "out.xlsx", {"first": (columns, rows)}, as_numbers=True)
    [sheet] = CalamineWorkbook.from_path(str(path)).sheet_names
    read = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(sheet).to_python()
    assert read == [
        ["code", "rate %", "points", "mixed", "students"],
        ["0101", 0.125, 7.5, "1.5", 1200.0],
        ["0102", "", "", "n/a", ""],
    ]


def test_equal_tables_are_equal_files(tmp_path: Path) -> None:
    needs("xlsx")
    for name in ("a", "b"):
        write_table(tmp_path / name, COLUMNS, ROWS, "xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
