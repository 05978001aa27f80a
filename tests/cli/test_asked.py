"""LEAs by code, name and parts of these, and counties by name and number: from files and from plain records alike."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from rulelang.analysis.asked import chosen_codes, is_of_county, leas_named, not_there
from rulelang.cli.program import run
from tests.data.small import needs_published_data
from tests.shipped_files import shipped_words

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
RULESETS = Path(__file__).resolve().parents[2] / "rulesets"
NAMES = {
    "27659610000000": "Alisal Union",
    "27660350000000": "Greenfield Union Elementary",
    "15635030000000": "Greenfield Union",
    "27102720000000": "Monterey County Office of Education",
    "27659610118349": "",
}


@pytest.mark.parametrize(
    "asked, meant",
    [
        ("27659610000000", ["27659610000000"]),
        (" 27659610000000\t", ["27659610000000"]),
        ("2765961", ["27659610000000"]),
        ("27-65961-0000000", ["27659610000000"]),
        ("27-65961", ["27659610000000"]),
        ("alisal  UNION", ["27659610000000"]),
        ("alisal", ["27659610000000"]),
        ("Greenfield Union", ["15635030000000"]),
        ("elementary", ["27660350000000"]),
        ("Greenfield", ["27660350000000", "15635030000000"]),
        ("27", []),
        ("7659610000000", []),
        ("Salinas", []),
        ("", []),
    ],
)
def test_an_lea_is_meant_by_its_code_its_name_or_a_part_that_fits_one(asked: str, meant: list[str]) -> None:
    assert leas_named(asked, NAMES) == meant


@pytest.mark.parametrize(
    "asked, is_meant",
    [
        ("Monterey", True),
        ("monterey county", True),
        (" Monterey  County ", True),
        ("27", True),
        ("Kern", False),
        ("15", False),
        ("2", False),
        ("Mont", False),
        ("", False),
        ("county", False),
    ],
)
@pytest.mark.parametrize("stated", ["Monterey", "MONTEREY COUNTY"])
def test_a_county_is_meant_by_its_name_or_number(asked: str, stated: str, *, is_meant: bool) -> None:
    vocabulary, _ = shipped_words()
    assert is_of_county(asked, ("27659610000000", "Alisal Union", stated), vocabulary) == is_meant


def test_a_part_of_a_name_is_looked_for_in_the_counties_asked_for() -> None:
    vocabulary, _ = shipped_words()
    places = [(code, name, vocabulary.county_of(code)) for code, name in NAMES.items()]
    assert chosen_codes(places, ["Greenfield"], ["Monterey"], vocabulary) == {"27660350000000"}
    assert not list(not_there(places, ["Greenfield"], ["Monterey"], vocabulary))
    for counties in ([], ["Kern", "Monterey"], ["Alameda"]):
        assert not chosen_codes(places, ["Greenfield"], counties, vocabulary)
        assert "several-leas" in {one.code for one in not_there(places, ["Greenfield"], counties, vocabulary)}


def test_an_lea_of_another_county_than_those_asked_for_is_said_to_be_there() -> None:
    vocabulary, _ = shipped_words()
    places = [(code, name, vocabulary.county_of(code)) for code, name in NAMES.items()]
    [said] = not_there(places, ["Alisal"], ["Kern"], vocabulary)
    assert said.message == "`Alisal` is in the county `Monterey`, and only LEAs of other counties are asked for"
    assert [one.code for one in not_there(places, ["Alisal"], ["Alpine"], vocabulary)] == ["county-not-in-data"]
    [said] = not_there(places, [], ["mont"], vocabulary)
    assert said.help == "did you mean `Monterey`?"


def records(folder: Path, name: str = "records.csv") -> Path:
    """Write plain records of three LEAs and return where; one has no county."""
    path = folder / name
    rows = [
        "lea_code,year,student_group,indicator,level,name,county",
        "27659610000000,2023,EL,ELA,Red,Alisal Union,",
        "27660350000000,2023,EL,ELA,Green,Greenfield Union Elementary,Monterey",
        "15635030000000,2023,EL,ELA,Green,Greenfield Union,Kern",
    ]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("engine", ["table", "record"])
@pytest.mark.parametrize(
    "words, leas",
    [
        (["--county", "27"], ["27659610000000", "27660350000000"]),
        (["--county", "Monterey County"], ["27659610000000", "27660350000000"]),
        (["--county", "15", "--county", "Monterey", "--lea", "alisal"], ["27659610000000"]),
        (["--lea", "alisal", "--lea", "1563503"], ["15635030000000", "27659610000000"]),
    ],
)
def test_of_plain_records_those_asked_for_are_evaluated(
    words: list[str], leas: list[str], engine: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["--records", str(records(tmp_path)), "--engine", engine, "--out", str(tmp_path / "out"), *words]
    assert run(["evaluate", "assistance/2023", *asked]) == 0
    with (tmp_path / "out" / "determinations.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["cds"] for row in rows] == leas
    assert {row["county"] for row in rows} <= {"Monterey", "Kern"}
    assert run(["verify", str(tmp_path / "out")]) == 0
    capsys.readouterr()


@pytest.mark.parametrize("command", ["evaluate", "explain"])
@pytest.mark.parametrize(
    "words, code, shown",
    [
        (["--lea", "Greenfield"], "several-leas", "15635030000000 (`Greenfield Union`)"),
        (["--lea", "Salinas"], "lea-not-in-data", "called `Salinas`"),
        (["--lea", "99999999999999"], "lea-not-in-data", "with the code `99999999999999`"),
    ],
)
def test_what_fits_no_lea_or_several_is_said(
    command: str, words: list[str], code: str, shown: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([command, "assistance/2023", "--records", str(records(tmp_path)), *words]) == 1
    said = capsys.readouterr()
    assert f"error[{code}]" in said.err
    assert shown in " ".join(said.err.split())
    assert said.out == ""


def test_a_county_without_an_lea_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", "assistance/2023", "--records", str(records(tmp_path)), "--county", "Montery"]) == 1
    assert "did you mean `Monterey`" in capsys.readouterr().err


def test_several_leas_are_explained_one_after_another(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--lea", "alisal", "--lea", "27660350000000"]
    assert run(["explain", "assistance/2023", "--records", str(records(tmp_path)), *words]) == 0
    said = capsys.readouterr().out
    assert said.index("Alisal Union") < said.index("Greenfield Union Elementary")


@needs_published_data
def test_the_states_files_are_asked_in_the_same_words(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["explain", "assistance/2023", "--data", str(SHARED / "2023")]
    assert run([*asked, "--lea", "2710272", "--lea", "Alisal Union"]) == 0
    said = capsys.readouterr().out
    assert said.index("27102720000000") != said.index("27659610000000")
    assert run([*asked, "--lea", "Greenfield"]) == 1
    assert "error[several-leas]" in capsys.readouterr().err


@needs_published_data
def test_an_lea_whose_county_no_file_names_is_of_the_one_that_its_code_tells(
    capsys: pytest.CaptureFixture[str],
) -> None:
    counties = ["--county", "Alameda", "--county", "Monterey"]
    assert run(["evaluate", "assistance/2023", "--data", str(SHARED / "2023"), *counties]) == 0
    said = capsys.readouterr().out
    assert "\nAlameda " in said
    assert "(not stated)" not in said
