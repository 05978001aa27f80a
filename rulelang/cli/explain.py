"""`rulelang explain`: shows why an LEA got its determination, or its performance levels."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rulelang.cli import options
from rulelang.cli.explain_records import of_records
from rulelang.cli.progress import progress_bar
from rulelang.cli.records import determine_from, evaluations_of, leas_from
from rulelang.cli.rule_errors import warn_of_errors
from rulelang.cli.streams import wants_color, width
from rulelang.cli.terminal import show
from rulelang.diagnostics.catalogue import run as say
from rulelang.diagnostics.diagnostic import Diagnostic

if TYPE_CHECKING:
    from rulelang.analysis.chaining import Chained
    from rulelang.analysis.gather import Sources
    from rulelang.core.ruleset import Ruleset
    from rulelang.core.vocabulary import StudentGroup
    from rulelang.engine.determination import Determination


@click.command("explain", short_help="Show why an LEA got its determination or its levels.")
@options.ruleset
@options.data
@options.records
@options.published
@options.group_counts
@click.option(
    "--lea",
    "leas",
    metavar="LEA",
    multiple=True,
    required=True,
    help="The LEA: its code, its first 7 digits, its name, or a part of its name that fits one. May be given several"
    " times.",
)
@click.option("--group", metavar="CODE", help="Only this student group, by its code or name.")
@click.option("--indicator", metavar="NAME", help="Only the performance levels of this indicator.")
@click.option("--counts", is_flag=True, help="Go on to the counts behind the levels that a determination rests on.")
@options.recompute
def command(  # one argument for each option
    *,
    ruleset: str,
    folders: tuple[Path, ...],
    records: Path | None,
    published: tuple[Path, ...],
    group_counts: tuple[Path, ...],
    leas: tuple[str, ...],
    group: str | None,
    indicator: str | None,
    counts: bool,
    recompute: bool,
) -> int:
    """Show why an LEA got its determination, or its performance levels where the rules work those out.

    The author's sentences are drawn with the LEA's values under the words: those that hold, and those that do not.
    """
    import rulelang
    from rulelang.engine.explained_rules import student_group_called

    sources = options.sources(folders, published, group_counts, records)
    if records is not None and (counts or recompute):
        message = "the counts behind levels are not in plain records: leave `--counts` and `--recompute` out"
        raise click.UsageError(message)
    rules = rulelang.load(ruleset).rules
    warn_of_errors(ruleset)
    asked = student_group_called(rules.vocabulary, group) if group is not None else None
    wrong = [_unknown_group(rules, group)] if group is not None and asked is None else []
    about = _indicator_called(rules, indicator) if indicator is not None else None
    if indicator is not None and about is None:
        wrong.append(say.indicator_without_levels(indicator, _indicators(rules)))
    if wrong:
        show(wrong, err=True)
        return 2
    if records is not None:
        return of_records(rules, records, leas, asked.name if asked is not None else None, about)
    if rules.reports_levels:
        return _explain_levels(rules, sources, leas, asked, about)
    with progress_bar() as bar:
        counted = counts or recompute or about is not None
        done = determine_from(rules, sources, leas, (), bar=bar, recompute=recompute, counts=counted)
    for at, determination in enumerate(done.determinations):
        if at:
            click.echo()
        _explain(determination, asked, about, done.chained)
    return 0 if done.complete else 1


def _explain_levels(
    rules: Ruleset, sources: Sources, leas: tuple[str, ...], group: StudentGroup | None, indicator: str | None
) -> int:
    from rulelang.engine.explain_levels import explain_levels

    with progress_bar() as bar:
        found = leas_from(rules, sources, leas, (), bar=bar)
        for evaluation in evaluations_of(rules, found.records, bar):
            bar.close()
            click.echo(explain_levels(evaluation, group, indicator, width=width(), color=wants_color()))
    return 0 if found.complete else 1


def _explain(determination: Determination, group: StudentGroup | None, indicator: str | None, chained: Chained) -> None:
    """Print why a determination is what it is, and then the counts behind the levels, if they were asked for."""
    from rulelang.analysis.levels_behind import levels_behind
    from rulelang.engine.explain import explain
    from rulelang.engine.explain_levels import explain_level

    name = group.name if group is not None else None
    click.echo(explain(determination, name, width=width(), color=wants_color()))
    for result in levels_behind(determination, name, indicator, chained):
        whose = result.group.name if result.group is not None else None
        drawing = explain_level(result.evaluation, result.indicator, whose, width=width(), color=wants_color())
        year = result.evaluation.prepared.ruleset.year
        click.echo(f"\nFrom the numbers of {year}\n\n{drawing}")


def _unknown_group(rules: Ruleset, group: str) -> Diagnostic:
    known = rules.vocabulary.groups_in(rules.year)
    names = [name for one in known for name in (*one.codes, one.name)]
    return say.group_not_in_vocabulary(group, names, [one.code for one in known])


def _indicators(rules: Ruleset) -> list[str]:
    """Return the indicators that the rules work out levels of, or of which they read levels worked out elsewhere."""
    from rulelang.analysis.chaining import levels_read

    if rules.levels_from:
        return list(dict.fromkeys(key[0] for keys in levels_read(rules).values() for key in sorted(keys)))
    return list(dict.fromkeys(rule.indicator for rule in rules.levels if rule.indicator))


def _indicator_called(rules: Ruleset, text: str) -> str | None:
    """Return the indicator of that name or alias whose levels can be explained, or None where there is none."""
    wanted, worked = text.casefold().strip(), _indicators(rules)
    for one in rules.vocabulary.indicators:
        if one.name in worked and wanted in {name.casefold() for name in (one.name, *one.aliases)}:
            return one.name
    return None
