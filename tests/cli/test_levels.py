"""The commands on rules that work out levels, and on rules that read levels worked out from the counts."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import jsonschema
import pytest

import rulelang
from rulelang.cli.program import run
from rulelang.data.schemas import schema
from tests.engine.level_rules import ASSISTANCE, rules_in

DISTRICT = "27661420000000"
COLUMNS = (
    "cds rtype schoolname districtname countyname charter_flag coe_flag dass_flag type studentgroup currnumer currdenom"
    " currstatus priornumer priordenom priorstatus change statuslevel changelevel color box safetynet certifyflag"
    " reportingyear"
)


def row(group: str, counts: tuple[int, int, int, int], levels: tuple[int, int, int]) -> dict[str, object]:
    """Return a row of the file: the counts of both years, and the codes of Status, Change and color."""
    numbers = dict(zip(("currnumer", "currdenom", "priornumer", "priordenom"), counts, strict=True))
    codes = dict(zip(("statuslevel", "changelevel", "color"), levels, strict=True))
    who = {"cds": DISTRICT, "rtype": "D", "districtname": "Salinas City", "countyname": "Monterey", "type": "ED"}
    return who | {"studentgroup": group, "reportingyear": 2018} | numbers | codes


GREEN = row("WH", (3, 120, 6, 121), (3, 4, 4))
TOO_SMALL = row("AS", (1, 20, 1, 20), (2, 3, 0))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with rulesets that work out levels and that read them, and with a file whose levels are right."""
    rules_in(tmp_path)
    (tmp_path / "assistance").mkdir()
    (tmp_path / "assistance" / "2018.rules").write_text(
        ASSISTANCE.format(year=2018, folder="dashboard"), encoding="utf-8"
    )
    write(tmp_path, GREEN, TOO_SMALL)
    return tmp_path


