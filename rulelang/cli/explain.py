"""`rulelang explain`: shows why an LEA got its determination."""

from __future__ import annotations

from pathlib import Path

import click

from rulelang.cli import options
from rulelang.cli.progress import progress_bar
from rulelang.cli.records import determine_from
from rulelang.cli.rule_errors import warn_of_errors
from rulelang.cli.streams import wants_color, width
from rulelang.cli.terminal import show
from rulelang.diagnostics.catalogue import run as say


@click.command("explain")
@options.ruleset
@options.data
@options.published
@options.group_counts
@click.option("--lea", metavar="CDS", required=True, help="The code of the LEA.")
@click.option("--group", metavar="CODE", help="Only this student group, by its code or name.")
def command(  # one argument for each option
    *,
    ruleset: str,
    folders: tuple[Path, ...],
    published: tuple[Path, ...],
    group_counts: tuple[Path, ...],
    lea: str,
    group: str | None,
) -> int:
    """Show why an LEA got its determination.

    The author's sentences are drawn with the LEA's values under the words: those that hold, and those that do not.
    """
    import rulelang
    from rulelang.engine.explain import explain, student_group_called

    sources = options.sources(folders, published, group_counts)
    rules = rulelang.load(ruleset).rules
    warn_of_errors(ruleset)
    if group is not None and student_group_called(rules.vocabulary, group) is None:
        known = rules.vocabulary.groups_in(rules.year)
        names = [name for one in known for name in (*one.codes, one.name)]
        show([say.group_not_in_vocabulary(group, names, [one.code for one in known])], err=True)
        return 2
    with progress_bar() as bar:
        done = determine_from(rules, sources, [lea], (), bar=bar)
    for determination in done.determinations:
        click.echo(explain(determination, group, width=width(), color=wants_color()))
    return 0 if done.complete else 1
