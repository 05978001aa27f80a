"""Facts that are yes or no: asked in rules and tables, given in examples and data, and never guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

import rulelang
from rulelang.analysis.checking import check_ruleset
from rulelang.cli.program import run
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.diagnostics.source import Source
from rulelang.syntax.format import format_file
from rulelang.syntax.lexicon import Lexicon
from rulelang.syntax.parse import parse

VOCABULARY = """\
vocabulary Schools

Dashboard years 2024, 2025

kinds of entity
  | kind     | plural    | code         | belongs to |
  | school   | schools   | S[1-9]       | district   |
  | district | districts | D[1-9]       |            |

facts of the entity
  | fact       | is a      | of     |
  | Title I    | yes or no | school |
  | first time | yes or no | school |
  | program    | text      | school |
  | students   | number    | school |

outcomes
  | outcome | is a          |
  | CSI     | determination |
  | TSI     | determination |
  | None    | determination |
  | Aided   | referral      |
"""

RULES = """\
ruleset Schools 2025
  uses Schools vocabulary

table grant of a school
  | Title I | first time | grant |
  | yes     | any        | $500  |
  | no      | yes        | $300  |
  | no      | no         | $0    |

for schools
  A: Title I is yes and students is 30 or more → CSI
  B: not (first time is no) → TSI
  otherwise → None

for districts
  D: 2 or more schools where Title I is yes → Aided
  E: share of schools where first time is no is above 0.5 → Aided
