"""What a determination is said to hang on is what flips it when the LEA is evaluated without it."""

from __future__ import annotations

import csv
import json
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner

from rulelang.analysis.chaining import LevelYear
from rulelang.analysis.sensitivity import Sensitivity, sensitivities
from rulelang.cli.program import rulelang
from rulelang.core.record import FieldKey, LeaRecord, Reading, YearFacts
from rulelang.engine.evaluate import evaluate
from rulelang.engine.steps import Prepared, prepare
from rulelang.facade import load
from rulelang.reasoning.answers import Asked, value_of
from rulelang.reasoning.trials import Trial, cells_asked
from tests.reasoning.test_trials import with_levels
from tests.reasoning.test_ways import DA

LEAS = 40
SIZES = (50, 150, 400)
SUSPENSION = """\
cds,rtype,schoolname,countyname,type,studentgroup,currnumer,currdenom,priornumer,priordenom,color,reportingyear
03028840000000,D,it,Rushwater,UD,FOS,5,61,4,60,1,2023
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("state") / "counts"
    CliRunner().invoke(rulelang, ["sample", str(path), "--year", "2023", "--leas", str(LEAS)])
    return path


@pytest.fixture(scope="module")
def found(folder: Path) -> list[Sensitivity]:
    return list(load("assistance/2023").sensitivity([folder], DA, sizes=SIZES, lines=True))


@pytest.fixture(scope="module")
def prepared() -> Prepared:
    return prepare(load("assistance/2023").rules)


def flipped(prepared: Prepared, record: LeaRecord, trial: Trial) -> bool:
    asked = Asked(prepared, DA)
    before, after = (
        value_of(prepared, evaluate(prepared, one), asked.definition)
        for one in (record, with_levels(record, 2023, trial))
    )
    return "cannot tell" not in (before, after) and (before == DA) is not (after == DA)


def without(record: LeaRecord, prepared: Prepared, group: str | None = None, indicator: str | None = None) -> Trial:
    """Return an LEA's levels of a student group, or of an indicator, left out."""
    readings = {cell: record.years[2023].reading(*cell) for cell in cells_asked(prepared)}
    return {
        cell: None
        for cell, reading in readings.items()
        if reading is not None and reading.level is not None and (cell[0] == group or cell[1][0] == indicator)
    }


def test_groups_and_indicators_are_those_without_which_the_evaluator_says_otherwise(
    found: list[Sensitivity], prepared: Prepared
) -> None:
    vocabulary = prepared.ruleset.vocabulary
    assert len(found) == LEAS
    for one in found[::3]:
        groups = [
            name for name in prepared.group_index if flipped(prepared, one.record, without(one.record, prepared, name))
        ]
        indicators = [
            indicator.name
            for indicator in vocabulary.indicators
            if flipped(prepared, one.record, without(one.record, prepared, "none", indicator.name))
        ]
        assert [name for name, _ in one.groups] == groups
        assert list(one.indicators) == indicators
    assert any(one.groups for one in found[::3])
    assert any(one.indicators for one in found[::3])


def test_sizes_are_those_below_which_results_decide(folder: Path, found: list[Sensitivity], prepared: Prepared) -> None:
    assert all(one.sizes is None for one in found)  # the sample's files lack columns that the levels rest on
    seen, sizes = set[int](), dict[tuple[str, str, str], int]()
    groups = {group.code: group.name for group in prepared.ruleset.vocabulary.groups}
    files = {"ela": "ELA", "math": "Math", "susp": "Suspension Rate", "chronic": "Chronic Absenteeism"}
    files |= {"grad": "Graduation Rate", "cci": "College/Career", "elpi": "ELPI"}
    for name, indicator in files.items():
        with (folder / f"{name}download2023.txt").open(encoding="utf-8") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                code = row.get("studentgroup") or "EL"
                if code in groups and row["currdenom"]:
                    sizes[row["cds"], groups[code], indicator] = int(row["currdenom"])
    behind: dict[str, dict[str, dict[FieldKey, Reading]]] = {}
    for (code, group, indicator), number in sizes.items():
        behind.setdefault(code, {}).setdefault(group, {})[indicator, "students"] = Reading(Fraction(number))
    numbers = {code: LeaRecord(code, "", "", "", {2023: YearFacts(groups)}) for code, groups in behind.items()}
    year = LevelYear(prepare(load("dashboard/2023").rules), "dashboard/2023", (), (), numbers)
    for one in sensitivities(Asked(prepared, DA), [one.record for one in found], year, SIZES):
        assert one.sizes is not None
        seen.update(one.sizes)
        for size in SIZES:
            small: Trial = {
                cell: None
                for cell in cells_asked(prepared)
                if (reading := one.record.years[2023].reading(*cell)) is not None
                and reading.level is not None
                and sizes.get((one.record.code, cell[0] or "", cell[1][0]), size) < size
            }
            assert (size in one.sizes) is flipped(prepared, one.record, small)
    assert seen


def test_lines_flip_where_the_evaluator_says_so(found: list[Sensitivity], prepared: Prepared) -> None:
    for one in found[::6]:
        for line in one.lines:
            assert line.flips is flipped(prepared, one.record, {line.change.cell: line.change.after})
        assert set(one.levels) == {line for line in one.lines if line.flips}


def test_a_student_who_decides_is_found_and_written_down(folder: Path, tmp_path: Path) -> None:
    (folder / "suspdownload2023.txt").write_text(SUSPENSION, encoding="utf-8")
    arguments = ["sensitivity", "assistance/2023", "--data", str(folder)]
    done = CliRunner().invoke(rulelang, [*arguments, "--format", "csv", "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    tables = {}
    for name in ("sensitivity", "counties", "lines"):
        with (tmp_path / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            tables[name] = list(csv.DictReader(file))
    [lea] = [row for row in tables["sensitivity"] if row["cds"] == "03028840000000"]
    assert (lea["one_student"], lea["fewest_students"]) == ("1", "1")
    [line] = [row for row in tables["lines"] if row["cds"] == lea["cds"] and row["number"]]
    assert (line["student_group"], line["number_before"], line["number_after"]) == ("Foster Youth", "5", "4")
    *counties, every = tables["counties"]
    assert every["county"] == "all"
    for column in ("leas", "have_it", "one_student", "one_group", "one_indicator", "below_50", "cannot_tell"):
        assert int(every[column]) == sum(int(row[column]) for row in counties)
    assert every["one_student"] == "1"
    said = CliRunner().invoke(rulelang, [*arguments, "--lea", lea["cds"]]).stdout
    assert "Suspension Rate of Foster Youth from Red to Orange: 1 fewer suspended of 61 students" in " ".join(
        said.split()
    )
    data = json.loads(CliRunner().invoke(rulelang, [*arguments, "--below", "7", "--format", "json"]).stdout)
    assert "below_7" in data["counties"][0]


@pytest.mark.parametrize(
    "arguments, said",
    [
        pytest.param(
            ["assistance/2023", "--outcome", "Method 7"],
            "`Method 7` is not an outcome",
            id="outcome",
        ),
        pytest.param(["dashboard/2019"], "give no determination", id="levels alone"),
        pytest.param(["assistance/2023", "--below", "0"], "--below", id="size"),
        pytest.param(["assistance/2023", "--format", "csv"], "give both", id="no folder"),
    ],
)
def test_wrong_usage_is_said(folder: Path, arguments: list[str], said: str) -> None:
    done = CliRunner().invoke(rulelang, ["sensitivity", *arguments, "--data", str(folder)])
    assert done.exit_code == 2
    assert said in done.output
