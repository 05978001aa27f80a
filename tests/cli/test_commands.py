"""The commands, run on a made-up state."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path

import jsonschema
import pytest
from attrs import frozen

import rulelang
from rulelang.cli.program import run
from rulelang.compiler.locations import known_rulesets
from rulelang.data.schemas import schema
from tests.docs.pages import ROOT

RULES = """\
ruleset Trial 2023
  uses California Dashboard vocabulary
  cites "a trial"

priority 4 "Pupil Achievement"
  4a: {condition} → Priority 4

for school districts and county offices
  DA: any student group meets 1 or more priorities → Differentiated Assistance
  otherwise → General Assistance

example "Red on both"
  given a school district
    African American: Red on ELA, Red on Math
  expect Differentiated Assistance
"""


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up state of 2023, written once for this file."""
    folder = tmp_path_factory.mktemp("state")
    assert run(["sample", str(folder), "--leas", "20"]) == 0
    return folder


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return written(tmp_path, "Red on both ELA and Math")


def written(folder: Path, condition: str) -> Path:
    path = folder / "trial.rules"
    path.write_text(RULES.format(condition=condition), encoding="utf-8")
    return path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def evaluated(state: Path, out: Path, *options: str) -> int:
    return run(["evaluate", "assistance/2023", "--data", str(state), "--out", str(out), *options])


# ---- check and test ----


def test_check_of_a_clean_file(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(rules), "assistance/2023"]) == 0
    assert capsys.readouterr().out == f"{rules}: fine\nassistance/2023: fine\n"


def test_check_and_test_take_folders(tmp_path: Path, rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "years").mkdir()
    rules.replace(tmp_path / "years" / "2023.rules")
    shutil.copyfile(ROOT / "rulesets" / "vocabulary.rules", tmp_path / "vocabulary.rules")
    assert run(["check", str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"{tmp_path}/vocabulary.rules: fine\n{tmp_path}/years/2023.rules: fine\n"
    assert run(["test", str(tmp_path)]) == 0
    assert capsys.readouterr().out.startswith(f"{tmp_path}/years/2023.rules: 1 of 1 example as expected\n")


@pytest.mark.slow
def test_check_takes_the_name_of_a_folder_that_is_shipped(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "assistance"]) == 0
    shipped = [name for name in known_rulesets() if name.startswith("assistance/")]
    checked = [line.split(":")[0] for line in capsys.readouterr().out.splitlines()]
    assert [name for name in checked if not name.endswith("vocabulary.rules")] == shipped


def test_check_of_a_vocabulary_says_what_is_wrong_with_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "vocabulary.rules"
    text = (ROOT / "rulesets" / "vocabulary.rules").read_text(encoding="utf-8")
    path.write_text(text.replace("student groups\n  | code", "student groupes\n  | code"), encoding="utf-8")
    assert run(["check", str(tmp_path)]) == 1
    assert "vocabulary.rules:" in capsys.readouterr().out


def test_check_of_a_folder_without_rules(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(tmp_path)]) == 2
    assert "error[" in capsys.readouterr().out


def test_check_says_what_is_wrong_and_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, "Rde on both ELA and Math")
    assert run(["check", str(path), "assistance/2023"]) == 1
    text = capsys.readouterr().out
    assert "trial.rules:6:" in text
    assert "Rde on both ELA and Math" in text
    assert "did you mean `Red`" in text
    assert "assistance/2023: fine" in text


def test_check_runs_the_examples(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, "Blue on both ELA and Math")
    assert run(["check", str(path)]) == 1
    assert "Red on both" in capsys.readouterr().out


def test_a_ruleset_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "assistance/2032"]) == 2
    assert "assistance/2032" in capsys.readouterr().out


def test_test_counts_examples_and_names_rules_not_reached(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["test", str(rules)]) == 0
    assert f"{rules}: 1 of 1 example as expected" in capsys.readouterr().out


