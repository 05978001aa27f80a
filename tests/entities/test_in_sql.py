"""Rules that relate entities, written as SQL, come to the answers of the evaluator; what has no form is refused."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rulelang.cli.program import run
from rulelang.core.aggregates import Aggregate
from rulelang.core.record import LeaRecord
from rulelang.core.tree import Const, Fold, Item, Node, Owner, Self
from rulelang.engine.evaluate import evaluate_batches
from rulelang.engine.steps import Prepared, prepare
from rulelang.engine.table.facts import UnsupportedRulesError
from rulelang.engine.table.spark import judge_parquet
from tests.engine.test_families import LEA, counts_below, entities, of_owners, ruleset
from tests.entities.small_state import rules_in
from tests.strategies.nodes import truths
from tests.table.run_in_duckdb import values_of_steps
from tests.table.test_agreement import agreement

pytest.importorskip("duckdb", reason="DuckDB is not installed")


def differences(prepared: Prepared, records: Sequence[LeaRecord]) -> list[str]:
    """Return where the values of steps differ: the node, then the values in SQL and those of the evaluator."""
    values = values_of_steps(prepared, records)
    assume(not values.odd)
    batches = list(evaluate_batches(prepared, records))
    places = {id(record): place for place, record in enumerate(records)}
    found = []
    for view in (batch.of(row) for batch in batches for row in range(len(batch.records))):
        for position, step in enumerate(prepared.steps):
            if isinstance(step.node, Const) and isinstance(step.node.value, tuple):
                continue
            ours = values.column(position, places[id(view.record)], len(prepared.groups))
            if ours != view.column(position):
                found.append(f"{step.node}: {ours}, not {view.column(position)}, for {view.record.code}")
    return found


@pytest.mark.slow
@agreement(40)
@given(st.lists(counts_below(1) | of_owners(truths(LEA, 1) | counts_below(0)), min_size=1, max_size=4), entities())
def test_every_node_means_the_same_in_sql(nodes: Sequence[Node], records: list[LeaRecord]) -> None:
    try:
        found = differences(prepare(ruleset(*nodes)), records)
    except UnsupportedRulesError as refused:
        assert str(refused) == "a number of more than 38 digits"  # noqa: PT017 - the only reason allowed
    else:
        assert found == []


@pytest.mark.parametrize(
    "rule",
    [
        "for counties\n  C: number of schools where graduates is above 5 is above 2 → CSI\n  otherwise → None\n",
        "for counties\n  C: highest of graduates over schools is above 2 → CSI\n  otherwise → None\n",
    ],
)
def test_a_number_of_several_entities_is_refused_in_one_sentence(
    rule: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    rules_in(tmp_path, rule)
    assert run(["export", str(tmp_path / "2023.rules"), "--to", "sql", "--dialect", "duckdb"]) == 1
    said = " ".join(capfd.readouterr().err.split())
    assert "cannot be written as SQL, because they have a number made of those of several entities" in said
    assert said.count("cannot be written") == 1


def test_rules_that_relate_entities_are_refused_on_spark() -> None:
    related = prepare(ruleset(Fold(Aggregate.ONLY, Owner("county"), (Item(Self(LEA)),))))
    with pytest.raises(UnsupportedRulesError, match="not related to one another on Spark"):
        judge_parquet(None, related, "cells.parquet")
