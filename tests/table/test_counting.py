"""A count in SQL has the answer of `core.truth`, however many things there are of each sort."""

from __future__ import annotations

import importlib

import pytest

from rulelang.core.truth import Amount, Quantity
from rulelang.engine.table import sql
from rulelang.engine.table.counting import MET, PERHAPS_MET, PERHAPS_UNMET, PERHAPS_UNSURE, UNSURE, Counts, judged

pytest.importorskip("duckdb", reason="DuckDB is not installed")

SURELY = sql.plus(map(sql.column, ("met", "missed", "unsure")))
SURE_MEMBERS = {MET: sql.column("met"), UNSURE: sql.column("unsure")}
EVERY_SORT = {
    **SURE_MEMBERS,
    PERHAPS_MET: sql.column("perhaps_met"),
    PERHAPS_UNMET: sql.column("perhaps_missed"),
    PERHAPS_UNSURE: sql.column("perhaps_unsure"),
}


def things(possible: int, totals: str) -> str:
    """Return a query of all counts of things below 3, and of possible members below a number, with some totals."""
    sure = ", ".join(f"range(3) AS {name}({name})" for name in ("met", "missed", "unsure"))
    perhaps = ", ".join(f"range({possible}) AS p{name}(perhaps_{name})" for name in ("met", "missed", "unsure"))
    return f"SELECT * FROM {sure}, {perhaps}, (VALUES {totals}) AS totals(total)"  # noqa: S608


@pytest.mark.parametrize("amount", Amount)
@pytest.mark.parametrize(
    "counts, rows",
    [
        (Counts(SURE_MEMBERS, SURELY), things(1, "(NULL)")),
        (Counts(EVERY_SORT, SURELY), things(3, "(NULL)")),
        (Counts(EVERY_SORT, SURELY, sql.column("total")), things(2, "(NULL), (0), (3), (4)")),
    ],
    ids=["sure members", "possible members", "a known total"],
)
def test_a_count_is_judged_as_trying_every_way_does(amount: Amount, counts: Counts, rows: str) -> None:
    numbers = (50, 67, 100) if amount is Amount.PERCENT else (1, 2, 3)
    quantities = [Quantity(amount, number) for number in numbers]
    answers = ", ".join(judged(quantity, counts).sql("duckdb") for quantity in quantities)
    connection = importlib.import_module("duckdb").connect(":memory:")
    found = connection.execute(f"SELECT things.*, {answers} FROM ({rows}) AS things").fetchall()  # noqa: S608
    assert found
    for row in found:
        *counted, total = row[: -len(quantities)]
        expected = tuple(quantity.verdict(tuple(counted), total) for quantity in quantities)
        assert row[-len(quantities) :] == expected, (counted, total)
