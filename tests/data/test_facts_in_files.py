"""Facts of LEAs in tables of their own, beside lists that say which LEAs there are."""

from __future__ import annotations

from pathlib import Path

import pytest

import rulelang
from rulelang.core.vocabulary import LeaKind
from rulelang.facade import LoadedRuleset

VOCABULARY = """vocabulary Lists
Dashboard years 2022, 2023
levels
  | scale  | worst level first |
  | status | Assisted, Other   |
list indicators of the LEA
  | indicator | status in |
  | list      | 2022 on   |
kinds of LEA
  | kind     | plural    | code           | belongs to | before its first rows | after its last rows |
  | county   | counties  | ??             |            |                       |                     |
  | district | districts | ???????0000000 | county     | {before}              | {after}             |
facts of the LEA
  | fact       | is a   |
  | attendance | {type} |
files of list indicators
  | indicator | years   | file          |
  | list      | 2022 on | list{{yy}}.csv |
columns of list indicators
  | holds    | column | where there is none |
  | LEA code | cds    |                     |
  | LEA name | name   | (blank)             |
  | county   | county | (blank)             |
  | status   | status |                     |
level codes of list indicators
  | code | status   |
  | A    | Assisted |
  | O    | Other    |
files of facts
  | years   | file      |
  | 2022 on | sizes.csv |
columns of facts
  | holds      | column     | where there is none |
  | LEA code   | cds        |                     |
  | LEA name   | name       | (blank)             |
  | county     | county     | (blank)             |
  | attendance | attendance |                     |
counties
  | code begins with | county |
  | 20               | Dale   |
outcomes
  | outcome | is a     |
  | helped  | criteria |
"""
RULES = """ruleset Lists 2023
  uses Lists vocabulary
for districts
  A: Assisted on list → helped
for counties
  measure size = sum of attendance over districts in helped
  measure sizes = sum of size over the last 2 years
"""
ONE, TWO = "20000010000000", "20000020000000"


def written(folder: Path, before: str = "", after: str = "", kind: str = "number") -> LoadedRuleset:
    (folder / "vocabulary.rules").write_text(VOCABULARY.format(before=before, after=after, type=kind))
    (folder / "2023.rules").write_text(RULES)
    (folder / "2022.rules").write_text(RULES.replace("Lists 2023", "Lists 2022").rsplit("  measure sizes", 1)[0])
    (folder / "list22.csv").write_text(f"cds,status\n{ONE},A\n{TWO},A\n")
    (folder / "list23.csv").write_text(f"cds,status\n{ONE},A\n")
    (folder / "sizes.csv").write_text(f"cds,attendance\n{ONE},10\n{TWO},7\n20000030000000,1\n")
    return rulelang.load(folder / "2023.rules")


@pytest.mark.parametrize(
    "before, after, leas",
    [("", "", {"20", ONE}), ("not rated", "", {"20", ONE}), ("", "not rated", {"20", ONE, TWO})],
)
def test_an_lea_that_closed_is_determined_where_the_vocabulary_says_that_it_is_not_rated_then(
    before: str, after: str, leas: set[str], tmp_path: Path
) -> None:
    ruleset = written(tmp_path, before, after)
    data = ruleset.read(tmp_path)
    assert {one.record.code for one in ruleset.evaluate(data)} == leas
    assert {one.code for one in data.records if one.only_in} == {TWO} - leas


def test_a_row_of_facts_makes_no_lea_and_a_county_is_there_by_its_districts(tmp_path: Path) -> None:
    data = written(tmp_path, after="not rated").read(tmp_path)
    county, one, two = data.records
    assert (county.code, county.name, county.county, county.kind) == ("20", "Dale", "Dale", "county")
    assert {one.code, two.code} == {ONE, TWO}
    sizes = {year: facts.lea["", "attendance"].level for year, facts in two.years.items()}
    assert sizes == {2022: 7, 2023: 7}


def test_a_county_with_a_row_of_facts_alone_has_them_of_every_year(tmp_path: Path) -> None:
    ruleset = written(tmp_path)
    (tmp_path / "sizes.csv").write_text(f"cds,name,attendance\n{ONE},,10\n20,Dale County,17\n21,Hill,3\n")
    data = ruleset.read(tmp_path)
    county, _ = (one for one in data.records if not one.only_in)
    assert (county.code, county.name, county.kind) == ("20", "Dale County", "county")
    assert {year: facts.lea["", "attendance"].level for year, facts in county.years.items()} == {2022: 17, 2023: 17}


def test_a_row_of_facts_about_nothing_that_exists_is_not_counted_as_used(tmp_path: Path) -> None:
    ruleset = written(tmp_path, after="not rated")
    with (tmp_path / "sizes.csv").open("a") as file:
        file.write("20,17\n21,3\n")
    sizes = [file for file in ruleset.read(tmp_path).report.files if file.kind == "facts"]
    assert [(file.year, file.used, file.refused, sum(file.ignored.values())) for file in sizes] == [
        (2023, 3, 0, 2),
        (2022, 3, 0, 2),
    ]


def test_files_may_be_given_one_by_one_and_a_list_by_the_option_for_lists(tmp_path: Path) -> None:
    ruleset = written(tmp_path, after="not rated")
    lists = [tmp_path / "list22.csv", tmp_path / "list23.csv"]
    data = ruleset.read(tmp_path / "sizes.csv", published=lists)
    assert data.records == ruleset.read(tmp_path).records
    assert [one.code for one in data.diagnostics] == []


def test_a_list_that_no_year_has_is_refused(tmp_path: Path) -> None:
    ruleset = written(tmp_path)
    other = tmp_path / "other.csv"
    other.write_text("cds,status\n")
    assert "not-a-published-list" in [one.code for one in ruleset.read(tmp_path, published=other).diagnostics]


@pytest.mark.parametrize("kind", ["date", "text", "dollars"])
def test_other_facts_than_numbers_are_not_read_from_files(kind: str, tmp_path: Path) -> None:
    with pytest.raises(rulelang.RulesError) as wrong:
        written(tmp_path, kind=kind)
    assert [one.code for one in wrong.value.diagnostics] == ["unclear-cell"]


@pytest.mark.parametrize(
    "pattern, code, above",
    [
        ("??", "20000010000000", "20"),
        ("???????0000000", "20000010123456", "20000010000000"),
        ("???????0000000", "2000001", ""),
        ("??", "x0000010000000", ""),
        ("", "20000010000000", ""),
    ],
)
def test_the_code_of_what_an_lea_belongs_to(pattern: str, code: str, above: str) -> None:
    assert LeaKind("kind", "kinds", pattern).code_above(code) == above
