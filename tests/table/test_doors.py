"""Every way in which plain records come in takes and refuses the same, and says it in the same words.

The table is made of doors, which are formats and libraries, and inputs, which are values in one row or whole tables.
"""

from __future__ import annotations

import csv
import datetime as dt
import decimal
import fractions
import functools
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import rulelang
from rulelang.analysis import statewide
from rulelang.analysis.embedding import data_in
from rulelang.analysis.statewide import determine_records, tables_from
from rulelang.data.cells import cell_text
from rulelang.data.records import read_records
from rulelang.data.workbooks import one_child
from rulelang.engine.steps import Prepared, prepare

np = pytest.importorskip("numpy", reason="NumPy is not installed")
duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
pd = pytest.importorskip("pandas", reason="pandas is not installed")
pl = pytest.importorskip("polars", reason="Polars is not installed")
pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
xlsxwriter = pytest.importorskip("xlsxwriter", reason="XlsxWriter is not installed")
xlwt = pytest.importorskip("xlwt", reason="xlwt is not installed")

COLUMNS = ("lea_code", "year", "student_group", "indicator", "level", "name", "county")
GOOD = ("27660350000000", "2023", "HI", "Math", "Orange", "Greenfield", "Monterey")
OTHERS = (
    ("27659610000000", "2023", "EL", "ELA", "Red", "Alisal", "Monterey"),
    ("27659610000000", "2023", "", "Basics", "Met", "Alisal", "Monterey"),
)

Row = Mapping[str, Any]
Table = Any
Seen = tuple[tuple[Any, ...], tuple[tuple[str, str], ...]]
"""What comes of records: the rows of results, and the codes and words of what was wrong."""


@functools.cache
def ruleset() -> rulelang.LoadedRuleset:
    return rulelang.load("assistance/2023")


@functools.cache
def prepared() -> Prepared:
    return prepare(ruleset().rules)


@functools.cache
def database() -> Table:
    """Return a connection for relations of DuckDB, each of which is made of what is `given` last."""
    return duckdb.connect()


def text_of(value: object) -> str:
    """Return a value as programs write it into text."""
    return "" if value is None else str(value)


@pytest.fixture(scope="module", autouse=True)
def _prepared_once() -> Iterator[None]:
    """Let one process read all workbooks of these tests, and prepare their ruleset once."""
    with one_child(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(statewide, "prepare", lambda rules: prepared() if rules is ruleset().rules else prepare(rules))
        yield


# ---- Doors ----


def of_file(path: Path, *, scan: bool = False) -> Seen:
    found = determine_records(ruleset().rules, path, scan=scan)
    rows = tuple(tuple(row) for table in found.tables for row in table.rows)
    return rows, tuple(sorted((one.code, one.message) for one in found.diagnostics))


def separated(delimiter: str, ending: str, *, scan: bool) -> Callable[[Sequence[Row], Path], Seen]:
    def door(rows: Sequence[Row], folder: Path) -> Seen:
        path = folder / f"records{ending}"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter=delimiter)
            writer.writerow(COLUMNS)
            writer.writerows([text_of(row[column]) for column in COLUMNS] for row in rows)
        return of_file(path, scan=scan)

    return door


def as_json(rows: Sequence[Row], folder: Path) -> Seen:
    path = folder / "records.json"
    path.write_text(json.dumps(rows, default=str), encoding="utf-8")
    return of_file(path)


def as_lines(rows: Sequence[Row], folder: Path) -> Seen:
    path = folder / "records.jsonl"
    path.write_text("\n".join(json.dumps(row, default=str) for row in rows), encoding="utf-8")
    return of_file(path)


def as_workbook(rows: Sequence[Row], folder: Path) -> Seen:
    path = folder / "records.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, cells in enumerate([COLUMNS, *([row[column] for column in COLUMNS] for row in rows)]):
            for at, cell in enumerate(cells):
                if isinstance(cell, bool):
                    sheet.write_boolean(number, at, cell)
                elif isinstance(cell, int | float) and math.isfinite(cell):
                    sheet.write_number(number, at, cell)
                else:
                    sheet.write_string(number, at, text_of(cell))
    return of_file(path)


