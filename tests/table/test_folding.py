"""Rules judged on folded records, whatever the rules and whatever is missing from the records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rulelang
from rulelang.analysis.statewide import RECORD, TABLE, determine_records
from rulelang.engine.record import prepare
from rulelang.engine.table.batch import judge_records
from rulelang.engine.table.names import RECORDS, Connection, NotUnderstoodError
from rulelang.engine.table.script import script_of
from rulelang.syntax import tree as syn
from rulelang.syntax.format import format_file
from tests.compiler.checking import BASE, checked
from tests.language.words import SMALL
from tests.strategies.rule_files import rulesets
from tests.table.test_agreement import agreement
from tests.table.test_results import GOOD, plain_rows, write_parquet

duckdb = pytest.importorskip("duckdb", reason="DuckDB is not installed")


def test_any_rules_come_to_the_same_in_both_engines(tmp_path: Path) -> None:
    (tmp_path / "vocabulary.rules").touch()
    engines: Counter[str] = Counter()

    @agreement(60)  # of which about 10 are rules without an error
    @given(file=rulesets(2018), rows=st.lists(plain_rows(SMALL, [2017, 2018]), min_size=1, max_size=2))
    def agrees(file: syn.File, rows: list[list[tuple[str, ...]]]) -> None:
        found = checked({"2017.rules": BASE, "2018.rules": format_file(file)}, tmp_path)
        if found.ruleset is None or found.ruleset.suspended is not None or found.ruleset.levels:
            return
        for cells in rows:
            write_parquet(tmp_path / "cells.parquet", cells)
            ours, theirs = (
                determine_records(found.ruleset, tmp_path / "cells.parquet", engine=one) for one in (TABLE, RECORD)
            )
            assert ours.tables == theirs.tables
            engines[ours.engine] += 1

    agrees()
    assert engines[TABLE] > engines[RECORD]


# ---- Queries that are kept ----


class Kept:
    """A memory that notes what it was asked."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.writes = 0

    def recalled(self, about: str) -> str | None:
        return self.texts.get(about)

    def remember(self, about: str, text: str) -> None:
        self.texts[about] = text
        self.writes += 1


LEA = "01611190000000"
OTHER = "01611190130229"


def over(rows: Sequence[tuple[str, ...]]) -> Connection:
    connection = duckdb.connect()
    columns = "lea_code VARCHAR, year INTEGER, student_group VARCHAR, indicator VARCHAR, level VARCHAR"
    connection.execute(f"CREATE TABLE {RECORDS} ({columns})")
    connection.executemany(f"INSERT INTO {RECORDS} VALUES (?, ?, ?, ?, ?)", rows)  # noqa: S608
    return connection


def results(rows: Sequence[tuple[str, ...]], memory: Kept | None) -> list[tuple[object, ...]]:
    prepared = prepare(rulelang.load("assistance/2018").rules)
    with over(rows) as connection:
        batch = judge_records(prepared, connection, reasons=True, memory=memory)
        return batch.rows("SELECT lea, determination, rules_0, groups_named FROM lea_results ORDER BY 1") + batch.rows(
            "SELECT lea, student_group, rules_0 FROM group_results ORDER BY 1, 2"
        )


RED = [GOOD, (*GOOD[:3], "Suspension Rate", "Red"), (*GOOD[:3], "Math", "Red")]
CASES = {
    "red": RED,
    "red elsewhere": [(OTHER, *row[1:]) for row in RED],
    "blue": [(*row[:4], "Blue") for row in RED],
    "fewer": RED[1:2],
    "last year too": [*RED, (LEA, "2017", "AA", "Math", "Red")],
}


@pytest.mark.parametrize("then", CASES)
@pytest.mark.parametrize("first", CASES)
def test_queries_that_were_made_for_other_records_are_not_believed(first: str, then: str) -> None:
    memory = Kept()
    results(CASES[first], memory)
    assert results(CASES[then], memory) == results(CASES[then], None)
    alike = first == then or {first, then} == {"red", "red elsewhere"}
    assert memory.writes == (1 if alike else 2)


@pytest.mark.parametrize("damage", ["", "{", "[]", "{}", '{"levels": 3}'])
def test_queries_that_are_damaged_are_made_anew(damage: str) -> None:
    memory = Kept()
    known = results(RED, memory)
    [about] = memory.texts
    kept, memory.texts[about] = memory.texts[about], damage
    assert script_of(damage) is None
    assert results(RED, memory) == known
    assert memory.texts[about] == kept


def test_wrong_records_are_found_by_queries_that_are_kept_too() -> None:
    memory = Kept()
    results(RED, memory)
    for wrong in ((*GOOD[:4], "Purple"), GOOD, ("161119", *GOOD[1:]), (*GOOD[:2], "Martians", *GOOD[3:])):
        with pytest.raises(NotUnderstoodError):
            results([*RED, wrong], memory)


def test_settings_of_the_connection_stay_as_they_were() -> None:
    with over(RED) as connection:
        connection.execute("SET disabled_optimizers = 'top_n'")
        rulelang.load("assistance/2018").judge_records(connection)
        assert connection.execute("SELECT current_setting('disabled_optimizers')").fetchone() == ("top_n",)
