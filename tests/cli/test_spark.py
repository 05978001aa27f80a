"""`rulelang evaluate --engine spark` says what keeps it from judging; what it judges is tested in tests/table."""

from __future__ import annotations

import importlib
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from rulelang.cli import spark as command
from rulelang.cli.program import run
from rulelang.engine.table import spark_session
from rulelang.engine.table.spark_session import (
    DiskFullError,
    SparkFailedError,
    UnreadableParquetError,
    telling_failures,
)

NAME = "assistance/2025"
FOOTER = "An error occurred.\n: org.apache.spark.SparkException: [FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER] Encountered"


@pytest.fixture
def line(tmp_path: Path) -> list[str]:
    records = tmp_path / "records.parquet"
    records.touch()
    return ["evaluate", NAME, "--engine", "spark", "--records", str(records), "--out", str(tmp_path / "out")]


@pytest.fixture
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder in which a file stands for what Spark says, as long as it is of use."""
    folder = tmp_path / "logs"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setattr(spark_session, "has_java", lambda: True)
    return folder


def fails(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def raised(*_: object) -> None:
        raise error

    monkeypatch.setattr(spark_session, "session_here", lambda: None)
    monkeypatch.setattr(command, "_judged", raised)


def test_java_is_asked_for(
    line: list[str], logs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(spark_session, "has_java", lambda: False)
    assert run(line) == 1
    assert "[java-missing]" in capsys.readouterr().err
    assert not list(logs.iterdir())


def test_java_is_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PYSPARK_GATEWAY_PORT", "SPARK_REMOTE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert not spark_session.has_java()
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "java").touch()
    assert spark_session.has_java()
    monkeypatch.delenv("JAVA_HOME")
    monkeypatch.setenv("PATH", "")
    assert not spark_session.has_java()
    monkeypatch.setenv("SPARK_REMOTE", "sc://elsewhere")
    assert spark_session.has_java()


@pytest.mark.slow
@pytest.mark.parametrize(
    "error, said",
    [
        (UnreadableParquetError("/data/torn.parquet"), ["[broken-records]", "/data/torn.parquet"]),
        (UnreadableParquetError(""), ["[broken-records]", "records.parquet"]),
        (DiskFullError("No space left on device"), ["[unwritable-file]", "the disk is full"]),
    ],
)
def test_what_is_in_the_way_is_named(
    error: Exception,
    said: list[str],
    line: list[str],
    logs: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    fails(monkeypatch, error)
    assert run(line) == 1
    told = capsys.readouterr().err
    assert all(words in told for words in said), told
    assert not list(logs.iterdir())


def test_what_spark_said_is_kept_where_it_stops(
    line: list[str], logs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fails(monkeypatch, SparkFailedError("Java heap space"))
    assert run(line) == 1
    [kept] = logs.iterdir()
    told = "".join(capsys.readouterr().err.split())  # in one piece, wherever the lines were broken
    assert all(words in told for words in ("[spark-stopped]", "Javaheapspace", kept.name))


@pytest.mark.parametrize(
    "text, kind, said",
    [
        (
            f"{FOOTER} error while reading file file:/a/b. c.parquet. Could not read",
            UnreadableParquetError,
            "/a/b. c.parquet",
        ),
        ("[PATH_NOT_FOUND] Path does not exist: file:/a/b. SQLSTATE: 42K03", UnreadableParquetError, "/a/b"),
        ("[UNABLE_TO_INFER_SCHEMA] Unable to infer schema for Parquet.", UnreadableParquetError, ""),
        ("x\n: java.io.IOException: No space left on device\n\tat y", DiskFullError, "No space left on device"),
        ("x\n: java.lang.OutOfMemoryError: Java heap space\n\tat y", SparkFailedError, "Java heap space"),
        ("[DIVIDE_BY_ZERO] Division by zero. SQLSTATE: 22012", SparkFailedError, "Division by zero"),
        ("Answer from Java side is empty\nmore", SparkFailedError, "Answer from Java side is empty"),
    ],
)
def test_the_reason_is_found_in_what_spark_raises(
    text: str, kind: type[SparkFailedError], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in = SimpleNamespace(PySparkException=KeyError, Py4JError=RuntimeError)
    monkeypatch.setattr(importlib, "import_module", lambda _: stand_in)
    with pytest.raises(SparkFailedError) as caught, telling_failures():
        raise RuntimeError(text)
    assert (type(caught.value), str(caught.value)) == (kind, said)


@pytest.mark.parametrize(
    "option",
    [["--as-year", "2018"], ["--memory", "1GB"], ["--keep-going"], ["--format", "csv"], ["--lea", "Alisal"]],
    ids=lambda option: option[0],
)
def test_options_that_spark_does_not_heed_are_refused(
    option: list[str], line: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*line, *option]) == 2
    assert "writes Parquet: it takes no other data" in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    "option, said",
    [(["--recompute"], "not from plain records"), (["--data", "."], "cannot be combined with other data")],
    ids=["--recompute", "--data"],
)
def test_options_that_go_with_no_plain_records_are_refused(
    option: list[str], said: str, line: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*line, *option]) == 2
    assert said in " ".join(capsys.readouterr().err.split())
