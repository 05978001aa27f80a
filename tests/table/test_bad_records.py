"""Files of records that are broken or oddly written: a scan and the reader come to the same, and neither to a half."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest

import rulelang
from rulelang.analysis.result_tables import DETERMINATION_COLUMNS
from rulelang.analysis.statewide import Statewide, determine_records
from rulelang.cli.program import run
from rulelang.core.ruleset import Ruleset

arrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
pytest.importorskip("duckdb", reason="DuckDB is not installed")
pytest.importorskip("sqlglot", reason="sqlglot is not installed")

NAMES = ("lea_code", "name", "county", "year", "student_group", "indicator", "level")
ROWS: Final = [
    (f"01{61000 + lea:05d}0000000", "Alameda Unified", "Alameda", 2023, group, indicator, level)
    for lea in range(40)
    for group, level in (("EL", "Red"), ("SWD", "Orange" if lea % 2 else "Blue"))
    for indicator in ("ELA", "Math", "Suspension Rate")
]
CELLS = arrow.table([list(column) for column in zip(*ROWS, strict=True)], names=list(NAMES))
LINES = [",".join(NAMES), *(",".join(map(str, row)) for row in ROWS)]
TEXT = ("\n".join(LINES) + "\n").encode()


@cache
def rules() -> Ruleset:
    return rulelang.load("assistance/2023").rules


def judged(path: Path, *, scan: bool) -> Statewide:
    return determine_records(rules(), path, scan=scan)


def codes(found: Statewide) -> set[str]:
    return {one.code for one in found.diagnostics}


def rows(found: Statewide) -> list[list[tuple[Any, ...]]]:
    return [[tuple(row) for row in table.rows] for table in found.tables if len(table.rows)]


def both(path: Path) -> Statewide:
    """Return what comes of a file, after making sure that it is the same however it is read."""
    scanned, read = judged(path, scan=True), judged(path, scan=False)
    assert codes(scanned) == codes(read)
    assert rows(scanned) == rows(read)
    return scanned


def written(folder: Path, table: Any, **options: object) -> bytes:  # noqa: ANN401 - a library without types
    path = folder / "written.parquet"
    parquet.write_table(table, path, **options)
    return path.read_bytes()


def named(folder: Path, content: bytes, ending: str) -> Path:
    path = folder / f"cells{ending}"
    path.write_bytes(content)
    return path


BROKEN: Mapping[str, tuple[str, bytes, str]] = {
    "nothing": (".parquet", b"", "empty-data-file"),
    "no Parquet": (".parquet", b"lea_code,year\n", "broken-records"),
    "only the mark": (".parquet", b"PAR1PAR1", "broken-records"),
    "no text": (".csv", b"", "empty-data-file"),
    "blank lines": (".csv", b"\n \n\n", "empty-data-file"),
    "a header": (".csv", TEXT.splitlines(keepends=True)[0], "header-only"),
    "a NUL": (".csv", TEXT.replace(b"Red", b"R\0d", 1), "unknown-record-word"),
    "NULs": (".csv", b"\0" * 500, "not-a-text-file"),
    "latin-1": (".csv", TEXT.replace(b"Alameda U", b"Alam\xe9da U", 1), "read-as-windows-1252"),
    "latin-1 in a level": (".csv", TEXT.replace(b"Red", b"R\xe9d", 1), "unreadable-cell"),
    "a packed file": (".csv", b"PK\x03\x04" + TEXT, "not-a-text-file"),
    "a web page": (".csv", b"\n<?xml version='1.0'?>\n<HTML><p>not found", "web-page-instead-of-data"),
    "no columns of records": (".csv", b"a,b\n1,2\n", "no-header-row"),
    "UTF-16": (".csv", TEXT.decode().encode("utf-16"), "file-in-utf-16"),
    "a cell too many": (".csv", TEXT.replace(b"Red\n", b"Red,x\n", 1), "ragged-row"),
    "a cell too few": (".csv", TEXT.replace(b",Red\n", b"\n", 1), "ragged-row"),
    "an open quotation mark": (".csv", TEXT.replace(b"Red\n", b'"Red\n', 1), "ragged-row"),
    "an open quotation mark at the end": (".csv", TEXT[: TEXT.rindex(b",")] + b',"Red', "truncated-file"),
    "two quoted texts in a cell": (".csv", TEXT.replace(b"Red", b'"Red" ""', 1), "unknown-record-word"),
    "a quoted cell of many letters": (".csv", TEXT.replace(b"Alameda", b'"A' + b"a" * 200_000 + b'"', 1), "ragged-row"),
    "a column twice": (".csv", TEXT.replace(b"county", b"name", 1), "repeated-column"),
    "a comment": (".csv", TEXT.replace(b"\n", b"\n# checked\n", 1), "ragged-row"),
    "a row without a code": (".csv", TEXT + LINES[1][LINES[1].index(",") :].encode() + b"\n", "missing-record-value"),
    "a row twice": (".csv", TEXT + LINES[1].encode() + b"\n", "duplicate-row"),
    "half a list": (".json", b'[{"lea_code": "0161', "broken-records"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_it_is_said_what_is_wrong(name: str, tmp_path: Path) -> None:
    ending, content, code = BROKEN[name]
    assert code in codes(both(named(tmp_path, content, ending)))


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["table", "record"])
@pytest.mark.parametrize("name", ["nothing", "no Parquet", "UTF-16", "a header", "NULs"])
@pytest.mark.parametrize("format_", ["csv", "duckdb"])
def test_the_command_ends_with_a_message_and_leaves_nothing(
    name: str, engine: str, format_: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ending, content, code = BROKEN[name]
    path, out = named(tmp_path, content, ending), tmp_path / "out"
    words = ["evaluate", "assistance/2023", "--records", str(path), "--out", str(out), "--format", format_]
    assert run([*words, "--engine", engine]) == 1
    assert f"error[{code}]" in capsys.readouterr().err
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


TYPES: Mapping[str, object] = {
    "fractions": 1.5,
    "decimals": Decimal("1.25"),
    "large numbers": 2**40,
    "numbers below zero": -1,
    "answers": True,
    "lists": [2023],
    "structs": {"int": 2023},
    "bytes": b"\xff\xfe",
    "days": dt.date(2023, 1, 1),
    "nothing": None,
}


@pytest.mark.parametrize("column", ["lea_code", "year", "student_group", "indicator", "level"])
@pytest.mark.parametrize("kind", TYPES)
def test_a_column_of_another_type_is_refused(kind: str, column: str, tmp_path: Path) -> None:
    at = NAMES.index(column)
    table = CELLS.set_column(at, column, arrow.array([TYPES[kind]] * len(ROWS)))
    found = both(named(tmp_path, written(tmp_path, table), ".parquet"))
    assert codes(found)
    at = DETERMINATION_COLUMNS.index("determination")
    assert {row[at] for row in found.tables[0].rows} <= {"cannot tell"}


@pytest.mark.parametrize("column", ["lea_code", "level"])
def test_text_that_is_no_utf_8_is_refused(column: str, tmp_path: Path) -> None:
    buffers = arrow.array([b"\xff\xfe"] * len(ROWS)).buffers()
    text = arrow.Array.from_buffers(arrow.string(), len(ROWS), buffers)
    table = CELLS.set_column(NAMES.index(column), column, text)
    assert codes(both(named(tmp_path, written(tmp_path, table), ".parquet"))) == {"broken-records"}


WAYS: Mapping[str, bytes] = {
    "a mark of UTF-8": b"\xef\xbb\xbf" + TEXT,
    "lines of Windows": TEXT.replace(b"\n", b"\r\n"),
    "lines of both": TEXT.replace(b"\n", b"\r\n", 5),
    "no end": TEXT[:-1],
    "semicolons": TEXT.replace(b",", b";"),
    "tabs": TEXT.replace(b",", b"\t"),
    "blank lines": TEXT.replace(b"\n", b"\n\n", 3),
    "blank lines first": b"\n\n" + TEXT,
    "spaces": TEXT.replace(b",Red", b", Red "),
    "quotation marks": b"\n".join(b'"' + line.replace(b",", b'","') + b'"' for line in TEXT.splitlines()),
    "a name with a comma": TEXT.replace(b"Alameda Unified", b'"Alameda, ""Unified"""'),
    "a name of two lines": TEXT.replace(b"Alameda Unified", b'"Alameda\nUnified"'),
    "a name with quotation marks inside": TEXT.replace(b"Alameda Unified", b'Alameda "Unified"'),
    "a name in single quotation marks": TEXT.replace(b"Alameda Unified", b"'Alameda'"),
    "a name between blanks": TEXT.replace(b"Alameda Unified", "\tAlameda Unified\N{NO-BREAK SPACE}".encode()),
    "a name like nothing": TEXT.replace(b"Alameda Unified", b"NULL"),
    "a name like a comment": TEXT.replace(b"Alameda Unified", b"#1"),
    "a title": b"Cells of 2023\n\n" + TEXT,
    "a title with its delimiters": b"Cells of 2023,,,,,,\n" + TEXT,
    "the delimiter above": b"sep=;\n" + TEXT.replace(b",", b";"),
    "bars": TEXT.replace(b",", b"|"),
    "latin-1 in the name of a column that nothing reads": TEXT.replace(b"county", b"r\xe9gion", 1),
    "a blank cell more": TEXT.replace(b"Red\n", b"Red,\n", 3),
    "blank cells more": TEXT.replace(b"Red\n", b"Red,,\n", 3),
    "blanks before quotation marks": TEXT.replace(b",Red", b', "Red"'),
    "blanks behind quotation marks": TEXT.replace(b",Red", b',"Red" '),
    "a note below": TEXT + b"Source: the county office\n",
    "a note below with delimiters": TEXT + b"Total: 240 rows,,,,,,\n",
    "the header once more": TEXT + TEXT[: TEXT.index(b"\n") + 1],
    "a cell of many letters": TEXT.replace(b"Alameda U", b"Alameda U" + b"u" * 200_000),
    "a header in capitals": TEXT.replace(b"lea_code", b"LEA Code"),
}