def write(place: Path, *rows: dict[str, object], without: str = "") -> None:
    (place / "data").mkdir(exist_ok=True)
    head = [name for name in COLUMNS.split() if name != without]
    lines = ["\t".join(head), *("\t".join(str(one.get(name, "")) for name in head) for one in rows)]
    (place / "data" / "suspdownload2018.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def command(name: str, place: Path, rules: str, *words: str) -> int:
    return run([name, str(place / rules / "2018.rules"), "--data", str(place / "data"), *words])


# ---- levels ----


def test_levels_that_stand_in_the_files_agree(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("reconcile", place, "dashboard") == 0
    assert "6 of 6 cells compared agree, in 1 LEA or school" in capsys.readouterr().out


def test_a_level_that_differs_is_explained(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(place, GREEN | {"color": 1}, TOO_SMALL | {"color": 2})
    assert command("reconcile", place, "dashboard", "--drawn", "1") == 1
    shown = " ".join(capsys.readouterr().out.split())
    assert (
        "Suspension Rate, White, color: rulelang says Green; the files say Red (Status Medium, Change Declined)"
        in shown
    )
    assert (
        "Suspension Rate, Asian, color: rulelang says not rated; the files say Orange (students 20, below 30)" in shown
    )
    assert shown.count("grid color") + shown.count("needs 30 students") == 1
    assert "4 of 6 cells compared agree" in shown


def test_every_cell_compared_is_written_and_counted(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(place, GREEN | {"color": 1}, TOO_SMALL | {"color": 2})
    file = place / "cells.csv"
    assert command("reconcile", place, "dashboard", "--out", str(file), "--format", "json") == 1
    held = json.loads(capsys.readouterr().out)
    jsonschema.validate(held, schema("reconcile"))
    assert (held["compared"], held["agreeing"], held["differing"], held["agrees"]) == (6, 4, 2, False)
    assert {(one["about"], one["ours"], one["theirs"]) for one in held["cells"]} == {
        ("White", "Green", "Red"),
        ("Asian", "not rated", "Orange"),
    }
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert Counter(row["verdict"] for row in rows)["differs"] == 2
    assert Counter(row["verdict"] for row in rows)["agrees"] == 4
    assert {row["subject"] for row in rows} >= {"Status", "Change", "color"}


def test_a_file_of_cells_is_not_written_over_unasked(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = place / "cells.xlsx"
    assert command("reconcile", place, "dashboard", "--out", str(file)) == 0
    assert f"Written: {file}" in capsys.readouterr().out
    before = file.stat().st_mtime_ns
    assert command("reconcile", place, "dashboard", "--out", str(file)) == 2
    assert file.stat().st_mtime_ns == before
    assert "file-exists" in capsys.readouterr().err
    assert command("reconcile", place, "dashboard", "--out", str(file), "--force") == 0
    assert command("reconcile", place, "dashboard", "--out", str(place / "cells.doc")) == 2
    assert "end it with .csv, .json, .parquet or .xlsx" in " ".join(capsys.readouterr().err.split())
    assert command("reconcile", place, "dashboard", "--force") == 2


def test_nothing_compared_is_no_agreement(place: Path) -> None:
    assert command("reconcile", place, "dashboard", "--county", "Fresno") == 1


def test_a_ruleset_of_determinations_needs_a_list(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("reconcile", place, "assistance") == 2
    assert "--official" in capsys.readouterr().err


def test_evaluate_writes_levels_that_can_be_derived_again(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = place / "out"
    assert command("evaluate", place, "dashboard", "--out", str(out)) == 0
    with (out / "levels.csv").open(encoding="utf-8", newline="") as file:
        rows = {one["student_group"]: one for one in csv.DictReader(file)}
    assert rows["WH"]["status_number"] == "2.5"
    assert rows["WH"]["color"] == "Green"
    assert rows["AS"]["reasons"] == "color: students 20, below 30"
    assert run(["verify", str(out)]) == 0
    assert command("evaluate", place, "dashboard", "--out", str(out)) == 2
    write(place, GREEN | {"currnumer": 9}, TOO_SMALL)
    capsys.readouterr()
    assert run(["verify", str(out)]) == 1
    assert "levels.csv" in capsys.readouterr().out


def test_levels_are_worked_out_where_the_file_has_none(place: Path) -> None:
    write(place, GREEN, without="color")
    assert command("evaluate", place, "dashboard", "--out", str(place / "out")) == 0
    assert ",Green," in (place / "out" / "levels.csv").read_text(encoding="utf-8")
    assert command("reconcile", place, "dashboard") == 1


def test_explain_goes_from_counts_to_color(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--lea", DISTRICT, "--group", "WH", "--indicator", "suspension rate")
    assert command("explain", place, "dashboard", *words) == 0
    shown = capsys.readouterr().out
    assert "3 ÷ 120 × 100 = 2.5" in shown
    assert "Status Medium, Change Declined → Green" in shown


@pytest.mark.parametrize(
    "option, name, help_",
    [
        ("--indicator", "ELA", "whose levels are worked out; there are"),
        ("--indicator", "Suspensions", "did you mean `Suspension`?"),
        ("--group", "Elves", "is not a student group of 2018; there are"),
        ("--group", "Hispanics", "did you mean `Hispanic`?"),
    ],
)
def test_explain_refuses_what_it_cannot_explain(
    place: Path, option: str, name: str, help_: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("explain", place, "dashboard", "--lea", DISTRICT, option, name) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert f"`{name}`" in said
    assert help_ in said


def test_explain_of_an_indicator_needs_levels_that_are_worked_out(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--data", str(place / "data"), "--lea", DISTRICT, "--indicator", "Suspension Rate")
    assert run(["explain", "funding/2024", *words]) == 2
    assert "leave out `--indicator`" in capsys.readouterr().err


# ---- levels for other rules ----


def determination(place: Path, *words: str) -> str:
    """Return what the rules of assistance make of the district."""
    out = place / "determined"
    assert command("evaluate", place, "assistance", "--out", str(out), "--force", *words) in (0, 1)
    with (out / "determinations.csv").open(encoding="utf-8", newline="") as file:
        return next(csv.DictReader(file))["determination"]


def test_a_level_in_the_files_counts_unless_it_is_to_be_worked_out(place: Path) -> None:
    write(place, GREEN | {"color": 1})
    assert determination(place) == "Differentiated Assistance"
    assert determination(place, "--recompute") == "General Assistance"


@pytest.mark.parametrize("suspended, outcome", [(3, "General Assistance"), (60, "Differentiated Assistance")])
def test_a_file_without_levels_is_worked_out_from_its_counts(place: Path, suspended: int, outcome: str) -> None:
    write(place, GREEN | {"currnumer": suspended}, without="color")
    assert determination(place) == outcome


def test_it_is_printed_how_many_levels_were_worked_out(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(place, GREEN | {"color": 1})
    determination(place)
    assert "worked out by" not in capsys.readouterr().out
    determination(place, "--recompute")
    shown = capsys.readouterr().out
    assert "Levels worked out by dashboard/2018 instead of taken from the files: " in shown
    assert "from the files: 0" not in shown


def test_it_is_said_of_what_the_data_say_nothing(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(place, GREEN)
    command("explain", place, "dashboard", "--lea", DISTRICT, "--group", "AA")
    shown = capsys.readouterr().out
    assert "The data for 2018 say nothing about African American at" in shown


def test_a_group_too_small_has_no_level_worked_out(place: Path) -> None:
    write(place, TOO_SMALL | {"currnumer": 20, "color": 1})
    assert determination(place, "--recompute") == "General Assistance"


def test_a_run_that_worked_levels_out_is_derived_again(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    determination(place, "--recompute")
    held = json.loads((place / "determined" / "run.json").read_text(encoding="utf-8"))
    assert held["options"]["recompute"] is True
    assert [one.split()[0] for one in held["levels"]] == ["dashboard/2018"]
    assert run(["verify", str(place / "determined")]) == 0
    rules = place / "dashboard" / "2018.rules"
    rules.write_text(rules.read_text(encoding="utf-8").replace("needs 30", "needs 31"), encoding="utf-8")
    capsys.readouterr()
    assert run(["verify", str(place / "determined")]) == 1
    assert "the rules that work levels out" in " ".join(capsys.readouterr().out.split())


def test_an_explanation_goes_on_to_the_counts(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(place, GREEN | {"currnumer": 60, "color": 1})
    assert command("explain", place, "assistance", "--lea", DISTRICT, "--counts") == 0
    shown = capsys.readouterr().out
    assert "Red on Suspension Rate → Priority 6" in shown
    assert "(120 students): Status 50.0 Very High" in shown
    assert "60 ÷ 120 × 100 = 50" not in shown
    assert command("explain", place, "assistance", "--lea", DISTRICT, "--counts", "--indicator", "Suspension Rate") == 0
    assert "60 ÷ 120 × 100 = 50" in capsys.readouterr().out
    assert command("explain", place, "assistance", "--lea", DISTRICT) == 0
    assert "60 ÷ 120" not in capsys.readouterr().out


def test_rules_with_errors_work_out_no_levels(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules = place / "dashboard" / "2018.rules"
    rules.write_text(rules.read_text(encoding="utf-8").replace("every other ", "every other type"), encoding="utf-8")
    assert command("evaluate", place, "assistance", "--out", str(place / "out"), "--recompute") == 1
    assert "2018.rules" in capsys.readouterr().err
    assert not (place / "out").exists()


def test_other_tools_get_levels_and_their_explanation(place: Path) -> None:
    rules = rulelang.load(place / "dashboard" / "2018.rules")
    results = {one.group.code: one for one in rules.levels(rules.read([place / "data"]).records) if one.group}
    assert results["WH"].levels["color"] == "Green"
    assert "Status Medium, Change Declined → Green" in rules.explain_levels(results["WH"])
    write(place, GREEN | {"color": 1})
    assistance = rulelang.load(place / "assistance" / "2018.rules")
    outcomes = [
        assistance.evaluate(assistance.read([place / "data"], recompute=recompute).records)[0].outcome
        for recompute in (False, True)
    ]
    assert outcomes == ["Differentiated Assistance", "General Assistance"]
    with pytest.warns(UserWarning, match="works out no levels"):
        assert assistance.levels(assistance.read([place / "data"]).records) == ()


@pytest.mark.parametrize("ruleset", ["dashboard/2020", "assistance/2020"])
@pytest.mark.parametrize("name", ["evaluate", "reconcile"])
def test_a_suspended_year_is_said_to_be_suspended_and_why(
    name: str, ruleset: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = ["--out", str(place / "out")] if name == "evaluate" else []
    assert run([name, ruleset, "--data", str(place / "data"), *out]) == 1
    said = " ".join(capsys.readouterr().err.split())
    assert said.startswith("warning[year-suspended]: `")
    assert "compare" not in said
    assert f"{ruleset[-4:]}` is suspended: federal waiver" in said
    assert "Usage" not in said


def test_without_data_nothing_is_counted_as_compared(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["reconcile", "dashboard/2023", "--data", str(place / "data")]) == 1
    found = capsys.readouterr()
    assert "no-data-files" in found.err
    assert found.out == ""