def as_old_workbook(rows: Sequence[Row], folder: Path) -> Seen:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet1")
    for number, cells in enumerate([COLUMNS, *([row[column] for column in COLUMNS] for row in rows)]):
        for at, cell in enumerate(cells):
            if isinstance(cell, bool | int) or (isinstance(cell, float) and math.isfinite(cell)):
                sheet.write(number, at, cell)
            elif text_of(cell):
                sheet.write(number, at, text_of(cell))
    book.save(str(folder / "records.xls"))
    return of_file(folder / "records.xls")


def arrow_of(rows: Sequence[Row]) -> Table:
    """Return rows as an Arrow table; a column of several types holds texts, as a column of Arrow has only one."""
    columns = {}
    for column in COLUMNS:
        values = [row[column] for row in rows]
        is_text = len({type(value) for value in values if value is not None}) > 1
        columns[column] = [None if value is None else str(value) for value in values] if is_text else values
    return pa.table(columns)


def as_parquet(*, scan: bool) -> Callable[[Sequence[Row], Path], Seen]:
    def door(rows: Sequence[Row], folder: Path) -> Seen:
        parquet.write_table(arrow_of(rows), folder / "records.parquet")
        return of_file(folder / "records.parquet", scan=scan)

    return door


def of_table(table: Table) -> Seen:
    try:
        results = ruleset().evaluate_table(table, reasons=True)
    except rulelang.DataError as refused:
        return (), tuple(sorted((one.code, one.message) for one in refused.diagnostics))
    return tuple(row for one in results for row in _rows_of(one)), ()


def _rows_of(table: Table) -> list[tuple[Any, ...]]:
    if isinstance(table, duckdb.DuckDBPyRelation):
        return [tuple(row) for row in table.fetchall()]
    if isinstance(table, pl.DataFrame):
        return [tuple(row) for row in table.rows()]
    if isinstance(table, pd.DataFrame):
        return [tuple(row) for row in table.astype(object).where(table.notna(), None).to_numpy().tolist()]
    return [tuple(row.values()) for row in table.to_pylist()]


def as_relation(rows: Sequence[Row], _: Path) -> Seen:
    database().register("given", arrow_of(rows))
    return of_table(database().sql("SELECT * FROM given"))


def as_rows(rows: Sequence[Row], _: Path) -> Seen:
    data = ruleset().records(rows)
    tables = tables_from(prepared(), data.records)
    found = tuple(tuple(row) for table in tables for row in table.rows)
    return found, tuple(sorted((one.code, one.message) for one in data.diagnostics))


DOORS: dict[str, Callable[[Sequence[Row], Path], Seen]] = {
    "CSV scanned": separated(",", ".csv", scan=True),
    "CSV read": separated(",", ".csv", scan=False),
    "CSV with semicolons": separated(";", ".csv", scan=True),
    "TSV scanned": separated("\t", ".tsv", scan=True),
    "TSV read": separated("\t", ".tsv", scan=False),
    "JSON": as_json,
    "lines of JSON": as_lines,
    "Excel": as_workbook,
    "Excel of old": as_old_workbook,
    "Parquet scanned": as_parquet(scan=True),
    "Parquet read": as_parquet(scan=False),
    "Arrow": lambda rows, _: of_table(arrow_of(rows)),
    "pandas": lambda rows, _: of_table(pd.DataFrame([dict(row) for row in rows], columns=list(COLUMNS))),
    "Polars": lambda rows, _: of_table(pl.from_arrow(arrow_of(rows))),
    "DuckDB": as_relation,
    "dictionaries": as_rows,
}
RAISING = {"Arrow", "pandas", "Polars", "DuckDB"}
"""Doors that give no results where a row is refused."""

# ---- Inputs ----

