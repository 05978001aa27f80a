"""Both engines give every node the same value, whatever the rules and the records."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import rulelang
from rulelang.core.record import LeaRecord, Reading, YearFacts
from rulelang.core.ruleset import Ruleset
from rulelang.core.tree import NOT_RATED, Const, Get, Match, OneOf, Row
from rulelang.core.vocabulary import Scope
from rulelang.engine.evaluate import evaluate
from rulelang.engine.steps import Prepared, prepare
from rulelang.engine.table.facts import UnsupportedRulesError
from rulelang.syntax import tree as syn
from tests.compiler.checking import clean
from tests.engine.building import single
from tests.language.words import SMALL
from tests.strategies.effort import EFFORT, drawn
from tests.strategies.nodes import node_records, node_rulesets
from tests.strategies.records import records
from tests.strategies.rule_files import rulesets
from tests.table.load_records import years_read
from tests.table.run_in_duckdb import values_of_steps

pytest.importorskip("duckdb", reason="DuckDB is not installed")


def agreement(examples: int) -> settings:
    """Return settings for so many rulesets, times the effort; each is a query, so few are shrunk."""
    return settings(
        max_examples=examples * EFFORT,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
    )


def differences(prepared: Prepared, cases: Sequence[LeaRecord]) -> list[str]:
    """Return where the values of steps differ: the node, then the table engine's values and the record engine's."""
    values = values_of_steps(prepared, cases)
    found = []
    for place, record in enumerate(cases):
        if place in values.odd:
            continue
        evaluation = evaluate(prepared, record)
        for position, step in enumerate(prepared.steps):
            if isinstance(step.node, Const) and isinstance(step.node.value, tuple):
                continue
            ours, theirs = values.column(position, place, len(prepared.groups)), evaluation.column(position)
            if ours != theirs or [type(one) for one in ours] != [type(one) for one in theirs]:
                found.append(f"{step.node}: {ours}, not {theirs}, for {record}")
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for all cases of a test; each writes the same files anew."""
    found = tmp_path_factory.mktemp("rules")
    (found / "vocabulary.rules").touch()
    return found


def test_a_row_that_is_not_possible_may_fit_what_is_absent() -> None:
    color = Get(2018, ("Basics", "color"), Scope.LEA)
    rows = (Row((OneOf(("Red",)), OneOf(("Green",))), Const(None), possible=False),)
    node = Match((color, Const(NOT_RATED)), rows, Const("Red"))
    prepared = prepare(single(node))
    assert differences(prepared, [LeaRecord("1", "", "", "school district")]) == []


@pytest.mark.slow
@agreement(20)
@given(file=rulesets(2018), cases=st.lists(records(SMALL, [2017, 2018]), min_size=4, max_size=8))
def test_rule_files_mean_the_same_in_both_engines(file: syn.File, cases: list[LeaRecord], folder: Path) -> None:
    _, found = clean(file, folder)
    assert found.ruleset is not None
    assert differences(prepare(found.ruleset), cases) == []


@pytest.mark.slow
@agreement(40)
@given(ruleset=node_rulesets(), cases=st.lists(node_records(), min_size=4, max_size=8))
def test_every_node_means_the_same_in_both_engines(ruleset: Ruleset, cases: list[LeaRecord]) -> None:
    try:
        found = differences(prepare(ruleset), cases)
    except UnsupportedRulesError as refused:
        assert str(refused) == "a number of more than 38 digits"  # noqa: PT017 - the only reason allowed
    else:
        assert found == []


@pytest.mark.slow
@pytest.mark.parametrize("year", [2017, 2018, 2019, 2022, 2023, 2024, 2025])
def test_the_shipped_rules_mean_the_same_in_both_engines(year: int) -> None:
    prepared = prepare(rulelang.load(f"assistance/{year}").rules)
    cases = drawn(records(prepared.ruleset.vocabulary, sorted(years_read(prepared))), 10)
    assert any(record.years for record in cases)
    assert differences(prepared, cases) == []


def test_what_is_in_doubt_is_unknown_in_both_engines() -> None:
    certification, method = "CALPADS End-of-Year Certification", (2024, "Method 4")
    rules = prepare(rulelang.load("assistance/2024").rules)
    groups = {"Hispanic": {("ELA", "color"): Reading("Red")}}
    silent = YearFacts(groups, {}, frozenset(("ELA", "Math")))
    doubted = evolve(silent, doubtful=frozenset(((certification, None), ("Math", "Hispanic"), ("ELA", "White"))))
    cases = [
        LeaRecord(f"0161119000000{at}", "", "", "school district", {2024: facts})
        for at, facts in enumerate((silent, doubted))
    ]
    assert [evaluate(rules, one).value(method) for one in cases] == [False, None]
    assert differences(rules, cases) == []
