"""Tables 1 to 7 of Attachment 1 of the July 2019 item, and the form of Attachment 2, by `rulelang simulate`.

The published files become plain records under a vocabulary of the analyst's own, which tells charter schools apart.
Schools with alternative status (DASS) and county offices have no part in the tables.
"""

from __future__ import annotations

import csv
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from rulelang.cli.program import rulelang as program
from tests.rulesets.test_graduation_item import (
    FOLDER,
    NOT_REPRODUCED,
    SHARED,
    STATE,
    TABLE_6,
    Calculator,
    printed,
    rows_of,
)

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="needs the published files in ../shared")

VOCABULARY = """vocabulary Graduation Proposal
  extends "{dashboard}"
  cites "SBE July 2019 item 1, Attachment 1"

kinds of LEA
  | kind            | plural           | code           |
  | county office   | county offices   | ??10???0000000 |
  | State           | the State        | 00000000000000 |
  | school district | school districts | ???????0000000 |
  | school          | schools          | ?????????????? |
  | charter school  | charter schools  | ?????????????? |
"""

RULES = """ruleset Graduation Proposal 2018
  uses Graduation Proposal vocabulary
  cites "SBE July 2019 item 1, Attachment 1"

for Graduation Rate
  measure four-year rate = graduates ÷ students, as a percent
  measure combined rate = (graduates + fifth-year graduates) ÷ (students + fifth-year graduates), as a percent
"""