def test_test_of_an_example_that_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, "Blue on both ELA and Math")
    assert run(["test", str(path)]) == 1
    text = capsys.readouterr().out
    assert "0 of 1 example as expected" in text
    assert 'example "Red on both"' in text
    assert "found: no" in text
    assert "no example reaches 4a" in text


# ---- sample ----


def test_the_same_options_give_the_same_state(state: Path, tmp_path: Path) -> None:
    assert run(["sample", str(tmp_path), "--leas", "20"]) == 0
    made = {path.name: path.read_bytes() for path in tmp_path.glob("*.txt")}
    assert made == {path.name: path.read_bytes() for path in state.glob("*.txt")}
    assert run(["sample", str(tmp_path), "--leas", "20", "--seed", "2", "--force"]) == 0
    assert made != {path.name: path.read_bytes() for path in tmp_path.glob("*.txt")}


def test_a_sample_replaces_nothing_unasked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sample", str(tmp_path), "--leas", "5"]) == 0
    assert run(["sample", str(tmp_path), "--leas", "5"]) == 2
    said = capsys.readouterr().err
    assert "sample-would-overwrite" in said
    assert "--force" in said
    assert run(["sample", str(tmp_path), "--leas", "5", "--force"]) == 0


def test_a_sample_of_no_dashboard_year(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sample", str(tmp_path / "new"), "--year", "2020"]) == 1
    assert "2020" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


# ---- evaluate ----


@pytest.mark.slow
def test_evaluate_writes_both_tables_and_prints_a_summary(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluated(state, tmp_path / "out") == 0
    leas = rows(tmp_path / "out" / "determinations.csv")
    assert len(leas) == 20
    assert all(len(row["cds"]) == 14 and row["year"] == "2023" for row in leas)
    text = capsys.readouterr().out
    assert all(f"By {word}" in text for word in ("determination", "method", "priority", "student group"))
    assert "By county" not in text  # all are of one
    assert "Rows read: " in text
    codes = {row["cds"] for row in leas}
    assert {row["cds"] for row in rows(tmp_path / "out" / "reasons.csv")} <= codes


def test_the_groups_of_a_determination_are_those_with_reasons(state: Path, tmp_path: Path) -> None:
    assert evaluated(state, tmp_path) == 0
    reasons: dict[tuple[str, str], set[str]] = {}
    for row in rows(tmp_path / "reasons.csv"):
        if row["student_group"]:
            reasons.setdefault((row["cds"], row["student_group"]), set()).add(row["priority"])
    listed = {
        (row["cds"], code)
        for row in rows(tmp_path / "determinations.csv")
        for code in filter(None, row["student_groups"].split("; "))
    }
    assert listed
    assert listed == {place for place, priorities in reasons.items() if len(priorities) >= 2}


def test_results_are_not_replaced_unasked(state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "reasons.csv").write_text("mine", encoding="utf-8")
    assert evaluated(state, tmp_path) == 2
    assert "file-exists" in capsys.readouterr().err
    assert (tmp_path / "reasons.csv").read_text(encoding="utf-8") == "mine"
    assert evaluated(state, tmp_path, "--force") == 0
    assert (tmp_path / "reasons.csv").read_text(encoding="utf-8").startswith("cds,")


@pytest.mark.slow
@pytest.mark.parametrize("format_", ["json", "parquet", "xlsx"])
def test_other_formats(format_: str, state: Path, tmp_path: Path) -> None:
    assert evaluated(state, tmp_path, "--format", format_) == 0
    assert {path.name for path in tmp_path.iterdir()} == {
        f"determinations.{format_}",
        f"reasons.{format_}",
        "run.json",
    }


def test_json_has_the_same_rows(state: Path, tmp_path: Path) -> None:
    assert evaluated(state, tmp_path, "--format", "json") == 0
    assert evaluated(state, tmp_path) == 0
    listed = json.loads((tmp_path / "determinations.json").read_text(encoding="utf-8"))
    assert [row["cds"] for row in listed] == [row["cds"] for row in rows(tmp_path / "determinations.csv")]


@pytest.mark.slow
def test_only_the_leas_and_counties_asked_for(state: Path, tmp_path: Path) -> None:
    assert evaluated(state, tmp_path / "all") == 0
    leas = rows(tmp_path / "all" / "determinations.csv")
    assert evaluated(state, tmp_path / "one", "--lea", leas[3]["cds"]) == 0
    assert rows(tmp_path / "one" / "determinations.csv") == [leas[3]]
    county = leas[3]["county"]
    assert evaluated(state, tmp_path / "county", "--county", county.upper()) == 0
    assert rows(tmp_path / "county" / "determinations.csv") == [row for row in leas if row["county"] == county]


@pytest.mark.parametrize(
    "option, code", [(("--lea", "99999999999999"), "lea-not-in-data"), (("--county", "Nowhere"), "county-not-in-data")]
)
def test_an_lea_that_is_not_in_the_data(
    option: tuple[str, str], code: str, state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluated(state, tmp_path / "out", *option) == 1
    assert f"error[{code}]" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_a_refused_row_is_reported_and_sets_the_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    state = tmp_path / "state"
    assert run(["sample", str(state), "--leas", "5"]) == 0
    file = next(path for path in sorted(state.glob("*.txt")) if b"\tcolor\t" in path.read_bytes())
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join([*lines, next(line for line in lines[1:] if "\tALL\t" not in line)]), encoding="utf-8")
    assert evaluated(state, tmp_path / "out") == 1
    said = capsys.readouterr()
    assert "refused: 1" in said.out
    assert file.name in said.err
    assert evaluated(state, tmp_path / "out", "--force", "--keep-going") == 0


def test_where_the_year_is_not_there_no_name_is_at_fault(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "assistance/2022", "--data", str(state), "--lea", "Salinas Union High"]) == 1
    said = capsys.readouterr().err
    assert "error[own-year-not-found]" in said
    assert "`--as-year`" in said
    assert "lea-not-in-data" not in said


def test_explain_says_how_to_have_the_years_that_are_missing(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "assistance/2023", "--data", str(state), "--lea", "01109430000000"]) == 0
    said = capsys.readouterr().err
    assert "warning[years-not-found]" in said
    assert "--published" in said
    assert max(map(len, said.splitlines())) <= 100


