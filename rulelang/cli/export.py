"""`rulelang export`: writes a ruleset in another language, or the tables of another one as rules."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rulelang.analysis.loading import loaded
from rulelang.cli import options
from rulelang.cli.rule_errors import warn_of_errors
from rulelang.cli.streams import write_rules
from rulelang.cli.terminal import show
from rulelang.compiler.load import load_ruleset
from rulelang.core.ruleset import Ruleset
from rulelang.data.libraries import needed
from rulelang.data.report import DataError
from rulelang.diagnostics.catalogue import run as say
from rulelang.diagnostics.catalogue.quote import count
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.dmn.feel import UnsupportedDmnError
from rulelang.dmn.read import read_tables, rule_text
from rulelang.dmn.write import decision_tables, dmn_text
from rulelang.whole_files import write_whole

if TYPE_CHECKING:
    from rulelang.engine.table.export import Script

LANGUAGES = ("sql", "dbt", "dmn", "rules")
IN_SQL = ("sql", "dbt")
DIALECTS = ("duckdb", "spark", "postgres", "bigquery", "snowflake", "tsql")
"""Those of `engine.table.dialects`, said here so that `--help` does not wait for sqlglot."""


@click.command("export")
@options.ruleset
@click.option("--to", type=click.Choice(LANGUAGES), required=True, help="Language to write it in.")
@click.option("--dialect", type=click.Choice(DIALECTS), help="Database that will run SQL.")
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="File to write to instead of standard output; for dbt, the folder of its models.",
)
@click.option("--force", is_flag=True, help="Replace the file if it already exists.")
def command(*, ruleset: str, to: str, dialect: str | None, out: Path | None, force: bool) -> int:
    """Write a ruleset as SQL: the tables it reads, a view for each step, and views of the results.

    The script quotes each rule and its citation as comments. With `--to dbt`, each view is a model. With `--to dmn`,
    the ruleset's tables are written as decision tables of DMN. With `--to rules`, RULESET is a file of DMN, and its
    decision tables are written as tables of rules.
    """
    if (to in IN_SQL) is not (dialect is not None):
        raise click.UsageError(
            "`--to sql` and `--to dbt` need `--dialect`, the database that will run it, and the others take none"
        )
    if out is None and to == "dbt":
        raise click.UsageError("models of dbt are several files: give their folder with `--out`")
    if out is not None and out.exists() and not force:
        raise DataError(say.file_exists(str(out)))
    if to == "rules":
        return _give(_rules_of(ruleset), out, "of rules")
    rules = loaded(ruleset)
    warn_of_errors(ruleset)
    if dialect is None:
        return _give(_decision_tables(rules, ruleset), out, "of dmn")
    script = _script(rules, ruleset, dialect)
    if to == "dbt" and out is not None:
        return _write_models(script, out)
    return _give(str(script), out, f"for {dialect}")


def _give(text: str, out: Path | None, what: str) -> int:
    """Write a text to a file, if one is given, or print it; return the exit code."""
    if out is None:
        write_rules(text)
    else:
        write_whole(out, text)
        click.echo(f"Written: {out}, {count(text.count(chr(10)), 'line')} {what}")
    return 0


def _write_models(script: Script, folder: Path) -> int:
    """Write the models of a script to a folder, and return the exit code."""
    from rulelang.engine.table.export import models_of

    folder.mkdir(parents=True, exist_ok=True)
    files = models_of(script)
    for name, text in files.items():
        write_whole(folder / name, text)
    click.echo(f"Written: {folder}, {count(len(files) - 1, 'model')} for dbt, in the SQL of {script.dialect}")
    return 0


def _decision_tables(rules: Ruleset, name: str) -> str:
    tables, others = decision_tables(rules)
    if not tables:
        raise DataError(say.no_tables(name, others))
    without = f", and without {count(others, 'table')} that DMN has no form for" if others else ""
    click.echo(f"{count(len(tables), 'decision table')}, without the conditions of rules{without}", err=True)
    return dmn_text(rules, tables)


def _rules_of(path: str) -> str:
    """Return the decision tables of a file as tables of rules; DataError if none of them can be read."""
    try:
        tables, refused = read_tables(Path(path).read_text(encoding="utf-8", errors="replace"))
    except UnsupportedDmnError as error:
        raise DataError(say.dmn_not_read(path, str(error))) from None
    found, wrong = [], [*refused.values()]
    for table in tables:
        try:
            found.append(rule_text(table))
        except UnsupportedDmnError as error:
            wrong.append(str(error))
    left_out = [say.dmn_not_read(path, reason) for reason in wrong]
    if not found:
        raise DataError(left_out[0])
    show(left_out, err=True)
    return "\n".join(found)


def _script(rules: Ruleset, name: str, dialect: str) -> Script:
    """Return the script; DataError if the rules cannot be written in SQL."""
    with needed("write SQL"):
        from rulelang.engine.table.export import script_of
        from rulelang.engine.table.facts import UnsupportedRulesError
    try:
        return script_of(rules, dialect, _other_years(rules))
    except UnsupportedRulesError as refused:
        raise DataError(say.not_in_sql(name, str(refused))) from None


def _other_years(rules: Ruleset) -> Iterator[Ruleset]:
    """Yield the rulesets of the other years that the rules look back on, for the words of their rules."""
    path = Path(rules.source)
    for year in sorted({year for year, _ in rules.definitions} - {rules.year}):
        found = path.with_name(f"{year}{path.suffix}")
        other = load_ruleset(found, Reporter()) if found.exists() else None
        if other is not None:
            yield other
