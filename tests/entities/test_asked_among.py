"""Those asked about among all that rules may look at: a rank is the same whoever is asked about, from Python too."""

from __future__ import annotations

from pathlib import Path

import pytest

import rulelang
from rulelang.data.sample import write_sample
from tests.entities.small_state import rules_in
from tests.entities.test_ranked import RANKED, schools

LOWEST, HIGHEST = "S0", "S3"


def ranked(folder: Path) -> tuple[rulelang.LoadedRuleset, list[dict[str, object]]]:
    """Return rules that rank schools, and a county with four of them, the lowest first."""
    rules_in(folder, RANKED)
    return rulelang.load(folder / "2023.rules"), [{"year": 2023, **row} for row in schools([1, 10, 20, 30])]


def test_those_asked_about_are_ranked_among_all_that_are_passed(tmp_path: Path) -> None:
    ruleset, rows = ranked(tmp_path)
    every = {one.record.code: one.outcome for one in ruleset.evaluate(rows)}
    assert (every[LOWEST], every[HIGHEST]) == ("CSI", "None")
    [asked] = ruleset.evaluate(rows, codes=[HIGHEST])
    assert (asked.record.code, asked.outcome) == (HIGHEST, "None")
    alone = [row for row in rows if row["lea_code"] not in ("S0", "S1", "S2")]
    [other] = [one for one in ruleset.evaluate(alone) if one.record.code == HIGHEST]
    assert other.outcome == "CSI", "the lowest of those that were passed"


def test_tables_of_some_results_say_what_these_say(tmp_path: Path) -> None:
    """They were evaluated anew without the others, and so a rank among these alone was in the tables."""
    ruleset, rows = ranked(tmp_path)
    results = ruleset.evaluate(rows)
    for some in (results[-1:], results[-2:], [one for one in results if one.record.code == LOWEST]):
        table = ruleset.tables(some)["determinations"]
        assert [(row["cds"], row["determination"]) for row in table] == [(one.record.code, one.outcome) for one in some]
    assert len(ruleset.tables(results)["determinations"]) == len(results)


def test_where_rules_look_at_nobody_else_only_those_asked_about_are_evaluated(tmp_path: Path) -> None:
    text = "for schools\n  measure half = graduates ÷ 2\n  A: half is below 10 → CSI\n  otherwise → None\n"
    rules_in(tmp_path, text)
    ruleset = rulelang.load(tmp_path / "2023.rules")
    rows = [{"year": 2023, **row} for row in schools([1, 10, 20, 30])]
    assert [one.record.code for one in ruleset.evaluate(rows, codes={LOWEST, HIGHEST})] == [LOWEST, HIGHEST]
    assert {one.evaluation.record.code for one in ruleset.levels(rows, codes=[HIGHEST])} == {HIGHEST}
    assert ruleset.evaluate(rows, codes=[]) == ()


@pytest.mark.slow
def test_what_read_was_asked_for_is_what_is_determined(tmp_path: Path) -> None:
    """Everyone is among the records, so that ranks are those of the state; the results are about one school."""
    ruleset = rulelang.load("essa/districts/2024")
    assert ruleset.rules.relates
    write_sample(ruleset.rules.vocabulary, tmp_path, 2024, 12)
    whole = ruleset.evaluate(ruleset.read(tmp_path))
    one = whole[5].record.code
    data = ruleset.read(tmp_path, leas=one)
    assert (len(data.records) > 1, data.asked) == (True, frozenset({one}))
    [found] = ruleset.evaluate(data)
    assert (found.record.code, found.outcome, found.label) == (one, whole[5].outcome, whole[5].label)
    assert {row["cds"] for row in ruleset.tables(data)["determinations"]} == {one}
    assert len(ruleset.evaluate(data.records)) == len(whole)
