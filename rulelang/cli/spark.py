"""`rulelang evaluate --engine spark`: plain records in Parquet, evaluated on Spark, and results in Parquet."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from attrs import frozen

from rulelang.analysis.loading import loaded
from rulelang.cli.progress import working
from rulelang.cli.rule_errors import warn_of_errors
from rulelang.core.ruleset import Ruleset
from rulelang.data.aside import aside
from rulelang.data.libraries import needed
from rulelang.data.report import DataError
from rulelang.data.write import unwritable
from rulelang.diagnostics.catalogue import records as say_record
from rulelang.diagnostics.catalogue import run as say
from rulelang.diagnostics.catalogue.quote import count
from rulelang.engine.steps import prepare

if TYPE_CHECKING:
    from rulelang.engine.table.spark import SparkResults
    from rulelang.engine.table.spark_session import Session

PURPOSE: Final = "evaluate on Spark"
"""What the libraries of this module are needed for."""


def on_spark(ruleset: str, records: Path | None, out: Path, *, replace: bool, others: bool) -> int:
    """Judge the records on Spark, write a folder of Parquet files for each result, and return the exit code.

    Raises DataError if the records or the results are of no use, or Spark is not.
    """
    if records is None or others:
        raise click.UsageError(
            "`--engine spark` evaluates all plain records of `--records` and writes Parquet: it takes no other data,"
            " no choice of LEAs, no other format, and none of `--as-year`, `--memory`, and `--keep-going`"
        )
    rules = loaded(ruleset)
    warn_of_errors(ruleset)
    with needed(PURPOSE):
        from rulelang.engine.table.spark import RESULTS
    existing = [path for name in RESULTS if (path := out / name).exists()]
    if existing and not replace:
        raise DataError(say.file_exists(str(existing[0])))
    with _log() as log:
        session = _session(log)
        with _reporting_failures(ruleset, records, out, log):
            with working("evaluating the records on Spark"):
                found = _judged(session, rules, records)
                checksums = found.checksums()
            with working("writing the results"):
                _write(found, out)
    click.echo(f"{rules.name}\n")
    for name, (rows, checksum) in checksums.items():
        click.echo(f"Written: {out / name}, {count(rows, 'row')}, checksum {checksum}")
    return 0


# ---- Spark, and what it says ----


@frozen
class _Log:
    """The file that what Spark says goes to; with RULELANG_DEBUG=1 it goes on to standard error."""

    path: Path
    shown: bool


@contextmanager
def _log() -> Iterator[_Log]:
    """Give a file that is removed after, but where a message names it."""
    handle, name = tempfile.mkstemp(".log", "rulelang-spark-")
    os.close(handle)
    path, is_named = Path(name), False
    try:
        yield _Log(path, os.environ.get("RULELANG_DEBUG") == "1")
    except DataError as error:
        is_named = any(name in (diagnostic.help or "") for diagnostic in error.diagnostics)
        raise
    finally:
        if not is_named:
            with suppress(OSError):
                path.unlink()


def _session(log: _Log) -> Session:
    from rulelang.engine.table.spark_session import SparkFailedError, has_java, quiet, session_here

    if not has_java():
        raise DataError(say.java_missing())
    try:
        with needed(PURPOSE), log.path.open("wb") as file, nullcontext() if log.shown else quiet(file):
            return session_here()
    except SparkFailedError as failed:
        raise DataError(say.spark_stopped(str(failed), str(log.path))) from failed


@contextmanager
def _reporting_failures(ruleset: str, records: Path, out: Path, log: _Log) -> Iterator[None]:
    """Raise DataError if the records cannot be evaluated or the results cannot be written."""
    from rulelang.engine.table import spark_session as stopped
    from rulelang.engine.table.facts import UnsupportedRulesError
    from rulelang.engine.table.spark import UnknownRecordsError

    try:
        yield
    except UnsupportedRulesError as refused:
        raise DataError(say.not_in_sql(ruleset, str(refused))) from refused
    except UnknownRecordsError as refused:
        raise DataError(say.records_not_understood(str(records), str(refused))) from refused
    except stopped.UnreadableParquetError as failed:
        raise DataError(say_record.broken_records(str(failed) or str(records), "Parquet")) from failed
    except stopped.DiskFullError as failed:
        raise DataError(say_record.unwritable_file(str(out), is_full=True)) from failed
    except stopped.SparkFailedError as failed:
        raise DataError(say.spark_stopped(str(failed), str(log.path))) from failed
    except OSError as failed:
        raise unwritable(out, failed) from failed


# ---- Judging and writing ----


def _judged(session: Session, rules: Ruleset, records: Path) -> SparkResults:
    from rulelang.engine.table.spark import judge_parquet

    return judge_parquet(session, prepare(rules), _address(records))


def _write(found: SparkResults, out: Path) -> None:
    """Write the results aside, and put them in their place when all of them are there."""
    out.mkdir(parents=True, exist_ok=True)
    with aside(out) as made:
        found.write(_address(made))
        for name in found.frames:
            if (out / name).exists():
                (out / name).rename(made / f"{name} of before")
            (made / name).rename(out / name)


def _address(path: Path) -> str:
    """Return a path of this machine as Spark wants it, which may have another place for files by default."""
    return f"file:///{path.absolute().as_posix().lstrip('/')}"
