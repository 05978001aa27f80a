"""The arguments and options that several commands share, each declared once."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from attrs import frozen
from click.core import ParameterSource

from rulelang.cli import completing
from rulelang.cli.settings import FILE as SETTINGS_FILE
from rulelang.cli.settings import FORMAT, PARAMETERS
from rulelang.cli.streams import show_json
from rulelang.cli.terminal import show_written
from rulelang.diagnostics.arguments import UnknownNameError

if TYPE_CHECKING:
    from rulelang.analysis.gather import Request
    from rulelang.analysis.result_tables import ResultTable


Command = Callable[..., int]
"""A command, or what is to be one: it returns the exit code."""


class Existing(click.Path):
    """A file or folder that must exist; for a path that does not, the message names one that is near it."""

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
            raise click.BadParameter(f"{wrong.message} Did you mean '{near}'?", ctx, param) from None

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
    """An argument that the settings may give where none is typed, with any version of click."""

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
data = click.option(
    "--data",
    "folders",
    metavar="PATH",
    type=EXISTING,
    multiple=True,
    help="Folder with the files the state publishes, for one year or several, or one such file. Can be given several"
    " times.",
)


def _one(_: click.Context, __: click.Parameter, given: tuple[Path, ...]) -> Path | None:
    """Return the one path that was given; wrong usage where there are more, as all but the last would be left out."""
    if len(given) > 1:
        raise click.UsageError("give `--records` only once: put several files into one folder, and name the folder")
    return given[0] if given else None


records = click.option(
    "--records",
    metavar="PATH",
    multiple=True,
    callback=_one,
    type=Existing(exists=True, readable=False, path_type=Path),  # which file may not be read is said with the data
    help="Plain records instead of the state's files: a CSV, TSV, JSON, Parquet, or Excel file, or a folder of CSV,"
    " TSV, or Parquet files, without its subfolders. Can be given once.",
)
engine = click.option(
    "--engine",
    type=click.Choice(("record", "table", "spark")),
    help="How plain records are read: `table` (the default) scans them with DuckDB, and falls back to `record`, row"
    " by row, for what it cannot scan. `spark` evaluates records in Parquet on Spark. The results are the same.",
)


def _memory(_: click.Context, __: click.Parameter, given: str | None) -> str | None:
    """Return an amount of memory as DuckDB reads it; wrong usage if it is not one."""
    if given is not None and not re.fullmatch(r"\d{1,6}(\.\d{1,6})? ?[kmgt]i?b", given.strip(), re.IGNORECASE):
        raise click.BadParameter(f"`{given}` is not an amount of memory; write it like 500MB or 4GB")
    return given


memory = click.option(
    "--memory",
    metavar="AMOUNT",
    callback=_memory,
    help="How much memory DuckDB may use for plain records, such as 500MB or 4GB; what does not fit is kept on disk"
    " beside the results during the run. The default is four fifths of the machine's memory.",
)
published = click.option(
    "--published",
    metavar="FILE",
    type=EXISTING_FILE,
    multiple=True,
    help="A list the state published, of any year, used for what student groups met and what each LEA was identified"
    " for. Can be given several times.",
)
group_counts = click.option(
    "--group-counts",
    metavar="FILE",
    type=EXISTING_FILE,
    multiple=True,
    help="How many student groups each LEA has, if no other file says: a table with the columns lea_code and"
    " student_groups. Can be given several times.",
)


def _leas(start: str, *, required: bool = False) -> Callable[[Command], Command]:
    """Return the option of the LEAs asked for."""
    named = "its code, the first 7 digits, its name, or a unique part of its name. Can be given several times."
    return click.option(
        "--lea",
        "leas",
        metavar="LEA",
        multiple=True,
        required=required,
        shell_complete=completing.leas,
        help=f"{start}: {named}",
    )


leas = _leas("Only this LEA")
named_leas = _leas("The LEA", required=True)
counties = click.option(
    "--county",
    "counties",
    metavar="NAME",
    multiple=True,
    shell_complete=completing.counties,
    help="Only LEAs in this county: its name, or the first digits of its LEAs' codes. Can be given several times.",
)
as_year = click.option(
    "--as-year",
    type=int,
    metavar="YEAR",
    help="Apply the rules to the data of another year: they look back from that year, and the results say so.",
)
recompute = click.option(
    "--recompute",
    is_flag=True,
    help="Ignore the levels in the files and work them out from the numbers in the files: counts of students, and"
    " published rates or points where a rule reads those.",
)
keep_going = click.option("--keep-going", is_flag=True, help="Exit with code 0 even if rows of the data were refused.")


def format_of(
    choices: Sequence[str], help_: str, default: str = "text", kind: Callable[[Sequence[str]], Any] = click.Choice
) -> Callable[[Command], Command]:
    """Return the option of the format in which a command gives its results."""
    return click.option("--format", "format_", type=kind(choices), default=default, show_default=True, help=help_)


printed_as = format_of(("text", "json"), "Output format: text for people, json for programs.")
tables_as = format_of(
    ("text", "json", *TABLE_FILES),
    "Output format: text for people and json for programs are printed; csv and xlsx are written as files.",
)


def written_to(help_: str, *, required: bool = False) -> Callable[[Command], Command]:
    """Return the option of the folder that files are written to."""
    folder = click.Path(file_okay=False, path_type=Path)
    return click.option("--out", metavar="DIR", type=folder, required=required, help=help_)


tables_to = written_to("Folder for the files of `--format csv` and `--format xlsx`; created if needed.")


@contextmanager
def names_checked() -> Iterator[None]:
    """End with wrong usage where a name that was given does not exist."""
    try:
        yield
    except UnknownNameError as unknown:
        raise click.UsageError(str(unknown)) from None


@frozen
class Output:
    """How a command gives its results: printed as text or JSON, or as tables in files of a folder."""

    format: str
    out: Path | None

    @property
    def is_text(self) -> bool:
        """Return whether the results are printed for people."""
        return self.format == "text"

    def give(self, tables: Sequence[ResultTable], data: Callable[[], object] | None = None) -> None:
        """Print the tables as JSON, or other data in their place, or write them as files; nothing of these for text."""
        if self.format == "json":
            show_json(data() if data is not None else as_data(tables))
        if self.out is not None:
            from rulelang.data.write import write_table

            show_written([write_table(self.out / one.name, one.columns, one.rows, self.format) for one in tables])


def as_data(tables: Iterable[ResultTable]) -> dict[str, object]:
    """Return tables as data that JSON can hold: by name, each row with its cells by column."""
    return {one.name: one.shown() for one in tables}


def gives_tables(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command the options of how its tables are printed or written, as its `output`.

    Wrong usage where tables are to be written and no folder is given for them, or the other way round.
    """

    @wraps(command)
    def with_output(*args: object, format_: str, out: Path | None, **others: object) -> int:
        if (format_ in TABLE_FILES) is not (out is not None):
            raise click.UsageError(
                "`--format csv` and `--format xlsx` write files to the folder given by `--out`: give both options"
            )
        return command(*args, output=Output(format_, out), **others)

    return tables_as(tables_to(with_output))


