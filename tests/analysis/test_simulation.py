"""Who comes out lower, the same and higher, and percentiles, on data small enough to count by hand."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

import rulelang
from rulelang.analysis.result_tables import ResultTable
from rulelang.analysis.simulation import percentile, size_text
from rulelang.cli.program import rulelang as program

HEAD = """ruleset Practice {name} 2023
  uses California Dashboard Levels vocabulary

for Suspension Rate
  measure Status = suspended students ÷ students, as a percent, rounded to 1 decimal
  bands Status
    | Very Low    | Low         | Medium      | High        | Very High |
    | 0.5 or less | {low} or less | 3.0 or less | 6.0 or less | above 6.0 |
"""
ROWS = [
    {
        "lea_code": code,
        "year": 2023,
        "student_group": group,
        "indicator": "Suspension Rate",
        "number": number,
        "value": value,
    }
    for code, group, suspended, students in [
        ("01611190000000", "All Students", 2, 100),  # 2.0: Medium, and Low where Low ends at 2.5
        ("01611190000000", "White", 1, 40),  # 2.5
        ("01611270000000", "All Students", 1, 1000),  # 0.1: Very Low by both
        ("01611270000000", "Asian", 5, 160),  # 3.1: High by both
        ("01611350000000", "All Students", 0, 0),  # not rated by both
    ]
    for number, value in (("suspended students", suspended), ("students", students))
]


@pytest.fixture
def rulesets(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / "base.rules", tmp_path / "proposal.rules"]
    for path, low in zip(paths, ("1.5", "2.5"), strict=True):
        path.write_text(HEAD.format(name=path.stem, low=low), encoding="utf-8")
    return paths


def tables(paths: list[Path], *, at_least: int | None = None, **asked: object) -> dict[str, ResultTable]:
    every = []
    for path in paths:
        loaded = rulelang.load(path)
        every.append(loaded.simulated(loaded.records(ROWS).records, path.stem, at_least=at_least))
    return {table.name: table for table in rulelang.simulate(every, **asked)}  # type: ignore[arg-type]


def test_a_wider_band_is_better_for_those_in_it(rulesets: list[Path]) -> None:
    found = tables(rulesets, by=("student group", "size"), sizes=(100,))
    rows = {row[2:4]: row[4:11:2] for row in found["directions"].rows}
    assert rows["all", "all"] == (0, 2, 2, 4)
    assert rows["student group", "White"] == (0, 0, 1, 1)
    assert rows["size", "below 100"] == (0, 0, 1, 1)
    assert rows["size", "100 or more"] == (0, 2, 1, 3)
    assert [row[2:] for row in found["moves"].rows if row[2] != row[3]] == [("Medium", "Low", 2)]
    assert [(row[2], row[6], row[9]) for row in found["units"].rows] == [
        ("01611190000000", "ALL", "higher"),
        ("01611190000000", "WH", "higher"),
    ]


def test_the_other_way_round_it_is_worse(rulesets: list[Path]) -> None:
    [row] = tables(rulesets[::-1])["directions"].rows
    assert row[4:11:2] == (2, 2, 0, 4)
    assert row[5] == "50.0"


def test_units_may_be_left_out(rulesets: list[Path]) -> None:
    [row] = tables(rulesets, at_least=100)["directions"].rows
    assert row[4:11:2] == (0, 2, 1, 3)


def test_determinations_are_compared_in_the_order_of_the_vocabulary() -> None:
    loaded = rulelang.load("assistance/2023")
    rows = [
        {"lea_code": "01611190000000", "year": 2023, "student_group": "White", "indicator": one, "level": "Red"}
        for one in ("Graduation Rate", "Suspension Rate")
    ]
    [base] = [loaded.simulated(loaded.records(rows).records)]
    [(_, result)] = base.results.items()
    assert (result.word, result.order.index("Differentiated Assistance")) == ("Differentiated Assistance", 0)


@given(st.lists(st.fractions(0, 100), min_size=1), st.integers(1, 99))
def test_a_percentile_has_its_share_on_either_side(numbers: list[Fraction], percent: int) -> None:
    found = percentile(sorted(numbers), percent)
    below, above = sum(one < found for one in numbers), sum(one > found for one in numbers)
    assert below <= Fraction(len(numbers) * percent, 100)
    assert above <= Fraction(len(numbers) * (100 - percent), 100)


@pytest.mark.parametrize(
    "numbers, percent, found",
    [
        ((1, 2, 3, 4), 50, Fraction(5, 2)),
        ((1, 2, 3), 50, 2),
        ((7,), 5, 7),
        ((1, 2, 3, 4), 25, Fraction(3, 2)),
        ((1, 2), 99, 2),
    ],
)
def test_percentiles_by_hand(numbers: tuple[int, ...], percent: int, found: Fraction) -> None:
    assert percentile([*map(Fraction, numbers)], percent) == found


@pytest.mark.parametrize(
    "size, words",
    [(29, "below 30"), (30, "30 to 149"), (149, "30 to 149"), (150, "150 or more"), (9000, "150 or more")],
)
def test_sizes_in_words(size: int, words: str) -> None:
    assert size_text(Fraction(size), (30, 150)) == words


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(program, ["simulate", *arguments])
    return result.exit_code, result.output


@pytest.mark.parametrize(
    "options, said",
    [
        ((), "at least one proposal"),
        (("--measure", "no such rate"), "`no such rate` is not a measure that a ruleset works out"),
        (("--measure", "Suspension Rate Status", "--by", "size"), "needs the limits between sizes"),
        (("--measure", "Suspension Rate Status", "--sizes", "a few"), "is not a list of whole numbers"),
        (("--measure", "Suspension Rate Status", "--only", "schools"), "is not of the form WHAT=VALUE"),
    ],
)
def test_wrong_usage_is_answered(rulesets: list[Path], tmp_path: Path, options: tuple[str, ...], said: str) -> None:
    code, output = run(str(rulesets[0]), "--records", str(records_in(tmp_path)), *options)
    assert code == 2
    assert said in " ".join(output.split())


def test_lea_chooses_among_plain_records(rulesets: list[Path], tmp_path: Path) -> None:
    arguments = (*map(str, rulesets), "--records", str(records_in(tmp_path)), "--format", "json")
    totals = [
        json.loads(run(*arguments, *chosen)[1])["directions"][0]["total"]
        for chosen in ((), ("--lea", "01611190000000"))
    ]
    assert totals == [4, 2]  # results of two student groups each, of two LEAs that are rated


def test_a_workbook_has_numbers_that_can_be_added_up(rulesets: list[Path], tmp_path: Path) -> None:
    arguments = [
        *map(str, rulesets),
        "--records",
        str(records_in(tmp_path)),
        "--format",
        "xlsx",
        "--out",
        str(tmp_path),
    ]
    code, output = run(*arguments)
    assert (code, output.strip()) == (0, f"Written: {tmp_path / 'simulation.xlsx'}")
    sheets = CalamineWorkbook.from_path(tmp_path / "simulation.xlsx")
    assert sheets.sheet_names == ["directions", "moves", "units"]
    [head, row, *_] = sheets.get_sheet_by_name("directions").to_python()
    found = dict(zip(head, row, strict=True))
    assert (found["same"], found["same %"], found["total"]) == (2, 0.5, 4)
    units = sheets.get_sheet_by_name("units").to_python()
    assert units[1][2] == "01611190000000"


def records_in(folder: Path) -> Path:
    path = folder / "records.csv"
    lines = [",".join(ROWS[0]), *(",".join(map(str, row.values())) for row in ROWS)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path
