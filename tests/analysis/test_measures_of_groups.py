"""Measures of student groups that belong to no indicator have results, and so have those that rules decide by."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import rulelang
from rulelang.cli.program import rulelang as program
from rulelang.cli.program import run

HEAD = "ruleset Practice 2023\n  uses California Dashboard Levels vocabulary\n\n"
SHARE = (
    "measure share suspended = suspended students of Suspension Rate ÷ students of Suspension Rate,"
    " as a percent, rounded to 1 decimal\n"
)
DECIDES = """
S: share suspended is above 2.5, unless share suspended is above 50 → Priority 6
DA: any student group meets Priority 6 → Differentiated Assistance
GA: otherwise → General Assistance
"""
CODE, OTHER = "01611190000000", "01611270000000"
COUNTS = [(CODE, "All Students", 2, 100), (CODE, "White", 3, 100), (OTHER, "Asian", 1, 160)]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("alone.rules").write_text(HEAD + SHARE, encoding="utf-8")
    Path("decides.rules").write_text(HEAD + SHARE + DECIDES, encoding="utf-8")
    Path("without.rules").write_text(
        HEAD + DECIDES.replace("share suspended is above 2.5, unless share suspended is above 50", "Red on ELA"),
        encoding="utf-8",
    )
    lines = ["lea_code,year,student_group,indicator,number,value"]
    for code, group, *numbers in COUNTS:
        named = zip(("suspended students", "students"), numbers, strict=True)
        lines += [f"{code},2023,{group},Suspension Rate,{name},{number}" for name, number in named]
    lines.append(f"{OTHER},2023,White,Chronic Absenteeism,students,40")  # of which the measure reads nothing
    Path("r.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def done(words: str) -> Result:
    return CliRunner().invoke(program, words.split())


@pytest.mark.parametrize("engine", ["record", "auto"])
@pytest.mark.parametrize("rules", ["alone", "decides"])
def test_each_student_group_of_which_the_data_have_the_numbers_has_a_row(rules: str, engine: str) -> None:
    options = "" if engine == "auto" else " --engine record"
    result = done(f"evaluate {rules}.rules --records r.csv --out o{options}")
    assert result.exit_code == 0, result.output
    found = [(one["cds"], one["student_group"], one["measure"], one["number"]) for one in rows(Path("o/measures.csv"))]
    assert found == [
        (CODE, "ALL", "share suspended", "2.0"),
        (CODE, "WH", "share suspended", "3.0"),
        (OTHER, "AS", "share suspended", "0.6"),
    ]
    assert "share suspended            3                  0" in " ".join(result.output.split("\n"))


def test_rules_without_measures_write_what_they_wrote() -> None:
    assert done("evaluate without.rules --records r.csv --out o").exit_code == 0
    assert {one.name for one in Path("o").iterdir()} == {"determinations.csv", "reasons.csv", "run.json"}


@pytest.mark.parametrize("rules", ["alone", "decides"])
def test_an_explanation_shows_how_the_measure_comes_out(rules: str) -> None:
    call = f"explain {rules}.rules --records r.csv --lea {CODE} --group WH"
    assert "3 ÷ 100 × 100 = 3, rounded to 1 decimal → 3.0" in done(call).output
    if rules == "alone":
        assert "Measures, White (WH)" in done(call).output
        assert "All Students: share suspended 2.0" in done(call.partition(" --group")[0]).output
        [one] = json.loads(done(f"{call} --format json").output)["explanations"][0]["levels"]
        assert (one["student_group"]["code"], one["numbers"]["share suspended"]["value"]) == ("WH", "3.0")


@pytest.mark.parametrize("rules", ["alone", "decides"])
def test_percentiles_of_it_can_be_asked_for(rules: str) -> None:
    result = CliRunner().invoke(
        program, ["simulate", f"{rules}.rules", "--records", "r.csv", "--measure", "share suspended"]
    )
    assert result.exit_code == 0, result.output
    assert "Percentiles of 3 results" in result.output


def test_the_wide_table_has_a_column_for_it() -> None:
    assert done("evaluate decides.rules --records r.csv --out o --wide").exit_code == 0
    found = {(one["cds"], one["student_group"]): one["share suspended"] for one in rows(Path("o/student_groups.csv"))}
    assert {key: value for key, value in found.items() if value} == {(CODE, "WH"): "3.0", (OTHER, "AS"): "0.6"} | (
        {(CODE, "ALL"): "2.0"} if (CODE, "ALL") in found else {}
    )


def test_python_gives_it_too() -> None:
    for name in ("alone", "decides"):
        loaded = rulelang.load(Path(f"{name}.rules"))
        every = loaded.levels(loaded.records(rows(Path("r.csv"))).records)
        found = [(one.group.code, one.number_text("share suspended")) for one in every if one.group is not None]
        assert found == [("ALL", "2.0"), ("WH", "3.0"), ("AS", "0.6")]


def test_a_table_of_records_gives_determinations_and_reasons_as_before() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.read_csv("r.csv", dtype=str)
    determinations, reasons = rulelang.load(Path("decides.rules")).evaluate_table(frame, reasons=True)
    assert list(determinations["determination"]) == ["Differentiated Assistance", "cannot tell"]
    assert list(reasons.columns)[-1] == "evidence"
    alone = rulelang.load(Path("decides.rules")).evaluate_table(frame)
    assert list(alone["cds"]) == [CODE, OTHER]


def test_data_of_which_nothing_is_worked_out_are_no_silent_end(capsys: pytest.CaptureFixture[str]) -> None:
    text = Path("r.csv").read_text(encoding="utf-8").splitlines()
    Path("r.csv").write_text("\n".join([text[0], text[-1]]) + "\n", encoding="utf-8")
    assert run(["evaluate", "alone.rules", "--records", "r.csv", "--out", "o"]) == 1
    assert "error[nothing-worked-out]" in capsys.readouterr().err
    assert not Path("o").exists()
    assert "nothing-worked-out" not in done("evaluate without.rules --records r.csv").stderr


def test_reasons_name_the_number_that_decided_and_its_limit() -> None:
    assert done("evaluate decides.rules --records r.csv --out o").exit_code == 0
    evidence = {one["rule"]: one["evidence"] for one in rows(Path("o/reasons.csv")) if one["student_group"]}
    assert evidence == {"S": "share suspended: 3.0 (above 2.5); share suspended: 3.0 (not above 50)"}