@pytest.mark.parametrize("way", WAYS)
def test_text_written_in_other_ways_is_read_alike(way: str, tmp_path: Path) -> None:
    found = both(named(tmp_path, WAYS[way], ".csv"))
    assert codes(found) == set()
    assert len(found.tables[0].rows) == 40


def damaged(random: Random, content: bytes) -> bytes:
    """Return a file with something in it flipped, overwritten, put in or cut off."""
    held, at = bytearray(content), random.randrange(4, len(content) - 8)
    match random.randrange(4):
        case 0:
            held[at] ^= 1 << random.randrange(8)
        case 1:
            held[at : at + 60] = random.randbytes(60)
        case 2:
            held[at:at] = b"xyz"
        case _:
            del held[at:]
    return bytes(held)


def contents(folder: Path) -> Iterable[tuple[str, bytes]]:
    """Yield files to be damaged, each with its ending."""
    for compression in ("snappy", "none", "zstd"):
        yield ".parquet", written(folder, CELLS, compression=compression, row_group_size=100)
    yield ".parquet", written(folder, CELLS, use_dictionary=False)
    yield ".csv", TEXT


@pytest.mark.slow
@pytest.mark.parametrize("scan", [True, False])
@pytest.mark.parametrize("seed", range(5))
def test_damage_is_said_or_did_not_matter(seed: int, scan: bool, tmp_path: Path) -> None:
    random = Random(seed)  # noqa: S311 - damage that can be done again
    for ending, content in contents(tmp_path):
        path = named(tmp_path, damaged(random, content), ending)
        found = judged(path, scan=scan)
        assert codes(found) or len(found.tables[0].rows)


