"""The rules of one year asked of the data of another."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

import rulelang
from rulelang.analysis.loading import asked_of, loaded
from rulelang.cli.program import run
from rulelang.diagnostics.diagnostic import RulesError, Severity

LEA = "01109430000000"
NAME = "Differentiated Assistance 2025, asked of the data of 2023"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    state = tmp_path_factory.mktemp("state")
    for year in ("2022", "2023"):
        assert run(["sample", str(state), "--year", year, "--leas", "30", "--force"]) == 0
    return state


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_results_and_explanations_say_whose_rules_are_asked_of_what(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["--data", str(data), "--as-year", "2023"]
    assert run(["evaluate", "assistance/2025", *asked, "--out", str(tmp_path)]) == 0
    printed = capsys.readouterr()
    assert NAME in printed.out
    assert "group-not-in-year" in printed.err
    rows = table(tmp_path / "determinations.csv")
    assert {(row["year"], row["rules"]) for row in rows} == {("2023", NAME)}
    assert {row["rules"] for row in table(tmp_path / "reasons.csv")} == {NAME}
    record = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert (record["title"], record["options"]["as_year"]) == (NAME, 2023)
    assert run(["verify", str(tmp_path)]) == 0
    capsys.readouterr()
    assert run(["explain", "assistance/2025", *asked, "--lea", LEA]) == 0
    assert "asked of the data of 2023" in " ".join(capsys.readouterr().out.split())


def test_a_program_gets_what_the_command_writes(data: Path, tmp_path: Path) -> None:
    options = ["--data", str(data), "--as-year", "2023", "--out", str(tmp_path)]
    assert run(["evaluate", "assistance/2025", *options]) == 0
    with pytest.warns(UserWarning, match=".") as warned:
        rules = rulelang.load("assistance/2025", as_year=2023)
    said = [str(one.message) for one in warned]
    assert said[0] == "the student group `Long-Term English Learners` does not exist in 2023"
    assert len({*said}) == len(said)
    assert rules.name == NAME
    found = {one.record.code: one.outcome for one in rules.evaluate(rules.read(data))}
    assert found == {row["cds"]: row["determination"] for row in table(tmp_path / "determinations.csv")}
    assert len({*found.values()}) > 1


def test_a_text_is_asked_of_another_year_too() -> None:
    text = "what if based on assistance/2025\n\nreplace 4a: Red on ELA → Priority 4\n"
    with pytest.warns(UserWarning, match="."):
        asked = rulelang.load(text=text, as_year=2023)
    assert asked.year == 2023
    for wrong in (2203, 2021):
        with pytest.raises(RulesError, match=str(wrong)):
            rulelang.load("assistance/2025", as_year=wrong)


def test_the_rules_of_a_year_asked_of_that_year_are_as_ever(data: Path, tmp_path: Path) -> None:
    for name, options in (("as-ever", []), ("asked", ["--as-year", "2023"])):
        assert run(["evaluate", "assistance/2023", "--data", str(data), "--out", str(tmp_path / name), *options]) == 0
    for file in ("determinations.csv", "reasons.csv"):
        assert (tmp_path / "asked" / file).read_bytes() == (tmp_path / "as-ever" / file).read_bytes()


def test_what_differs_between_two_years_is_what_their_rules_say(data: Path, tmp_path: Path) -> None:
    """Of 2023, the rules of 2024 find nobody Red on College/Career, which has no color then."""
    found = {}
    for rules in ("2023", "2024"):
        call = ["evaluate", f"assistance/{rules}", "--data", str(data), "--out", str(tmp_path / rules)]
        assert run([*call, "--as-year", "2023"]) == 0
        found[rules] = [row["priority"] for row in table(tmp_path / rules / "reasons.csv")]
    assert "8" in found["2023"]
    assert "8" not in found["2024"]
    assert found["2023"].count("6") == found["2024"].count("6") > 0


def test_what_the_year_lacks_is_warned_of_and_no() -> None:
    rules, found = asked_of("assistance/2025", 2023)
    assert {one.severity for one in found} == {Severity.WARNING}
    assert {one.code for one in found} >= {"group-not-in-year", "level-not-in-year"}
    assert (rules.year, rules.rules_of, rules.examples) == (2023, 2025, ())
    assert loaded("assistance/2025").rules_of is None


@pytest.mark.parametrize("rules", ["2017", "2018", "2019", "2022", "2023", "2024", "2025"])
@pytest.mark.parametrize("year", [2018, 2019, 2022, 2023, 2024, 2025])
def test_the_rules_of_any_year_can_be_asked_of_any_other(rules: str, year: int) -> None:
    found, _ = asked_of(f"assistance/{rules}", year)
    assert found.year == year


def test_a_year_that_there_is_not_is_told(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", "assistance/2025", "--data", str(data), "--as-year", "2021"]) == 1
    assert "unknown-year" in capsys.readouterr().err


def test_a_mistyped_year_is_an_error_of_the_option(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", "assistance/2025", "--data", str(data), "--as-year", "2203"]) == 1
    said = capsys.readouterr().err
    assert "`--as-year 2203`: 2203 is not a year of the vocabulary" in said
    assert "did you mean `2023`?" in said
    assert ".rules" not in said, "no rule file is at fault"


def test_levels_that_do_not_work_in_a_year_are_refused_in_one_message() -> None:
    """The levels of 2025 have Science and a student group that 2023 does not; in its own year nothing is wrong."""
    with pytest.raises(RulesError) as refused:
        asked_of("dashboard/2025", 2023)
    [one] = refused.value.diagnostics
    assert (one.code, len(one.notes)) == ("rules-not-of-year", 4)
    assert "`Long-Term English Learners` does not exist in 2023" in one.notes[0]
    assert one.notes[-1].endswith("more of the same kind")


def test_criteria_whose_levels_work_in_no_year_of_the_data_are_refused_in_one_message(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The folder has the levels of the coming year alone, so that those of the year of the data cannot take over."""
    monkeypatch.chdir(tmp_path)
    assert run(["new", "levels", "--based-on", "dashboard/2024"]) == 0
    assert run(["new", "rules", "--based-on", "assistance/2024"]) == 0
    levels, rules = Path("levels/2025.rules"), Path("rules/2025.rules")
    rules.write_text(f"{rules.read_text(encoding='utf-8')}  levels from levels\n", encoding="utf-8")
    capsys.readouterr()
    asked = ["--data", str(data), "--as-year", "2023", "--recompute"]
    assert run(["evaluate", str(rules), *asked]) == 1
    printed = capsys.readouterr().err
    assert printed.count("error[") == 1
    assert "error[rules-not-of-year]" in printed
    levels.with_name("2023.rules").write_text("ruleset Levels 2023\n  based on dashboard/2023\n", encoding="utf-8")
    run(["evaluate", str(rules), *asked])  # the made-up files have no counts for the levels
    printed = " ".join(capsys.readouterr().err.split())
    assert "levels are worked out by `levels/2023`" in printed
    assert "rules-not-of-year" not in printed


def test_rules_with_errors_of_their_own_say_these_whatever_year_they_are_asked_of(tmp_path: Path) -> None:
    path = tmp_path / "2025.rules"
    path.write_text(
        "ruleset Mine 2025\n  based on assistance/2025\n\nfor all LEAs\n  a: Rde on ELA → Priority 4\n", "utf-8"
    )
    with pytest.raises(RulesError) as own:
        loaded(path)
    with pytest.raises(RulesError) as asked:
        asked_of(path, 2023)
    assert [one.code for one in asked.value.diagnostics] == [one.code for one in own.value.diagnostics]
