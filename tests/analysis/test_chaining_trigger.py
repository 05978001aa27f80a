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


def test_a_file_that_lacks_its_levels_and_its_numbers_leaves_them_unknown_and_alone_is_at_fault(tmp_path: Path) -> None:
    assert run(["sample", str(tmp_path), "--year", "2023", "--leas", "30"]) == 0
    ruleset = rulelang.load("assistance/2023")
    before = {one.record.code: one.outcome for one in ruleset.evaluate(ruleset.read([tmp_path]).records)}
    path = tmp_path / "ccidownload2023.txt"
    path.write_text(path.read_text(encoding="utf-8").replace("statuslevel", "stXtuslevel", 1), encoding="utf-8")
    data = ruleset.read([tmp_path])
    errors = [one for one in data.diagnostics if one.severity.value == "error"]
    assert [(one.code, Path(one.place.file).name) for one in errors if one.place is not None] == [
        ("missing-data-column", "ccidownload2023.txt")
    ]
    after = {one.record.code: one.outcome for one in ruleset.evaluate(data.records)}
    moved = {code: outcome for code, outcome in after.items() if outcome != before[code]}
    assert moved
    assert set(moved.values()) == {"cannot tell"}
