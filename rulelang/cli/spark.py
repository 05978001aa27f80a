"""`rulelang evaluate --engine spark`: plain records in Parquet, judged on Spark, and results in Parquet."""

from __future__ import annotations

from pathlib import Path

import click

from rulelang.cli.rule_errors import warn_of_errors
from rulelang.cli.terminal import count, show
from rulelang.diagnostics.catalogue import run as say
from rulelang.diagnostics.diagnostic import Diagnostic


def on_spark(ruleset: str, records: Path | None, out: Path, *, others: bool) -> int:
    """Judge the records on Spark, write a folder of Parquet files for each result, and return the exit code."""
    if records is None or others:
        message = (
            "`--engine spark` judges all plain records of `--records`: give it no other data and no choice of LEAs"
        )
        raise click.UsageError(message)
    import rulelang

    rules = rulelang.load(ruleset).rules
    warn_of_errors(ruleset)
    try:
        from rulelang.engine.table import spark

        session = spark.session_here()
    except ImportError as missing:
        return _refused(say.extra_missing(missing.name or "pyspark", "judge on Spark", "spark"))
    from rulelang.engine.record import prepare
    from rulelang.engine.table.names import UnsupportedRulesError

    standing = [path for name in spark.RESULTS if (path := out / name).exists()]
    if standing:
        show([say.results_exist(str(standing[0]))], err=True)
        return 2
    try:
        found = spark.judge_parquet(session, prepare(rules), str(records))
    except UnsupportedRulesError as refused:
        return _refused(say.not_in_sql(ruleset, str(refused)))
    except spark.UnknownRecordsError as refused:
        return _refused(say.records_not_understood(str(records), str(refused)))
    found.write(str(out))
    for name, (rows, checksum) in found.checksums().items():
        click.echo(f"Written: {out / name}, {count(rows, 'row')}, checksum {checksum}")
    return 0


def _refused(diagnostic: Diagnostic) -> int:
    show([diagnostic], err=True)
    return 1
