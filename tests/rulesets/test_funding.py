"""What a county office gets for its districts in assistance: the worked examples of the facts, to the last fraction."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path

import pytest

import rulelang
from rulelang.compiler.locations import rulesets_folder
from rulelang.core.operators import rounded
from rulelang.core.tree import Value
from rulelang.data.records import records_from_rows
from rulelang.data.sample import write_sample
from rulelang.data.write import write_workbook
from rulelang.engine.evaluate import evaluate_all
from rulelang.engine.explain_levels import explain_levels
from rulelang.engine.steps import prepare
from tests.rulesets.published_tables import rows as rows_of_table

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


def add_on(year: int, lists: Lists) -> Value:
    rules = rulelang.load(f"funding/{year}").rules
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


@pytest.mark.parametrize("file, words, others", CHANGES, ids=lambda part: str(part).strip())
def test_every_change_of_a_rule_file_is_noticed_by_an_example_in_it(
    file: int, words: str, others: str, tmp_path: Path
) -> None:
    folder = tmp_path / "funding"
    shutil.copytree(rulesets_folder() / "funding", folder)
    path = folder / f"{file}.rules"
    rules, examples = path.read_text(encoding="utf-8").split("\nexample ", 1)
    assert words in rules
    path.write_text(f"{rules.replace(words, others)}\nexample {examples}", encoding="utf-8")
    assert {one.code for one in rulelang.check(path)} == {"failed-example"}


# ---- From the state's lists ----

DATA = Path(__file__).parents[3] / "shared" / "data"
LISTS = (
    DATA / "2017" / "assistancestatus2017.xls",
    DATA / "2018" / "assistancestatus18.xlsx",
    DATA / "2019" / "assistancestatus19-rev.xlsx",
    DATA / "2022" / "assistancestatus22.xlsx",
    DATA / "2023" / "assistancestatus23.xlsx",
)
needs_lists = pytest.mark.skipif(not DATA.is_dir(), reason="the published lists are not at ../shared/data")


@pytest.fixture(scope="module")
def sizes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a table of the students of each district in 2022, without charter schools; attendance is not at hand."""
    listed = DATA / "essa" / "essa_status_long_2018_2019_2022.csv.gz"
    students: Counter[str] = Counter()
    for row in rows_of_table(listed):
        if row["list"] == "2022" and row["charter"] == "*":
            students[f"{row['cds'][:7]}0000000"] += int(row["enrollment"])
    path = tmp_path_factory.mktemp("sizes") / "district_sizes.csv"
    path.write_text("\n".join(["cds,average_daily_attendance", *(f"{code},{n}" for code, n in students.items())]))
    return path


def amounts(year: int, sizes: Path, *lists: Path) -> dict[str, Value]:
    """Return the add-on of each county by the state's lists."""
    ruleset = rulelang.load(f"funding/{year}")
    data = ruleset.read(sizes, published=lists)
    assert {one.code for one in data.diagnostics} <= {"files-not-found", "leas-of-other-years"}
    found = evaluate_all(prepare(ruleset.rules), data.records)
    return {one.record.county: one.value((year, "measure add-on")) for one in found if one.record.kind == "county"}


@needs_lists
@pytest.mark.slow
@pytest.mark.parametrize("year", [2018, 2019, 2023])
def test_counties_by_the_state_s_own_lists_are_those_of_the_facts(year: int, sizes: Path) -> None:
    found = amounts(year, sizes, *LISTS)
    counties = {"Monterey": MONTEREY, "Humboldt": HUMBOLDT, "Alameda": ALAMEDA}
    assert {name: found[name] for name in counties} == {name: add_on(year, of) for name, of in counties.items()}
    assert len(found) == 58