def test_a_folder_may_hold_a_file_without_rows_but_not_only_such(tmp_path: Path) -> None:
    folder = tmp_path / "cells"
    folder.mkdir()
    for ending, empty, full in (
        (".parquet", written(tmp_path, CELLS.slice(0, 0)), written(tmp_path, CELLS)),
        (".csv", LINES[0].encode() + b"\n", TEXT),
    ):
        for name, content in ((f"a{ending}", empty), (f"b{ending}", full), (f"c{ending}", empty)):
            (folder / name).write_bytes(content)
        found = both(folder)
        assert len(found.tables[0].rows) == 40
        assert [(one.path.name, one.used) for one in found.data.report.files] == [
            (f"a{ending}", 0),
            (f"b{ending}", len(ROWS)),
            (f"c{ending}", 0),
        ]
        (folder / f"b{ending}").unlink()
        assert codes(both(folder)) <= {"empty-data-file", "header-only"}
        assert codes(both(folder))
        for left in folder.iterdir():
            left.unlink()


def test_a_row_that_another_file_has_is_said_with_that_file(tmp_path: Path) -> None:
    folder = tmp_path / "cells"
    folder.mkdir()
    (folder / "a.csv").write_bytes(TEXT)
    (folder / "b.csv").write_bytes("\n".join([LINES[0], LINES[5]]).encode())
    found = both(folder)
    assert codes(found) == {"duplicate-row"}
    assert "row 6 of a.csv" in found.diagnostics[0].message


@pytest.mark.parametrize(
    "name",
    [
        *("cells [2023].parquet", "what?.parquet", "all*.parquet", "it's.parquet", "a [b]/c.csv"),
        *("year=2022/c.csv", "year=2022/c.parquet", "level=Green/c.csv", "county=Kern/c.parquet"),
    ],
)
def test_a_name_is_no_pattern_of_names(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(TEXT if name.endswith(".csv") else written(tmp_path, CELLS))
    path.with_name("cells 2" + path.suffix).write_bytes(b"")
    found = judged(path, scan=True)
    assert found.scanned
    assert codes(found) == set()
    assert found.data.report.read == len(ROWS)
    assert rows(found) == rows(judged(path, scan=False))


def test_a_name_that_begins_like_the_home_folder_is_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, CELLS)
    (tmp_path / "~.parquet").write_bytes(written(tmp_path, CELLS))
    monkeypatch.chdir(tmp_path)
    assert codes(judged(Path("~.parquet"), scan=True)) == set()