CASES: dict[str, tuple[Mapping[str, Any], str | None]] = {
    "as it should be": ({}, None),
    "blanks around": (
        {"level": "  Orange ", "year": " 2023", "lea_code": " 27660350000000 ", "student_group": "HI "},
        None,
    ),
    "a blank that does not break": ({"level": "\u00a0Orange\u00a0"}, None),
    "other names": ({"indicator": "mathematics", "student_group": "Hispanic or LATINO", "level": "oRANGE"}, None),
    "a whole number for a year": ({"year": 2023}, None),
    "not rated": ({"level": "Not Rated"}, None),
    "nothing for a name": ({"name": None}, None),
    "a level that is blank": ({"level": ""}, "missing-record-value"),
    "a level of blanks": ({"level": " \t"}, "missing-record-value"),
    "a level that is none": ({"level": None}, "missing-record-value"),
    "a code that is blank": ({"lea_code": ""}, "missing-record-value"),
    "a year that is blank": ({"year": ""}, "missing-record-value"),
    "an indicator that is blank": ({"indicator": ""}, "missing-record-value"),
    "a group that is blank": ({"student_group": ""}, "record-needs-group"),
    "a group where none may be": ({"indicator": "Basics", "level": "Met"}, "record-needs-no-group"),
    "an error of a spreadsheet": ({"level": "#N/A"}, "unknown-record-word"),
    "a formula without a value": ({"level": "=VLOOKUP(A4,Old!A:E,5,0)"}, "unknown-record-word"),
    "an unknown level": ({"level": "Purple"}, "unknown-record-word"),
    "a level of another scale": ({"level": "Met"}, "unknown-record-word"),
    "a level that the year does not report": ({"year": "2022"}, "level-not-in-year"),
    "a level of an indicator that the year does not have": (
        {"year": "2022", "indicator": "College/Career", "level": "Very Low"},
        "level-not-in-year",
    ),
    "not rated where no level is reported": ({"year": "2022", "level": "not rated"}, None),
    "a group that the indicator is not reported for": ({"indicator": "ELPI"}, "impossible-fact"),
    "not rated for such a group": ({"indicator": "ELPI", "level": "not rated"}, None),
    "an unknown group": ({"student_group": "ZZ"}, "unknown-record-word"),
    "a group of other years": ({"student_group": "LTEL"}, "group-not-in-file-year"),
    "an unknown indicator": ({"indicator": "Foo"}, "unknown-record-word"),
    "an unknown year": ({"year": "2031"}, "unknown-record-word"),
    "a year with a separator": ({"year": "2,023"}, "unknown-record-word"),
    "a year with decimals": ({"year": "2023.0"}, "unknown-record-word"),
    "a year and a half": ({"year": "2023.5"}, "unknown-record-word"),
    "a code without its zeros": ({"lea_code": "1611190000000"}, "lost-leading-zeros"),
    "a code of 7 digits": ({"lea_code": "2766035"}, "short-lea-code"),
    "a code of 16 digits": ({"lea_code": "2766035000000000"}, "unknown-lea-code"),
    "a code with hyphens": ({"lea_code": "27-66035-0000000"}, "marked-lea-code"),
    "a code with blanks": ({"lea_code": "27 66035 0000000"}, "marked-lea-code"),
    "a code with an apostrophe": ({"lea_code": "'27660350000000"}, "marked-lea-code"),
    "a code as a formula": ({"lea_code": '="27660350000000"'}, "marked-lea-code"),
    "a code with decimals": ({"lea_code": "27660350000000.0"}, "marked-lea-code"),
    "a code that was rounded": ({"lea_code": "2.76604E+13"}, "rounded-lea-code"),
    "words for nothing": ({"level": "nan"}, "unknown-record-word"),
    "words for nothing in capitals": ({"level": "NULL"}, "unknown-record-word"),
    "None as a word": ({"level": "None"}, "unknown-record-word"),
    "infinity as a word": ({"level": "inf"}, "unknown-record-word"),
    "yes or no": ({"level": "True"}, "unknown-record-word"),
    "a date": ({"level": "2023-01-01"}, "unknown-record-word"),
    "a table in a cell": ({"level": '{"a": 1}'}, "unknown-record-word"),
    "a bell in a level": ({"level": "Oran\x07ge"}, "unknown-record-word"),
    "an escape in a name": ({"name": "Green\x1b[31mfield"}, None),
    "a line end in a name": ({"name": "Green\nfield"}, None),
    "a formula for a name": ({"name": "=1+1"}, None),
    "marks in a name": ({"name": 'The "Best", they say; a|b'}, None),
    "a comment for a name": ({"name": "#1 school"}, None),
    "letters of the world": ({"name": "Año Łódź 学校 😀"}, None),
    "a mark of the order of bytes in a level": ({"level": "\ufeffOrange"}, None),
    "a mark of the order of bytes in a name": ({"name": "Green\ufefffield", "county": "\ufeff"}, None),
    "a sign that turns writing round": ({"name": "Green\u202efield"}, None),
    "a code of nothing but zeros": ({"lea_code": "0" * 14}, None),
    "a suspended year": ({"year": "2020"}, None),
    "a group by its old code": ({"student_group": "TOM"}, None),
    "a group with a line end": ({"student_group": "Hispanic\nor Latino"}, None),
    "two blanks in a group": ({"student_group": "Hispanic  or Latino"}, None),
    "a form feed in a level": ({"level": "\x0cOrange\x0c"}, None),
    "the end of a paragraph in a name": ({"name": "Green\u2029field"}, None),
    "a next line in a name": ({"name": "Green\x85field"}, None),
    "a line end of a Mac in a name": ({"name": "Green\rfield"}, None),
    "nothing but quotation marks for a name": ({"name": '""'}, None),
    "one quotation mark in a name": ({"name": '5" Pipe'}, None),
    "a backslash at the end of a name": ({"name": "Green\\"}, None),
    "a path for a name": ({"name": "../../etc/passwd"}, None),
    "tags for a name": ({"name": "<script>alert(1)</script>"}, None),
    "braces for a name": ({"name": "{0.__class__} %s $HOME"}, None),
    "a quotation for a name": ({"name": "Robert'); DROP TABLE records;--"}, None),
    "a county that is unknown": ({"county": "Atlantis"}, None),
}


