"""Results of plain records in DuckDB, whatever the rules and whatever is missing from the records."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rulelang
from rulelang.analysis.results_in_duckdb import GROUP_RESULTS, LEA_RESULTS, judge_records
from rulelang.core.ruleset import Ruleset
from rulelang.core.truth import CANNOT_TELL
from rulelang.core.vocabulary import Indicator, Scope, Vocabulary
from rulelang.data.records import records_from_rows
from rulelang.data.scan import RECORDS, Connection, NotUnderstoodError
from rulelang.engine import columns
from rulelang.engine.steps import prepare
from rulelang.syntax import tree as syn
from tests.compiler.checking import clean
from tests.engine.determined import determine
from tests.strategies.rule_files import rulesets
from tests.table.test_agreement import agreement
from tests.table.test_results import GOOD

duckdb = pytest.importorskip("duckdb", reason="DuckDB is not installed")


LEA = "01611190000000"
OTHER = "01611190130229"


def over(rows: Sequence[tuple[str | None, ...]]) -> Connection:
    connection = duckdb.connect()
    names = ("lea_code", "year", "student_group", "indicator", "level")
    parts = ", ".join(f"unnest(?::{'INTEGER' if name == 'year' else 'VARCHAR'}[]) AS {name}" for name in names)
    connection.execute(
        f"CREATE TABLE {RECORDS} AS SELECT {parts}", [list(column) for column in zip(*rows, strict=True)]
    )
    return connection


CODES = [f"01{number:05}{tail}" for number in range(61100, 61125) for tail in ("0000000", "0130229")]


def cells_of(vocabulary: Vocabulary, years: Sequence[int], chance: Random) -> list[tuple[str, ...]]:
    """Return rows of many LEAs; of some kinds and years an LEA has none, so that what they would say is unknown."""
    rows = []
    for code in CODES:
        for year, kind in product(years, {one.kind for one in vocabulary.indicators}):
            if chance.random() < 0.8:
                share = chance.choice([0.1, 0.5, 0.9])
                of_kind = [one for one in vocabulary.indicators if one.kind == kind and one.reported_in(year)]
                rows += [
                    row for one in of_kind for row in _rows(vocabulary, code, year, one) if chance.random() < share
                ]
    return [(*row[:4], chance.choice(row[4:])) for row in rows]


def _rows(vocabulary: Vocabulary, code: str, year: int, indicator: Indicator) -> Iterator[tuple[str, ...]]:
    """Yield for each student group the words of a row, and after them the levels that may stand in it."""
    groups = [one for one in vocabulary.groups_in(year) if indicator.is_reported_for(one.name)]
    every = [scale for scale in indicator.scales if indicator.reports(scale, year)]
    scales = every if year % 2 else every[:1]  # in some years all are on one scale
    levels = [level for scale in scales for level in vocabulary.scale(scale).levels]
    once = [level for level in levels if levels.count(level) == 1]
    for group in [one.code for one in groups] if indicator.scope is Scope.GROUP else [""]:
        yield code, str(year), group, indicator.name, *once[:2], *once, "not rated"


def differences(rules: Ruleset, rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Return where the results of records in DuckDB are not those of each LEA by itself."""
    prepared = prepare(rules)
    names = ("lea_code", "year", "student_group", "indicator", "level")
    records = records_from_rows(rules.vocabulary, (dict(zip(names, row, strict=True)) for row in rows)).records
    with over(rows) as connection:
        batch = judge_records(prepared, connection, reasons=True)
        columns = ("determination", *(f"answer_{at}" for at, _ in enumerate(batch.plan.answers)))
        ours = {code: found for code, *found in batch.rows(f"SELECT lea, {', '.join(columns)} FROM {LEA_RESULTS}")}  # noqa: S608
        groups = set(batch.rows(f"SELECT lea, student_group FROM {GROUP_RESULTS}"))  # noqa: S608
    found = []
    for record in records:
        one = determine(prepared, record)
        outcome = None if one.outcome == CANNOT_TELL else one.outcome
        theirs = [outcome, *({**one.methods, **one.referrals}[name] for name in batch.plan.answers)]
        if ours[record.code] != theirs:
            found.append(f"{ours[record.code]}, not {theirs}, for {record}")
        held = {(record.code, prepared.group_index[group.group.name]) for group in one.groups if group.rules}
        of_year = {(record.code, prepared.group_index[group.group.name]) for group in one.groups}
        if held != of_year & groups:
            found.append(f"{of_year & groups}, not {held}, for {record}")
    return found


@pytest.mark.slow
@pytest.mark.parametrize("year", [2017, 2018, 2019, 2022, 2023, 2024, 2025])
def test_shipped_rules_mean_the_same_in_duckdb(year: int) -> None:
    rules = rulelang.load(f"assistance/{year}").rules

    @agreement(1)
    @given(seed=st.integers(0, 10**9))
    def agrees(seed: int) -> None:
        years = [one for one in rules.vocabulary.years if one <= year][-4:]
        assert differences(rules, cells_of(rules.vocabulary, years, Random(seed))) == []  # noqa: S311

    agrees()


