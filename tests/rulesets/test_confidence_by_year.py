"""How sure a statement is in the year asked about, in the row used, and how sure the levels are that rest on it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

import rulelang
from rulelang.analysis.level_batches import level_table
from rulelang.compiler.load import load_ruleset
from rulelang.core.record import LeaRecord, Reading, YearFacts
from rulelang.core.ruleset import LevelRule
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.engine.evaluate import evaluate
from rulelang.engine.explain_levels import explain_level
from rulelang.engine.steps import prepare
from tests.compiler.level_rules import VOCABULARY, rate
from tests.engine.level_rules import RULES, counts, evaluated, loaded

SUSPENSION = "Suspension Rate"


def statement(year: int, what: str, indicator: str, scale: str) -> LevelRule:
    rules = rulelang.load(f"dashboard/{year}").rules.levels
    return next(one for one in rules if (one.what, one.indicator, one.scale) == (what, indicator, scale))


@pytest.mark.parametrize("year, mark", [(2017, "C"), (2018, "A"), (2019, "B"), (2023, "A"), (2025, "B")])
def test_a_statement_has_the_mark_of_the_year_asked_about(year: int, mark: str) -> None:
    assert statement(year, "bands", "Math", "Change").confidence == mark


def test_a_row_has_its_own_mark_where_it_has_one() -> None:
    of_2017 = statement(2017, "bands", SUSPENSION, "Status")
    assert of_2017.confidence == "C"
    assert [mark for _, mark in of_2017.row_marks] == ["B", "B"]
    place, _ = of_2017.row_marks[0]
    assert (of_2017.mark_at(place), of_2017.mark_at(None)) == ("B", "C")
    later = statement(2018, "bands", SUSPENSION, "Status")
    assert (later.confidence, later.row_marks) == ("A", ())


OWN = "  measure one = part\n    confidence A\n"


def marks(tmp_path: Path, clause: str) -> tuple[list[str], list[str]]:
    """Return the marks of a later year's statements, carried over and own, and the codes of what is wrong with it."""
    (tmp_path / "vocabulary.rules").write_text(VOCABULARY, encoding="utf-8")
    (tmp_path / "2017.rules").write_text(rate(OWN, 2017), encoding="utf-8")
    later = f'ruleset Levels 2018\n  based on 2017\n  because "so"\n{clause}for Rate\n  add measure two = part\n'
    path = tmp_path / "2018.rules"
    path.write_text(later + "    confidence A\n", encoding="utf-8")
    reporter = Reporter()
    ruleset = load_ruleset(path, reporter)
    found = [one.confidence for one in ruleset.levels] if ruleset is not None else []
    return found, [one.code for one in reporter.diagnostics]


@pytest.mark.parametrize(
    "clause, found",
    [
        ("", ["A", "A"]),
        ("  confidence B\n", ["B", "A"]),
        ("  confidence C in 2018, B in 2019\n", ["C", "A"]),
        ("  confidence B in 2019\n", ["A", "A"]),
    ],
)
def test_a_year_may_mark_lower_what_it_takes_over(clause: str, found: list[str], tmp_path: Path) -> None:
    assert marks(tmp_path, clause) == (found, [])


@pytest.mark.parametrize(
    "clause, code",
    [("  confidence E\n", "unclear-confidence"), ("  confidence B\n  confidence C\n", "confidence-twice")],
)
def test_an_unclear_mark_of_what_is_taken_over_is_refused(clause: str, code: str, tmp_path: Path) -> None:
    assert code in marks(tmp_path, clause)[1]


def marked(folder: Path, kind: str, *numbers: int) -> tuple[object, ...]:
    """Return the marks of Status, Change and color of a type under rules that mark the rows of Status."""
    text = RULES.replace("    confidence A\n", "").replace(
        "| Very High |\n    | elementary", "| Very High | confidence |\n    | elementary"
    )
    text = text.replace("| above 6.0 |", "| above 6.0 | C in 2018 |").replace(
        "| not established |", "| not established | B |"
    )
    ruleset = loaded(folder, text)
    evaluation = evaluated(ruleset, {"White": counts(*numbers, type=kind)})
    table = level_table(evaluation.prepared, [evaluation.record])
    (row,) = (dict(zip(table.columns, one, strict=True)) for one in table.rows)
    return tuple(row[f"{scale}_confidence"] for scale in ("status", "change", "color"))


@pytest.mark.parametrize(
    "kind, numbers, found",
    [
        ("elementary district", (3, 120, 6, 121), ("C", "", "C")),
        ("unified district", (3, 120, 6, 121), ("B", "", "B")),
        ("unified district", (3, 10, 6, 121), ("", "", "")),
    ],
)
def test_a_level_is_as_sure_as_the_least_of_what_it_came_about_by(
    kind: str, numbers: tuple[int, ...], found: tuple[str, ...], tmp_path: Path
) -> None:
    assert marked(tmp_path, kind, *numbers) == found


def test_an_explanation_prints_the_mark_of_the_year_and_says_whose_reason_it_is() -> None:
    ruleset = rulelang.load("dashboard/2018").rules
    facts = {(indicator, "published change"): Reading(Fraction(5)) for indicator in ("Math",)}
    record = LeaRecord("99123450000000", "Made Up", "", "school district", {2018: YearFacts({"White": facts})})
    text = explain_level(evaluate(prepare(ruleset), record), "Math", "White", "Change", width=200)
    assert "= confidence: A\n" in text
    assert "(said in 2017)" in text
    assert "from 2018 on" not in text


def test_the_state_is_called_so_and_a_nameless_district_is_not() -> None:
    ruleset = rulelang.load("dashboard/2018").rules
    facts = YearFacts({"White": {("Math", "published change"): Reading(Fraction(5))}})
    prepared = prepare(ruleset)
    records = [
        LeaRecord("00000000000000", "", "", "State", {2018: facts}),
        LeaRecord("99123450000000", "", "", "school district", {2018: facts}),
    ]
    rows = level_table(prepared, records).rows
    assert [row[1] for row in rows] == ["State", ""]
