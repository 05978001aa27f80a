"""A session of Spark, and the message if Spark does not start, or stops before it is done.

Spark is a program of its own, in Java, that writes much to standard error, most of it for administrators of clusters.
`quiet` sends that to a file, which is worth reading only if something went wrong.
"""

from __future__ import annotations

import importlib
import os
import re
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final

Session = Any

STANDARD_ERROR: Final = 2
_ALREADY_RUNNING: Final = ("PYSPARK_GATEWAY_PORT", "SPARK_REMOTE")
"""Environment variables of a Spark that runs already: `spark-submit` started it, or it is on another machine."""

_UNREADABLE = re.compile(r"\[(?:FAILED_READ_FILE|PATH_NOT_FOUND|UNABLE_TO_INFER_SCHEMA)\b")
_FILE = re.compile(r"(?:reading file|does not exist:) *(?:file:/{0,2}(?=/))?(.+?)\.(?:\s+[A-Z]|\s*$)")
_FULL: Final = "No space left on device"
_REASON = re.compile(r"\[[A-Z][A-Z_.0-9]+\] (.+)|java\.[\w.]+(?:Exception|Error): (.+)")


class SparkFailedError(RuntimeError):
    """Spark could not start, or stopped before it was done; its text is Spark's reason, on one line."""


class UnreadableParquetError(SparkFailedError):
    """Spark cannot read a file or folder; its text is the path, empty if Spark names none."""


class DiskFullError(SparkFailedError):
    """Spark ran out of room on a disk."""


def has_java() -> bool:
    """Return whether Spark can be started: Java is installed, or Spark runs already."""
    home = os.environ.get("JAVA_HOME")
    known = (Path(home) / "bin" / "java").exists() if home else shutil.which("java") is not None
    return known or any(name in os.environ for name in _ALREADY_RUNNING)


def session_here() -> Session:
    """Return the session of Spark that `spark-submit` set up, or one on all the processors of this machine.

    Raises ImportError if pyspark is not installed, and SparkFailedError if Spark does not start.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of pandas, which nothing here uses
        spark = importlib.import_module("pyspark.sql")
        with telling_failures():
            return spark.SparkSession.builder.appName("rulelang").getOrCreate()


@contextmanager
def quiet(log: BinaryIO) -> Iterator[None]:
    """Send standard error to a file; a Spark that is started meanwhile goes on writing there."""
    kept = os.dup(STANDARD_ERROR)
    os.dup2(log.fileno(), STANDARD_ERROR)
    try:
        yield
    finally:
        os.dup2(kept, STANDARD_ERROR)
        os.close(kept)


@contextmanager
def telling_failures() -> Iterator[None]:
    """Raise SparkFailedError, or the matching kind of it, for the exceptions of Spark and its bridge to Java."""
    spark = importlib.import_module("pyspark.errors").PySparkException
    bridge = importlib.import_module("py4j.protocol").Py4JError
    try:
        yield
    except (spark, bridge) as failed:
        raise _failure(str(failed)) from failed


def _failure(text: str) -> SparkFailedError:
    if _FULL in text:
        return DiskFullError(_FULL)
    if _UNREADABLE.search(text):
        file = _FILE.search(text)
        return UnreadableParquetError(file[1] if file else "")
    return SparkFailedError(_reason(text))


def _reason(text: str) -> str:
    """Return the first reason that Spark gives, without codes and without locations in its program."""
    found = _REASON.search(text)
    said = (found[1] or found[2]) if found else text.strip().partition("\n")[0]
    return said.partition(" SQLSTATE:")[0].strip().rstrip(".")
