"""Statements about levels that can be read and cannot be meant are refused, and those beside them are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from rulelang.analysis.checking import check_ruleset
from rulelang.core.types import decimals_of
from rulelang.syntax.lexicon import is_measure_name
from tests.compiler.level_rules import BANDS, GRID, MEASURES, VOCABULARY, WHOLE, loaded, rate

EXAMPLE = 'example "One"\n  given a school\n    All Students: {}\n  expect cannot tell Rate color\n'


def codes(text: str, folder: Path) -> list[str]:
    """Return the codes of all that a check of a text reports."""
    (folder / "vocabulary.rules").write_text(VOCABULARY, encoding="utf-8")
    path = folder / "2018.rules"
    path.write_text(text, encoding="utf-8")
    return [one.code for one in check_ruleset(path)]


@pytest.mark.parametrize(
    "expression, code",
    [
        ("part ÷ 0", "division-by-zero"),
        ("part ÷ (2 − 2)", "division-by-zero"),
        ("0/0", "division-by-zero"),
        ("part ÷ part", "without-effect"),
        ("part − part", "without-effect"),
        ("highest of part and part", "without-effect"),
        ("part if Certified, otherwise part", "without-effect"),
        ("1 if part is above part, otherwise 0", "without-effect"),
        ("1 if 2 is above 3, otherwise 0", "without-effect"),
        ("1 if part is 0 or more, otherwise 0", "without-effect"),
        ("1 if part ÷ students is below 0, otherwise 0", "without-effect"),
        ("1 if Certified and not Certified, otherwise 0", "without-effect"),
        ("1 if Certified and Uncertified, otherwise 0", "without-effect"),
        ("1 if Certified or Certified, otherwise 0", "unclear-list"),
        ("part over the 0 years before", "without-effect"),
        ("smallest whole number that brings part to 150 percent of students, rounded to 1 decimal", "without-effect"),
        ("rate, as a percent", "percent-of-percent"),
        ("average of rate and Status, as a percent", "percent-of-percent"),
        ("(rate if Certified, otherwise 0), as a percent", "percent-of-percent"),
        ("last year's part over the 3 years before", "past-of-past"),
        (f"highest of {', '.join(f'{number}' for number in range(200))} and part", "too-much"),
    ],
)
def test_an_expression_that_cannot_be_meant_is_refused(expression: str, code: str, tmp_path: Path) -> None:
    assert codes(rate(f"{MEASURES}  measure one = {expression}\n"), tmp_path) == [code]


@pytest.mark.parametrize(
    "expression",
    [
        "part ÷ (students − 1)",
        "(part ÷ students if Certified, otherwise 0), as a percent",
        "part − last year's part",
        "highest of part and last year's part",
        "1 if points is below 0, otherwise 0",
        "1 if part − students is 0 or more, otherwise 0",
        "1 if part is above 0, otherwise 0",
        "1 if Certified and not small school, otherwise 0",
        "rate ÷ 100, as a percent",
        "smallest whole number that brings part to 100 percent of students, rounded to 1 decimal",
        "part over the 1 year before",
    ],
)
def test_an_expression_beside_it_is_taken(expression: str, tmp_path: Path) -> None:
    assert codes(rate(f"{MEASURES}  measure one = {expression}\n"), tmp_path) == []


@pytest.mark.parametrize(
    "name, is_name",
    [
        ("rate of last year's graduates or more", True),
        ("four-year graduation rate", True),
        ("College/Career rate", True),
        ("share 2", True),
        ("last year's rate", False),
        ("last year’s rate", False),
        ("5", False),
        ("5.0", False),
        ("rate, rounded to 1 decimal", False),
        ("rate as a percent", False),
        ("a + b", False),
        ("a - b", False),
        ("(rate)", False),
        ("not", False),
    ],
)
def test_a_name_takes_nothing_away_from_expressions(name: str, is_name: bool, tmp_path: Path) -> None:
    assert is_measure_name(name) == is_name
    assert codes(rate(f"{MEASURES}  measure {name} = part\n"), tmp_path) == (
        [] if is_name else ["unclear-measure-name"]
    )


# ---- tables ----


def bands(header: str, *rows: str, measure: str = "points, rounded to 1 decimal") -> str:
    """Return a ruleset with one band table."""
    table = "".join(f"    | {row} |\n" for row in (header, *rows))
    return rate(f"  measure Status = {measure}\n  bands Status\n{table}")


LEVELS = "Low | Medium | High"
ROW = "below 5.0 | below 10.0 | 10.0 or more"


@pytest.mark.parametrize(
    "text, code",
    [
        (bands("High | Medium | Low", ROW), "levels-out-of-order"),
        (bands("Low | High | Medium", ROW), "levels-out-of-order"),
        (bands(LEVELS, "below 5.05 | below 10.0 | 10.0 or more"), "finer-than-rounded"),
        (bands(LEVELS, "below -5.0 | below 10.0 | 10.0 or more", measure="part ÷ students"), "without-effect"),
        (bands(f"type | {LEVELS}", f"small school, big school | {ROW}", f"every other | {ROW}"), "without-effect"),
        (bands(f"Status | {LEVELS}", f"Low | {ROW}", f"every other | {ROW}"), "type-worked-out"),
        (bands(f"{LEVELS} | confidence", f"{ROW} | Z"), "unclear-confidence"),
        (bands(f"{LEVELS} | confidence", f"{ROW} | D"), "recollection-only"),
        (bands(f"{LEVELS} | confidence | confidence", f"{ROW} | A | A"), "heading-twice"),
        (bands(LEVELS, ROW) + "    confidence D\n", "recollection-only"),
        (bands(LEVELS, ROW) + "    confidence AB\n", "unclear-confidence"),
        (bands(LEVELS, ROW) + "    confidence A\n    confidence B\n", "confidence-twice"),
        (bands(LEVELS, f"below {'9' * 5000} | below 10.0 | 10.0 or more"), "unclear-band"),
        (bands(LEVELS, "٥ or less | below 10.0 | 10.0 or more"), "unclear-band"),
        (rate(MEASURES + BANDS + GRID.replace("grid color", "grid color for High")), "type-worked-out"),
        (rate(MEASURES + BANDS + GRID.replace("grid color", "grid Status")), "statement-twice"),
    ],
)
def test_a_table_that_cannot_be_meant_is_refused(text: str, code: str, tmp_path: Path) -> None:
    assert set(codes(text, tmp_path)) == {code}


def test_what_is_no_level_is_answered_with_the_scales_that_the_data_give(tmp_path: Path) -> None:
    (tmp_path / "vocabulary.rules").write_text(VOCABULARY, encoding="utf-8")
    path = tmp_path / "2018.rules"
    path.write_text(rate(MEASURES + BANDS + GRID.replace("grid color", "grid color for school")), encoding="utf-8")
    [found] = check_ruleset(path)
    assert found.code == "unknown-type"
    assert "`type`" in (found.help or "")
    assert "`Status`" not in (found.help or "")


@pytest.mark.parametrize(
    "text",
    [
        bands("High | Medium | Low", "10.0 or more | 5.0 or more | below 5.0"),
        bands(LEVELS, "\u20115 or less | at most 10 | above 10"),
        bands(LEVELS, "—5 or less | at most 10 | above 10"),
        bands("High | Medium | Low", "at least 10 | at least 5 | below 5"),
        bands(f"type | {LEVELS}", f"small school and big school | {ROW}"),
        bands(f"{LEVELS} | confidence", f"{ROW} | b"),
        bands(f"type | {LEVELS} | confidence", f"small school | {ROW} | B", f"big school | {ROW} | C"),
    ],
)
def test_a_table_beside_it_is_taken(text: str, tmp_path: Path) -> None:
    assert codes(text, tmp_path) == []


def test_on_an_indicator_where_lower_is_better_the_levels_go_up_with_the_numbers_too(tmp_path: Path) -> None:
    text = bands(LEVELS, ROW, measure="part, rounded to 1 decimal").replace("for Rate", "for Absence")
    assert codes(text, tmp_path) == []


def test_recollection_may_stand_beside_what_is_not_established(tmp_path: Path) -> None:
    row = " | ".join(["not established"] * 3)
    text = bands(LEVELS, row) + '    because "nobody has seen it"\n    confidence D\n'
    assert codes(text, tmp_path) == []
    assert codes(rate('  measure one = not established\n    because "so"\n    confidence D\n'), tmp_path) == []
    assert codes(rate("  measure one = part\n    confidence D\n"), tmp_path) == ["recollection-only"]


@pytest.mark.parametrize(
    "pasted",
    [
        GRID.replace("    |", "\u00a0\u00a0|"),
        GRID.replace("    | ", "\t").replace(" |\n", "\t\n").replace(" | ", "\t"),
        GRID.replace("    | Low", "    |---|:-:|---|---|\n    | | | | |\n    | Low"),
    ],
    ids=["no-break spaces", "tabs at both ends", "a line and a blank row"],
)
def test_a_pasted_grid_is_the_same_grid(pasted: str, tmp_path: Path) -> None:
    assert pasted != GRID
    texts = [rate(MEASURES + BANDS + one) for one in (GRID, pasted)]
    nodes = [one.ruleset.definitions for one in (loaded(tmp_path, text) for text in texts) if one.ruleset is not None]
    assert len(nodes) == len(texts)
    assert nodes[0] == nodes[1]


# ---- sizes, small populations, overrides ----


@pytest.mark.parametrize(
    "line, code",
    [
        ("needs 0 students", "without-effect"),
        ("needs 30 students; 30 for Foster Youth", "without-effect"),
        ("needs 30 students; 15 for Foster Youth; 20 for Foster Youth", "without-effect"),
        ("needs 30 students; 15 for Foster Youth; 20 for Foster Youth at a school", "without-effect"),
        ("needs 30 students; 15", "unfinished-sentence"),
        ("when fewer than 0 students: read Declined as Kept", "without-effect"),
        ("when fewer than 150 students: read Declined as Declined", "without-effect"),
        ("when fewer than 150 students: read Declined as Kept and Declined as Increased", "without-effect"),
        ("when fewer than 150 students: read Declined as Kept and Kept as Increased", "read-further"),
        ("when fewer than 150 students for the color only: read Red as Yellow", "without-effect"),
        ("no better than Green when Certified", "without-effect"),
        ("Green when Certified\n  Red when Certified", "without-effect"),
        ("when Certified: Green", "unexpected-word"),
    ],
)
def test_a_statement_without_effect_is_refused(line: str, code: str, tmp_path: Path) -> None:
    assert set(codes(WHOLE + f"  {line}\n", tmp_path)) == {code}


@pytest.mark.parametrize(
    "line",
    [
        "needs 30 students; 15 for Foster Youth at a school; 20 for Foster Youth",
        "when fewer than 150 students for the color only: read Declined as Kept",
        "no better than Yellow when Certified",
        "Green when Certified\n  Red when Uncertified",
    ],
)
def test_a_statement_beside_it_is_taken(line: str, tmp_path: Path) -> None:
    assert codes(WHOLE + f"  {line}\n", tmp_path) == []


def test_a_year_replaces_a_statement_once(tmp_path: Path) -> None:
    base = WHOLE.replace("2018", "2017") + "  needs 30 students\n"
    once = 'ruleset Levels 2018\nuses Test Levels vocabulary\nbased on 2017\n  cites "it"\nfor Rate\n'
    once += "  replace needs 20 students\n"
    assert loaded(tmp_path, base, once).codes == []
    assert loaded(tmp_path, base, once + "  replace needs 10 students\n").codes == ["statement-twice"]


# ---- examples ----


@pytest.mark.parametrize(
    "facts, code",
    [
        ("part -6 on Rate", "count-below-zero"),
        ("unknown part on Rate, part 6 on Rate", "contradicting-facts"),
        ("part 6 on Rate, unknown part on Rate", "contradicting-facts"),
        ("Low on Rate", "without-effect"),
        ("Red on Rate", "without-effect"),
    ],
)
def test_a_fact_that_cannot_be_meant_is_refused(facts: str, code: str, tmp_path: Path) -> None:
    assert codes(WHOLE + EXAMPLE.format(facts), tmp_path) == [code]


@pytest.mark.parametrize("facts", ["points -6 on Rate", "unknown part on Rate", "Certified on Rate, part 6 on Rate"])
def test_a_fact_beside_it_is_taken(facts: str, tmp_path: Path) -> None:
    assert codes(WHOLE + EXAMPLE.format(facts), tmp_path) == []


def test_a_measure_for_some_kinds_keeps_the_decimals_that_it_is_rounded_to(tmp_path: Path) -> None:
    head, measure = rate("").removesuffix("for Rate\n"), "measure Rate score = part, rounded to 1 decimal\n"
    for text in (f"{head}{measure}", f"{head}for schools\n  {measure}"):
        ruleset = loaded(tmp_path, text).ruleset
        assert ruleset is not None
        [node] = [one.node for one in ruleset.definitions.values() if "score" in one.name]
        assert decimals_of(node, lambda _: None) == 1
