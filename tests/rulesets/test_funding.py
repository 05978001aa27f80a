"""What a county office gets for its districts in assistance: the worked examples of the facts, to the last fraction."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path

import pytest

import rulelang
from rulelang.compiler.files import rulesets_folder
from rulelang.core.tree import Value
from rulelang.data.records import records_from_rows
from rulelang.engine.evaluate import evaluate_all
from rulelang.engine.steps import prepare

THOUSAND = 1_000
SIZES = {"small": 900, "medium": 5_000, "large": 20_000}
RATES = {"small": 100, "medium": 200, "large": 300}
"""What a district of each size counts, in thousands of dollars."""

Lists = Mapping[int, tuple[int, int, int]]
"""How many small, medium and large districts of a county are in assistance on the list of each year."""

MONTEREY: Lists = {
    2017: (0, 4, 1),
    2018: (2, 5, 1),
    2019: (0, 4, 1),
    2022: (6, 9, 1),
    2023: (4, 5, 1),
    2024: (4, 5, 1),
}
HUMBOLDT: Lists = {
    2017: (4, 1, 0),
    2018: (7, 1, 0),
    2019: (6, 1, 0),
    2022: (13, 1, 0),
    2023: (13, 1, 0),
    2024: (14, 1, 0),
}
ALAMEDA: Lists = {
    2017: (0, 4, 3),
    2018: (1, 6, 4),
    2019: (1, 5, 4),
    2022: (1, 6, 7),
    2023: (1, 4, 4),
    2024: (1, 7, 6),
}


def rows(lists: Lists) -> Iterator[dict[str, object]]:
    """Yield for each list the county and its districts, of which so many are in assistance."""
    most = [max(numbers) + 1 for numbers in zip(*lists.values(), strict=True)]
    for year, counts in lists.items():
        yield {"lea_code": "C", "kind": "county", "year": year}
        for size, number, districts in zip(SIZES, counts, most, strict=True):
            for at in range(districts):
                yield {
                    "lea_code": f"{size} {at}",
                    "kind": "school district",
                    "belongs_to": "C",
                    "year": year,
                    "indicator": "LCFF assistance status",
                    "level": "Differentiated Assistance" if at < number else "General Assistance",
                    "average daily attendance": SIZES[size],
                }


def add_on(year: int, lists: Lists, folder: str = "funding") -> Value:
    rules = rulelang.load(f"{folder}/{year}").rules
    data = records_from_rows(rules.vocabulary, list(rows(lists)))
    assert [one.message for one in data.diagnostics] == []
    found = {one.record.code: one for one in evaluate_all(prepare(rules), data.records)}
    return found["C"].value((year, "measure add-on"))


@pytest.mark.parametrize("name, lists, total", [("Monterey", MONTEREY, 2_700), ("Alameda", ALAMEDA, 3_400)])
def test_the_lists_of_the_examples_amount_to_what_the_facts_say(name: str, lists: Lists, total: int) -> None:
    assert sum(number * rate for number, rate in zip(lists[2022], RATES.values(), strict=True)) == total, name


@pytest.mark.parametrize(
    "lists, year, dollars",
    [
        (MONTEREY, 2018, Fraction(1_500_000)),
        (MONTEREY, 2019, Fraction(4_300_000, 3)),
        (MONTEREY, 2023, Fraction(6_400_000, 3)),
        (MONTEREY, 2024, Fraction(7_000_000, 3)),
        (HUMBOLDT, 2018, Fraction(950_000)),
        (HUMBOLDT, 2019, Fraction(2_900_000, 3)),
        (HUMBOLDT, 2023, Fraction(4_700_000, 3)),
        (HUMBOLDT, 2024, Fraction(5_500_000, 3)),
        (ALAMEDA, 2018, Fraction(2_300_000)),
        (ALAMEDA, 2019, Fraction(7_100_000, 3)),
        (ALAMEDA, 2023, Fraction(8_700_000, 3)),
        (ALAMEDA, 2024, Fraction(9_700_000, 3)),
    ],
)
def test_the_worked_examples(lists: Lists, year: int, dollars: Fraction) -> None:
    assert add_on(year, lists) == dollars


def test_which_lists_count_in_2022_is_not_established() -> None:
    assert add_on(2022, MONTEREY) is None


def test_a_list_that_is_missing_leaves_the_amount_open() -> None:
    assert add_on(2023, {year: counts for year, counts in MONTEREY.items() if year != 2022}) is None


@pytest.mark.parametrize("attendance, rate", [("2499.99", 100), (2_500, 200), ("9999.99", 200), (10_000, 300)])
def test_both_sides_of_each_size(attendance: object, rate: int) -> None:
    rules = rulelang.load("funding/2017").rules
    district = {
        "lea_code": "D",
        "kind": "school district",
        "year": 2017,
        "indicator": "list",
        "level": "General Assistance",
    }
    data = records_from_rows(rules.vocabulary, [district | {"average daily attendance": attendance}])
    [found] = evaluate_all(prepare(rules), data.records)
    assert found.value((2017, "measure rate of a district")) == rate * THOUSAND


CHANGES = [
    (2017, "2,500", "900"),
    (2017, "10,000", "5,000"),
    (2017, "| $100,000", "| $100,001"),
    (2017, "| $200,000", "| $200,001"),
    (2017, "| $300,000", "| $300,001"),
    (2017, "school districts in assistance", "school districts"),
    (2017, "Differentiated Assistance on", "General Assistance on"),
    (2017, "sum of rate", "highest of rate"),
    (2018, "$200,000", "$200,001"),
    (2018, "over the last 2 years", "over the last 1 years"),
    (2018, "average of", "sum of"),
    (2019, "$200,000", "$200,001"),
    (2023, "$300,000", "$200,000"),
    (2023, "over the last 3 years", "over the last 4 years"),
]
"""Small changes of the rule files: the year of the file, the words, and what stands in their place."""


@pytest.mark.slow
@pytest.mark.parametrize("file, words, others", CHANGES, ids=lambda part: str(part).strip())
def test_every_change_of_a_rule_file_changes_a_worked_example(
    file: int, words: str, others: str, tmp_path: Path
) -> None:
    folder = tmp_path / "funding"
    shutil.copytree(rulesets_folder() / "funding", folder)
    path = folder / f"{file}.rules"
    text = path.read_text(encoding="utf-8")
    assert text.count(words) >= 1
    path.write_text(text.replace(words, others), encoding="utf-8")
    years = [year for year in (2018, 2019, 2023) if year >= file]
    assert [one.code for one in rulelang.check(path)] == []
    before = [add_on(year, lists) for year in years for lists in (MONTEREY, ALAMEDA)]
    after = [add_on(year, lists, str(folder)) for year in years for lists in (MONTEREY, ALAMEDA)]
    assert before != after


# ---- From the state's lists ----

DATA = Path(__file__).parents[3] / "shared" / "data"
LISTS = {
    2017: DATA / "2017" / "assistancestatus2017.xls",
    2018: DATA / "2018" / "assistancestatus18.xlsx",
    2019: DATA / "2019" / "assistancestatus19-rev.xlsx",
    2022: DATA / "2022" / "assistancestatus22.xlsx",
    2023: DATA / "2023" / "assistancestatus23.xlsx",
}


def sizes() -> dict[str, str]:
    """Return the students of each district of Monterey County, by code; attendance itself is not at hand."""
    with (DATA / "2023" / "suspdownload2023.txt").open(encoding="latin-1", newline="") as file:
        rows = [{name.lower(): cell for name, cell in row.items()} for row in csv.DictReader(file, delimiter="\t")]
    return {row["cds"]: row["currdenom"] for row in rows if (row["rtype"], row["studentgroup"]) == ("D", "ALL")}


def listed_rows() -> Iterator[dict[str, object]]:
    """Yield a row for Monterey County and for each of its districts by each of the state's lists."""
    students = sizes()
    for year, path in LISTS.items():
        yield {"lea_code": "C", "kind": "county", "year": year}
        for lea in rulelang.load(f"assistance/{year}").read(published=[path]).records:
            listed = lea.years[year].published
            if (lea.county, lea.kind) != ("Monterey", "school district") or listed is None:
                continue
            is_assisted = any(name.startswith("Differentiated Assistance") for name in listed.held)
            yield {
                "lea_code": lea.code,
                "kind": "school district",
                "belongs_to": "C",
                "year": year,
                "indicator": "LCFF assistance status",
                "level": "Differentiated Assistance" if is_assisted else "General Assistance",
                "average daily attendance": students[lea.code],
            }


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason="the published lists are not at ../shared/data")
def test_monterey_from_the_state_s_lists_to_the_cent() -> None:
    given = list(listed_rows())
    found = {}
    for year in (2018, 2019, 2022, 2023):
        rules = rulelang.load(f"funding/{year}").rules
        data = records_from_rows(rules.vocabulary, given)
        county = next(one for one in evaluate_all(prepare(rules), data.records) if one.record.code == "C")
        found[year] = county.value((year, "measure add-on"))
    assert found == {2018: 1_500_000, 2019: Fraction(4_300_000, 3), 2022: None, 2023: Fraction(6_400_000, 3)}
