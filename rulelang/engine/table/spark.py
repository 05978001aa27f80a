"""The rules on Spark: plain records in Parquet, of any size, evaluated by the views of `export`.

The records are those of `data.records`, a row for each LEA, year, student group and indicator. They are put into the
vocabulary's own words by joining them with all the words there are. What is in none of these words stops the run: a
row is never left out in silence.
"""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from attrs import frozen
from sqlglot import exp

from rulelang.core.record_words import NOT_RATED, folded, words_of
from rulelang.core.vocabulary import Indicator, Scope, Vocabulary
from rulelang.engine.steps import Prepared
from rulelang.engine.table.export import Statement, script_of
from rulelang.engine.table.facts import INPUT_TABLES, INTEGER, NOT_RATED_TEXT, NUMBER, TEXT, unsupported
from rulelang.engine.table.result_views import DETERMINATIONS, LEVELS, PRIORITIES
from rulelang.engine.table.spark_session import Session, telling_failures

Frame = Any
SparkColumn = Any
RESULTS: Final = (DETERMINATIONS, PRIORITIES, LEVELS)
"""The views that are results of a run, as far as the ruleset has them."""

DIALECT: Final = "spark"
HEX_DIGITS: Final = 15
"""How many digits of each row's hash make its number in a checksum."""

READING: Final = {
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
    "spark.sql.sources.parallelPartitionDiscovery.parallelism": "64",
    "spark.sql.files.openCostInBytes": str(64 * 1024),
}
"""Settings while records are read: the code in a folder's name keeps its leading zeros; and the folders are looked
through, and their small files read, by a few tasks, where Spark would have one for each LEA or for each thirty."""

OPTIONAL: Final = ("student_group", "level", "number", "value", "scale", "kind")
CODE_COLUMNS: Final = ("lea_code", "cds")
COLUMNS: Final = (*CODE_COLUMNS, "year", "indicator", *OPTIONAL)


class UnknownRecordsError(ValueError):
    """Records with unknown words, duplicates, or without a column; its text says which."""


@frozen
class SparkResults:
    """The results of a run by the name of their view, as frames of Spark."""

    frames: Mapping[str, Frame]

    def write(self, folder: str) -> None:
        """Write each result as a folder of Parquet files in a folder that holds no result yet.

        Raises SparkFailedError if Spark cannot write them.
        """
        with telling_failures():
            for name, frame in self.frames.items():
                frame.write.parquet(f"{folder}/{name}")

    def checksums(self) -> dict[str, tuple[int, int]]:
        """Return the number of rows and the checksum of each result."""
        with telling_failures():
            return {name: checksum(frame) for name, frame in self.frames.items()}


def judge_parquet(session: Session, prepared: Prepared, path: str) -> SparkResults:
    """Return the results of the rules for plain records in Parquet: a file, a folder or a pattern that Spark can read.

    Raises UnknownRecordsError if a record is not understood, UnsupportedRulesError if the rules have no form in
    SQL, and SparkFailedError if Spark cannot read a file (UnreadableParquetError) or stops before it is done. The
    input tables and the views become temporary views of the session.
    """
    if prepared.relates:
        unsupported("conditions or numbers of other entities, which are not related to one another on Spark")
    script = script_of(prepared.ruleset, DIALECT)
    with telling_failures():
        with _set(session, READING):
            tables = tables_of_records(session, prepared.ruleset.vocabulary, session.read.parquet(path))
        for name, frame in tables.items():
            frame.createOrReplaceTempView(name)
        for statement in script.statements:
            if statement.is_view:  # made of a frame, or Spark would read the text again wherever the view is read
                frame = session.sql(statement.tree.expression.sql(DIALECT))
                (frame.localCheckpoint() if _is_deep(statement) else frame).createOrReplaceTempView(statement.name)
        return SparkResults({name: session.table(name) for name in script.results if name in RESULTS})


@contextmanager
def _set(session: Session, settings: Mapping[str, str]) -> Iterator[None]:
    before = {name: session.conf.get(name) for name in settings}
    try:
        for name, value in settings.items():
            session.conf.set(name, value)
        yield
    finally:
        for name, value in before.items():
            session.conf.set(name, value)


def _is_deep(statement: Statement) -> bool:
    """Return whether a view has layers: it is then computed once, or Spark would do so wherever it is read."""
    return isinstance(statement.tree.expression.args["from_"].this, exp.Subquery)


# ---- Checksums that do not depend on the order of rows ----


def checksum(frame: Frame) -> tuple[int, int]:
    """Return how many rows a frame has, and the sum of their hashes."""
    functions = importlib.import_module("pyspark.sql.functions")
    cells = [functions.coalesce(functions.col(name).cast("string"), functions.lit("")) for name in frame.columns]
    digest = functions.sha2(functions.concat_ws("\x1f", *cells), 256)
    number = functions.conv(functions.substring(digest, 1, HEX_DIGITS), 16, 10).cast("decimal(38,0)")
    rows, total = frame.agg(functions.count("*"), functions.sum(number)).first()
    return int(rows), int(total or 0)


