"""A file that is refused brings messages about itself, and about no other file."""

from __future__ import annotations

from pathlib import Path

import rulelang
from rulelang.cli.program import run
from rulelang.data.workbooks import sheets_of
from tests.data.test_bad_files import workbook


def test_a_refused_workbook_of_ratings_works_out_no_levels(tmp_path: Path) -> None:
    assert run(["sample", str(tmp_path), "--year", "2023", "--leas", "12"]) == 0
    path = tmp_path / "Pr12023.xlsx"
    [sheet] = sheets_of("x", path.read_bytes())
    rows: list[list[object]] = [list(cells) for _, cells in sheet.rows]
    workbook(path, [rows[0], *([int(str(row[0])), *row[1:]] for row in rows[1:])])
    data = rulelang.load("assistance/2023").read([tmp_path])
    errors = [one for one in data.diagnostics if one.place is not None and one.severity.value == "error"]
    assert errors
    assert {Path(one.place.file).name for one in errors if one.place is not None} == {"Pr12023.xlsx"}
    assert {one.code for one in errors} <= {"lost-leading-zeros", "more-rows"}