@pytest.mark.parametrize(
    "lists, dollars", [(MONTEREY, "2333333.33"), (HUMBOLDT, "1833333.33"), (ALAMEDA, "3233333.33")]
)
def test_2024_25_by_lists_in_the_state_s_layout(lists: Lists, dollars: str, tmp_path: Path) -> None:
    """Equal to the cent, from made-up lists of 2022 to 2024: that of 2024 has Year 1 and Year 2, which both count."""
    held = ("Differentiated Assistance, Year 1", "Differentiated Assistance, Year 2")
    districts = {f"12{at:05}0000000": size for at, size in enumerate([size for size in SIZES for _ in range(15)], 10)}
    files = []
    for year in (2022, 2023, 2024):
        labels = ("Differentiated Assistance",) if year == 2022 else held if year == 2024 else held[:1]
        left = dict(zip(SIZES, lists[year], strict=True))
        called = []
        for at, (code, size) in enumerate(districts.items()):
            left[size] -= 1
            called.append((code, labels[at % len(labels)] if left[size] >= 0 else "General Assistance"))
        files.append(listed(tmp_path, year, *called))
    path = tmp_path / "district_sizes.csv"
    path.write_text(
        "\n".join(["CDS,average_daily_attendance", *(f"{code},{SIZES[of]}" for code, of in districts.items())])
    )
    [amount] = amounts(2024, path, *files).values()
    assert isinstance(amount, Fraction)
    assert rounded(amount, Fraction(2)) == Fraction(dollars)


GROUPS = ("AA", "AI", "AS", "EL", "FI", "FOS", "HI", "HOM", "LTEL", "PI", "SED", "SWD", "TOM", "WH")
STATUSES = tuple(f"AssistanceStatus{year}" for year in (2017, 2018, 2019, 2022, 2023, 2024))
HEADER_OF_2024 = (
    *("CDcode", "CDS", "LEAname", "Cityname", "Countyname", "Gsoffered", "ReportYear"),
    *(f"{group}priorities" for group in GROUPS),
    *("TotalStudentGroups", *STATUSES, "MetMethod1", "MetMethod2", "MetMethod3", "MetMethod4", "EC52072_2024"),
)


def list_of_2024(folder: Path, rows: list[dict[str, str]]) -> Path:
    """Write a list of 2024 as the state does: three sheets that explain it, then five lines above the header."""
    width = len(HEADER_OF_2024)
    above = [
        [text, *[""] * (width - 1)] for text in ("December 2024", "Reminder", "In the Gsoffered column", "*=blank")
    ]
    cells = [[row.get(name, "*") for name in HEADER_OF_2024] for row in rows]
    sheets = {
        name: (["Field Name", "Description"], [["CDS", "Code"]]) for name in ("Record Layout", "Value", "Priorities")
    }
    title = ["2024 LCFF District/COE Eligibility File", *[""] * (width - 1)]
    sheets["District and COE 2024"] = (title, [*above, list(HEADER_OF_2024), *cells])
    return write_workbook(folder / "assistancestatus24.xlsx", sheets)


@needs_lists
@pytest.mark.slow
def test_2024_25_by_the_lists_of_2022_and_2023_and_a_made_up_one_of_2024(sizes: Path, tmp_path: Path) -> None:
    """The list of 2024 is not at hand: it is made up, with as many districts of each size as the facts count."""
    held = ("Differentiated Assistance, Year 1", "Differentiated Assistance, Year 2")
    attendance = [line.split(",") for line in sizes.read_text().splitlines()[1:] if line[2:4] != "10"]
    counties = {"27": "Monterey", "12": "Humboldt", "01": "Alameda"}
    wanted = {"27": MONTEREY[2024], "12": HUMBOLDT[2024], "01": ALAMEDA[2024]}
    left = {(county, size): n for county, of in wanted.items() for size, n in zip(SIZES, of, strict=True)}
    rows = []
    for at, (code, students) in enumerate(attendance):
        size = "small" if int(students) < 2_500 else "medium" if int(students) < 10_000 else "large"
        left[code[:2], size] = left.get((code[:2], size), 0) - 1
        status = held[at % 2] if left[code[:2], size] >= 0 else "General Assistance"
        named = {"LEAname": "A", "Countyname": counties.get(code[:2], "B")}
        rows.append({**named, "CDS": code, "ReportYear": "2024", "AssistanceStatus2024": status})
    found = amounts(2024, sizes, *LISTS[3:], list_of_2024(tmp_path, rows))
    for name, dollars in (("Monterey", "2333333.33"), ("Humboldt", "1833333.33"), ("Alameda", "3233333.33")):
        amount = found[name]
        assert isinstance(amount, Fraction)
        assert rounded(amount, Fraction(2)) == Fraction(dollars)


