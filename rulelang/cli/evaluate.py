"""`rulelang evaluate`: applies the rules to every LEA in the data, and writes the results and the reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from attrs import frozen

from rulelang.analysis.asked import not_there
from rulelang.analysis.chaining import Chained
from rulelang.analysis.gather import Request, Sources
from rulelang.analysis.level_tables import has_table, table_name
from rulelang.analysis.provenance import Options, Run, options_of, write_run
from rulelang.analysis.result_tables import ResultTable
from rulelang.analysis.statewide import determine_records, only, places_in, tables_from
from rulelang.analysis.summary import Summary, Summing
from rulelang.analysis.wide_rows import WIDE
from rulelang.cli import options
from rulelang.cli.progress import progress_bar, working
from rulelang.cli.records import leas_from, watched
from rulelang.cli.rule_errors import rules_for, says_suspended
from rulelang.cli.spark import on_spark
from rulelang.cli.summary import show_identified, show_levels, show_summary
from rulelang.cli.terminal import show, show_line, show_table, show_written
from rulelang.core.how_many import called, how_many
from rulelang.core.ruleset import Ruleset
from rulelang.data.report import DataError, DataSet, ReadReport
from rulelang.data.results import files_of
from rulelang.data.scan import room_beside
from rulelang.diagnostics.catalogue import run as say
from rulelang.diagnostics.catalogue.quote import count
from rulelang.engine.result_plan import plan_of
from rulelang.engine.steps import prepare
from rulelang.version import VERSION

FORMATS = ("csv", "json", "parquet", "xlsx", "duckdb")
RESULTS = ("determinations", "reasons")


@click.command("evaluate")
@options.ruleset
@options.of_leas
@options.written_to("Folder to write the results to; created if needed. Without it, only the summary is printed.")
@options.format_of(
    FORMATS,
    "File format of the tables; duckdb is one database with all of them. Installed packages can add others.",
    default="csv",
    kind=options.TableFormat,
)
@click.option(
    "--wide",
    is_flag=True,
    help="Also write a wide table: a row for each LEA and student group, columns for each indicator with the counts"
    " behind its level, and a column for each priority.",
)
@click.option("--force", is_flag=True, help="Replace results that are already in the folder.")
@options.engine
@options.memory
@options.keep_going
def command(  # one argument for each option
    *,
    ruleset: str,
    request: Request,
    out: Path | None,
    format_: str,
    wide: bool,
    force: bool,
    engine: str | None,
    memory: str | None,
    keep_going: bool,
) -> int:
    """Apply the rules to every LEA in the data, print a summary, and write the results to a folder.

    The results are the determinations and the reasons or, for rules that work out performance levels, the levels. A
    record of the run, run.json, is written beside them; `rulelang verify` uses it to repeat the run.
    """
    records = request.sources.records
    _check_out(out, only_files=force or wide or engine == "spark")
    if engine == "spark" and out is not None:
        others = (request != Request(Sources(records=records)), memory, keep_going, wide)
        has_others = any(others) or (options.is_given("format_") and format_ != "parquet")
        return on_spark(ruleset, records, out, replace=force, others=has_others)
    if records is None and memory is not None:
        raise click.UsageError("`--memory` applies only to plain records (`--records`)")
    rules = rules_for(ruleset, request.as_year)
    says_suspended(rules)
    if out is not None and not force and (existing := _existing(rules, out, format_, wide=wide)):
        raise DataError(say.file_exists(str(existing[0])))
    asked = options_of(request, format_, wide=wide)
    if records is None:
        done = _of_files(rules, asked)
    else:
        done = _of_records(rules, asked, records, out, memory, scan=engine != "record")
    if not any(table.rows for table in done.tables):
        if done.complete and not done.data.has_errors:
            raise DataError(say.nothing_worked_out(rules.name, rules.entities))
        return 1
    written: Sequence[Path] = ()
    if out is not None:
        levels = done.chained.fingerprints() if done.chained is not None else ()
        run = Run(rules, ruleset, asked, done.data, done.tables, levels)
        with working("writing the results"):
            written = write_run(out, run, engine=VERSION, replace=force)
    _show(rules, done)
    show_written(written)
    return 0 if done.complete and (keep_going or not done.data.has_errors) else 1


def _check_out(out: Path | None, *, only_files: bool) -> None:
    """End with wrong usage where no folder is given, but an option that applies only to files."""
    if out is None and (only_files or options.is_given("format_")):
        raise click.UsageError(
            "`--format`, `--wide`, `--force`, and `--engine spark` apply to files: name their folder with `--out`"
        )


def _existing(rules: Ruleset, out: Path, format_: str, *, wide: bool) -> list[Path]:
    """Return the files of results that already exist in a folder."""
    tables = [] if rules.reports_levels else [*RESULTS]
    tables += [table_name(rules)] if has_table(rules) else []
    names = files_of([*tables, *([WIDE] if wide else [])], format_)
    return [path for name in names if (path := out / name).exists()]


@frozen
class _Done:
    """The tables of a run, the data they rest on, and whether all LEAs asked for were there.

    Of the state's files it has the counts to show, and the levels that were worked out.
    """

    tables: tuple[ResultTable, ...]
    data: DataSet
    complete: bool
    summary: Summary | None = None
    chained: Chained | None = None


def _of_files(rules: Ruleset, asked: Options) -> _Done:
    with progress_bar() as bar:
        found = leas_from(rules, asked.request, bar=bar, kept_counts=asked.wide)
        prepared, chosen = prepare(rules), found.chained.asked
        summing = None if rules.reports_levels else Summing(plan_of(prepared), chosen)
        records = watched(found.records, bar, "working out levels" if rules.reports_levels else "determining")
        tables = tables_from(prepared, records, wide=asked.wide, asked=chosen, summing=summing)
    summary = None if summing is None else summing.summary()
    return _Done(tables, found.data, found.complete, summary, found.chained)


def _of_records(
    rules: Ruleset, asked: Options, records: Path, out: Path | None, memory: str | None, *, scan: bool
) -> _Done:
    """Return the results of plain records, which are evaluated where they are, beside the results or elsewhere."""
    with TemporaryDirectory() as elsewhere:
        beside = out if out is not None else Path(elsewhere)
        with room_beside(beside, memory) as room, working("evaluating the records"):
            every = determine_records(rules, records, scan=scan, wide=asked.wide, room=room)
    done = only(every, asked.leas, asked.counties, rules.vocabulary)
    show(done.diagnostics, err=True)
    absent = list(not_there(places_in(every), asked.leas, asked.counties, rules.vocabulary))
    show(absent, err=True)
    return _Done(done.tables, done.data, complete=not absent)


def _show(rules: Ruleset, done: _Done) -> None:
    if done.summary is not None:
        show_summary(rules, done.summary)
    elif not rules.reports_levels:
        _show_determinations(rules, done.tables[0])
    if not rules.reports_levels:
        show_identified(rules, done.tables[0])
    if has_table(rules):
        show_levels(rules, done.tables)
    if done.chained is None:
        click.echo(f"Rows read: {done.data.report.read:,}, refused: {done.data.report.refused:,}")
        return
    for name, number in done.chained.worked_out().items():
        click.echo(f"Levels worked out by {name} instead of taken from the files: {number:,}")
    _show_rows(done.data.report)


def _show_determinations(rules: Ruleset, table: ResultTable) -> None:
    by_kind = Counter(map(str, table.column("kind")))
    click.echo(f"{rules.name}: {how_many(rules, by_kind)}\n")
    counts = Counter(map(str, table.column("determination")))
    show_table("By determination", ("determination", called(rules, by_kind)[1]), counts.items())


def _show_rows(report: ReadReport) -> None:
    ignored = sum(report.ignored.values())
    show_line(
        f"Rows read: {report.read:,}, used: {report.used:,}, ignored: {ignored:,}, refused: {report.refused:,};"
        f" from {count(len({file.path for file in report.files}), 'file')}"
    )
    for reason, number in report.ignored.items():
        show_line(f"  ignored {number:,}: {reason}")
