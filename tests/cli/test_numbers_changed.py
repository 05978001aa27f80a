"""Ways out and sensitivity of rules about numbers, as commands print and write them, and as Python has them."""

from __future__ import annotations

import csv
import json
import re
from fractions import Fraction
from pathlib import Path

import jsonschema
import pytest
from attrs import evolve
from click.testing import CliRunner

from rulelang.cli.program import rulelang
from rulelang.data.records import records_from_rows
from rulelang.data.schemas import schema
from rulelang.engine.steps import prepare
from rulelang.facade import load
from rulelang.reasoning.trials import NumberChange, changed
from tests.engine.determined import determine
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


OF_DISTRICTS = """ruleset Test 2023
for schools
  measure graduation rate = graduates ÷ graduating class, as a percent
  C: graduation rate is below 67 → CSI
  otherwise → None
for school districts
  D: 2 or more schools meet CSI → Assistance
  otherwise → No Assistance
"""
STATE_RECORDS = """year,lea_code,name,kind,belongs_to,graduates,graduating_class
2023,D1,Dale,school district,,,
2023,S1,Elm,school,D1,66,100
2023,S2,Oak,school,D1,69,100
2023,S3,Ash,school,D1,90,100
2023,D2,Hill,school district,,,
2023,S4,Fir,school,D2,60,100
"""


@pytest.fixture
def of_districts(tmp_path: Path) -> list[str]:
    """Return the arguments of a command about districts through their schools."""
    files = {"vocabulary.rules": WORDS, "2023.rules": OF_DISTRICTS, "state.csv": STATE_RECORDS}
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return [str(tmp_path / "2023.rules"), "--records", str(tmp_path / "state.csv"), "--outcome", "Assistance"]


def test_what_would_have_to_change_at_the_schools_of_a_district_is_shown(of_districts: list[str]) -> None:
    done = CliRunner().invoke(rulelang, ["way-out", *of_districts, "--lea", "D1"])
    assert done.exit_code == 0
    said = " ".join(done.output.split())
    assert "To bring Assistance about, 1 number has to change; 2 ways, and none smaller:" in said
    assert "1. graduation rate of Oak from 69 to 66 or less at least 3 fewer graduates" in said
    assert "2. graduation rate of Ash from 90 to 66 or less at least 24 fewer graduates" in said
    hill = " ".join(CliRunner().invoke(rulelang, ["way-out", *of_districts, "--lea", "D2"]).output.split())
    assert "no change to this year's levels and numbers would do it" in hill
    every = CliRunner().invoke(rulelang, ["way-out", *of_districts]).output
    assert "for 1 school district and 4 schools: no change" in " ".join(every.split())
    table = CliRunner().invoke(rulelang, ["sensitivity", *of_districts]).output
    assert "School districts and schools with Assistance, and how many would lose it" in " ".join(table.split())


def test_what_comes_out_differently_is_counted_by_kind(of_districts: list[str], tmp_path: Path) -> None:
    rules, *records, _, _ = of_districts
    proposal = tmp_path / "proposal" / "2023.rules"
    proposal.parent.mkdir()
    (proposal.parent / "vocabulary.rules").write_text(WORDS, encoding="utf-8")
    proposal.write_text(OF_DISTRICTS.replace("below 67", "below 70"), encoding="utf-8")
    said = run("simulate", rules, str(proposal), *records)
    assert "1 school district and 1 school come out differently" in said
    proposal.write_text(OF_DISTRICTS.replace("below 67", "below 66"), encoding="utf-8")
    assert "1 school comes out differently" in run("simulate", rules, str(proposal), *records)


def test_a_change_of_another_entity_is_named_in_the_tables(of_districts: list[str]) -> None:
    asked = [*of_districts, "--lea", "D1", "--format", "json"]
    found = json.loads(CliRunner().invoke(rulelang, ["way-out", *asked]).stdout)
    jsonschema.validate(found, schema("way-out"))
    change, _ = found["changes"]
    assert (change["cds"], change["other_cds"], change["other"]) == ("D1", "S2", "Oak")
    assert (change["scale"], change["before"], change["after"]) == ("graduates", "69", "66")
    assert found["ways"][0]["first_way"] == "graduation rate of Oak from 69 to 66 or less"


