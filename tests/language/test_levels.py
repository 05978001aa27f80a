"""Statements about performance levels: how they are read, and how the formatter writes them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from rulelang.diagnostics.diagnostic import Reporter
from rulelang.diagnostics.render import render_all
from rulelang.diagnostics.source import Source
from rulelang.syntax import tree as syn
from rulelang.syntax.format import format_file
from rulelang.syntax.lexicon import measure_names
from rulelang.syntax.parse import parse
from tests.language.words import WORDS


def read(text: str) -> syn.File:
    reporter = Reporter()
    file = parse(Source("test.rules", text), WORDS, reporter)
    assert reporter.diagnostics == [], render_all(reporter.diagnostics)
    return file


def one(text: str) -> syn.Statement:
    [statement] = read(text).statements
    return statement


SECTION_6 = """\
measure combined graduation rate
  = (four-year graduates + fifth-year graduates) ÷ (four-year cohort + fifth-year graduates)
  as a percent, rounded to 1 decimal
  cites "SBE July 2019 item 1, Attachment 1"

bands Suspension Rate status
  | district type            | Very Low     | Low          | Medium       | High         | Very High  |
  | elementary district      | 0.5 or less  | 1.5 or less  | 3.0 or less  | 6.0 or less  | above 6.0  |
  | high school district     | 1.5 or less  | 3.5 or less  | 6.0 or less  | 9.0 or less  | above 9.0  |

grid Graduation Rate color
  | Status \\ Change | Declined Significantly | Declined | Maintained | Increased | Increased Significantly |
  | Very High       | not possible           | Blue     | Blue       | Blue      | Blue                    |

when fewer than 150 students: read Declined Significantly as Declined and Increased Significantly as Increased
needs 30 students in both years; 15 for Foster Youth and Homeless at a district or county office

example "Emerald High School"
  cites "SBE July 2019 item 1, Attachment 1, page 3"
  given four-year graduates 95, four-year cohort 100, fifth-year graduates 5
  expect combined graduation rate 95.2
