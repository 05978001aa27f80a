"""`evaluate_table`: tables of other programs, scanned or read row by row, come to the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

import rulelang
from rulelang.analysis import embedding
from rulelang.facade import LoadedRuleset
from tests.table.each_lea import determination_table, reason_table

arrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
duckdb = pytest.importorskip("duckdb", reason="DuckDB is not installed")
pytest.importorskip("sqlglot", reason="sqlglot is not installed")

Table = Any
"""A table of one of several libraries."""

ALAMEDA, ALISAL = "01611190000000", "27659610000000"
NAMES = ("lea_code", "name", "county", "year", "student_group", "indicator", "level")
ROWS = [
    (code, name, county, 2023, group, indicator, level)
    for code, name, county in ((ALAMEDA, "Alameda Unified", "Alameda"), (ALISAL, "Alisal Union", "Monterey"))
    for group, level in (("EL", "Red"), ("SWD", "Orange"))
    for indicator in ("ELA", "Math", "Suspension Rate")
]
TABLE = arrow.table([list(column) for column in zip(*ROWS, strict=True)], names=list(NAMES))
NUMBERS = arrow.table(
    {
        "lea_code": [ALAMEDA] * 4,
        "year": [2018] * 4,
        "student_group": ["EL"] * 4,
        "indicator": ["Suspension Rate"] * 4,
        "number": ["students", "suspended students", "last year's students", "last year's suspended students"],
        "value": [100, 9, 100, 3],
    }
)


def to_duckdb(table: Table) -> Table:
    return duckdb.connect(":memory:").from_arrow(table)


def to_pandas(table: Table) -> Table:
    pytest.importorskip("pandas", reason="pandas is not installed")
    return table.to_pandas()


def to_polars(table: Table) -> Table:
    return pytest.importorskip("polars", reason="Polars is not installed").from_arrow(table)


def to_stream(table: Table) -> Table:
    return arrow.RecordBatchReader.from_batches(table.schema, table.to_batches())


KINDS: dict[str, Callable[[Table], Table]] = {
    "arrow": lambda table: table,
    "duckdb": to_duckdb,
    "pandas": to_pandas,
    "polars": to_polars,
    "stream": to_stream,
}


def rows_of(table: Table) -> list[tuple[Any, ...]]:
    """Return the rows of a table of any kind, with a missing value as None."""
    module = type(table).__module__
    if "duckdb" in module:
        return [tuple(row) for row in table.fetchall()]
    if "polars" in module:
        return [tuple(row) for row in table.rows()]
    if "pandas" in module:
        return [tuple(row) for row in _cells(table)]
    return [tuple(row.values()) for row in table.to_pylist()]


def _cells(frame: Table) -> Sequence[Sequence[Any]]:
    found: Sequence[Sequence[Any]] = frame.astype(object).where(frame.notna(), None).to_numpy().tolist()
    return found


def columns_of(table: Table) -> list[str]:
    return list(getattr(table, "column_names", None) or table.columns)


@pytest.fixture(scope="module")
def ruleset() -> LoadedRuleset:
    return rulelang.load("assistance/2023")


@pytest.fixture(scope="module")
def levels() -> LoadedRuleset:
    return rulelang.load("dashboard/2018")


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How the tables were gone through, one after another."""
    asked: list[str] = []

    def watched(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def judge(*given: Table, **options: Table) -> Table:
            found = real(*given, **options)
            asked.append(name if found is not None else f"not {name}")
            return found

        return judge

    monkeypatch.setattr(embedding, "_scanned", watched("scanned", embedding._scanned))
    monkeypatch.setattr(embedding, "_read", watched("read", embedding._read))
    return asked


@pytest.fixture(scope="module")
def expected(ruleset: LoadedRuleset) -> list[list[tuple[Any, ...]]]:
    """What comes of each LEA by itself."""
    data = ruleset.records([dict(zip(NAMES, row, strict=True)) for row in ROWS])
    found = ruleset.evaluate(data.records)
    tables = determination_table(found), reason_table(found)
    return [[tuple(None if cell is None else cell for cell in row) for row in table.rows] for table in tables]


@pytest.mark.parametrize("kind", KINDS)
def test_plain_words_are_scanned(
    kind: str, ruleset: LoadedRuleset, ways: list[str], expected: list[list[tuple[Any, ...]]]
) -> None:
    tables = ruleset.evaluate_table(KINDS[kind](TABLE), reasons=True)
    assert ways == ["scanned"]
    assert [rows_of(table) for table in tables] == expected


ODD = {
    "another case": TABLE.set_column(6, "level", arrow.array([row[6].upper() for row in ROWS])),
    "another name of a student group": TABLE.set_column(
        4, "student_group", arrow.array(["English Learners" if row[4] == "EL" else row[4] for row in ROWS])
    ),
    "a year as text with spaces": TABLE.set_column(3, "year", arrow.array([" 2023"] * len(ROWS))),
    "a year as a decimal": TABLE.set_column(3, "year", arrow.array([2023.0] * len(ROWS))),
    "another column": TABLE.append_column("kind", arrow.array(["school district"] * len(ROWS))),
    "a column that only the reader reads": TABLE.append_column("belongs_to", arrow.array([""] * len(ROWS))),
    "a scale": TABLE.append_column("scale", arrow.array(["color"] * len(ROWS))),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("odd", ODD)
def test_other_words_come_to_the_same(
    odd: str, kind: str, ruleset: LoadedRuleset, ways: list[str], expected: list[list[tuple[Any, ...]]]
) -> None:
    tables = ruleset.evaluate_table(KINDS[kind](ODD[odd]), reasons=True)
    assert ways in (["not scanned", "read"], ["scanned"])
    assert [rows_of(table) for table in tables] == expected


def test_a_column_that_only_the_reader_reads_goes_to_it(ruleset: LoadedRuleset, ways: list[str]) -> None:
    ruleset.evaluate_table(ODD["a column that only the reader reads"])
    ruleset.evaluate_table(ODD["another column"])
    ruleset.evaluate_table(ODD["another case"])
    assert ways == ["not scanned", "read", "scanned", "scanned"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("odd", [False, True])
def test_a_table_without_rows_gives_tables_without_rows(kind: str, odd: bool, ruleset: LoadedRuleset) -> None:
    table = ODD["a column that only the reader reads"] if odd else TABLE
    found, reasons = ruleset.evaluate_table(KINDS[kind](table.slice(0, 0)), reasons=True)
    full, all_reasons = ruleset.evaluate_table(KINDS[kind](table), reasons=True)
    assert rows_of(found) == rows_of(reasons) == []
    assert columns_of(found) == columns_of(full)
    assert columns_of(reasons) == columns_of(all_reasons)


@pytest.mark.parametrize("kind", KINDS)
def test_an_unknown_level_is_left_to_the_reader(kind: str, ruleset: LoadedRuleset, ways: list[str]) -> None:
    some = [{**dict(zip(NAMES, row, strict=True)), "level": "unknown" if row[6] == "Red" else row[6]} for row in ROWS]
    table = ruleset.evaluate_table(KINDS[kind](arrow.Table.from_pylist(some, schema=TABLE.schema)))
    assert ways == ["not scanned", "read"]
    outcomes = [one.outcome for one in ruleset.evaluate(some)]
    place = columns_of(table).index("determination")
    assert [row[place] for row in rows_of(table)] == outcomes
    assert "cannot tell" in outcomes


def test_a_named_index_of_pandas_is_read_as_columns(
    ruleset: LoadedRuleset, expected: list[list[tuple[Any, ...]]]
) -> None:
    frame = to_pandas(TABLE).set_index(["lea_code", "year"])
    assert rows_of(ruleset.evaluate_table(frame)) == expected[0]
    assert [one.record.code for one in ruleset.evaluate(frame)] == [row[0] for row in expected[0]]


@pytest.mark.parametrize("kind", ["pandas", "polars"])
def test_a_table_without_columns_is_said_to_lack_them(kind: str, ruleset: LoadedRuleset) -> None:
    library = pytest.importorskip(kind, reason=f"{kind} is not installed")
    with pytest.raises(rulelang.DataError, match="no column `lea_code`"):
        ruleset.evaluate_table(library.DataFrame())


def test_a_column_that_nothing_reads_is_named_where_one_is_missing(ruleset: LoadedRuleset) -> None:
    with pytest.raises(rulelang.DataError, match="nothing reads `CDSCode`"):
        ruleset.evaluate_table(TABLE.rename_columns(["CDSCode", *NAMES[1:]]))


def test_an_error_names_a_row_and_says_a_thing_once(ruleset: LoadedRuleset) -> None:
    table, _ = WRONG["nothing in a column"]
    with pytest.raises(rulelang.DataError) as refused:
        ruleset.evaluate_table(table)
    assert str(refused.value).startswith("row 1: the row has no value for `indicator`")
    assert str(refused.value).count("the row has no value") == 1


WRONG = {
    "no level": (TABLE.drop_columns(["level"]), "missing-record-columns"),
    "no LEA": (TABLE.drop_columns(["lea_code"]), "missing-record-columns"),
    "a level of nowhere": (TABLE.set_column(6, "level", arrow.array(["Purple"] * len(ROWS))), "unknown-record-word"),
    "a list for a level": (TABLE.set_column(6, "level", arrow.array([["Red"]] * len(ROWS))), "unknown-record-word"),
    "numbers for codes": (
        TABLE.set_column(0, "lea_code", arrow.array([1611190000000] * len(ROWS))),
        "lost-leading-zeros",
    ),
    "a list for a year": (TABLE.set_column(3, "year", arrow.array([[2023]] * len(ROWS))), "unknown-record-word"),
    "a row twice": (arrow.concat_tables([TABLE, TABLE.slice(0, 1)]), "duplicate-row"),
    "nothing in a column": (TABLE.set_column(5, "indicator", arrow.nulls(len(ROWS))), "missing-record-value"),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_with_a_table_is_said(wrong: str, kind: str, ruleset: LoadedRuleset) -> None:
    table, code = WRONG[wrong]
    with pytest.raises(rulelang.DataError) as refused:
        ruleset.evaluate_table(KINDS[kind](table))
    assert code in {one.code for one in refused.value.diagnostics}


@pytest.mark.parametrize("kind", KINDS)
def test_levels_are_worked_out_of_numbers(kind: str, levels: LoadedRuleset) -> None:
    found = levels.evaluate_table(KINDS[kind](NUMBERS))
    [row] = [dict(zip(columns_of(found), row, strict=True)) for row in rows_of(found)]
    assert (row["cds"], row["student_group"], row["indicator"]) == (ALAMEDA, "EL", "Suspension Rate")
    assert row["status_number"] == "9.0"


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_levels_come_to_the_same_without_a_scan(
    kind: str, levels: LoadedRuleset, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_table = [rows_of(one) for one in levels.evaluate_table(KINDS[kind](NUMBERS), reasons=True)]
    monkeypatch.setattr(embedding, "_scanned", lambda *_, **__: None)
    assert [rows_of(one) for one in levels.evaluate_table(KINDS[kind](NUMBERS), reasons=True)] == by_table


@pytest.mark.parametrize("kind", KINDS)
def test_a_year_without_determinations_is_scanned_too(kind: str, ways: list[str]) -> None:
    suspended = rulelang.load("assistance/2021")
    table = TABLE.set_column(3, "year", arrow.array([2019] * len(ROWS)))
    found = suspended.evaluate_table(KINDS[kind](table))
    assert ways == ["scanned"]
    at = columns_of(found).index("determination")
    assert [row[at] for row in rows_of(found)] == ["suspended"] * 2


def test_a_relation_is_left_as_it_was(ruleset: LoadedRuleset) -> None:
    with duckdb.connect(":memory:") as connection:
        relation = connection.from_arrow(TABLE)
        found = ruleset.evaluate_table(relation)
        assert relation.fetchall() == [tuple(row) for row in ROWS]
        assert found.filter(f"cds = '{ALISAL}'").project("lea").fetchall() == [("Alisal Union",)]