REFUSED: dict[str, dict[str, Mapping[str, Any]]] = {
    "unknown-record-word": {
        "a sign without width in a level": {"level": "Oran\u200bge"},
        "digits of Arabic for a year": {"year": "٢٠٢٣"},
        "a school year": {"year": "2022-23"},
        "a year of two digits": {"year": "23"},
        "a year with a letter": {"year": "2023f"},
        "a year with an exponent": {"year": "2.023e3"},
        "a year with a sign": {"year": "+2023"},
        "a year below zero": {"year": "-2023"},
        "a year of many digits": {"year": "2" * 400},
        "a year of hex": {"year": "0x7e7"},
        "a year with zeros before it": {"year": "002023"},
        "two groups": {"student_group": "EL; HI"},
        "all students": {"student_group": "ALL"},
        "a dash for a level": {"level": "-"},
        "a question mark for a level": {"level": "?"},
        "an asterisk for a level": {"level": "*"},
        "not applicable": {"level": "N/A"},
        "not applicable in short": {"level": "NA"},
        "NaN of pandas": {"level": "<NA>"},
        "an error of division": {"level": "#DIV/0!"},
        "an error of a name": {"level": "#NAME?"},
        "a reference that is lost": {"level": "#REF!"},
        "a code of a level": {"level": "1"},
        "a level in quotation marks": {"level": '"Orange"'},
        "a level in single ones": {"level": "'Orange'"},
        "two levels": {"level": "Red/Orange"},
        "a level with a full stop": {"level": "Orange."},
        "a level of Turkey": {"level": "VERY HİGH"},
        "a long s in a level": {"level": "Not Met for Two or More Yearſ"},
        "a level of many letters": {"level": "x" * 5_000},
        "a null sign in a level": {"level": "Oran\x00ge"},
        "a delete sign in a level": {"level": "Oran\x7fge"},
        "an indicator with its scale": {"indicator": "Math color"},
        "an indicator with quotation marks": {"indicator": "“Math”"},
    },
    "unknown-lea-code": {
        "a wide digit in a code": {"lea_code": "２７660350000000"},
        "a code in letters": {"lea_code": "2766035000000O"},
        "a code below zero": {"lea_code": "-27660350000000"},
    },
}
"""More values that are refused, by the code of the message."""
FIVE = 5
"""How many messages of a kind are shown in full."""


def fives() -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
    for code, cases in REFUSED.items():
        changes = list(cases.values())
        yield from ((code, changes[at : at + FIVE]) for at in range(0, len(changes), FIVE))