"""


def rules_in(folder: Path, rules: str = RULES) -> Path:
    """Write rules and their vocabulary into a folder, and return the file of the rules."""
    (folder / "vocabulary.rules").write_text(VOCABULARY, encoding="utf-8")
    (folder / "2025.rules").write_text(rules, encoding="utf-8")
    return folder / "2025.rules"


def school(code: str, title: object, first: object = "no") -> dict[str, object]:
    """Return the row of a school of the one district."""
    row = {"entity_code": code, "kind": "school", "belongs_to": "D1", "year": 2025, "students": 40}
    return {**row, "title_i": title, "first_time": first}


def outcomes(folder: Path, *rows: dict[str, object]) -> dict[str, str]:
    ruleset = rulelang.load(rules_in(folder))
    return {one.record.code: str(one.outcome) for one in ruleset.evaluate(ruleset.records([*rows]))}


@pytest.mark.parametrize("yes, no", [("yes", "no"), ("Y", "n"), ("TRUE", "False"), (True, False), (" Yes ", "NO")])
def test_yes_and_no_are_read_however_data_write_them(yes: object, no: object, tmp_path: Path) -> None:
    found = outcomes(tmp_path, school("S1", yes, no), school("S2", no, yes), school("S3", no, no))
    assert found == {"S1": "CSI", "S2": "TSI", "S3": "None"}


@pytest.mark.parametrize("other", ["x", "yes!", 1, "0"])
def test_what_is_neither_is_unknown_and_said(other: object, tmp_path: Path) -> None:
    ruleset = rulelang.load(rules_in(tmp_path))
    data = ruleset.records([school("S1", other)])
    assert [one.code for one in data.diagnostics] == ["not-yes-or-no"]
    assert [str(one.outcome) for one in ruleset.evaluate(data)] == ["cannot tell"]


@pytest.mark.parametrize("rows", [("x", "yes"), ("yes", "x"), ("unknown", "yes"), ("yes", "no")])
def test_of_two_rows_about_it_neither_counts_unless_they_say_the_same(rows: tuple[str, str], tmp_path: Path) -> None:
    ruleset = rulelang.load(rules_in(tmp_path))
    data = ruleset.records([school("S1", one) for one in rows])
    assert [str(one.outcome) for one in ruleset.evaluate(data)] == ["cannot tell"]
    assert "contradicting-row" in [one.code for one in data.diagnostics]


@pytest.mark.parametrize(
    "own, synonym, outcome, codes",
    [
        ("yes", "no", "cannot tell", ["two-values"]),
        ("unknown", "yes", "cannot tell", ["two-values"]),
        ("x", "yes", "cannot tell", ["not-yes-or-no", "two-values"]),
        ("yes", "Y", "CSI", []),
        ("", "yes", "CSI", []),
    ],
)
def test_a_row_that_gives_it_by_its_name_and_a_synonym_must_not_differ(
    own: str, synonym: str, outcome: str, codes: list[str], tmp_path: Path
) -> None:
    path = rules_in(tmp_path)
    also_called = VOCABULARY.replace("| of     |", "| of | also called |").replace(
        "no | school |", "no | school | T1 |", 1
    )
    also_called = also_called.replace("| school |\n", "| school | |\n")
    (tmp_path / "vocabulary.rules").write_text(also_called, encoding="utf-8")
    ruleset = rulelang.load(path)
    for row in ({**school("S1", own), "t1": synonym}, {"t1": synonym, **school("S1", own)}):
        data = ruleset.records([row])
        assert [str(one.outcome) for one in ruleset.evaluate(data)] == [outcome]
        assert sorted(one.code for one in data.diagnostics) == sorted(codes)


def test_an_unknown_answer_decides_nothing_and_one_that_is_not_rated_is_neither(tmp_path: Path) -> None:
    rows = [school("S1", "unknown", "yes"), school("S2", "not rated", "no"), school("S3", "no", "unknown")]
    assert outcomes(tmp_path, *rows) == {"S1": "cannot tell", "S2": "None", "S3": "cannot tell"}


def test_schools_are_counted_by_it(tmp_path: Path) -> None:
    ruleset = rulelang.load(rules_in(tmp_path))
    district = {"entity_code": "D1", "kind": "district", "year": 2025}
    for titles, firsts, aided in (
        (("yes", "yes", "no"), "yes", True),
        (("yes", "no", "no"), "yes", False),
        (("yes", "unknown", "no"), "yes", None),
        (("no", "no", "no"), "no", True),
    ):
        rows = [school(f"S{at}", title, firsts) for at, title in enumerate(titles, 1)]
        found = ruleset.evaluate(ruleset.records([district, *rows]))
        [of_district] = [one for one in found if one.record.code == "D1"]
        assert of_district.referrals["Aided"] is aided


def test_a_table_of_values_has_a_row_for_both(tmp_path: Path) -> None:
    ruleset = rulelang.load(rules_in(tmp_path))
    rows = [school("S1", "yes"), school("S2", "no", "yes"), school("S3", "no")]
    measures = ruleset.tables(ruleset.records(rows))["measures"]
    assert {row["cds"]: row["number"] for row in measures} == {"S1": "500", "S2": "300", "S3": "0"}


@pytest.mark.parametrize(
    "before, after, code",
    [
        ("  | no      | no         | $0    |\n", "", "case-without-row"),
        ("| no         | $0 ", "| maybe      | $0 ", "unclear-case"),
        ("| no         | $0 ", "| any other  | $0 ", "unclear-case"),
        ("Title I is yes and", 'Title I is "yes" and', "types-differ"),
        ("Title I is yes and", "program is yes and", "types-differ"),
        ("Title I is yes and", "Title I is 1 or more and", "types-differ"),
        ("Title I is yes and", "Title I + 1 is 1 or more and", "types-differ"),
        ("Title I is yes and", "Title I is not yes and", "unexpected-word"),
    ],
)
def test_what_is_no_answer_is_refused(before: str, after: str, code: str, tmp_path: Path) -> None:
    assert before in RULES
    found = check_ruleset(rules_in(tmp_path, RULES.replace(before, after)))
    assert [one.code for one in found] == [code]


@pytest.mark.parametrize(
    "condition, said",
    [
        ('Title I is "No"', "`no`"),
        ("program is yes", '`"yes"`'),
        ("Title I is not yes", "`first time is no`"),
        ("Title I", "`first time is yes`"),
        ("not Title I", "`first time is yes`"),
        ("Title I is Y", "`yes` or `no`"),
        ("Title I is yes or no", "`first time is given`"),
        ("Title I is yes and no", "`first time is given`"),
        ("Title I is rated", "`first time is given`"),
        ("Title I is not rated", "`not (first time is given)`"),
        ("Title I is unknown", "`not (first time is given)`"),
        ("Title I = yes", "`is` before the answer"),
        ("Title I yes", "`is` before the answer"),
        ("Title I is true and students is 4 or more", "`yes` or `no`"),
    ],
)
def test_what_to_write_is_said(condition: str, said: str, tmp_path: Path) -> None:
    rules = RULES.replace("Title I is yes and students is 30 or more", condition)
    [found] = check_ruleset(rules_in(tmp_path, rules))
    assert said in str(found.help)


EXAMPLE = """
example "one"
  given a school
    {}
  expect {}
