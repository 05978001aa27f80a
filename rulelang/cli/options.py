"""The arguments and options that several commands share, each declared once."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from rulelang.cli import completing
from rulelang.cli.settings import FILE as SETTINGS_FILE
from rulelang.cli.settings import FORMAT, PARAMETERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rulelang.analysis.gather import Sources
    from rulelang.analysis.result_tables import ResultTable


class Existing(click.Path):
    """A file or folder that has to be there; a path that leads nowhere is answered with one that is near it."""

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> str | bytes | os.PathLike[str]:
        """Return the path; wrong usage, with the path that may have been meant, where nothing is there."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter as wrong:
            from rulelang.compiler.near_paths import near_path

            path = Path(value)
            near = None if path.exists() else near_path(path, self._is_wanted)
            if near is None:
                raise
            message = f"{wrong.message} Did you mean '{near}'?"
            raise click.BadParameter(message, ctx, param) from None

    def _is_wanted(self, path: Path) -> bool:
        return path.is_dir() if self.dir_okay and not self.file_okay else self.dir_okay or not path.is_dir()


class TableFormat(click.Choice):  # type: ignore[type-arg]  # click 8.1 has no argument
    """A format of tables: one of rulelang's own, or one that another installed package writes."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the format; wrong usage where nothing writes it."""
        from rulelang.plugins import WRITERS, plugin_names

        others = plugin_names(WRITERS) if value not in self.choices else []
        return str(click.Choice([*self.choices, *others]).convert(value, param, ctx))


TABLE_FILES = ("csv", "xlsx")
EXISTING = Existing(exists=True, path_type=Path)
EXISTING_FOLDER = Existing(exists=True, file_okay=False, path_type=Path)
EXISTING_FILE = Existing(exists=True, dir_okay=False, path_type=Path)


class OrFromSettings(click.Argument):
    """An argument that the settings may give where none is given, whichever version of click reads it."""

    def consume_value(self, ctx: click.Context, opts: Mapping[str, Any]) -> tuple[Any, ParameterSource]:
        """Return what was given, or else what the settings say."""
        given = opts.get(self.name or "")
        held = ctx.lookup_default(self.name or "")
        if isinstance(given, str) or given or held is None:
            return super().consume_value(ctx, opts)
        return ([held] if self.nargs == -1 and isinstance(held, str) else held), ParameterSource.DEFAULT_MAP


rulesets = click.argument(
    "rulesets",
    metavar="RULESET...",
    nargs=-1,
    required=True,
    cls=OrFromSettings,
    shell_complete=completing.rulesets,
)
ruleset = click.argument("ruleset", metavar="RULESET", cls=OrFromSettings, shell_complete=completing.rulesets)
_DATA_HELP = (
    "Folder of the files as the state publishes them, of one year or several, or one such file. May be given several"
    " times."
)
data = click.option("--data", "folders", metavar="PATH", type=EXISTING, multiple=True, help=_DATA_HELP)
needed_data = click.option(
    "--data", "folders", metavar="PATH", type=EXISTING, multiple=True, required=True, help=_DATA_HELP
)


def _one(_: click.Context, __: click.Parameter, given: tuple[Path, ...]) -> Path | None:
    """Return the one path that was given; wrong usage where there are more, as all but the last would be left out."""
    if len(given) > 1:
        message = "`--records` is given once: put several files into one folder, and give that"
        raise click.UsageError(message)
    return given[0] if given else None


records = click.option(
    "--records",
    metavar="PATH",
    multiple=True,
    callback=_one,
    type=Existing(exists=True, readable=False, path_type=Path),  # which file may not be read is said with the data
    help="Plain records in the place of the state's files: a CSV, TSV, JSON, Parquet or Excel file, or a folder of"
    " CSV, TSV or Parquet files, itself and not the folders in it. Given once.",
)
engine = click.option(
    "--engine",
    type=click.Choice(("record", "table", "spark")),
    help="What judges. `table` judges all LEAs at once in DuckDB, and is the default for plain records; what it does"
    " not understand goes to `record`, which judges one LEA after another, and is the default for the published files."
    " `spark` judges plain records in Parquet on Spark. All come to the same.",
)


def _memory(_: click.Context, __: click.Parameter, given: str | None) -> str | None:
    """Return an amount of memory as DuckDB reads it; wrong usage where it is none."""
    if given is not None and not re.fullmatch(r"\d{1,6}(\.\d{1,6})? ?[kmgt]i?b", given.strip(), re.IGNORECASE):
        message = f"`{given}` is no amount of memory that a machine has; write it like 500MB or 4GB"
        raise click.BadParameter(message)
    return given


