"""`rulelang compare` and `rulelang way-out` on the command line: tables in files, JSON, and wrong usage."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

from rulelang.cli.program import rulelang, run
from rulelang.compiler.locations import rulesets_folder
from rulelang.data.schemas import schema
from rulelang.facade import compare, load
from tests.data.small import SHARED, needs_published_data
from tests.reasoning.test_differences import HEAD, RULES


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("made-up") / "state"
    assert CliRunner().invoke(rulelang, ["sample", str(made), "--year", "2023", "--leas", "30"]).exit_code == 0
    return made


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: Path) -> Path:
    (tmp_path / "old.rules").write_text(HEAD + RULES, encoding="utf-8")
    proposal = RULES.replace("6a: Red on", "6a: Red or Orange on")
    (tmp_path / "new.rules").write_text(HEAD + proposal, encoding="utf-8")
    shutil.copytree(state, tmp_path / "state")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_comparison_is_written_as_tables(folder: Path) -> None:
    arguments = ["compare", "old.rules", "new.rules", "--data", "state", "--format", "csv", "--out", "out"]
    done = CliRunner().invoke(rulelang, arguments)
    assert done.exit_code == 0, done.output
    assert [row["rule"] for row in rows(folder / "out" / "changes.csv")] == ["6a"]
    [difference] = rows(folder / "out" / "differences.csv")
    assert difference["made_up_lea"].splitlines()[0] == "given a school district"
    moved = rows(folder / "out" / "moves.csv")
    assert moved
    assert {(row["before"], row["after"]) for row in moved} == {("General Assistance", "Differentiated Assistance")}
    assert all("6a" in row["clauses"] for row in moved)
    by_county = rows(folder / "out" / "moves_by_county.csv")
    assert sum(int(row["leas"]) for row in by_county) == len(moved)


def test_only_student_groups_that_decide_are_named(folder: Path) -> None:
    """A group that meets the new rule and no other priority moves no LEA."""
    new = load(folder / "new.rules")
    records = new.read([folder / "state"]).records
    found = {one.record.code: one.groups for one in new.evaluate(records)}
    left_out = 0
    for move in compare(folder / "old.rules", folder / "new.rules").moves(records, records).moves:
        named = {code for clause in move.clauses for code in clause.groups}
        assert named
        assert named <= {one.group.code for one in found[move.code] if len(one.priorities) > 1}
        left_out += any("6a" in rule for one in found[move.code] for rule in one.rules if one.group.code not in named)
    assert left_out > 0, "no group of the made-up state meets the rule and decides nothing"


TITLES = {
    ("old.rules", "old.rules"): "Practice 2023: old compared with itself",
    ("old.rules", "new.rules"): "Practice 2023: old and new",
    ("assistance/2019", "assistance/2022"): "Differentiated Assistance 2019 and 2022",
}


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("pair", TITLES)
def test_a_comparison_has_a_title_that_reads_well(pair: tuple[str, str]) -> None:
    done = CliRunner().invoke(rulelang, ["compare", *pair])
    assert done.stdout.splitlines()[0] == TITLES[pair]


@pytest.mark.usefixtures("folder")
def test_a_comparison_is_printed_as_json() -> None:
    done = CliRunner().invoke(rulelang, ["compare", "old.rules", "new.rules", "--format", "json"])
    data = json.loads(done.stdout)
    assert (data["same"], len(data["differences"]), "moves" in data) == (False, 1, False)
    done = CliRunner().invoke(rulelang, ["compare", "old.rules", "old.rules", "--format", "json"])
    assert json.loads(done.stdout)["same"] is True


@pytest.mark.usefixtures("folder")
def test_rules_of_two_years_are_asked_of_the_data_of_one() -> None:
    asked = ["compare", "assistance/2022", "assistance/2023", "--data", "state", "--as-year", "2023"]
    done = CliRunner().invoke(rulelang, [*asked, "--format", "json"])
    assert done.exit_code == 0, done.output
    moves = json.loads(done.stdout)["moves"]
    assert moves
    assert {one["because_of"] for one in moves} <= {"rules", "rules or data"}
    said = CliRunner().invoke(rulelang, asked).stdout
    assert "assistance/2022: Differentiated Assistance 2022, asked of the data of 2023" in said


def printed(*arguments: str) -> str:
    return " ".join(CliRunner().invoke(rulelang, ["compare", *arguments]).stdout.split())


def as_json(*arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(CliRunner().invoke(rulelang, ["compare", *arguments, "--format", "json"]).stdout)
    return found


def test_levels_that_are_the_same_rules_are_proved_to_be_the_same() -> None:
    assert "both give it the same levels and measures" in printed("dashboard/2019", "dashboard/2019")
    found = as_json("dashboard/2019", "dashboard/2019")
    assert (found["same"], found["proved"], "tried" in found) == (True, True, False)


def test_what_is_found_by_trying_is_said_to_be_no_proof() -> None:
    said = printed("dashboard/2018", "dashboard/2019")
    assert "kinds of difference, found by trying 160 made-up LEAs with numbers at the limits of the rules" in said
    assert "What is not listed is not proved to be the same. The same in both, and this is proved: ELA Status," in said
    assert "Only in 2019, and not compared: ELPI Status," in said
    assert "1. Graduation Rate Status: High by 2018, Medium by 2019 (any kind of LEA) given a county office" in said
    found = as_json("dashboard/2018", "dashboard/2019")
    assert (found["same"], found["proved"]) == (False, False)
    [tried] = found["tried"]
    assert (tried["made_up"], tried["only_before"]) == (160, "")
    assert tried["only_after"] == "ELPI Status; Graduation Rate four-year rate"
    assert len(found["differences"]) <= 25
    jsonschema.validate(found, schema("compare"))


def test_that_nothing_is_found_is_said_to_be_no_proof(tmp_path: Path) -> None:
    text = (rulesets_folder() / "funding" / "2023.rules").read_text(encoding="utf-8")
    other = tmp_path / "other.rules"
    of_two = text.replace("= $300,000 +", "= $100,000 + $200,000 +").replace("based on 2022", "based on funding/2022")
    other.write_text(of_two, encoding="utf-8")
    said = printed("funding/2023", str(other))
    assert "None found: 160 made-up LEAs were tried" in said
    assert "This is no proof." in said
    found = as_json("funding/2023", str(other))
    assert (found["same"], found["proved"], found["differences"]) == (None, False, [])


def test_two_years_of_the_same_rules_are_proved_to_mean_the_same() -> None:
    assert "None, and this is proved: whatever the data of the county" in printed("funding/2023", "funding/2024")
    found = as_json("funding/2023", "funding/2024")
    assert (found["same"], found["proved"], found["differences"]) == (True, True, [])


def test_more_kinds_than_are_listed_are_counted() -> None:
    [tried] = as_json("dashboard/2017", "dashboard/2018")["tried"]
    assert tried["more_kinds"] > 0
    assert printed("dashboard/2017", "dashboard/2018").endswith(f"and {tried['more_kinds']} more")


def test_rulesets_with_nothing_in_common_are_not_compared() -> None:
    said = printed("graduation/options", "graduation/states")
    assert "Not compared: the two work out nothing of the same name." in said
    assert "Only in graduation/states, and not compared: California graduation rate," in said
    assert as_json("graduation/options", "graduation/states")["same"] is None


def test_ways_out_are_written_as_tables(folder: Path) -> None:
    arguments = ["way-out", "old.rules", "--data", "state", "--format", "csv", "--out", "out"]
    done = CliRunner().invoke(rulelang, arguments)
    assert done.exit_code == 0, done.output
    ways = rows(folder / "out" / "ways.csv")
    assert len(ways) == 30
    assert all((row["cells"] == "") is (row["obstacle"] != "") for row in ways)
    changes = rows(folder / "out" / "changes.csv")
    for row in ways:
        first = [change for change in changes if change["cds"] == row["cds"] and change["way"] == "1"]
        assert len(first) == int(row["cells"] or 0)


SUSPENSION = """\
cds,rtype,schoolname,countyname,type,studentgroup,currnumer,currdenom,priornumer,priordenom,color,reportingyear
03028840000000,D,it,Rushwater,UD,FOS,5,61,4,60,1,2023
"""


def test_ways_out_are_counted_in_students_where_the_data_have_them(folder: Path) -> None:
    CliRunner().invoke(rulelang, ["sample", "counts", "--year", "2023", "--leas", "40"])
    (folder / "counts" / "suspdownload2023.txt").write_text(SUSPENSION, encoding="utf-8")
    arguments = ["way-out", "assistance/2023", "--data", "counts", "--lea", "03028840000000", "--format"]
    done = CliRunner().invoke(rulelang, [*arguments, "csv", "--out", "out"])
    assert done.exit_code == 0, done.output
    [lea] = rows(folder / "out" / "ways.csv")
    assert (lea["cells"], lea["students"], lea["first_way"].split(" of ")[0]) == ("1", "1", "Suspension Rate")
    first, *others = rows(folder / "out" / "changes.csv")
    moved = ("suspended students", "5", "4", "61", "Orange", "")
    names = ("number", "number_before", "number_after", "students", "level_reached", "not_in_numbers")
    assert tuple(first[name] for name in names) == moved
    assert {one["not_in_numbers"] for one in others} == {"the data do not have the numbers behind it"}
    data = json.loads(CliRunner().invoke(rulelang, [*arguments, "json"]).stdout)
    assert [one["students"] for one in data["ways"]] == [1]


@needs_published_data
@pytest.mark.parametrize(
    "year, lea, words",
    [
        (2023, "27738250000000", "Status 7.5 to 11.3: at least 2 more prepared of 53 students"),
        (2023, "27754730000000", "at least 6 fewer suspended of"),
        (
            2023,
            "27660920000000",
            "Status -99.0 to -98.6, Change 2.6 to 3.0: at least 0.4 higher in distance from standard",
        ),
    ],
)
def test_ways_out_of_published_data_are_counted_in_students(year: int, lea: str, words: str) -> None:
    arguments = ["way-out", f"assistance/{year}", "--data", str(SHARED / str(year)), "--lea", lea]
    done = CliRunner().invoke(rulelang, arguments)
    assert words in " ".join(done.stdout.split()), done.stdout


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "arguments, said",
    [
        pytest.param(
            ["way-out", "old.rules", "--data", "state", "--outcome", "Method 7"],
            "`Method 7` is not an outcome",
            id="outcome",
        ),
        pytest.param(["compare", "old.rules", "new.rules", "--format", "csv"], "give both", id="no folder"),
        pytest.param(["compare", "old.rules", "new.rules", "--out", "out"], "give both", id="no format"),
        pytest.param(["compare", "old.rules", "new.rules", "--lea", "X"], "`--lea` is about data", id="no data"),
        pytest.param(["compare", "old.rules", "new.rules", "--recompute"], "`--recompute` is about", id="no levels"),
        pytest.param(["way-out", "dashboard/2019", "--data", "state"], "give no determination", id="levels alone"),
    ],
)
def test_wrong_usage_is_said(arguments: list[str], said: str) -> None:
    done = CliRunner().invoke(rulelang, arguments)
    assert done.exit_code == 2
    assert said in done.output


def test_data_that_are_not_there_are_an_error(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "empty").mkdir()
    for data, code in (("empty", 1), ("state", 0)):
        assert run(["compare", "old.rules", "new.rules", "--data", data, "--format", "json"]) == code
        assert ("no-data-files" in capsys.readouterr().err) is (code == 1)


@pytest.mark.usefixtures("folder")
def test_a_table_by_county_is_left_out_where_all_are_of_one() -> None:
    asked = ["compare", "old.rules", "new.rules", "--data", "state"]
    done = CliRunner().invoke(rulelang, asked)
    assert "By county" in done.stdout
    moves = json.loads(CliRunner().invoke(rulelang, [*asked, "--format", "json"]).stdout)["moves"]
    done = CliRunner().invoke(rulelang, [*asked, "--county", moves[0]["county"]])
    assert "By county" not in done.stdout
    assert "From what to what" in done.stdout
