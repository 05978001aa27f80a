"""The `rulelang` command: finds the command asked for, and sees to it that every run ends in an orderly way."""

from __future__ import annotations

import errno
import gc
import os
import signal
import sys
from collections import Counter
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Final, NoReturn

import click
from click.shell_completion import CompletionItem

from rulelang.cli.examples import example_text
from rulelang.cli.settings import PARAMETERS, settings_from
from rulelang.cli.streams import BROKEN_PIPE, UNWRITABLE, close_output, make_output_safe, unwritable
from rulelang.diagnostics.suggest import nearest
from rulelang.version import VERSION

FINE = 0
WRONG_RULES_OR_DATA = 1
WRONG_USAGE = 2
STOPPED: Final = 128
"""What shells add to the number of the signal that stopped a command."""
INTERRUPTED = STOPPED + signal.SIGINT

COMMANDS: Final = {
    "check": "Say what is wrong in rule files, where, and how to fix it.",
    "test": "Run the examples in rule files.",
    "format": "Format rule files in the standard layout.",
    "show": "Print everything in force in a year as one rule file.",
    "evaluate": "Apply the rules to every LEA in the data.",
    "explain": "Show why an LEA got its determination or its levels.",
    "report": "Write pages to hand out: an overview, and one for each LEA.",
    "docs": "Write a handbook of a year's rules.",
    "reconcile": "Compare with the state's published results, cell by cell.",
    "analyze": "Find rules that never hold or change nothing, with proof.",
    "compare": "Compare two rulesets: text, meaning, and who moves.",
    "simulate": "Show which LEAs come out lower, the same, or higher.",
    "way-out": "Show the smallest changes that would end an outcome.",
    "sensitivity": "Show what determinations depend on.",
    "verify": "Repeat a run from its record, and say what differs.",
    "export": "Write a ruleset as SQL, or its tables as DMN.",
    "new": "Start a year or a what-if based on an existing ruleset.",
    "sample": "Write a made-up state in the layout of the state's own files.",
    "studio": "Write a page for working on rules in any browser.",
    "lock": "Close years, so no later edit changes what they mean.",
    "list": "List the rulesets.",
    "words": "List the words of a vocabulary.",
    "schema": "Print the JSON Schema of rulelang's JSON output.",
    "lsp": "Serve an editor: checks, completion, and names.",
    "mcp": "Serve an assistant: the commands as tools.",
    "help": "Show the help of a command or the page of a message.",
}
"""The commands, in the order in which a newcomer meets them, and what each does in few words.

Each is `command` in the module of its name.
"""

HELP: Final = ("-h", "--help")
"""The options that ask for help."""

COMPLETING: Final = "_RULELANG_COMPLETE"
"""The variable by which a shell asks what could be typed."""

USES_SETTINGS: Final = {parameter for named in PARAMETERS.values() for parameter in named} - {"format_"}
"""The parameters that the settings may give; a command without any of them does not look for settings."""

CALLED_OTHERWISE = {
    "apply": "evaluate",
    "changes": "show --changes",
    "determine": "evaluate",
    "diff": "compare",
    "lint": "check",
    "run": "evaluate",
    "validate": "check",
    "version": "--version",
    "why": "explain",
}
"""What other programs call what some commands do."""

EXIT_CODES = """\b
Exit codes:
  0    fine
  1    something is wrong with the rules or the data
  2    wrong usage: an unknown option, or a ruleset or file that is not found
  130  stopped by Ctrl-C
  143  stopped by another program
"""


