"""Ways out and sensitivity of rules about numbers, as commands print and write them, and as Python has them."""

from __future__ import annotations

import csv
import json
import re
from fractions import Fraction
from pathlib import Path

import pytest
from attrs import evolve
from click.testing import CliRunner

from rulelang.cli.program import rulelang
from rulelang.engine.determination import determine
from rulelang.engine.steps import prepare
from rulelang.facade import load
from rulelang.reasoning.trials import NumberChange
from rulelang.reasoning.ways import changed
from tests.entities.small_state import WORDS

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "find-a-way-out.md"


@pytest.fixture
def scholarships(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Save the scholarships of the how-to, and return the rules and the option of the records."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scholarships").mkdir()
    page = PAGE.read_text(encoding="utf-8")
    for name, text in re.findall(r"```(?:text|csv) file=(scholarships/\S+)\n(.*?)```", page, re.DOTALL):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return ["scholarships/2023.rules", "--records", "scholarships/households.csv"]


def run(*arguments: str) -> str:
    done = CliRunner().invoke(rulelang, arguments)
    assert done.exit_code == 0, done.output
    return done.stdout


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_numbers_are_in_the_tables(scholarships: list[str], tmp_path: Path) -> None:
    run("way-out", *scholarships, "--format", "csv", "--out", "out")
    baker = [row for row in rows(tmp_path / "out" / "changes.csv") if row["cds"] == "H1"]
    names = ("scale", "before", "after", "number", "number_before", "number_after", "students", "not_in_numbers")
    assert [tuple(row[name] for name in names) for row in baker] == [
        ("income", "66000", "60000", "income", "66000", "60000", "", "")
    ]
    [way] = [row for row in rows(tmp_path / "out" / "ways.csv") if row["cds"] == "H1"]
    assert way["first_way"] == "income a head from $13,200 to $12,000 or less"
    assert (
        json.loads(run("way-out", *scholarships, "--lea", "H1", "--format", "json"))["changes"][0]["after"] == "60000"
    )
    said = run("way-out", *scholarships, "--lea", "H2")
    assert "income a head from $8,000 to above $12,000\n" in said, "more digits say nothing"
    run("way-out", *scholarships, "--format", "xlsx", "--out", "out")
    assert (tmp_path / "out" / "changes.xlsx").exists()


def test_sensitivity_tries_numbers(scholarships: list[str], tmp_path: Path) -> None:
    run("sensitivity", *scholarships, "--lines", "--format", "csv", "--out", "out")
    lines = [row for row in rows(tmp_path / "out" / "lines.csv") if row["cds"] == "H2"]
    told = [(row["scale"] or row["indicator"], row["level"], row["other_level"], row["flips"]) for row in lines]
    assert told == [
        ("rating", "good", "fair", "yes"),
        ("income", "40000", "60000.01", "yes"),
        ("hours", "12", "9", "yes"),
    ]
    said = run("sensitivity", *scholarships, "--lea", "H2")
    assert "hours from 12 to below 10" in said


def test_python_has_the_same(scholarships: list[str]) -> None:
    ruleset = load(scholarships[0])
    data = ruleset.records([dict(row) for row in rows(Path(scholarships[2]))])
    ways = list(ruleset.ways_in_students([], "Scholarship", data.records))
    [change] = next(one for one in ways if one.way.record.code == "H1").way.ways[0]
    assert isinstance(change, NumberChange)
    assert [change.scale, int(change.before), int(change.after)] == ["income", 66_000, 60_000]
    assert len(ruleset.tables(ways)["changes"]) == 7
    found = list(ruleset.sensitivity([], "Scholarship", data.records))
    assert [len(one.levels) for one in found] == [1, 3, 0]


def test_students_of_a_graduation_rate_are_exact(tmp_path: Path) -> None:
    run("sample", str(tmp_path / "schools"), "--for", "essa/2018", "--year", "2018", "--leas", "40")
    ruleset = load("essa/2018")
    prepared = prepare(ruleset.rules)
    seen = 0
    for one in ruleset.ways_in_students([tmp_path / "schools"], "CSI Graduation"):
        for way, moves in zip(one.way.ways, one.moves, strict=True):
            if len(way) == 1 and isinstance(change := way[0], NumberChange) and one.way.ends:
                seen += 1
                step = 1 if change.after > change.before else -1
                nearer = evolve(change, after=change.after - step)
                held = [
                    determine(prepared, changed(one.way.record, 2018, [tried])).outcome for tried in (change, nearer)
                ]
                assert held[0] != "CSI Graduation" == held[1]
                [move] = moves
                assert not isinstance(move, str)
                assert move.students is not None
                assert move.size == abs(change.after - change.before) == one.students(0)
                assert [name for name, *_ in move.measures] == ["two-year rate"]
    assert seen > 4


def test_rules_that_look_at_several_entities_are_refused(tmp_path: Path) -> None:
    (tmp_path / "vocabulary.rules").write_text(WORDS, encoding="utf-8")
    text = (
        "ruleset Test 2023\nfor schools\n  A: enrollment of the school district is below 30 → CSI\n  otherwise → None\n"
    )
    (tmp_path / "2023.rules").write_text(text, encoding="utf-8")
    ruleset = load(str(tmp_path / "2023.rules"))
    with pytest.raises(ValueError, match="several"):
        list(ruleset.ways_out([], "CSI"))
    done = CliRunner().invoke(rulelang, ["way-out", str(tmp_path / "2023.rules"), "--data", str(tmp_path)])
    assert (done.exit_code, "several" in done.output) == (2, True)


def test_data_or_records_are_needed() -> None:
    done = CliRunner().invoke(rulelang, ["way-out", "assistance/2023"])
    assert (done.exit_code, "--records" in done.output) == (2, True)


def test_a_number_is_a_fraction_in_python(scholarships: list[str]) -> None:
    ruleset = load(scholarships[0])
    data = ruleset.records([dict(row) for row in rows(Path(scholarships[2]))])
    changes = [change for way in ruleset.ways_out(data.records, "Scholarship") for change in way.ways[0]]
    assert {type(one.after) for one in changes} <= {str, Fraction}
