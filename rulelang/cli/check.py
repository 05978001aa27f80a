"""`rulelang check`: says what is wrong in rule files, where, and how to fix it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from rulelang.cli.check_formats import github_lines, sarif
from rulelang.cli.options import format_of, rulesets
from rulelang.cli.rule_errors import faults_of
from rulelang.cli.rule_files import expanded
from rulelang.cli.streams import show_json
from rulelang.cli.terminal import exit_code, show
from rulelang.diagnostics.as_data import diagnostic_data, number_of
from rulelang.diagnostics.catalogue.quote import count
from rulelang.diagnostics.diagnostic import Diagnostic, Severity

STDIN = "-"
"""What is given as the ruleset to read standard input."""

FORMATS = ("text", "json", "sarif", "github")


@click.command("check")
@rulesets
@click.option("--no-cache", is_flag=True, help="Check files again even if they have not changed since they passed.")
@format_of(
    FORMATS,
    "Output format: text for people, json for programs, sarif for editors and code hosts, github for annotations on"
    " GitHub.",
)
@click.option(
    "--as-read",
    is_flag=True,
    help="First print how each sentence was understood: the author's words and the standard wording.",
)
@click.option(
    "--stdin-filename",
    metavar="FILE",
    help="Treat standard input (`-`) as this file, with its vocabulary and the years beside it.",
)
def command(
    rulesets: tuple[str, ...], *, no_cache: bool, format_: str, as_read: bool, stdin_filename: str | None
) -> int:
    """Say what is wrong in rule files, where, and how to fix it.

    One run reports every error and runs the examples in the files. Exit code 1 if anything is wrong, and 2 if a ruleset
    is not found. A folder, such as assistance, stands for all rule files in it, and - for a rule file on standard
    input.
    """
    if stdin_filename is not None and STDIN not in rulesets:
        raise click.UsageError("`--stdin-filename` needs standard input: give `-` as the ruleset")
    if as_read:
        _show_as_read(rulesets, format_)
    found = _found(rulesets, stdin_filename or "<stdin>", is_fresh=no_cache)
    if format_ == "text":
        shown: set[tuple[str, Diagnostic]] = set()
        return max(_show(name, diagnostics, shown) for name, diagnostics in found)
    return _show_for_programs(list(found), format_)


def _found(rulesets: Sequence[str], stdin_name: str, *, is_fresh: bool) -> Iterator[tuple[str, Sequence[Diagnostic]]]:
    """Yield each ruleset with what is wrong with it."""
    for name in expanded(rulesets, vocabularies=True):
        if name != STDIN:
            yield name, faults_of(name, is_fresh=is_fresh)
            continue
        from rulelang.analysis.checking import check_ruleset
        from rulelang.compiler.files import read_standard_input

        yield stdin_name, check_ruleset(stdin_name, read_standard_input())


def _show_as_read(rulesets: Sequence[str], format_: str) -> None:
    """Print how each sentence of some rulesets was understood."""
    if format_ != "text" or STDIN in rulesets:
        raise click.UsageError("`--as-read` prints the sentences of rule files as text: leave out `--format` and `-`")
    from rulelang.cli.as_read import show_as_read

    for name in expanded(rulesets, vocabularies=False):
        show_as_read(name)


def _show(name: str, diagnostics: Sequence[Diagnostic], shown: set[tuple[str, Diagnostic]]) -> int:
    """Print what is wrong with one ruleset and is not `shown` yet, and return the exit code of all that is wrong."""
    new = [one for one in diagnostics if _in_its_file(one) not in shown]
    shown.update(map(_in_its_file, new))
    if new:
        show(new)
    errors = number_of(diagnostics, Severity.ERROR)
    again = errors - number_of(new, Severity.ERROR)
    above = "" if not again else ", shown above" if again == errors else f", {again:,} of them shown above"
    click.echo(f"{name}: {count(errors, 'error')}{above}" if errors else f"{name}: fine")
    return exit_code(diagnostics)


def _in_its_file(one: Diagnostic) -> tuple[str, Diagnostic]:
    return one.span.source.name if one.span else "", one


def _show_for_programs(found: Sequence[tuple[str, Sequence[Diagnostic]]], format_: str) -> int:
    """Print what is wrong with all rulesets in one document, and return the exit code of that."""
    every = [diagnostic for _, some in found for diagnostic in some]
    distinct = list({_in_its_file(one): one for one in every}.values())
    if format_ == "sarif":
        show_json(sarif(distinct))
    elif format_ == "github":
        for line in github_lines(distinct):
            click.echo(line)
    else:
        rulesets = [
            {
                "ruleset": name,
                "errors": number_of(some, Severity.ERROR),
                "warnings": number_of(some, Severity.WARNING),
                "diagnostics": [diagnostic_data(one) for one in some],
            }
            for name, some in found
        ]
        show_json({"rulesets": rulesets})
    return exit_code(every)