@pytest.mark.parametrize("case", CASES)
def test_a_value_means_the_same_at_every_door(case: str, tmp_path: Path) -> None:
    changes, code = CASES[case]
    rows = [dict(zip(COLUMNS, cells, strict=True)) for cells in (OTHERS[0], GOOD, OTHERS[1])]
    rows[1].update(changes)
    seen = {name: door(rows, tmp_path) for name, door in DOORS.items()}
    _, (expected, said) = next(iter(seen.items()))
    assert [one for one, _ in said] == ([code] if code else [])
    assert {name: found[1] for name, found in seen.items()} == dict.fromkeys(seen, said)
    results = {name: found[0] for name, found in seen.items() if not (code and name in RAISING)}
    assert results == dict.fromkeys(results, expected)


@pytest.mark.parametrize("code, changes", list(fives()))
def test_values_are_refused_in_the_same_words_at_every_door(
    code: str, changes: list[Mapping[str, Any]], tmp_path: Path
) -> None:
    rows = [dict(zip(COLUMNS, OTHERS[0], strict=True))]
    rows += [
        {**dict(zip(COLUMNS, GOOD, strict=True)), "lea_code": f"276603{at}0000000", **one}
        for at, one in enumerate(changes)
    ]
    seen = {name: door(rows, tmp_path)[1] for name, door in DOORS.items()}
    said = next(iter(seen.values()))
    assert [one for one, _ in said] == [code] * len(changes)
    assert seen == dict.fromkeys(seen, said)


TYPED: dict[str, tuple[Mapping[str, Any], str | None]] = {
    "a number for a code": ({"lea_code": 27660350000000}, None),
    "a number without its zeros": ({"lea_code": 1611190000000}, "lost-leading-zeros"),
    "a float for a year": ({"year": 2023.0}, None),
    "yes": ({"level": True}, "unknown-record-word"),
    "a number for a level": ({"level": 3}, "unknown-record-word"),
    "not a number": ({"level": math.nan}, "missing-record-value"),
    "infinity": ({"level": math.inf}, "unknown-record-word"),
    "a date": ({"level": dt.date(2023, 1, 1)}, "unknown-record-word"),
    "a decimal": ({"level": decimal.Decimal("1.50")}, "unknown-record-word"),
    "a list": ({"level": ["Red"]}, "unknown-record-word"),
    "a mapping": ({"level": {"a": "Red"}}, "unknown-record-word"),
}
TYPED_DOORS = (
    "JSON",
    "lines of JSON",
    "dictionaries",
    "pandas",
    "Arrow",
    "Polars",
    "DuckDB",
    "Parquet read",
    "Parquet scanned",
)


NOT_IN_JSON: dict[str, tuple[Mapping[str, Any], list[str]]] = {
    "a whole decimal for a year": ({"year": decimal.Decimal("2023.00")}, []),
    "a whole decimal for a code": ({"lea_code": decimal.Decimal("27660350000000.0")}, []),
    "bytes for a level": ({"level": b"Orange"}, []),
    "bytes of no text": ({"level": b"\xff\xfe"}, ["unknown-record-word"]),
}


@pytest.mark.parametrize("door", [door for door in TYPED_DOORS if "JSON" not in door])
@pytest.mark.parametrize("case", NOT_IN_JSON)
def test_a_value_that_json_lacks_is_taken_or_refused_at_every_other_door(case: str, door: str, tmp_path: Path) -> None:
    changes, codes = NOT_IN_JSON[case]
    assert [one for one, _ in DOORS[door](rows_of(changes), tmp_path)[1]] == codes


@pytest.mark.parametrize("door", TYPED_DOORS)
@pytest.mark.parametrize("case", TYPED)
def test_a_value_of_another_type_is_taken_or_refused_at_every_door(case: str, door: str, tmp_path: Path) -> None:
    changes, code = TYPED[case]
    rows = [{**dict(zip(COLUMNS, GOOD, strict=True)), **changes}]  # alone, so that its column is of its type
    if "JSON" in door and case == "infinity":
        code = "unknown-record-word"
    _, said = DOORS[door](rows, tmp_path)
    assert [one for one, _ in said] == ([code] if code else [])