_SOURCES = (data, records, published, group_counts)
_WHICH_RULES = (recompute, as_year)


def of_leas(command: Command) -> Command:
    """Give a command the options of which LEAs it is about and where their data are, as its `request`, checked."""
    return _asked(command, *_SOURCES, leas, counties, *_WHICH_RULES)


def of_any_leas(command: Command) -> Command:
    """Give a command the same options, all of which may be left out."""
    return _asked(command, *_SOURCES, leas, counties, *_WHICH_RULES, check=_check_data_if_asked_of)


def of_named_leas(command: Command) -> Command:
    """Give a command the same options for LEAs that have to be named."""
    return _asked(command, *_SOURCES, named_leas, *_WHICH_RULES)


def of_sources(command: Command) -> Command:
    """Give a command the options of where data are, as its `request`, which it checks itself."""
    return _asked(command, *_SOURCES, check=lambda _: None)


def _asked(
    command: Command, *options: Callable[[Command], Command], check: Callable[[Request], None] | None = None
) -> Command:
    """Give a command some options of the request that it has, after a check of it, which is `check_data` by default."""

    @wraps(command)
    def with_request(  # one argument for each option
        *args: object,
        folders: tuple[Path, ...],
        records: Path | None,
        published: tuple[Path, ...],
        group_counts: tuple[Path, ...],
        leas: tuple[str, ...] = (),
        counties: tuple[str, ...] = (),
        recompute: bool = False,
        as_year: int | None = None,
        **others: object,
    ) -> int:
        from rulelang.analysis.gather import Request, Sources

        sources = Sources(folders, published, group_counts, records)
        request = Request(sources, leas, counties, recompute, as_year)
        (check or check_data)(request)
        return command(*args, request=request, **others)

    asking: Command = with_request
    for option in reversed(options):
        asking = option(asking)
    return asking


def check_data(request: Request) -> None:
    """Say which settings are used; end with wrong usage where nothing says which LEAs there are, or too much does."""
    _say_settings()
    sources = request.sources
    if sources.records is not None and any((sources.folders, sources.published, sources.group_counts)):
        raise click.UsageError("plain records (`--records`) cannot be combined with other data")
    if not sources.have_leas:
        raise click.UsageError(
            "give the state's files with `--data`, its lists with `--published`, or records with `--records`"
        )
    if sources.records is not None and request.recompute:
        raise click.UsageError(
            "`--recompute` works levels out from the state's files (`--data`), not from plain records"
        )


OF_DATA = {"leas": "--lea", "counties": "--county", "group_counts": "--group-counts", "recompute": "--recompute"}
"""Options that say something of data only, by the names of their parameters."""


def _check_data_if_asked_of(request: Request) -> None:
    """Do what `check_data` does where there are data; wrong usage where there are none, and an option is about them."""
    if request.sources.have_leas:
        check_data(request)
        return
    for name, option in OF_DATA.items():
        if is_given(name):
            message = f"`{option}` is about data: give the state's files with `--data`, its lists with `--published`,"
            message += " or records with `--records`"
            raise click.UsageError(message)


def is_given(name: str) -> bool:
    """Return whether an option was typed, even with its default value."""
    source = click.get_current_context().get_parameter_source(name)
    return source in (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT)


def _say_settings() -> None:
    """Say on standard error which settings were used, so that none is used silently."""
    context = click.get_current_context()
    held = [name for name in context.params if context.get_parameter_source(name) is ParameterSource.DEFAULT_MAP]
    given = [setting for setting, named in PARAMETERS.items() if setting != FORMAT and set(named) & set(held)]
    if given:
        click.echo(f"From {SETTINGS_FILE}: {', '.join(given)}", err=True)
