"""`rulelang way-out`: the smallest changes that would end an outcome, or bring it about."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rulelang.cli import options
from rulelang.cli.json_output import show_json
from rulelang.cli.progress import progress_bar
from rulelang.cli.records import leas_from
from rulelang.cli.rule_errors import says_suspended, warn_of_errors
from rulelang.cli.streams import width
from rulelang.cli.terminal import count, show_line, show_table
from rulelang.cli.wrapping import wrapped

if TYPE_CHECKING:
    from rulelang.core.ruleset import Ruleset
    from rulelang.reasoning.ways import WayOut

IN_FULL = 5
"""Up to how many LEAs are shown in full; more are a table."""


@click.command("way-out", short_help="Show the smallest changes that would end an outcome.")
@options.ruleset
@options.needed_data
@options.published
@options.group_counts
@options.leas
@options.counties
@options.recompute
@click.option(
    "--outcome",
    metavar="NAME",
    help="The outcome to end where an LEA has it, and to bring about where it has not: a determination, label, method"
    " or referral. The first determination of the vocabulary if nothing is said.",
)
@options.tables_as
@options.tables_to
def command(
    *,
    ruleset: str,
    folders: tuple[Path, ...],
    published: tuple[Path, ...],
    group_counts: tuple[Path, ...],
    leas: tuple[str, ...],
    counties: tuple[str, ...],
    recompute: bool,
    outcome: str | None,
    format_: str,
    out: Path | None,
) -> int:
    """Show for each LEA the smallest changes of its levels that would end an outcome, or bring it about.

    What can change are the levels of the year's indicators. Fewest cells first, then fewest levels; that nothing
    smaller will do is proved, and every change is applied and evaluated before it is shown.
    """
    import rulelang
    from rulelang.analysis.way_out import distance_order, way_tables
    from rulelang.engine.steps import prepare
    from rulelang.reasoning.possible import numbers_read

    options.check_tables(format_, out)
    loaded = rulelang.load(ruleset)
    warn_of_errors(ruleset)
    if says_suspended(loaded.rules):
        return 1
    if numbers := numbers_read(prepare(loaded.rules)):
        message = f"the rules read numbers ({', '.join(numbers)}), and a way out is found through levels only"
        raise click.UsageError(message)
    asked = _asked(loaded.rules, outcome)
    sources = options.sources(folders, published, group_counts)
    with progress_bar() as bar:
        found = leas_from(loaded.rules, sources, leas, counties, bar=bar, recompute=recompute)
        ways = []
        for done, way in enumerate(loaded.ways_out(found.records, asked)):
            bar("looking for ways", done, len(found.records))
            ways.append(way)
    ways.sort(key=distance_order)
    tables = way_tables(ways)
    if format_ == "json":
        show_json({table.name: [dict(zip(table.columns, row, strict=True)) for row in table.rows] for table in tables})
    elif format_ == "text":
        _show(loaded.rules, asked, ways)
    options.write_tables(tables, format_, out)
    return 0 if found.complete and found.records else 1


def _asked(ruleset: Ruleset, outcome: str | None) -> str:
    """Return the outcome by its own name; wrong usage where the ruleset decides none of the name that was given."""
    from rulelang.analysis.way_out import outcome_asked, outcomes_to_ask
    from rulelang.diagnostics.suggest import nearest

    if outcome is None:
        return outcome_asked(ruleset)
    known = {
        name.casefold(): one.name
        for one in ruleset.vocabulary.outcomes
        if one.name in outcomes_to_ask(ruleset)
        for name in (one.name, *one.aliases)
    }
    if outcome.casefold() not in known:
        near = nearest(outcome, list(known.values()))
        hint = f"did you mean `{near}`?" if near else f"there are {', '.join(outcomes_to_ask(ruleset))}"
        message = f"the rules decide no outcome `{outcome}`; {hint}"
        raise click.UsageError(message)
    return known[outcome.casefold()]


# ---- for people ----


def _show(ruleset: Ruleset, outcome: str, ways: Sequence[WayOut]) -> None:
    click.echo(f"{ruleset.title} {ruleset.year}: {outcome}\n")
    if len(ways) <= IN_FULL:
        for way in ways:
            _show_lea(way)
        return
    for ends, title in ((True, "To end it"), (False, "To bring it about")):
        some = [way for way in ways if way.ends is ends]
        _show_distances(title, some)
    click.echo("All ways of an LEA: name it with --lea.")


def _show_lea(way: WayOut) -> None:
    from rulelang.analysis.way_out import OBSTACLES, change_text, count_text

    record = way.record
    show_line(f"{record.name} ({record.code}), {record.kind}, {record.county}: {_now(way)}")
    what = f"end {way.outcome}" if way.ends else f"bring {way.outcome} about"
    if not way.ways:
        click.echo(wrapped(f"  To {what}: {OBSTACLES[way.obstacle]}.", width()) + "\n")
        return
    several = f"{count_text(way)} ways" if way.count > 1 else "one way"
    show_line(
        f"  To {what}, {count(way.distance or 0, 'level has', 'levels have')} to change; {several}, and none smaller:"
    )
    for number, one in enumerate(way.ways, 1):
        for at, change in enumerate(one):
            start = f"{number:>4}. " if at == 0 else "      "
            click.echo(wrapped(f"{start}{change_text(change)}", width()))
    if way.count > len(way.ways):
        click.echo(f"      and {way.count - len(way.ways):,} more")
    click.echo()


def _now(way: WayOut) -> str:
    return way.value if way.value not in ("yes", "no") else f"{way.outcome}: {way.value}"


def _show_distances(title: str, ways: Sequence[WayOut]) -> None:
    from rulelang.analysis.way_out import OBSTACLES, count_text, way_text

    near = [one for one in ways if one.ways]
    show_table(
        title,
        ("code", "LEA", "levels", "ways", "the first way"),
        [(one.record.code, one.record.name, one.distance or 0, count_text(one), way_text(one.ways[0])) for one in near],
    )
    for obstacle, words in OBSTACLES.items():
        some = [one for one in ways if one.obstacle == obstacle]
        if some:
            show_line(f"{title}, for {count(len(some), 'LEA')}: {words}.")
            click.echo()