def rows_of(*changes: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{**dict(zip(COLUMNS, GOOD, strict=True)), **one} for one in changes]


BLANK = dict.fromkeys(COLUMNS, "")

WHOLE: dict[str, tuple[list[dict[str, Any]], list[str]]] = {
    "a row twice": (rows_of({}, {}), ["duplicate-row"]),
    "a contradiction": (rows_of({}, {"level": "Blue"}), ["contradicting-row"]),
    "a contradiction the other way round": (rows_of({"level": "Blue"}, {}), ["contradicting-row"]),
    "a contradiction after a repetition": (
        rows_of({}, {}, {"level": "Blue"}),
        ["contradicting-row", "duplicate-row"],
    ),
    "two scales": (rows_of({}, {"level": "Low"}), []),
    "rows of blanks": (
        rows_of({}, BLANK, dict.fromkeys(COLUMNS, "\u00a0 "), {"level": "Low"}),
        [],
    ),
    "the header once more": (rows_of({}, {column: column for column in COLUMNS}), []),
    "not rated beside a level": (rows_of({"level": "not rated"}, {"level": "Low"}), ["contradicting-row"]),
}


@pytest.mark.parametrize("case", WHOLE)
def test_a_table_means_the_same_at_every_door(case: str, tmp_path: Path) -> None:
    rows, codes = WHOLE[case]
    seen = {name: door(rows, tmp_path) for name, door in DOORS.items()}
    expected = next(iter(seen.values()))
    assert {name: [one for one, _ in found[1]] for name, found in seen.items()} == dict.fromkeys(seen, codes)
    results = {name: found[0] for name, found in seen.items() if not (codes and name in RAISING)}
    assert results == dict.fromkeys(results, expected[0])


STRAIGHT: dict[str, Callable[[Sequence[Row]], object]] = {
    "dictionaries": lambda rows: rows,
    "dictionaries one by one": iter,
    "a data set": lambda rows: ruleset().records(rows),
    "records": lambda rows: ruleset().records(rows).records,
    "records one by one": lambda rows: iter(ruleset().records(rows).records),
    "Arrow": arrow_of,
    "pandas": lambda rows: pd.DataFrame([dict(row) for row in rows]),
    "Polars": lambda rows: pl.from_arrow(arrow_of(rows)),
    "DuckDB": lambda rows: duckdb.sql("SELECT * FROM given", connection=_connection(rows)),
}


def _connection(rows: Sequence[Row]) -> Table:
    connection = duckdb.connect()
    connection.register("given", arrow_of(rows))
    return connection


@pytest.mark.parametrize("door", STRAIGHT)
def test_rows_are_evaluated_straight(door: str) -> None:
    rows = [dict(zip(COLUMNS, cells, strict=True)) for cells in (*OTHERS, GOOD)]
    found = ruleset().evaluate(STRAIGHT[door](rows))
    assert [(one.record.code, one.outcome) for one in found] == [
        (one.record.code, one.outcome) for one in ruleset().evaluate(ruleset().records(rows).records)
    ]
    assert len(found) == 2


@pytest.mark.parametrize("door", ["dictionaries", "Arrow", "pandas", "Polars", "DuckDB"])
def test_what_is_wrong_with_rows_is_raised(door: str) -> None:
    rows = rows_of({"level": "Purple"})
    with pytest.raises(rulelang.DataError) as refused:
        ruleset().evaluate(STRAIGHT[door](rows))
    assert [one.code for one in refused.value.diagnostics] == ["unknown-record-word"]
    assert [one.code for one in ruleset().records(STRAIGHT[door](rows)).diagnostics] == ["unknown-record-word"]


@pytest.mark.parametrize("nothing", [None, math.nan, decimal.Decimal("NaN"), decimal.Decimal("sNaN"), pd.NA, pd.NaT])
def test_what_libraries_have_for_nothing_is_nothing(nothing: object) -> None:
    data = ruleset().records(rows_of({"name": nothing}, {"indicator": "ELA", "level": nothing}))
    assert [one.code for one in data.diagnostics] == ["missing-record-value"]
    assert data.records[0].name == ""


