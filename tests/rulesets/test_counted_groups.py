"""A student group may exist before rules count it: it has a history, and moves no closed year."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rulelang.compiler.load import load_ruleset
from rulelang.compiler.locations import rulesets_folder
from rulelang.compiler.lock import read_lock
from rulelang.core.record import FieldKey, LeaRecord, Reading, YearFacts
from rulelang.core.ruleset import Ruleset
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.engine.steps import prepare
from tests.engine.determined import determine

INDICATORS = (
    *("ELA", "Math", "ELPI", "Graduation Rate", "Chronic Absenteeism", "Suspension Rate", "College/Career"),
    *("Basics", "Implementation of State Academic Standards", "Parent Engagement", "School Climate"),
    *("Access to a Broad Course of Study", "Coordination of Services for Expelled Pupils"),
    *("Coordination of Services for Foster Youth", "CALPADS End-of-Year Certification"),
)
RED: dict[FieldKey, Reading] = {(name, "color"): Reading("Red") for name in ("ELA", "Math", "Suspension Rate")}

NEXT_YEAR = """ruleset Next 2026
  uses California Dashboard vocabulary

4a: Red on ELA in each of the last 3 Dashboard years → Priority 4
6a: Red on Suspension Rate in each of the last 3 Dashboard years → Priority 6

for school districts
  DA: any student group meets 2 or more priorities → Differentiated Assistance
  GA: otherwise → General Assistance
"""


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the shipped rules in which All Students exist from 2024 on and count from 2026 on."""
    folder = tmp_path_factory.mktemp("counted") / "rulesets"
    shutil.copytree(rulesets_folder(), folder)
    vocabulary = folder / "vocabulary.rules"
    text = vocabulary.read_text(encoding="utf-8")
    text = text.replace("2023, 2024, 2025\n", "2023, 2024, 2025, 2026\n", 1)
    start = text.index("student groups\n  | code")
    head, _, rest = text[start:].partition("\n\n")
    lines = head.splitlines()
    counted = [lines[0], f"{lines[1]} counted |", *(f"{line} |" for line in lines[2:])]
    columns = lines[1].count("|") - 1
    everyone = ["ALL", "All Students", *[""] * (columns - 3), "2024 on", "2026 on"]
    table = "\n".join([*counted, f"  | {' | '.join(everyone)} |"])
    vocabulary.write_text(f"{text[:start]}{table}\n\n{rest}", encoding="utf-8")
    (folder / "assistance" / "2026.rules").write_text(NEXT_YEAR, encoding="utf-8")
    return folder / "assistance"


def loaded(path: Path) -> Ruleset:
    reporter = Reporter()
    ruleset = load_ruleset(path, reporter)
    assert ruleset is not None, [one.message for one in reporter.diagnostics]
    return ruleset


def everyone_red(*years: int) -> LeaRecord:
    facts = {
        year: YearFacts({"All Students": RED} if year in years else {}, silent=frozenset(INDICATORS))
        for year in (2022, 2023, 2024, 2025, 2026)
    }
    return LeaRecord("27660350000000", "a district", "Monterey", "school district", facts)


def test_no_closed_year_moves(rules: Path) -> None:
    closed = read_lock(rules, Reporter()).years
    for year in (2018, 2023, 2024, 2025):
        assert loaded(rules / f"{year}.rules").fingerprint == closed[year].fingerprint


def test_a_year_before_does_not_count_the_group_whatever_it_has(rules: Path) -> None:
    for year in (2024, 2025):
        determination = determine(prepare(loaded(rules / f"{year}.rules")), everyone_red(2024, 2025))
        assert determination.outcome == "General Assistance"
        assert "All Students" not in {result.group.name for result in determination.groups}


def test_the_year_that_counts_it_looks_back_on_what_it_was(rules: Path) -> None:
    prepared = prepare(loaded(rules / "2026.rules"))
    assert determine(prepared, everyone_red(2024, 2025, 2026)).outcome == "Differentiated Assistance"
    assert determine(prepared, everyone_red(2025, 2026)).outcome == "General Assistance"