"""


def test_the_examples_of_the_language_are_read_as_written() -> None:
    file = read(SECTION_6)
    kinds = [type(statement).__name__ for statement in file.statements]
    assert kinds == [
        *("Measure", "Explanation", "BandsTable", "GridTable", "SmallPopulations", "Needs"),
        *("ExampleLine", "Explanation", "FactLine", "ExpectValue"),
    ]
    bands = file.statements[2]
    assert isinstance(bands, syn.BandsTable)
    assert (bands.subject.indicators[0].text, bands.subject.text) == ("Suspension Rate", "Status")
    assert [cell.text for cell in bands.table.rows[2]][-1] == "above 9.0"
    expected = file.statements[-1]
    assert isinstance(expected, syn.ExpectValue)
    assert (expected.subject.text, expected.value, expected.decimals) == (
        "combined graduation rate",
        Fraction("95.2"),
        1,
    )


def test_a_measure_may_be_called_by_keywords_or_like_an_indicator() -> None:
    text = (
        "measure rate of last year's graduates or more = four-year graduates\n"
        "measure suspension rate = students\n"
        "measure ELA and Math Status = rate of last year's graduates or more − suspension rate\n"
    )
    assert measure_names(Source("", text), WORDS) == (
        "rate of last year's graduates or more",
        "suspension rate",
        "Status",
    )
    *_, measure = read(text).statements
    assert isinstance(measure, syn.Measure)
    assert [name.text for name in measure.subject.indicators] == ["ELA", "Math"]
    assert isinstance(measure.value, syn.Operation)
    second = measure.value.parts[1]
    assert isinstance(second, syn.NumberName)
    assert second.name.text == "suspension rate"


def test_a_measure_of_a_base_is_handed_in() -> None:
    reporter = Reporter()
    text = Source("test.rules", "add measure doubled = 2 × rate of graduates\n")
    found = parse(text, WORDS, reporter, ["rate of graduates"])
    assert reporter.diagnostics == []
    assert len(found.statements) == 1


@pytest.mark.parametrize(
    "written, same",
    [
        ("students - suspended students * 2 / 3", "students − suspended students × 2 ÷ 3"),
        ("students minus suspended students times 2", "students − suspended students × 2"),
        ("students less suspended students plus -70", "students − suspended students + -70"),
        ("students-suspended students", "students − suspended students"),
        (
            "(students ÷ 2) , as a percent, rounded to one decimal place",
            "students ÷ 2, as a percent, rounded to 1 decimal",
        ),
        ("last year’s students over the 3 years before", "last year's students over the 3 years before"),
        ("1 if not students is at least 95, otherwise 0", "1 if not students is 95 or more, otherwise 0"),
        ("1 if students is less than 2/3, otherwise 0", "1 if students is below 2/3, otherwise 0"),
        ("students,\n  rounded to 0 decimals", "students, rounded to a whole number"),
    ],
)
def test_what_means_the_same_is_written_one_way(written: str, same: str) -> None:
    assert one(f"measure rate = {written}\n") == one(f"measure rate = {same}\n")
    assert format_file(read(f"measure rate = {written}\n")) == f"measure rate = {same}\n"


def test_signs_in_names_are_part_of_them_and_elsewhere_they_subtract() -> None:
    measure = one("measure rate = four-year graduates - -1\n")
    assert isinstance(measure, syn.Measure)
    assert isinstance(measure.value, syn.Operation)
    first, second = measure.value.parts
    assert isinstance(first, syn.NumberName)
    assert first.name.text == "four-year graduates"
    assert second == syn.Numeral(Fraction(-1), span=measure.span)


PASTED = (
    "bands Suspension Rate Status\n  confidence A\n"
    "type\tVery Low\tLow\nelementary district\t0.5 or less\tabove 0.5\n\tbelow 1\t1 or more\n"
)
MARKDOWN = (
    "bands Suspension Rate Status\n  | type | Very Low | Low |\n  | --- | :--: | --: |\n"
    "  |elementary district|0.5 or less|above 0.5|\n  ||below 1|1 or more|\n  confidence A\n"
)
WITHOUT_OUTER_PIPES = (
    "bands Suspension Rate Status\n  confidence A\n  type | Very Low | Low\n  --- | :--: | --:\n"
    "  elementary district | 0.5 or less | above 0.5\n  | | below 1 | 1 or more |\n"
)
TIDY_TABLE = """\
bands Suspension Rate Status
  confidence A
  | type                | Very Low    | Low       |
  | elementary district | 0.5 or less | above 0.5 |
  |                     | below 1     | 1 or more |
"""


@pytest.mark.parametrize("text", [PASTED, MARKDOWN, WITHOUT_OUTER_PIPES, TIDY_TABLE])
def test_tables_may_be_pasted_and_are_aligned(text: str) -> None:
    assert format_file(read(text)) == TIDY_TABLE


def test_comments_of_tables_keep_their_rows() -> None:
    text = (
        "grid ELA color\n  # of the levels\n  | Status \\ Change | Declined |  # head\n  # low\n"
        "  | Low             | Red      |\n"
    )
    assert format_file(read(text)) == text


def test_a_level_statement_ends_an_example_and_a_rule_may_follow() -> None:
    text = 'example "E"\nexpect cannot tell\nOrange when Not Certified\n4a: Red on ELA → Priority 4\n'
    kinds = [type(statement).__name__ for statement in read(text).statements]
    assert kinds == ["ExampleLine", "ExpectLine", "Override", "Rule"]


def test_otherwise_is_of_a_measure_only_where_it_has_an_if() -> None:
    text = "measure rate = 1 if Not Certified\n  otherwise 2\notherwise → General Assistance\n"
    kinds = [type(statement).__name__ for statement in read(text).statements]
    assert kinds == ["Measure", "Rule"]
