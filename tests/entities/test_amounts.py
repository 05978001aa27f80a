"""Amounts in dollars by tables, over the districts of a county, exact; dates and texts; what does not go together."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

import rulelang
from rulelang.analysis.checking import check_ruleset
from rulelang.compiler.load import load_ruleset
from rulelang.core.ruleset import DETERMINATION
from rulelang.core.tree import NOT_RATED
from rulelang.diagnostics.dates import date_in, date_text
from rulelang.diagnostics.diagnostic import Reporter
from tests.entities.small_state import STATE, entity, judged, rules_in

COUNTY_MONEY = """\
for schools
  measure graduation rate = graduates ÷ graduating class, as a percent, rounded to 1 decimal
  G: graduation rate is below 70 → CSI
  otherwise → None

for school districts
  D1: any school of the district is CSI → Assistance
  otherwise → No Assistance
  table rate of a district
    | enrollment                    | per district |
    | below 2,500                   | $100,000     |
    | 2,500 or more and below 10,000 | $200,000    |
    | 10,000 or more                | $300,000     |

for counties
  measure districts' part = sum of rate of a district over school districts in Assistance
  measure add-on = $300,000 + districts' part ÷ 3
"""


def test_a_county_gets_an_amount_for_each_district_in_assistance_and_to_the_last_fraction(tmp_path: Path) -> None:
    rows = [
        *STATE,
        entity("school district", "D3", "C1", enrollment="12,000"),
        entity("school", "S9", "D3", graduates=1, graduating_class=100),
        entity("school district", "D4", "C1", enrollment=100),
        entity("school", "S8", "D4", graduates=100, graduating_class=100),
    ]
    found = judged(tmp_path, COUNTY_MONEY, rows)
    rates = {code: found.value(code, "measure rate of a district") for code in ("D1", "D2", "D3", "D4", "C1")}
    assert rates == {"D1": 200_000, "D2": 200_000, "D3": 300_000, "D4": 100_000, "C1": NOT_RATED}
    assert found.value("C1", "measure districts' part") == 700_000
    assert found.value("C1", "measure add-on") == Fraction(1_600_000, 3)


@pytest.mark.parametrize(
    "enrollment, rate", [("2499.9", 100_000), (2500, 200_000), ("9999.99", 200_000), (10000, 300_000)]
)
def test_both_sides_of_each_limit_of_a_table(enrollment: object, rate: int, tmp_path: Path) -> None:
    found = judged(tmp_path, COUNTY_MONEY, [*STATE, entity("school district", "D3", "C1", enrollment=enrollment)])
    assert found.value("D3", "measure rate of a district") == rate


def test_a_district_of_unknown_size_leaves_the_amount_open(tmp_path: Path) -> None:
    rows = [
        *STATE,
        entity("school district", "D3", "C1"),
        entity("school", "S9", "D3", graduates=1, graduating_class=9),
    ]
    found = judged(tmp_path, COUNTY_MONEY, rows)
    assert found.value("D3", "measure rate of a district") is None
    assert found.value("C1", "measure add-on") is None


def _table(*rows: str, heads: str = "| enrollment | rate |") -> str:
    return "\n".join(["for school districts", "  table rate", *(f"    {row}" for row in (heads, *rows)), ""])


@pytest.mark.parametrize(
    "table, code",
    [
        (_table("| below 5 | $1 |", "| 6 or more | $2 |"), "case-without-row"),
        (_table("| 5 or less | $1 |", "| 5 or more | $2 |"), "case-with-two-rows"),
        (_table("| below 5 | $1 |", "| 5 or more | $2 |", "| above 9 and below 8 | $3 |"), "row-never-fits"),
        (_table("| below 5 | $1 |", "| 5 or so | $2 |"), "unclear-case"),
        (_table("| below 5 | cheap |", "| 5 or more | $2 |"), "unclear-value"),
        (_table("| below 5 | $1 | x |", "| 5 or more | $2 |"), "row-of-other-length"),
        (_table(), "table-looks-nothing-up"),
        (_table("| any | $1 |", heads="| enrolment | rate |"), "unknown-number"),
    ],
)
def test_a_table_that_is_not_whole_or_not_clear_is_refused(table: str, code: str, tmp_path: Path) -> None:
    rules, codes = rules_in(tmp_path, table)
    assert rules is None
    assert codes == [code]


def test_a_table_looks_at_several_columns(tmp_path: Path) -> None:
    text = """\