def test_an_amount_is_explained_by_every_list_that_counts_each_with_its_year(tmp_path: Path) -> None:
    district = "12628100000000"
    sizes = tmp_path / "district_sizes.csv"
    sizes.write_text(f"cds,average_daily_attendance\n{district},900\n")
    lists = [listed(tmp_path, year, (district, "Differentiated Assistance")) for year in (2019, 2022, 2023)]
    ruleset = rulelang.load("funding/2023")
    data = ruleset.read(sizes, published=lists)
    found = evaluate_all(prepare(ruleset.rules), data.records)
    text = explain_levels(next(one for one in found if one.record.kind == "county"))
    before = [f"districts' part in {year}: " for year in (2019, 2022)]
    sums = [line.strip() for line in text.splitlines() if line.endswith("$100,000 (District)")]
    assert sums == [f"{year}$100,000 (District)" for year in ("", *before)]


@needs_lists
@pytest.mark.slow
def test_without_a_list_that_counts_no_amount_can_be_told(sizes: Path) -> None:
    assert set(amounts(2023, sizes, *LISTS[3:]).values()) == {None}


def listed(folder: Path, year: int, *districts: tuple[str, str]) -> Path:
    path = folder / f"assistancestatus{year % 100}.csv"
    rows = [f'{code},District,Humboldt,"{status}",{year}' for code, status in districts]
    path.write_text("\n".join([f"CDS,LEAname,Countyname,AssistanceStatus{year},ReportingYear", *rows]))
    return path


def test_a_district_that_closed_counts_by_the_lists_that_have_it(tmp_path: Path) -> None:
    there, closed, new = (f"126281{number}0000000" for number in range(3))
    sizes = tmp_path / "district_sizes.csv"
    sizes.write_text(f"cds,average_daily_attendance\n{there},900\n{closed},3000\n{new},12000\n")
    assisted = "Differentiated Assistance"
    lists = [
        listed(tmp_path, 2019, (there, assisted), (closed, assisted)),
        listed(tmp_path, 2022, (there, assisted)),
        listed(tmp_path, 2023, (there, "General Assistance"), (new, assisted)),
    ]
    assert amounts(2023, sizes, *lists) == {"Humboldt": 300_000 + Fraction(300_000 + 100_000 + 300_000, 3)}


def test_a_made_up_state_has_lists_and_sizes(tmp_path: Path) -> None:
    ruleset = rulelang.load("funding/2018").rules
    for year in (2017, 2018):
        write_sample(ruleset.vocabulary, tmp_path / str(year), year, 20)
    data = rulelang.load("funding/2018").read(tmp_path)
    assert [one.message for one in data.diagnostics] == []
    found = evaluate_all(prepare(ruleset), data.records)
    amounts = [one.value((2018, "measure add-on")) for one in found if one.record.kind == "county"]
    assert amounts
    assert None not in amounts


def test_a_county_office_on_the_list_and_the_size_of_a_district_that_is_not_count_for_nothing(tmp_path: Path) -> None:
    district, office = "12628100000000", "12101240000000"
    sizes = tmp_path / "district_sizes.csv"
    sizes.write_text(f"cds,average_daily_attendance\n{district},900\n12628280000000,900\n")
    path = listed(tmp_path, 2017, (district, "Differentiated Support"), (office, "Differentiated Support"))
    path = path.rename(tmp_path / "assistancestatus2017.csv")
    ruleset = rulelang.load("funding/2017")
    data = ruleset.read(sizes, published=path)
    found = {one.record.code: one for one in evaluate_all(prepare(ruleset.rules), data.records)}
    assert set(found) == {"12", district, office}
    assert found["12"].value((2017, "measure districts' part")) == 100_000