def test_a_published_list_is_not_taken_for_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "assistancestatus23.xlsx").write_bytes(b"any")
    assert run(["evaluate", "assistance/2023", "--data", str(tmp_path / "assistancestatus23.xlsx")]) == 1
    said = " ".join(capsys.readouterr().err.split())
    assert "is a published list of results, not data to determine" in said
    assert "`--official`" in said


def test_a_year_that_the_folders_lack_is_named_as_the_year_to_determine(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["evaluate", "assistance/2022", "--data", str(state), "--out", str(tmp_path / "out")]) == 1
    said = " ".join(capsys.readouterr().err.split())
    assert "the folders have no file for 2022, the year to determine" in said
    looked_back_on = said.partition("the rules look back on ")[2].partition(",")[0]
    assert "2022" not in looked_back_on
    assert not (tmp_path / "out").exists()


def test_a_missing_file_is_a_warning(state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fewer = tmp_path / "state"
    fewer.mkdir()
    for path in sorted(state.iterdir())[1:]:
        (fewer / path.name).write_bytes(path.read_bytes())
    assert evaluated(fewer, tmp_path / "out") == 0
    assert "warning[files-not-found]" in capsys.readouterr().err


def test_a_folder_without_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert evaluated(empty, tmp_path / "out") == 1
    assert "error[no-data-files]" in capsys.readouterr().err


# ---- explain ----


@pytest.fixture
def code(state: Path, tmp_path: Path) -> str:
    """The code of an LEA with a student group that is named in its determination."""
    assert evaluated(state, tmp_path / "codes") == 0
    leas = rows(tmp_path / "codes" / "determinations.csv")
    return next(row["cds"] for row in leas if row["student_groups"])


@pytest.mark.slow
def test_explain(state: Path, code: str, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run(["explain", "assistance/2023", "--data", str(state), "--lea", code]) == 0
    text = capsys.readouterr().out
    assert code in text
    assert "any student group meets 2 or more priorities on state indicators" in text


@pytest.mark.parametrize("group", ["HOM", "homeless"])
def test_explain_a_student_group(group: str, state: Path, code: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "assistance/2023", "--data", str(state), "--lea", code, "--group", group]) == 0
    assert "Homeless" in capsys.readouterr().out


@pytest.mark.slow
def test_explain_a_group_that_there_is_not(state: Path, code: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "assistance/2023", "--data", str(state), "--lea", code, "--group", "Homless"]) == 2
    assert "did you mean `Homeless`?" in capsys.readouterr().err