"""


@pytest.mark.parametrize(
    "facts, expected",
    [
        ("Title I yes, students 40", "CSI"),
        ("Title I no, first time Yes", "TSI"),
        ("Title I no, first time no", "None"),
        ("unknown Title I, first time no, students 40", "cannot tell"),
        ("not rated Title I, first time no", "None"),
    ],
)
def test_examples_say_it(facts: str, expected: str, tmp_path: Path) -> None:
    assert check_ruleset(rules_in(tmp_path, RULES + EXAMPLE.format(facts, expected))) == []


@pytest.mark.parametrize(
    "fact", ['Title I "yes"', "Title I 1", "program yes", "students $5", 'students "40"', "program 7"]
)
def test_a_fact_of_an_example_has_its_type(fact: str, tmp_path: Path) -> None:
    found = check_ruleset(rules_in(tmp_path, RULES + EXAMPLE.format(f"{fact}, first time yes", "TSI")))
    assert [one.code for one in found if one.code != "failed-example"] == ["types-differ"]


def test_an_explanation_shows_the_answer_and_the_amount_of_a_table(tmp_path: Path) -> None:
    rules = RULES.replace("B: not (first time is no)", "B: grant of a school is $300 or more")
    ruleset = rulelang.load(rules_in(tmp_path, rules))
    [found] = ruleset.evaluate(ruleset.records([school("S1", "no", "yes")]))
    text = str(ruleset.explain(found))
    shown = [line.split("|")[-1].split() for line in text.splitlines() if line.startswith("    |")]
    assert [line for line in shown if line and "^" not in line[0]] == [["no", "40"], ["$300"]]


@pytest.mark.parametrize("written, kept", [("Title I is  YES", "Title I is yes"), ("Title I are no", "Title I is no")])
def test_it_is_formatted_in_small_letters(written: str, kept: str) -> None:
    lexicon = Lexicon.of([("NUMBER_NAME", "Title I", "Title I"), ("OUTCOME", "CSI", "CSI")])
    file = parse(Source("", f"X: {written} → CSI\n"), lexicon, Reporter())
    assert format_file(file).strip() == f"X: {kept} → CSI"


@pytest.mark.parametrize("value, found", [("yes", "yes"), ("no", "no"), ("unknown", "cannot tell")])
def test_a_measure_that_is_known_needs_no_reason(value: str, found: str, tmp_path: Path) -> None:
    rules = RULES.replace("  A: Title I is yes and", "  measure funded = Title I\n  A: funded is yes and")
    ruleset = rulelang.load(rules_in(tmp_path, rules))
    results = ruleset.levels(ruleset.records([school("S1", value)]))
    [result] = [one for one in results if "funded" in one.numbers]
    assert result.number_text("funded") == found
    assert ("funded" in result.reasons) is (found == "cannot tell")


def test_a_fact_of_schools_that_a_district_has_is_warned_of_once_for_a_file(tmp_path: Path) -> None:
    ruleset = rulelang.load(rules_in(tmp_path))
    districts = [{"entity_code": f"D{at}", "kind": "district", "year": 2025, "title_i": "yes"} for at in (1, 2)]
    data = ruleset.records([*districts, school("S1", "yes")])
    assert [(one.code, one.severity.name) for one in data.diagnostics] == [("fact-of-other-kind", "WARNING")]
    blank = [{**one, "title_i": ""} for one in districts]
    assert not ruleset.records([*blank, school("S1", "yes")]).diagnostics


def test_a_fact_of_schools_that_an_example_gives_of_a_district_is_refused(tmp_path: Path) -> None:
    example = 'example "A"\n  given a district\n  Title I yes\n  expect not Aided\n'
    found = check_ruleset(rules_in(tmp_path, f"{RULES}\n{example}"))
    assert [one.code for one in found] == ["fact-of-other-kind"]


def test_a_rule_without_a_label_is_no_change_where_both_files_have_it(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for name, rules in (("one", RULES), ("two", RULES.replace("30 or more", "40 or more"))):
        (tmp_path / name).mkdir()
        rules_in(tmp_path / name, rules)
    run(["compare", str(tmp_path / "one" / "2025.rules"), str(tmp_path / "two" / "2025.rules")])
    said = capfd.readouterr().out
    assert "40 or more" in said
    assert "otherwise" not in said.partition("Changes in meaning")[0]


def test_the_evidence_of_a_number_that_is_partly_unknown_is_what_it_can_be(tmp_path: Path) -> None:
    rules = RULES.replace("2 or more schools where Title I is yes", "highest of students over schools is at least 30")
    ruleset = rulelang.load(rules_in(tmp_path, rules))
    district = {"entity_code": "D1", "kind": "district", "year": 2025}
    rows = [district, school("S1", "no"), {**school("S2", "no"), "students": "unknown"}]
    reasons = ruleset.tables(ruleset.evaluate(ruleset.records(rows)))["reasons"]
    [evidence] = [row["evidence"] for row in reasons if row["rule"] == "D"]
    assert evidence == "highest of students over schools: 40 or more; unknown: S2 (at least 30)"