class StoppedError(BaseException):
    """A signal asked the command to stop; nothing that catches faults may catch this."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.exit_code = STOPPED + number


class Commands(click.Group):
    """The group of commands, each imported when it is asked for, so that none waits for what the others import."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click hands it over
        """Return the names of the commands."""
        return list(COMMANDS)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command asked for and its arguments; wrong usage, with what may have been meant, if none is."""
        name = args[0]
        if name in COMMANDS or name.startswith("-"):
            found = super().resolve_command(ctx, args)
            if found[1] is not None and COMPLETING not in os.environ:
                _check_options(found[1], ctx, found[2])
            return found
        near = CALLED_OTHERWISE.get(name.casefold()) or nearest(name, COMMANDS)
        hint = f"Did you mean `{near}`?" if near else "The commands are listed by `rulelang --help`."
        raise click.UsageError(f"There is no command `{name}`. {hint}", ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # as above
        """Return a command, or None if there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"rulelang.cli.{cmd_name.replace('-', '_')}").command
        command.short_help, command.epilog = COMMANDS[cmd_name], example_text(cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Return what the command returns, or the exit code of messages about rules or data that it ended with."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            code = _end_with_messages(error)
            if code is None:
                raise
            return code

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  # as above
        """Write the list of the commands, for which none is imported."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the commands that begin so, for which none is imported, and then the options."""
        found = [CompletionItem(name, help=said) for name, said in COMMANDS.items() if name.startswith(incomplete)]
        return [*found, *click.Command.shell_complete(self, ctx, incomplete)]


def _check_options(command: click.Command, ctx: click.Context, args: Sequence[str]) -> None:
    """Refuse an option that takes one value and is typed twice, as the first would be lost, and a path that is blank.

    Blank paths come from shell variables that are not set, and would mean the folder one is in.
    """
    own = click.Context(command, parent=ctx, info_name=command.name)
    try:
        typed, _, order = command.make_parser(own).parse_args(list(args))
    except click.UsageError:
        return  # it is said when the command itself reads what was typed
    for one, times in Counter(order).items():
        name = one.get_error_hint(own).strip("'")
        takes_one = isinstance(one, click.Option) and not (one.multiple or one.is_flag or one.count)
        if takes_one and times > 1:
            raise click.UsageError(f"`{name}` is given {times} times, and takes one value", own)
        given = typed.get(one.name or "")
        may_be_folder = isinstance(one.type, click.Path) or one.nargs == -1
        if may_be_folder and "" in (given if isinstance(given, list | tuple) else [given]):
            raise click.UsageError(f"`{name}` is blank: name a file or a folder (`.` is the one you are in)", own)


@click.group(cls=Commands, epilog=EXIT_CODES, context_settings={"help_option_names": list(HELP)})
@click.version_option(VERSION, prog_name="rulelang", message="%(prog)s %(version)s")
@click.pass_context
def rulelang(context: click.Context) -> None:
    """Check, apply, and explain accountability policy written as rule files.

    RULESET is the name of a ruleset that comes with rulelang, such as assistance/2023, or the path of a rule file.
    """
    name = context.invoked_subcommand or ""
    command = rulelang.get_command(context, name)
    parameters = [str(one.name) for one in command.params] if command is not None else []
    typed = [one.partition("=")[0] for one in context.obj or ()]
    if not set(parameters) & USES_SETTINGS or set(typed) & set(HELP):
        return
    settings = settings_from(Path.cwd(), COMMANDS)
    if settings is not None:
        context.default_map = {name: settings.defaults(name, parameters, with_data="--records" not in typed)}


def main() -> None:
    """Run the command line and end the process with its exit code."""
    gc.set_threshold(1_000_000)  # rules and data are many small objects, nearly all of which a command keeps
    make_output_safe()
    try:
        for number in (signal.SIGINT, signal.SIGTERM):
            if signal.getsignal(number) is not signal.SIG_IGN:  # as a shell has it for what runs in the background
                signal.signal(number, _stop)
        code = _stopping(sys.argv[1:])
    except OSError:  # what was to be said on standard error could not be written
        code = WRONG_RULES_OR_DATA
    code = close_output(code)
    gc.freeze()  # or Python looks through all that a command kept for cycles, several times, before it ends
    sys.exit(code)


def _stop(number: int, _: object) -> NoReturn:
    raise StoppedError(number)


def _stopping(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code, also where a signal stops it."""
    try:
        return run(arguments)
    except StoppedError as stopped:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)  # it is ending as it is
        click.echo("stopped", err=True)
        return stopped.exit_code


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code, whatever happens; with RULELANG_DEBUG=1 a fault of ours is raised."""
    try:
        result = rulelang.main(args=list(arguments), prog_name="rulelang", standalone_mode=False, obj=arguments)
    except SystemExit as end:  # click asks for this where a shell completes, and where a reader stopped early
        return int(end.code or 0) if COMPLETING in os.environ else BROKEN_PIPE
    except click.exceptions.Abort:
        click.echo("stopped", err=True)
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except OSError as error:
        return _end_without_file(error)
    except Exception as error:  # noqa: BLE001  # people who write policy are not to meet a traceback
        return _end_with_apology(error)
    return result if isinstance(result, int) else FINE


def _end_without_file(error: OSError) -> int:
    if error.errno == errno.EPIPE:
        return BROKEN_PIPE
    if error.filename is None:
        return _end_without_name(error)
    from rulelang.diagnostics.drawing import plain

    reason = (error.strerror or "it cannot be opened").lower()
    click.echo(f"error: cannot use `{plain(str(error.filename))}`: {reason}", err=True)
    return WRONG_USAGE if isinstance(error, FileNotFoundError) else WRONG_RULES_OR_DATA


def _end_without_name(error: OSError) -> int:
    """End where the system names no file: the output cannot be written, or the working folder has been deleted."""
    if error.errno in UNWRITABLE:
        click.echo(unwritable(error), err=True)
    elif isinstance(error, FileNotFoundError):
        click.echo("error: the folder you are in has been deleted; go to another folder and try again", err=True)
    else:
        return _end_with_apology(error)
    return WRONG_RULES_OR_DATA


def _end_with_messages(error: Exception) -> int | None:
    """Print what is wrong with rules or data and return the exit code; None for any other error."""
    from rulelang.cli.terminal import exit_code, show
    from rulelang.data.report import DataError
    from rulelang.diagnostics.diagnostic import RulesError

    if not isinstance(error, RulesError | DataError):
        return None
    show(error.diagnostics, err=True)
    return exit_code(error.diagnostics) or WRONG_RULES_OR_DATA


def _end_with_apology(error: Exception) -> int:
    if os.environ.get("RULELANG_DEBUG") == "1":
        raise error
    click.echo(
        "error: sorry, this is a bug in rulelang, not in your rules or data; please report it with the command you"
        " ran and its output after `export RULELANG_DEBUG=1`",
        err=True,
    )
    return WRONG_RULES_OR_DATA