# ---- reconcile ----

SHARED = ROOT.parent / "shared" / "data"


GROUPS = ("AA", "AI", "AS", "EL", "FI", "FOS", "HI", "HOM", "PI", "SED", "SWD", "TOM", "WH")
LETTERS = {"456": "A", "45": "B", "56": "C", "46": "D", "48": "E", "58": "F"} | {
    "68": "G",
    "458": "H",
    "468": "I",
    "568": "J",
    "4568": "K",
}


@frozen
class Listed:
    """What a list is to say of one LEA."""

    row: dict[str, str]
    letters: dict[str, str]

    def cells(self) -> list[str]:
        row = self.row
        met = ["Y" if f"Method {number}" in row["methods"] else "N" for number in (1, 2, 3)]
        groups = [self.letters.get(group.replace("TOM", "MR"), "") for group in GROUPS]
        return [row["cds"], row["lea"], row["county"], "2023", *groups, row["label"], *met]


def official(path: Path, leas: list[Listed]) -> Path:
    """Write a list in the layout of the state's own."""
    groups = [f"{group}priorities" for group in GROUPS]
    methods = ["MetMethod1", "MetMethod2", "MetMethod3"]
    head = ["CDS", "LEAname", "Countyname", "ReportYear", *groups, "AssistanceStatus2023", *methods]
    lines = [head, *(lea.cells() for lea in leas)]
    path.write_text("".join("\t".join(line) + "\n" for line in lines), encoding="utf-8")
    return path


@pytest.fixture
def leas(state: Path, tmp_path: Path) -> list[Listed]:
    """What a list that agrees says of the made-up state."""
    out = tmp_path / "ours"
    assert evaluated(state, out) == 0
    met: dict[tuple[str, str], set[str]] = {}
    for row in rows(out / "reasons.csv"):
        met.setdefault((row["cds"], row["student_group"]), set()).add(row["priority"])
    found = [row for row in rows(out / "determinations.csv") if row["kind"] != "charter school"]
    return [
        Listed(row, {code: LETTERS["".join(sorted(met[row["cds"], code]))] for code in named(row)}) for row in found
    ]


def named(row: dict[str, str]) -> list[str]:
    return [code for code in row["student_groups"].split("; ") if code]


def reconciled(state: Path, file: Path) -> int:
    return run(["reconcile", "assistance/2023", "--data", str(state), "--official", str(file)])


def test_a_list_that_agrees(
    state: Path, tmp_path: Path, leas: list[Listed], capsys: pytest.CaptureFixture[str]
) -> None:
    assert reconciled(state, official(tmp_path / "list.txt", leas)) == 0
    cells = (13 + 3 + 1) * len(leas)
    assert f"{cells} of {cells} cells compared agree" in capsys.readouterr().out


def test_a_list_that_differs_in_one_cell(
    state: Path, tmp_path: Path, leas: list[Listed], capsys: pytest.CaptureFixture[str]
) -> None:
    leas[0].row["methods"] += "Method 2"
    assert reconciled(state, official(tmp_path / "list.txt", leas)) == 1
    text = capsys.readouterr().out
    assert f"{leas[0].row['cds']} {leas[0].row['lea']}\n  method Method 2: rulelang says no; the list says yes" in text
    assert "2 or more priorities are met on local indicators" in text