for schools
  table points
    | program                | opening date          | points |
    | nursing or medicine    | before 2020-07-01     | 3      |
    | nursing                | 2020-07-01 or later   | 2.5    |
    | medicine               | 2020-07-01 or later   | 2      |
    | any other              | any                   | 0      |
"""
    text = text.replace("before 2020-07-01", "below 2020-07-01").replace("or later", "or more")
    rows = [
        entity("school", "A", program="Nursing", opening_date="June 30, 2020"),
        entity("school", "B", program="nursing", opening_date="2020-07-01"),
        entity("school", "C", program="law", opening_date="2001-01-01"),
        entity("school", "D", program="medicine"),
    ]
    found = judged(tmp_path, text, rows)
    assert [found.value(code, "measure points") for code in "ABCD"] == [3, Fraction("2.5"), 0, None]


@pytest.mark.parametrize(
    "text, help_text",
    [
        ("for schools\n  X: enrollment is below 100 → CSI\n", "write `enrollment of the school district`"),
        (
            "for school districts\n  X: graduates is below 100 → CSI\n",
            (
                "behind `where`, put all that is asked of the school in parentheses; if it is a fact of the school"
                " district, name that kind in the column `of` of the vocabulary"
            ),
        ),
        ("for counties\n  measure all = sum of base grant over schools\n", "write `base grant of the county`"),
        (
            "for schools\n  table t\n    | enrollment | n |\n    | any | 1 |\n",
            "write `enrollment of the school district`",
        ),
    ],
)
def test_a_fact_of_another_kind_is_refused(text: str, help_text: str, tmp_path: Path) -> None:
    assert rules_in(tmp_path, text) == (None, ["fact-of-other-kind"])
    reporter = Reporter()
    load_ruleset(tmp_path / "2023.rules", reporter)
    assert [one.help for one in reporter.diagnostics] == [help_text]


def test_a_fact_of_the_kind_or_of_one_of_several_is_not(tmp_path: Path) -> None:
    text = "for schools and school districts\n  X: graduates is below 100 → CSI\nmeasure half = enrollment ÷ 2\n"
    assert rules_in(tmp_path, text)[1] == []


def test_a_name_in_a_cell_may_be_in_quotation_marks(tmp_path: Path) -> None:
    text = """\
for schools
  table points
    | program                          | points |
    | "Nursing", medicine or “the law" | 3      |
    | "arts, crafts or both" or "any"  | 2      |
    | any other                        | 1      |
"""
    programs = ["nursing", "Medicine", "the law", "Arts, Crafts or both", "any", "arts", '"nursing"']
    rows = [entity("school", str(at), program=program) for at, program in enumerate(programs)]
    found = judged(tmp_path, text, rows)
    assert [found.value(str(at), "measure points") for at in range(len(programs))] == [3, 3, 3, 2, 2, 1, 1]


@pytest.mark.parametrize("cell", ['"nursing', '12"', "nursing,", '""', "nursing, any other", '"nursing" "law"'])
def test_a_cell_of_other_marks_is_refused(cell: str, tmp_path: Path) -> None:
    text = f"for schools\n  table points\n    | program | points |\n    | {cell} | 3 |\n    | any other | 1 |\n"
    assert rules_in(tmp_path, text) == (None, ["unclear-case"])


def test_a_text_that_a_table_gives_is_compared_in_any_letters(tmp_path: Path) -> None:
    text = """\
for schools
  table field of a school
    | program   | field           |
    | nursing   | "Health Care"   |
    | any other | "Other"         |
  table places
    | field of a school | places |
    | HEALTH care       | 30     |
    | any other         | 20     |
  O: field of a school is "health care" → CSI
  P: field of a school is "Arts" → CSI
"""
    rows = [entity("school", code, program=program) for code, program in {"A": "Nursing", "B": "law"}.items()]
    found = judged(tmp_path, text, rows)
    assert [found.value(code, "measure places") for code in "AB"] == [30, 20]
    assert [found.value(code, "rule O") for code in "AB"] == [True, False]
    assert [found.value(code, "rule P") for code in "AB"] == [False, False]


def test_dates_and_texts_are_compared_and_a_date_is_never_a_subtraction(tmp_path: Path) -> None:
    text = """\
for schools
  measure days = opening date − 2023-07-01
  O: opening date is before July 1, 2023 → CSI
  P: opening date is on or after 2023-07-02 and program is "nursing" or "law" → CSI