COMBINED, FOUR_YEAR = "Graduation Rate combined rate", "Graduation Rate four-year rate"
SCHOOLS = ("--only", "kind=school", "--only", "kind=charter school")
DISTRICTS = ("--only", "kind=school district", "--only", "kind=charter school")
SUBSETS = {
    ("schools", "all"): (SCHOOLS, "", "all"),
    ("schools", "charter"): (SCHOOLS, "kind", "charter school"),
    ("schools", "non-charter"): (SCHOOLS, "kind", "school"),
    ("schools", "small"): (SCHOOLS, "size", "below 150"),
    ("schools", "large"): (SCHOOLS, "size", "150 or more"),
    ("districts", "all"): (DISTRICTS, "", "all"),
    ("districts", "small"): (DISTRICTS, "size", "below 150"),
    ("districts", "large"): (DISTRICTS, "size", "150 or more"),
    ("schools", "EL"): (SCHOOLS, "student group", "English Learners"),
    ("schools", "SWD"): (SCHOOLS, "student group", "Students with Disabilities"),
}
"""By unit and subset of the printed tables: what is looked at, what it is broken down by, and as what it counts."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the rules of the proposal, its vocabulary, and the published counts as plain records."""
    here = tmp_path_factory.mktemp("proposal")
    dashboard = (Path(__file__).parents[2] / "rulesets" / "dashboard" / "vocabulary.rules").as_posix()
    (here / "vocabulary.rules").write_text(VOCABULARY.format(dashboard=dashboard), encoding="utf-8")
    (here / "2018.rules").write_text(RULES, encoding="utf-8")
    calculator = Calculator()
    with (here / "counts.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["lea_code", "kind", "year", "student_group", "indicator", "number", "value"])
        for row in rows_of("graddownload2018.txt"):
            is_state = row["rtype"] == "X"
            if row["dass_flag"] == "Y" or row["coe_flag"] == "Y" or not row["currdenom"].strip():
                continue
            if row["studentgroup"] not in (TABLE_6 if is_state else ("ALL", "EL", "SWD")):
                continue
            kinds = {"X": "State", "D": "school district"}
            kind = kinds.get(row["rtype"], "charter school" if row["charter_flag"] == "Y" else "school")
            counts = {
                "graduates": row["currnumer"],
                "students": row["currdenom"],
                "fifth-year graduates": calculator.fifth_year_graduates(row),
            }
            for name, number in counts.items():
                writer.writerow([row["cds"], kind, 2018, row["studentgroup"], "Graduation Rate", name, number])
    return here


def simulated(folder: Path, *options: str) -> list[dict[str, Any]]:
    arguments = ["simulate", str(folder / "2018.rules"), "--records", str(folder / "counts.csv"), "--format", "json"]
    result = CliRunner().invoke(
        program, [*arguments, "--measure", COMBINED, "--measure", FOUR_YEAR, *options], standalone_mode=False
    )
    assert result.exception is None, result.output
    table: list[dict[str, Any]] = json.loads(result.stdout)["percentiles"]
    return table


@pytest.mark.slow
def test_percentiles_of_tables_1_to_5_and_7(folder: Path) -> None:
    found: dict[tuple[str, str, int], tuple[Fraction, ...]] = {}
    everyone = ("--only", "student group=ALL")
    for kinds, unit in ((SCHOOLS, "schools"), (DISTRICTS, "districts")):
        asked = [(*everyone, "--by", "kind", "--by", "size", "--sizes", "150"), everyone]
        asked += [("--by", "student group")] if unit == "schools" else []
        for options in asked:
            for row in simulated(folder, *kinds, "--at-least", "30", *options):
                numbers = (row[COMBINED], row[FOUR_YEAR], row[f"{COMBINED} less {FOUR_YEAR}"])
                found[unit, row["value"], row["percentile"]] = tuple(map(Fraction, numbers))
    cells = dict(printed())
    assert len(cells) == 190
    differing = {}
    for cell, expected in cells.items():
        _, unit, name, percent = cell
        ours = found[unit, SUBSETS[unit, name][2], percent]
        if ours != expected:
            differing[cell] = ours
    assert differing == NOT_REPRODUCED


@pytest.mark.slow
def test_statewide_rates_of_table_6(folder: Path) -> None:
    rows = simulated(folder, "--only", "kind=State", "--by", "student group", "--step", "50")
    found = {row["value"]: (row[COMBINED], row[FOUR_YEAR]) for row in rows}
    names = {
        "ALL": "All Students",
        "AA": "African American",
        "EL": "English Learners",
        "FOS": "Foster Youth",
        "SWD": "Students with Disabilities",
        "SED": "Socioeconomically Disadvantaged",
    }
    assert found == {names[code]: rates for code, rates in TABLE_6.items()}
    assert STATE


def test_the_three_by_five_table_on_the_data_at_hand(tmp_path: Path) -> None:
    """Attachment 2 as far as the data go: the 25 LEAs and 137 schools of one county."""
    proposal = tmp_path / "proposal.rules"
    proposal.write_text(THREE_BY_FIVE, encoding="utf-8")
    arguments = ["simulate", "dashboard/2018", str(proposal), "--data", str(SHARED / "data" / "2018")]
    more = ["--by", "kind", "--by", "student group", "--by", "size", "--sizes", "150", "--format", "json"]
    result = CliRunner().invoke(program, [*arguments, *more], standalone_mode=False)
    tables = json.loads(result.stdout)
    color = {(row["by"], row["value"]): row for row in tables["directions"] if row["what"] == "College/Career color"}
    whole = color["all", "all"]
    assert (whole["lower"], whole["same"], whole["higher"], whole["total"]) == (3, 130, 2, 135)
    assert whole["lower_percent"] == "2.2"
    assert color["size", "150 or more"]["same"] == color["size", "150 or more"]["total"]
    for by in ("kind", "student group", "size"):
        assert sum(row["total"] for (of, _), row in color.items() if of == by) == 135
    moves = [row for row in tables["moves"] if row["what"] == "College/Career color" and row["before"] != row["after"]]
    assert sum(row["number"] for row in moves) == 5
    assert len([row for row in tables["units"] if row["what"] == "College/Career color"]) == 5


THREE_BY_FIVE = """what if "The three-by-five table for College/Career"
  based on dashboard/2018

for College/Career
  add when fewer than 150 students: read Declined Significantly as Declined and Increased Significantly as Increased
    cites "SBE July 2019 item 1, Attachment 2"
"""