def test_what_a_district_depends_on_is_tried_at_its_schools(of_districts: list[str]) -> None:
    done = CliRunner().invoke(rulelang, ["sensitivity", *of_districts, "--lea", "D1"])
    said = " ".join(done.output.split())
    assert "one level or number: yes graduation rate of Oak from 69 to 66 or less: 3 fewer graduates" in said
    assert "Elm graduation rate 66 to 67 or more 1 more graduate" in said
    asked = ["sensitivity", *of_districts, "--lea", "D1", "--lines", "--format", "json"]
    lines = json.loads(CliRunner().invoke(rulelang, asked).stdout)
    jsonschema.validate(lines, schema("sensitivity"))
    assert {(one["other"], one["flips"]) for one in lines["lines"]} == {("Elm", "no"), ("Oak", "yes"), ("Ash", "yes")}


@pytest.mark.parametrize("graduates, yes", [(66, True), (65, False)])
def test_one_of_a_count_is_one_student(of_districts: list[str], graduates: int, *, yes: bool) -> None:
    rules, _, records, *_ = of_districts
    text = STATE_RECORDS.replace("S1,Elm,school,D1,66,", f"S1,Elm,school,D1,{graduates},")
    Path(records).write_text(text, encoding="utf-8")
    asked = ["sensitivity", rules, "--records", records, "--outcome", "CSI"]
    said = " ".join(run(*asked, "--lea", "S1").split())
    by_one = (
        "one student: yes graduation rate from 66 to 67 or more: 1 more graduate Depends on one level or number: yes"
    )
    by_more = (
        "one student: no Depends on one level or number: yes graduation rate from 65 to 67 or more: 2 more graduates"
    )
    assert (by_one if yes else by_more) in said
    [elm] = [one for one in json.loads(run(*asked, "--format", "json"))["sensitivity"] if one["cds"] == "S1"]
    assert (elm["one_student"], elm["fewest_students"]) == ((1, 1) if yes else (0, 2))


def test_one_of_an_amount_is_no_student(scholarships: list[str]) -> None:
    told = json.loads(run("sensitivity", *scholarships, "--format", "json"))["sensitivity"]
    assert [one["fewest_students"] for one in told] == [None] * len(told)


def test_entities_are_asked_about_from_python_with_all_that_is_related(of_districts: list[str]) -> None:
    ruleset = load(of_districts[0])
    records = records_from_rows(ruleset.rules.vocabulary, list(csv.DictReader(STATE_RECORDS.splitlines()))).records
    found = {one.record.code: one for one in ruleset.ways_out(records, "Assistance")}
    assert list(found) == [record.code for record in records]
    (change,), (other,) = found["D1"].ways
    assert (change.code, change.name) == ("S2", "Oak")
    assert (change.before, change.after) == (Fraction(69), Fraction(66))
    [only] = ruleset.ways_in_students([], "Assistance", records, codes=["D1"])
    assert (only.way.record, only.way.ways) == (records[0], found["D1"].ways)
    [one] = ruleset.sensitivity([], "Assistance", records, codes=["D1"])
    assert [line.change for line in one.levels] == [change, other]


def test_data_or_records_are_needed() -> None:
    done = CliRunner().invoke(rulelang, ["way-out", "assistance/2023"])
    assert (done.exit_code, "--records" in done.output) == (2, True)


def test_a_number_is_a_fraction_in_python(scholarships: list[str]) -> None:
    ruleset = load(scholarships[0])
    data = ruleset.records([dict(row) for row in rows(Path(scholarships[2]))])
    changes = [change for way in ruleset.ways_out(data.records, "Scholarship") for change in way.ways[0]]
    assert {type(one.after) for one in changes} <= {str, Fraction}