@pytest.mark.parametrize("year", [np.float32(2023), np.float64(2023), np.int64(2023), fractions.Fraction(2023)])
def test_a_number_of_a_library_is_a_number(year: object) -> None:
    data = ruleset().records(rows_of({"year": year, "name": bytearray(b"Alisal")}, {"year": decimal.Decimal("1e999")}))
    assert [one.code for one in data.diagnostics] == ["unknown-record-word"]
    assert ([*data.records[0].years], data.records[0].name) == ([2023], "Alisal")


@pytest.mark.parametrize("number", [np.float16(0.1), np.float32(31.3), np.float64(0.1), np.longdouble("0.1")])
def test_a_number_of_a_library_has_the_digits_that_it_is_written_with(number: object) -> None:
    assert cell_text(number) == str(number)


@pytest.mark.parametrize("kind", ["pandas", "polars", "arrow", "duckdb", "parquet"])
def test_columns_of_4_bytes_have_the_digits_that_they_are_written_with(kind: str, tmp_path: Path) -> None:
    """46.9 of 4 bytes is 46.90000152587890625, which nobody wrote."""
    frame = pd.DataFrame({"student_group": ["EL", "WH", "SED"], "value": np.array([46.9, 0.1, 30], dtype=np.float32)})
    frame = frame.assign(lea_code=GOOD[0], year=2023, indicator="ELA", number="distance from standard")
    vocabulary = rulelang.load("dashboard/2023").rules.vocabulary
    made = {"polars": pl.from_pandas, "arrow": pa.Table.from_pandas, "duckdb": duckdb.from_df}
    if kind == "parquet":
        frame.to_parquet(tmp_path / "records.parquet")
        data = read_records(vocabulary, tmp_path / "records.parquet")
    else:
        data = data_in(vocabulary, made.get(kind, lambda table: table)(frame))
    assert data.diagnostics == ()
    [record] = data.records
    found = [reading.level for of in record.years[2023].groups.values() for reading in of.values()]
    assert found == [Fraction("46.9"), Fraction("0.1"), Fraction(30)]


@pytest.mark.parametrize("rows", [[{}], [{}, {}]])
def test_a_row_of_no_columns_is_none(rows: list[Row], tmp_path: Path) -> None:
    assert [ruleset().records(rows).diagnostics, ruleset().records(rows).report.read] == [(), 0]
    (tmp_path / "a.json").write_text(json.dumps(rows))
    assert [one for one, _ in of_file(tmp_path / "a.json")[1]] == ["empty-data-file"]


def test_a_relation_whose_connection_is_closed_is_said() -> None:
    connection = duckdb.connect()
    relation = connection.sql("SELECT 1 as lea_code")
    connection.close()
    with pytest.raises(rulelang.DataError, match="cannot be read to its end"):
        ruleset().records(relation)


@pytest.mark.parametrize("column", ["level", "since"])
def test_a_column_that_no_library_reads_is_named(column: str) -> None:
    table = pd.DataFrame(rows_of({})).assign(**{column: pd.period_range("2023", periods=1, freq="Y")})
    with pytest.raises(rulelang.DataError) as refused:
        ruleset().records(table)
    assert f"the column `{column}`" in refused.value.diagnostics[0].message


@pytest.mark.parametrize("kind", ["Arrow", "pandas", "stream"])
def test_a_table_with_two_columns_of_a_name_is_refused(kind: str) -> None:
    arrow = arrow_of(rows_of({}))
    twice = arrow.append_column("Level", pa.array(["Blue"]))
    table = {"Arrow": twice, "pandas": twice.to_pandas(), "stream": twice.to_reader()}[kind]
    with pytest.raises(rulelang.DataError) as refused:
        ruleset().evaluate_table(table)
    assert [one.code for one in refused.value.diagnostics] == ["repeated-column"]


@pytest.mark.parametrize("given", ["records.csv", 5, None, {"lea_code": "1"}, b"x"])
def test_what_is_no_rows_is_said(given: object) -> None:
    for take in (ruleset().evaluate, ruleset().records):
        with pytest.raises(rulelang.DataError) as refused:
            take(given)
        assert [one.code for one in refused.value.diagnostics] == ["not-a-table"]