memory = click.option(
    "--memory",
    metavar="AMOUNT",
    callback=_memory,
    help="How much memory judging plain records in DuckDB may take, such as 500MB or 4GB; what does not fit goes to the"
    " disk beside the results for as long as the run lasts. Four fifths of the machine's if nothing is said.",
)
published = click.option(
    "--published",
    metavar="FILE",
    type=EXISTING_FILE,
    multiple=True,
    help="A list that the state published, of any year, as a record of what student groups met and of what each LEA was"
    " called. May be given several times.",
)
group_counts = click.option(
    "--group-counts",
    metavar="FILE",
    type=EXISTING_FILE,
    multiple=True,
    help="How many student groups each LEA has, where no other file says: a table with the columns lea_code and"
    " student_groups. May be given several times.",
)
leas = click.option(
    "--lea",
    "leas",
    metavar="LEA",
    multiple=True,
    shell_complete=completing.leas,
    help="Only this LEA: its code, its first 7 digits, its name, or a part of its name that fits one. May be given"
    " several times.",
)
counties = click.option(
    "--county",
    "counties",
    metavar="NAME",
    multiple=True,
    shell_complete=completing.counties,
    help="Only LEAs of this county: its name, or the digits that codes of its LEAs begin with. May be given several"
    " times.",
)
as_year = click.option(
    "--as-year",
    type=int,
    metavar="YEAR",
    help="Ask the rules of the data of another year: they look back from that year, and results say so.",
)
recompute = click.option(
    "--recompute",
    is_flag=True,
    help="Leave the levels that stand in the files aside, and work them all out from the numbers in the files: counts"
    " of students, and rates or points as published where a rule reads those.",
)
keep_going = click.option(
    "--keep-going", is_flag=True, help="End with exit code 0 even if rows of the data had to be refused."
)

printed_as = click.option(
    "--format",
    "format_",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="How to print it: text for people, json for programs.",
)

tables_as = click.option(
    "--format",
    "format_",
    type=click.Choice(("text", "json", "csv", "xlsx")),
    default="text",
    show_default=True,
    help="How to show it: text for people and json for programs are printed, csv and xlsx are tables in files.",
)
tables_to = click.option(
    "--out",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the tables of `--format csv` and `--format xlsx`; it is made where there is none.",
)


def check_tables(format_: str, out: Path | None) -> None:
    """End with wrong usage where tables are to be written and no folder is given for them, or the other way round."""
    if (format_ in TABLE_FILES) is not (out is not None):
        message = "`--format csv` and `--format xlsx` write tables to the folder that `--out` names: give both"
        raise click.UsageError(message)


def write_tables(tables: Sequence[ResultTable], format_: str, out: Path | None) -> None:
    """Write tables as files of the format asked for, and print which; nothing where none are to be written."""
    if out is not None:
        from rulelang.cli.terminal import show_written
        from rulelang.data.write import write_table

        show_written([write_table(out / table.name, table.columns, table.rows, format_) for table in tables])


def sources(
    folders: tuple[Path, ...], published: tuple[Path, ...], group_counts: tuple[Path, ...], records: Path | None = None
) -> Sources:
    """Return where the data come from; wrong usage where there is neither a folder nor a list, or records beside."""
    from rulelang.analysis.gather import Sources

    say_settings()
    if records is not None and (folders or published or group_counts):
        message = "plain records (`--records`) stand in the place of all other data"
        raise click.UsageError(message)
    if records is None and not folders and not published:
        message = "give the state's files with `--data`, its lists with `--published`, or records with `--records`"
        raise click.UsageError(message)
    return Sources(folders, published, group_counts)


def is_given(name: str) -> bool:
    """Return whether somebody typed an option, though perhaps the value it has by default."""
    source = click.get_current_context().get_parameter_source(name)
    return source in (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT)


def say_settings() -> None:
    """Say on standard error what the settings gave, so that nothing comes from them in silence."""
    context = click.get_current_context()
    held = [name for name in context.params if context.get_parameter_source(name) is ParameterSource.DEFAULT_MAP]
    given = [setting for setting, named in PARAMETERS.items() if setting != FORMAT and set(named) & set(held)]
    if given:
        click.echo(f"From {SETTINGS_FILE}: {', '.join(given)}", err=True)


def check_beside_records(records: Path | None, memory: str | None, *, recompute: bool) -> None:
    """End with wrong usage where an option is given that says nothing of plain records, or of anything else."""
    if records is not None and recompute:
        message = "`--recompute` works levels out again from the state's files (`--data`), and not from plain records"
        raise click.UsageError(message)
    if records is None and memory is not None:
        message = "`--memory` says how much judging plain records (`--records`) may take, and nothing of other data"
        raise click.UsageError(message)