"""
    rows = [
        entity("school", "A", opening_date="2023-06-30", program="art"),
        entity("school", "B", opening_date="2023-07-01", program="law"),
        entity("school", "C", opening_date="July 2, 2023", program="LAW"),
    ]
    found = judged(tmp_path, text, rows)
    assert [found.value(code, "rule O") for code in "ABC"] == [True, False, False]
    assert [found.value(code, "rule P") for code in "ABC"] == [False, False, True]
    assert [found.value(code, "measure days") for code in "ABC"] == [-1, 0, 1]
    assert [found.value(code, DETERMINATION) for code in "ABC"] == ["CSI", "not covered", "CSI"]


@pytest.mark.parametrize(
    "text, code",
    [
        ("for counties\n  measure one = base grant + 5", "types-differ"),
        ("for counties\n  measure one = base grant × base grant", "types-differ"),
        ("for schools\n  X: opening date is below 5 → CSI", "types-differ"),
        ("for schools\n  X: program is above 5 → CSI", "types-differ"),
        ('for schools\n  X: graduates is "five" → CSI', "types-differ"),
        ("for schools\n  X: opening date is before 2023-02-30 → CSI", "no-such-day"),
    ],
)
def test_what_does_not_go_together_is_refused(text: str, code: str, tmp_path: Path) -> None:
    rules, codes = rules_in(tmp_path, f"{text}\n")
    assert rules is None
    assert codes == [code]


@pytest.mark.parametrize("text", ["2023-07-01", "July 1, 2023", "july 1,2023", "2023-7-1"])
def test_a_date_is_written_in_two_ways(text: str) -> None:
    day = date_in(text)
    assert day is not None
    assert date_text(day) == "July 1, 2023"


@pytest.mark.parametrize("text", ["2023-02-30", "Juli 1, 2023", "7/1/2023", "2023", "July 2023", "0000-01-01"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert date_in(text) is None


def test_measures_that_are_texts_and_dates_are_written_as_such(tmp_path: Path) -> None:
    text = "for schools\n  measure course = program\n  measure since = opening date\n  measure third = graduates ÷ 3\n"
    rules_in(tmp_path, text)
    ruleset = rulelang.load(tmp_path / "2023.rules")
    known = entity("school", "S1", program="arts", opening_date="August 1, 2020", graduates=10)
    rows = [known, entity("school", "S2", program="not rated")]
    [measures] = ruleset.tables(ruleset.records([{"year": 2023, **row} for row in rows])).values()
    cells = {(row["cds"], row["measure"]): (row["number"], row["exact"]) for row in measures}
    assert cells == {
        ("S1", "course"): ("arts", "arts"),
        ("S1", "since"): ("2020-08-01", "2020-08-01"),
        ("S1", "third"): ("3.3333", "10/3"),
        **{("S2", measure): ("", "") for measure in ("course", "since", "third")},
    }


ANSWERED = """\
for schools
  A: {} → CSI
  otherwise → None
example "one"
  given a school
    graduates 4, program {}
  expect CSI
"""


def helps(folder: Path, condition: str, given: str) -> list[str]:
    rules_in(folder, ANSWERED.format(condition, given))
    return [f"{one.message}; {one.help}" for one in check_ruleset(folder / "2023.rules")]


@pytest.mark.parametrize(
    "condition, given",
    [
        ('program is "yes"', '"Yes"'),
        ('not (program is "yes")', '"no"'),
        ('program is "Y" and graduates is 4 or more', '"y"'),
    ],
)
def test_a_fact_that_is_yes_or_no_is_a_text(condition: str, given: str, tmp_path: Path) -> None:
    assert helps(tmp_path, condition, given) == []


@pytest.mark.parametrize(
    "condition, given, said",
    [
        ("program is yes", '"yes"', '`"yes"`'),
        ("program is No and graduates is 4 or more", '"yes"', '`"No"`'),
        ("(program is yes) or graduates is 4 or more", '"yes"', '`"yes"`'),
        ('program is "yes"', "yes", '`"yes"`'),
        ('program is not "yes"', '"yes"', '`not (program is "nursing")`'),
    ],
)
def test_words_of_a_fact_without_quotation_marks_are_said(
    condition: str, given: str, said: str, tmp_path: Path
) -> None:
    [found] = helps(tmp_path, condition, given)
    assert said in found


def test_a_no_that_is_no_answer_is_not_taken_for_one(tmp_path: Path) -> None:
    for condition in ("graduates is no more than 5", "graduates is yet 5"):
        assert all("quotation" not in one for one in helps(tmp_path, condition, '"yes"'))
