"""`rulelang evaluate --wide`: a row for each LEA and student group, in every format, with the counts behind a level."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import rulelang
from rulelang.cli.program import run
from rulelang.data.results import ReadTable, read_results

FORMATS = ("csv", "json", "parquet", "xlsx", "duckdb")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a made-up state, and the results of its LEAs in every format."""
    folder = tmp_path_factory.mktemp("wide")
    assert run(["sample", str(folder / "state"), "--for", "dashboard/2023", "--leas", "12"]) == 0
    for path in (folder / "state").glob("*.txt"):
        head, *rows = path.read_text(encoding="utf-8").splitlines()
        flagged = [f"{row}\t{'Y' if row.split()[1] == 'S' else ''}" for row in rows]  # every school is a charter school
        path.write_text("\n".join([f"{head}\tcharter_flag", *flagged, ""]), encoding="utf-8")
    for ruleset in ("assistance", "dashboard"):
        for name in FORMATS:
            asked = ["--data", str(folder / "state"), "--out", str(folder / ruleset), "--format", name, "--wide"]
            assert run(["evaluate", f"{ruleset}/2023", *asked]) == 0
    return folder


def table(folder: Path, name: str) -> ReadTable:
    file = "results.duckdb" if name == "duckdb" else f"student_groups.{name}"
    return read_results(folder / file, "student_groups")


def rows_of(read: ReadTable) -> list[dict[str, str]]:
    return [dict(zip(read.columns, row, strict=True)) for row in read.rows]


@pytest.mark.parametrize("ruleset", ["assistance", "dashboard"])
@pytest.mark.parametrize("name", FORMATS)
def test_the_wide_table_is_the_same_in_every_format(name: str, ruleset: str, folder: Path) -> None:
    read = table(folder / ruleset, name)
    assert read == table(folder / ruleset, "csv")
    assert read.columns[:5] == ("cds", "lea", "county", "kind", "year")
    assert len({(row["cds"], row["student_group"]) for row in rows_of(read)}) == len(read.rows) > 0


def test_it_says_what_the_files_say(folder: Path) -> None:
    rows = {(row["cds"], row["student_group"]): row for row in rows_of(table(folder / "assistance", "csv"))}
    with (folder / "state" / "suspdownload2023.txt").open(encoding="utf-8", newline="") as file:
        known = {(row["cds"], row["studentgroup"]): row for row in csv.DictReader(file, delimiter="\t")}
    colors = {"0": "not rated", "1": "Red", "2": "Orange", "3": "Yellow", "4": "Green", "5": "Blue"}
    both = rows.keys() & known.keys()
    assert len(both) > 20
    for one in both:
        found, said = rows[one], known[one]
        assert (found["Suspension Rate students"], found["Suspension Rate suspended students"]) == (
            said["currdenom"],
            said["currnumer"],
        )
        assert found["Suspension Rate color"] == colors[said["color"]]


def test_it_says_what_the_long_table_says(folder: Path) -> None:
    reasons = rows_of(read_results(folder / "assistance" / "reasons.csv"))
    met = {
        (row["cds"], row["student_group"], row["priority"])
        for row in reasons
        if row["priority"] and row["student_group"]
    }
    wide = rows_of(table(folder / "assistance", "csv"))
    assert met
    for row in wide:
        for code, group, priority in met:
            if (code, group) == (row["cds"], row["student_group"]):
                assert row[f"Priority {priority}"] == "yes"
    assert {row[f"Priority {number}"] for row in wide for number in range(1, 11)} <= {"yes", "no", "cannot tell"}


def test_levels_have_their_numbers_beside_them(folder: Path) -> None:
    wide = {(row["cds"], row["student_group"]): row for row in rows_of(table(folder / "dashboard", "csv"))}
    for row in rows_of(read_results(folder / "dashboard" / "levels.csv")):
        whole, indicator = wide[row["cds"], row["student_group"]], row["indicator"]
        assert whole.get(f"{indicator} color", "") == row["color"]
        assert whole[f"{indicator} Status number"] == row["status_number"]
        assert whole[f"{indicator} students"] == row["students"]
    assert any(row["suspended_students"] for row in rows_of(read_results(folder / "dashboard" / "levels.csv")))


def test_a_run_with_it_is_derived_again(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", str(folder / "assistance")]) == 0
    assert "as recorded" in capsys.readouterr().out
    wrong = folder / "assistance" / "student_groups.csv"
    before = wrong.read_text(encoding="utf-8")
    wrong.write_text(before.replace("Red", "Blue", 1), encoding="utf-8")
    assert run(["verify", str(folder / "assistance")]) == 1
    wrong.write_text(before, encoding="utf-8")


def test_it_is_not_written_over(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "student_groups.csv").write_text("mine", encoding="utf-8")
    asked = ["evaluate", "assistance/2023", "--data", str(folder / "state"), "--out", str(tmp_path)]
    assert run([*asked, "--wide"]) == 2
    assert "student_groups.csv" in capsys.readouterr().err
    assert run(asked) == 0
    assert (tmp_path / "student_groups.csv").read_text(encoding="utf-8") == "mine"


def test_from_python_it_is_the_same(folder: Path) -> None:
    ruleset = rulelang.load("assistance/2023")
    data = ruleset.read([folder / "state"], counts=True)
    assert not data.has_errors
    ours = [
        {name: "" if cell is None else str(cell) for name, cell in row.items()}
        for row in ruleset.wide(ruleset.evaluate(data))
    ]
    assert ours == rows_of(table(folder / "assistance", "csv"))
    plain = ruleset.wide(ruleset.evaluate(ruleset.read([folder / "state"])))
    assert [
        {name: row[name] for name in first}
        for row, first in zip(ruleset.wide(ruleset.evaluate(data)), plain, strict=True)
    ] == plain
    assert "Suspension Rate students" not in plain[0]


def test_of_nothing_there_is_an_empty_table() -> None:
    ruleset = rulelang.load("assistance/2023")
    assert ruleset.wide([]) == []
    suspended = rulelang.load("assistance/2020")
    rows = [{"lea_code": "27659610000000", "year": 2020, "student_group": "EL", "indicator": "ELA", "level": "Red"}]
    assert all(
        row["determination"] == "suspended"
        for row in suspended.wide(suspended.evaluate(suspended.records(rows).records))
    )