def test_the_cells_of_a_list_are_printed_and_written_as_data(
    state: Path, tmp_path: Path, leas: list[Listed], capsys: pytest.CaptureFixture[str]
) -> None:
    leas[0].row["methods"] += "Method 2"
    listed, out = official(tmp_path / "list.txt", leas), tmp_path / "cells.csv"
    words = ["--data", str(state), "--official", str(listed), "--format", "json", "--out", str(out)]
    capsys.readouterr()
    assert run(["reconcile", "assistance/2023", *words]) == 1
    held = json.loads(capsys.readouterr().out)
    jsonschema.validate(held, schema("reconcile"))
    assert [(one["subject"], one["about"], one["theirs"]) for one in held["cells"]] == [("method", "Method 2", "yes")]
    assert held["compared"] == held["agreeing"] + 1
    assert len(rows(out)) == held["compared"] + held["not_compared"]
    rules = rulelang.load("assistance/2023")
    found = rules.reconcile(state, listed)
    assert (found.agrees, rules.tables(found)) == (False, {"cells": rows(out)})
    assert rules.tables(rules.reconcile(rules.read(state), str(listed))) == {"cells": rows(out)}


def test_a_student_group_that_differs_is_explained(
    state: Path, tmp_path: Path, leas: list[Listed], capsys: pytest.CaptureFixture[str]
) -> None:
    place = next(number for number, lea in enumerate(leas) if "HOM" not in lea.letters)
    leas[place].letters["HOM"] = "A"
    assert reconciled(state, official(tmp_path / "list.txt", leas)) == 1
    text = capsys.readouterr().out
    assert "  student group Homeless: rulelang says none; the list says 4, 5, 6" in text
    assert "Red on Graduation Rate" in text


@pytest.mark.slow
def test_a_list_of_other_leas_is_not_agreement(
    state: Path, tmp_path: Path, leas: list[Listed], capsys: pytest.CaptureFixture[str]
) -> None:
    leas[0].row["cds"] = "99999990000000"
    assert reconciled(state, official(tmp_path / "list.txt", leas[:1])) == 1
    assert "0 of 0 cells compared agree" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.is_dir(), reason="the state's published files are not beside this checkout")
@pytest.mark.parametrize(
    "year, folders, file",
    [
        ("2018", ("2018", "2017"), "2018/assistancestatus18.xlsx"),
        ("2023", ("2023",), "2023/assistancestatus23.xlsx"),
    ],
)
def test_the_state_s_own_list_of_monterey_agrees_in_every_cell(
    year: str, folders: tuple[str, ...], file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    data = [word for folder in folders for word in ("--data", str(SHARED / folder))]
    words = ["reconcile", f"assistance/{year}", *data, "--official", str(SHARED / file), "--county", "Monterey"]
    assert run(words) == 0
    text = capsys.readouterr().out
    for about, cells in (("student group", 25 * 13), ("method", 25 * 3), ("determination", 25)):
        assert re.search(rf"^{about} +{cells} +0 ", text, re.MULTILINE)


def test_of_a_failing_example_rules_that_do_not_hold_take_a_line_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """But for the rules asked about, and those that were expected to hold."""
    (tmp_path / "proposal.rules").write_text(
        'what if "One local priority is enough"\n  based on assistance/2023\n  because "a question"\n\n'
        'replace M2: 1 or more priorities are met on local indicators → Method 2\n  because "a question"\n',
        encoding="utf-8",
    )
    assert run(["test", str(tmp_path / "proposal.rules")]) == 1
    shown = capsys.readouterr().out.split("  example ")
    [method_3] = [one for one in shown if "by Method 3 (" in one]
    lines = [line.strip() for line in method_3.splitlines()]
    assert "no   M3, Method 3" in lines, "it was expected to hold, and is drawn"
    assert "no   M1, Method 1: 0 of 13" in lines
    assert lines.index("no   M1, Method 1: 0 of 13") > lines.index("yes  M2, Method 2")
