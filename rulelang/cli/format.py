"""`rulelang format`: writes rule files in the standard layout."""

from __future__ import annotations

import click

from rulelang.cli.options import rulesets
from rulelang.cli.rule_files import expanded
from rulelang.cli.terminal import exit_code, show
from rulelang.compiler.formatting import formatted
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.whole_files import write_whole


@click.command("format")
@rulesets
@click.option("--check", is_flag=True, help="Write nothing; exit with code 1 if a file would change.")
def command(*, rulesets: tuple[str, ...], check: bool) -> int:
    """Format rule files in the standard layout, without changing what they say.

    Comments keep their place. A file with a sentence that cannot be read is not changed, and the exit code is 1.
    """
    code = 0
    for name in expanded(rulesets, vocabularies=True):
        reporter = Reporter()
        found = formatted(name, reporter)
        if found is None:
            show(reporter.diagnostics)
            click.echo(f"{name}: not changed")
            code = max(code, exit_code(reporter.diagnostics))
        elif not found.changes:
            click.echo(f"{name}: fine")
        elif check:
            click.echo(f"{name}: would change")
            code = max(code, 1)
        else:
            write_whole(found.path, found.text)
            click.echo(f"{name}: formatted")
    return code
