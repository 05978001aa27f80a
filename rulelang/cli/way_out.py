"""`rulelang way-out`: the smallest changes that would end an outcome, or bring it about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import click

from rulelang.analysis.chaining import LevelYear
from rulelang.analysis.gather import Request
from rulelang.analysis.move_words import behind_text, change_text
from rulelang.analysis.result_tables import with_rules
from rulelang.analysis.way_out import (
    OBSTACLES,
    CountedWay,
    asked_with_numbers,
    count_text,
    distance_order,
    outcome_asked,
    outcome_called,
    way_tables,
    ways_in_students,
)
from rulelang.cli import options
from rulelang.cli.progress import progress_bar
from rulelang.cli.records import leas_from
from rulelang.cli.rule_errors import rules_for, says_suspended
from rulelang.cli.streams import width
from rulelang.cli.terminal import GAP, show_line, show_table
from rulelang.cli.wrapping import wrapped
from rulelang.core.how_many import called, how_many, kinds_of
from rulelang.core.record import LeaRecord
from rulelang.core.ruleset import Ruleset
from rulelang.diagnostics.catalogue.quote import count
from rulelang.diagnostics.sentences import in_sentence
from rulelang.engine.steps import prepare
from rulelang.reasoning.moves import NO_NUMBERS, Move
from rulelang.reasoning.trials import Change, LevelChange

PROVED = 2
"""Up to how many cells it is proved that no fewer do, even where not all changes of several numbers were tried."""

PARTIAL = (
    "The rules calculate with several numbers that could change, or compare them: of these, only changes were tried in"
    " which each comes to the limit by itself."
)

IN_FULL = 5
"""Up to how many LEAs are shown in full; more are a table."""


@click.command("way-out")
@options.ruleset
@options.of_leas
@click.option(
    "--outcome",
    metavar="NAME",
    help="The outcome to end if an LEA has it, and to bring about if it does not: a determination, label, method, or"
    " referral. The default is the first determination of the vocabulary.",
)
@options.gives_tables
def command(*, ruleset: str, request: Request, outcome: str | None, output: options.Output) -> int:
    """Show, for each LEA, the smallest changes that would end an outcome, or bring it about.

    Only the year's levels can change, and the numbers that the rules compare with limits. The fewest cells come first,
    then the fewest levels or limits. It is proved that nothing smaller would do, and every change is applied and
    evaluated before it is shown. If the data have the numbers behind the levels, each change is also given in students
    or points.
    """
    changing = outcome_to_change(ruleset, request.as_year, outcome)
    if changing is None:
        return 1
    rules, asked = changing
    with progress_bar() as bar:
        found = leas_from(rules, request, bar=bar)
        ways, folders, codes = [], request.sources.folders, found.chained.asked
        about, behind = asked_with_numbers(prepare(rules), asked, folders, codes)
        for done, way in enumerate(ways_in_students(about, found.records, behind, codes)):
            bar("looking for ways", done, len(codes))
            ways.append(way)
    ways.sort(key=distance_order)
    if output.is_text:
        _show(rules, asked, ways, behind)
        show_left_out([name for one in ways for name in one.way.left_out])
        say_ranked(rules, any(one.way.is_ranked for one in ways))
    output.give(with_rules(way_tables(ways), rules))
    return 0 if found.is_whole else 1


def outcome_to_change(ruleset: str, as_year: int | None, outcome: str | None) -> tuple[Ruleset, str] | None:
    """Return a ruleset and an outcome of it that a change may end; None, after a message, if it is suspended.

    Wrong usage where the rules decide no outcome of that name.
    """
    rules = rules_for(ruleset, as_year)
    return None if says_suspended(rules) else (rules, _outcome_called(rules, outcome))


def _outcome_called(ruleset: Ruleset, outcome: str | None) -> str:
    """Return the outcome by its own name; wrong usage if the ruleset decides none of that name, or no determination."""
    with options.names_checked():
        asked = outcome_asked(ruleset) if outcome is None else outcome_called(ruleset, outcome)
    if not asked:
        raise click.UsageError(
            f"the rules of {ruleset.name} give no determination; name another outcome with --outcome"
        )
    return asked


# ---- for people ----


def _show(ruleset: Ruleset, outcome: str, ways: Sequence[CountedWay], behind: LevelYear | None) -> None:
    click.echo(f"{ruleset.name}: {outcome}\n")
    if len(ways) <= IN_FULL:
        for way in ways:
            _show_lea(way)
    else:
        for ends, title in ((True, "To end it"), (False, "To bring it about")):
            _show_distances(ruleset, title, [one for one in ways if one.way.ends is ends])
        click.echo("To see all ways for an LEA, name it with --lea.")
    if any(one.moves for one in ways) and all(move == NO_NUMBERS for one in ways for way in one.moves for move in way):
        say_in_levels_only(behind, (change for one in ways for way in one.way.ways for change in way))


def say_in_levels_only(behind: LevelYear | None, changes: Iterable[Change]) -> None:
    """Say why no change has numbers: the data do not have them, or its level is not worked out from any."""
    words = behind.prepared.ruleset.vocabulary if behind is not None else None
    if words is not None and not any(words.numbers_of(change.cell[1][0]) for change in changes):
        show_line("In levels only: no numbers are behind these levels.")
    else:
        show_line("In levels only: the data do not have the students and points behind the levels.")


def _show_lea(counted: CountedWay) -> None:
    way, record = counted.way, counted.way.record
    show_line(described(record, way.outcome, way.value))
    what = f"end {way.outcome}" if way.ends else f"bring {way.outcome} about"
    if not way.ways:
        partial = f" {PARTIAL}" if way.is_partial else ""
        click.echo(wrapped(f"  To {what}: {OBSTACLES[way.obstacle]}.{partial}", width()) + "\n")
        return
    several = f"{count_text(way)} ways" if way.count > 1 else "one way"
    is_proved = not (way.left_out or way.is_ranked) and (not way.is_partial or len(way.ways[0]) <= PROVED)
    smaller = "none smaller" if is_proved else "none smaller was found"
    show_line(f"  To {what}, {_what_changes(way.ways)} to change; {several}, and {smaller}:")
    for number, (one, moves) in enumerate(zip(way.ways, counted.moves, strict=True), 1):
        for at, (change, move) in enumerate(zip(one, moves, strict=True)):
            _show_change(f"{number:>4}. " if at == 0 else "      ", change, move)
    if way.count > len(way.ways):
        click.echo(f"      and {way.count - len(way.ways):,} more")
    if way.is_partial:
        show_line(f"  {PARTIAL}")
    click.echo()


def described(record: LeaRecord, outcome: str, value: str) -> str:
    """Return the name and code of an LEA, its kind and its county as far as the data give them, and its outcome."""
    name = f"{record.name} ({record.code})" if record.name else record.code
    now = value if value not in ("yes", "no") else f"{outcome}: {value}"
    return f"{', '.join(filter(None, (name, record.kind, record.county)))}: {now}"


def _what_changes(ways: Sequence[Sequence[Change]]) -> str:
    """Return how many cells change in each way, and of which sort."""
    sorts = {isinstance(one, LevelChange) for way in ways for one in way}
    if len(sorts) > 1:
        return count(len(ways[0]), "level or number has", "levels and numbers have")
    return count(len(ways[0]), *(("level has", "levels have") if True in sorts else ("number has", "numbers have")))


def show_left_out(names: Iterable[str]) -> None:
    """Say which numbers are not changed, if there are any."""
    if left_out := list(dict.fromkeys(names)):
        show_line(f"Not changed: {in_sentence(left_out)}. The rules calculate with it twice, or also read its change.")


def say_ranked(ruleset: Ruleset, is_ranked: bool) -> None:  # noqa: FBT001 - what is said depends on it alone
    """Say that the data of others were not changed, if an outcome rests on a rank."""
    if is_ranked:
        entity, _ = called(ruleset)
        show_line(
            f"Not changed: the data of others. The outcome rests on a rank, so that only those of the {entity} were."
        )


def _show_change(start: str, change: Change, move: Move | str) -> None:
    """Print a change, and below it the numbers if the data have them."""
    click.echo(wrapped(f"{start}{change_text(change, move)}", width()))
    if behind := behind_text(change, move):
        click.echo(wrapped(f"        {behind}", width()))


def _show_distances(ruleset: Ruleset, title: str, ways: Sequence[CountedWay]) -> None:
    near = [one for one in ways if one.way.ways]
    in_students = any(one.fewest is not None for one in near)
    entity, _ = called(ruleset)
    head = ("changes", "ways", *(["students"] if in_students else []), f"{entity}, with the first way")
    room = width() - sum(len(name) + GAP for name in head[:-1])
    rows = []
    for one in near:
        way, students = one.way, "-" if one.fewest is None else f"{one.fewest:,}"
        changes = [f"  {change}" for change in map(change_text, way.ways[0], one.moves[0])]
        of_lea = "\n".join(wrapped(line, room) for line in (f"{way.record.code}  {way.record.name}", *changes))
        rows.append((way.distance or 0, count_text(way), *([students] if in_students else []), of_lea))
    show_table(title, head, rows)
    for obstacle, why in OBSTACLES.items():
        some = [one for one in ways if one.way.obstacle == obstacle]
        if some:
            whom = how_many(ruleset, kinds_of(one.way.record for one in some))
            show_line(f"{title}, for {whom}: {why}.")
            click.echo()
