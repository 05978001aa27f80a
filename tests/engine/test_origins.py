"""Where a determination comes from: each rule that decides it, and the file and row of each value."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import rulelang
from rulelang.cli.program import run
from rulelang.core.record import LeaRecord, Reading, YearFacts
from rulelang.engine.determination import Determination
from rulelang.engine.origins import Fact, OtherYear, Step, origin_of, origin_text

RULES = "assistance/2023"


def determined(**levels: str) -> Determination:
    """Return the determination of an LEA of which only White students have colors, as a file says them."""
    ruleset = rulelang.load(RULES)
    silent = frozenset(one.name for one in ruleset.rules.vocabulary.indicators)
    readings = {
        (name.replace("_", " "), "color"): Reading(level, "", f"{name}.txt, row 7") for name, level in levels.items()
    }
    years = {year: YearFacts(silent=silent) for year in (2018, 2019, 2022)}
    years[2023] = YearFacts({"White": readings}, silent=silent)
    [found] = ruleset.evaluate([LeaRecord("27660350000000", "Some Unified", "Monterey", "school district", years)])
    return found


def every_step(steps: tuple[Step, ...]) -> Iterator[Step]:
    for step in steps:
        yield step
        yield from every_step(step.below)


def test_a_determination_leads_to_the_rules_and_rows_that_decide_it() -> None:
    origin = origin_of(determined(ELA="Red", Math="Red", Suspension_Rate="Red", Graduation_Rate="Blue"))
    steps = {step.text.partition(":")[0]: step for step in every_step(origin.steps) if not step.seen}
    assert list(steps) == ["DA", "M1", "4a", "6a", "DC"]
    assert steps["4a"].facts == (
        Fact("color on ELA in 2023", "White", "Red", "ELA.txt, row 7"),
        Fact("color on Math in 2023", "White", "Red", "Math.txt, row 7"),
    )
    assert (steps["4a"].place.endswith("2017.rules:9"), steps["4a"].year, steps["4a"].whom) == (True, 2017, "White")
    assert [step.answer for step in steps.values()] == ["yes"] * 5
    assert steps["DC"].cites
    assert all(step.seen for step in steps["DC"].below)


def test_where_no_rule_holds_those_that_do_not_are_shown() -> None:
    [step] = origin_of(determined(ELA="Red", Math="Red")).steps
    assert step.text.startswith("GA: otherwise")
    [other] = step.below
    assert (other.outcome, other.answer) == ("Differentiated Assistance", "no")
    assert {one.outcome: one.answer for one in other.below}["Method 1"] == "no"


def test_of_a_student_group_each_rule_that_holds_is_shown() -> None:
    found = determined(ELA="Red", Math="Red")
    group = found.ruleset.vocabulary.group("White")
    assert [step.text.partition(":")[0] for step in origin_of(found, group).steps] == ["4a"]
    assert not origin_of(found, found.ruleset.vocabulary.group("Asian")).steps


def test_what_cannot_be_told_names_what_is_missing() -> None:
    record = LeaRecord("27660350000000", "Some Unified", "Monterey", "school district", {2023: YearFacts()})
    [found] = rulelang.load(RULES).evaluate([record])
    origin = origin_of(found)
    assert {step.answer for step in origin.steps} == {"cannot tell"}
    assert "ELA color of White in 2023" in origin.missing
    assert "and 74 more" in origin_text(origin)


def test_the_text_says_each_value_with_its_row_and_what_other_years_make_of_it() -> None:
    origin = origin_of(
        determined(ELA="Red", Math="Red", Suspension_Rate="Red"), by_years=[OtherYear(2017, "other", ("no x",))]
    )
    text = origin_text(origin)
    assert "* color on ELA in 2023: Red (ELA.txt, row 7)" in text
    assert "White: Priority 4: yes, as above" in text
    assert text.endswith("2017  other\n      = no x")
    assert all(len(line) <= 80 for line in text.splitlines())


@pytest.mark.slow
def test_each_row_that_a_trace_names_has_the_value(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sample", str(tmp_path), "--year", "2023", "--leas", "40"]) == 0
    capsys.readouterr()
    codes = [line.split("\t")[0] for line in (tmp_path / "eladownload2023.txt").read_text().splitlines()[1:]]
    asked = [part for code in dict.fromkeys(codes) for part in ("--lea", code)][:24]
    run(["explain", RULES, "--data", str(tmp_path), *asked, "--trace", "--format", "json"])
    printed = json.loads(capsys.readouterr().out)
    run(["schema", "explain"])
    jsonschema.validate(printed, json.loads(capsys.readouterr().out))
    facts = [(one["lea"]["cds"], fact) for one in printed["explanations"] for fact in facts_in(one["trace"]["steps"])]
    rows = [(code, fact, fact["origin"].split(", row ")) for code, fact in facts if ", row " in fact["origin"]]
    assert len(rows) > 10
    texts = {path.name: path.read_text(encoding="utf-8").splitlines() for path in tmp_path.glob("*.txt")}
    worst = {"Red": "1", "Orange": "2", "Yellow": "3", "Green": "4", "Blue": "5"}
    for code, fact, (file, row) in rows:
        if file.endswith(".txt") and fact["value"] in worst:
            header, line = texts[file][0], texts[file][int(row) - 1]
            cells = dict(zip(header.split("\t"), line.split("\t"), strict=True))
            assert code in cells.values()
            assert cells["color"] == worst[fact["value"]]


def facts_in(steps: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for step in steps:
        yield from step["facts"]
        yield from facts_in(step["below"])


def test_levels_have_no_trace(tmp_path: Path) -> None:
    assert run(["explain", "dashboard/2018", "--data", str(tmp_path), "--lea", "1", "--trace"]) == 2
