"""What is wrong with examples, or missed by a rule that is gone, fails a check and stops nothing else."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

import rulelang
from rulelang.cli.program import run

HEAD = 'ruleset Differentiated Assistance 2024\n  based on assistance/2023\n  because "a trial"\n\n'


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    state = tmp_path_factory.mktemp("state")
    for year in ("2023", "2024"):
        assert run(["sample", str(state), "--year", year, "--leas", "15", "--force"]) == 0
    return state


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "2024.rules"


def codes(path: Path) -> set[str]:
    return {one.code for one in rulelang.check(path)}


def methods(folder: str) -> set[str]:
    with Path(folder, "determinations.csv").open(encoding="utf-8", newline="") as file:
        return {row["methods"] for row in csv.DictReader(file)}


@pytest.mark.parametrize(
    "change, code",
    [
        ("remove 4b", "inherited-example"),
        ("remove M3", "failed-example"),
        ("remove Y1\nremove M1", "inherited-rule"),
        (
            (
                'add 4x: Red on ELA for White only → Priority 4\nexample "One"\n  given a school district\n'
                "    White: Red on ELPI\n  expect White does not meet Priority 4"
            ),
            "impossible-fact",
        ),
    ],
)
def test_an_evaluation_warns_and_goes_on(
    change: str, code: str, rules: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules.write_text(HEAD + change + "\n", encoding="utf-8")
    assert code in codes(rules)
    assert run(["check", str(rules)]) == 1
    assert run(["evaluate", str(rules), "--data", str(data), "--out", "results"]) == 0
    assert "rules-have-errors" in capsys.readouterr().err
    assert run(["verify", "results"]) == 0
    assert run(["test", str(rules)]) == 1
    assert run(["lock", str(rules)]) == 1


@pytest.mark.parametrize("lea, exit_code, count", [((), 0, "2 warnings"), (("--lea", "99"), 1, "1 error, 2 warnings")])
def test_what_is_wrong_with_rules_and_data_is_counted_once_at_the_end(
    lea: tuple[str, ...], exit_code: int, count: str, rules: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules.write_text(HEAD + "remove M3\n", encoding="utf-8")
    assert run(["evaluate", str(rules), "--data", str(data), *lea]) == exit_code
    lines = capsys.readouterr().err.splitlines()
    assert {"rules-have-errors", "years-not-found"} <= {line.partition("[")[2].partition("]")[0] for line in lines}
    assert [line for line in lines if re.fullmatch(r"(\d+ (error|warning)s?(, )?)+", line)] == [count]
    assert lines[-1] == count


def test_an_outcome_that_no_rule_decides_any_more_is_met_by_nobody(rules: Path, data: Path) -> None:
    rules.write_text(HEAD + "remove M3\n", encoding="utf-8")
    assert run(["evaluate", str(rules), "--data", str(data), "--out", "without"]) == 0
    rules.write_text(HEAD + "remove M1\nremove M2\nremove M3\n", encoding="utf-8")
    assert codes(rules) >= {"inherited-rule"}
    assert run(["evaluate", str(rules), "--data", str(data), "--out", "none"]) == 0
    assert "Method 1" in methods("without")
    assert methods("none") == {""}


def test_a_rule_of_ones_own_about_what_nothing_decides_stops(rules: Path, data: Path) -> None:
    rules.write_text(
        "ruleset Trial 2024\n  uses California Dashboard vocabulary\n\n4a: Red on ELA → Priority 4\n"
        "for school districts\n  DA: Method 1 → Differentiated Assistance\n",
        encoding="utf-8",
    )
    assert codes(rules) == {"undecided-outcome"}
    assert run(["evaluate", str(rules), "--data", str(data)]) == 1


def test_what_does_not_depend_on_one_another_is_told_in_one_run(rules: Path) -> None:
    rules.write_text(
        HEAD + "remove 4b\nadd 5x: Rde on Graduation Rate → Priority 5\nremove 6z\nadd 6y: Red on Suspension Rate\n"
        'example "One"\n  given a school district\n    White: Red on ELPI\n  expect White meets Priority 4 by 9x\n',
        encoding="utf-8",
    )
    assert codes(rules) >= {
        "unknown-level",
        "no-such-rule",
        "missing-arrow",
        "inherited-example",
        "unknown-label",
        "impossible-fact",
    }


def test_an_example_that_no_rule_covers_says_which_otherwise_would(tmp_path: Path) -> None:
    rules = (
        "ruleset Test 2018\n4a: Red on ELA → Priority 4\nM1: any student group meets Priority 4 → Method 1\n"
        "for school districts\n  DA: Method 1 → Differentiated Assistance\n"
        'example "Nothing"\n  given a school district\n    White: Green on ELA\n  expect General Assistance\n'
    )
    (tmp_path / "2018.rules").write_text(rules, encoding="utf-8")
    [found] = rulelang.check(tmp_path / "2018.rules")
    assert found.code == "failed-example"
    assert "a school district" in (found.help or "")
    assert "`otherwise → General Assistance`" in (found.help or "")