@pytest.mark.slow
def test_any_rules_mean_the_same_in_duckdb(tmp_path: Path) -> None:
    (tmp_path / "vocabulary.rules").touch()

    @agreement(12)
    @given(file=rulesets(2018), seed=st.integers(0, 10**9))
    def agrees(file: syn.File, seed: int) -> None:
        rules = clean(file, tmp_path)[1].ruleset
        assert rules is not None
        assert differences(rules, cells_of(rules.vocabulary, [2017, 2018], Random(seed))) == []  # noqa: S311

    agrees()


# ---- What a scan supposes of records ----


def results(rows: Sequence[tuple[str | None, ...]]) -> list[tuple[object, ...]]:
    prepared = prepare(rulelang.load("assistance/2018").rules)
    with over(rows) as connection:
        found = judge_records(prepared, connection, reasons=True)
        return found.rows("SELECT lea, determination, rules_0, groups_named FROM lea_results ORDER BY 1") + found.rows(
            "SELECT lea, student_group, rules_0 FROM group_results ORDER BY 1, 2"
        )


RED = [GOOD, (*GOOD[:3], "Suspension Rate", "Red"), (*GOOD[:3], "Math", "Red")]
CASES = {
    "red": RED,
    "red elsewhere": [*RED, *((OTHER, *row[1:]) for row in RED)],
    "blue": [(*row[:4], "Blue") for row in RED],
    "another scale": [*RED, (*GOOD[:4], "Low")],
    "last year too": [*RED, (LEA, "2017", "AA", "Math", "Red")],
    "another word": [*RED, (LEA, "2018", "Hispanic", " math", "RED")],
    "an indicator of another LEA": [*RED, (OTHER, "2018", "AA", "Graduation Rate", "Red")],
}


@pytest.mark.parametrize("case", CASES)
def test_leas_for_which_the_rows_are_gone_through_again_have_the_same_results(
    case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = results(CASES[case])
    assert known
    monkeypatch.setattr("rulelang.analysis.scanned_facts.LEAS_AT_A_TIME", 1)
    assert results(CASES[case]) == known


def test_many_leas_come_in_several_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = rulelang.load("assistance/2018").rules
    rows = cells_of(rules.vocabulary, [2017, 2018], Random(1))  # noqa: S311
    known = results(rows)
    monkeypatch.setattr("rulelang.analysis.results_in_duckdb.LEAS_A_SCAN", 8)
    assert results(rows) == known


@pytest.mark.slow
def test_wrong_records_are_found() -> None:
    wrong_rows = [(*GOOD[:4], "Purple"), GOOD, ("161119", *GOOD[1:]), (*GOOD[:2], "Martians", *GOOD[3:])]
    twice = [(*GOOD[:4], "Blue"), (*GOOD[:4], "not rated"), (*GOOD[:2], "African American", *GOOD[3:])]
    for wrong in [*wrong_rows, *twice, (None, *GOOD[1:]), ("", *GOOD[1:])]:
        with pytest.raises(NotUnderstoodError):
            results([*RED, wrong])


def test_a_column_that_nothing_reads_is_not_passed_over() -> None:
    with over(RED) as connection:
        connection.execute(f"ALTER TABLE {RECORDS} ADD COLUMN note VARCHAR")
        with pytest.raises(NotUnderstoodError, match="note"):
            rulelang.load("assistance/2018").judge_records(connection)


def test_more_outcomes_than_a_byte_can_tell_are_named_row_by_row(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = rulelang.load("assistance/2023").rules
    query = "SELECT lea, determination FROM lea_results ORDER BY lea"
    rows = [("27659610000000", "2023", "EL", "ELA", "Red"), ("27659040000000", "2023", "EL", "ELA", "Blue")]
    expected = judge_records(prepare(rules), over(rows)).rows(query)
    monkeypatch.setattr(columns, "MOST_NAMES", 0)
    assert judge_records(prepare(rules), over(rows)).rows(query) == expected


LOADS_NO_PANDAS = """
import sys
import duckdb, rulelang
connection = duckdb.connect(":memory:")
connection.execute(
    "CREATE TABLE records AS SELECT '27659610000000' AS lea_code, 2023 AS year, 'EL' AS student_group, "
    "'ELA' AS indicator, 'Red' AS level"
)
rulelang.load("assistance/2023").judge_records(connection, reasons=True)
assert connection.execute("SELECT lea FROM lea_results").fetchall() == [("27659610000000",)]
assert "pandas" not in sys.modules
"""


def test_results_are_made_without_pandas_wherever_it_is_installed() -> None:
    pytest.importorskip("pandas", reason="pandas is not installed")
    subprocess.run([sys.executable, "-c", LOADS_NO_PANDAS], check=True, timeout=120)