# ---- From records to the input tables ----


def tables_of_records(session: Session, vocabulary: Vocabulary, records: Frame) -> dict[str, Frame]:
    """Return plain records as the input tables, each computed; UnknownRecordsError if one is not understood."""
    reading = _Reading(session, vocabulary)
    rows = reading.rows(records).persist()  # otherwise every check of them would read the files again
    try:
        return {name: frame.localCheckpoint() for name, frame in reading.tables(rows).items()}
    finally:
        rows.unpersist()


class _Reading:
    """Translates records to the words of a vocabulary."""

    def __init__(self, session: Session, vocabulary: Vocabulary) -> None:
        self.session = session
        self.vocabulary = vocabulary
        self.words = words_of(vocabulary)
        self.functions = importlib.import_module("pyspark.sql.functions")

    def rows(self, records: Frame) -> Frame:
        """Return the records with every column, and the names of student groups beside their codes."""
        return self._named_groups(self._complete(records))

    def tables(self, rows: Frame) -> dict[str, Frame]:
        """Return the input tables; UnknownRecordsError if a record is not understood."""
        f = self.functions
        rows = self._of_known_years_and_groups(rows)
        is_number = (f.col("number") != "") | (f.col("value") != "")
        levels = rows.where(~is_number).join(self._level_words(), ["indicator", "level", "scale"], "left")
        numbers = rows.where(is_number).join(self._number_words(), ["indicator", "number"], "left")
        cells = self._checked(levels, numbers)
        found = {name: self._empty(name) for name in INPUT_TABLES}
        return {**found, "leas": self._leas(rows), "cells": cells, "silences": self._silences(levels, numbers)}

    def _complete(self, records: Frame) -> Frame:
        """Return the records with every column, blank if it is missing, in lower case without surrounding spaces."""
        f = self.functions
        code = next((name for name in CODE_COLUMNS if name in records.columns), None)
        missing = [name for name in ("year", "indicator") if name not in records.columns]
        if code is None or missing:
            raise UnknownRecordsError(f"no column `{missing[0] if missing else CODE_COLUMNS[0]}`")
        facts = [name for name in records.columns if name in self.words.facts and name not in COLUMNS]
        if facts:
            raise UnknownRecordsError(
                f"a column `{facts[0]}`; on Spark, a fact has a row of its own, with its name under `number`"
            )
        return records.select(
            f.trim(f.col(code).cast("string")).alias("lea"),
            f.expr("try_cast(year AS INT)").alias("year"),
            *[self._word(records, name).alias(name) for name in ("indicator", *OPTIONAL)],
        )

    def _word(self, records: Frame, name: str) -> SparkColumn:
        f = self.functions
        if name not in records.columns:
            return f.lit("")
        return f.lower(f.trim(f.coalesce(f.col(name).cast("string"), f.lit(""))))

    def _named_groups(self, rows: Frame) -> Frame:
        named = self._frame("student_group string, named string", list(self.words.groups.items()))
        return rows.join(self.functions.broadcast(named), "student_group", "left")

    def _of_known_years_and_groups(self, rows: Frame) -> Frame:
        year = self.functions.col("year")
        known = [*self.vocabulary.years, *self.vocabulary.suspended]
        self._none(rows.where(year.isNull() | ~year.isin(known)), "of a year that the words know")
        lost = rows.where("student_group <> '' AND named IS NULL")
        self._none(lost, "with a student group that the words know")
        return rows.drop("student_group").withColumnRenamed("named", "student_group")

    def _checked(self, levels: Frame, numbers: Frame) -> Frame:
        """Return the cells of levels and numbers together, each understood and unique."""
        f = self.functions
        self._none(levels.where("cell_scale IS NULL"), "with an indicator and a level that the words know")
        self._none(numbers.where("cell_scale IS NULL"), "with a number that the words know")
        exact = f.expr("try_cast(value AS DECIMAL(18,3))")
        rough = f.expr("try_cast(value AS DECIMAL(38,18))")
        wrong = (f.col("value") != NOT_RATED_TEXT) & (exact.isNull() | (exact != rough))
        self._none(numbers.where(wrong), "with an exact number of at most 3 decimals")
        unrated = f.when(f.col("value") == NOT_RATED_TEXT, f.lit(NOT_RATED_TEXT))
        keys = ["lea", "year", "student_group", "named_indicator", "cell_scale"]
        cells = levels.select(*keys, "of_groups", "cell_level", f.lit(None).cast("decimal(18,3)").alias("number"))
        more = unrated.alias("cell_level"), exact.alias("number")
        cells = cells.unionByName(numbers.select(*keys, "of_groups", *more))
        misplaced = f.col("of_groups") != f.col("student_group").isNotNull()
        self._none(cells.where(misplaced), "with a student group where its indicator has them, and only there")
        self._none(cells.groupBy(*keys).count().where("count > 1"), "that stands there once")
        names = dict(zip(INPUT_TABLES["cells"], [*keys, "cell_level", "number"], strict=True))
        return cells.select(*[f.col(column).alias(name) for name, column in names.items()])

    def _leas(self, rows: Frame) -> Frame:
        f = self.functions
        kind = f.lit(None).cast("string")
        for one in reversed(self.vocabulary.kinds):
            pattern = "".join("[0-9]" if char == "?" else f"[{char}]" for char in one.code_pattern)
            kind = f.when(f.col("lea").rlike(f"^{pattern}$"), one.name).otherwise(kind)
        named = self._frame("kind string, said string", list(self.words.kinds.items()))
        found = rows.select("lea", "kind").distinct().join(f.broadcast(named), "kind", "left")
        self._none(found.where("kind <> '' AND said IS NULL"), "with a kind of LEA that the words know")
        leas = found.groupBy("lea").agg(f.max("said").alias("said"), f.countDistinct("said").alias("kinds"))
        leas = leas.select("lea", f.coalesce("said", kind).alias("kind"), "kinds")
        self._none(leas.where("kind IS NULL OR kinds > 1"), "with the code of one kind of LEA")
        return leas.select("lea", "kind")

    def _silences(self, levels: Frame, numbers: Frame) -> Frame:
        """Return the indicators on which silence means not rated: those of a kind that the LEA has rows of."""
        kinds = ["lea", "year", "indicator_kind"]
        there = levels.select(*kinds).union(numbers.select(*kinds)).distinct()
        named = levels.select("year", "indicator_kind", self.functions.col("named_indicator").alias("indicator"))
        unreported = [
            (year, one.kind, one.name)
            for year in (*self.vocabulary.years, *self.vocabulary.suspended)
            for one in self.vocabulary.indicators
            if one.scales and not one.reported_in(year)
        ]
        never = self._frame("year int, indicator_kind string, indicator string", unreported)
        covered = named.union(never).distinct()
        return there.join(covered, ["year", "indicator_kind"]).select("lea", "year", "indicator")

    # ---- All the words there are ----

    def _level_words(self) -> Frame:
        columns = "indicator string, level string, scale string, cell_level string"
        rows = [(word, *row, *_about(one)) for word, one in self.words.indicators.items() for row in self._levels(one)]
        return self._words(columns, rows)

    def _levels(self, indicator: Indicator) -> Iterator[tuple[str, str, str, str]]:
        """Yield every way to write a level of an indicator: level and scale as written, the level, and the scale."""
        levels = [(scale, *one) for scale in indicator.scales for one in self.words.levels[scale].items()]
        counts = Counter(said for _, said, _ in levels)
        unrated = [(scale, NOT_RATED, NOT_RATED_TEXT) for scale in indicator.scales]
        for scale, said, level in [*levels, *unrated]:
            yield said, folded(scale), level, scale
            if counts[said] <= 1:
                yield said, "", level, scale

    def _number_words(self) -> Frame:
        columns = "indicator string, number string"
        return self._words(columns, list(self._numbers()))

    def _numbers(self) -> Iterator[tuple[object, ...]]:
        about = {"": ("", "", False), **{word: _about(one) for word, one in self.words.indicators.items()}}
        for word, more in about.items():
            for spelled, (full, _) in self.words.numbers[more[0]].items():
                yield word, spelled, full, *more

    def _words(self, columns: str, rows: Sequence[tuple[object, ...]]) -> Frame:
        more = "cell_scale string, named_indicator string, indicator_kind string, of_groups boolean"
        return self.functions.broadcast(self._frame(f"{columns}, {more}", list(dict.fromkeys(rows))))

    def _empty(self, table: str) -> Frame:
        kinds = {TEXT: "string", INTEGER: "int", NUMBER: "decimal(18,3)"}
        columns = (f"{name} {kinds.get(of, 'boolean')}" for name, of in INPUT_TABLES[table].items())
        return self._frame(", ".join(columns), [])

    def _frame(self, schema: str, rows: Sequence[tuple[object, ...]]) -> Frame:
        return self.session.createDataFrame(list(rows), schema)

    def _none(self, rows: Frame, wanted: str) -> None:
        """Stop if there is a row that is not as it should be."""
        found = rows.limit(1).collect()
        if found:
            said = ", ".join(f"{name} {value}" for name, value in found[0].asDict().items() if value not in (None, ""))
            raise UnknownRecordsError(f"a record that is not one {wanted}: {said}")


def _about(indicator: Indicator) -> tuple[str, str, bool]:
    return indicator.name, indicator.kind, indicator.scope is Scope.GROUP
